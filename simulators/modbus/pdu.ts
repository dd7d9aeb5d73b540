import type { Table } from "../../drivers/modbus/point-schema.js";
import type { Truth } from "./truth.js";

/** Modbus Application Protocol V1.1b3, 7: why a server refuses a request. */
export const EXCEPTION = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4,
  busy: 6,
  targetNoAnswer: 11,
} as const;
export type ExceptionCode = (typeof EXCEPTION)[keyof typeof EXCEPTION];

/**
 * The memory of one device. A read gives the words (bits as 0 and 1) of exactly `count` addresses, or undefined
 * when one of them does not exist. A write changes all or nothing and answers an exception code or undefined.
 */
export interface RegisterBank {
  /** Most registers a read may name, where the device takes fewer than the protocol allows. */
  readonly mostRegisters?: number | undefined;
  read(table: Table, address: number, count: number): readonly number[] | undefined;
  write(table: "coil" | "holding", address: number, words: readonly number[]): ExceptionCode | undefined;
  /** Who the device says it is; absent: functions 17 and 43 are unknown to it. */
  readonly identity?: DeviceIdentity | undefined;
}

/** V1.1b3, 6.21: the three basic objects of a device identification. */
export interface DeviceIdentity {
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
}

/** What a read request was answered with. */
export interface AnsweredRead {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
  readonly raw: readonly number[];
  /** What the points in it truly said at that moment, where the device knows its points. */
  readonly truths?: ReadonlyMap<string, Truth> | undefined;
}

export interface PduAnswer {
  readonly reply: Uint8Array;
  /** Only for a read that was not refused. */
  readonly read?: AnsweredRead;
  readonly exception?: number;
  /** The unit id under which it is sent; absent: the request's. */
  readonly unit?: number;
}

const READ_TABLES: Readonly<Record<number, Table>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };

/** V1.1b3, 6.1 to 6.4, 6.11 and 6.12: most items a request may name. */
const MAX_READ_BITS = 0x7d0;
const MAX_READ_REGISTERS = 0x7d;
const MAX_WRITE_BITS = 0x7b0;
const MAX_WRITE_REGISTERS = 0x7b;
/** V1.1b3, 6.17: in one request with a read. */
const MAX_WRITE_WITH_READ = 0x79;

/**
 * Answers one request PDU, in the order of checks of the specification's state diagrams: function (exception 1),
 * quantity and value (3), address (2), execution. Pure but for what the bank does; never throws on any bytes.
 */
export function answerPdu(bank: RegisterBank, request: Uint8Array): PduAnswer {
  const functionCode = request[0] ?? 0;
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  switch (functionCode) {
    case 1:
    case 2:
    case 3:
    case 4:
      return answerRead(bank, functionCode, view);
    case 5:
    case 6:
      return answerSingleWrite(bank, functionCode, request, view);
    case 15:
    case 16:
      return answerMultipleWrite(bank, functionCode, request, view);
    case 17:
      return answerServerId(bank, request);
    case 22:
      return answerMaskWrite(bank, request, view);
    case 23:
      return answerReadWrite(bank, view);
    case 43:
      return answerIdentification(bank, request);
    default:
      return refuse(functionCode, EXCEPTION.illegalFunction);
  }
}

/** `exception` may be any code: devices answer with codes that the specification does not know. */
export function refuse(functionCode: number, exception: number): PduAnswer {
  return { reply: Uint8Array.of((functionCode | 0x80) & 0xff, exception), exception };
}

function answerRead(bank: RegisterBank, functionCode: number, view: DataView): PduAnswer {
  const table = READ_TABLES[functionCode] as Table;
  const bits = functionCode <= 2;
  if (view.byteLength !== 5) return refuse(functionCode, EXCEPTION.illegalValue);
  const address = view.getUint16(1);
  const count = view.getUint16(3);
  const most = bits ? MAX_READ_BITS : (bank.mostRegisters ?? MAX_READ_REGISTERS);
  if (count < 1 || count > most) return refuse(functionCode, EXCEPTION.illegalValue);
  if (address + count > 0x10000) return refuse(functionCode, EXCEPTION.illegalAddress);
  const raw = bank.read(table, address, count);
  if (!raw) return refuse(functionCode, EXCEPTION.illegalAddress);
  const reply = new Uint8Array(2 + (bits ? Math.ceil(count / 8) : 2 * count));
  reply[0] = functionCode;
  reply[1] = reply.length - 2;
  if (bits) packBits(raw, reply, 2);
  else packRegisters(raw, reply, 2);
  return { reply, read: { table, address, count, raw } };
}

function answerSingleWrite(
  bank: RegisterBank,
  functionCode: number,
  request: Uint8Array,
  view: DataView,
): PduAnswer {
  if (view.byteLength !== 5) return refuse(functionCode, EXCEPTION.illegalValue);
  const value = view.getUint16(3);
  // 6.5: a coil is switched by FF00 and 0000, every other value is illegal.
  if (functionCode === 5 && value !== 0xff00 && value !== 0) {
    return refuse(functionCode, EXCEPTION.illegalValue);
  }
  const table = functionCode === 5 ? "coil" : "holding";
  const word = functionCode === 5 ? Number(value !== 0) : value;
  const exception = bank.write(table, view.getUint16(1), [word]);
  return exception ? refuse(functionCode, exception) : { reply: request.slice() };
}

function answerMultipleWrite(
  bank: RegisterBank,
  functionCode: number,
  request: Uint8Array,
  view: DataView,
): PduAnswer {
  if (view.byteLength < 7) return refuse(functionCode, EXCEPTION.illegalValue);
  const bits = functionCode === 15;
  const address = view.getUint16(1);
  const count = view.getUint16(3);
  const bytes = view.getUint8(5);
  const most = bits ? MAX_WRITE_BITS : MAX_WRITE_REGISTERS;
  const expected = bits ? Math.ceil(count / 8) : count * 2;
  if (count < 1 || count > most || bytes !== expected || view.byteLength !== 6 + bytes) {
    return refuse(functionCode, EXCEPTION.illegalValue);
  }
  if (address + count > 0x10000) return refuse(functionCode, EXCEPTION.illegalAddress);
  const words = Array.from({ length: count }, (_, at) =>
    bits ? (view.getUint8(6 + (at >> 3)) >> (at & 7)) & 1 : view.getUint16(6 + at * 2),
  );
  const exception = bank.write(bits ? "coil" : "holding", address, words);
  return exception ? refuse(functionCode, exception) : { reply: request.slice(0, 5) };
}

/** 6.16: `(current AND and) OR (or AND NOT and)`, in one step. */
function answerMaskWrite(bank: RegisterBank, request: Uint8Array, view: DataView): PduAnswer {
  if (view.byteLength !== 7) return refuse(22, EXCEPTION.illegalValue);
  const address = view.getUint16(1);
  const [and, or] = [view.getUint16(3), view.getUint16(5)];
  const [current] = bank.read("holding", address, 1) ?? [];
  if (current === undefined) return refuse(22, EXCEPTION.illegalAddress);
  const exception = bank.write("holding", address, [(current & and) | (or & ~and & 0xffff)]);
  return exception ? refuse(22, exception) : { reply: request.slice() };
}

/** 6.17: the write is carried out before the read; nothing is written when the read cannot be. */
function answerReadWrite(bank: RegisterBank, view: DataView): PduAnswer {
  if (view.byteLength < 12) return refuse(23, EXCEPTION.illegalValue);
  const [address, count] = [view.getUint16(1), view.getUint16(3)];
  const [to, written] = [view.getUint16(5), view.getUint16(7)];
  const bytes = view.getUint8(9);
  const fits = written >= 1 && written <= MAX_WRITE_WITH_READ && bytes === written * 2;
  const most = bank.mostRegisters ?? MAX_READ_REGISTERS;
  if (count < 1 || count > most || !fits || view.byteLength !== 10 + bytes) {
    return refuse(23, EXCEPTION.illegalValue);
  }
  const inside = address + count <= 0x10000 && to + written <= 0x10000;
  if (!inside || !bank.read("holding", address, count)) return refuse(23, EXCEPTION.illegalAddress);
  const words = Array.from({ length: written }, (_, at) => view.getUint16(10 + at * 2));
  const exception = bank.write("holding", to, words);
  if (exception) return refuse(23, exception);
  const raw = bank.read("holding", address, count);
  if (!raw) return refuse(23, EXCEPTION.illegalAddress);
  const reply = new Uint8Array(2 + raw.length * 2);
  reply[0] = 23;
  reply[1] = raw.length * 2;
  packRegisters(raw, reply, 2);
  return {
    reply,
    read: { table: "holding", address, count, raw },
  };
}

/** 6.13: a server id of the maker's choice (here the product's name) and the run indicator, FF: on. */
function answerServerId(bank: RegisterBank, request: Uint8Array): PduAnswer {
  if (!bank.identity) return refuse(17, EXCEPTION.illegalFunction);
  if (request.length !== 1) return refuse(17, EXCEPTION.illegalValue);
  const id = Buffer.from(bank.identity.product, "latin1").subarray(0, 240);
  return { reply: Uint8Array.of(17, id.length + 1, ...id, 0xff) };
}

/** 6.21: MEI type 14. Conformity 81: the basic objects, as a stream or one by one. */
function answerIdentification(bank: RegisterBank, request: Uint8Array): PduAnswer {
  const [, mei, access = 0, first = 0] = request;
  if (!bank.identity || mei !== 14) return refuse(43, EXCEPTION.illegalFunction);
  if (request.length !== 4 || access < 1 || access > 4) return refuse(43, EXCEPTION.illegalValue);
  const { vendor, product, revision } = bank.identity;
  const objects = [vendor, product, revision].map((text) => Buffer.from(text, "latin1").subarray(0, 72));
  const one = access === 4;
  if (one && first >= objects.length) return refuse(43, EXCEPTION.illegalAddress);
  // A stream that starts at an object which is not there starts at the first.
  const from = first < objects.length ? first : 0;
  const given = one ? objects.slice(from, from + 1) : objects.slice(from);
  const list = given.flatMap((text, at) => [from + at, text.length, ...text]);
  return { reply: Uint8Array.of(43, 14, access, 0x81, 0, 0, given.length, ...list) };
}

/** 6.1: the first bit is the lowest of the first byte. `into` holds zeros from `from` on. */
function packBits(raw: readonly number[], into: Uint8Array, from: number): void {
  for (let at = 0; at < raw.length; at++) {
    if (raw[at]) into[from + (at >> 3)] = (into[from + (at >> 3)] ?? 0) | (1 << (at & 7));
  }
}

function packRegisters(raw: readonly number[], into: Uint8Array, from: number): void {
  for (let at = 0; at < raw.length; at++) {
    const word = raw[at] ?? 0;
    into[from + 2 * at] = word >> 8;
    into[from + 2 * at + 1] = word;
  }
}
