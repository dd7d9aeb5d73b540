import type { LossReason, LostRecords, LostRun } from "../core/event.js";
import { type GatewayRecord, prevInSlot } from "../core/record.js";
import type { UplinkTrack } from "./uplink-track.js";

/** A record that will not reach one uplink. */
export interface LostOf {
  readonly track: UplinkTrack;
  readonly record: GatewayRecord;
}

/** One event for each uplink concerned. Pure. */
export function lostEvents(
  lost: readonly LostOf[],
  reason: LossReason,
): { readonly slot: number; readonly event: LostRecords }[] {
  return [...new Set(lost.map(({ track }) => track.slot))].map((slot) => {
    const own = lost.filter(({ track }) => track.slot === slot).map(({ record }) => record);
    return { slot, event: { event: "lost", runs: runsOf(own, slot), points: pointsOf(own), reason } };
  });
}

/** Records that follow one another in the chain become one run; the walk goes on at the run's `prev`. */
function runsOf(records: readonly GatewayRecord[], slot: number): LostRun[] {
  const runs: LostRun[] = [];
  for (const record of [...records].sort((a, b) => a.seq - b.seq)) {
    const prev = prevInSlot(record, slot) ?? null;
    const last = runs.at(-1);
    if (last && last.to === prev) {
      runs[runs.length - 1] = { ...last, to: record.seq, count: last.count + 1 };
    } else runs.push({ from: record.seq, to: record.seq, prev, count: 1 });
  }
  return runs;
}

function pointsOf(records: readonly GatewayRecord[]): string[] {
  const points = new Set<string>();
  for (const record of records) {
    if (record.kind !== "data") continue;
    const { device, points: own } = record.batch.layout;
    for (const { id } of own) points.add(`${device}.${id}`);
  }
  return [...points].sort();
}
