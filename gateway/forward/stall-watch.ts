import type { Clock } from "../../drivers/core/clock.js";
import { LinkError } from "../../drivers/core/errors.js";
import type { UplinkProgress } from "../core/buffer.js";
import type { UplinkConfig } from "../core/config.js";
import { FlowWatch } from "./flow-watch.js";
import type { Lanes } from "./lanes.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { StalledError } from "./stalled-error.js";

/** "Connected" is not said alone when nothing was acknowledged for so long. */
const TOLD_MS = 15_000;
/** Least patience with the oldest unacknowledged message. */
const SILENT_MS = 60_000;

export interface StallWatchParts {
  readonly config: UplinkConfig;
  readonly clock: Clock;
  readonly lanes: Lanes;
}

/** Knows why no record passes although the connection stands, and when it must be cut. */
export class StallWatch {
  readonly #parts: StallWatchParts;
  readonly #flow = new FlowWatch();
  #refused: Error | undefined;

  constructor(parts: StallWatchParts) {
    this.#parts = parts;
  }

  /** What a person should know, while the connection stands. */
  get problem(): Error | undefined {
    if (this.#refused) return this.#refused;
    const { clock, config } = this.#parts;
    const ms = Math.max(this.#flow.standsMs(clock.mono()), this.#oldestMs());
    return ms < TOLD_MS ? undefined : new LinkError(M.nothing_flows, { url: config.url, ms: Math.round(ms) });
  }

  /** Records were acknowledged. */
  passed(): void {
    this.#refused = undefined;
    this.#flow.passed(this.#parts.clock.mono());
  }

  /** Records were not taken, for a reason that the other side gave; they are tried again after a pause. */
  refused(error: Error): void {
    this.#refused = error;
  }

  /** Asked every second. `waits`: nothing is sent at present, and for a good reason. Why the connection must end. */
  look(progress: UplinkProgress, waits: boolean): StalledError | undefined {
    const { clock, config } = this.#parts;
    const { url } = config;
    const now = clock.mono();
    if (waits) this.#flow.passed(now);
    this.#flow.observe(progress, now);
    const ms = Math.max(SILENT_MS, 2 * config.keepaliveMs);
    // pitfalls, mqtt.js and 4G links: a broker that acknowledges others but never the oldest, a half-open link.
    if (this.#oldestMs() > ms) return new StalledError(M.silent, { url, ms });
    const stands = !this.#refused && this.#flow.standsMs(now) > 2 * ms;
    return stands ? new StalledError(M.nothing_flows, { url, ms: 2 * ms }) : undefined;
  }

  #oldestMs(): number {
    const { oldest } = this.#parts.lanes;
    return oldest ? this.#parts.clock.mono() - oldest.sentAt : 0;
  }
}
