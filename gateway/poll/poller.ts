import type { Clock } from "../../drivers/core/clock.js";
import type { Driver, ReadRequest } from "../../drivers/core/driver.js";
import {
  asError,
  BusyError,
  LinkError,
  PermanentPointError,
  type TramError,
  TransientError,
} from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { renderText, say } from "../../drivers/core/message.js";
import type { ReadingBatch, Reason } from "../../drivers/core/reading.js";
import { RETRY_WITHIN_MS, reconnectPauseMs } from "./backoff.js";
import {
  begin,
  type DeviceTrack,
  type PollEntry,
  type PolledDevice,
  type PolledDeviceState,
  trackOf,
} from "./device-track.js";
import { failedBatch } from "./failed-batch.js";
import { POLL_MESSAGES } from "./messages.js";
import { Probes } from "./probes.js";
import { RequestTable } from "./request-table.js";
import { advance, deadlineOf, fillsIdleTime, nextDue, nextWake } from "./schedule.js";

export interface PollerOptions {
  readonly connection: string;
  readonly driver: Driver;
  readonly devices: readonly PolledDevice[];
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** Within which time a silent device, or a connection that is down, is tried again; 60 s by default. */
  readonly retryWithinMs?: number;
  /** Every request's batch, answered or not. Must not throw. */
  readonly onBatch: (request: ReadRequest, batch: ReadingBatch) => void;
  /** Called at every turn of the loop, failed polls included: the proof of life for the watchdog. */
  readonly onTurn: () => void;
  /** A fault of ours: the process must end. */
  readonly onFatal: (error: Error) => void;
}

export interface PollerState {
  readonly state: "connecting" | "up" | "down";
  readonly problem?: TramError;
}

/** Longest sleep of the loop, so that its turns can be watched. */
const LONGEST_SLEEP_MS = 2_000;
/** How often a device that says that it is busy is asked again for the same beat. */
const BUSY_RETRIES = 3;
/** When to look again for a request with which a silent device can be probed. */
const NO_PROBE_MS = 1_000;

/**
 * Polls one connection: connects, asks what is due, as many requests at a time as the driver takes side by side,
 * reconnects with backoff.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #retryWithinMs: number;
  readonly #abort = new AbortController();
  readonly #tracks: ReadonlyMap<string, DeviceTrack>;
  readonly #table: RequestTable;
  readonly #probes: Probes<DeviceTrack>;
  #state: PollerState = { state: "connecting" };
  #wake: (() => void) | undefined;
  #loop: Promise<void> | undefined;
  /** With `parallel` above 1: how many reads are under way, and what ends them all. */
  #underWay = 0;
  #broken: Error | undefined;
  /** The time of this turn of the loop. */
  #nowMs = 0;

  /** Plans all requests; throws ConfigurationError for a point that the driver cannot read. */
  constructor(options: PollerOptions) {
    this.#options = options;
    this.#retryWithinMs = options.retryWithinMs ?? RETRY_WITHIN_MS;
    this.#tracks = new Map(options.devices.map((device) => [device.driverDevice.id, trackOf(device)]));
    this.#table = new RequestTable(options.driver, this.#tracks.values(), options.clock.mono());
    this.#probes = new Probes(this.#retryWithinMs, this.#tracks.size);
  }

  get state(): PollerState {
    return this.#state;
  }

  device(id: string): PolledDeviceState {
    const track = this.#tracks.get(id);
    if (!track) return { failures: 0, probing: false, unsupported: 0, skipped: 0 };
    return {
      failures: track.backoff.failures,
      probing: this.#probes.isSilent(track),
      unsupported: this.#table.unsupportedOf(track),
      skipped: track.skipped,
      ...(track.lastGood === undefined ? {} : { lastGood: track.lastGood }),
      ...(track.problem ? { problem: track.problem } : {}),
    };
  }

  start(): void {
    this.#loop ??= this.#run().catch((error: unknown) => this.#options.onFatal(asError(error)));
  }

  /** Something may be asked earlier than it seemed: look again. */
  wake(): void {
    this.#wake?.();
  }

  /** Ends the loop and closes the driver. Idempotent; settles within the driver's closing time. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.wake();
    await this.#options.driver.close();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, driver, random } = this.#options;
    const { signal } = this.#abort;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        this.#options.onTurn();
        await driver.connect(signal);
        this.#table.relinked(clock.mono());
        this.#table.catchUp(undefined, clock.mono(), this.#retryWithinMs);
        this.#state = { state: "up" };
        this.#options.log.info(say(POLL_MESSAGES.connected, { connection: this.#options.connection }));
        attempt = 0;
        await this.#pollWhileUp();
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof LinkError)) throw error;
        this.#linkLost(error);
        await driver.close();
        const pauseMs = reconnectPauseMs(attempt + 1, random(), this.#retryWithinMs);
        await this.#reportDownUntil(clock.mono() + pauseMs);
      }
    }
  }

  #linkLost(error: LinkError): void {
    const { connection, log } = this.#options;
    this.#state = { state: "down", problem: error };
    const problem = renderText(error.said, "en");
    log.warn(say(POLL_MESSAGES.connection_down, { connection, problem }), { connection, err: error });
  }

  /** While the connection is down its readings are bad, at the rate at which they would have been asked. */
  async #reportDownUntil(untilMs: number): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      this.#options.onTurn();
      if (this.#abort.signal.aborted) return;
      const now = clock.mono();
      for (const entry of this.#table.entries) {
        if (entry.dueMs > now) continue;
        this.#give(entry, "link_down");
        advance(entry, now);
        if (entry.periodMs === 0) entry.dueMs = untilMs;
      }
      if (now >= untilMs) return;
      await this.#sleepUntil(
        Math.min(
          untilMs,
          nextWake(this.#table.entries, () => 0),
        ),
      );
    }
  }

  async #pollWhileUp(): Promise<void> {
    const { clock, driver, onTurn } = this.#options;
    const { signal } = this.#abort;
    while (!signal.aborted && !this.#broken) {
      onTurn();
      const now = clock.mono();
      this.#nowMs = now;
      if (this.#underWay >= driver.parallel) {
        await this.#sleepUntil(Number.POSITIVE_INFINITY);
        continue;
      }
      const probe = now >= this.#probes.nextMs ? this.#probe(now) : undefined;
      const isUrgent = probe !== undefined && this.#probes.isUrgent(now);
      const due = isUrgent ? undefined : nextDue(this.#table.entries, now, this.#readyAt);
      const isProbe = probe !== undefined && (!due || fillsIdleTime(due, now));
      const entry = isProbe ? probe : due;
      if (!entry) {
        const wakeMs = nextWake(this.#table.entries, this.#readyAt);
        await this.#sleepUntil(Math.min(wakeMs, this.#probes.nextMs));
      } else if (!isProbe && this.#isMute(entry)) this.#giveUnasked(entry, now);
      else {
        if (isProbe) this.#probes.started(entry.track);
        if (driver.parallel === 1) await this.#ask(entry, now);
        else this.#askAside(entry, now);
      }
    }
    await this.#settled();
  }

  /** Not asked now, since it is known what would come of it. */
  #isMute(entry: PollEntry): boolean {
    if (entry.refusal && this.#nowMs < entry.refusal.againMs) return true;
    return this.#probes.isSilent(entry.track);
  }

  /** A request that will not be put on the wire now needs not wait for the wire either. */
  readonly #readyAt = (entry: PollEntry): number => {
    if (entry.underWay) return Number.POSITIVE_INFINITY;
    if (this.#isMute(entry)) return 0;
    return Math.max(entry.busyUntilMs, this.#options.driver.readyAt(entry.request));
  };

  /** The request with which a silent device is asked now, if the driver lets it through. */
  #probe(now: number): PollEntry | undefined {
    const track = this.#probes.next(now);
    if (!track) return undefined;
    const entry = this.#table.cheapestOf(track, now);
    const readyMs = entry ? this.#options.driver.readyAt(entry.request) : now + NO_PROBE_MS;
    if (readyMs <= now) return entry;
    this.#probes.hold(track, readyMs);
    return undefined;
  }

  #giveUnasked(entry: PollEntry, now: number): void {
    this.#give(entry, entry.refusal?.error.reason ?? entry.track.lastReason);
    advance(entry, now);
    // Nothing went over the wire, so nothing slows an entry that is asked as fast as possible.
    if (entry.periodMs === 0) entry.dueMs = now + LONGEST_SLEEP_MS;
  }

  async #ask(entry: PollEntry, startMs: number): Promise<void> {
    const { clock, driver, onBatch } = this.#options;
    const { request, track } = entry;
    begin(entry, startMs);
    try {
      const batch = await driver.read(request, this.#abort.signal);
      entry.underWay = false;
      entry.busyTimes = 0;
      entry.missed = false;
      entry.refusal = undefined;
      this.#answered(track, batch.t, batch.mono - startMs);
      track.problem = undefined;
      onBatch(request, batch);
      this.#table.takeHints(track, clock.mono());
    } catch (error) {
      entry.underWay = false;
      if (this.#abort.signal.aborted) return;
      if (error instanceof PermanentPointError) this.#refused(entry, startMs, error);
      else if (error instanceof BusyError) this.#busy(entry, startMs, error);
      else if (error instanceof TransientError) this.#failed(entry, startMs, error);
      else if (error instanceof LinkError) {
        this.#probes.interrupted(track, startMs, clock.mono());
        this.#give(entry, error.reason);
        throw error;
      } else throw error;
    }
  }

  #askAside(entry: PollEntry, startMs: number): void {
    this.#underWay++;
    void this.#ask(entry, startMs)
      .catch((error: unknown) => {
        // A fault of ours counts more than a lost link.
        if (!this.#broken || this.#broken instanceof LinkError) this.#broken = asError(error);
      })
      .finally(() => {
        this.#underWay--;
        this.wake();
      });
  }

  /** Waits for all reads that are under way, each of which has its own deadline, and says what broke them. */
  async #settled(): Promise<void> {
    while (this.#underWay > 0) {
      this.#options.onTurn();
      await this.#sleepUntil(Number.POSITIVE_INFINITY);
    }
    const broken = this.#broken;
    this.#broken = undefined;
    if (broken) throw broken;
  }

  #answered(track: DeviceTrack, t: number, tookMs = 0): void {
    track.lastGood = t;
    if (!this.#probes.answered(track, tookMs)) return;
    const { clock, log } = this.#options;
    const device = track.device.driverDevice.id;
    log.info(say(POLL_MESSAGES.device_answers, { device }), { device });
    this.#table.catchUp(track, clock.mono(), this.#retryWithinMs);
  }

  #failed(entry: PollEntry, startMs: number, error: TransientError): void {
    const { clock, log } = this.#options;
    const { device, track } = entry;
    // A device that answers with an exception is there: it keeps its rate.
    if (error.reason === "device_error") this.#answered(track, clock.now());
    track.lastReason = error.reason;
    track.problem = error;
    if (error.reason !== "device_error" && this.#probes.failed(track, startMs, clock.mono())) {
      const params = { device, failures: track.backoff.failures, problem: renderText(error.said, "en") };
      log.warn(say(POLL_MESSAGES.device_rarely_asked, params), { device, err: error });
    } else log.debug(error.said, { device });
    this.#giveFor(entry, startMs, error.reason);
  }

  /** Asked again for the same beat, as long as that is not over. */
  #busy(entry: PollEntry, startMs: number, error: BusyError): void {
    const { clock } = this.#options;
    const againMs = clock.mono() + Math.max(0, error.againMs);
    const deadlineMs = entry.beatMs + (deadlineOf(entry) - entry.dueMs);
    if (entry.beatMs <= startMs && entry.busyTimes < BUSY_RETRIES && againMs < deadlineMs) {
      this.#options.log.debug(error.said, { device: entry.device });
      this.#answered(entry.track, clock.now());
      entry.track.problem = error;
      entry.dueMs = entry.beatMs;
      entry.busyUntilMs = againMs;
      entry.busyTimes++;
      return;
    }
    // What has no beat would be asked again at once.
    if (entry.periodMs === 0) entry.busyUntilMs = againMs;
    this.#failed(entry, startMs, error);
  }

  #refused(entry: PollEntry, startMs: number, error: PermanentPointError): void {
    const { clock, log } = this.#options;
    const { device, track } = entry;
    const { points } = entry.request;
    const wasKnown = entry.refusal !== undefined;
    this.#answered(track, clock.now());
    track.problem = error;
    if (this.#table.refused(entry, error, clock.mono()) > 0) {
      log.info(say(POLL_MESSAGES.request_split, { device, count: points.length }), { device });
      return;
    }
    const ids = points.map((point) => point.id).join(", ");
    const problem = renderText(error.said, "en");
    if (wasKnown) log.debug(error.said, { device });
    else
      log.warn(say(POLL_MESSAGES.points_unsupported, { device, points: ids, problem }), {
        device,
        err: error,
      });
    this.#giveFor(entry, startMs, error.reason);
  }

  /** Nothing is given for a probe between two beats: its readings are given as bad at the beats. */
  #giveFor(entry: PollEntry, startMs: number, reason: Reason): void {
    if (entry.beatMs <= startMs) this.#give(entry, reason);
  }

  #give(entry: PollEntry, reason: Reason): void {
    entry.missed = true;
    entry.busyTimes = 0;
    const batch = failedBatch(entry.request.layout, reason, this.#options.clock);
    this.#options.onBatch(entry.request, batch);
  }

  #sleepUntil(untilMs: number): Promise<void> {
    const { clock } = this.#options;
    const pauseMs = Math.min(Math.max(0, untilMs - clock.mono()), LONGEST_SLEEP_MS);
    return new Promise((resolve) => {
      const cancel = clock.after(pauseMs, () => this.#wake?.());
      this.#wake = () => {
        this.#wake = undefined;
        cancel();
        resolve();
      };
    });
  }
}
