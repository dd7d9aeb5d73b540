import { type Said, say } from "../core/message.js";
import type { WireFrame } from "../core/wire-frame.js";
import { crcHolds } from "./crc.js";
import { HEADER } from "./mbap.js";
import { MODBUS_MESSAGES as M } from "./messages.js";

type Frame = Pick<WireFrame, "kind" | "direction" | "bytes">;

/** Unit and PDU, whatever was around them. */
interface Content {
  readonly unit: number;
  readonly pdu: Uint8Array;
  /** Unit 0 of a serial line is everybody (V1.02, 2.2); on TCP it is the device itself. */
  readonly broadcast: boolean;
}

/** How many values a sentence names. */
const MOST_REGISTERS = 8;
const MOST_BITS = 16;

/** Application Protocol V1.1b3, clause 7, in its own words, which stand in the makers' manuals too. */
const EXCEPTION_NAMES: Readonly<Record<number, string>> = {
  1: "ILLEGAL FUNCTION",
  2: "ILLEGAL DATA ADDRESS",
  3: "ILLEGAL DATA VALUE",
  4: "SERVER DEVICE FAILURE",
  5: "ACKNOWLEDGE",
  6: "SERVER DEVICE BUSY",
  8: "MEMORY PARITY ERROR",
  10: "GATEWAY PATH UNAVAILABLE",
  11: "GATEWAY TARGET DEVICE FAILED TO RESPOND",
};

/** What a frame says, for people. Pure; takes any bytes and never throws. */
export function describeFrame(frame: Frame, framing: "rtu" | "ascii" | "tcp"): Said {
  const { bytes, direction, kind } = frame;
  const content = kind === "damaged" ? undefined : contentOf(bytes, framing);
  if (!content) return say(M.seen_damaged, { count: bytes.length });
  const isAnswer = direction === "received" && kind !== "echo";
  // A stranger on the bus may be heard asking; an answer is recognised by its length.
  const said =
    (isAnswer ? answer(content) : undefined) ??
    (!isAnswer || kind === "foreign" ? request(content) : undefined);
  return said ?? other(content);
}

function contentOf(bytes: Uint8Array, framing: "rtu" | "ascii" | "tcp"): Content | undefined {
  if (framing === "tcp") {
    // Protocol 0 and a length that fits (Messaging on TCP/IP V1.0b, 3.1.3).
    if (bytes.length <= HEADER || word(bytes, 2) !== 0 || word(bytes, 4) !== bytes.length - HEADER + 1) {
      return undefined;
    }
    return { unit: byte(bytes, HEADER - 1), pdu: bytes.subarray(HEADER), broadcast: false };
  }
  const body = framing === "rtu" ? withoutCrc(bytes) : fromAscii(bytes);
  if (!body || body.length < 2) return undefined;
  const unit = byte(body, 0);
  return { unit, pdu: body.subarray(1), broadcast: unit === 0 };
}

function withoutCrc(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length >= 4 && crcHolds(bytes, 0, bytes.length) ? bytes.subarray(0, -2) : undefined;
}

/** Colon, two hex digits a byte, LRC, CR LF; all bytes with the LRC add up to 0 (V1.02, 2.5.2 and 6.2.1). */
function fromAscii(bytes: Uint8Array): Uint8Array | undefined {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const hex = /^:((?:[0-9A-Fa-f]{2}){3,})\r\n$/.exec(line)?.[1];
  if (hex === undefined) return undefined;
  const body = Buffer.from(hex, "hex");
  let sum = 0;
  for (const value of body) sum += value;
  return (sum & 0xff) === 0 ? body.subarray(0, -1) : undefined;
}

/** A request as the Application Protocol V1.1b3, clause 6, has it; undefined where the length does not fit. */
function request(content: Content): Said | undefined {
  const { pdu, unit } = content;
  const address = word(pdu, 1);
  const count = word(pdu, 3);
  switch (pdu[0]) {
    case 1:
      return pdu.length === 5 ? say(M.seen_read_coils, { unit, span: span(address, count) }) : undefined;
    case 2:
      return pdu.length === 5 ? say(M.seen_read_discrete, { unit, span: span(address, count) }) : undefined;
    case 3:
      return pdu.length === 5 ? say(M.seen_read_holding, { unit, span: span(address, count) }) : undefined;
    case 4:
      return pdu.length === 5 ? say(M.seen_read_input, { unit, span: span(address, count) }) : undefined;
    case 5:
      return pdu.length === 5 ? writeCoils(content, `${address} = ${coil(count)}`) : undefined;
    case 6:
      return pdu.length === 5 ? writeHolding(content, `${address} = ${count}`) : undefined;
    case 15:
      return carries(pdu, 5)
        ? writeCoils(content, `${span(address, count)} = ${bits(pdu, 6, count)}`)
        : undefined;
    case 16:
      return carries(pdu, 5)
        ? writeHolding(content, `${span(address, count)} = ${registers(pdu, 6)}`)
        : undefined;
    case 22:
      return mask(content);
    case 23: {
      if (!carries(pdu, 9)) return undefined;
      const written = `${span(word(pdu, 5), word(pdu, 7))} = ${registers(pdu, 10)}`;
      return say(M.seen_read_write, { unit, written, span: span(address, count) });
    }
    default:
      return undefined;
  }
}

function answer(content: Content): Said | undefined {
  const { pdu, unit } = content;
  const code = byte(pdu, 0);
  const address = word(pdu, 1);
  const count = word(pdu, 3);
  if (code > 0x80) {
    if (pdu.length !== 2) return undefined;
    const exception = byte(pdu, 1);
    const name = EXCEPTION_NAMES[exception] ?? "?";
    return say(M.seen_exception, { unit, function: code & 0x7f, exception, name });
  }
  switch (code) {
    case 1:
    case 2: {
      const length = 8 * (pdu.length - 2);
      return carries(pdu, 1)
        ? say(M.seen_bits, { unit, count: length, values: bits(pdu, 2, length) })
        : undefined;
    }
    case 3:
    case 4:
    case 23:
      return carries(pdu, 1) && pdu.length % 2 === 0
        ? say(M.seen_registers, { unit, count: (pdu.length - 2) / 2, values: registers(pdu, 2) })
        : undefined;
    case 5:
      return pdu.length === 5
        ? say(M.seen_wrote_coils, { unit, written: `${address} = ${coil(count)}` })
        : undefined;
    case 6:
      return pdu.length === 5
        ? say(M.seen_wrote_holding, { unit, written: `${address} = ${count}` })
        : undefined;
    case 15:
      return pdu.length === 5 ? say(M.seen_wrote_coils, { unit, written: span(address, count) }) : undefined;
    case 16:
      return pdu.length === 5
        ? say(M.seen_wrote_holding, { unit, written: span(address, count) })
        : undefined;
    case 22:
      return mask(content);
    default:
      return undefined;
  }
}

/** Request and answer are the same (6.16). */
function mask({ pdu, unit }: Content): Said | undefined {
  if (pdu.length !== 7) return undefined;
  return say(M.seen_mask, { unit, address: word(pdu, 1), and: hex4(word(pdu, 3)), or: hex4(word(pdu, 5)) });
}

function writeCoils({ broadcast, unit }: Content, written: string): Said {
  return broadcast ? say(M.seen_all_coils, { written }) : say(M.seen_write_coils, { unit, written });
}

function writeHolding({ broadcast, unit }: Content, written: string): Said {
  return broadcast ? say(M.seen_all_holding, { written }) : say(M.seen_write_holding, { unit, written });
}

function other({ pdu, unit }: Content): Said {
  return say(M.seen_function, { unit, function: byte(pdu, 0), count: pdu.length - 1 });
}

/** Whether the byte count at `at` is that of all that follows it. */
function carries(pdu: Uint8Array, at: number): boolean {
  return pdu.length > at && byte(pdu, at) === pdu.length - at - 1;
}

function span(address: number, count: number): string {
  if (count === 0) return `${address} × 0`;
  return count === 1 ? `${address}` : `${address}-${address + count - 1}`;
}

/** FF00 is on, 0000 is off, anything else is shown as it is (6.5). */
function coil(value: number): string {
  if (value === 0) return "0";
  return value === 0xff00 ? "1" : hex4(value);
}

function registers(pdu: Uint8Array, from: number): string {
  const count = Math.floor((pdu.length - from) / 2);
  const shown = Array.from({ length: Math.min(count, MOST_REGISTERS) }, (_, at) => word(pdu, from + 2 * at));
  return `${shown.join(", ")}${count > MOST_REGISTERS ? " ..." : ""}`;
}

/** In the order of the addresses, that is lowest bit first. */
function bits(pdu: Uint8Array, from: number, count: number): string {
  const there = Math.min(count, 8 * (pdu.length - from));
  const shown = Array.from(
    { length: Math.min(there, MOST_BITS) },
    (_, at) => (byte(pdu, from + (at >> 3)) >> (at & 7)) & 1,
  );
  return `${shown.join("")}${there > MOST_BITS ? " ..." : ""}`;
}

function hex4(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(4, "0")}`;
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function word(bytes: Uint8Array, at: number): number {
  return (byte(bytes, at) << 8) | byte(bytes, at + 1);
}
