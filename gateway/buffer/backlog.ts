import type { LostRecords, LostRun } from "../core/event.js";
import { type GatewayRecord, prevInSlot } from "../core/record.js";
import type { ChunkRow } from "./protocol.js";
import type { RowDecoder } from "./row-decoder.js";
import type { Store } from "./store.js";
import type { UplinkTrack } from "./uplink-track.js";

export interface BacklogParts {
  readonly store: Store;
  readonly decoder: RowDecoder;
  /** Everything up to it is in the file, or will not be. */
  readonly durableSeq: () => number;
  readonly isClosing: () => boolean;
  /** The file was taken over from a damaged one: what the chain names and is not there was not told before. */
  readonly hasHoles: () => boolean;
  /** A row of the file cannot be read: whoever waited for it must be told. */
  readonly onDamaged: (track: UplinkTrack, event: LostRecords) => void;
}

/** Reads stored records in small steps. */
export class Backlog {
  readonly #parts: BacklogParts;
  /** The last record of each stream that was read. */
  readonly #seen = new Map<UplinkTrack, number>();
  /** Where the file has holes: from here on no record of the stream has told yet what was there. */
  readonly #open = new Map<UplinkTrack, number>();

  constructor(parts: BacklogParts) {
    this.#parts = parts;
  }

  async take(track: UplinkTrack, limit: number): Promise<readonly GatewayRecord[]> {
    for (;;) {
      const taken: GatewayRecord[] = [];
      // Since it was read ahead it may have been taken another way.
      for (const record of track.fetched.splice(0)) {
        if (taken.length === limit) track.fetched.push(record);
        else if (track.isBacklog(record.seq)) taken.push(record);
      }
      track.take(taken);
      if (taken.length > 0 || !(await this.#fetch(track))) return taken;
    }
  }

  /** Reads the next step into `track.fetched`; false when there is no more. */
  async #fetch(track: UplinkTrack): Promise<boolean> {
    const { decoder, durableSeq, isClosing, store } = this.#parts;
    const from = track.acknowledged.firstMissing(track.cursor);
    if (from > durableSeq() || isClosing()) return false;
    track.cursor = from;
    const until = durableSeq();
    const rows = await store.call({ op: "read", from });
    // Something came back meanwhile that lies before it: that is first.
    if (track.cursor < from) return true;
    const upTo = Math.min(rows.upTo, until);
    const { damaged, records } = decoder.decode({ ...rows, upTo });
    const next = records.filter(({ seq }) => seq >= from);
    for (const row of damaged) this.#tellDamaged(track, row, next);
    this.#closeGaps(track, next, from, upTo);
    track.fetched = next.filter(
      ({ prevs, seq }) => (prevs[track.place] ?? -1) !== -1 && track.isBacklog(seq),
    );
    track.cursor = upTo + 1;
    return true;
  }

  /** Numbers that are not in the file will not come: they must not hold `pendingFrom` back. */
  #closeGaps(track: UplinkTrack, records: readonly GatewayRecord[], from: number, upTo: number): void {
    const hasHoles = this.#parts.hasHoles();
    let next = hasHoles ? Math.min(from, this.#open.get(track) ?? from) : from;
    for (const { prevs, seq } of records) {
      const prev = prevs[track.place] ?? -1;
      if (prev === -1) continue;
      if (hasHoles) this.#tellHole(track, next, prev);
      track.closeGap(next, seq - 1);
      this.#seen.set(track, seq);
      next = seq + 1;
    }
    // Rows may be missing behind the last one that can be read: the next record tells.
    if (hasHoles) this.#open.set(track, next);
    else track.closeGap(next, upTo);
  }

  /** The chain names `to`, which is not in the file any more. How many records were there, nobody knows. */
  #tellHole(track: UplinkTrack, next: number, to: number): void {
    const seen = this.#seen.get(track);
    const runs = track.missing(next, to).map(([from, end], n): LostRun => {
      const before = n > 0 ? from - 1 : seen !== undefined && seen < from ? seen : null;
      return { from, to: end, prev: before, count: end - from + 1 };
    });
    if (runs.length > 0) {
      this.#parts.onDamaged(track, { event: "lost", runs, points: [], reason: "damaged" });
    }
  }

  #tellDamaged(track: UplinkTrack, row: ChunkRow, records: readonly GatewayRecord[]): void {
    const { first, last } = row;
    if (track.acknowledged.firstMissing(first) > last) return;
    // The chain goes on before the row: the first record behind it that names a number there tells.
    const before = records.findLast(({ prevs, seq }) => seq < first && (prevs[track.place] ?? -1) !== -1);
    const behind = records.find(({ seq }) => seq > last);
    const named = behind && prevInSlot(behind, track.place);
    const prev = before?.seq ?? (named !== undefined && named !== null && named < first ? named : null);
    const run = { from: first, to: last, prev, count: row.count };
    this.#parts.onDamaged(track, { event: "lost", runs: [run], points: [], reason: "damaged" });
    track.closeGap(first, last);
  }

  /** Of one epoch, or of all where none is named. */
  async *range(from: number, to: number, epoch: string | undefined): AsyncIterable<readonly GatewayRecord[]> {
    const { decoder, durableSeq, store } = this.#parts;
    for (let next = from; next <= Math.min(to, durableSeq()); ) {
      const rows = await store.call({ op: "read", from: next });
      const upTo = Math.min(rows.upTo, to, durableSeq());
      const { records } = decoder.decode({ ...rows, upTo });
      const own = records.filter(
        (record) => (epoch === undefined || record.epoch === epoch) && record.seq >= next,
      );
      next = upTo + 1;
      if (own.length > 0) yield own;
    }
  }
}
