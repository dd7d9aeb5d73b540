import type { Clock } from "../../drivers/core/clock.js";
import type { DaySent } from "../core/buffer.js";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What a message costs besides its payload on a metered link: MQTT, TLS, TCP and IP, and its acknowledgement. */
export const OVERHEAD_BYTES = 150;
/** A clock that steps back finds the day again that it had left. */
const MOST_DAYS = 3;
/** Of a day that no trusted clock has named yet. */
const NAMELESS = 0;

export interface DayBudgetParts {
  /** Bytes; without it there is no end. */
  readonly dayBytes: number | undefined;
  readonly timezone: string;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  /** What was sent on the last days, the latest first, as an earlier run left it. */
  readonly stored: readonly DaySent[];
  /** Called with each change. Cheap. */
  readonly keep: (days: readonly DaySent[]) => void;
}

/**
 * What an uplink has sent on the calendar day where the gateway stands, and whether that is all it may. A step of the
 * clock opens no second budget for a day. While the clock is not trusted the last day goes on, until 24 hours of it
 * have passed in this run.
 */
export class DayBudget {
  readonly #parts: DayBudgetParts;
  readonly #calendar: Intl.DateTimeFormat;
  #days: readonly DaySent[];
  #minute = Number.NaN;
  /** Monotonic ms since when the day is the present one. */
  #since: number;

  constructor(parts: DayBudgetParts) {
    this.#parts = parts;
    this.#calendar = new Intl.DateTimeFormat("en-CA", { timeZone: parts.timezone, dateStyle: "short" });
    this.#days = parts.stored;
    this.#since = parts.clock.mono();
  }

  /** Every message counts, whichever lane it is on. */
  count(payloadBytes: number): void {
    const { bytes, day } = this.#today();
    this.#begin({ day, bytes: bytes + payloadBytes + OVERHEAD_BYTES });
  }

  get isSpent(): boolean {
    const { dayBytes } = this.#parts;
    return dayBytes !== undefined && this.#today().bytes >= dayBytes;
  }

  get sentToday(): number {
    return this.#today().bytes;
  }

  #today(): DaySent {
    const { clock, clockTrusted } = this.#parts;
    const last = this.#days[0] ?? { day: NAMELESS, bytes: 0 };
    if (!clockTrusted()) {
      const isOver = clock.mono() - this.#since >= DAY_MS;
      return isOver ? this.#begin({ day: last.day === NAMELESS ? NAMELESS : last.day + 1, bytes: 0 }) : last;
    }
    const wall = clock.now();
    const minute = Math.floor(wall / MINUTE_MS);
    if (minute === this.#minute) return last;
    this.#minute = minute;
    const day = Math.max(NAMELESS + 1, Math.floor(Date.parse(this.#calendar.format(wall)) / DAY_MS));
    if (day === last.day) return last;
    const known = this.#days.find((one) => one.day === day);
    return this.#begin(known ?? { day, bytes: last.day === NAMELESS ? last.bytes : 0 });
  }

  #begin(today: DaySent): DaySent {
    if (today.day !== this.#days[0]?.day || today.bytes === 0) this.#since = this.#parts.clock.mono();
    const others = this.#days.filter(({ day }) => day !== today.day && day !== NAMELESS);
    this.#days = [today, ...others].slice(0, MOST_DAYS);
    if (this.#parts.dayBytes !== undefined) this.#parts.keep(this.#days);
    return today;
  }
}
