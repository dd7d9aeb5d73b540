/** MODBUS over Serial Line V1.02, 2.5.1.2: CRC-16, polynomial A001 (reflected), start FFFF, low byte first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** Unit id, PDU and checksum. */
export function rtuFrame(unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pdu.length + 3);
  frame[0] = unit;
  frame.set(pdu, 1);
  const crc = crc16(frame.subarray(0, -2));
  frame.set([crc & 0xff, crc >> 8], frame.length - 2);
  return frame;
}

/** Whether the last two bytes are the checksum of the others. */
export function crcHolds(frame: Uint8Array): boolean {
  return (
    frame.length >= 4 && crc16(frame.subarray(0, -2)) === ((frame.at(-2) ?? 0) | ((frame.at(-1) ?? 0) << 8))
  );
}

/** Longest frame on a serial line (V1.02, 2.5.1). */
export const MAX_RTU_FRAME = 256;

/** Whole length of requests that have always the same, by function (V1.1b3, 6). */
const FIXED_LENGTH: Readonly<Record<number, number>> = { 17: 4, 22: 10, 43: 7 };

/** Length of the request that begins with these bytes; undefined while unknown, or for an unknown function. */
export function requestLength(bytes: Uint8Array): number | undefined {
  const functionCode = bytes[1];
  if (functionCode === undefined) return undefined;
  if (functionCode >= 1 && functionCode <= 6) return 8;
  if (functionCode === 15 || functionCode === 16) return withCount(9, bytes[6]);
  if (functionCode === 23) return withCount(13, bytes[10]);
  return FIXED_LENGTH[functionCode];
}

function withCount(rest: number, count: number | undefined): number | undefined {
  return count === undefined ? undefined : rest + count;
}

/** Silence that ends a frame, ms: 3.5 characters, 1.75 ms above 19200 baud (V1.02, 2.5.1.1). */
export function silenceMs(baud: number, bitsPerCharacter: number): number {
  return baud > 19_200 ? 1.75 : (3.5 * bitsPerCharacter * 1000) / baud;
}
