import type { Cancel } from "../../drivers/core/clock.js";
import { asError, LinkError, RejectedError, TransientError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { Outbound, Topic } from "../core/forwarder.js";
import type { GatewayRecord } from "../core/record.js";
import { Announcements, type KnownRevision } from "./announcements.js";
import { backoffMs } from "./backoff.js";
import { controlJob, type Job, jobOf } from "./job.js";
import type { Sending } from "./json-format.js";
import { Lanes } from "./lanes.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { type PackResult, pack, squeeze } from "./pack.js";
import type { SessionParts } from "./session-parts.js";
import { lostEvent } from "./undeliverable.js";

/** Records taken from the buffer at once. */
const TAKE = 256;
/** A record that is refused so often is put aside. */
const REFUSALS = 3;
const TICK_MS = 1_000;
/** Least patience with the oldest unacknowledged message. */
const SILENT_MS = 60_000;

/** One connection of an uplink: moves records from the buffer to the forwarder until either fails. */
export class Session {
  readonly #parts: SessionParts;
  readonly #lanes: Lanes;
  /** Topics on which something was acknowledged: a refusal there concerns the message, not the right to send. */
  readonly #proven = new Set<Topic>();
  readonly #announced: Announcements;
  readonly #cancels = new Set<Cancel>();
  #state: "starting" | "running" | "draining" | "ended" = "starting";
  #paused = false;
  #failures = 0;
  #backlogMaybe = true;
  #backlogSent = false;
  #gate: "open" | "shut" | "waiting";
  #gathered = 0;
  #onIdle: (() => void) | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#lanes = new Lanes(Math.min(parts.config.window, parts.limits.window));
    this.#announced = new Announcements(parts.config.id, parts.buffer, parts.config.compress);
    this.#gate = parts.config.gatherMs > 0 ? "shut" : "open";
  }

  get lanes(): Lanes {
    return this.#lanes;
  }

  get ended(): boolean {
    return this.#state === "ended";
  }

  /** From now on records flow; what was given to `control` before goes first. */
  run(known: KnownRevision | undefined): void {
    if (this.#state !== "starting") return;
    this.#announced.retained(known);
    this.#state = "running";
    this.#later(TICK_MS, () => this.#tick());
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
    if (this.#state === "running" && this.#gate !== "open") this.#gather(records);
    if (this.#state === "running" && !this.#lanes.full) this.#pump();
  }

  /** Sends what is live and waits for all receipts; no backlog any more. Resolves also when the session ends. */
  drain(): Promise<void> {
    if (this.ended) return Promise.resolve();
    this.#state = "draining";
    this.#gate = "open";
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      this.#pump();
    });
  }

  /** Gives everything back to the buffer, in order. Idempotent. */
  end(error?: Error): void {
    if (this.ended) return;
    this.#state = "ended";
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    this.#parts.buffer.setLive(this.#parts.config.id, false);
    this.#giveBack(this.#lanes.clear(true));
    this.#onIdle?.();
    if (error) this.#parts.onEnd(error);
  }

  #pump(): void {
    if (this.#state === "starting" || this.ended || this.#paused) return;
    const draining = this.#state === "draining";
    for (;;) {
      const job = this.#lanes.next(() => this.#fillLive(), !draining);
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

  #fillLive(): void {
    if (this.#gate !== "open") return;
    const { buffer, config } = this.#parts;
    const records = buffer.takeLive(config.id, TAKE);
    if (records.length === 0) {
      if (config.gatherMs > 0 && this.#state === "running") this.#gate = "shut";
      return;
    }
    this.#gathered = 0;
    this.#enqueue(records, "live");
  }

  /** Live records wait for company until the time is over or there are enough of them. */
  #gather(records: number): void {
    this.#gathered += records;
    if (this.#gathered >= TAKE) {
      this.#gate = "open";
    } else if (this.#gate === "shut") {
      this.#gate = "waiting";
      this.#later(this.#parts.config.gatherMs, () => {
        this.#gate = "open";
        this.#pump();
      });
    }
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
    let births: ReadonlyMap<number, string>;
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

  #enqueue(records: readonly GatewayRecord[], lane: Sending, births?: ReadonlyMap<number, string>): void {
    const { format, log } = this.#parts;
    for (const record of records) {
      if (record.kind === "event" && record.event.event === "clock") format.trustClock(record.event);
    }
    const { messages, tooLarge } = this.#pack(records, lane);
    for (const packed of messages) {
      const [first] = packed.records;
      if (!first) continue;
      if (!this.#announced.has(first)) {
        const text = births?.get(first.rev) ?? this.#announced.inMemory(first.rev);
        if (text === undefined && lane === "live") {
          // Its births must be read from the disk first, which live delivery never waits for.
          this.#settle(packed.records, "returned");
          this.#backlogMaybe = true;
          continue;
        }
        if (text === undefined) log.warn(say(M.births_unknown, { rev: first.rev }));
        this.#lanes.add(...this.#announced.announce(first, text, lane));
      }
      this.#lanes.add(jobOf(lane, packed));
    }
    this.#reject(tooLarge);
  }

  #send(job: Job): void {
    const { clock, counters, forwarder } = this.#parts;
    this.#lanes.started(job, clock.mono());
    counters.sentMessages++;
    if (job.lane === "backlog") this.#backlogSent = true;
    forwarder.send(job.outbound).then(
      () => this.#acknowledged(job),
      (error: unknown) => this.#failed(job, asError(error)),
    );
  }

  #acknowledged(job: Job): void {
    if (this.ended) return;
    const { counters } = this.#parts;
    this.#lanes.settled(job);
    this.#failures = 0;
    this.#proven.add(job.outbound.topic);
    if (job.records.length > 0) {
      this.#settle(job.records, "acknowledged");
      counters.acknowledgedRecords += job.records.length;
      counters.acknowledgedReadings += job.readings;
    }
    job.done?.("acknowledged");
    if (job.lane === "backlog") this.#checkDrained();
    this.#pump();
  }

  #failed(job: Job, error: Error): void {
    if (this.ended) return;
    this.#lanes.settled(job);
    if (error instanceof RejectedError) {
      this.#parts.counters.rejectedMessages++;
      this.#refused(job, error);
      this.#pump();
    } else if (error instanceof TransientError) {
      this.#parts.log.warn(error.said);
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
    const { log } = this.#parts;
    job.refusals++;
    if (job.records.length === 0) {
      log.error(error.said, { topic: job.outbound.topic });
      job.done?.("failed");
    } else if (job.records.length > 1) {
      this.#lanes.retry(...this.#halves(job));
    } else if (job.refusals < REFUSALS) {
      this.#lanes.retry(job);
    } else if (this.#proven.has(job.outbound.topic)) {
      this.#reject(job.records);
    } else {
      // Nothing has ever passed on this topic: it is a right that is missing, and no record is at fault.
      const ms = backoffMs(1, error, this.#parts.random);
      const { topic } = job.outbound;
      log.error(say(M.all_refused, { url: this.#parts.config.url, topic, ms: Math.round(ms) }));
      this.#giveBack([job]);
      this.#pause(ms);
    }
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
      pendingFrom: buffer.progress(config.id).pendingFrom,
      compress: config.compress,
      maxPayload: limits.maxPayload,
    });
  }

  #reject(records: readonly GatewayRecord[]): void {
    if (records.length === 0) return;
    const { buffer, config, limits, log } = this.#parts;
    const slot = buffer.slotOf(config.id);
    this.#settle(records, "rejected");
    for (const record of records) {
      log.error(say(M.undeliverable, { url: config.url, seq: record.seq }));
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
    this.#later(ms, () => {
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
    const { buffer, clock, config, onTick } = this.#parts;
    this.#later(TICK_MS, () => this.#tick());
    const patience = Math.max(SILENT_MS, 2 * config.keepaliveMs);
    const oldest = this.#lanes.oldest;
    if (oldest && clock.mono() - oldest.sentAt > patience) {
      // pitfalls, mqtt.js and 4G links: a broker that acknowledges others but never the oldest, a half-open link.
      this.end(new LinkError(M.silent, { url: config.url, ms: patience }));
      return;
    }
    onTick();
    if (buffer.progress(config.id).pending > this.#lanes.recordsHeld) this.#backlogMaybe = true;
    this.#pump();
  }

  #later(ms: number, run: () => void): void {
    const cancel = this.#parts.clock.after(ms, () => {
      this.#cancels.delete(cancel);
      run();
    });
    this.#cancels.add(cancel);
  }
}
