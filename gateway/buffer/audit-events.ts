import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { say } from "../../drivers/core/message.js";
import type { Audit } from "../core/audit.js";
import type { GatewayEvent, LostRecords } from "../core/event.js";
import { AUDIT_MESSAGES as A } from "../core/messages.js";

/**
 * A full disk may lose records every minute for a year: the first loss of an uplink and reason is noted at once,
 * those that follow within this time are one entry.
 */
const GATHER_MS = 600_000;

interface Gathered {
  readonly uplink: string;
  readonly reason: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Notes those events of the buffer that somebody may ask about later. */
export class AuditEvents {
  readonly #audit: Audit;
  readonly #clock: Clock;
  /** By uplink and reason: what gathers, undefined while nothing did. */
  readonly #gathering = new Map<string, { lost: Gathered | undefined; readonly cancel: Cancel }>();

  constructor(audit: Audit, clock: Clock) {
    this.#audit = audit;
    this.#clock = clock;
  }

  /** `uplink`: the one that alone is told; `epoch`: that of the record. */
  note(event: GatewayEvent, epoch: string, uplink = "*"): void {
    const note = (what: Parameters<Audit["note"]>[2]): void => this.#audit.note("buffer", "gateway", what);
    switch (event.event) {
      case "lost":
        this.#lost(event, uplink);
        break;
      case "void":
        note(say(A.void, { from: event.from, to: event.to, reason: event.reason }));
        break;
      case "epoch":
        note(
          say(A.epoch_began, { new: epoch, old: event.old, old_last: event.old_last, reason: event.reason }),
        );
        break;
      case "buffer_damaged":
        note(say(A.buffer_damaged, { set_aside: event.set_aside, saved: event.saved }));
        break;
      case "below_keep_at_least":
        note(say(A.below_keep_at_least, { seconds: event.keep_at_least_s, reason: event.reason }));
        break;
      case "keep_at_least_again":
        note(say(A.keep_at_least_again, { seconds: event.keep_at_least_s }));
        break;
      default:
        break;
    }
  }

  /** Notes what is still gathering. */
  close(): void {
    for (const { cancel, lost } of this.#gathering.values()) {
      cancel();
      if (lost) this.#tell(lost);
    }
    this.#gathering.clear();
  }

  #lost({ reason, runs }: LostRecords, uplink: string): void {
    if (runs.length === 0) return;
    const now: Gathered = {
      uplink,
      reason,
      from: Math.min(...runs.map(({ from }) => from)),
      to: Math.max(...runs.map(({ to }) => to)),
      count: runs.reduce((sum, { count }) => sum + count, 0),
    };
    const key = `${reason} ${uplink}`;
    const gathering = this.#gathering.get(key);
    if (gathering) {
      const { count = 0, from = now.from, to = now.to } = gathering.lost ?? {};
      gathering.lost = {
        ...now,
        from: Math.min(from, now.from),
        to: Math.max(to, now.to),
        count: count + now.count,
      };
      return;
    }
    this.#tell(now);
    this.#gather(key);
  }

  #gather(key: string): void {
    const cancel = this.#clock.after(GATHER_MS, () => {
      const lost = this.#gathering.get(key)?.lost;
      this.#gathering.delete(key);
      if (!lost) return;
      this.#tell(lost);
      this.#gather(key);
    });
    this.#gathering.set(key, { lost: undefined, cancel });
  }

  #tell({ count, from, reason, to, uplink }: Gathered): void {
    this.#audit.note("buffer", "gateway", say(A.lost, { uplink, reason, from, to, count }));
  }
}
