import t from "tap";
import { HEALTH_FIELDS, writtenDown } from "../core/health.js";
import { codes, load, loadGood, SMALL } from "./testbed.js";

t.test("each connection with devices has a device of its own that tells how it is", async (t) => {
  const config = loadGood(t, SMALL);
  t.same([...config.connections.keys()], ["plc", "bus", "health"], "bus has no devices");
  const health = config.devices.get("health.plc");
  t.equal(health?.connection, "health");
  t.same(
    health?.points.map(({ id }) => id),
    [
      ...HEALTH_FIELDS,
      ...HEALTH_FIELDS.filter((field) => field !== "findings").map((field) => `pump.${field}`),
    ],
  );
  t.match(health?.points[0], {
    id: "requests",
    kind: "counter",
    periodMs: 300_000,
    heartbeatMs: 300_000,
    priority: "low",
    access: "read",
  });
  for (const point of health?.points ?? []) {
    t.ok(point.name?.vi && point.name.en && point.quantity, point.id);
    t.equal(point.type === "string", point.decimals === undefined, `${point.id}: numbers have places`);
  }
  t.match(health?.points.at(-1)?.name, { vi: /^pump: / });
  const own = writtenDown(config);
  t.same(
    [own.connections.map(({ id }) => id), own.devices.map(({ id }) => id)],
    [["plc", "bus"], ["pump"]],
    "what stands in the file",
  );
});

t.test("another pace, and none at all", async (t) => {
  const paced = loadGood(t, SMALL.replace("{id: gw-1}", "{id: gw-1, health_every: 1min}"));
  t.equal(paced.devices.get("health.plc")?.points[0]?.periodMs, 60_000);
  const off = loadGood(t, SMALL.replace("{id: gw-1}", "{id: gw-1, health_every: 0s}"));
  t.same([...off.devices.keys()], ["pump"]);
  t.notOk(off.connections.has("health"));
  t.same(codes(load(t, SMALL.replace("{id: gw-1}", "{id: gw-1, health_every: 10ms}")).problems), [
    "1:35 error config.too_short",
  ]);
});

t.test("an uplink may carry them, or not", async (t) => {
  const of = (points: string) =>
    loadGood(t, SMALL.replace('localhost"', `localhost", points: [${points}]`)).uplinks.get("centre")?.points;
  t.same(of('"health.*"'), ["health.*"], "a pattern that only they match is no mistake");
  t.same(of("pump.run"), ["pump.run"]);
});

t.test("their names are nobody else's", async (t) => {
  const connection = SMALL.replaceAll("plc", "health");
  t.match(codes(load(t, connection).problems), [/error config\.reserved_connection/]);
  const device = SMALL.replace("  pump:", "  health.plc:");
  t.match(codes(load(t, device).problems), [/error config\.reserved_device/]);
  const off = SMALL.replace("{id: gw-1}", "{id: gw-1, health_every: 0s}").replaceAll("plc", "health");
  t.match(codes(load(t, off).problems), [/reserved_connection/], "also while they are off");
});
