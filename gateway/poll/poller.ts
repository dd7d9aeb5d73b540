import type { Clock } from "../../drivers/core/clock.js";
import type { Driver, DriverDevice, ReadRequest } from "../../drivers/core/driver.js";
import {
  asError,
  InternalError,
  LinkError,
  PermanentPointError,
  type TramError,
  TransientError,
} from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { renderText, say } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import type { ReadingBatch, Reason } from "../../drivers/core/reading.js";
import { afterFailure, type Backoff, NO_BACKOFF, reconnectPauseMs } from "./backoff.js";
import { failedBatch } from "./failed-batch.js";
import { POLL_MESSAGES } from "./messages.js";
import { advance, type Entry, entryOf, nextDue, nextWake } from "./schedule.js";

export interface PolledDevice {
  readonly driverDevice: DriverDevice;
  readonly points: readonly Point[];
}

export interface PollerOptions {
  readonly connection: string;
  readonly driver: Driver;
  readonly devices: readonly PolledDevice[];
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
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

export interface PolledDeviceState {
  readonly failures: number;
  readonly lastGood?: number;
  readonly problem?: TramError;
}

/** Longest sleep of the loop, so that its turns can be watched. */
const LONGEST_SLEEP_MS = 2_000;

type PollEntry = Entry<ReadRequest>;

interface DeviceTrack {
  readonly device: PolledDevice;
  backoff: Backoff;
  lastGood?: number;
  problem?: TramError;
  lastReason: Reason;
}

/** Polls one connection: connects, asks what is due one request at a time, reconnects with backoff. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #abort = new AbortController();
  readonly #tracks = new Map<string, DeviceTrack>();
  #entries: PollEntry[] = [];
  #unsupported = new Map<PollEntry, PermanentPointError>();
  #state: PollerState = { state: "connecting" };
  #wake: (() => void) | undefined;
  #loop: Promise<void> | undefined;

  /** Plans all requests; throws ConfigurationError for a point that the driver cannot read. */
  constructor(options: PollerOptions) {
    this.#options = options;
    for (const device of options.devices) {
      this.#tracks.set(device.driverDevice.id, {
        device,
        backoff: NO_BACKOFF,
        lastReason: "no_answer",
      });
    }
    this.#planAll();
  }

  get state(): PollerState {
    return this.#state;
  }

  get requests(): readonly ReadRequest[] {
    return this.#entries.map((entry) => entry.request);
  }

  device(id: string): PolledDeviceState {
    const track = this.#tracks.get(id);
    return {
      failures: track?.backoff.failures ?? 0,
      ...(track?.lastGood === undefined ? {} : { lastGood: track.lastGood }),
      ...(track?.problem ? { problem: track.problem } : {}),
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

  #planAll(): void {
    const now = this.#options.clock.mono();
    this.#entries = [];
    this.#unsupported = new Map();
    for (const { device } of this.#tracks.values()) this.#addEntries(device, device.points, now);
  }

  #addEntries(device: PolledDevice, points: readonly Point[], now: number): void {
    const byPeriod = new Map<number, Point[]>();
    for (const point of points) {
      if (point.access === "write") continue;
      const same = byPeriod.get(point.periodMs);
      if (same) same.push(point);
      else byPeriod.set(point.periodMs, [point]);
    }
    for (const [periodMs, same] of byPeriod) {
      for (const request of this.#options.driver.plan(device.driverDevice, same)) {
        this.#entries.push(entryOf(request, device.driverDevice.id, periodMs, now));
      }
    }
  }

  async #run(): Promise<void> {
    const { clock, driver, random } = this.#options;
    const { signal } = this.#abort;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        this.#options.onTurn();
        await driver.connect(signal);
        if (this.#unsupported.size > 0) this.#planAll();
        this.#state = { state: "up" };
        this.#options.log.info(say(POLL_MESSAGES.connected, { connection: this.#options.connection }));
        attempt = 0;
        await this.#pollWhileUp();
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof LinkError)) throw error;
        this.#linkLost(error);
        await driver.close();
        const until = clock.mono() + reconnectPauseMs(attempt + 1, random());
        await this.#reportDownUntil(until);
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
      for (const entry of this.#entries) {
        if (entry.dueMs > now) continue;
        this.#give(entry, "link_down");
        advance(entry, now);
        if (entry.periodMs === 0) entry.dueMs = untilMs;
      }
      if (now >= untilMs) return;
      await this.#sleepUntil(
        Math.min(
          untilMs,
          nextWake(this.#entries, () => 0),
        ),
      );
    }
  }

  async #pollWhileUp(): Promise<void> {
    const { clock } = this.#options;
    const readyAt = (entry: PollEntry): number => this.#readyAt(entry);
    while (!this.#abort.signal.aborted) {
      this.#options.onTurn();
      const now = clock.mono();
      const entry = nextDue(this.#entries, now, readyAt);
      if (!entry) {
        await this.#sleepUntil(nextWake(this.#entries, readyAt));
        continue;
      }
      const known = this.#unsupported.get(entry);
      const track = this.#trackOf(entry);
      if (known) this.#give(entry, known.reason);
      else if (track.backoff.untilMs > now) this.#give(entry, track.lastReason);
      else {
        await this.#ask(entry, track);
        advance(entry, clock.mono());
        continue;
      }
      advance(entry, now);
      // Nothing went over the wire, so nothing slows an entry that is asked as fast as possible.
      if (entry.periodMs === 0) entry.dueMs = Math.max(track.backoff.untilMs, now + LONGEST_SLEEP_MS);
    }
  }

  /** A request that will not be put on the wire now needs not wait for the wire either. */
  #readyAt(entry: PollEntry): number {
    if (this.#unsupported.has(entry)) return 0;
    if (this.#trackOf(entry).backoff.untilMs > this.#options.clock.mono()) return 0;
    return this.#options.driver.readyAt(entry.request);
  }

  async #ask(entry: PollEntry, track: DeviceTrack): Promise<void> {
    const { driver, onBatch } = this.#options;
    try {
      const batch = await driver.read(entry.request, this.#abort.signal);
      this.#answered(track, batch.t);
      onBatch(entry.request, batch);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      if (error instanceof PermanentPointError) this.#refused(entry, track, error);
      else if (error instanceof TransientError) this.#failed(entry, track, error);
      else if (error instanceof LinkError) {
        this.#give(entry, error.reason);
        throw error;
      } else throw error;
    }
  }

  #answered(track: DeviceTrack, t: number): void {
    if (track.backoff.untilMs > 0) {
      const device = track.device.driverDevice.id;
      this.#options.log.info(say(POLL_MESSAGES.device_answers, { device }), { device });
    }
    track.backoff = NO_BACKOFF;
    track.lastGood = t;
    delete track.problem;
  }

  #failed(entry: PollEntry, track: DeviceTrack, error: TransientError): void {
    const { clock, log } = this.#options;
    const device = entry.device;
    const wasPatient = track.backoff.untilMs === 0;
    // A device that answers with an exception is there: it keeps its rate.
    if (error.reason === "device_error") this.#answered(track, clock.now());
    else track.backoff = afterFailure(track.backoff, clock.mono());
    track.lastReason = error.reason;
    track.problem = error;
    if (wasPatient && track.backoff.untilMs > 0) {
      const params = { device, failures: track.backoff.failures, problem: renderText(error.said, "en") };
      log.warn(say(POLL_MESSAGES.device_rarely_asked, params), { device, err: error });
    } else log.debug(error.said, { device });
    this.#give(entry, error.reason);
  }

  /** The device refuses the span: the fault may lie in a part of it, so the parts are asked by themselves. */
  #refused(entry: PollEntry, track: DeviceTrack, error: PermanentPointError): void {
    const { clock, log } = this.#options;
    const device = entry.device;
    const { points } = entry.request;
    this.#answered(track, clock.now());
    track.problem = error;
    if (points.length > 1) {
      log.info(say(POLL_MESSAGES.request_split, { device, count: points.length }), { device });
      this.#entries = this.#entries.filter((other) => other !== entry);
      const middle = points.length >> 1;
      const now = clock.mono();
      this.#addEntries(track.device, points.slice(0, middle), now);
      this.#addEntries(track.device, points.slice(middle), now);
      return;
    }
    this.#unsupported.set(entry, error);
    const params = {
      device,
      points: points.map((point) => point.id).join(", "),
      problem: renderText(error.said, "en"),
    };
    log.warn(say(POLL_MESSAGES.points_unsupported, params), { device, err: error });
    this.#give(entry, error.reason);
  }

  #give(entry: PollEntry, reason: Reason): void {
    const batch = failedBatch(entry.request.layout, reason, this.#options.clock);
    this.#options.onBatch(entry.request, batch);
  }

  #trackOf(entry: PollEntry): DeviceTrack {
    const track = this.#tracks.get(entry.device);
    if (!track) throw new InternalError(POLL_MESSAGES.unknown_device, { device: entry.device });
    return track;
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
