import type { Point } from "../drivers/core/point.js";
import { toNumber } from "../simulators/modbus/exact.js";
import type { TruthValue } from "../simulators/modbus/truth.js";
import { type AccountDevice, type Answer, type AnswerBook, holds, type JsonValue } from "./demo-answers.js";
import type { ReceivedRecord } from "./demo-centre.js";

export interface AccountInput {
  readonly devices: readonly AccountDevice[];
  /** Every answer of the simulated devices to these devices' requests. */
  readonly answers: AnswerBook;
  /** What the centre received, each record once, in the order of their numbers. */
  readonly records: Iterable<ReceivedRecord>;
  /** Wall ms at which the gateway was told to stop. */
  readonly stoppedAt: number;
  /** It was not stopped: whatever was answered after `stoppedAt` may still be on its way, in any order. */
  readonly running?: boolean;
  /** How long an answer may take from the simulator into a record, ms: the timeout and a share for the loop. */
  readonly toleranceMs: number;
}

/** Readings, each counted once: sampled = delivered + unchanged + told_bad + missing. */
export interface Account {
  readonly sampled: number;
  readonly delivered: number;
  /** Lawfully kept back: within the deadband of what was last delivered, its heartbeat not due. */
  readonly unchanged: number;
  /** Answered, but given up or refused, and the centre was told that there is no value (late, out of range). */
  readonly told_bad: number;
  /** Answered, and the wire or the adapter spoiled the answer: nobody need have understood it. Not among `sampled`. */
  readonly spoiled: number;
  /** Answered for the meaning of another point: a unit, a scale. Not among `sampled`. */
  readonly beside: number;
  /** Answered when the gateway had been told to stop: the exchange that it abandoned. Not among `sampled`. */
  readonly after_stop: number;
  readonly missing: number;
  /** Delivered values that the devices had not answered then. */
  readonly wrong: number;
  readonly samples: readonly string[];
}

interface Told {
  readonly t: number;
  /** `undefined` where it was told that there is no value. */
  readonly value: JsonValue | undefined;
}

interface Counts {
  sampled: number;
  delivered: number;
  unchanged: number;
  told_bad: number;
  spoiled: number;
  beside: number;
  after_stop: number;
  missing: number;
  wrong: number;
}

/** An answer may be on its way into the process when the signal to stop arrives. */
const ON_ITS_WAY_MS = 150;
/** Both clocks are one, its milliseconds are rounded twice. */
const ROUNDING_MS = 2;
/** How many faults are described. */
const SAMPLES = 8;

/** Holds what was delivered against what the simulated devices answered, point by point. */
export function account(input: AccountInput): Account {
  const counts: Counts = {
    sampled: 0,
    delivered: 0,
    unchanged: 0,
    told_bad: 0,
    spoiled: 0,
    beside: 0,
    after_stop: 0,
    missing: 0,
    wrong: 0,
  };
  const samples: string[] = [];
  const { answers } = input;
  answers.unmatchAll();
  const told = toldByPoint(input.records);
  const lastMatched = new Map<string, number>();
  const note = (what: string, key: string, t: number, detail: string): void => {
    if (samples.length < SAMPLES) samples.push(`${what} ${key} ${new Date(t).toISOString()} ${detail}`);
  };
  const pairs = input.devices.flatMap((device) => device.points.map((point) => ({ device, point })));
  for (const { device, point } of pairs) {
    const key = `${device.id}/${point.id}`;
    for (const reading of told.get(key) ?? []) {
      if (reading.value === undefined) continue;
      const answer = matchOf(answers.of(key), reading, point, input.toleranceMs);
      if (!answer) {
        counts.wrong++;
        note("wrong", key, reading.t, `told ${JSON.stringify(reading.value)}`);
        continue;
      }
      answer.matched = true;
      counts.delivered++;
      lastMatched.set(device.connection, Math.max(lastMatched.get(device.connection) ?? 0, answer.t));
    }
  }
  for (const { device, point } of pairs) {
    const key = `${device.id}/${point.id}`;
    const tail = lastMatched.get(device.connection) ?? 0;
    let last: { value: TruthValue; t: number } | undefined;
    const used = new Set<Told>();
    for (const answer of answers.of(key)) {
      const { truth } = answer;
      const value = truth.quality === "bad" ? undefined : truth.value;
      if (answer.matched) {
        counts.sampled++;
        if (value !== undefined) last = { value, t: answer.t };
      } else if (answer.isSpoiled) {
        counts.spoiled++;
      } else if (answer.isBeside) {
        counts.beside++;
      } else if (answer.t >= input.stoppedAt - ON_ITS_WAY_MS && (input.running || answer.t > tail)) {
        counts.after_stop++;
      } else {
        counts.sampled++;
        if (wasToldBad(told.get(key) ?? [], used, answer.t, input.toleranceMs)) counts.told_bad++;
        else if (last && value !== undefined && !mustBeTold(point, last, value, answer.t)) counts.unchanged++;
        else {
          counts.missing++;
          note("missing", key, answer.t, `answered ${shown(value)}`);
        }
      }
    }
  }
  // Told of devices and points that nobody configured.
  const configured = new Set(pairs.map(({ device, point }) => `${device.id}/${point.id}`));
  for (const [key, readings] of told) {
    if (configured.has(key)) continue;
    counts.wrong += readings.length;
    note("wrong", key, readings[0]?.t ?? 0, "no such point");
  }
  return { ...counts, samples };
}

/** Whether records hang together: every number that one names as its predecessor was received. */
export function chainOf(records: Iterable<ReceivedRecord>): "complete" | "broken" {
  const list = [...records];
  const known = new Set(list.map(({ seq }) => seq));
  const starts = list.filter(({ prev }) => prev === null);
  const named = new Set(list.map(({ prev }) => prev));
  const hangs = list.every(({ prev, seq }) => prev === null || (prev < seq && known.has(prev)));
  // One beginning, nobody named twice: together with `hangs` that is one unbroken line.
  return hangs && starts.length <= 1 && named.size === list.length ? "complete" : "broken";
}

function toldByPoint(records: Iterable<ReceivedRecord>): Map<string, Told[]> {
  const told = new Map<string, Told[]>();
  const add = (key: string, reading: Told): void => {
    const list = told.get(key) ?? [];
    told.set(key, list);
    list.push(reading);
  };
  for (const record of records) {
    if (record.device === undefined || record.event !== undefined) continue;
    const t = Date.parse(record.t);
    for (const [point, value] of Object.entries(record.v ?? {})) {
      if (record.bad?.[point] === undefined) add(`${record.device}/${point}`, { t, value });
    }
    for (const point of Object.keys(record.bad ?? {}))
      add(`${record.device}/${point}`, { t, value: undefined });
  }
  return told;
}

/**
 * The answer behind a delivered value: the latest that left before the record's time, was not used yet and is
 * not older than an answer can be. An equal value of an earlier poll does not count: that would be a stale one.
 */
function matchOf(
  answers: readonly Answer[],
  { t, value }: Told,
  point: Point,
  toleranceMs: number,
): Answer | undefined {
  if (value === undefined) return undefined;
  for (let at = countUpTo(answers, t + ROUNDING_MS) - 1; at >= 0; at--) {
    const answer = answers[at];
    if (!answer || answer.t < t - toleranceMs) return undefined;
    if (!answer.matched && holds(value, answer, point)) return answer;
    // Only an answer within the rounding of the two clocks may be passed over, and one that nobody understood.
    if (answer.t < t - ROUNDING_MS && !answer.isSpoiled) return undefined;
  }
  return undefined;
}

/**
 * Whether the latest word about the point at that time (and the time an answer may take) was: no value. Or that was said
 * just before, when the answer had not come in time, and a new one came at once: each such word stands for one answer.
 */
function wasToldBad(told: readonly Told[], used: Set<Told>, t: number, toleranceMs: number): boolean {
  const end = countUpTo(told, t + toleranceMs);
  const latest = told[end - 1];
  if (latest !== undefined && latest.value === undefined) return true;
  const given = told
    .slice(countUpTo(told, t - toleranceMs), end)
    .find((one) => one.value === undefined && !used.has(one));
  if (given) used.add(given);
  return given !== undefined;
}

/** How many of a list in order of time are not later than `t`. */
function countUpTo(list: readonly { readonly t: number }[], t: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.t ?? 0) <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mustBeTold(
  point: Point,
  last: { readonly value: TruthValue; readonly t: number },
  value: TruthValue,
  t: number,
): boolean {
  if (point.deadband === 0) return true;
  // The heartbeat is counted by the gateway's clock, from when the answer reached it.
  if (t - last.t >= point.heartbeatMs + point.periodMs) return true;
  if (typeof value !== "object" || typeof last.value !== "object") return value !== last.value;
  return Math.abs(asTold(value, point) - asTold(last.value, point)) >= point.deadband;
}

/** What is told is what the deadband is held against. */
function asTold(value: Exclude<TruthValue, boolean | string>, { decimals }: Point): number {
  const number = toNumber(value);
  return decimals === undefined ? number : Number(number.toFixed(decimals));
}

function shown(value: TruthValue | undefined): string {
  return typeof value === "object" ? String(toNumber(value)) : JSON.stringify(value ?? null);
}
