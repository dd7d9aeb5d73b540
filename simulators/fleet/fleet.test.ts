import { once } from "node:events";
import { createServer } from "node:net";
import { Writable } from "node:stream";
import { Aedes, type AedesPublishPacket } from "aedes";
import { connectAsync, type MqttClient } from "mqtt";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Language, renderHint } from "../../drivers/core/message.js";
import { contractProblems } from "../../gateway/contract/strict.js";
import { Mosquitto } from "../../gateway/forward/testing/mosquitto.js";
import type { FinalReport } from "./account-lines.js";
import type { FleetOptions } from "./fleet.js";
import { mustFit, runFleet } from "./run-fleet.js";
import type { FleetWish } from "./wish.js";

const CLOCK = new SystemClock("test");
const PATIENCE = { finishMs: 20_000, settleMs: 2_000, graceMs: 500 };

/** These mostly wait: side by side they take as long as the slowest. */
t.jobs = 4;
const ASIDE = { buffered: true };

interface Ran {
  readonly code: 0 | 1;
  readonly text: string;
  /** The last line, where it is JSON. */
  readonly report: FinalReport;
}

interface Wish {
  readonly broker: string;
  readonly gateways: number;
  readonly points?: number;
  readonly everyMs?: number;
  readonly rampMs?: number;
  readonly forMs?: number;
  readonly spreadMs?: number;
  readonly history?: number;
  readonly askEveryMs?: number;
  readonly json?: boolean;
  readonly incidents?: Partial<FleetOptions["incidents"]>;
}

const QUIET = { outages: 0, districtEveryMs: 0, eventsPerHour: 0, stormAtMs: undefined } as const;

function wished({
  askEveryMs = 0,
  broker,
  forMs,
  gateways,
  incidents,
  json = false,
  ...more
}: Wish): FleetWish {
  const { everyMs = 60_000, history = 64, points = 100, rampMs = 1_000, spreadMs = 30_000 } = more;
  const districts = 4;
  return {
    ...{ broker, askEveryMs, json, gatewayAccess: {}, centreAccess: {} },
    ...(forMs !== undefined && { forMs }),
    fleet: {
      ...{ gateways, rampMs },
      station: { prefix: "sim-", everyMs, districts, seed: 1, points },
      behaviour: {
        ...{ everyMs, spreadMs, version: "0.1.0", messages: "device", history },
        ...{ backlogRate: 20, capacity: 2_000, statusEveryMs: 60_000 },
      },
      incidents: { ...QUIET, districts, spreadMs, outageMs: 60_000, stormForMs: 30_000, ...incidents },
    },
  };
}

/** A whole run as the command makes it, in this process. */
async function run(wish: Wish, signal?: AbortSignal, language: Language = "en"): Promise<Ran> {
  let text = "";
  const stdout = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const io = {
    ...{ stdout, env: process.env, language, isTerminal: false, columns: 80 },
    signal: signal ?? new AbortController().signal,
  };
  const code = await runFleet(wished(wish), io, CLOCK, PATIENCE);
  const last = text.trimEnd().split("\n").at(-1) ?? "";
  return { code, text, report: (last.startsWith("{") ? JSON.parse(last) : {}) as FinalReport };
}

/** Everything that is published under tram/, held against the schemas. */
async function spy(
  url: string,
): Promise<{ readonly client: MqttClient; readonly kinds: Map<string, number> }> {
  const client = await connectAsync(url, { protocolVersion: 4 });
  const kinds = new Map<string, number>();
  client.on("message", (topic, payload) => {
    const [, , , kind = "", ...rest] = topic.split("/");
    if (kind === "command") return;
    const problems = contractProblems(topic, payload);
    if (problems.length > 0) kinds.set(problems.join("; "), 1);
    const text = payload.toString();
    const words = [kind + (rest.length > 0 ? "/device" : "")];
    if (kind === "event") words.push(...[...text.matchAll(/"event":"(\w+)"/g)].map(([, word = ""]) => word));
    if (kind === "status") words.push(text.includes('"since"') ? "full status" : "last will");
    for (const word of ["historical", "resend", "snapshot", "no_answer"]) {
      if (text.includes(`"${word}"`)) words.push(word);
    }
    if (kind === "reply") words.push(`reply ${/"state":"(\w+)"/.exec(text)?.[1]}`);
    for (const word of words) kinds.set(word, (kinds.get(word) ?? 0) + 1);
  });
  await client.subscribeAsync("tram/v1/#", { qos: 1 });
  return { client, kinds };
}

t.test(
  "outages, a storm, crashes, requests: every message by the contract, and nothing is missing",
  ASIDE,
  async (t) => {
    const broker = await Mosquitto.start(t.testdir(), ["allow_anonymous true", "max_queued_messages 0"]);
    const { client, kinds } = await spy(broker.url);
    t.teardown(async () => {
      await client.endAsync(true);
      await broker.stop();
    });
    const { code, report } = await run({
      ...{
        broker: broker.url,
        gateways: 24,
        points: 20,
        everyMs: 400,
        rampMs: 500,
        forMs: 4_000,
        json: true,
      },
      ...{ spreadMs: 1_000, askEveryMs: 100 },
      incidents: {
        ...{ stormAtMs: 1_500, stormForMs: 800, outages: 0.1, outageMs: 1_000 },
        ...{ eventsPerHour: 1_800, districtEveryMs: 700 },
      },
    });
    const { account } = report;
    t.equal(code, 0, JSON.stringify(account));
    t.match(account, {
      missing: 0,
      open_gaps: 0,
      conflicts: 0,
      unreadable: 0,
      surplus: 0,
      waiting: 0,
      gateways: 24,
    });
    t.equal(account.complete, true);
    t.ok(account.received > 200 && account.sent_late > 24, JSON.stringify(account));
    t.ok(account.answered > 10 && account.sent_again_on_request > 0, JSON.stringify(account));
    const wanted = [
      "status",
      "full status",
      "last will",
      "birth",
      "birth/device",
      "data",
      "snapshot",
      "historical",
    ];
    const events = ["alarms", "void", "device_lost", "device_found", "no_answer", "resend", "reply done"];
    for (const word of [...wanted, ...events])
      t.ok((kinds.get(word) ?? 0) > 0, `${word}: ${kinds.get(word)}`);
    t.same(
      [...kinds.keys()].filter((kind) => kind.includes("/v1/")),
      [],
      "no message against the contract",
    );
    const status = await retained(broker.url, "tram/v1/sim-00001/status");
    t.match(JSON.parse(status), { state: "offline", rev: Number, last: Number }, "an orderly farewell");
  },
);

t.test("on a broker that speaks 3.1.1 only, for people, until Ctrl-C", ASIDE, async (t) => {
  const { close, url } = await aedes();
  t.teardown(close);
  const abort = new AbortController();
  const ran = run({ broker: url, gateways: 10, points: 5, everyMs: 200 }, abort.signal, "vi");
  await waitForGateways(url, 10);
  abort.abort();
  const { code, text } = await ran;
  t.equal(code, 0, text);
  t.match(text, /10 gateway mô phỏng, 5 điểm đo mỗi gateway, .*\(MQTT 3\.1\.1\)/);
  t.match(text, /ĐỦ: \d+ bản ghi của 10 gateway/);
});

t.test(
  "what a broker loses is asked for again; what never comes is missing: exit code 1",
  ASIDE,
  async (t) => {
    const dropped = new Set<string>();
    const { close, url } = await aedes((packet) => {
      const number = /sim-0000([23])\/data$/.exec(packet.topic)?.[1];
      const [seq = ""] = /"seq":\d+/.exec(packet.payload.toString()) ?? [];
      if (number === undefined || !/\d[05]$/.test(seq)) return true;
      const key = `${packet.topic} ${seq}`;
      // The second gateway's get through at the second try, the third one's never do.
      if (number === "2" && dropped.has(key)) return true;
      dropped.add(key);
      return false;
    });
    t.teardown(close);
    const { code, report } = await run({
      ...{ broker: url, gateways: 4, points: 10, everyMs: 200, rampMs: 0, forMs: 2_000, json: true },
      history: 400,
    });
    const own = (number: string): number => [...dropped].filter((key) => key.includes(`0${number}/`)).length;
    const said = `${own("2")} and ${own("3")} of ${JSON.stringify(report.account)}`;
    t.ok(own("2") > 1 && own("3") > 1, said);
    t.equal(code, 1, said);
    t.equal(report.account.missing, own("3"), said);
    t.equal(report.account.open_gaps, own("3"), said);
    t.equal(report.account.gaps_closed, own("2"), said);
  },
);

t.test("what cannot work is told at once", ASIDE, async (t) => {
  await t.rejects(run({ broker: "mqtt://127.0.0.1:1", gateways: 1 }), { code: "fleet.no_broker" });
  t.doesNotThrow(() => mustFit(1_000, 1_064));
  try {
    mustFit(5_000, 1_024);
    t.fail("5,000 connections in 1,024 files");
  } catch (error) {
    t.ok(error instanceof ConfigurationError && /ulimit -n 5064/.test(renderHint(error.said, "en") ?? ""));
  }
});

/** A broker in process; `forwards` says which messages reach whom they are for. */
async function aedes(
  forwards: (packet: AedesPublishPacket) => boolean = () => true,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const broker = await Aedes.createBroker({
    authorizeForward: (_, packet) => (forwards(packet) ? packet : null),
  });
  const server = createServer(broker.handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const close = async (): Promise<void> => {
    await new Promise<void>((resolve) => broker.close(resolve));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `mqtt://127.0.0.1:${port}`, close };
}

async function retained(url: string, topic: string): Promise<string> {
  const client = await connectAsync(url, { protocolVersion: 4 });
  const heard = new Promise<string>((resolve) => {
    client.once("message", (_, payload) => resolve(payload.toString()));
  });
  await client.subscribeAsync(topic);
  const text = await heard;
  await client.endAsync(true);
  return text;
}

async function waitForGateways(url: string, count: number): Promise<void> {
  const client = await connectAsync(url, { protocolVersion: 4 });
  const seen = new Set<string>();
  const all = new Promise<void>((resolve) => {
    client.on("message", (topic) => {
      seen.add(topic);
      if (seen.size >= count) resolve();
    });
  });
  await client.subscribeAsync("tram/v1/+/data");
  await all;
  await client.endAsync(true);
}
