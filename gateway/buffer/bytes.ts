import { InternalError } from "../../drivers/core/errors.js";
import { BUFFER_MESSAGES } from "./messages.js";

/** Bytes that grow: LEB128 numbers, text and floats, little-endian. */
export class ByteWriter {
  #bytes: Buffer;
  length = 0;

  constructor(size = 4096) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  room(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.length + count));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }

  byte(value: number): void {
    this.room(1);
    this.#bytes[this.length++] = value;
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): void {
    this.room(8);
    if (value < 0x80) {
      this.#bytes[this.length++] = value;
      return;
    }
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.#bytes[this.length++] = rest;
  }

  /** A whole number from -2^52 to 2^52, small ones short. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bigSigned(value: bigint): void {
    let rest = value < 0n ? -2n * value - 1n : 2n * value;
    while (rest >= 0x80n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  double(value: number): void {
    this.room(8);
    this.#bytes.writeDoubleLE(value, this.length);
    this.length += 8;
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.varint(size);
    this.room(size);
    this.length += this.#bytes.write(value, this.length, "utf8");
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A copy of what was written, free to be handed to another thread. */
  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.subarray(0, this.length));
  }
}

/** Reads what ByteWriter wrote; throws InternalError `buffer.chunk_damaged` beyond the end. */
export class ByteReader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new InternalError(BUFFER_MESSAGES.chunk_damaged);
    return value;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
      if (factor > 2 ** 56) throw new InternalError(BUFFER_MESSAGES.chunk_damaged);
    }
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bigSigned(): bigint {
    let value = 0n;
    for (let shift = 0n; shift <= 77n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
    }
    throw new InternalError(BUFFER_MESSAGES.chunk_damaged);
  }

  double(): number {
    return this.raw(8).readDoubleLE(0);
  }

  text(): string {
    return this.raw(this.varint()).toString("utf8");
  }

  raw(size: number): Buffer {
    const end = this.#at + size;
    if (end > this.#bytes.length) throw new InternalError(BUFFER_MESSAGES.chunk_damaged);
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}
