import { join } from "node:path";
import t from "tap";
import { loadConfig } from "./load-config.js";
import { codes, loadGood } from "./testbed.js";

const PROFILE = `profile: test/family
version: 2
title: {vi: Thử, en: Test}
driver: modbus
confidence: B
sources: [this test]
device: {min_every: 500ms}
sentinels: {u16: [0xFFFF]}
numbering: {style: 4xxxx, first: 40001}
defaults: {type: u16}
options:
  phases:
    title: {vi: Số pha, en: Phases}
    values: {three: {vi: Ba, en: Three}, one: {vi: Một, en: One}}
    default: three
points:
  - {id: "voltage.l{n}", for: {n: 1..3}, address: "n - 1", scale: 0.1, unit: V, if: {phases: three}}
  - {id: voltage, address: 0, scale: 0.1, unit: V, if: {phases: one}}
  - {id: temperature, number: 40011, type: s16, scale: 0.1, unit: °C, sentinels: none}
  - {id: serial, address: 30, type: u32, order: ABCD, every: once}
  - {id: setting, address: 40, every: on-demand}
variants:
  x100:
    title: {vi: Loại trăm lần, en: Times a hundred}
    without: [serial]
    points:
      - {id: temperature, scale: 0.01}
      - {id: humidity, address: 11, scale: 0.01, unit: "%RH"}
`;

t.test("variants and options choose the points of a device", async (t) => {
  const folder = t.testdir({
    profiles: { test: { "family.yaml": PROFILE } },
    "gateway.yaml": `gateway: {id: gw-1}
connections: {bus: {driver: modbus-rtu, port: ./tty}}
devices:
  base: {connection: bus, profile: test/family, every: 100ms}
  one: {connection: bus, unit_id: 2, profile: test/family, options: {phases: one}}
  other: {connection: bus, unit_id: 3, profile: test/family, variant: x100}
  few:
    connection: bus
    unit_id: 4
    profile: test/family
    points:
      - voltage.l2
      - {id: "voltage.l{n}", for: {n: [1, 3]}, range: [0, 300]}
      - {id: "more.{n}", for: {n: 5..6}, address: "10*n"}
`,
  });
  const { config, problems } = loadConfig(join(folder, "gateway.yaml"), {
    profilesDir: join(folder, "profiles"),
    env: {},
  });
  t.same(codes(problems), []);
  const points = (device: string) => config?.devices.get(device)?.points ?? [];
  const ids = (device: string) => points(device).map(({ id }) => id);
  t.same(ids("base"), ["voltage.l1", "voltage.l2", "voltage.l3", "temperature", "serial", "setting"]);
  t.same(ids("one"), ["voltage", "temperature", "serial", "setting"]);
  t.same(ids("other"), ["voltage.l1", "voltage.l2", "voltage.l3", "temperature", "setting", "humidity"]);
  t.same(ids("few"), ["voltage.l2", "voltage.l1", "voltage.l3", "more.5", "more.6"]);
  t.match(points("few")[1], { unit: "V", range: { min: 0, max: 300 }, address: { address: 0 } });
  t.match(points("few")[4], { address: { address: 60, sentinels: [0xffff] } });
  const temperature = points("base").find(({ id }) => id === "temperature");
  t.match(temperature, { scale: 0.1, address: { address: 10, sentinels: "none" } });
  t.match(
    points("other").find(({ id }) => id === "temperature"),
    { scale: 0.01, decimals: 2 },
  );
  t.same(
    points("base").map(({ periodMs }) => periodMs),
    [500, 500, 500, 500, 86_400_000, Number.POSITIVE_INFINITY],
    "never more often than the device allows",
  );
  t.not(config?.devices.get("base")?.hash, config?.devices.get("one")?.hash);
});

t.test("what a profile does not have is refused where it stands", async (t) => {
  const problems = (device: string) => {
    const folder = t.testdir({
      profiles: { test: { "family.yaml": PROFILE } },
      "gateway.yaml": `gateway: {id: gw-1}
connections: {bus: {driver: modbus-rtu, port: ./tty}}
devices:
  meter: {connection: bus, ${device}}
`,
    });
    return codes(
      loadConfig(join(folder, "gateway.yaml"), { profilesDir: join(folder, "profiles"), env: {} }).problems,
    );
  };
  const at = (text: string, word: string) => `  meter: {connection: bus, ${text}`.indexOf(word) + 1;
  for (const [text, word, code] of [
    ["profile: test/family, variant: x10", "x10", "profiles.unknown_word"],
    ["profile: test/family, options: {phase: one}", "one", "profiles.unknown_word"],
    ["profile: test/family, options: {phases: two}", "two", "profiles.unknown_word"],
    ["variant: x, points: [{id: a, address: 0}]", "x,", "config.needs_profile"],
  ] as const) {
    t.same(problems(text), [`4:${at(text, word)} error ${code}`], text);
  }
});

t.test("a point in place may use the whole grammar", async (t) => {
  const config = loadGood(
    t,
    `gateway: {id: gw-1}
connections: {plc: {driver: modbus-tcp, host: 10.0.0.1}}
devices:
  plc:
    connection: plc
    points:
      - {id: state, address: 0, enum: {0: {key: off, vi: Tắt, en: Off}, 1: {key: on, vi: Bật, en: On}}}
      - {id: level, address: 1, curve: [[4000, 0], [20000, 6]], decimals: 3, unit: m}
      - {id: total, address: 10, type: s32, add: [{address: 12, type: f32}], decimals: 3, unit: m³}
      - {id: battery, address: 20, scale: "300/51200", unit: V}
`,
  );
  const points = config.devices.get("plc")?.points ?? [];
  t.match(points[0]?.enum, { 1: { key: "on", vi: "Bật" } });
  t.match(points[1], {
    scale: 1,
    offset: 0,
    decimals: 3,
    curve: [
      [4000, 0],
      [20_000, 6],
    ],
  });
  t.match(points[3], { scale: 300 / 51_200, decimals: 9 });
});

t.test("points of a group are asked at one beat", async (t) => {
  const config = loadGood(
    t,
    `gateway: {id: gw-1}
connections: {plc: {driver: modbus-tcp, host: 10.0.0.1}}
devices:
  plc:
    connection: plc
    points:
      - {id: whole, address: 0, group: total, every: 10s}
      - {id: rest, address: 40, group: total, every: 2s}
      - {id: other, address: 1, every: 5s}
`,
  );
  t.same(
    config.devices.get("plc")?.points.map(({ periodMs }) => periodMs),
    [2000, 2000, 5000],
  );
});
