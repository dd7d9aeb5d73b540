import type { Priority } from "../../drivers/core/point.js";
import type { Flag, InstrumentState, Layout, ReadingBatch, Value } from "../../drivers/core/reading.js";
import type { Part, Rules } from "./rules.js";

/** What was last reported of the points of one request. Only `report` changes it. */
export interface ReportState {
  /** Of each point: value, when (monotonic ms), and `quality/reason`; an empty word is good. */
  readonly value: (Value | undefined)[];
  readonly mono: Float64Array;
  readonly word: string[];
  /** Nothing was reported as not good: with a wholly good batch there is nothing to compare. */
  allGood: boolean;
  /** What the instrument was doing. */
  state: InstrumentState;
}

export interface Report {
  readonly priority: Priority;
  readonly batch: ReadingBatch;
}

export function firstReportState(rules: Rules): ReportState {
  const size = rules.layout.points.length;
  return {
    value: new Array(size).fill(undefined),
    mono: new Float64Array(size).fill(Number.NEGATIVE_INFINITY),
    word: new Array(size).fill(""),
    allGood: true,
    state: "measuring",
  };
}

/**
 * Report by exception. A good reading is reported when it moved by its deadband or its heartbeat is due (with
 * deadband 0: always); a change of quality or reason always, and everything when the instrument does something else
 * from now on; an unchanged bad reading only on the heartbeat.
 * Gives at most one batch for each priority. Pure but for `state`, which it takes over and brings up to date.
 */
export function report(rules: Rules, state: ReportState, batch: ReadingBatch): readonly Report[] {
  const isOther = batch.state !== state.state;
  state.state = batch.state;
  if (rules.everyReading && state.allGood && !batch.flags) return split(rules, batch, batch.values);
  const words = wordsOf(batch);
  const values: (Value | undefined)[] = new Array(batch.values.length);
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    const value = batch.values[at];
    const word = words?.get(at) ?? "";
    if (value === undefined || !(isOther || isDue(rules, state, at, value, word, batch.mono))) continue;
    values[at] = value;
    state.value[at] = value;
    state.word[at] = word;
    state.mono[at] = batch.mono;
    count++;
  }
  state.allGood = state.word.every((word) => word === "");
  return count === 0 ? [] : split(rules, batch, values);
}

function wordsOf(batch: ReadingBatch): Map<number, string> | undefined {
  if (!batch.flags) return undefined;
  return new Map(batch.flags.map((flag) => [flag.at, `${flag.quality}/${flag.reason}`]));
}

function isDue(
  rules: Rules,
  state: ReportState,
  at: number,
  value: Value,
  word: string,
  mono: number,
): boolean {
  if (word !== state.word[at]) return true;
  const deadband = rules.deadband[at] ?? 0;
  if (value !== null && deadband === 0) return true;
  if (mono - (state.mono[at] ?? 0) >= (rules.heartbeatMs[at] ?? 0)) return true;
  return value !== null && hasMoved(state.value[at], value, deadband, rules.divisor[at] ?? 1);
}

function hasMoved(last: Value | undefined, value: Value, deadband: number, divisor: number): boolean {
  if (typeof value === "number" && typeof last === "number") return Math.abs(value - last) >= deadband;
  if (typeof value === "bigint" && typeof last === "bigint") {
    return Math.abs(Number(value - last)) / divisor >= deadband;
  }
  return value !== last;
}

function split(rules: Rules, batch: ReadingBatch, values: readonly (Value | undefined)[]): Report[] {
  const reports: Report[] = [];
  for (const part of rules.parts) {
    const own = part.layout === rules.layout ? whole(batch, values) : pick(part, batch, values);
    if (own) reports.push({ priority: part.priority, batch: own });
  }
  return reports;
}

function whole(batch: ReadingBatch, values: readonly (Value | undefined)[]): ReadingBatch {
  if (values === batch.values) return batch;
  const flags = batch.flags?.filter((flag) => values[flag.at] !== undefined);
  return made(batch, batch.layout, values, flags);
}

function pick(
  part: Part,
  batch: ReadingBatch,
  values: readonly (Value | undefined)[],
): ReadingBatch | undefined {
  const own = part.at.map((at) => values[at]);
  if (own.every((value) => value === undefined)) return undefined;
  const flags = batch.flags?.flatMap((flag) => {
    const at = part.at.indexOf(flag.at);
    return at >= 0 && own[at] !== undefined ? [{ ...flag, at }] : [];
  });
  return made(batch, part.layout, own, flags);
}

function made(
  batch: ReadingBatch,
  layout: Layout,
  values: readonly (Value | undefined)[],
  flags: readonly Flag[] | undefined,
): ReadingBatch {
  const { flags: _, layout: __, values: ___, ...rest } = batch;
  return flags && flags.length > 0 ? { layout, values, flags, ...rest } : { layout, values, ...rest };
}
