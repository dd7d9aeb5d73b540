import { say } from "../../drivers/core/message.js";
import type { GatewayRecord } from "../core/record.js";
import { CARE_MESSAGES as M } from "./care-messages.js";
import type { Findings } from "./findings.js";
import type { Marks } from "./marks.js";
import { RangeSet, type Run } from "./range-set.js";

/** Gaps and runs kept for the end; more are not looked into. */
const MOST_KEPT = 100_000;

interface Gap {
  readonly seq: number;
  readonly prev: number;
  /** The record of the stream that is there before it, 0 for none. */
  readonly after: number;
}

/**
 * Follows each uplink's chain through the records of a file, in order. A predecessor that is not there must have
 * been acknowledged, be told as lost, or lie in a row that cannot be read.
 */
export class ChainCheck {
  readonly #uplinks: readonly { readonly slot: number; readonly name: string }[];
  readonly #findings: Findings;
  readonly #seen: { epoch: string; seq: number }[];
  readonly #gaps: Gap[][];
  /** By uplink and last number: where the walk goes on. */
  readonly #lost: Map<number, number>[];
  readonly #damaged = new RangeSet();
  #acknowledged: readonly RangeSet[];

  /** `uplinks` in the order of `prevs`; `marks` as they were when the check began. */
  constructor(
    uplinks: readonly { readonly slot: number; readonly name: string }[],
    marks: Marks,
    findings: Findings,
  ) {
    this.#uplinks = uplinks;
    this.#findings = findings;
    this.#seen = uplinks.map(() => ({ epoch: "", seq: 0 }));
    this.#gaps = uplinks.map(() => []);
    this.#lost = uplinks.map(() => new Map());
    this.#acknowledged = this.#acknowledgedIn(marks);
  }

  damaged([from, to]: Run): void {
    this.#damaged.add(from, to);
  }

  see(record: GatewayRecord): void {
    const { epoch, prevs, seq } = record;
    for (const [place, { name }] of this.#uplinks.entries()) {
      const prev = prevs[place] ?? -1;
      const seen = this.#seen[place];
      if (prev === -1 || !seen) continue;
      const last = seen.epoch === epoch ? seen.seq : 0;
      if (prev > last && prev < seq) this.#missing(place, { seq, prev, after: last });
      else if (prev !== last) {
        this.#findings.add(say(M.chain_broken, { uplink: name, seq, prev, last }));
      }
      seen.epoch = epoch;
      seen.seq = seq;
      if (record.kind === "event" && record.event.event === "lost") {
        const lost = this.#lost[place];
        for (const run of record.event.runs) {
          if (lost && lost.size < MOST_KEPT) lost.set(run.to, run.prev ?? 0);
        }
      }
    }
  }

  #missing(place: number, gap: Gap): void {
    const gaps = this.#gaps[place];
    if (this.#acknowledged[place]?.has(gap.prev) || this.#damaged.has(gap.prev)) return;
    if (gaps && gaps.length < MOST_KEPT) gaps.push(gap);
  }

  /** `epoch` and `marks` as they are at the end. */
  finish(epoch: string, marks: Marks): void {
    this.#acknowledged = this.#acknowledgedIn(marks);
    for (const [place, { name, slot }] of this.#uplinks.entries()) {
      const told = marks.uplinks.find((own) => own.slot === slot);
      const seen = this.#seen[place];
      if (told && seen && seen.epoch === epoch && told.last < seen.seq) {
        this.#findings.add(say(M.marks_behind, { uplink: name, last: told.last, seen: seen.seq }));
      }
      for (const gap of this.#gaps[place] ?? []) {
        if (this.#isExplained(place, gap)) continue;
        this.#findings.add(say(M.chain_gap, { uplink: name, seq: gap.seq, prev: gap.prev }));
      }
    }
  }

  #isExplained(place: number, { after, prev }: Gap): boolean {
    for (let at = prev; at > after; ) {
      if (this.#acknowledged[place]?.has(at) || this.#damaged.has(at)) return true;
      const next = this.#lost[place]?.get(at);
      if (next === undefined || next >= at) return false;
      at = next;
    }
    return true;
  }

  #acknowledgedIn(marks: Marks): RangeSet[] {
    return this.#uplinks.map(
      ({ slot }) => new RangeSet(marks.uplinks.find((own) => own.slot === slot)?.acknowledged),
    );
  }
}
