import { Buffer as Bytes } from "node:buffer";
import type { Job, Lane } from "./job.js";

/** Backlog in flight at once: more would stand in front of live messages on a slow link for seconds. */
const MAX_BACKLOG_BYTES = 256_000;

/**
 * What is ready to go and what is on its way, in three lanes: control before live before backlog. Live always
 * has a slot of its own, and so has the backlog as soon as there is one (with a window of one they take turns).
 */
export class Lanes {
  readonly inFlight = new Set<Job>();
  readonly #window: number;
  readonly #ready: Readonly<Record<Lane, Job[]>> = { control: [], live: [], backlog: [] };
  #backlogInFlight = 0;
  #backlogBytes = 0;
  #lastLane: Lane = "backlog";

  constructor(window: number) {
    this.#window = Math.max(1, window);
  }

  get full(): boolean {
    return this.inFlight.size >= this.#window;
  }

  get backlogInFlight(): number {
    return this.#backlogInFlight;
  }

  ready(lane: Lane): readonly Job[] {
    return this.#ready[lane];
  }

  /** Records that were taken and have not settled. */
  get recordsHeld(): number {
    let held = 0;
    for (const job of this.inFlight) held += job.records.length;
    for (const lane of ["live", "backlog"] as const)
      for (const job of this.#ready[lane]) held += job.records.length;
    return held;
  }

  /** The message in flight that was sent first: a set keeps the order of its insertions. */
  get oldest(): Job | undefined {
    const [oldest] = this.inFlight;
    return oldest;
  }

  add(...jobs: readonly Job[]): void {
    for (const job of jobs) this.#ready[job.lane].push(job);
  }

  /** Back to the head of its lane, so that order is kept. */
  retry(...jobs: readonly Job[]): void {
    for (const job of [...jobs].reverse()) this.#ready[job.lane].unshift(job);
  }

  /** The next job that may go now; `fillLive` is asked when nothing is ready on the live lane. */
  next(fillLive: () => void, withBacklog: boolean): Job | undefined {
    const { control, live, backlog } = this.#ready;
    if (this.full) return undefined;
    const first = control.shift();
    if (first) return first;
    const backlogMay = withBacklog && backlog.length > 0 && this.#backlogFits(backlog[0]);
    if (backlogMay && this.#backlogTurn()) return backlog.shift();
    if (live.length === 0) fillLive();
    return live.shift() ?? (backlogMay ? backlog.shift() : undefined);
  }

  started(job: Job, now: number): void {
    job.sentAt = now;
    this.inFlight.add(job);
    this.#lastLane = job.lane;
    this.#countBacklog(job, 1);
  }

  settled(job: Job): void {
    if (this.inFlight.delete(job)) this.#countBacklog(job, -1);
  }

  /** Takes everything out that is ready (and what is in flight), oldest first. */
  clear(withInFlight: boolean): readonly Job[] {
    const { control, live, backlog } = this.#ready;
    const flying = withInFlight ? [...this.inFlight] : [];
    for (const job of flying) this.settled(job);
    return [...flying, ...(withInFlight ? control.splice(0) : []), ...live.splice(0), ...backlog.splice(0)];
  }

  /** The last free slot belongs to the backlog while none of it is on its way. */
  #backlogTurn(): boolean {
    if (this.#backlogInFlight > 0 || this.inFlight.size < this.#window - 1) return false;
    return this.#window > 1 || this.#lastLane !== "backlog";
  }

  #backlogFits(job: Job | undefined): boolean {
    if (!job || this.#backlogInFlight === 0) return true;
    return this.#backlogInFlight < this.#window - 1 && this.#backlogBytes + sizeOf(job) <= MAX_BACKLOG_BYTES;
  }

  #countBacklog(job: Job, sign: 1 | -1): void {
    if (job.lane !== "backlog") return;
    this.#backlogInFlight += sign;
    this.#backlogBytes += sign * sizeOf(job);
  }
}

/** Bytes of its payload. */
export function sizeOf({ outbound: { payload } }: Job): number {
  return typeof payload === "string" ? Bytes.byteLength(payload) : payload.length;
}
