import { InternalError } from "../../drivers/core/errors.js";
import { shortestF32 } from "../../drivers/core/float.js";
import type { Layout, Value } from "../../drivers/core/reading.js";
import type { ByteReader, ByteWriter } from "./bytes.js";
import { BUFFER_MESSAGES } from "./messages.js";

/**
 * The values of one batch, column class by column class, each as its difference to the values before: slowly
 * moving readings become runs of small numbers, which deflate well. docs/buffer-format.md describes the bytes.
 */

/** How the points of a layout are kept. Indices into `layout.points`. */
interface Classes {
  /** Exact decimals: `value * factor` is a whole number. */
  readonly whole: readonly number[];
  readonly f32: readonly number[];
  readonly f64: readonly number[];
  readonly big: readonly number[];
  readonly bool: readonly number[];
  readonly text: readonly number[];
  readonly factor: readonly number[];
}

/** Beyond it a difference of two whole numbers is no exact double. */
const MAX_WHOLE = 2 ** 51;
/** Every u64 and s64; what lies beyond is written as text, so that a difference has at most eleven bytes. */
const MAX_BIG = 2n ** 64n;

function classesOf(layout: Layout): Classes {
  const classes = { whole: [], f32: [], f64: [], big: [], bool: [], text: [], factor: [] } as {
    [K in keyof Classes]: number[];
  };
  for (const [at, { type, decimals }] of layout.points.entries()) {
    classes.factor.push(10 ** (decimals ?? 0));
    if (type === "bool") classes.bool.push(at);
    else if (type === "string") classes.text.push(at);
    else if (type === "u64" || type === "s64") classes.big.push(at);
    else if (decimals !== undefined) classes.whole.push(at);
    else if (type === "f32") classes.f32.push(at);
    else classes.f64.push(at);
  }
  return classes;
}

/** The last values of one layout, as whole numbers and bit patterns: what the next difference is taken from. */
export class ColumnState {
  readonly #classes: Classes;
  readonly #whole: Float64Array;
  /** Between `#oddOnes` and writing: the whole numbers of this batch. */
  #scaled: Float64Array;
  readonly #f32: Uint32Array;
  readonly #f64: Uint8Array;
  readonly #big: bigint[];
  readonly #text: string[];

  constructor(
    readonly layout: Layout,
    classes = classesOf(layout),
  ) {
    const size = layout.points.length;
    this.#classes = classes;
    this.#whole = new Float64Array(size);
    this.#scaled = NO_NUMBERS;
    this.#f32 = new Uint32Array(size);
    this.#f64 = new Uint8Array(this.#classes.f64.length === 0 ? 0 : size * 8);
    this.#big = this.#classes.big.length === 0 ? [] : new Array(size).fill(0n);
    this.#text = this.#classes.text.length === 0 ? [] : new Array(size).fill("");
  }

  copy(): ColumnState {
    const copy = new ColumnState(this.layout, this.#classes);
    copy.#whole.set(this.#whole);
    copy.#f32.set(this.#f32);
    copy.#f64.set(this.#f64);
    for (const [at, value] of this.#big.entries()) copy.#big[at] = value;
    for (const [at, value] of this.#text.entries()) copy.#text[at] = value;
    return copy;
  }

  /** Writes `values` and takes them over as the new base. */
  write(out: ByteWriter, values: readonly (Value | undefined)[]): void {
    if (this.#scaled === NO_NUMBERS) this.#scaled = new Float64Array(this.#classes.whole.length);
    const odd = this.#oddOnes(values);
    out.varint(odd.length);
    let last = -1;
    for (const at of odd) {
      out.varint(at - last - 1);
      writeOdd(out, values[at]);
      last = at;
    }
    const skip = odd.length > 0 ? new Set(odd) : undefined;
    const { whole, f32, f64, big, bool, text } = this.#classes;
    for (let n = 0; n < whole.length; n++) {
      const at = whole[n] as number;
      if (skip?.has(at)) continue;
      // `#oddOnes` has scaled it.
      const scaled = this.#scaled[n] as number;
      out.signed(scaled - (this.#whole[at] as number));
      this.#whole[at] = scaled;
    }
    this.#writeF32(out, values, f32, skip);
    this.#writeF64(out, values, f64, skip);
    for (const at of big) {
      if (skip?.has(at)) continue;
      const value = values[at] as bigint;
      out.bigSigned(value - (this.#big[at] ?? 0n));
      this.#big[at] = value;
    }
    writeBits(out, skip ? bool.filter((at) => !skip.has(at)) : bool, values);
    for (const at of text) {
      if (skip?.has(at)) continue;
      const value = values[at] as string;
      const same = value === this.#text[at];
      out.byte(same ? 0 : 1);
      if (!same) out.text(value);
      this.#text[at] = value;
    }
  }

  read(input: ByteReader): (Value | undefined)[] {
    const { whole, f32, f64, big, bool, text, factor } = this.#classes;
    const values: (Value | undefined)[] = new Array(this.layout.points.length);
    const odd = input.varint();
    const skip = odd > 0 ? new Set<number>() : undefined;
    for (let n = 0, at = -1; n < odd; n++) {
      at += 1 + input.varint();
      skip?.add(at);
      values[at] = readOdd(input);
    }
    for (const at of whole) {
      if (skip?.has(at)) continue;
      const n = (this.#whole[at] ?? 0) + input.signed();
      this.#whole[at] = n;
      values[at] = n / (factor[at] ?? 1);
    }
    this.#readF32(input, values, f32, skip);
    this.#readF64(input, values, f64, skip);
    for (const at of big) {
      if (skip?.has(at)) continue;
      const value = (this.#big[at] ?? 0n) + input.bigSigned();
      this.#big[at] = value;
      values[at] = value;
    }
    let bits = 0;
    let left = 0;
    for (const at of bool) {
      if (skip?.has(at)) continue;
      if (left === 0) {
        bits = input.byte();
        left = 8;
      }
      values[at] = (bits & 1) === 1;
      bits >>= 1;
      left--;
    }
    for (const at of text) {
      if (skip?.has(at)) continue;
      if (input.byte() === 1) this.#text[at] = input.text();
      values[at] = this.#text[at] ?? "";
    }
    return values;
  }

  /** Places that do not fit their column: no value, not reported, or not what the type promises. In order. */
  #oddOnes(values: readonly (Value | undefined)[]): number[] {
    const { whole, f32, f64, big, bool, text, factor } = this.#classes;
    const odd: number[] = [];
    for (let n = 0; n < whole.length; n++) {
      const at = whole[n] as number;
      const value = values[at];
      if (typeof value === "number") {
        const by = factor[at] as number;
        const scaled = Math.round(value * by);
        this.#scaled[n] = scaled;
        if (scaled < MAX_WHOLE && scaled > -MAX_WHOLE && scaled / by === value) continue;
      }
      odd.push(at);
    }
    for (const at of f32) {
      const value = values[at];
      if (typeof value !== "number" || !isShortestF32(value)) odd.push(at);
    }
    for (const at of f64) if (!Number.isFinite(values[at])) odd.push(at);
    for (const at of big) {
      const value = values[at];
      if (typeof value !== "bigint" || value > MAX_BIG || value < -MAX_BIG) odd.push(at);
    }
    for (const at of bool) if (typeof values[at] !== "boolean") odd.push(at);
    for (const at of text) if (typeof values[at] !== "string") odd.push(at);
    return odd.length > 1 ? odd.sort((a, b) => a - b) : odd;
  }

  #writeF32(
    out: ByteWriter,
    values: readonly (Value | undefined)[],
    places: readonly number[],
    skip: ReadonlySet<number> | undefined,
  ): void {
    const own = skip ? places.filter((at) => !skip.has(at)) : places;
    if (own.length === 0) return;
    const planes = Buffer.allocUnsafe(own.length * 4);
    for (const [n, at] of own.entries()) {
      FLOAT[0] = values[at] as number;
      const bits = FLOAT_BITS[0] ?? 0;
      const xor = (bits ^ (this.#f32[at] ?? 0)) >>> 0;
      this.#f32[at] = bits;
      for (let plane = 0; plane < 4; plane++) planes[plane * own.length + n] = (xor >>> (8 * plane)) & 0xff;
    }
    out.raw(planes);
  }

  #readF32(
    input: ByteReader,
    values: (Value | undefined)[],
    places: readonly number[],
    skip: ReadonlySet<number> | undefined,
  ): void {
    const own = skip ? places.filter((at) => !skip.has(at)) : places;
    if (own.length === 0) return;
    const planes = input.raw(own.length * 4);
    for (const [n, at] of own.entries()) {
      let xor = 0;
      for (let plane = 0; plane < 4; plane++) xor |= (planes[plane * own.length + n] ?? 0) << (8 * plane);
      const bits = (xor ^ (this.#f32[at] ?? 0)) >>> 0;
      this.#f32[at] = bits;
      FLOAT_BITS[0] = bits;
      values[at] = shortestF32(FLOAT[0] ?? 0);
    }
  }

  #writeF64(
    out: ByteWriter,
    values: readonly (Value | undefined)[],
    places: readonly number[],
    skip: ReadonlySet<number> | undefined,
  ): void {
    const own = skip ? places.filter((at) => !skip.has(at)) : places;
    if (own.length === 0) return;
    const planes = Buffer.allocUnsafe(own.length * 8);
    for (const [n, at] of own.entries()) {
      DOUBLE[0] = values[at] as number;
      for (let plane = 0; plane < 8; plane++) {
        const byte = DOUBLE_BYTES[plane] ?? 0;
        planes[plane * own.length + n] = byte ^ (this.#f64[at * 8 + plane] ?? 0);
        this.#f64[at * 8 + plane] = byte;
      }
    }
    out.raw(planes);
  }

  #readF64(
    input: ByteReader,
    values: (Value | undefined)[],
    places: readonly number[],
    skip: ReadonlySet<number> | undefined,
  ): void {
    const own = skip ? places.filter((at) => !skip.has(at)) : places;
    if (own.length === 0) return;
    const planes = input.raw(own.length * 8);
    for (const [n, at] of own.entries()) {
      for (let plane = 0; plane < 8; plane++) {
        const byte = (planes[plane * own.length + n] ?? 0) ^ (this.#f64[at * 8 + plane] ?? 0);
        this.#f64[at * 8 + plane] = byte;
        DOUBLE_BYTES[plane] = byte;
      }
      values[at] = DOUBLE[0] ?? 0;
    }
  }
}

const NO_NUMBERS = new Float64Array();
const FLOAT = new Float32Array(1);
const FLOAT_BITS = new Uint32Array(FLOAT.buffer);
const DOUBLE = new Float64Array(1);
const DOUBLE_BYTES = new Uint8Array(DOUBLE.buffer);

function isShortestF32(value: number): boolean {
  const single = Math.fround(value);
  return Number.isFinite(single) && !Object.is(single, -0) && shortestF32(single) === value;
}

function writeBits(out: ByteWriter, places: readonly number[], values: readonly (Value | undefined)[]): void {
  let bits = 0;
  let filled = 0;
  for (const at of places) {
    if (values[at] === true) bits |= 1 << filled;
    if (++filled === 8) {
      out.byte(bits);
      bits = 0;
      filled = 0;
    }
  }
  if (filled > 0) out.byte(bits);
}

/** Tags of values that do not fit their column. */
const ODD = { absent: 0, none: 1, no: 2, yes: 3, number: 4, big: 5, text: 6 } as const;

function writeOdd(out: ByteWriter, value: Value | undefined): void {
  if (value === undefined) out.byte(ODD.absent);
  else if (value === null) out.byte(ODD.none);
  else if (typeof value === "boolean") out.byte(value ? ODD.yes : ODD.no);
  else if (typeof value === "number") {
    out.byte(ODD.number);
    out.double(value);
  } else if (typeof value === "bigint") {
    out.byte(ODD.big);
    out.text(String(value));
  } else {
    out.byte(ODD.text);
    out.text(value);
  }
}

function readOdd(input: ByteReader): Value | undefined {
  const tag = input.byte();
  if (tag === ODD.absent) return undefined;
  if (tag === ODD.none) return null;
  if (tag === ODD.no || tag === ODD.yes) return tag === ODD.yes;
  if (tag === ODD.number) return input.double();
  if (tag === ODD.big) return readBig(input);
  return input.text();
}

function readBig(input: ByteReader): bigint {
  const text = input.text();
  if (!/^-?\d+$/.test(text)) throw new InternalError(BUFFER_MESSAGES.chunk_damaged);
  return BigInt(text);
}
