import type { Table } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";

/** Function codes (Modbus Application Protocol V1.1b3, 6.1-6.6, 6.11, 6.12). */
export type ReadFunction = 1 | 2 | 3 | 4;
export type WriteFunction = 5 | 6 | 15 | 16;

/** What tells the reply to a request from every other frame. */
export interface ReplyShape {
  readonly unit: number;
  readonly function: ReadFunction | WriteFunction;
  /** How the only good reply begins: unit, function, and byte count or what a write repeats of its request. */
  readonly head: Uint8Array;
  /** Length of that reply with unit and CRC, as on a serial line. */
  readonly replyLength: number;
}

/** One request on the wire, and what answers it. */
export interface Ask extends ReplyShape {
  readonly device: string;
  readonly table: Table;
  readonly address: number;
  /** Registers or bits. */
  readonly count: number;
  /** What is written: registers as bytes in wire order; for a coil one byte, 0 or 1. */
  readonly data?: Uint8Array;
  readonly settings: ModbusDevice;
}

/** A read of what a write is for: it changes nothing, whether it is heard or not. */
export function wakingAskOf(ask: Ask): Ask {
  const { data: _, ...rest } = ask;
  const isCoil = ask.table === "coil";
  const code: ReadFunction = isCoil ? 1 : 3;
  const byteCount = isCoil ? Math.ceil(ask.count / 8) : 2 * ask.count;
  return {
    ...rest,
    function: code,
    head: Uint8Array.of(ask.unit, code, byteCount),
    replyLength: readReplyLength(byteCount),
  };
}

/** Unit, function, byte count, data, CRC. */
export function readReplyLength(byteCount: number): number {
  return 5 + byteCount;
}

/** Unit, function, address, value or quantity, CRC (6.5, 6.6, 6.11, 6.12). */
export const WRITE_REPLY = 8;

/**
 * A frame, whole and right, is the reply to such a request: it begins and ends as it must, or is an exception to
 * this function. `length` counts unit and CRC.
 */
export function answers(frame: Uint8Array, length: number, to: ReplyShape): boolean {
  if (frame[0] !== to.unit) return false;
  if (frame[1] === (to.function | 0x80)) return length === 5;
  return length === to.replyLength && beginsLike(frame, to.head);
}

export function beginsLike(bytes: Uint8Array, head: Uint8Array): boolean {
  if (bytes.length < head.length) return false;
  for (let i = 0; i < head.length; i++) if (bytes[i] !== head[i]) return false;
  return true;
}
