import { execFile } from "node:child_process";
import t from "tap";
import type { DataType } from "../core/point.js";
import { decoderOf } from "./decode.js";
import { encoderOf } from "./encode.js";
import { type ByteOrder, registersOf } from "./format.js";

/** Values against pymodbus's own encoder and decoder: every type in every order, random values, both ways. */

const SEED = 20_261_125;
const ROUNDS = 50;
const KINDS = 8 * 4;

/**
 * Draws values, packs them, and unpacks what we have packed. pymodbus swaps the bytes of each register for a little
 * byte order, and reverses the registers for a little word order.
 */
const SCRIPT = `
import json, random, struct, sys
from pymodbus.constants import Endian
from pymodbus.payload import BinaryPayloadBuilder, BinaryPayloadDecoder
orders = {"ABCD": (Endian.Big, Endian.Big), "BADC": (Endian.Little, Endian.Big), "CDAB": (Endian.Big, Endian.Little), "DCBA": (Endian.Little, Endian.Little)}
names = {"u16": "16bit_uint", "s16": "16bit_int", "u32": "32bit_uint", "s32": "32bit_int", "u64": "64bit_uint", "s64": "64bit_int", "f32": "32bit_float", "f64": "64bit_float"}
random.seed(${SEED})
def draw(kind):
    bits = int(kind[1:])
    if kind[0] == "u": return random.getrandbits(bits)
    if kind[0] == "s": return random.getrandbits(bits) - 2 ** (bits - 1)
    value = random.uniform(-1, 1) * 10 ** random.uniform(-30, 30)
    return struct.unpack(">f", struct.pack(">f", value))[0] if bits == 32 else value
asked = json.loads(sys.stdin.read())
if asked is None:
    out = []
    for kind in names:
        for order, (byteorder, wordorder) in orders.items():
            for _ in range(${ROUNDS}):
                value = draw(kind)
                builder = BinaryPayloadBuilder(byteorder=byteorder, wordorder=wordorder)
                getattr(builder, "add_" + names[kind])(value)
                out.append([kind, order, repr(value), b"".join(builder.build()).hex()])
    print(json.dumps(out))
else:
    out = []
    for kind, order, payload in asked:
        byteorder, wordorder = orders[order]
        decoder = BinaryPayloadDecoder(bytes.fromhex(payload), byteorder=byteorder, wordorder=wordorder)
        out.append(repr(getattr(decoder, "decode_" + names[kind])()))
    print(json.dumps(out))
`;

type Packed = readonly [type: DataType, order: ByteOrder, value: string, bytes: string];

/** What the script answers to one line on its standard input. */
function pymodbus<T>(asked: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const most = { timeout: 60_000, maxBuffer: 16_000_000 };
    const child = execFile("/usr/bin/python3", ["-c", SCRIPT], most, (error, out, err) =>
      error ? reject(new Error(err, { cause: error })) : resolve(JSON.parse(out) as T),
    );
    child.stdin?.end(JSON.stringify(asked));
  });
}

const isWide = (type: DataType): boolean => type === "u64" || type === "s64";
const isFloat = (type: DataType): boolean => type === "f32" || type === "f64";

/** The number that Python has printed, as a value of ours. */
function numberOf(type: DataType, text: string): number | bigint {
  return isWide(type) ? BigInt(text) : Number(text);
}

function formatOf(type: DataType, order: ByteOrder): Parameters<typeof decoderOf>[0] {
  return { type, order, scale: 1, offset: 0, decimals: isFloat(type) ? undefined : 0 };
}

/** A float of four bytes is reported in its shortest form: the same float, another double. */
function narrowed(type: DataType, value: unknown): unknown {
  return type === "f32" ? Math.fround(Number(value)) : value;
}

t.test(`pymodbus packs and unpacks as we do, seed ${SEED}`, async (t) => {
  const packed = await pymodbus<readonly Packed[]>(null);
  t.equal(packed.length, KINDS * ROUNDS);
  const ours: [DataType, ByteOrder, string][] = [];
  const wrong: string[] = [];
  for (const [type, order, text, hex] of packed) {
    const value = numberOf(type, text);
    const decoded = decoderOf(formatOf(type, order))(Buffer.from(hex, "hex"), 0);
    if (narrowed(type, decoded) !== value) wrong.push(`${type} ${order} ${hex}: ${decoded} for ${text}`);
    const bytes = Buffer.alloc(2 * registersOf({ type }));
    if (!encoderOf(formatOf(type, order))(value, bytes, 0)) wrong.push(`${type} ${order}: ${text} refused`);
    if (bytes.toString("hex") !== hex)
      wrong.push(`${type} ${order} ${text}: ${bytes.toString("hex")} for ${hex}`);
    ours.push([type, order, bytes.toString("hex")]);
  }
  const unpacked = await pymodbus<readonly string[]>(ours);
  for (const [at, text] of unpacked.entries()) {
    const [type, order, value] = packed[at] as Packed;
    if (text !== value) wrong.push(`${type} ${order}: pymodbus finds ${text} in what we made of ${value}`);
  }
  t.same(wrong.slice(0, 20), []);
});
