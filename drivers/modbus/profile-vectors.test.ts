import { join } from "node:path";
import t, { type Test } from "tap";
import { decoderOf } from "../codec/decode.js";
import { encoderOf } from "../codec/encode.js";
import { type ByteOrder, registersOf } from "../codec/format.js";
import type { Point } from "../core/point.js";
import { ProfileLibrary } from "../profiles/library.js";
import { deviceDefaults, type Profile, type ProfileVector } from "../profiles/profile.js";
import { resolvePoint } from "../profiles/resolve-point.js";
import { DRIVER_FAMILIES } from "../registry.js";
import type { ReadFunction } from "./ask.js";
import { crcHolds } from "./crc.js";
import { PduClient } from "./pdu-client.js";
import { planReads, type Span } from "./planner.js";
import type { ModbusAddress, ModbusDevice, Table } from "./schema.js";

const FOLDER = join(import.meta.dirname, "../../../config/profiles");
const TABLES: Readonly<Record<number, Table>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };
const ORDERS: readonly ByteOrder[] = ["ABCD", "BADC", "CDAB", "DCBA"];

function pointsOf(profile: Profile): readonly Point<ModbusAddress>[] {
  return [...profile.points.values()].map((written) => {
    const sources = {
      device: "device",
      family: profile.family,
      defaults: profile.defaults,
      layers: [written],
      devicePeriodMs: undefined,
    };
    const point = resolvePoint(sources, () => {});
    if (!point) throw new Error(`${profile.id}: ${String(written.id)} is not complete`);
    return point as Point<ModbusAddress>;
  });
}

/** The request of a vector as our own request. */
function spanOf(profile: Profile, { request }: ProfileVector): Span {
  const bytes = Buffer.from(request);
  const code = bytes[1] as ReadFunction;
  const count = bytes.readUInt16BE(4);
  const byteCount = code <= 2 ? Math.ceil(count / 8) : 2 * count;
  return {
    device: "device",
    unit: bytes[0] as number,
    table: TABLES[code] as Table,
    function: code,
    address: bytes.readUInt16BE(2),
    count,
    head: Uint8Array.of(bytes[0] as number, code, byteCount),
    replyLength: 5 + byteCount,
    decoders: [],
    offsets: [],
    settings: settingsOf(profile),
  };
}

function settingsOf(profile: Profile): ModbusDevice {
  return deviceDefaults(profile, profile.family) as ModbusDevice;
}

const library = new ProfileLibrary(FOLDER, DRIVER_FAMILIES);
const profiles = library.ids().flatMap((id) => library.get(id)?.profile ?? []);
const modbus = profiles.filter((profile) => profile.family.name === "modbus");
t.ok(modbus.length >= 4, `${modbus.length} profiles`);

for (const profile of modbus) {
  t.test(profile.id, async (t) => {
    const points = pointsOf(profile);
    const settings = settingsOf(profile);
    for (const request of planReads({ id: "device", settings }, points, { requestMs: 50, byteMs: 1 })) {
      const { count, table } = request.detail as Span;
      t.ok(count <= (table === "coil" || table === "discrete" ? settings.max_bits : settings.max_registers));
    }
    for (const vector of profile.vectors) {
      const span = spanOf(profile, vector);
      const reply = Buffer.from(vector.reply);
      t.ok(crcHolds(vector.request, 0, vector.request.length), "CRC of the request");
      t.ok(crcHolds(reply, 0, reply.length), "CRC of the reply");
      const client = new PduClient();
      t.equal(
        client.request(span).toString("hex"),
        Buffer.from(vector.request).toString("hex"),
        "our request",
      );
      const parsed = client.parse(reply);
      if (parsed.kind !== "data") throw new Error(`${profile.id}: the reply says ${parsed.kind}`);
      for (const [id, expected] of Object.entries(vector.expect)) {
        const point = points.find((one) => one.id === id);
        if (!point) throw new Error(`${profile.id} has no point ${id}`);
        if (span.function <= 2) {
          const bit = point.address.address - span.address;
          t.equal(((parsed.bytes[bit >> 3] as number) >> (bit & 7)) & 1, Number(expected), id);
          continue;
        }
        checkValue(t, point, parsed.bytes, 2 * (point.address.address - span.address), expected);
      }
    }
  });
}

function checkValue(
  t: Test,
  point: Point<ModbusAddress>,
  bytes: Uint8Array,
  at: number,
  expected: number | string | boolean,
): void {
  const format = { ...point, ...point.address };
  const size = 2 * registersOf(format);
  const value = decoderOf(format)(bytes, at);
  const shown = typeof value === "bigint" ? Number(value) / 10 ** (point.decimals ?? 0) : value;
  t.equal(shown, expected, point.id);

  // Back to the same bytes, unless decimals were rounded away.
  const encoded = Buffer.from(bytes);
  t.ok(encoderOf(format)(value, encoded, at), `${point.id} is encoded`);
  const again = decoderOf(format)(encoded, at);
  t.equal(again, value);
  if (!point.type.startsWith("f")) t.same(encoded, Buffer.from(bytes), `${point.id} gives the same bytes`);

  // A wrong byte order must not give the right value.
  const raw = Buffer.from(bytes.subarray(at, at + size));
  if (size === 2 || raw.every((byte) => byte === raw[0])) return;
  const bits = decoderOf({ type: size === 4 ? "u32" : "u64", order: "ABCD", scale: 1, offset: 0 });
  for (const order of ORDERS) {
    const other = Buffer.alloc(size);
    const reorder = encoderOf({ type: size === 4 ? "u32" : "u64", order, scale: 1, offset: 0 });
    if (size !== 4 && size !== 8) return;
    reorder(bits(raw, 0), other, 0);
    if (other.equals(raw)) continue;
    const wrong = decoderOf(format)(other, 0);
    t.not(wrong, value, `${point.id} with its bytes as ${order}`);
  }
}
