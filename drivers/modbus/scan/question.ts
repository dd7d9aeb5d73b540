import { InternalError } from "../../core/errors.js";
import type { Table } from "../point-schema.js";
import { SCAN_MESSAGES as M } from "./messages.js";

/**
 * The functions with which devices are looked for: reads (V1.1b3, 6.1 to 6.4), the server's id (6.13) and the
 * device identification (6.21). None of them changes anything in a device. There is no way to put another one on a
 * wire from this folder: wires take questions, never bytes, and `pduOf` is the only place that makes bytes of them.
 */
export const ASKING_FUNCTIONS = [1, 2, 3, 4, 17, 43] as const;
export type AskingFunction = (typeof ASKING_FUNCTIONS)[number];

/** What is asked of one unit. For 17 and 43 address and count mean nothing. */
export interface Question {
  readonly unit: number;
  readonly function: AskingFunction;
  readonly address: number;
  readonly count: number;
}

/** What came back. `bytes` of data: those of the registers or bits, or the identification as text. */
export type Answer =
  | { readonly kind: "data"; readonly bytes: Uint8Array; readonly elapsedMs: number; readonly twice: boolean }
  | { readonly kind: "exception"; readonly code: number; readonly elapsedMs: number; readonly twice: boolean }
  /** Bytes that are no whole answer. */
  | { readonly kind: "damaged"; readonly bytes: Uint8Array }
  | { readonly kind: "silent" };

/** What else was heard while an answer was waited for. */
export interface Overheard {
  /** Units from which whole frames came that answer no question of now. */
  readonly units: readonly number[];
  readonly echoed: boolean;
}

/** Who puts questions on a wire, one at a time. */
export interface Asker {
  /** Throws LinkError when the wire is lost, TransientError when it was not asked. Always settles. */
  ask(
    question: Question,
    timeoutMs: number,
    signal: AbortSignal,
    /** Waits a little longer, whether a second device answers as well. */
    wantTwin?: boolean,
  ): Promise<Answer & { readonly heard?: Overheard }>;
}

const FUNCTION_OF: Readonly<Record<Table, AskingFunction>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

export function readQuestion(unit: number, table: Table, address: number, count: number): Question {
  return { unit, function: FUNCTION_OF[table], address, count };
}

export function identificationQuestion(unit: number): Question {
  return { unit, function: 43, address: 0, count: 0 };
}

export function serverIdQuestion(unit: number): Question {
  return { unit, function: 17, address: 0, count: 0 };
}

/** Function code and data. Throws InternalError for whatever is not a question. */
export function pduOf({ function: code, address, count, unit }: Question): Uint8Array {
  if (!ASKING_FUNCTIONS.includes(code) || unit < 0 || unit > 255) {
    throw new InternalError(M.no_question, { code, unit });
  }
  switch (code) {
    case 17:
      return Uint8Array.of(17);
    case 43:
      // Basic identification, from the first object on.
      return Uint8Array.of(43, 14, 1, 0);
    default:
      return Uint8Array.of(code, address >> 8, address & 0xff, count >> 8, count & 0xff);
  }
}

/** How many bytes of data the answer to a read has. */
export function dataLength({ function: code, count }: Question): number {
  return code <= 2 ? Math.ceil(count / 8) : 2 * count;
}

/** The length of the answer's PDU, as far as `pdu` tells: undefined while it does not, 0 where it is no answer. */
export function answerLength(question: Question, pdu: Uint8Array): number | undefined {
  const [code, second] = pdu;
  if (code === undefined) return undefined;
  if (code === (question.function | 0x80)) return 2;
  if (code !== question.function) return 0;
  if (code === 43) return identificationLength(pdu);
  if (second === undefined) return undefined;
  if (code === 17) return second === 0 ? 0 : 2 + second;
  return second === dataLength(question) ? 2 + second : 0;
}

/** 6.21: MEI type, code, conformity, more follows, next id, number of objects; then id, length and value of each. */
function identificationLength(pdu: Uint8Array): number | undefined {
  if (pdu.length < 2) return undefined;
  if (pdu[1] !== 14) return 0;
  if (pdu.length < 7) return undefined;
  let at = 7;
  for (let left = pdu[6] as number; left > 0; left--) {
    const length = pdu[at + 1];
    if (length === undefined) return undefined;
    at += 2 + length;
  }
  return at;
}

/** The data of a whole answer. */
export function answerOf(question: Question, pdu: Uint8Array, elapsedMs: number, twice: boolean): Answer {
  if (pdu[0] !== question.function) return { kind: "exception", code: pdu[1] ?? 0, elapsedMs, twice };
  const bytes = question.function === 43 ? identificationText(pdu) : pdu.slice(2);
  return { kind: "data", bytes, elapsedMs, twice };
}

function identificationText(pdu: Uint8Array): Uint8Array {
  const values: string[] = [];
  for (let at = 7; at + 1 < pdu.length; at += 2 + (pdu[at + 1] as number)) {
    values.push(readableText(pdu.slice(at + 2, at + 2 + (pdu[at + 1] as number))));
  }
  return Buffer.from(values.filter((value) => value !== "").join(" "), "latin1");
}

/** The runs of letters and digits in bytes from a device; they may hold anything. */
export function readableText(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("latin1")
    .replace(/[^\x20-\x7e]+/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 80);
}
