import { setImmediate as turn } from "node:timers/promises";
import { Value } from "@sinclair/typebox/value";
import { connectAsync, type MqttClient } from "mqtt";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { LinkError, RejectedError, TransientError } from "../../drivers/core/errors.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Layout, ReadingBatch } from "../../drivers/core/reading.js";
import { MESSAGE_SCHEMAS } from "../contract/message-schemas.js";
import type { UplinkConfig } from "../core/config.js";
import type { Forwarder } from "../core/forwarder.js";
import type { GatewayRecord } from "../core/record.js";
import { backoffMs } from "./backoff.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { MqttForwarder } from "./mqtt-forwarder.js";
import { FakeBuffer } from "./testing/fake-buffer.js";
import { Mosquitto } from "./testing/mosquitto.js";
import { ScriptedForwarder } from "./testing/scripted-forwarder.js";
import { Uplink, type UplinkParts } from "./uplink.js";

const LAYOUT: Layout = { device: "well", points: [{ id: "level", type: "s16", decimals: 3 }] };

const LOST = (): LinkError => new LinkError(M.lost, { url: "mqtt://x", problem: "test" });
const REFUSED = (): RejectedError =>
  new RejectedError(M.message_refused, { url: "mqtt://x", topic: "data", code: "0x99", problem: "test" });
const BUSY = (): TransientError =>
  new TransientError("device_error", M.quota, { url: "mqtt://x", code: "0x97", problem: "test" });

function describe(devices: readonly string[]): string {
  return JSON.stringify({
    site: { name: "Trạm", timezone: "Asia/Ho_Chi_Minh" },
    devices: devices.map((device) => ({ device, name: device, connection: "c", points: [{ id: "level" }] })),
    uplinks: { centre: ["*"] },
  });
}

class Bench {
  readonly clock = new ManualClock();
  readonly buffer = new FakeBuffer({ uplinks: ["centre"] });
  readonly forwarder = new ScriptedForwarder();
  readonly uplink: Uplink;
  readonly parts: UplinkParts;
  batches: ReadingBatch[] = [];

  constructor(config: Partial<UplinkConfig> = {}, parts: Partial<UplinkParts> = {}) {
    this.buffer.revisions.set(1, describe(["well"]));
    this.parts = {
      config: {
        id: "centre",
        url: "mqtt://x",
        format: "json",
        compress: "none",
        protocol: "auto",
        user: "gw",
        keepaliveMs: 30_000,
        gatherMs: 0,
        window: 4,
        points: ["*"],
        fileEveryMs: 0,
        hash: "",
        ...config,
      },
      identity: { id: "gw", name: "gw", timezone: "UTC", clock: "auto", statusEveryMs: 60_000 },
      configHash: "hash",
      version: "0.1.0",
      buffer: this.buffer,
      live: { update() {}, get: () => undefined, batches: () => this.batches, subscribe: () => () => {} },
      carries: () => true,
      forwarder: this.forwarder,
      clock: this.clock,
      log: SILENT_LOG,
      random: () => 0.5,
      ...parts,
    };
    this.uplink = new Uplink(this.parts);
  }

  batch(value = 1): ReadingBatch {
    return {
      layout: LAYOUT,
      state: "measuring",
      t: this.clock.now(),
      mono: this.clock.mono(),
      boot: "boot-0",
      values: [value],
    };
  }

  append(count = 1): readonly GatewayRecord[] {
    return Array.from({ length: count }, () => {
      const record = this.buffer.append(this.batch(), "normal");
      this.uplink.wake();
      return record;
    });
  }

  acknowledgeAll(): void {
    this.forwarder.onSend = (sent) => sent.acknowledge();
    for (const sent of this.forwarder.sent) sent.acknowledge();
  }

  /** Lets everything that waits on promises run. */
  async settle(): Promise<void> {
    for (let n = 0; n < 12; n++) await turn();
  }

  async stop(): Promise<void> {
    const stopped = this.uplink.stop(100);
    await this.clock.advance(100);
    await stopped;
  }

  async up(): Promise<void> {
    this.uplink.start();
    await this.settle();
  }
}

t.test("on connecting: will, status, births, snapshot, then live and backlog", async (t) => {
  const bench = new Bench({ window: 100 });
  const { buffer, forwarder } = bench;
  bench.append(3);
  bench.batches = [bench.batch(7)];
  await bench.up();
  t.same(JSON.parse(String(forwarder.wills[0]?.payload)), { state: "offline", epoch: "e1" });
  t.same(forwarder.wills[0]?.retain, true);
  t.same(forwarder.order.slice(0, 5), [
    "status retained",
    "birth retained",
    "birth/well retained",
    "data",
    "data",
  ]);
  const [status, , , snapshot, data] = forwarder.sent.map(({ text }) => JSON.parse(text));
  t.ok(Value.Check(MESSAGE_SCHEMAS.status, status));
  t.match(status, {
    state: "online",
    epoch: "e1",
    rev: 1,
    pending_from: 1,
    last: 3,
    durable: true,
    config: "hash",
  });
  t.ok(Value.Check(MESSAGE_SCHEMAS.snapshot, snapshot));
  t.match(snapshot, { as_of: 3, records: [{ device: "well", v: { level: 7 } }] });
  t.same(
    data.records.map(({ seq, historical }: { seq: number; historical: boolean }) => [seq, historical]),
    [
      [1, true],
      [2, true],
      [3, true],
    ],
  );
  t.equal(buffer.birthsAcknowledged("centre"), 0, "not before the receipts");
  bench.acknowledgeAll();
  await bench.settle();
  t.equal(buffer.birthsAcknowledged("centre"), 1);
  t.same(buffer.outcomeOf("acknowledged"), [1, 2, 3]);
  t.equal(
    forwarder.order.filter((topic) => topic === "status retained").length,
    2,
    "the backlog became empty",
  );

  bench.append(1);
  t.same(forwarder.seqs("data").slice(-1), [4], "a live record is on the wire before wake returns");
  t.equal(JSON.parse(forwarder.sent.at(-1)?.text ?? "").records[0].historical, undefined);
  t.match(bench.uplink.status("en"), {
    state: "up",
    acknowledgedRecords: 3,
    acknowledgedReadings: 3,
    inFlight: 1,
  });

  forwarder.lose(LOST());
  await bench.settle();
  t.match(bench.uplink.status("vi"), { state: "down", problem: /Mất kết nối/, inFlight: 0 });
  await bench.clock.advance(500);
  t.equal(forwarder.connects, 2);
  const births = forwarder.order.filter((topic) => topic.startsWith("birth"));
  t.equal(births.length, 2, "acknowledged births are not sent again");
  await bench.stop();
});

t.test("live goes beside the backlog, each in order, and neither starves the other", async (t) => {
  const bench = new Bench({ window: 3 });
  const { forwarder } = bench;
  bench.forwarder.limits = { window: 1_000, maxPayload: 200 };
  bench.append(20);
  await bench.up();
  // From here on one receipt at a time, oldest first: the window is always full.
  let next = 0;
  let most = 0;
  const open = (): number => forwarder.sent.length - next;
  while (next < forwarder.sent.length) {
    most = Math.max(most, open());
    if (next < 40) bench.append(1);
    forwarder.sent[next++]?.acknowledge();
    await bench.settle();
  }
  t.equal(most, 3, "the window is used and never exceeded");
  const live = forwarder.seqs("data", ({ historical }) => !historical);
  const backlog = forwarder.seqs("data", ({ historical }) => historical === true);
  t.same(
    live,
    [...live].sort((a, b) => a - b),
  );
  t.same(
    backlog,
    [...backlog].sort((a, b) => a - b),
  );
  t.same(
    backlog,
    Array.from({ length: 20 }, (_, n) => n + 1),
  );
  t.equal(live.length, 40);
  const mixed = forwarder.seqs("data");
  const lastBacklog = mixed.lastIndexOf(20);
  t.ok(
    mixed.slice(0, lastBacklog).some((seq) => seq > 20),
    "live went while there was backlog",
  );
  t.ok(
    mixed.slice(lastBacklog).some((seq) => seq > 20),
    "the backlog did not wait for the end of live",
  );
  await bench.stop();
});

t.test("with a window of one they take turns", async (t) => {
  const bench = new Bench({ window: 1 });
  bench.forwarder.limits = { window: 1, maxPayload: 200 };
  bench.append(5);
  bench.acknowledgeAll();
  const { forwarder } = bench;
  let sinceBacklog = 0;
  forwarder.onSend = (sent) => {
    if (sent.text.includes("historical")) sinceBacklog = 0;
    else if (
      forwarder.seqs("data").length > 0 &&
      forwarder.seqs("data", (r) => r.historical === true).length < 5
    ) {
      sinceBacklog++;
    }
    t.ok(sinceBacklog < 40);
    setImmediate(() => {
      bench.append(1);
      sent.acknowledge();
    });
  };
  await bench.up();
  for (let n = 0; n < 100 && forwarder.seqs("data", (r) => r.historical === true).length < 5; n++)
    await bench.settle();
  t.same(
    forwarder.seqs("data", (r) => r.historical === true),
    [1, 2, 3, 4, 5],
  );
  forwarder.onSend = (sent) => sent.acknowledge();
  await bench.stop();
});

t.test("on loss everything in flight is backlog again, in order, and nothing is taken twice", async (t) => {
  const bench = new Bench({ window: 2 });
  bench.acknowledgeAll();
  await bench.up();
  const { buffer, forwarder } = bench;
  forwarder.onSend = () => {};
  bench.append(5);
  t.same(forwarder.seqs("data"), [1, 2], "no more than the window");
  forwarder.lose(LOST());
  forwarder.sent.at(-1)?.acknowledge();
  await bench.settle();
  t.same(buffer.outcomeOf("returned"), [1, 2]);
  t.same(buffer.outcomeOf("acknowledged"), []);
  bench.append(1);
  bench.acknowledgeAll();
  await bench.clock.advance(60_000);
  t.same(forwarder.seqs("data").slice(2), [1, 2, 3, 4, 5, 6]);
  t.same(buffer.outcomeOf("acknowledged"), [1, 2, 3, 4, 5, 6]);
  t.equal(buffer.progress("centre").pending, 0);
  await bench.stop();
});

t.test("one failed send ends the connection: what was sent behind it is sent again behind it", async (t) => {
  const bench = new Bench({ window: 4 });
  bench.acknowledgeAll();
  await bench.up();
  const { buffer, forwarder } = bench;
  forwarder.onSend = () => {};
  bench.append(3);
  forwarder.sent.at(-3)?.fail(LOST());
  await bench.settle();
  t.same([...buffer.outcomeOf("returned")].sort(), [1, 2, 3]);
  bench.acknowledgeAll();
  await bench.clock.advance(60_000);
  t.same(forwarder.seqs("data").slice(3), [1, 2, 3]);
  await bench.stop();
});

t.test("a poison record is found by halving, put aside after three refusals, and told", async (t) => {
  const bench = new Bench({ window: 4 });
  const { buffer, forwarder } = bench;
  bench.append(16);
  let refusals = 0;
  forwarder.onSend = (sent) => {
    const records: { seq?: number }[] = JSON.parse(sent.text).records ?? [];
    if (records.some(({ seq }) => seq === 11)) {
      refusals++;
      sent.fail(REFUSED());
    } else {
      sent.acknowledge();
    }
  };
  await bench.up();
  for (let n = 0; n < 10; n++) await bench.settle();
  t.same(buffer.outcomeOf("rejected"), [11]);
  t.same(
    [...buffer.outcomeOf("acknowledged")].filter((seq) => seq <= 16).sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16],
  );
  t.equal(refusals, 4 + 3, "16, 8, 4, 2 records, then three times alone");
  t.equal(bench.uplink.status("en").rejectedMessages, refusals);
  t.same(buffer.records.at(-1), {
    ...buffer.records.at(-1),
    kind: "event",
    event: {
      event: "lost",
      runs: [{ from: 11, to: 11, prev: 10, count: 1 }],
      points: ["well.level"],
      reason: "undeliverable",
    },
  });
  t.same(forwarder.seqs("event"), [17], "the event goes out by itself");
  t.equal(forwarder.connects, 1, "the connection stands");
  await bench.stop();
});

t.test("where nothing has ever passed, a right is missing and no record is given up", async (t) => {
  const bench = new Bench({ window: 2 });
  const { buffer, forwarder } = bench;
  bench.append(2);
  forwarder.onSend = (sent) => (sent.message.topic === "data" ? sent.fail(REFUSED()) : sent.acknowledge());
  await bench.up();
  for (let n = 0; n < 5; n++) await bench.settle();
  const tries = forwarder.seqs("data").length;
  t.ok(tries <= 10, `${tries} tries, then a pause`);
  t.same(buffer.outcomeOf("rejected"), []);
  bench.acknowledgeAll();
  await bench.clock.advance(60_000);
  t.same([...new Set(buffer.outcomeOf("acknowledged"))].sort(), [1, 2], "sent when the right is there");
  await bench.stop();
});

t.test("a record larger than the other side takes is told as lost, at once", async (t) => {
  const bench = new Bench();
  bench.acknowledgeAll();
  bench.forwarder.limits = { window: 10, maxPayload: 400 };
  await bench.up();
  bench.buffer.append(
    { ...bench.batch(), layout: { device: "d".repeat(500), points: LAYOUT.points } },
    "normal",
  );
  bench.uplink.wake();
  bench.append(1);
  await bench.settle();
  t.same(bench.buffer.outcomeOf("rejected"), [1]);
  t.same(bench.forwarder.seqs("data"), [3]);
  await bench.stop();
});

t.test("an overload is waited out on the same connection, in order", async (t) => {
  const bench = new Bench({ window: 4 });
  bench.acknowledgeAll();
  await bench.up();
  const { buffer, forwarder } = bench;
  forwarder.onSend = (sent) => sent.fail(BUSY());
  bench.append(1);
  await bench.settle();
  const before = forwarder.sent.length;
  bench.append(3);
  await bench.settle();
  t.equal(forwarder.sent.length, before, "nothing is sent meanwhile");
  bench.acknowledgeAll();
  await bench.clock.advance(3_000);
  t.same([...buffer.outcomeOf("acknowledged")].sort(), [1, 2, 3, 4]);
  t.equal(forwarder.connects, 1);
  t.same(buffer.outcomeOf("rejected"), []);
  await bench.stop();
});

t.test(
  "the births of an old revision go before its records, not retained; a removed device is cleared",
  async (t) => {
    const bench = new Bench({ window: 100 });
    const { buffer, forwarder } = bench;
    buffer.revisions.set(1, describe(["well", "pump"]));
    buffer.acknowledgeBirths("centre", 1);
    bench.append(2);
    buffer.rev = 2;
    buffer.revisions.set(2, describe(["well"]));
    bench.append(1);
    bench.acknowledgeAll();
    await bench.up();
    t.same(forwarder.order.slice(0, 9), [
      "status retained",
      "birth retained",
      "birth/well retained",
      "birth/pump retained",
      "birth",
      "birth/well",
      "birth/pump",
      "data",
      "data",
    ]);
    t.equal(forwarder.sent[3]?.text, "", "cleared");
    t.same(JSON.parse(forwarder.sent[4]?.text ?? "").rev, 1);
    t.same(
      forwarder.sent.slice(7, 9).map(({ text }) => JSON.parse(text).rev),
      [1, 2],
    );
    t.equal(buffer.birthsAcknowledged("centre"), 2);
    forwarder.sent.length = 0;
    await bench.clock.advance(86_400_000);
    t.ok(forwarder.order.includes("birth retained"), "and once a day");
    await bench.stop();
  },
);

t.test("numbers held in memory only: another epoch goes out live, its births before it", async (t) => {
  const bench = new Bench({ window: 100 });
  const { buffer, forwarder } = bench;
  bench.acknowledgeAll();
  await bench.up();
  forwarder.sent.length = 0;
  buffer.epoch = "memory";
  bench.append(1);
  t.same(forwarder.order, ["birth", "birth/well", "data"], "in the same turn, without the disk");
  t.same(
    forwarder.sent.map(({ text }) => JSON.parse(text).epoch),
    ["memory", "memory", "memory"],
  );
  bench.append(1);
  t.same(forwarder.order.slice(3), ["data"], "once a connection");
  buffer.epoch = "e1";
  bench.append(1);
  t.same(forwarder.order.slice(4), ["data"]);
  buffer.rev = 2;
  buffer.revisions.set(2, describe(["well"]));
  bench.append(1);
  await bench.settle();
  const [birth] = forwarder.sent.slice(5);
  t.equal(birth?.message.topic, "birth", "a revision that is not known yet is read from the disk first");
  t.same(forwarder.seqs("data"), [1, 2, 3, 4]);
  await bench.stop();
});

t.test(
  "a broker that goes away and comes back: nothing is lost, live and backlog each in order",
  async (t) => {
    const folder = t.testdir();
    const first = await Mosquitto.start(folder);
    const url = `mqtt://127.0.0.1:${first.port}`;
    const clock = new SystemClock("boot");
    const buffer = new FakeBuffer({ uplinks: ["centre"] });
    buffer.revisions.set(1, describe(["well"]));
    const { config } = new Bench().parts;
    const uplinkConfig = { ...config, url };
    const mqtt = new MqttForwarder({ uplink: uplinkConfig, gatewayId: "gw", clock, log: SILENT_LOG });
    // A broker that has just started knows no subscription: the gateway comes after the centre.
    let centreListens = Promise.resolve();
    const forwarder: Forwarder = {
      proves: mqtt.proves,
      connect: (signal, will) => centreListens.then(() => mqtt.connect(signal, will)),
      send: (message) => mqtt.send(message),
      onLost: (listener) => mqtt.onLost(listener),
      close: (deadlineMs) => mqtt.close(deadlineMs),
    };
    const uplink = new Uplink({
      ...new Bench().parts,
      config: uplinkConfig,
      buffer,
      clock,
      forwarder,
      random: () => 0.02,
    });
    const heard: { seq: number; historical?: true }[] = [];
    const listen = async (): Promise<MqttClient> => {
      const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0 });
      client.on("message", (topic, payload) => {
        if (topic === "tram/v1/gw/data") heard.push(...JSON.parse(payload.toString()).records);
      });
      await client.subscribeAsync("tram/#", { qos: 1 });
      return client;
    };
    const until = async (what: () => boolean): Promise<void> => {
      const deadline = clock.mono() + 10_000;
      while (!what()) {
        if (clock.mono() > deadline) throw new Error(`heard ${heard.length}`);
        await turn();
      }
    };
    const append = (count: number): void => {
      for (let n = 0; n < count; n++) {
        buffer.append(new Bench().batch(), "normal");
        uplink.wake();
      }
    };
    let centre = await listen();
    uplink.start();
    await until(() => uplink.status("en").state === "up");
    append(50);
    await until(() => heard.length === 50 && buffer.outcomeOf("acknowledged").length === 50);
    let letIn = (): void => {};
    centreListens = new Promise((resolve) => {
      letIn = resolve;
    });
    await centre.endAsync(true);
    await first.stop();
    append(300);
    await until(() => uplink.status("en").state !== "up");
    const second = await Mosquitto.start(folder, ["allow_anonymous true"], first.port);
    t.teardown(() => second.stop());
    centre = await listen();
    t.teardown(() => centre.endAsync(true));
    letIn();
    await until(() => uplink.status("en").state === "up");
    append(50);
    await until(() => new Set(heard.map(({ seq }) => seq)).size === 400);
    for (const lane of [heard.filter((r) => !r.historical).slice(50), heard.filter((r) => r.historical)]) {
      const seqs = lane.map(({ seq }) => seq);
      t.same(
        seqs,
        [...seqs].sort((a, b) => a - b),
      );
    }
    await until(() => buffer.progress("centre").pending === 0);
    const from = clock.mono();
    await uplink.stop(5_000);
    t.ok(clock.mono() - from < 4_000);
    const status = await new Promise<string>((resolve) => {
      centre.on("message", (topic, payload, { retain }) => {
        if (retain && topic.endsWith("/status")) resolve(payload.toString());
      });
      centre.unsubscribe("tram/#", () => centre.subscribe("tram/#", { qos: 1 }));
    });
    t.match(JSON.parse(status), { state: "offline", last: 400, pending_from: 401 });
  },
);

t.test("connected, but the oldest message is never acknowledged: cut and made anew", async (t) => {
  const bench = new Bench({ window: 4 });
  const { buffer, forwarder } = bench;
  let stuck = false;
  forwarder.onSend = (sent) => {
    if (sent.message.topic === "data" && !stuck) stuck = true;
    else sent.acknowledge();
  };
  await bench.up();
  bench.append(1);
  for (let second = 0; second < 59; second++) {
    bench.append(1);
    await bench.clock.advance(1_000);
  }
  t.equal(forwarder.connects, 1, "patient for 60 s");
  t.ok(bench.uplink.status("en").oldestInFlightMs >= 58_000);
  await bench.clock.advance(5_000);
  t.equal(forwarder.connects, 2);
  t.ok(forwarder.closes >= 1);
  t.same(buffer.outcomeOf("returned"), [1]);
  t.ok(forwarder.seqs("data").lastIndexOf(1) > 0, "sent again");
  await bench.stop();
});

t.test("stop ends within its deadline though the other side never answers and close hangs", async (t) => {
  const bench = new Bench({ window: 4 });
  const { buffer, forwarder } = bench;
  forwarder.onClose = () => new Promise(() => {});
  await bench.up();
  bench.append(2);
  let stopped = false;
  const from = bench.clock.mono();
  const stopping = bench.uplink.stop(2_000).then(() => {
    stopped = true;
  });
  await bench.settle();
  t.notOk(stopped);
  await bench.clock.advance(2_000);
  await stopping;
  t.equal(bench.clock.mono() - from, 2_000);
  t.same(
    [...buffer.outcomeOf("returned")].sort(),
    [1, 2].filter((seq) => forwarder.seqs("data").includes(seq)),
  );
  await bench.clock.advance(600_000);
  t.equal(forwarder.connects, 1, "no reconnection after a stop");
  t.equal(bench.clock.pending, 0, "no timer is left");
});

t.test("an orderly stop sends what is live, then says offline", async (t) => {
  const bench = new Bench({ window: 1 });
  const { buffer, forwarder } = bench;
  bench.acknowledgeAll();
  await bench.up();
  forwarder.onSend = (sent) => setImmediate(() => sent.acknowledge());
  bench.append(5);
  await bench.uplink.stop(5_000);
  t.same(buffer.outcomeOf("acknowledged"), [1, 2, 3, 4, 5]);
  const last = JSON.parse(forwarder.sent.at(-1)?.text ?? "");
  t.match(last, { state: "offline", last: 5, pending_from: 6 });
  t.ok(Value.Check(MESSAGE_SCHEMAS.status, last));
  t.equal(bench.clock.pending, 0);
});

t.test("stop while connecting hangs", async (t) => {
  const bench = new Bench();
  bench.forwarder.onConnect = (signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(LOST())));
  await bench.up();
  t.equal(bench.uplink.status("en").state, "connecting");
  await bench.uplink.stop(1_000);
  t.equal(bench.uplink.status("en").state, "down");
  t.equal(bench.clock.pending, 0);
});

t.test("a connection that comes up in the turn of the stop is closed", async (t) => {
  const bench = new Bench();
  let connected = (): void => {};
  bench.forwarder.onConnect = () =>
    new Promise((resolve) => {
      connected = resolve;
    });
  await bench.up();
  const stopping = bench.uplink.stop(1_000);
  connected();
  await bench.settle();
  await stopping;
  t.ok(bench.forwarder.closes >= 2, "closed once more, after it came up");
  t.same(bench.forwarder.order, []);
  await bench.clock.advance(2_000);
  t.equal(bench.clock.pending, 0);
});

t.test("gathering: live records share a message, and do not wait longer than that", async (t) => {
  const bench = new Bench({ gatherMs: 5_000 });
  const { forwarder } = bench;
  bench.acknowledgeAll();
  await bench.up();
  bench.append(10);
  await bench.clock.advance(4_000);
  t.same(forwarder.seqs("data"), []);
  bench.append(2);
  await bench.clock.advance(1_000);
  t.same(forwarder.sent.filter(({ message }) => message.topic === "data").length, 1);
  t.equal(forwarder.seqs("data").length, 12);
  bench.append(300);
  t.ok(forwarder.seqs("data").length >= 256, "enough of them go at once");
  await bench.stop();
});

t.test("what did not fit the live queue, and a disk that failed, are made up for", async (t) => {
  const bench = new Bench({ window: 1 });
  const { buffer, forwarder } = bench;
  bench.acknowledgeAll();
  await bench.up();
  buffer.liveBound = 2;
  buffer.broken = new Error("EIO");
  forwarder.onSend = () => {};
  bench.append(6);
  bench.acknowledgeAll();
  await bench.clock.advance(1_500);
  t.same(buffer.outcomeOf("acknowledged"), [1, 2, 3]);
  buffer.broken = undefined;
  await bench.clock.advance(1_500);
  t.same(buffer.outcomeOf("acknowledged"), [1, 2, 3, 4, 5, 6]);
  await bench.stop();
});

t.test("gzip where it is configured and worth it", async (t) => {
  const bench = new Bench({ compress: "gzip", window: 1 });
  const { forwarder } = bench;
  bench.append(50);
  bench.acknowledgeAll();
  await bench.up();
  const big = forwarder.sent.find(({ message }) => message.topic === "data");
  t.equal(big?.message.contentType, "application/gzip");
  t.equal((big?.message.payload as Uint8Array | undefined)?.[0], 0x1f);
  bench.append(1);
  t.equal(forwarder.sent.at(-1)?.message.contentType, undefined);
  await bench.stop();
});

t.test("waiting between tries: exponential, jittered, slow after a refusal", async (t) => {
  const most = [1, 2, 3, 4, 5, 6, 7, 20, 2_000].map((failures) => backoffMs(failures, LOST(), () => 1));
  t.same(most, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  t.equal(
    backoffMs(5, LOST(), () => 0),
    0,
    "full jitter",
  );
  t.equal(
    backoffMs(1, REFUSED(), () => 0),
    30_000,
  );
  const bench = new Bench();
  bench.forwarder.onConnect = async () => {
    throw REFUSED();
  };
  await bench.up();
  await bench.clock.advance(29_000);
  t.equal(bench.forwarder.connects, 1, "the first try at once, the second not before 30 s");
  await bench.clock.advance(16_500);
  t.equal(bench.forwarder.connects, 2);
  await bench.stop();
});
