import { crcHolds } from "./crc.js";

/** The largest frame on a serial line (V1.02, 2.5.1.1). */
export const MAX_FRAME = 256;

/** `frameAt`: no frame begins here. */
export const NONE = 0;
/** `frameAt`: a frame may begin here, and more bytes are needed to tell. */
export const INCOMPLETE = -1;

/**
 * The length of the whole frame with a right CRC that begins at `from`, of whichever unit, request or reply;
 * else NONE or INCOMPLETE. Requests count because adapters echo and other clients may share the bus.
 */
export function frameAt(bytes: Uint8Array, from: number, end: number): number {
  const left = end - from;
  if (left < 2) return INCOMPLETE;
  let incomplete = false;
  const code = bytes[from + 1] as number;
  for (let form = 0; form < 2; form++) {
    const length = lengthOf(bytes, from, left, code, form === 1);
    if (length === NONE) continue;
    if (length === INCOMPLETE || length > left) incomplete = true;
    else if (crcHolds(bytes, from, from + length)) return length;
  }
  return incomplete ? INCOMPLETE : NONE;
}

/** How long the reply or request with this beginning is (Application Protocol V1.1b3, clause 6; 7 for exceptions). */
function lengthOf(bytes: Uint8Array, from: number, left: number, code: number, request: boolean): number {
  if (code >= 0x81) return request ? NONE : 5;
  switch (code) {
    case 1:
    case 2:
    case 3:
    case 4: {
      if (request) return 8;
      if (left < 3) return INCOMPLETE;
      const count = bytes[from + 2] as number;
      return count === 0 || count > 250 ? NONE : 5 + count;
    }
    case 5:
    case 6:
      return request ? NONE : 8;
    case 15:
    case 16: {
      if (!request) return 8;
      if (left < 7) return INCOMPLETE;
      const count = bytes[from + 6] as number;
      return count === 0 || count > 246 ? NONE : 9 + count;
    }
    case 22:
      return request ? NONE : 10;
    default:
      return NONE;
  }
}

/** What is waited for: the reply to a read. */
export interface Expected {
  readonly unit: number;
  readonly code: number;
  readonly byteCount: number;
  readonly request: Uint8Array;
}

/** Length of the reply that is waited for. */
export function replyLength(expected: Pick<Expected, "byteCount">): number {
  return 5 + expected.byteCount;
}

/** A reply frame, whole and right, is one to such a request: its data of that length, or an exception. */
export function answers(
  bytes: Uint8Array,
  from: number,
  length: number,
  to: Pick<Expected, "unit" | "code" | "byteCount">,
): boolean {
  if (bytes[from] !== to.unit) return false;
  if (bytes[from + 1] === to.code) return bytes[from + 2] === to.byteCount && length === replyLength(to);
  return bytes[from + 1] === (to.code | 0x80) && length === 5;
}

/** What comes back first is the request itself where an adapter hears its own sending. */
export function isEcho(bytes: Uint8Array, from: number, length: number, request: Uint8Array): boolean {
  if (length !== request.length) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== request[i]) return false;
  return true;
}

/**
 * Bytes from a serial line, cut into frames. Timing cannot cut them: USB adapters hold bytes back for up to 16 ms
 * and join what was apart. So a frame is what has the form of one and a right CRC. Frames are taken whole, from
 * the left: what looks like a frame inside another one is never found, unless the outer one stays incomplete
 * until the line is quiet.
 */
export class FrameScanner {
  readonly #bytes = Buffer.alloc(8 * MAX_FRAME);
  #start = 0;
  #end = 0;

  /** Bytes that belong to no whole frame yet. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /** Bytes that had to be forgotten because nobody ever found a frame in them. */
  overflowed = 0;

  push(bytes: Uint8Array): void {
    let from = 0;
    if (bytes.length > this.#bytes.length) {
      from = bytes.length - this.#bytes.length;
      this.overflowed += from;
    }
    const size = bytes.length - from;
    if (this.#end + size > this.#bytes.length) {
      const keep = Math.min(this.pending, this.#bytes.length - size);
      this.overflowed += this.pending - keep;
      this.#bytes.copyWithin(0, this.#end - keep, this.#end);
      this.#start = 0;
      this.#end = keep;
    }
    this.#bytes.set(from === 0 ? bytes : bytes.subarray(from), this.#end);
    this.#end += size;
  }

  /**
   * The next whole frame, taken out of the buffer; undefined when there is none yet. The bytes are valid until the
   * next `push`. With `quiet` (nothing came for a while) a beginning that never became a frame is passed over
   * when a whole frame follows.
   */
  take(quiet: boolean): Buffer | undefined {
    for (let i = this.#start; i < this.#end; i++) {
      const length = frameAt(this.#bytes, i, this.#end);
      if (length > 0) {
        this.#start = i + length;
        return this.#bytes.subarray(i, i + length);
      }
      if (length === INCOMPLETE && !quiet) return undefined;
    }
    return undefined;
  }

  /** What is pending begins like this reply. */
  beginsLike({ unit, code, byteCount }: Expected): boolean {
    const at = this.#start;
    return (
      this.pending >= 3 &&
      this.#bytes[at] === unit &&
      this.#bytes[at + 1] === code &&
      this.#bytes[at + 2] === byteCount
    );
  }

  /** Throws away what is pending; returns how many bytes that were. */
  clear(): number {
    const dropped = this.pending;
    this.#start = 0;
    this.#end = 0;
    return dropped;
  }
}
