import type { Action, StoreRecord } from "../gateway/contract/subscriber/action.js";
import type { SentRecord } from "../gateway/contract/subscriber/message.js";

/** A table of the receiver and, of each column, how PostgreSQL reads it out of JSON. */
export interface Table<Row> {
  readonly name: string;
  readonly columns: Readonly<Record<keyof Row & string, string>>;
  /** What is done with a row whose key is there. */
  readonly again: "ignore" | "replace";
}

export interface RecordRow {
  readonly gateway: string;
  readonly epoch: string;
  readonly seq: number;
  readonly rev: number;
  readonly topic: string;
  readonly t_ms: number;
  readonly clock: string;
  readonly boot: string | null;
  readonly mono_ms: number | null;
  readonly place: string;
  /** Sent later than it was taken: 0 or 1. */
  readonly late: number;
  readonly received_ms: number;
  readonly body: string;
}

/** A reading: its time stands in its record. */
export interface ReadingRow {
  readonly gateway: string;
  readonly epoch: string;
  readonly seq: number;
  readonly point: string;
  readonly device: string;
  readonly value: number | string | null;
  readonly quality: "good" | "uncertain" | "bad";
  readonly reason: string | null;
  readonly state: string | null;
}

export interface BirthRow {
  readonly gateway: string;
  readonly epoch: string;
  readonly rev: number;
  readonly device: string;
  readonly body: string;
}

export interface NoteRow {
  readonly gateway: string;
  readonly at_ms: number;
  readonly what: string;
  readonly epoch: string | null;
  readonly first: number | null;
  readonly last: number | null;
  readonly detail: string | null;
}

const KEY = { gateway: "text", epoch: "text", seq: "bigint" } as const;

export const RECORD: Table<RecordRow> = {
  name: "record",
  again: "ignore",
  columns: {
    ...KEY,
    rev: "bigint",
    topic: "text",
    t_ms: "bigint",
    clock: "text",
    boot: "text",
    mono_ms: "double precision",
    place: "text",
    late: "integer",
    received_ms: "bigint",
    body: "text",
  },
};

export const READING: Table<ReadingRow> = {
  name: "reading",
  again: "ignore",
  columns: {
    ...KEY,
    point: "text",
    device: "text",
    value: "jsonb",
    quality: "text",
    reason: "text",
    state: "text",
  },
};

export const BIRTH: Table<BirthRow> = {
  name: "birth",
  again: "replace",
  columns: { gateway: "text", epoch: "text", rev: "bigint", device: "text", body: "text" },
};

export const NOTE: Table<NoteRow> = {
  name: "note",
  again: "ignore",
  columns: {
    gateway: "text",
    at_ms: "bigint",
    what: "text",
    epoch: "text",
    first: "bigint",
    last: "bigint",
    detail: "text",
  },
};

/** Everything that one step of one gateway asks a store to keep, in this order. */
export interface StepRows {
  readonly records: readonly RecordRow[];
  readonly readings: readonly ReadingRow[];
  readonly births: readonly BirthRow[];
  /** Untrusted records of a boot get a time: t = offsetMs + mono_ms. */
  readonly clocks: readonly { readonly boot: string; readonly offsetMs: number }[];
  readonly notes: readonly NoteRow[];
  /** Came again, and the subscriber does not remember its content any more: the store does. */
  readonly again: readonly { readonly epoch: string; readonly seq: number; readonly record: SentRecord }[];
}

export function rowsOf(gateway: string, actions: readonly Action[], now: number): StepRows {
  const records: RecordRow[] = [];
  const readings: ReadingRow[] = [];
  const births = new Map<string, BirthRow>();
  const clocks: { boot: string; offsetMs: number }[] = [];
  const notes: NoteRow[] = [];
  const again: { epoch: string; seq: number; record: SentRecord }[] = [];
  const note = (what: string, more: Noted): void => void notes.push(noteOf(gateway, now, what, more));
  for (const action of actions) {
    switch (action.do) {
      case "store":
        records.push(recordOf(gateway, action, now));
        if (action.topic === "data") readings.push(...readingsOf(gateway, action));
        break;
      case "duplicate":
        if (action.content === "unknown") again.push(action);
        else note(action.do, { epoch: action.epoch, from: action.seq, to: action.seq });
        break;
      case "clock":
        clocks.push(action);
        break;
      case "birth":
        if (action.message) {
          const { epoch, rev } = action.message;
          const device = action.device ?? "";
          const body = JSON.stringify(action.message);
          births.set(JSON.stringify([epoch, rev, device]), { gateway, epoch, rev, device, body });
        }
        break;
      case "unreadable":
        note(action.do, { detail: action.problem });
        break;
      case "gap_closed":
      case "void":
      case "lost":
      case "gap":
      case "given_up":
        note(action.do, {
          ...action,
          detail: "by" in action ? action.by : "reason" in action ? action.reason : "",
        });
        break;
      case "conflict":
        note(action.do, { epoch: action.epoch, from: action.seq, to: action.seq });
        break;
      case "forgotten":
      case "unexplained":
        note(action.do, { epoch: action.epoch });
        break;
      case "request":
        note(action.do, { detail: action.payload });
        break;
      case "reply":
        note(action.do, { detail: JSON.stringify(action.message) });
        break;
      case "status":
      case "snapshot":
        break;
    }
  }
  return { records, readings, births: [...births.values()], clocks, notes, again };
}

interface Noted {
  readonly epoch?: string;
  readonly from?: number;
  readonly to?: number;
  readonly detail?: string;
}

export function noteOf(
  gateway: string,
  now: number,
  what: string,
  { detail, epoch, from, to }: Noted,
): NoteRow {
  return {
    gateway,
    at_ms: now,
    what,
    epoch: epoch ?? null,
    first: from ?? null,
    last: to ?? null,
    detail: detail ?? null,
  };
}

/** What a record that came again turned out to be; `body` is the one that is kept. */
export function againNote(
  gateway: string,
  now: number,
  { epoch, record, seq }: StepRows["again"][number],
  body: string | undefined,
): NoteRow {
  const other = body !== undefined && bare(JSON.parse(body)) !== bare(record);
  return noteOf(gateway, now, other ? "conflict" : "duplicate", { epoch, from: seq, to: seq });
}

function bare({ bad, device, event, state, uncertain, v }: SentRecord): string {
  return JSON.stringify([v, bad, uncertain, state, event, device]);
}

function recordOf(gateway: string, action: StoreRecord, now: number): RecordRow {
  const { clock, epoch, place, record, rev, seq, t, topic } = action;
  return {
    gateway,
    epoch,
    seq,
    rev,
    topic,
    t_ms: Date.parse(t),
    clock,
    boot: record.boot ?? null,
    mono_ms: record.mono_ms ?? null,
    place,
    late: record.historical || record.resend ? 1 : 0,
    received_ms: now,
    body: JSON.stringify(record),
  };
}

function readingsOf(gateway: string, { epoch, record, seq }: StoreRecord): readonly ReadingRow[] {
  const map = (key: string): [string, unknown][] => {
    const value = record[key];
    return typeof value === "object" && value !== null ? Object.entries(value) : [];
  };
  const uncertain = new Map(map("uncertain"));
  const state = typeof record["state"] === "string" ? record["state"] : null;
  const head = { gateway, epoch, seq, device: record.device ?? "", state };
  return [
    ...map("v").map(([point, value]): ReadingRow => {
      const doubt = uncertain.get(point);
      return {
        ...head,
        point,
        value: typeof value === "number" || typeof value === "string" ? value : value === true ? 1 : 0,
        quality: doubt === undefined ? "good" : "uncertain",
        reason: doubt === undefined ? null : String(doubt),
      };
    }),
    ...map("bad").map(
      ([point, reason]): ReadingRow => ({
        ...head,
        point,
        value: null,
        quality: "bad",
        reason: String(reason),
      }),
    ),
  ];
}
