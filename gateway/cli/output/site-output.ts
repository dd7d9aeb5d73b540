import { Type } from "@sinclair/typebox";
import { count, number, oneOf, orNull, TOLD, text, time, yes } from "./words.js";

const PlainValue = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()], {
  description: "64-bit integers are decimal text; null: there is none",
});
const Words = Type.Array(Type.Integer(), { description: "registers, or 0 and 1 for bits" });
const Problem = Type.Object(TOLD, { description: "what went wrong, and what to do" });
const quality = oneOf(["good", "uncertain", "bad"], "of the reading");

const WIRE = {
  unit: count("Modbus unit id"),
  function: count("Modbus function code"),
  table: text("coil, discrete, holding or input"),
  address: count("on the wire, from 0"),
  count: count("of registers or bits"),
};

const TAKEN = {
  device: text("id"),
  point: text("id within the device"),
  name: Type.Optional(text("of the point")),
  value: PlainValue,
  meaning: Type.Optional(text("what the number stands for")),
  unit: Type.Optional(text("engineering unit")),
  quality,
  reason: Type.Optional(text("why it is not good")),
  problem: Type.Optional(Problem),
  t: time("when the answer was complete"),
  wire: Type.Optional(Type.Object(WIRE)),
  request: Type.Optional(Type.Object(WIRE)),
  words: Type.Optional(Words),
  makers_number: Type.Optional(text("in the maker's manual")),
};

const RAW_HEAD = { ...WIRE, device: text("id, or unit id"), connection: text("id, or port") };

/** `tram read --json`, each line: a point, or with `--raw` the registers. */
export const ReadOutput = Type.Union([
  Type.Object(TAKEN, { description: "a point as the device gave it just now" }),
  Type.Object(
    {
      ...RAW_HEAD,
      reads: Type.Array(Type.Object({ t: time("of the answer"), words: Type.Optional(Words) })),
      values: Type.Array(
        Type.Object({
          address: count("of the first register"),
          type: text("data type"),
          order: text("byte order"),
          value: Type.Union([Type.Number(), Type.String(), Type.Null()]),
          registers: count("that it takes"),
          sensible: yes("something speaks for it"),
          moved: Type.Optional(oneOf(["up", "down"], "between the two reads")),
          expected: Type.Optional(yes("it is what --expect says")),
        }),
        { description: "in every type and byte order" },
      ),
      reason: Type.Optional(text("why there are none")),
      problem: Type.Optional(Problem),
      findings: Type.Array(text("what the traffic says")),
    },
    { description: "with --raw" },
  ),
]);

const Plan = Type.Object({
  device: text("id"),
  deviceName: text("of the device"),
  connection: text("id"),
  point: Type.Optional(text("id; absent for raw words")),
  name: Type.Optional(text("of the point")),
  unit: Type.Optional(text("engineering unit")),
  value: PlainValue,
  meaning: Type.Optional(text("what the number stands for")),
  present: Type.Optional(Type.Unknown({ description: "as read just before: see tram read --json" })),
  bounds: Type.Optional(text("what may be written")),
  request: Type.Object(WIRE),
  words: Words,
  keeps: Type.Optional(oneOf(["nvram", "ram"], "nvram wears with each write")),
  safety: Type.Optional(oneOf(["read-only", "benign", "actuator", "dangerous"], "what writing can do")),
  verify: Type.Union([
    Type.Literal("point"),
    Type.Literal("none"),
    Type.Object({ at: text("another point") }),
  ]),
});

/** `tram write --json`. */
export const WriteOutput = Type.Object({
  state: oneOf(
    ["shown", "verified", "confirmed", "different", "refused", "unknown", "not_sent"],
    "what became of it",
  ),
  plan: Plan,
  confirmed: yes("the device itself said that it has done it"),
  readBack: Type.Optional(PlainValue),
  readBackWords: Type.Optional(Words),
  exception: Type.Optional(count("Modbus exception code")),
  problem: Type.Optional(Problem),
});

const Device = Type.Object({
  line: text("setting, as 9600 8N1"),
  driver: text("for gateway.yaml"),
  settings: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
    description: "keys of a connection",
  }),
  unit: count("Modbus unit id"),
  round_trip_ms: number("from question to answer"),
  identity: Type.Optional(text("as the device says itself")),
  any_unit: Type.Optional(Type.Literal(true, { description: "it answers to every unit id" })),
  candidates: Type.Array(
    Type.Object({
      profile: text("id"),
      variant: Type.Optional(text("of the profile")),
      title: text("of the profile"),
      share: number("per cent"),
      reasons: Type.Array(text("what speaks for it")),
    }),
  ),
});
const Units = Type.Array(
  Type.Object({ line: text("setting"), units: text("as 1-10, 17"), count: count("of them") }),
);

/** `tram scan --json`, each line. */
export const ScanOutput = Type.Union([
  Type.Object({ event: oneOf(["found", "recognised"], "a device"), device: Device }),
  Type.Object({ event: Type.Literal("heard"), ...TOLD }),
  Type.Object({
    event: Type.Literal("end"),
    found: count("devices"),
    questions: count("asked"),
    tried: Units,
    untried: Units,
    findings: Type.Array(Type.Object(TOLD)),
  }),
]);

/** `tram doctor --json`, each line. */
export const DoctorOutput = Type.Object({
  check: text("what was looked at: --only"),
  level: oneOf(["ok", "note", "warning", "problem"], "problem hurts now, warning will one day"),
  ...TOLD,
  hint: Type.Optional(text("what to do")),
  facts: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

/** `tram init --json`. */
export const InitOutput = Type.Object({
  file: text("that was written"),
  backup: orNull(text("where the old one lies")),
  id: text("of the gateway"),
});
