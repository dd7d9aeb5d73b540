import type { Action } from "./action.js";
import { type Chain, came, placeOf, take, takeLost, takeVoid } from "./chain.js";
import { fingerprint } from "./fingerprint.js";
import { clockOf, lostOf, type RecordsMessage, type SentRecord, voidOf } from "./message.js";
import type { EpochState, GatewayState } from "./state.js";

/** Boots whose clock is remembered. */
const MOST_BOOTS = 32;

type Boots = GatewayState["boots"];

export interface Records {
  readonly own: EpochState;
  readonly boots: Boots;
  readonly topic: "data" | "event";
  readonly message: RecordsMessage;
  readonly remember: number;
}

export interface TakenRecords {
  readonly own: EpochState;
  readonly boots: Boots;
  readonly actions: readonly Action[];
}

/** The numbered records of one message. */
export function takeRecords({ own, boots, topic, message, remember }: Records): TakenRecords {
  const { epoch, rev } = message;
  const actions: Action[] = [];
  const recent = new Map(own.recent);
  let { chain } = own;
  for (const record of message.records) {
    const { prev, seq } = record;
    if (prev !== null && prev >= seq) {
      actions.push({ do: "unreadable", problem: `seq ${seq}, prev ${prev}` });
      continue;
    }
    // The 99th of a month has the right form and is no day.
    if (Number.isNaN(Date.parse(record.t))) {
      actions.push({ do: "unreadable", problem: `seq ${seq}, t ${record.t}` });
      continue;
    }
    const content = fingerprint(record);
    if (came(chain, seq)) {
      actions.push(again({ topic, epoch, record, known: recent.get(seq), content }));
      continue;
    }
    boots = withClock(boots, record, actions);
    const place = placeOf(chain, seq);
    const time = timeOf(record, boots);
    actions.push({ do: "store", topic, epoch, rev, seq, place, ...time, record });
    // First the void, then its record, which links across it.
    chain = take(tellRanges(chain, epoch, record, actions), seq, prev);
    recent.set(seq, content);
  }
  const pendingFrom = Math.max(own.pendingFrom, message.pending_from);
  return { own: { ...own, chain, pendingFrom, recent: [...recent].slice(-remember) }, boots, actions };
}

interface Again {
  readonly topic: "data" | "event";
  readonly epoch: string;
  readonly record: SentRecord;
  readonly known: string | undefined;
  readonly content: string;
}

function again({ topic, epoch, record, known, content }: Again): Action {
  const { seq } = record;
  if (known !== undefined && known !== content) return { do: "conflict", epoch, seq, record };
  return { do: "duplicate", topic, epoch, seq, content: known === undefined ? "unknown" : "same", record };
}

function tellRanges(chain: Chain, epoch: string, record: SentRecord, actions: Action[]): Chain {
  const { prev, seq } = record;
  const reason = typeof record["reason"] === "string" ? record["reason"] : "";
  const empty = voidOf(record);
  if (empty && empty.from <= empty.to && empty.to < seq) {
    actions.push({ do: "void", epoch, from: empty.from, to: empty.to, reason });
    return takeVoid(chain, empty, prev);
  }
  for (const run of lostOf(record) ?? []) {
    if (run.from > run.to || run.to >= seq || (run.prev !== null && run.prev >= run.from)) continue;
    const count = "count" in run && typeof run.count === "number" ? run.count : 0;
    actions.push({ do: "lost", epoch, from: run.from, to: run.to, reason, count });
    chain = takeLost(chain, run, run.prev);
  }
  return chain;
}

function withClock(boots: Boots, record: SentRecord, actions: Action[]): Boots {
  const clock = clockOf(record);
  if (!clock) return boots;
  const offsetMs = Date.parse(clock.t) - clock.mono_ms;
  if (!Number.isFinite(offsetMs)) return boots;
  actions.push({ do: "clock", boot: clock.boot, offsetMs });
  return [...boots.filter(([boot]) => boot !== clock.boot), [clock.boot, offsetMs] as const].slice(
    -MOST_BOOTS,
  );
}

/** Computed anew each time from what was sent: applying a clock event twice changes nothing. */
function timeOf(
  { boot, clock, mono_ms: mono, t }: SentRecord,
  boots: Boots,
): { readonly t: string; readonly clock: "trusted" | "corrected" | "untrusted" } {
  if (clock === undefined || boot === undefined || mono === undefined) return { t, clock: "trusted" };
  if (clock === "corrected") return { t, clock: "corrected" };
  const offset = boots.find(([known]) => known === boot)?.[1];
  const ms = offset === undefined ? Number.NaN : offset + mono;
  const valid = ms >= 0 && ms < 253_402_300_800_000;
  return valid ? { t: new Date(ms).toISOString(), clock: "corrected" } : { t, clock: "untrusted" };
}
