/*
 * Frames of Modbus as the fuzz makes and recognises them: written here from the specifications, with checksums of its
 * own, because what judges a driver must not use its arithmetic.
 */

export type Mode = "rtu" | "ascii" | "tcp";

/** What was asked: by whom it must be answered, and the running number that makes this answer unlike all others. */
export interface Asked {
  readonly unit: number;
  readonly function: number;
  readonly address: number;
  readonly count: number;
  readonly transaction: number;
  readonly number: number;
}

/** Modbus over Serial Line V1.02, 6.2.2: bit by bit. */
export function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

/** V1.02, 6.2.1. */
export function lrcOf(bytes: Uint8Array): number {
  return (0x100 - (bytes.reduce((sum, byte) => sum + byte, 0) & 0xff)) & 0xff;
}

/** Unit and PDU on the wire. */
export function onWire(mode: Mode, body: Uint8Array, transaction: number): Buffer {
  switch (mode) {
    case "rtu": {
      const crc = crcOf(body);
      return Buffer.from([...body, crc & 0xff, crc >> 8]);
    }
    case "ascii": {
      const hex = Buffer.from([...body, lrcOf(body)]).toString("hex");
      return Buffer.from(`:${hex.toUpperCase()}\r\n`, "latin1");
    }
    case "tcp": {
      const { length } = body;
      return Buffer.from([transaction >> 8, transaction & 0xff, 0, 0, length >> 8, length & 0xff, ...body]);
    }
  }
}

/** What the driver has sent. */
export function askedBy(mode: Mode, bytes: Buffer, number: number): Asked {
  const body =
    mode === "rtu"
      ? bytes
      : mode === "tcp"
        ? bytes.subarray(6)
        : Buffer.from(bytes.subarray(1, -2).toString("latin1"), "hex");
  return {
    unit: body.readUInt8(0),
    function: body.readUInt8(1),
    address: body.readUInt16BE(2),
    count: body.readUInt16BE(4),
    transaction: mode === "tcp" ? bytes.readUInt16BE(0) : 0,
    number,
  };
}

/** Four registers that say for themselves which request they answer. */
export function wordsOf({ unit, function: code, address, number }: Asked): readonly number[] {
  const identity = ((0x80 | unit) << 8) | (code << 5) | address;
  const low = 0x8000 | (number & 0x7fff);
  const high = 0x8000 | (number >>> 15);
  return [identity, low, high, identity ^ low ^ high ^ 0xa5a5];
}

/** Whether four registers are a whole answer to some request, be it another one. */
export function areGenuine(words: readonly number[]): boolean {
  const [identity = 0, low = 0, high = 0, check = 0] = words;
  return check === (identity ^ low ^ high ^ 0xa5a5) && identity >= 0x8000 && low >= 0x8000 && high >= 0x8000;
}

/** Unit and PDU of a reply that holds these registers. */
export function replyBody(unit: number, code: number, words: readonly number[]): Buffer {
  return Buffer.from([unit, code, 2 * words.length, ...words.flatMap((word) => [word >> 8, word & 0xff])]);
}
