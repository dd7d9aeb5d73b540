import { setImmediate as turn } from "node:timers/promises";
import { Value } from "@sinclair/typebox/value";
import { connectAsync, type MqttClient } from "mqtt";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import type { Layout } from "../../drivers/core/reading.js";
import { MESSAGE_SCHEMAS } from "../contract/message-schemas.js";
import { holdToContract } from "../contract/testing/hold-to-contract.js";
import type { Forwarder } from "../core/forwarder.js";
import { MqttForwarder } from "./mqtt-forwarder.js";
import { FakeBuffer } from "./testing/fake-buffer.js";
import { Mosquitto } from "./testing/mosquitto.js";
import { Bench, BUSY, describe, LAYOUT, LOST, REFUSED } from "./testing/uplink-bench.js";
import { Uplink } from "./uplink.js";

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

t.test("the backlog leaves a slot to live, and does not fill a slow link", async (t) => {
  const bench = new Bench({ window: 4 });
  const { forwarder } = bench;
  bench.append(20);
  forwarder.onSend = (sent) => (sent.text.includes("historical") ? undefined : sent.acknowledge());
  forwarder.limits = { window: 1_000, maxPayload: 200 };
  await bench.up();
  t.same(forwarder.seqs("data"), [1, 2, 3]);
  bench.append(1);
  t.same(forwarder.seqs("data"), [1, 2, 3, 21], "at once");
  await bench.stop();

  const slow = new Bench({ window: 100 });
  const long: Layout = { device: "d", points: [{ id: "s", type: "string" }] };
  for (let n = 0; n < 20; n++) {
    slow.buffer.append({ ...slow.batch(), layout: long, values: ["x".repeat(100_000)] }, "normal");
  }
  slow.forwarder.onSend = (sent) => (sent.text.includes("historical") ? undefined : sent.acknowledge());
  await slow.up();
  t.same(slow.forwarder.seqs("data"), [1, 2], "256 kB in flight");
  await slow.stop();
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
      const client = holdToContract(await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0 }));
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
