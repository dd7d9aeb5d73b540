import { beginsLike } from "./ask.js";
import { ByteQueue } from "./byte-queue.js";
import { appendCrc } from "./crc.js";
import type { Framing, Scanner } from "./framing.js";

/** `:` LF CR (V1.02, 2.5.2.1). */
const COLON = 0x3a;
const CR = 0x0d;
const LF = 0x0a;
/** Unit, PDU of up to 253 bytes, LRC. */
const MAX_BYTES = 255;
/** Longest line: colon, two characters a byte, CR LF. */
const MAX_LINE = 1 + 2 * MAX_BYTES + 2;
const UPPER = Buffer.from("0123456789ABCDEF", "latin1");

/** Two's complement of the sum of unit and PDU (V1.02, 2.5.2.2 and 6.2.1). */
export function lrc(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return -sum & 0xff;
}

/** The line of a frame that is given in RTU form. */
export function asciiLine(frame: Uint8Array): Buffer {
  const body = frame.subarray(0, frame.length - 2);
  const line = Buffer.alloc(1 + 2 * (body.length + 1) + 2);
  line[0] = COLON;
  let at = 1;
  for (const byte of [...body, lrc(body)]) {
    line[at++] = UPPER[byte >> 4] as number;
    line[at++] = UPPER[byte & 15] as number;
  }
  line[at++] = CR;
  line[at] = LF;
  return line;
}

function nibble(character: number): number {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  // Some devices write small letters, which the specification does not have.
  const letter = character & ~0x20;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : -1;
}

/** Unit, PDU and LRC in the characters between colon and line end; undefined where they are no such bytes. */
function unhex(line: Uint8Array): Buffer | undefined {
  if (line.length % 2 !== 0 || line.length < 6 || line.length > 2 * MAX_BYTES) return undefined;
  const bytes = Buffer.alloc(line.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = nibble(line[2 * i] as number);
    const low = nibble(line[2 * i + 1] as number);
    if (high < 0 || low < 0) return undefined;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

/** Frames between `:` and CR LF; a colon in the middle begins a new one (V1.02, 2.5.2.1). */
export class AsciiScanner implements Scanner {
  readonly queue = new ByteQueue(8 * MAX_LINE);
  /** The last line with a wrong check, until `clear`: unit and PDU as they came. */
  #damaged: Buffer | undefined;

  get pending(): number {
    return this.queue.length + (this.#damaged?.length ?? 0);
  }

  push(bytes: Uint8Array): void {
    this.queue.push(bytes);
  }

  take(): Buffer | undefined {
    for (;;) {
      const bytes = this.queue.view();
      const stop = bytes.indexOf(LF);
      const begin = bytes.subarray(0, stop < 0 ? bytes.length : stop).lastIndexOf(COLON);
      if (stop < 0) {
        // What cannot become a frame any more: before the colon, or a line that is too long.
        const keep = begin < 0 || bytes.length - begin > MAX_LINE ? bytes.length : begin;
        this.queue.giveUp(keep);
        return undefined;
      }
      const whole =
        begin >= 0 && bytes[stop - 1] === CR ? unhex(bytes.subarray(begin + 1, stop - 1)) : undefined;
      const body = whole?.subarray(0, whole.length - 1);
      if (whole && body && lrc(body) === whole[whole.length - 1]) {
        this.queue.giveUp(begin);
        this.queue.take(stop + 1 - begin);
        const frame = Buffer.alloc(body.length + 2);
        body.copy(frame);
        appendCrc(frame, body.length);
        return frame;
      }
      this.#damaged = body;
      this.queue.giveUp(stop + 1);
    }
  }

  begun(head: Uint8Array): number {
    const start = head.subarray(0, 3);
    if (this.#damaged && beginsLike(this.#damaged, start)) return this.#damaged.length + 2;
    const line = this.queue.view();
    const begun = line[0] === COLON ? unhex(line.subarray(1, 7)) : undefined;
    return begun && beginsLike(begun, start) ? (line.length - 1) >> 1 : 0;
  }

  clear(): number {
    this.queue.giveUp(this.queue.length);
    this.#damaged = undefined;
    return this.queue.noiseSince();
  }
}

/** ASCII framing (V1.02, 2.5.2). */
export const ASCII: Framing = {
  name: "ascii",
  // Colon, two characters a byte, the LRC in place of the CRC, CR LF.
  wireLength: (length) => 1 + 2 * (length - 1) + 2,
  encode: (frame) => asciiLine(frame),
  scanner: () => new AsciiScanner(),
  // Up to a second may pass between the characters of a frame (2.5.2.1).
  restMs: 1000,
};
