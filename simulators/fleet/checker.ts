import type { Action } from "../../gateway/contract/subscriber/action.js";
import { missing } from "../../gateway/contract/subscriber/chain.js";
import { restoreState } from "../../gateway/contract/subscriber/state.js";
import type { SavedStep, SubscriberStore } from "../../gateway/contract/subscriber/store.js";

/** What the receiver of a fleet has seen, over all gateways. */
export interface CheckerCounts {
  readonly gateways: number;
  readonly records: number;
  readonly historical: number;
  /** Records that came before: because they were asked for, or because a receipt was lost. */
  readonly resent: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly voids: number;
  readonly lost: number;
  readonly unreadable: number;
  /** Gaps that were told, and those that were closed again. */
  readonly gaps: number;
  readonly gapsClosed: number;
  readonly givenUp: number;
  readonly snapshots: number;
  readonly replies: number;
  /** Requests of the subscriber itself, for what it misses. */
  readonly resendRequests: number;
}

/** How it ended for one gateway. */
export interface CheckedGateway {
  readonly id: string;
  readonly records: number;
  /** Ranges in which something is missing although the gateway says that it was delivered. */
  readonly openGaps: number;
}

interface Checked {
  saved: string | undefined;
  records: number;
}

/** Of all gateways a part is looked through each time: so many calls are a round. */
const ROUND = 8;

/**
 * The store of the subscriber that follows a fleet: it keeps the states, counts, and lets be who is not of the
 * fleet. Knows nothing of the simulator but the ids and how the epochs of this run begin.
 */
export class FleetChecker implements SubscriberStore {
  readonly #checked = new Map<string, Checked>();
  readonly #ids: ReadonlySet<string>;
  readonly #run: string;
  #turn = 0;
  readonly #counts: { -readonly [K in keyof CheckerCounts]: number } = {
    ...{ gateways: 0, records: 0, historical: 0, resent: 0, duplicates: 0, conflicts: 0, voids: 0, lost: 0 },
    ...{ unreadable: 0, gaps: 0, gapsClosed: 0, givenUp: 0, snapshots: 0, replies: 0, resendRequests: 0 },
  };

  constructor(ids: readonly string[], run: string) {
    this.#ids = new Set(ids);
    this.#run = run;
  }

  get counts(): CheckerCounts {
    return { ...this.#counts, gateways: this.#checked.size };
  }

  async transact(
    gateway: string,
    step: (saved: string | undefined) => SavedStep,
  ): Promise<readonly Action[]> {
    if (!this.#ids.has(gateway)) return [];
    let checked = this.#checked.get(gateway);
    if (!checked) {
      checked = { saved: undefined, records: 0 };
      this.#checked.set(gateway, checked);
    }
    const { actions, saved } = step(checked.saved);
    checked.saved = saved;
    // What an earlier run left on the broker is none of this one's.
    for (const action of actions) {
      if ("epoch" in action && !action.epoch.startsWith(this.#run)) continue;
      this.#count(action, checked);
    }
    return actions;
  }

  /** An eighth of them in turn: thousands of states every two seconds would cost more than all messages. */
  async gateways(): Promise<readonly string[]> {
    const turn = this.#turn++ % ROUND;
    return [...this.#checked.keys()].filter((_, at) => at % ROUND === turn);
  }

  /** The numbers of a gateway that it says were delivered, and that did not come, are open gaps. */
  report(): readonly CheckedGateway[] {
    return [...this.#checked].map(([id, { records, saved }]) => {
      const epochs = restoreState(saved).epochs.filter(({ epoch }) => epoch.startsWith(this.#run));
      const openGaps = epochs.reduce(
        (sum, { chain, pendingFrom }) => sum + missing(chain).filter(({ to }) => to < pendingFrom).length,
        0,
      );
      return { id, records, openGaps };
    });
  }

  #count(action: Action, checked: Checked): void {
    const counts = this.#counts;
    switch (action.do) {
      case "store":
        counts.records++;
        checked.records++;
        if (action.record.historical === true) counts.historical++;
        break;
      case "duplicate":
        if (action.record.resend === true) counts.resent++;
        else counts.duplicates++;
        break;
      case "conflict":
        counts.conflicts++;
        break;
      case "void":
        counts.voids++;
        break;
      case "lost":
        counts.lost += action.count;
        break;
      case "gap":
        counts.gaps++;
        break;
      case "gap_closed":
        counts.gapsClosed++;
        break;
      case "given_up":
        counts.givenUp++;
        break;
      case "snapshot":
        counts.snapshots++;
        break;
      case "reply":
        counts.replies++;
        break;
      case "request":
        counts.resendRequests++;
        break;
      case "unreadable":
        counts.unreadable++;
        break;
      default:
        break;
    }
  }
}
