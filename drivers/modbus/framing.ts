import type { ByteQueue } from "./byte-queue.js";

/**
 * How frames lie on a serial line. Everything above works with one form of a frame, that of RTU: unit, function,
 * data, CRC.
 */
export interface Framing {
  readonly name: "rtu" | "ascii";
  /** Bytes on the wire of a frame that has so many in RTU form. */
  wireLength(length: number): number;
  /** A frame in RTU form as it goes on the wire. May be the same bytes. */
  encode(frame: Buffer): Buffer;
  /** A fresh one for each connection. */
  scanner(): Scanner;
  /** Nothing for so long, on top of the silence that ends a frame, and the rest of a frame will not come. */
  readonly restMs: number;
}

/** Cuts the bytes from a line into frames, whatever portions they come in. Bounded. */
export interface Scanner {
  /** Bytes that belong to no whole frame yet, damaged ones included. */
  readonly pending: number;
  /** What came and was not taken. */
  readonly queue: ByteQueue;
  push(bytes: Uint8Array): void;
  /**
   * The next whole frame in RTU form, taken out of the buffer; undefined when there is none yet. The bytes are
   * valid until the next `push`. With `quiet` (nothing came for a while) a beginning that never became a frame is
   * passed over when a whole frame follows.
   */
  take(quiet: boolean): Buffer | undefined;
  /** How many bytes of a reply that begins with `head` are there, in RTU form, without being a whole right one. */
  begun(head: Uint8Array): number;
  /** Throws away what is pending; returns how many bytes were no frame since the last call. */
  clear(): number;
}
