import { readFileSync } from "node:fs";
import { Value } from "@sinclair/typebox/value";
import t from "tap";
import type { BirthMessage, DeviceBirthMessage } from "../contract/birth.js";
import { MESSAGE_SCHEMAS } from "../contract/message-schemas.js";
import { parseTopic, topicOf } from "../contract/topics.js";
import type { GatewayConfig } from "../core/config.js";
import { birthMessages, clearedBirths, describeRevision } from "./births.js";

const EPOCH = "k3v9x2m1q8z4a";

function example(name: string): unknown {
  return JSON.parse(readFileSync(`gateway/contract/examples/${name}.json`, "utf8"));
}

t.test("births say what an uplink carries, and a removed device is cleared", async (t) => {
  const well = example("birth-device") as DeviceBirthMessage;
  const station = example("birth") as BirthMessage;
  const config = configOf(station, well);
  const description = describeRevision(config);
  const messages = birthMessages("centre", { epoch: EPOCH, rev: 7, description }, true);
  t.same(
    messages.map(({ topic, retain }) => [topic, retain]),
    [
      ["birth", true],
      ["birth/meter", true],
      ["birth/well", true],
    ],
  );
  const [birth, meter, device] = messages.map(({ payload }) => JSON.parse(String(payload)));
  t.strictSame(birth, station);
  t.strictSame(device, well);
  t.ok(Value.Check(MESSAGE_SCHEMAS["birth-device"], meter));
  const partial = birthMessages("partial", { epoch: EPOCH, rev: 7, description }, false);
  t.same(
    partial.map(({ topic }) => topic),
    ["birth", "birth/well"],
  );
  t.same(
    JSON.parse(String(partial[1]?.payload)).points.map(({ id }: { id: string }) => id),
    ["level"],
  );
  const without = describeRevision({
    ...config,
    devices: new Map([...config.devices].filter(([id]) => id !== "meter")),
  });
  t.same(clearedBirths("centre", description, without), [
    { topic: "birth/meter", retain: true, payload: "" },
  ]);
  t.same(clearedBirths("centre", without, description), []);
  for (const damaged of ["", "{", "null", "[]", "{}", '{"site":{},"uplinks":{},"devices":[null]}']) {
    t.same(birthMessages("centre", { epoch: EPOCH, rev: 7, description: damaged }, true), []);
    t.same(clearedBirths("centre", damaged, description), []);
  }
});

t.test("topics are built and taken apart, and foreign ones refused", async (t) => {
  t.equal(topicOf("gw-1", "birth/pump.1"), "tram/v1/gw-1/birth/pump.1");
  t.throws(() => topicOf("gw/1", "data"), RangeError);
  t.throws(() => topicOf("gw", "birth/+"), RangeError);
  t.same(parseTopic("tram/v1/gw-1/birth/pump.1"), { gateway: "gw-1", kind: "birth", device: "pump.1" });
  t.same(parseTopic("tram/v1/gw-1/data"), { gateway: "gw-1", kind: "data" });
  for (const topic of [
    "tram/v2/a/data",
    "tram/v1/a",
    "tram/v1//data",
    "tram/v1/a/data/b",
    "tram/v1/a/x",
    "tram/v1/#/data",
  ]) {
    t.equal(parseTopic(topic), undefined, topic);
  }
});

function configOf(station: BirthMessage, well: DeviceBirthMessage): GatewayConfig {
  const { name, timezone, location, kind, owner, codes } = station.site;
  const points = well.points.map((point) => ({
    id: point.id,
    device: "well",
    ...(point.name && { name: point.name }),
    type: point.type,
    unit: point.unit ?? "",
    ucum: point.ucum ?? "",
    quantity: point.quantity ?? "",
    kind: point.kind,
    scale: point.scale,
    offset: point.offset,
    decimals: point.decimals ?? 0,
    access: point.writable ? ("read-write" as const) : ("read" as const),
    periodMs: point.period_ms ?? Number.POSITIVE_INFINITY,
    deadband: point.deadband,
    heartbeatMs: point.heartbeat_ms,
    ...(point.range && { range: point.range }),
    ...(point.write && { write: point.write }),
    priority: point.priority,
    ...(point.alarms && {
      alarms: point.alarms.map(({ delay_ms: delayMs, ...rest }) => ({ delayMs, ...rest })),
    }),
    address: point.address,
  }));
  const device = { connection: "rs485", settings: {}, hash: "" };
  const uplink = (id: string, patterns: readonly string[]) =>
    [
      id,
      { id, points: patterns } as unknown as GatewayConfig["uplinks"] extends ReadonlyMap<string, infer U>
        ? U
        : never,
    ] as const;
  return {
    file: "",
    hash: "",
    readingsHash: "",
    gateway: {
      id: "bom-my-xuyen-01",
      name,
      timezone,
      ...(location && { location }),
      site: { ...(kind && { kind }), ...(owner && { owner }), ...(codes && { codes }) },
      clock: "auto",
      statusEveryMs: 60_000,
    },
    connections: new Map(),
    devices: new Map([
      ["meter", { ...device, id: "meter", name: "Đồng hồ điện", points: points.slice(0, 1) }],
      ["well", { ...device, id: "well", name: well.name, serial: "LT-0042", behind: "meter", points }],
    ]),
    uplinks: new Map([uplink("centre", ["*"]), uplink("partial", ["well.level"])]),
    buffer: { path: "", identity: "", keepAtLeastMs: 0, maxBytes: 0, commitEveryMs: 0 },
    audit: { path: "", keepMs: 0, maxBytes: 0 },
  };
}
