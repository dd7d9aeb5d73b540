import { Flaw } from "../codec/flaw.js";
import type { DriverDevice } from "../core/driver.js";
import { ConfigurationError } from "../core/errors.js";
import { type Said, say } from "../core/message.js";
import type { Point } from "../core/point.js";
import type { Value } from "../core/reading.js";
import type { TriedVector } from "../profiles/family.js";
import { LINT_MESSAGES as L } from "../profiles/lint-messages.js";
import { crc16, crcHolds } from "./crc.js";
import { planReads, type Span } from "./planner.js";
import type { ModbusAddress, Table } from "./point-schema.js";
import { encodeWrite } from "./write.js";

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
    const found = read(device, point, memory);
    if (found === undefined) faults.push(say(L.vector_not_covered, { id }));
    else if (!isSame(found, expected, point)) {
      faults.push(
        say(L.vector_differs, { id, found: textOf(found, point), expected: JSON.stringify(expected) }),
      );
    }
  }
  return faults;
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

/** Our own request for the value must be the frame of the vector. */
function tryWrites(device: DriverDevice, points: readonly Point[], vector: TriedVector): readonly Said[] {
  const expected = hexOf(vector.request.subarray(0, -2));
  return Object.entries(vector.writes).flatMap(([id, written]) => {
    const point = points.find((one) => one.id === id);
    if (!point) return [];
    let found: string;
    try {
      const wide = point.type === "u64" || point.type === "s64";
      const value: Value = wide ? BigInt(String(written).replace(".", "")) : written;
      found = requestOf(encodeWrite(device, point, value, DEAR).ask);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      found = error.code;
    }
    const params = { id, value: String(written), found, expected };
    return found === expected ? [] : [say(L.vector_write_differs, params)];
  });
}

/** Clauses 6.5, 6.6, 6.11 and 6.12 of the Application Protocol V1.1b3: head, then what does not fit into it. */
function requestOf({ data, function: code, head }: ReturnType<typeof encodeWrite>["ask"]): string {
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
