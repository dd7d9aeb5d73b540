import type { Framing, Scan } from "./framing.js";

const COLON = 0x3a;
const CR = 0x0d;
const LF = 0x0a;
/** MODBUS over Serial Line V1.02, 2.5.2.1: `:`, 2 x (unit + 253 + LRC), CR, LF. */
const MAX_ASCII_FRAME = 513;
/** 2.5.2.1: intervals of up to one second may elapse between characters. */
const MOST_BETWEEN_MS = 1000;

/** V1.02, 2.5.2.2: the two's complement of the sum of all bytes, carries dropped. */
export function lrc(bytes: Uint8Array): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

/** `:`, unit id, PDU and LRC in upper-case hexadecimal, CR LF. */
export function asciiFrame(unit: number, pdu: Uint8Array): Uint8Array {
  const body = Uint8Array.of(unit, ...pdu);
  const hex = Buffer.from([...body, lrc(body)])
    .toString("hex")
    .toUpperCase();
  return Uint8Array.from(Buffer.from(`:${hex}\r\n`, "latin1"));
}

/** Strict: the specification knows the characters 0-9 and A-F only. */
function bodyOf(frame: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(frame).toString("latin1", 1, frame.length - 2);
  if (text.length < 6 || !/^(?:[0-9A-F]{2})+$/.test(text)) return undefined;
  const bytes = Uint8Array.from(Buffer.from(text, "hex"));
  const body = bytes.subarray(0, -1);
  return lrc(body) === bytes.at(-1) ? body : undefined;
}

/** V1.02, 2.5.2. */
export const ASCII_FRAMING: Framing = {
  name: "ascii",
  serial: true,
  // 2.5.2: start, 7 data, parity or a second stop bit, stop.
  bitsPerCharacter: 10,
  scan(heard): Scan {
    // A colon always begins a new frame; what lies before the last one before an end was cut short.
    const end = heard.findIndex((byte, at) => byte === LF && heard[at - 1] === CR);
    const start = heard.lastIndexOf(COLON, end < 0 ? heard.length - 1 : end);
    if (start !== 0) {
      const used = start > 0 ? start : end < 0 ? heard.length : end + 1;
      return { kind: "damaged", used };
    }
    if (end < 0) {
      return heard.length > MAX_ASCII_FRAME ? { kind: "damaged", used: heard.length } : { kind: "more" };
    }
    const raw = heard.slice(0, end + 1);
    const body = bodyOf(raw);
    if (!body || raw.length > MAX_ASCII_FRAME) return { kind: "damaged", used: raw.length };
    const request = { unit: body[0] ?? 0, pdu: body.subarray(1), raw, transaction: 0 };
    return { kind: "request", used: raw.length, request };
  },
  onPause(heard): Scan {
    return { kind: "damaged", used: heard.length };
  },
  pauseMs: () => MOST_BETWEEN_MS,
  // 2.5.2: frames are told apart by their first character; no silence is asked for.
  silenceMs: () => 0,
  encode: asciiFrame,
  spoil(frame) {
    const spoiled = frame.slice();
    const digit = frame.length - 3;
    spoiled[digit] = frame[digit] === 0x30 ? 0x31 : 0x30;
    return spoiled;
  },
};
