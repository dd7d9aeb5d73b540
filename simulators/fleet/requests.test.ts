import { connectAsync } from "mqtt";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import type { ReplyMessage } from "../../gateway/contract/command.js";
import { mustHold } from "../../gateway/contract/testing/hold-to-contract.js";
import { Mosquitto } from "../../gateway/forward/testing/mosquitto.js";
import { seededRandom } from "../random.js";
import { type Behaviour, FleetGateway } from "./fleet-gateway.js";
import { stationOf } from "./station.js";
import { Tally } from "./tally.js";

const NAME = "tram/v1/sim-00001";
const BEHAVIOUR: Behaviour = {
  messages: "station",
  ...{ everyMs: 100, spreadMs: 100, backlogRate: 100, history: 20, capacity: 100 },
  ...{ statusEveryMs: 60_000, version: "0.1.0" },
};

t.test("every request of the centre is answered as the contract says", async (t) => {
  const broker = await Mosquitto.start(t.testdir());
  const client = await connectAsync(broker.url);
  const gateway = new FleetGateway({
    station: stationOf(1, { prefix: "sim-", seed: 1, points: 40, districts: 1, everyMs: 100 }),
    ...{ epoch: "e1", behaviour: BEHAVIOUR, clock: new SystemClock("test"), random: seededRandom(1) },
    access: { url: broker.url, version: 5 },
    tally: new Tally(),
  });
  t.teardown(async () => {
    await gateway.retire();
    await client.endAsync(true);
    await broker.stop();
  });
  const waiting = new Map<string, (reply: ReplyMessage) => void>();
  const heard: { readonly topic: string; readonly text: string; readonly retain: boolean }[] = [];
  client.on("message", (topic, payload, { retain }) => {
    mustHold(topic, payload);
    const text = payload.toString();
    if (!topic.endsWith("/command")) heard.push({ topic: topic.slice(NAME.length + 1), text, retain });
    if (!topic.endsWith("/reply")) return;
    const reply = JSON.parse(text) as ReplyMessage;
    waiting.get(reply.id ?? "none")?.(reply);
  });
  for (const kind of ["status", "birth/+", "data", "event", "reply"])
    await client.subscribeAsync(`${NAME}/${kind}`);
  const ask = (body: unknown, id = "none"): Promise<ReplyMessage> =>
    new Promise((resolve) => {
      waiting.set(id, resolve);
      const text = typeof body === "string" ? body : JSON.stringify(body);
      client.publish(`${NAME}/command`, text, { qos: 1 });
    });
  const request = (id: string, body: object): Promise<ReplyMessage> => ask({ id, ...body }, id);
  const until = async (what: () => boolean): Promise<void> => {
    while (!what()) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  gateway.switchOn(0);
  const devices = gateway.station.devices.length;
  await until(() => gateway.isConnected && gateway.stream.last > 40 && gateway.stream.keptFrom > 5);
  gateway.stopReading();
  await until(() => gateway.isIdle);
  const { keptFrom, last } = gateway.stream;

  t.match(await request("d", { request: "diagnostics" }), {
    state: "done",
    diagnostics: { id: "sim-00001", rev: 1 },
  });
  t.match(await request("s", { request: "snapshot" }), { state: "done", sent: devices });
  t.match(await request("b", { request: "birth" }), { state: "done", sent: devices + 1 });
  t.match(await request("b2", { request: "birth", rev: 9 }), { state: "rejected", reason: "unknown_rev" });
  heard.length = 0;
  const again = await request("r", { request: "resend", epoch: "e1", from: keptFrom - 3, to: last });
  t.match(again, {
    state: "done",
    sent: last - keptFrom + 1,
    missing: [{ from: keptFrom - 3, to: keptFrom - 1 }],
  });
  const resent = heard.flatMap(({ text }) => [...text.matchAll(/"resend":true/g)]);
  t.equal(resent.length, last - keptFrom + 1);
  const [from_t, to_t] = ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"];
  t.match(await request("t", { request: "resend", from_t, to_t }), {
    state: "done",
    sent: last - keptFrom + 1,
  });
  t.match(
    await request("r", { request: "snapshot" }),
    { state: "done", sent: again.sent },
    "the same id, the same answer",
  );

  t.match(await request("x1", { request: "resend", epoch: "e0", from: 1, to: 2 }), {
    reason: "unknown_epoch",
  });
  t.match(await request("x2", { request: "resend", epoch: "e1", from: 2, to: 1 }), {
    reason: "bad_value",
    key: "to",
  });
  t.match(await request("x3", { request: "snapshot", expire: "x" }), {
    reason: "unknown_key",
    key: "expire",
  });
  t.match(await request("x4", { request: "resend", epoch: "e1", from: 1 }), {
    reason: "missing_key",
    key: "to",
  });
  t.match(await request("x5", { request: "write" }), { reason: "unknown_request" });
  t.match(await request("x6", { request: "snapshot", expires: "2020-01-01T00:00:00Z" }), {
    state: "expired",
  });
  t.match(await request("x7", { request: "resend", epoch: "e1", from: 1, to: 2_000_000 }), {
    reason: "too_many",
  });
  t.match(await request("x8", { request: "birth", rev: "one" }), { reason: "bad_value", key: "rev" });
  t.match(await ask("{"), { id: null, state: "rejected", reason: "not_json" });
  t.match(await ask({ id: 7, request: "snapshot" }), { reason: "bad_id" });
  t.match(await ask(" ".repeat(5_000)), { reason: "too_large" });

  gateway.newRevision();
  t.match(await request("b3", { request: "birth", rev: 1 }), { state: "done", sent: devices + 1 });
  const flood = await Promise.all(
    Array.from({ length: 40 }, (_, at) => request(`f${at}`, { request: "diagnostics" })),
  );
  t.ok(
    flood.some(({ reason }) => reason === "too_often" || reason === "busy"),
    "a flood is refused",
  );
});
