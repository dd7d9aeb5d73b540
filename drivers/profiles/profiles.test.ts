import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { ConfigurationError } from "../core/errors.js";
import { render, renderText } from "../core/message.js";
import type { Point } from "../core/point.js";
import { DRIVER_FAMILIES, DRIVER_SCHEMAS, familyOf, loadDriver } from "../registry.js";
import { loadProfile, ProfileLibrary } from "./library.js";
import { PROFILE_MESSAGES } from "./messages.js";
import { parseProfile } from "./parse-profile.js";
import type { WrittenPoint } from "./point-schema.js";
import { formatPath, type Problem } from "./problem.js";
import { deviceDefaults } from "./profile.js";
import { QUANTITIES } from "./quantities.js";
import { decimalPlaces, resolvePoint } from "./resolve-point.js";
import { nearest } from "./suggest.js";
import { UCUM } from "./units.js";
import { YamlSource } from "./yaml-source.js";

const FOLDER = fileURLToPath(new URL("../../../config/profiles", import.meta.url));
const modbus = familyOf("modbus-rtu");
if (!modbus) throw new Error("no family for modbus-rtu");
const family = modbus;

/** Resolves a point that is written in place; gives the point and what was said, as `key: code`. */
function resolve(point: Record<string, unknown>, defaults: WrittenPoint = {}, devicePeriodMs?: number) {
  const said: string[] = [];
  const resolved = resolvePoint(
    { device: "d", family, defaults, layers: [{ id: "p", ...point }], devicePeriodMs },
    (key, { message }, { severity }) =>
      said.push(`${severity} ${key}: ${message.code.replace("profiles.", "")}`),
  );
  return { point: resolved, said };
}

function faults(point: Record<string, unknown>, defaults?: WrittenPoint): readonly string[] {
  const { point: resolved, said } = resolve({ address: 0, ...point }, defaults);
  t.equal(resolved, undefined, "a faulty point is no point");
  return said;
}

const codes = (problems: readonly Problem[]) =>
  problems.map(({ line, column, said }) => `${line}:${column} ${said.message.code.replace("profiles.", "")}`);

t.test("a point that says little is completed", async (t) => {
  const { point, said } = resolve({ address: 5 });
  t.same(said, []);
  t.same(point, {
    id: "p",
    device: "d",
    type: "u16",
    kind: "instant",
    scale: 1,
    offset: 0,
    decimals: 0,
    access: "read",
    periodMs: 10_000,
    deadband: 0,
    heartbeatMs: 300_000,
    priority: "normal",
    address: { table: "holding", address: 5, order: "ABCD" },
  } satisfies Point);
});

t.test("the most specific period wins", async (t) => {
  const period = (point: object, device: number | undefined, defaults: WrittenPoint) =>
    resolve({ address: 0, ...point }, defaults, device).point?.periodMs;
  t.equal(period({ every: 0 }, 1000, { every: 5000 }), 0, "the point's own, asap included");
  t.equal(period({}, 1000, { every: 5000 }), 1000, "then the device's");
  t.equal(period({}, undefined, { every: 5000 }), 5000, "then the profile's");
  t.equal(period({}, undefined, {}), 10_000);
});

t.test("decimals follow from scale and offset", async (t) => {
  const decimals = (point: object) => resolve({ address: 0, ...point }).point?.decimals;
  t.equal(decimals({ scale: 0.1 }), 1);
  t.equal(decimals({ scale: 0.001, offset: 0.5 }), 3);
  t.equal(decimals({ scale: 10, offset: -273.15 }), 2);
  t.equal(decimals({ scale: 1e-7 }), 7);
  t.equal(decimals({ scale: 0.001, decimals: 1 }), 1, "what is written holds");
  t.equal(decimals({ type: "f32", scale: 0.001 }), undefined, "floats keep their shortest form");
  t.equal(decimals({ type: "f64", decimals: 3 }), 3);
  t.equal(decimals({ type: "string", length: 4 }), undefined);
  t.same([0.1, 1e-7, 2.5e-7, 25, 1e21, -0.05, 1.5e-15].map(decimalPlaces), [1, 7, 8, 0, 0, 2, 16]);
});

t.test("types that an address implies", async (t) => {
  const type = (point: object, defaults?: WrittenPoint) =>
    resolve({ address: 0, ...point }, defaults).point?.type;
  t.equal(type({ table: "coil" }), "bool");
  t.equal(type({ table: "discrete" }, { type: "f32" }), "bool", "not the profile's default for registers");
  t.equal(type({ bit: 3 }), "bool");
  t.equal(type({}, { type: "f32" }), "f32");
  t.equal(resolve({ address: 0, table: "coil" }, { scale: 0.1, deadband: 2 }).point?.scale, 1);
  t.equal(resolve({ address: 0, table: "coil" }, { scale: 0.1, deadband: 2 }).point?.deadband, 0);
});

t.test("units, names, ranges and bounds", async (t) => {
  const { point } = resolve({
    address: 0,
    name: "Mực nước",
    unit: "m³/h",
    quantity: "flow.volume",
    kind: "mean",
    interval: 60_000,
    range: [0, 5],
    access: "read-write",
    write: { values: [0, 1, 2] },
  });
  t.match(point, {
    name: { vi: "Mực nước", en: "Mực nước" },
    ucum: "m3/h",
    range: { min: 0, max: 5 },
    write: { values: [0, 1, 2] },
    intervalMs: 60_000,
  });
  const coil = resolve({ address: 0, table: "coil", access: "write" }).point;
  t.same(coil?.write, { values: [false, true] }, "a coil needs no bounds");
  const odd = resolve({ address: 0, unit: "furlong" });
  t.same(odd.said, ["warning unit: unknown_unit"]);
  t.equal(odd.point?.unit, "furlong");
  t.equal(odd.point?.ucum, undefined);
});

t.test("what does not go together is refused at its key", async (t) => {
  const cases: [string, Record<string, unknown>, string][] = [
    ["decimals on a bool", { table: "coil", decimals: 1 }, "decimals: not_for_type"],
    ["scale on a string", { type: "string", length: 2, scale: 2 }, "scale: not_for_type"],
    ["deadband on a bool", { bit: 0, deadband: 1 }, "deadband: not_for_type"],
    ["scale 0", { scale: 0 }, "scale: scale_zero"],
    ["more than 15 decimals", { scale: 1 / 3 }, "scale: too_many_decimals"],
    [
      "64-bit with a scale that is no short decimal",
      { type: "u64", scale: 1 / 3, decimals: 3 },
      "scale: too_many_decimals",
    ],
    ["64-bit cut short", { type: "s64", scale: 0.001, decimals: 2 }, "decimals: decimals_too_few"],
    ["a range the wrong way round", { range: [5, 5] }, "range: range_reversed"],
    ["an interval of an instant", { interval: 1000 }, "interval: interval_without_statistic"],
    ["no heartbeat", { heartbeat: 0 }, "heartbeat: too_small"],
    ["bounds of what cannot be written", { write: { range: [0, 1] } }, "write: write_needs_access"],
    ["writing without bounds", { access: "write" }, "access: write_needs_bounds"],
    ["bounds twice", { access: "write", write: { range: [0, 1], values: [1] } }, "write: write_one_form"],
    ["bounds of neither form", { access: "write", write: {} }, "write: write_one_form"],
    ["bounds the wrong way round", { access: "write", write: { range: [2, 1] } }, "write: range_reversed"],
    ["texts for a number", { access: "write", write: { values: ["on"] } }, "write: not_for_type"],
    [
      "a range for a coil",
      { table: "coil", access: "write", write: { range: [0, 1] } },
      "write: not_for_type",
    ],
    ["a bit of a coil", { table: "coil", bit: 0 }, "bit: bit_needs_register"],
    ["a bit that is a number", { bit: 0, type: "u16" }, "bit: bit_needs_bool"],
    ["a bool without its bit", { type: "bool" }, "type: bool_needs_bit"],
    ["a number in a coil", { table: "coil", type: "u16" }, "type: table_holds_bits"],
    ["a string without length", { type: "string" }, "type: string_needs_length"],
    ["a length of a number", { length: 2 }, "length: length_needs_string"],
    ["two registers at the end", { address: 65535, type: "u32" }, "address: address_beyond_end"],
    [
      "a long string at the end",
      { address: 65500, type: "string", length: 37 },
      "address: address_beyond_end",
    ],
    [
      "writing an input",
      { table: "input", access: "write", write: { values: [1] } },
      "access: table_read_only",
    ],
  ];
  for (const [name, point, fault] of cases) t.same(faults(point), [`error ${fault}`], name);
  t.same(resolve({}).said, ["error address: missing_key"], "no address");
  t.ok(resolve({ address: 65534, type: "u32" }).point, "the last two registers");
  t.ok(resolve({ address: 65535 }).point, "the last register");
});

// That all of them are right is held by scripts/profile-docs.test.ts.
t.test("the library reads a profile once, and nothing outside its folder", async (t) => {
  const library = new ProfileLibrary(FOLDER, DRIVER_FAMILIES);
  t.ok(library.ids().length >= 4);
  for (const id of ["eastron/sdm630", "generic/level-transmitter", "peacefair/pzem-016"]) {
    t.ok(library.ids().includes(id));
    const result = library.get(id);
    t.same(result?.problems, [], id);
    t.ok(result?.profile?.vectors.length, `${id} has a vector`);
    t.equal(library.get(id), result, "read once");
    for (const point of result?.profile?.points.values() ?? []) {
      t.ok(point.name !== undefined && point.quantity !== undefined, `${id} ${point.id} says what it is`);
    }
  }
  t.equal(library.get("eastron/sdm999"), undefined);
  t.equal(library.get("../../secrets/key"), undefined, "no way out of the folder");
  t.same(new ProfileLibrary(join(FOLDER, "none"), DRIVER_FAMILIES).ids(), []);
});

t.test("a profile gives settings, links and vectors", async (t) => {
  const profile = loadProfile(join(FOLDER, "peacefair/pzem-016.yaml"), DRIVER_FAMILIES);
  t.equal(profile.confidence, "A");
  t.match(profile.links[0], { baud: 9600, parity: "none", unit_id: 1 });
  t.match(profile.vectors[0], { origin: "printed", expect: { voltage: 225.7, current: 0.108 } });
  t.equal(
    Buffer.from(profile.vectors[0]?.reply ?? [])
      .toString("hex")
      .slice(0, 10),
    "01041408d1",
  );
  t.match(deviceDefaults(profile, family), { max_gap: 0, worst_reply: 5000, unit_id: 1, max_registers: 125 });
  t.same(deviceDefaults(undefined, family)["max_gap"], undefined, "as far as it pays");
  const current = profile.points.get("current") ?? {};
  const layers = [current, { deadband: 0.5 }];
  const point = resolvePoint(
    { device: "m", family, defaults: profile.defaults, layers, devicePeriodMs: 1000 },
    () => t.fail("nothing is wrong"),
  );
  t.match(point, {
    type: "u32",
    scale: 0.001,
    decimals: 3,
    deadband: 0.5,
    periodMs: 1000,
    address: { table: "input", address: 1, order: "CDAB" },
  });
});

const GOOD = readFileSync(join(FOLDER, "eastron/sdm630.yaml"), "utf8");

t.test("faults of a profile are found, with their places", async (t) => {
  /** Replaces a word, and expects one fault: of `code`, where `place` stands in the changed text. */
  const broken = (from: string | RegExp, to: string, code: string, place: string, expectedId?: string) => {
    const text = GOOD.replace(from, to);
    const before = text.slice(0, text.indexOf(place)).split("\n");
    const at = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    const { profile, problems } = parseProfile("p.yaml", text, { families: DRIVER_FAMILIES, expectedId });
    t.same(codes(problems), [`${at} ${code}`], `${code} at ${place}`);
    t.equal(profile === undefined, problems[0]?.severity === "error");
    return problems[0]?.hint && renderText(problems[0].hint, "vi");
  };
  const hint = broken("quantity: voltage, ", "quantity: voltag, ", "unknown_word", "voltag, ");
  t.equal(hint, 'Có phải là "voltage"?');
  broken(/$/, "repeats: []\n", "unknown_key", "repeats");
  broken("", "", "profile_id_differs", "eastron/sdm630\n", "eastron/sdm120");
  broken("driver: modbus", "driver: modbuss", "unknown_family", "modbuss");
  broken("driver: modbus\n", "", "missing_key", "profile: ");
  broken("id: voltage.l2", "id: voltage.l1", "duplicate_point", "voltage.l1, address: 0x02");
  broken("{voltage.l1: 230.2}", "{voltage.l9: 230.2}", "vector_unknown_point", "voltage.l9");
  broken("reply: 01 04", "reply: xx 04", "vector_not_hex", "xx 04");
  broken(/sources:[\s\S]*?(?=links:)/, "", "missing_key", "profile: ");
  broken("unit: V,", "unit: Volt,", "unknown_unit", "Volt,");
  t.equal(broken("unit: kWh,", "unit: kwh,", "unknown_unit", "kwh,"), 'Có phải là "kWh"?');
  broken("range: [0, 500]", "range: [500, 0]", "range_reversed", "[500, 0]");
});

t.test("loadProfile throws a configuration error", async (t) => {
  const folder = t.testdir({ "bad.yaml": "profile: a/b\ndriver: modbus\n" });
  t.throws(() => loadProfile(join(folder, "bad.yaml"), DRIVER_FAMILIES), {
    class: "configuration",
    code: "profiles.bad_profile",
  });
  t.throws(() => loadProfile(join(folder, "none.yaml"), DRIVER_FAMILIES), ConfigurationError);
});

t.test("faults of syntax are told in our words", async (t) => {
  const first = (text: string) => codes(new YamlSource("x.yaml", text).problems)[0];
  t.equal(first("a: 1\n\tb: 2\n"), "2:1 tab");
  t.equal(first("a: b: 2\n"), "1:4 nested_key");
  t.equal(first("a: [1, 2\nb: 3\n")?.split(" ")[1], "unclosed");
  t.equal(first("a: *no\n"), "1:4 bad_alias");
  t.equal(first("a: 1\n---\nb: 1\n")?.split(" ")[1], "several_documents");
  t.equal(first("a:\n  b: 1\n c: 2\n")?.split(" ")[1], "indentation");
  const twice = new YamlSource("x.yaml", "a: 1\nb:\n  c: 1\n  c: 2\n");
  t.ok(twice.wellFormed, "a key that is there twice does not hide the other faults");
  t.equal(
    twice.problems.map(({ said }) => renderText(said, "en")).join(),
    'The key "c" is there twice; first on line 3.',
  );
});

t.test("paths and places", async (t) => {
  t.equal(formatPath(["devices", "meter", "points", 3, "every"]), "devices.meter.points[3].every");
  const source = new YamlSource("x.yaml", "a: &x\n  - {k: 1}\nb: *x\nc:\n");
  source.report(["b", 0, "k"], { message: PROFILE_MESSAGES.too_large, params: {} });
  source.report(["c"], { message: PROFILE_MESSAGES.tab, params: {} });
  source.report(["c", "deeper"], { message: PROFILE_MESSAGES.indentation, params: {} });
  t.same(codes(source.problems), ["2:9 too_large", "4:1 tab", "4:1 indentation"]);
});

t.test("vocabulary", async (t) => {
  t.equal(new Set(QUANTITIES).size, QUANTITIES.length);
  for (const code of UCUM.values()) t.match(code, /^[!-~]+$/, "UCUM codes are ASCII");
  for (const unit of UCUM.keys()) t.equal(unit, unit.normalize("NFC"));
  t.equal(nearest("voltge", QUANTITIES), "voltage");
  t.equal(nearest("levle", ["level", "setting.unit"]), "level");
  t.equal(nearest("M³/H", UCUM.keys()), "m³/h", "case is the commonest slip");
  t.equal(nearest("banana", QUANTITIES), undefined);
  t.equal(nearest("x", []), undefined);
});

t.test("texts", async (t) => {
  for (const message of Object.values(PROFILE_MESSAGES)) {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    t.same(names(message.text.vi), names(message.text.en), `${message.code} has the same parameters`);
    t.equal(message.text.vi, message.text.vi.normalize("NFC"));
    t.notMatch(render({ message, params: {} }, "vi"), /hoá|khoá|xoá|thuỷ/, "spelling");
  }
});

t.test("registry", async (t) => {
  t.same(
    [...DRIVER_SCHEMAS.keys()],
    [
      "modbus-rtu",
      "modbus-ascii",
      "modbus-tcp",
      "modbus-rtu-over-tcp",
      "modbus-ascii-over-tcp",
      "modbus-dial-in",
    ],
  );
  for (const name of DRIVER_SCHEMAS.keys()) t.ok(familyOf(name));
  for (const name of DRIVER_SCHEMAS.keys()) t.type(await loadDriver(name), "function", name);
  await t.rejects(loadDriver("knx"), RangeError);
});
