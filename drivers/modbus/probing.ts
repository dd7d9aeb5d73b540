import { LinkError } from "../core/errors.js";
import type { Ask } from "./ask.js";
import type { Exchanged } from "./exchanged.js";
import type { Table } from "./point-schema.js";
import type { Answer, Question } from "./scan/question.js";
import type { ModbusDevice } from "./schema.js";
import { readAskOf } from "./setting-read.js";

const TABLE_OF: Readonly<Record<number, Table>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };
/** No device of that name: what is asked counts for the connection alone. */
const NOBODY = "";

/** A question as a driver puts it on its wire; undefined for those that are no reads of a table. */
export function askOf(question: Question, timeoutMs: number): Ask | undefined {
  const { address, count, function: code, unit } = question;
  const table = TABLE_OF[code];
  if (!table) return undefined;
  const settings: ModbusDevice = {
    unit_id: unit,
    timeout: timeoutMs,
    worst_reply: 0,
    max_registers: 125,
    max_bits: 2000,
    min_gap: 0,
  };
  return readAskOf({ id: NOBODY, settings }, table, { from: address, to: address + count });
}

/** Throws LinkError. */
export function answerOfExchange(exchanged: Exchanged): Answer {
  if ("error" in exchanged) {
    const { error } = exchanged;
    if (error instanceof LinkError) throw error;
    return error.reason === "bad_answer" ? { kind: "damaged", bytes: new Uint8Array(0) } : { kind: "silent" };
  }
  const { reply, roundTripMs } = exchanged;
  const heard = { elapsedMs: roundTripMs, twice: false };
  if (reply.kind === "data") return { kind: "data", bytes: Uint8Array.from(reply.bytes), ...heard };
  if (reply.kind === "exception") return { kind: "exception", code: reply.exception, ...heard };
  return { kind: "damaged", bytes: new Uint8Array(0) };
}
