import { beginsLike } from "./ask.js";
import { ByteQueue } from "./byte-queue.js";
import { crcHolds } from "./crc.js";
import type { Framing, Scanner } from "./framing.js";

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

/** What comes back first is the request itself where an adapter hears its own sending. */
export function isEcho(frame: Uint8Array, request: Uint8Array): boolean {
  return frame.length === request.length && beginsLike(frame, request);
}

/**
 * Bytes from a serial line, cut into frames. Timing cannot cut them: USB adapters hold bytes back for up to 16 ms
 * and join what was apart. So a frame is what has the form of one and a right CRC. Frames are taken whole, from
 * the left: what looks like a frame inside another one is never found, unless the outer one stays incomplete
 * until the line is quiet.
 */
export class RtuScanner implements Scanner {
  readonly queue = new ByteQueue(8 * MAX_FRAME);

  get pending(): number {
    return this.queue.length;
  }

  push(bytes: Uint8Array): void {
    this.queue.push(bytes);
  }

  take(quiet: boolean): Buffer | undefined {
    const bytes = this.queue.view();
    for (let i = 0; i < bytes.length; i++) {
      const length = frameAt(bytes, i, bytes.length);
      if (length > 0) {
        if (i > 0) this.queue.giveUp(i);
        return this.queue.take(length);
      }
      if (length === INCOMPLETE && !quiet) return undefined;
    }
    return undefined;
  }

  begun(head: Uint8Array): number {
    return beginsLike(this.queue.view(), head.subarray(0, 3)) ? this.pending : 0;
  }

  clear(): number {
    this.queue.giveUp(this.queue.length);
    return this.queue.noiseSince();
  }
}

/** RTU framing (V1.02, 2.5.1). */
export const RTU: Framing = {
  name: "rtu",
  wireLength: (length) => length,
  encode: (frame) => frame,
  scanner: () => new RtuScanner(),
  // FTDI adapters hold bytes back for 16 ms unless told otherwise.
  restMs: 30,
};
