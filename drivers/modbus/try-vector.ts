import { bad, Flaw } from "../codec/flaw.js";
import { registersOf } from "../codec/format.js";
import type { DriverDevice } from "../core/driver.js";
import { ConfigurationError } from "../core/errors.js";
import { renderText, type Said, say } from "../core/message.js";
import type { Point } from "../core/point.js";
import type { Value } from "../core/reading.js";
import type { TriedVector } from "../profiles/family.js";
import { LINT_MESSAGES as L } from "../profiles/lint-messages.js";
import { crc16, crcHolds } from "./crc.js";
import { planReads, type Span } from "./planner.js";
import type { ModbusAddress, Table } from "./point-schema.js";
import { bytesOfValue, writeAskOf } from "./write.js";

const TABLE_OF: Readonly<Record<number, Table>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };
/** Nothing is joined that need not be: a vector's request is the maker's, not ours. */
const DEAR = { requestMs: 0, byteMs: 1 };

/** What an exchange on the RTU wire has shown of a device's memory: by table and address the bytes on the wire. */
type Memory = ReadonlyMap<string, readonly number[]>;

/** See `DriverFamily.tryVector`. */
export function tryModbusVector(
  points: readonly Point[],
  settings: Readonly<Record<string, unknown>>,
  vector: TriedVector,
): readonly Said[] {
  const faults: Said[] = [];
  const exchanges = [...vector.before, vector];
  for (const { request, reply } of exchanges) {
    for (const [frame, bytes] of Object.entries({ request, reply })) {
      if (crcHolds(bytes, 0, bytes.length)) continue;
      const crc = crc16(bytes, 0, bytes.length - 2);
      const right = hexOf(Uint8Array.of(crc & 0xff, crc >> 8));
      faults.push(say(L.vector_crc, { frame, found: hexOf(bytes.subarray(-2)), right }));
    }
  }
  if (faults.length > 0) return faults;
  const device = { id: "device", settings: { ...settings, unit_id: vector.request[0] } };
  if (vector.raw) return tryRaw(vector.raw, vector);
  faults.push(...tryWrites(device, points, vector));
  if (Object.keys(vector.expect).length === 0) return faults;
  const memory = new Map<string, readonly number[]>();
  for (const exchange of exchanges) if (!remember(memory, exchange)) faults.push(say(L.vector_not_a_pair));
  if (faults.length > 0) return faults;
  for (const [id, expected] of Object.entries(vector.expect)) {
    const point = points.find((one) => one.id === id) as Point<ModbusAddress> | undefined;
    if (!point) continue;
    const isAlone = point.address.alone === true;
    const found =
      isAlone && !asksAlone(point, exchanges) ? undefined : judged(point, read(device, point, memory));
    if (found === undefined) faults.push(say(L.vector_not_covered, { id }));
    else if (!isSame(found, expected, point)) {
      faults.push(
        say(L.vector_differs, { id, found: textOf(found, point), expected: JSON.stringify(expected) }),
      );
    }
  }
  return faults;
}

/** As the gateway judges it: outside its range a value is none. */
function judged({ decimals = 0, range }: Point, found: Value | Flaw | undefined): Value | Flaw | undefined {
  const number = typeof found === "bigint" ? Number(found) / 10 ** decimals : found;
  if (!range || typeof number !== "number") return found;
  return number < range.min || number > range.max ? bad("out_of_range") : found;
}

/** Whether one of the requests is for this point and nothing else: what comes in another may be something else. */
function asksAlone(
  { address, type }: Point<ModbusAddress>,
  exchanges: readonly TriedVector["before"][number][],
) {
  const { date, length, table } = address;
  const count = table === "coil" || table === "discrete" ? 1 : registersOf({ type, length, date });
  return exchanges.some(
    ({ request }) =>
      TABLE_OF[request[1] ?? 0] === table &&
      256 * (request[2] ?? 0) + (request[3] ?? 0) === address.address &&
      256 * (request[4] ?? 0) + (request[5] ?? 0) === count,
  );
}

function tryRaw(raw: NonNullable<TriedVector["raw"]>, { request, reply }: TriedVector): readonly Said[] {
  const bare = (hex: string): string => hex.replace(/\s/g, "").toLowerCase();
  const pairs = [
    [raw.pdu, request],
    [raw.reply ?? raw.pdu, reply],
  ] as const;
  return pairs.flatMap(([pdu, frame]) => {
    const found = bare(hexOf(frame.subarray(1, -2)));
    return found === bare(pdu) ? [] : [say(L.vector_differs, { id: "raw", found, expected: bare(pdu) })];
  });
}

/** Our own request for the values must be the frame of the vector; rules of when it may be sent do not matter here. */
function tryWrites(device: DriverDevice, points: readonly Point[], vector: TriedVector): readonly Said[] {
  const { steps, writes } = vector;
  const expected = hexOf(vector.request.subarray(0, -2));
  if (steps) {
    const found = steps.map(({ point, value }) => frameOf(device, points, { [point]: value }));
    const [{ point: id, value } = { point: "", value: "" }] = steps;
    const params = { id, value: String(value), found: found.join(" "), expected };
    return found.includes(expected) ? [] : [say(L.vector_write_differs, params)];
  }
  // What a profile extends may write to points that it does not have.
  const ids = Object.keys(writes).filter((id) => points.some((point) => point.id === id));
  if (ids.length === 0) return [];
  const outside = ids.filter((id) => !mayBeWritten(points, id, writes[id]));
  const found = frameOf(device, points, writes);
  const params = { id: ids.join(", "), value: Object.values(writes).join(", "), found, expected };
  return [
    ...outside.map((id) => say(L.vector_write_outside, { id, value: String(writes[id]) })),
    ...(found === expected ? [] : [say(L.vector_write_differs, params)]),
  ];
}

/** The request for one value, or for those of points that are written whole; in words why there is none. */
function frameOf(device: DriverDevice, points: readonly Point[], values: TriedVector["writes"]): string {
  const own = (points as readonly Point<ModbusAddress>[])
    .filter(({ id }) => Object.hasOwn(values, id))
    .sort((a, b) => a.address.address - b.address.address);
  const [first] = own;
  if (!first) return "-";
  try {
    const data: number[] = [];
    for (const point of own) {
      const from = 2 * (point.address.address - first.address.address);
      if (from !== data.length && first.address.table === "holding") return `${point.id} ?`;
      data.push(...bytesOfValue(device, point, writtenValue(point, values[point.id])));
    }
    return requestOf(writeAskOf(device, first, Uint8Array.from(data)));
  } catch (error) {
    if (error instanceof ConfigurationError) return renderText(error.said, "en");
    throw error;
  }
}

function writtenValue({ decimals = 0, type }: Point, written: number | string | boolean | undefined): Value {
  if (type !== "u64" && type !== "s64") return written ?? null;
  return BigInt(exact(String(written), decimals).replace(".", ""));
}

function mayBeWritten(
  points: readonly Point[],
  id: string,
  value: TriedVector["writes"][string] | undefined,
) {
  const { write, writeRules } = points.find((point) => point.id === id) ?? {};
  if (value === undefined || writeRules?.forbid?.includes(value)) return false;
  if (!write) return false;
  if ("values" in write) return write.values.includes(value);
  const number = Number(value);
  return number >= write.range.min && number <= write.range.max;
}

/** Clauses 6.5, 6.6, 6.11 and 6.12 of the Application Protocol V1.1b3: head, then what does not fit into it. */
function requestOf({ data, function: code, head }: ReturnType<typeof writeAskOf>): string {
  if (code === 5 || code === 6) return hexOf(head);
  return hexOf(Uint8Array.of(...head, data.length, ...data));
}

function remember(memory: Map<string, readonly number[]>, exchange: TriedVector["before"][number]): boolean {
  const { request, reply } = exchange;
  const table = TABLE_OF[request[1] ?? 0];
  if (table === undefined || request.length !== 8) return false;
  const address = 256 * (request[2] ?? 0) + (request[3] ?? 0);
  const count = 256 * (request[4] ?? 0) + (request[5] ?? 0);
  const bits = table === "coil" || table === "discrete";
  const size = bits ? Math.ceil(count / 8) : 2 * count;
  const data = reply.subarray(3, -2);
  if (reply[0] !== request[0] || reply[1] !== request[1] || reply[2] !== size || data.length !== size)
    return false;
  for (let i = 0; i < count; i++) {
    const bytes = bits ? [((data[i >> 3] as number) >> (i & 7)) & 1] : [...data.subarray(2 * i, 2 * i + 2)];
    memory.set(`${table} ${address + i}`, bytes);
  }
  return true;
}

/** The value of the point as its own request would give it; undefined where a register is not known. */
function read(device: DriverDevice, point: Point<ModbusAddress>, memory: Memory): Value | Flaw | undefined {
  const [request] = planReads(device, [point], DEAR);
  const span = request?.detail as Span;
  const bytes = replyFor(span, memory);
  const settings = span.needs.map((need) => {
    const own = replyFor(need.ask, memory);
    return own && need.value(own);
  });
  if (!bytes || settings.includes(undefined)) return undefined;
  const known = settings.filter((value) => value !== undefined);
  return span.decoders[0]?.(bytes, span.offsets[0] as number, known);
}

function replyFor(ask: Pick<Span, "table" | "address" | "count">, memory: Memory): Uint8Array | undefined {
  const cells = Array.from({ length: ask.count }, (_, i) => memory.get(`${ask.table} ${ask.address + i}`));
  if (cells.includes(undefined)) return undefined;
  if (ask.table === "input" || ask.table === "holding") return Uint8Array.from(cells.flat() as number[]);
  const bytes = new Uint8Array(Math.ceil(cells.length / 8));
  for (const [i, cell] of cells.entries())
    bytes[i >> 3] = (bytes[i >> 3] as number) | ((cell?.[0] ?? 0) << (i & 7));
  return bytes;
}

function isSame(found: Value | Flaw, expected: TriedVector["expect"][string], point: Point): boolean {
  if (typeof expected === "object") {
    const { bad, uncertain, value } = expected;
    const isDoubtful = found instanceof Flaw && found.quality === "uncertain";
    if (uncertain === undefined) return !isDoubtful && reasonOf(found) === bad;
    return (
      isDoubtful && found.reason === uncertain && value !== undefined && isSame(found.value, value, point)
    );
  }
  if (found instanceof Flaw) return false;
  if (typeof found === "bigint") return textOf(found, point) === exact(String(expected), point.decimals ?? 0);
  if (typeof found === "number" && typeof expected === "string") return found === Number(expected);
  return found === expected;
}

function reasonOf(found: Value | Flaw): string | undefined {
  return found instanceof Flaw ? found.reason : found === null ? "not_a_number" : undefined;
}

function textOf(found: Value | Flaw, { decimals = 0 }: { readonly decimals?: number | undefined }): string {
  if (found instanceof Flaw) return `${found.quality}: ${found.reason}, ${textOf(found.value, { decimals })}`;
  if (typeof found !== "bigint") return JSON.stringify(found);
  const digits = String(found < 0n ? -found : found).padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return found < 0n ? `-${text}` : text;
}

/** A decimal with so many places. */
function exact(text: string, decimals: number): string {
  const [whole = "0", fraction = ""] = text.split(".");
  return decimals === 0 ? text : `${whole}.${fraction.padEnd(decimals, "0")}`;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
