import type { Clock } from "../../drivers/core/clock.js";
import { LinkError } from "../../drivers/core/errors.js";
import type { UplinkProgress } from "../core/buffer.js";
import type { UplinkConfig } from "../core/config.js";
import type { Forwarder } from "../core/forwarder.js";
import { FlowWatch } from "./flow-watch.js";
import { type Lanes, sizeOf } from "./lanes.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { StalledError } from "./stalled-error.js";

/** "Connected" is not said alone when nothing was acknowledged for so long. */
const TOLD_MS = 15_000;
/** Then the other side is asked for a sign of life, and has so long. */
const ANSWER_MS = 30_000;
/** The question waits behind the messages that are on their way: a link of 16 kbit/s is slow, not dead. */
const SLOW_BYTES_PER_MS = 2;
/** Least patience with the oldest unacknowledged message of a side that is alive. */
const SILENT_MS = 60_000;

export interface StallWatchParts {
  readonly config: UplinkConfig;
  readonly clock: Clock;
  readonly lanes: Lanes;
  readonly forwarder: Pick<Forwarder, "ping">;
}

interface Question {
  readonly at: number;
  isAnswered: boolean;
}

/**
 * Knows why no record passes although the connection stands, and heals it by steps: asks for a sign of life; cuts where
 * none comes; cuts a side that is alive and acknowledges nothing after a longer while. The uplink then connects anew, at
 * first at once, and later and later where that does not help.
 */
export class StallWatch {
  readonly #parts: StallWatchParts;
  readonly #flow = new FlowWatch();
  #refused: Error | undefined;
  #question: Question | undefined;

  constructor(parts: StallWatchParts) {
    this.#parts = parts;
  }

  /** What a person should know, while the connection stands. */
  get problem(): Error | undefined {
    if (this.#refused) return this.#refused;
    const { config } = this.#parts;
    const ms = this.#standsMs();
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
    if (this.#standsMs() < TOLD_MS) this.#question = undefined;
    else this.#question ??= this.#ask(now);
    const unanswered = this.#question && !this.#question.isAnswered ? now - this.#question.at : 0;
    if (unanswered >= this.#answerMs()) return new StalledError(M.no_answer, { url, ms: unanswered });
    // pitfalls, mqtt.js and 4G links: a broker that acknowledges others but never the oldest, a half-open link.
    if (this.#oldestMs() > ms) return new StalledError(M.silent, { url, ms });
    const stands = !this.#refused && this.#flow.standsMs(now) > 2 * ms;
    return stands ? new StalledError(M.nothing_flows, { url, ms: 2 * ms }) : undefined;
  }

  #ask(at: number): Question {
    const { ping } = this.#parts.forwarder;
    const question = { at, isAnswered: ping === undefined };
    ping?.call(this.#parts.forwarder).then(
      () => {
        question.isAnswered = true;
      },
      () => {},
    );
    return question;
  }

  #answerMs(): number {
    let bytes = 0;
    for (const job of this.#parts.lanes.inFlight) bytes += sizeOf(job);
    return Math.max(ANSWER_MS, bytes / SLOW_BYTES_PER_MS);
  }

  #standsMs(): number {
    return Math.max(this.#flow.standsMs(this.#parts.clock.mono()), this.#oldestMs());
  }

  #oldestMs(): number {
    const { oldest } = this.#parts.lanes;
    return oldest ? this.#parts.clock.mono() - oldest.sentAt : 0;
  }
}
