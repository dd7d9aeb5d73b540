import { type Static, type TSchema, type TUnsafe, Type } from "@sinclair/typebox";
import type { InstrumentState, Reason } from "../core/reading.js";
import { Duration, NumberOrRatio, Word } from "../core/schema.js";
import { GRAMMAR_MESSAGES as G } from "../profiles/grammar-messages.js";

/** The four tables of the Modbus data model (Modbus Application Protocol V1.1b3, 4.3). */
export const TABLES = ["coil", "discrete", "input", "holding"] as const;
export type Table = (typeof TABLES)[number];

/** Order of the bytes of a value that spans registers; ABCD is the order of the specification. */
export const BYTE_ORDERS = ["ABCD", "BADC", "CDAB", "DCBA"] as const;
export type ByteOrder = (typeof BYTE_ORDERS)[number];

/** What an instrument may say in place of a value. */
export const DEVICE_REASONS = [
  "unavailable",
  "overrange",
  "underrange",
  "open_circuit",
  "sensor_fault",
  "not_a_number",
  "device_error",
  "wrong_setting",
] as const satisfies readonly Reason[];
export type DeviceReason = (typeof DEVICE_REASONS)[number];

/** Whole numbers and formulas over the counters of `for`, in addresses and what goes with them. */
const FORMULA = "^[-+*/%() 0-9a-zA-Z_]*[0-9a-zA-Z_][-+*/%() 0-9a-zA-Z_]*$";
const Whole = (minimum: number, maximum: number, description: string): TUnsafe<number> =>
  Type.Unsafe<number>({
    anyOf: [Type.Integer({ minimum, maximum }), Type.String({ pattern: FORMULA, wrong: G.expected_whole })],
    description,
    wrong: G.expected_whole,
  });

const OPERAND_TYPES = ["u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64", "bool"] as const;
export type OperandType = (typeof OPERAND_TYPES)[number];

const BYTES = Type.Optional(
  Word(["high", "low"], { description: "an 8-bit value in this byte of its register" }),
);
const BITS = Type.Optional(
  Type.Array(Whole(0, 31, "number of a bit, 0 is the lowest"), {
    minItems: 2,
    maxItems: 2,
    description: "[lowest, highest] bit of the part that is the value",
  }),
);
const CODING = Type.Optional(Word(["bcd", "sign-magnitude"], { description: "of an integer; else binary" }));
const ADDRESS = Whole(0, 65535, "0-based, as on the wire; not the maker's 40001-style number");

/** A number in registers that says something of a value: its scale, its validity, its byte order. */
const OPERAND = {
  address: ADDRESS,
  table: Type.Optional(Word(TABLES, { description: "the point's by default" })),
  type: Type.Optional(Word(OPERAND_TYPES, { description: "u16 by default" })),
  order: Type.Optional(Word(BYTE_ORDERS, { description: "byte order; ABCD by default" })),
  bit: Type.Optional(Whole(0, 15, "one bit of the register: 0 or 1")),
  bits: BITS,
  byte: BYTES,
  coding: CODING,
} as const;

/** The same where no counters of `for` are: in the rules of a device. */
export const OWN_OPERAND = {
  address: Type.Integer({ minimum: 0, maximum: 65535, description: "0-based, as on the wire" }),
  table: Type.Optional(Word(TABLES, { description: "holding by default" })),
  type: OPERAND.type,
  order: OPERAND.order,
  bit: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 15, description: "one bit of the register: 0 or 1" }),
  ),
  bits: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: 31 }), {
      minItems: 2,
      maxItems: 2,
      description: "[lowest, highest] bit of the part that is the value",
    }),
  ),
  byte: BYTES,
  coding: CODING,
} as const;

export const OperandSchema = Type.Object(OPERAND, { description: "where the number stands" });
export type Operand = Static<typeof OperandSchema>;

const mapOf = <S extends TSchema>(schema: S, description: string) =>
  Type.Unsafe<Readonly<Record<string, Static<S>>>>({
    type: "object",
    additionalProperties: schema,
    description,
  });

const Whether = Type.Union([
  Whole(-2147483648, 4294967295, "a number"),
  Type.Array(Whole(-2147483648, 4294967295, "a number"), { minItems: 1, maxItems: 64 }),
]);

const GateSchema = Type.Object(
  {
    ...OPERAND,
    is: Type.Optional({ ...Whether, description: "it is this, or one of these" }),
    not: Type.Optional({ ...Whether, description: "it is not this, and none of these" }),
    at_least: Type.Optional(Whole(-2147483648, 4294967295, "it is this or more")),
    at_most: Type.Optional(Whole(-2147483648, 4294967295, "it is this or less")),
    reason: Type.Optional(
      Word(DEVICE_REASONS, { description: "what is wrong if not; unavailable by default" }),
    ),
    quality: Type.Optional(
      Word(["bad", "uncertain"], { description: "bad (default) leaves no value, uncertain keeps it" }),
    ),
  },
  { description: "a condition on a number of the device" },
);
export type WrittenGate = Static<typeof GateSchema>;

const SentinelSchema = Type.Object(
  {
    raw: Type.Optional(
      Type.Union([Type.Number(), Type.String({ pattern: "^0x[0-9A-Fa-f]{1,16}$" })], {
        description: "raw value, before scale; bits as text: 0x7FC00000",
      }),
    ),
    from: Type.Optional(OperandSchema),
    reason: Type.Optional(Word(DEVICE_REASONS, { description: "what it means; unavailable by default" })),
  },
  { description: "a raw value that is no measurement, given as raw or as from" },
);

export const SentinelsSchema = Type.Union(
  [
    Type.Unsafe<"none">({ type: "string", enum: ["none"] }),
    Type.Array(
      Type.Union([Type.Number(), Type.String({ pattern: "^0x[0-9A-Fa-f]{1,16}$" }), SentinelSchema]),
      { minItems: 1, maxItems: 16 },
    ),
  ],
  { description: "raw values that are no measurement; none where there are none" },
);
export type WrittenSentinels = Static<typeof SentinelsSchema>;

const DATE_WORDS = [
  "year",
  "month",
  "day",
  "hour",
  "minute",
  "second",
  "millisecond",
  "millisecond_of_minute",
  "skip",
] as const;
const DatePart = Type.Object({
  field: Word(DATE_WORDS, { description: "part of the date" }),
  bits: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: 15 }), {
      minItems: 2,
      maxItems: 2,
      description: "its bits",
    }),
  ),
});
const DateItems = (description: string) =>
  Type.Optional(
    Type.Array(
      Type.Union([
        Word(DATE_WORDS, { description: "part of the date" }),
        DatePart,
        Type.Array(DatePart, { minItems: 1, maxItems: 4 }),
      ]),
      { minItems: 1, maxItems: 16, description },
    ),
  );
const DateSchema = Type.Object(
  {
    bytes: DateItems("one byte each, the first is the high byte of the first register"),
    words: DateItems("one register each"),
    seconds_since: Type.Optional(
      Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\d$", description: "seconds since this day, a u32" }),
    ),
    coding: Type.Optional(Word(["binary", "bcd"], { description: "of the digits; binary by default" })),
    century: Type.Optional(
      Type.Integer({
        minimum: 1900,
        maximum: 2100,
        description: "added to years below 100; 2000 by default",
      }),
    ),
  },
  { description: "the string is a date in the device's own form: one of bytes, words and seconds_since" },
);

/** Keys of a point of a Modbus device that make its address and say how its value lies there. */
export const ModbusAddressSchema = Type.Object({
  table: Word(TABLES, {
    description: "coil (0x), discrete (1x), input (3x, FC04) or holding (4x, FC03)",
    default: "holding",
  }),
  address: ADDRESS,
  order: Word(BYTE_ORDERS, { description: "byte order of values that span registers", default: "ABCD" }),
  bit: Type.Optional(Whole(0, 15, "one bit of a register, 0 is the lowest")),
  length: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 125, description: "registers of a string, two characters each" }),
  ),
  byte: BYTES,
  bits: BITS,
  coding: CODING,
  chars: Type.Optional(
    Word(["high", "low", "utf16"], {
      description: "a string with one character a register: in this byte, or of 16 bits",
    }),
  ),
  date: Type.Optional(DateSchema),
  sentinels: Type.Optional(SentinelsSchema),
  add: Type.Optional(
    Type.Array(
      Type.Object({ ...OPERAND, scale: Type.Optional(Type.Number({ description: "1 by default" })) }),
      { minItems: 1, maxItems: 4, description: "numbers that are added: the fraction of an integer" },
    ),
  ),
  scale_by: Type.Optional(
    Type.Array(
      Type.Object({
        ...OPERAND,
        power_of_ten: Type.Optional(
          Type.Unsafe<1 | -1>({ type: "integer", enum: [1, -1], description: "times 10^n, or by 10^n" }),
        ),
        plus: Type.Optional(Type.Integer({ minimum: -18, maximum: 18, description: "added to the power" })),
        times: Type.Optional(Type.Number({ description: "times n times this" })),
        over: Type.Optional(Type.Number({ description: "times this, divided by n" })),
        map: Type.Optional(
          mapOf(
            NumberOrRatio({ description: 'a number, or a ratio: "1/1100"', wrong: G.expected_ratio }),
            "the factor for each n",
          ),
        ),
      }),
      {
        minItems: 1,
        maxItems: 6,
        description: "factors that the device keeps; one of power_of_ten, times, over, map",
      },
    ),
  ),
  unit_from: Type.Optional(
    Type.Object(
      {
        ...OPERAND,
        map: mapOf(
          Type.Union([
            Type.String({ minLength: 1 }),
            Type.Object({
              scale: Type.Number({ description: "value = there * scale + offset" }),
              offset: Type.Optional(Type.Number({ description: "0 by default" })),
            }),
          ]),
          "the unit for each number, or its conversion",
        ),
      },
      { description: "in which unit the device gives it; published in the point's unit" },
    ),
  ),
  order_from: Type.Optional(
    Type.Object(
      {
        ...OPERAND,
        map: mapOf(Word(BYTE_ORDERS, { description: "byte order" }), "the order for each number"),
      },
      { description: "in which byte order the device gives it" },
    ),
  ),
  valid_when: Type.Optional(
    Type.Array(GateSchema, {
      minItems: 1,
      maxItems: 8,
      description: "all must hold, or there is no good value",
    }),
  ),
  group: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: "points of a group are of one request" }),
  ),
  alias: Type.Optional(
    Type.Boolean({ description: "true: shares registers with points of other form on purpose" }),
  ),
  alone: Type.Optional(Type.Boolean({ description: "true: read in a request of its own" })),
});

/** As it is when the formulas are computed. */
export type ModbusAddress = Static<typeof ModbusAddressSchema>;

/** What an instrument may say of itself; when none of it holds it measures. */
const SAID_STATES = ["calibrating", "maintenance", "fault"] as const satisfies readonly InstrumentState[];

const Number32 = Type.Integer({ minimum: -2147483648, maximum: 4294967295 });

/** A number of the device by which its instrument says what it is doing. */
export const InstrumentStateSchema = Type.Object(
  {
    state: Word(SAID_STATES, { description: "what the instrument is doing then" }),
    ...OWN_OPERAND,
    is: Type.Union([Number32, Type.Array(Number32, { minItems: 1, maxItems: 64 })], {
      description: "when the number is this, or one of these",
    }),
  },
  { description: "when the instrument does not measure" },
);
export type WrittenInstrumentState = Static<typeof InstrumentStateSchema>;

/** Settings of a device by which requests are made. */
export const READ_RULES = {
  even_start: Type.Optional(
    Type.Boolean({ description: "true: requests begin at an even address and have an even count" }),
  ),
  windows: Type.Optional(
    Type.Array(
      Type.Object({
        table: Word(TABLES, { description: "table" }),
        from: Type.Integer({ minimum: 0, maximum: 65535, description: "first address" }),
        to: Type.Integer({ minimum: 0, maximum: 65535, description: "last address" }),
      }),
      { minItems: 1, maxItems: 64, description: "a request lies within one of these" },
    ),
  ),
  blocks: Type.Optional(
    Type.Array(
      Type.Object({
        table: Word(TABLES, { description: "table" }),
        address: Type.Integer({ minimum: 0, maximum: 65535, description: "first address" }),
        count: Type.Integer({ minimum: 1, maximum: 2000, description: "how many" }),
      }),
      { minItems: 1, maxItems: 64, description: "a request that touches one of these reads exactly it" },
    ),
  ),
  after_connect: Type.Optional(
    Duration({ description: "pause between connecting and the first request; none by default" }),
  ),
  after_write: Type.Optional(Duration({ description: "pause after a write; none by default" })),
  wake: Type.Optional(
    Type.Object(
      {
        after: Duration({ description: "it sleeps when it was not asked for so long" }),
        pause: Duration({ description: "between the request that wakes it and the one that counts" }),
      },
      { description: "it does not answer the first request after a rest" },
    ),
  ),
  min_every: Type.Optional(Duration({ description: "nothing of it is asked more often" })),
  settings_age: Type.Optional(
    Duration({
      description:
        "how old a number may be that says how a value is meant and is asked by itself; 60s by default",
    }),
  ),
} as const;
