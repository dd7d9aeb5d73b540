import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import t from "tap";
import type { Log } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { UplinkConfig } from "../core/config.js";
import { MqttForwarder } from "./mqtt-forwarder.js";
import { FakeBuffer } from "./testing/fake-buffer.js";
import { Mosquitto } from "./testing/mosquitto.js";
import {
  connack4,
  connack5,
  puback5,
  publish4,
  RawBroker,
  type RawPublish,
  type RawScript,
  suback,
} from "./testing/raw-broker.js";
import { Bench, describe } from "./testing/uplink-bench.js";
import { Uplink } from "./uplink.js";

/** How long each fault lasts, and how soon after its end everything must have arrived, in injected time. */
const LASTS_MS = 600_000;
const HEALED_WITHIN_MS = 300_000;
/** Real time. */
const ANSWERS_WITHIN_MS = 2_000;
/** Milliseconds of real time that a connection to a broker that is well may take. */
const SETTLES_WITHIN = 500;

interface Fault {
  readonly name: string;
  /** What the broker does while it misbehaves; what is left out it does well. */
  readonly does: Partial<RawScript>;
  /** What the log says, at least. */
  readonly told: readonly string[];
  /** Most connections in the ten minutes. */
  readonly connects: number;
  /** Most messages in them. */
  readonly messages: number;
  readonly config?: Partial<UplinkConfig>;
  readonly tls?: true;
  /** MQTT 3.1.1: it acknowledges and hands nothing on, as a right to write that is missing looks like. */
  readonly denies?: true;
  /** It does not even keep records from passing. */
  readonly harmless?: true;
}

const ACK = ({ id }: RawPublish): Uint8Array => puback5(id, 0);
const CONNACK = (version: number): Uint8Array => (version === 5 ? connack5(0) : connack4(0));
/** Nothing that this connection sends is read any more. */
const silence = ({ socket }: RawPublish): undefined => {
  socket.removeAllListeners("data");
};
const isData = ({ topic }: RawPublish): boolean => topic.endsWith("/data") || topic.endsWith("/event");
const hex = (code: number): string => `0x${code.toString(16).padStart(2, "0")}`;
const V4 = { protocol: "3.1.1" } as const;
/** Backoff with 60 s at the most and half of it on average: 500 ms, 1 s, 2 s, ... 30 s. */
const BACKOFF = 26;
/** 30 s at least after a refusal. */
const REFUSED = 16;

const FAULTS: readonly Fault[] = [
  {
    name: "refuses the connection and leaves the socket open",
    does: { onConnect: () => connack5(0x87) },
    told: ["forward.refused"],
    connects: REFUSED,
    messages: 0,
  },
  {
    name: "accepts TCP and never answers",
    does: { onSocket: () => "deaf" },
    told: ["forward.connect_timeout"],
    connects: BACKOFF,
    messages: 0,
  },
  {
    name: "accepts TLS and never answers",
    does: { onSocket: () => "deaf" },
    told: ["forward.connect_timeout"],
    connects: BACKOFF,
    messages: 0,
    tls: true,
  },
  {
    name: "closes without an answer",
    does: { onSocket: (socket) => void socket.destroy() },
    told: ["forward.connect_failed"],
    connects: 2 * BACKOFF,
    messages: 0,
  },
  ...[0x80, 0x83, 0x88, 0x89, 0x97, 0x9f].map((code) => ({
    name: `CONNACK ${hex(code)}: busy`,
    does: { onConnect: () => connack5(code) },
    told: ["forward.broker_busy"],
    connects: BACKOFF,
    messages: 0,
  })),
  ...[0x85, 0x86, 0x8a, 0x8c].map((code) => ({
    name: `CONNACK ${hex(code)}: refused`,
    does: { onConnect: () => connack5(code) },
    told: ["forward.refused"],
    connects: REFUSED,
    messages: 0,
  })),
  {
    name: "CONNACK return code 1 of MQTT 3.1.1: the version",
    does: { onConnect: () => connack4(1) },
    told: ["forward.version_refused"],
    connects: REFUSED,
    messages: 0,
    config: V4,
  },
  ...[2, 4, 5].map((code) => ({
    name: `CONNACK return code ${code} of MQTT 3.1.1: refused`,
    does: { onConnect: () => connack4(code) },
    told: ["forward.refused"],
    connects: REFUSED,
    messages: 0,
    config: V4,
  })),
  {
    name: "CONNACK return code 3 of MQTT 3.1.1: unavailable",
    does: { onConnect: () => connack4(3) },
    told: ["forward.broker_busy"],
    connects: BACKOFF,
    messages: 0,
    config: V4,
  },
  {
    name: "acknowledges all but one",
    does: {
      onPublish: (publish) => (isData(publish) && publish.nthOfConnection === 3 ? undefined : ACK(publish)),
    },
    told: ["forward.silent"],
    connects: 12,
    messages: 200,
    harmless: true,
  },
  {
    name: "acknowledges nothing",
    does: { onPublish: () => undefined },
    told: ["forward.silent"],
    connects: 12,
    messages: 200,
  },
  ...[0x80, 0x83, 0x91, 0x96, 0x97].map((code) => ({
    name: `PUBACK ${hex(code)}: not now`,
    does: { onPublish: ({ id }: RawPublish) => puback5(id, code) },
    told: ["forward.quota"],
    connects: 1,
    messages: 200,
  })),
  ...[0x87, 0x90, 0x95, 0x99].map((code) => ({
    name: `PUBACK ${hex(code)} for every record`,
    does: {
      onPublish: (publish: RawPublish) => (isData(publish) ? puback5(publish.id, code) : ACK(publish)),
    },
    told: ["forward.all_refused"],
    connects: 1,
    messages: 400,
  })),
  {
    name: "acknowledges what its ACL denies, in MQTT 3.1.1",
    does: {},
    denies: true,
    told: ["forward.not_echoed", "forward.all_refused"],
    connects: 4,
    messages: 200,
    config: V4,
  },
  {
    name: "dies in the middle of a batch, each time",
    does: {
      onPublish: (publish) => (isData(publish) ? void publish.socket.resetAndDestroy() : ACK(publish)),
    },
    told: ["forward.lost", "forward.short_lived"],
    connects: BACKOFF,
    messages: 400,
  },
  {
    name: "a receive maximum of 1",
    does: { onConnect: () => connack5(0, [0x21, 0, 1]) },
    told: [],
    connects: 1,
    messages: 200,
    harmless: true,
  },
  {
    name: "a maximum packet size of 600 bytes",
    does: { onConnect: () => connack5(0, [0x27, 0, 0, 0x02, 0x58]) },
    told: [],
    connects: 1,
    messages: 200,
    harmless: true,
  },
  {
    name: "kicks the client out for another one with its id, and says so",
    does: { onPublish: ({ socket }) => void socket.end(Uint8Array.of(0xe0, 2, 0x8e, 0)) },
    told: ["forward.taken_over"],
    connects: REFUSED,
    messages: 200,
  },
  {
    name: "kicks the client out for another one with its id, without a word",
    does: { onPublish: ({ socket }) => void socket.destroy() },
    told: ["forward.lost", "forward.short_lived"],
    connects: BACKOFF,
    messages: 400,
  },
  {
    name: "answers CONNECT with garbage",
    does: { onConnect: () => Uint8Array.from({ length: 64 }, () => 0xff) },
    told: ["forward.connect_failed"],
    connects: BACKOFF,
    messages: 0,
  },
  {
    name: "answers PUBLISH with garbage",
    does: { onPublish: () => Uint8Array.from({ length: 64 }, () => 0xff) },
    told: ["forward.lost"],
    connects: BACKOFF,
    messages: 400,
  },
  {
    name: "answers PUBLISH with the beginning of a packet that never ends",
    does: { onPublish: () => Uint8Array.of(0x30, 0xff, 0xff, 0x7f, 0, 4) },
    told: ["forward.no_answer"],
    connects: 12,
    messages: 200,
  },
  {
    name: "goes silent with the first record: no receipt, no answer to a ping, TCP open",
    does: {
      onPublish: (publish) => (isData(publish) ? silence(publish) : ACK(publish)),
    },
    told: ["forward.no_answer"],
    connects: 14,
    messages: 200,
  },
  {
    name: "acknowledges numbers that were never used",
    does: { onPublish: ({ id }) => puback5((id + 30_000) & 0xffff || 1, 0) },
    told: ["forward.silent"],
    connects: 12,
    messages: 200,
  },
];

class Codes implements Log {
  readonly said = new Set<string>();
  debug = (): void => {};
  info = (): void => {};
  warn: Log["warn"] = ({ message }) => void this.said.add(message.code);
  error: Log["error"] = ({ message }) => void this.said.add(message.code);
  with = (): Log => this;
}

/** A real uplink and a real MQTT client on a clock that the test moves. */
function gatewayOn(url: string, config: Partial<UplinkConfig> = {}, answersPings = true) {
  const clock = new ManualClock();
  const log = new Codes();
  const buffer = new FakeBuffer({ uplinks: ["centre"] });
  buffer.revisions.set(1, describe(["well"]));
  const { parts } = new Bench({ ...config, url, window: 16 });
  const forwarder = new MqttForwarder({ uplink: parts.config, gatewayId: "gw", clock, log });
  // The answer to a ping takes real time: injected time stands still for it.
  let answer: Promise<void> | undefined;
  const ping = forwarder.ping.bind(forwarder);
  forwarder.ping = () => {
    const answered = ping();
    if (answersPings) answer = answered;
    return answered;
  };
  const uplink = new Uplink({ ...parts, buffer, clock, forwarder, log });
  const append = (): void => {
    buffer.append(new Bench().batch(), "normal");
    uplink.wake();
  };
  /** Injected time passes; the sockets of this process get real time to keep up. */
  const pass = async (
    ms: number,
    stepMs: number,
    realMs: number,
    until = (): boolean => false,
    settles = false,
  ): Promise<number> => {
    const isBusy = (): boolean => settles && uplink.status("en").state === "connecting";
    let passed = 0;
    for (; passed < ms && !until(); passed += stepMs) {
      await clock.advance(stepMs);
      if (answer) await Promise.race([answer, wait(ANSWERS_WITHIN_MS)]);
      answer = undefined;
      await wait(realMs);
      // A broker that is well answers as soon as this machine lets it: a minute of injected time is none of its own.
      for (let n = 0; until() === false && n < SETTLES_WITHIN && isBusy(); n++) await wait(1);
    }
    return passed;
  };
  const stop = async (): Promise<void> => {
    let stopped = false;
    const stopping = uplink.stop(100).then(() => {
      stopped = true;
    });
    await pass(10_000, 50, 1, () => stopped);
    await stopping;
  };
  return { append, buffer, clock, log, pass, stop, uplink };
}

function certificate(folder: string): { key: Buffer; cert: Buffer; ca: string } {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const args = ["-x509", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const names = ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", ["req", ...args, ...names, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { key: readFileSync(key), cert: readFileSync(cert), ca: cert };
}

function seqsIn({ payload }: RawPublish): readonly number[] {
  const { records, snapshot } = JSON.parse(payload.toString());
  return snapshot ? [] : records.map(({ seq }: { seq: number }) => seq);
}

for (const fault of FAULTS) {
  t.test(`a broker that does this for ten minutes: ${fault.name}`, async (t) => {
    let healed = false;
    const received = new Set<number>();
    const now = (): Partial<RawScript> => (healed ? {} : fault.does);
    // A gateway that was hung up on tries 3.1.1 too, where a broker that is well shows by an echo what its ACL lets pass.
    let spoken = 0;
    const script: RawScript = {
      onSocket: (socket) => now().onSocket?.(socket),
      onConnect: (version, socket) => {
        spoken = version;
        const { onConnect } = now();
        return onConnect ? onConnect(version, socket) : CONNACK(version);
      },
      onPublish: (publish) => {
        const { onPublish } = now();
        const answer = onPublish ? onPublish(publish) : ACK(publish);
        if (answer?.length !== 4 || !isData(publish) || (fault.denies && !healed)) return answer;
        for (const seq of seqsIn(publish)) received.add(seq);
        return spoken === 4 ? Buffer.concat([publish4(publish), answer]) : answer;
      },
      onSubscribe: suback,
    };
    const tls = fault.tls && certificate(t.testdir());
    const broker = await RawBroker.start(script, tls || undefined);
    t.teardown(() => broker.stop());
    const config = { ...fault.config, ...(tls && { tls: { ca: tls.ca } }) };
    const gateway = gatewayOn(broker.url, config, !fault.told.includes("forward.no_answer"));
    const { append, buffer, log, pass, uplink } = gateway;
    t.teardown(gateway.stop);
    for (let n = 0; n < 5; n++) append();
    uplink.start();
    const problems = new Set<string>();
    const look = (): false => {
      const { problem } = uplink.status("en");
      if (problem) problems.add(problem);
      return false;
    };
    for (let minute = 0; minute < LASTS_MS / 60_000; minute++) {
      append();
      await pass(60_000, 5_000, 1, look);
    }
    const messages = broker.published.length;
    t.ok(broker.accepted <= fault.connects, `${broker.accepted} connections, at most ${fault.connects}`);
    t.ok(broker.accepted >= 1);
    t.ok(messages <= fault.messages, `${messages} messages, at most ${fault.messages}`);
    for (const code of fault.told) t.ok(log.said.has(code), `${code} is told: ${[...log.said]}`);
    if (fault.told.length > 0) t.ok(problems.size > 0, "status says it");
    if (fault.harmless) t.ok(received.size > 0, "what can pass passes meanwhile");

    healed = true;
    append();
    const from = Date.now();
    const done = (): boolean => buffer.progress("centre").pending === 0 || Date.now() - from > 30_000;
    const healedMs = await pass(HEALED_WITHIN_MS, 1_000, 5, done, true);
    t.equal(buffer.progress("centre").pending, 0, `healed by itself within ${healedMs} ms`);
    t.same(
      [...received].sort((a, b) => a - b),
      Array.from({ length: 16 }, (_, n) => n + 1),
      "everything has arrived",
    );
    t.same(buffer.outcomeOf("rejected"), [], "nothing was given up");
    t.equal(uplink.status("en").problem, undefined);
  });
}

t.test("a broker that accepts TCP where TLS is wanted, and never answers", async (t) => {
  const sockets = new Set<{ destroy(): unknown }>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const gateway = gatewayOn(`mqtts://127.0.0.1:${port}`);
  t.teardown(gateway.stop);
  gateway.append();
  gateway.uplink.start();
  await gateway.pass(LASTS_MS, 5_000, 1);
  t.ok(accepted >= 2 && accepted <= BACKOFF, `${accepted}`);
  t.ok(gateway.log.said.has("forward.connect_timeout"));
  t.match(gateway.uplink.status("vi").problem, /không trả lời/);
});

t.test("a real broker that is stopped for ten minutes and goes on", async (t) => {
  const broker = await Mosquitto.start(t.testdir());
  t.teardown(() => broker.stop());
  const gateway = gatewayOn(broker.url, {}, false);
  t.teardown(gateway.stop);
  const { append, buffer, log, pass, uplink } = gateway;
  const until = async (done: () => boolean): Promise<number> => {
    const from = Date.now();
    return pass(HEALED_WITHIN_MS, 1_000, 5, () => done() || Date.now() - from > 30_000, true);
  };
  uplink.start();
  append();
  await until(() => buffer.progress("centre").pending === 0);
  broker.pause();
  for (let minute = 0; minute < 10; minute++) {
    append();
    await pass(60_000, 5_000, 1);
  }
  t.ok(log.said.has("forward.no_answer"), "not even a ping is answered: the connection is cut");
  t.ok(log.said.has("forward.connect_timeout"), "and a new one does not come up");
  t.ok(uplink.status("en").problem);
  broker.resume();
  append();
  await until(() => buffer.progress("centre").pending === 0 && uplink.status("en").state === "up");
  t.equal(buffer.progress("centre").pending, 0);
  t.same(buffer.outcomeOf("rejected"), []);
  t.equal(uplink.status("en").state, "up");
});
