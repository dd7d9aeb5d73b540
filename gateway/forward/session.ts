import { asError, RejectedError, TransientError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { Outbound } from "../core/forwarder.js";
import type { GatewayRecord } from "../core/record.js";
import { Announcements, type KnownRevision } from "./announcements.js";
import { BacklogGate } from "./backlog-gate.js";
import { backoffMs } from "./backoff.js";
import { Gather } from "./gather.js";
import { controlJob, type Job, jobOf, revisionKey } from "./job.js";
import type { Sending } from "./json-format.js";
import { Lanes, sizeOf } from "./lanes.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { NotAllowed } from "./not-allowed.js";
import { type PackResult, pack, squeeze } from "./pack.js";
import { Refusals } from "./refusals.js";
import type { SessionParts } from "./session-parts.js";
import { StallWatch } from "./stall-watch.js";
import { Timers } from "./timers.js";
import { deadLetter, lostEvent, tooLarge } from "./undeliverable.js";

/** Records taken from the buffer at once. */
const TAKE = 256;
const TICK_MS = 1_000;

/** One connection of an uplink: moves records from the buffer to the forwarder until either fails. */
export class Session {
  readonly #parts: SessionParts;
  readonly #lanes: Lanes;
  readonly #refusals = new Refusals();
  readonly #gather: Gather;
  readonly #backlog: BacklogGate;
  readonly #stall: StallWatch;
  readonly #announced: Announcements;
  readonly #timers: Timers;
  #state: "starting" | "running" | "draining" | "ended" = "starting";
  #paused = false;
  #failures = 0;
  #backlogMaybe = true;
  #backlogSent = false;
  #onIdle: (() => void) | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#lanes = new Lanes(Math.min(parts.config.window, parts.limits.window));
    this.#announced = new Announcements(parts.config.id, parts.buffer, parts.config.compress);
    this.#stall = new StallWatch({ ...parts, lanes: this.#lanes });
    this.#timers = new Timers(parts.clock);
    this.#gather = new Gather(parts.config.gatherMs, this.#timers);
    this.#backlog = new BacklogGate({ ...parts, timers: this.#timers, onRested: () => this.#pump() });
  }

  get lanes(): Lanes {
    return this.#lanes;
  }

  /** Why no record passes although the connection stands. */
  get problem(): Error | undefined {
    return this.#stall.problem;
  }

  get ended(): boolean {
    return this.#state === "ended";
  }

  /** From now on records flow; what was given to `control` before goes first. */
  run(known: KnownRevision | undefined): void {
    if (this.#state !== "starting") return;
    this.#announced.retained(known);
    this.#state = "running";
    this.#timers.after(TICK_MS, () => this.#tick());
    this.#pump();
  }

  /** Status, births, snapshot: ahead of everything else. */
  control(outbound: Outbound, done?: (outcome: "acknowledged" | "failed") => void): void {
    if (this.ended) {
      done?.("failed");
      return;
    }
    if (
      outbound.topic === "status" &&
      this.#lanes.ready("control").some((job) => job.outbound.topic === "status")
    ) {
      done?.("failed");
      return;
    }
    this.#lanes.add(controlJob(squeeze(outbound, this.#parts.config.compress), done ? { done } : {}));
    this.#pump();
  }

  /** So many records were appended. Cheap: nothing is done while the window is full. */
  wake(records = 1): void {
    if (this.#state !== "running") return;
    this.#gather.add(records, () => this.#pump());
    if (!this.#lanes.full) this.#pump();
  }

  /** Sends what is live and waits for all receipts; no backlog any more. Resolves also when the session ends. */
  drain(): Promise<void> {
    if (this.ended) return Promise.resolve();
    this.#state = "draining";
    this.#gather.open();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      this.#pump();
    });
  }

  /** Gives everything back to the buffer, in order. Idempotent. */
  end(error?: Error): void {
    if (this.ended) return;
    this.#state = "ended";
    this.#timers.clear();
    this.#parts.pace.reset();
    this.#parts.buffer.setLive(this.#parts.config.id, false);
    this.#giveBack(this.#lanes.clear(true));
    this.#onIdle?.();
    if (error) this.#parts.onEnd(error);
  }

  #pump(): void {
    if (this.#state === "starting" || this.ended || this.#paused) return;
    const draining = this.#state === "draining";
    this.#fillUrgent();
    for (;;) {
      const waits = this.#lanes.ready("backlog").length > 0;
      const job = this.#lanes.next(() => this.#fillLive(), !draining && waits && this.#backlog.isOpen);
      if (!job) break;
      this.#send(job);
      if (this.ended || this.#paused) return;
    }
    if (draining) {
      if (this.#lanes.inFlight.size === 0) this.#onIdle?.();
    } else {
      this.#fillBacklog();
    }
  }

  /** Alarms go ahead of what is ready, and wait for no company. */
  #fillUrgent(): void {
    const { buffer, config } = this.#parts;
    const records = buffer.takeUrgent(config.id);
    if (records.length > 0) this.#enqueue(records, "live", undefined, "first");
  }

  #fillLive(): void {
    if (!this.#gather.isOpen) return;
    const { buffer, config } = this.#parts;
    const records = buffer.takeLive(config.id, TAKE);
    if (this.#state === "running") this.#gather.took(records.length);
    if (records.length > 0) this.#enqueue(records, "live");
  }

  #fillBacklog(): void {
    const { buffer, config, fetch, log } = this.#parts;
    if (fetch.busy || !this.#backlogMaybe || this.#lanes.ready("backlog").length > 1) return;
    fetch.busy = true;
    buffer
      .takeBacklog(config.id, TAKE)
      .then((records) => this.#takeOver(records))
      .catch((error: unknown) => {
        // The next tick tries again: a disk that fails is asked once a second, not without a pause.
        this.#backlogMaybe = false;
        log.warn(say(M.backlog_unreadable, { uplink: config.id, problem: asError(error).message }));
      })
      .finally(() => {
        fetch.busy = false;
        this.#pump();
      });
  }

  async #takeOver(records: readonly GatewayRecord[]): Promise<void> {
    if (records.length === 0) {
      this.#backlogMaybe = false;
      this.#checkDrained();
      return;
    }
    let births: ReadonlyMap<string, string>;
    try {
      births = await this.#announced.read(records);
    } catch (error) {
      this.#settle(records, "returned");
      throw error;
    }
    if (this.#state !== "running" || this.#paused) {
      this.#settle(records, "returned");
      return;
    }
    this.#enqueue(records, "backlog", births);
  }

  #enqueue(
    records: readonly GatewayRecord[],
    lane: Sending,
    births?: ReadonlyMap<string, string>,
    place: "first" | "last" = "last",
  ): void {
    const { format, log } = this.#parts;
    for (const record of records) {
      if (record.kind === "event" && record.event.event === "clock") format.trustClock(record.event);
    }
    const { messages, tooLarge: misfits } = this.#pack(records, lane);
    const jobs: Job[] = [];
    for (const packed of messages) {
      const [first] = packed.records;
      if (!first) continue;
      if (!this.#announced.has(first)) {
        // What is live is of the running revision, whatever its epoch.
        const text = births ? births.get(revisionKey(first)) : this.#announced.inMemory(first.rev);
        if (text === undefined && lane === "live") {
          // Its births must be read from the disk first, which live delivery never waits for.
          this.#settle(packed.records, "returned");
          this.#backlogMaybe = true;
          continue;
        }
        if (text === undefined) log.warn(say(M.births_unknown, { rev: first.rev }));
        jobs.push(...this.#announced.announce(first, text, lane));
      }
      jobs.push(jobOf(lane, packed));
    }
    if (place === "first") this.#lanes.retry(...jobs);
    else this.#lanes.add(...jobs);
    this.#reject(misfits);
  }

  #send(job: Job): void {
    const { budget, clock, counters, forwarder, pace } = this.#parts;
    this.#lanes.started(job, clock.mono());
    counters.sentMessages++;
    const bytes = sizeOf(job);
    counters.sentBytes += bytes;
    budget.count(bytes);
    if (job.lane === "backlog") {
      this.#backlogSent = true;
      pace.started(clock.mono());
    }
    forwarder.send(job.outbound).then(
      () => this.#acknowledged(job),
      (error: unknown) => this.#failed(job, asError(error)),
    );
  }

  #acknowledged(job: Job): void {
    if (this.ended) return;
    const { clock, counters, roundTrips } = this.#parts;
    roundTrips.add(clock.mono() - job.sentAt);
    this.#settled(job);
    this.#failures = 0;
    this.#refusals.acknowledged(job);
    if (job.records.length > 0) {
      this.#settle(job.records, "acknowledged");
      counters.acknowledgedRecords += job.records.length;
      counters.acknowledgedReadings += job.readings;
      this.#stall.passed();
    }
    job.done?.("acknowledged");
    if (job.lane === "backlog") this.#checkDrained();
    this.#pump();
  }

  #settled(job: Job): void {
    const { clock, pace } = this.#parts;
    this.#lanes.settled(job);
    if (job.lane === "backlog") pace.settled(clock.mono());
  }

  #failed(job: Job, error: Error): void {
    if (this.ended) return;
    this.#settled(job);
    if (error instanceof RejectedError) {
      this.#parts.counters.rejectedMessages++;
      this.#refused(job, error);
      this.#pump();
    } else if (error instanceof TransientError) {
      this.#parts.log.warn(error.said);
      this.#stall.refused(error);
      if (job.records.length === 0) this.#lanes.retry(job);
      else this.#giveBack([job]);
      this.#pause(backoffMs(++this.#failures, error, this.#parts.random));
    } else {
      this.#giveBack([job]);
      this.end(error);
    }
  }

  /** One poison record must not block the others: it is found by halving. */
  #refused(job: Job, error: RejectedError): void {
    if (job.records.length === 0) {
      this.#parts.log.error(error.said, { topic: job.outbound.topic });
      job.done?.("failed");
      return;
    }
    const verdict = error instanceof NotAllowed ? "withhold" : this.#refusals.refused(job);
    if (verdict === "halve") this.#lanes.retry(...this.#halves(job));
    else if (verdict === "again") this.#lanes.retry(job);
    else if (verdict === "at fault") this.#reject(job.records, error);
    else this.#withhold(job, error);
  }

  /** Nothing passes on this topic: it is a right that is missing, and no record is at fault. */
  #withhold(job: Job, error: RejectedError): void {
    const { config, log, random } = this.#parts;
    const ms = backoffMs(1, error, random);
    if (!this.#paused) {
      log.error(error.said);
      log.error(say(M.all_refused, { url: config.url, topic: job.outbound.topic, ms: Math.round(ms) }));
    }
    this.#stall.refused(error);
    this.#giveBack([job]);
    this.#pause(ms);
  }

  #halves(job: Job): readonly Job[] {
    const lane = job.lane === "live" ? "live" : "backlog";
    const middle = job.records.length >> 1;
    return [job.records.slice(0, middle), job.records.slice(middle)].flatMap((half) =>
      this.#pack(half, lane).messages.map((packed) => jobOf(lane, packed)),
    );
  }

  #pack(records: readonly GatewayRecord[], sending: Sending): PackResult {
    const { buffer, config, format, limits } = this.#parts;
    return pack(records, {
      format,
      sending,
      pendingFrom: (epoch) => buffer.pendingFrom(config.id, epoch),
      compress: config.compress,
      maxPayload: limits.maxPayload,
    });
  }

  /** `error` is why; without it they are too large. */
  #reject(records: readonly GatewayRecord[], error?: RejectedError): void {
    if (records.length === 0) return;
    const { buffer, config, deadLetters, format, limits, log } = this.#parts;
    const slot = buffer.slotOf(config.id);
    this.#settle(records, "rejected");
    for (const record of records) {
      log.error(say(M.undeliverable, { url: config.url, seq: record.seq }));
      deadLetters?.put(deadLetter(record, format, error ?? tooLarge(record, format, config.url, limits)));
      const event = lostEvent(record, slot, limits.maxPayload);
      if (event) buffer.appendEvent(event, "high");
    }
  }

  #settle(records: readonly GatewayRecord[], outcome: "acknowledged" | "returned" | "rejected"): void {
    const { buffer, config } = this.#parts;
    buffer.settle(
      config.id,
      records.map(({ seq }) => seq),
      outcome,
    );
  }

  /** Jobs that are not sent any more: their records are backlog again, their births not announced. */
  #giveBack(jobs: readonly Job[]): void {
    const records: GatewayRecord[] = [];
    for (const job of jobs) {
      records.push(...job.records);
      if (job.announces !== undefined) this.#announced.forget(job.announces);
      job.done?.("failed");
    }
    if (records.length === 0) return;
    this.#backlogMaybe = true;
    this.#settle(records, "returned");
  }

  #pause(ms: number): void {
    this.#giveBack(this.#lanes.clear(false));
    if (this.#paused) return;
    this.#paused = true;
    this.#timers.after(ms, () => {
      this.#paused = false;
      this.#pump();
    });
  }

  #checkDrained(): void {
    const { lanes } = this;
    if (this.#backlogMaybe || !this.#backlogSent) return;
    if (lanes.backlogInFlight > 0 || lanes.ready("backlog").length > 0) return;
    this.#backlogSent = false;
    this.#parts.onDrained();
  }

  #tick(): void {
    const { budget, buffer, config, onTick } = this.#parts;
    this.#timers.after(TICK_MS, () => this.#tick());
    const progress = buffer.progress(config.id);
    const stalled = this.#stall.look(progress, this.#paused || budget.isSpent);
    if (stalled) {
      this.end(stalled);
      return;
    }
    onTick();
    if (progress.pending > this.#lanes.recordsHeld) this.#backlogMaybe = true;
    this.#pump();
  }
}
