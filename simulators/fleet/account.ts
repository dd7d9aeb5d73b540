import type { CheckerReport } from "./checker-child.js";
import type { FleetGateway } from "./fleet-gateway.js";

/** What all gateways numbered, held against what the subscriber received. Counts are of records. */
export interface FleetAccount {
  readonly gateways: number;
  readonly numbered: number;
  readonly received: number;
  /** Told as lost or void, and never handed to a broker. */
  readonly told_lost: number;
  readonly told_void: number;
  /** Handed over and then gone without a receipt: each may have arrived. */
  readonly uncertain: number;
  /** Still in the gateways. */
  readonly waiting: number;
  readonly missing: number;
  /** Received without having been numbered. */
  readonly surplus: number;
  /** Gateways that the subscriber never heard. */
  readonly unheard: number;
  readonly open_gaps: number;
  readonly conflicts: number;
  readonly unreadable: number;
  readonly duplicates: number;
  readonly sent_again_on_request: number;
  readonly sent_late: number;
  readonly gaps_told: number;
  readonly gaps_closed: number;
  readonly asked: number;
  readonly answered: number;
  readonly complete: boolean;
}

/** Pure. `report` undefined: the subscriber is gone, and nothing is proven. */
export function accountOf(
  gateways: readonly Pick<FleetGateway, "station" | "stream">[],
  report: CheckerReport | undefined,
): FleetAccount {
  const checked = new Map(report?.gateways.map((one) => [one.id, one]));
  const sum = {
    ...{ numbered: 0, received: 0, lost: 0, voided: 0, uncertain: 0, waiting: 0 },
    ...{ missing: 0, surplus: 0, unheard: 0, gaps: 0 },
  };
  for (const { station, stream } of gateways) {
    const own = stream.account;
    const seen = checked.get(station.id);
    const most = own.numbered - own.lost - own.voided;
    const least = most - own.uncertain - own.waiting;
    const received = seen?.records ?? 0;
    sum.numbered += own.numbered;
    sum.received += received;
    sum.lost += own.lost;
    sum.voided += own.voided;
    sum.uncertain += own.uncertain;
    sum.waiting += own.waiting;
    sum.missing += Math.max(0, least - received);
    sum.surplus += Math.max(0, received - most);
    sum.gaps += seen?.openGaps ?? 0;
    if (!seen) sum.unheard++;
  }
  const counts = report?.counts;
  const faults = [sum.missing, sum.surplus, sum.unheard, sum.gaps, sum.waiting];
  const ill = [counts?.conflicts ?? 1, counts?.unreadable ?? 1, counts?.givenUp ?? 1];
  return {
    gateways: gateways.length,
    numbered: sum.numbered,
    received: sum.received,
    told_lost: sum.lost,
    told_void: sum.voided,
    uncertain: sum.uncertain,
    waiting: sum.waiting,
    missing: sum.missing,
    surplus: sum.surplus,
    unheard: sum.unheard,
    open_gaps: sum.gaps,
    conflicts: counts?.conflicts ?? 0,
    unreadable: counts?.unreadable ?? 0,
    duplicates: counts?.duplicates ?? 0,
    sent_again_on_request: counts?.resent ?? 0,
    sent_late: counts?.historical ?? 0,
    gaps_told: counts?.gaps ?? 0,
    gaps_closed: counts?.gapsClosed ?? 0,
    asked: counts?.asked ?? 0,
    answered: counts?.answered ?? 0,
    complete: [...faults, ...ill].every((count) => count === 0),
  };
}
