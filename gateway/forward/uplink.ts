import type { Clock } from "../../drivers/core/clock.js";
import { asError, LinkError, RejectedError, TramError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { type Language, render, say } from "../../drivers/core/message.js";
import type { Buffer } from "../core/buffer.js";
import type { Requests } from "../core/command.js";
import type { GatewayIdentity, UplinkConfig } from "../core/config.js";
import type { ClockTrusted } from "../core/event.js";
import type { Forwarder, ForwarderLimits, Outbound } from "../core/forwarder.js";
import type { LiveValues } from "../core/live-values.js";
import { PAUSE_MESSAGES } from "../core/messages.js";
import type { UplinkStatus } from "../core/status.js";
import { BacklogPace } from "./backlog-pace.js";
import { backoffMs, lostMs, startMs } from "./backoff.js";
import { Births } from "./births-keeper.js";
import { CentreLink } from "./centre-link.js";
import type { CertificateWatch } from "./certificates.js";
import { DayBudget } from "./day-budget.js";
import type { DeadLetters } from "./dead-letters.js";
import { within } from "./deadline.js";
import { type Carries, JsonFormat } from "./json-format.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { packSnapshot } from "./pack.js";
import { RoundTrips } from "./round-trips.js";
import { Session } from "./session.js";
import type { Counters } from "./session-parts.js";
import { StalledError } from "./stalled-error.js";
import { lastWill, type StatusFacts, statusMessage } from "./status-message.js";

/** A connection that stood so long was a good one: the next failure starts from the shortest wait. */
const STOOD_MS = 10_000;
/** So many connections in a row that did not stand are told. */
const SHORT_ONES = 3;
const CLOSE_MS = 1_000;
/** How long a cut on purpose waits for the receipt of the farewell. */
const CUT_MS = 500;
/** Share of the time for stopping in which live records may still go out. */
const DRAIN_SHARE = 0.5;
const FAREWELL_SHARE = 0.25;

export interface UplinkParts {
  readonly config: UplinkConfig;
  readonly identity: GatewayIdentity;
  /** Of the configuration that runs when it is asked. */
  readonly configHash: () => string;
  readonly version: string;
  readonly buffer: Buffer;
  readonly live: LiveValues;
  readonly carries: Carries;
  readonly forwarder: Forwarder;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: () => number;
  /** Where there is TLS. */
  readonly certificates?: CertificateWatch | undefined;
  /** How long this box has been running; without it, for long. */
  readonly sinceBootMs?: (() => number) | undefined;
  /** Where records go that can never pass; without it they are only told. */
  readonly deadLetters?: DeadLetters;
  /** Whether wall time may be believed, for snapshots; records say it themselves. Believed when absent. */
  readonly clockTrusted?: () => boolean;
  /** Who takes what the centre asks for; without it nothing is taken. */
  readonly requests?: Requests;
}

/**
 * One place that records are forwarded to: keeps the connection, and on each of them sends status, births, a
 * snapshot, then live records and the backlog side by side.
 */
export class Uplink {
  readonly #parts: UplinkParts;
  readonly #random: () => number;
  readonly #format: JsonFormat;
  readonly #births: Births;
  readonly #pace: BacklogPace;
  readonly #budget: DayBudget;
  readonly #centre: CentreLink;
  readonly #facts: StatusFacts;
  readonly #stopped = new AbortController();
  readonly #counters: Counters = {
    sentMessages: 0,
    sentBytes: 0,
    acknowledgedRecords: 0,
    acknowledgedReadings: 0,
    rejectedMessages: 0,
  };
  readonly #roundTrips = new RoundTrips();
  readonly #fetch = { busy: false };
  #session: Session | undefined;
  #onLost: ((error: Error) => void) | undefined;
  #state: UplinkStatus["state"] = "down";
  #problem: Error | undefined;
  #since = 0;
  #statusAt = 0;
  #wasSpent = false;
  #running: Promise<void> | undefined;
  /** Not aborted: the uplink is cut on purpose. */
  #pause: AbortSignal | undefined;

  constructor(parts: UplinkParts) {
    this.#parts = parts;
    this.#random = parts.random ?? Math.random;
    this.#format = new JsonFormat(parts.buffer.slotOf(parts.config.id), parts.carries);
    this.#pace = new BacklogPace(parts.config.backlog.share);
    this.#budget = new DayBudget({
      dayBytes: parts.config.backlog.dayBytes,
      timezone: parts.identity.timezone,
      clock: parts.clock,
      clockTrusted: parts.clockTrusted ?? ((): boolean => true),
      stored: parts.buffer.daysSent(parts.config.id),
      keep: (days) => parts.buffer.keepDaysSent(parts.config.id, days),
    });
    this.#births = new Births(parts.config.id, parts.buffer, parts.clock);
    const { buffer, config, configHash, forwarder, version } = parts;
    this.#facts = { uplink: config.id, buffer, version, configHash };
    this.#centre = new CentreLink({
      ...parts,
      format: this.#format,
      snapshot: (maxPayload) => this.#snapshot(maxPayload),
    });
    forwarder.onLost((error) => this.#onLost?.(error));
    forwarder.onPeer?.((peer) => parts.certificates?.met(peer));
    forwarder.onCommand?.((payload) => parts.requests?.take(payload, this.#centre));
  }

  /** Idempotent. */
  start(): void {
    if (this.#running !== undefined) return;
    this.#parts.certificates?.start();
    this.#running = this.#run();
  }

  /** So many records were appended. Cheap; what can go out goes out before it returns. */
  wake(records = 1): void {
    this.#session?.wake(records);
  }

  /** Live records and the farewell go out as far as `deadlineMs` allows; then everything is closed. Idempotent. */
  async stop(deadlineMs: number): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    const { clock, config, forwarder } = this.#parts;
    const until = clock.mono() + deadlineMs;
    this.#stopped.abort();
    this.#parts.certificates?.stop();
    const session = this.#session;
    if (session) {
      await within(clock, deadlineMs * DRAIN_SHARE, session.drain());
      if (!session.ended) await within(clock, deadlineMs * FAREWELL_SHARE, this.#farewell(session));
      session.end(new LinkError(M.closed, { url: config.url }));
    }
    const left = Math.max(0, until - clock.mono());
    const written = this.#parts.deadLetters?.close();
    await within(clock, left, Promise.allSettled([forwarder.close(left), this.#running, written]));
    this.#state = "down";
  }

  /**
   * Cuts the connection in an orderly way: the centre is told that the gateway is offline, and no other is made before
   * `over` is aborted. False where no connection stands.
   */
  pause(over: AbortSignal): boolean {
    const session = this.#session;
    if (this.#state !== "up" || !session || session.ended || this.#stopped.signal.aborted) return false;
    this.#pause = over;
    void this.#cut(session);
    return true;
  }

  trustClock(event: ClockTrusted): void {
    this.#format.trustClock(event);
  }

  status(language: Language): UplinkStatus {
    const { buffer, certificates, clock, config, deadLetters } = this.#parts;
    const lanes = this.#session?.lanes;
    const oldest = lanes?.oldest;
    const roundTrip = this.#roundTrips.stats();
    const problem = this.#state === "up" ? this.#session?.problem : this.#problem;
    return {
      ...buffer.progress(config.id),
      id: config.id,
      url: config.url,
      state: this.#state,
      ...(problem && {
        problem: problem instanceof TramError ? render(problem.said, language) : problem.message,
      }),
      inFlight: lanes?.inFlight.size ?? 0,
      oldestInFlightMs: oldest ? Math.round(clock.mono() - oldest.sentAt) : 0,
      ...this.#counters,
      ...(roundTrip && { roundTrip }),
      sentTodayBytes: this.#budget.sentToday,
      ...(this.#budget.isSpent && { backlogWaits: "day" as const }),
      ...(certificates && { certificates: certificates.status() }),
      ...(deadLetters && { deadLetters: deadLetters.stats }),
    };
  }

  async #run(): Promise<void> {
    const { buffer, clock, config, forwarder, log, sinceBootMs } = this.#parts;
    const spreadMs = config.reconnectSpreadMs;
    const { signal } = this.#stopped;
    let failures = 0;
    let short = 0;
    this.#births.start();
    const waitMs = startMs(sinceBootMs?.() ?? Number.POSITIVE_INFINITY, spreadMs, this.#random);
    if (waitMs > 0) await clock.sleep(waitMs, signal).catch(() => {});
    while (!signal.aborted) {
      this.#state = "connecting";
      let error: Error;
      let stood = false;
      const from = clock.mono();
      const before = this.#counters.acknowledgedRecords;
      try {
        const limits = await forwarder.connect(signal, lastWill(buffer.epoch));
        error = await this.#serve(limits);
        const flowed = this.#counters.acknowledgedRecords > before;
        if (error instanceof StalledError && !flowed) {
          // One step further each time: at once, then with ever longer waits. Each looks the name up anew.
          short = 0;
        } else if (clock.mono() - from >= STOOD_MS) {
          failures = 0;
          stood = true;
          short = 0;
        } else if (++short >= SHORT_ONES && !signal.aborted) {
          // Many brokers close the older of two connections with one client id without a word.
          log.error(say(M.short_lived, { url: config.url, count: short }));
        }
      } catch (thrown) {
        error = asError(thrown);
      }
      if (signal.aborted) {
        // A connection may have come up in the very turn of the stop.
        await within(clock, CLOSE_MS, forwarder.close(CLOSE_MS));
        return;
      }
      this.#state = "down";
      this.#problem = error;
      const said =
        error instanceof TramError ? error.said : say(M.lost, { url: config.url, problem: error.message });
      if (error instanceof RejectedError) log.error(said, { err: error });
      else log.warn(said, { err: error });
      await within(clock, CLOSE_MS, forwarder.close(CLOSE_MS));
      if (await this.#waitOutPause()) {
        failures = 0;
        continue;
      }
      const first = ++failures === 1 && stood;
      const ms = first ? lostMs(error, spreadMs, this.#random) : backoffMs(failures, error, this.#random);
      await clock.sleep(ms, signal).catch(() => {});
    }
  }

  async #cut(session: Session): Promise<void> {
    const { clock, config } = this.#parts;
    await within(clock, CUT_MS, this.#farewell(session));
    session.end(new LinkError(PAUSE_MESSAGES.under_way, { url: config.url }));
  }

  /** While the uplink is cut no connection is made, whatever the last one ended of. False where it was not cut. */
  async #waitOutPause(): Promise<boolean> {
    const pause = this.#pause;
    if (!pause) return false;
    const ends = AbortSignal.any([pause, this.#stopped.signal]);
    if (!ends.aborted)
      await new Promise((resolve) => ends.addEventListener("abort", resolve, { once: true }));
    this.#pause = undefined;
    return true;
  }

  /** One connection, from connected to lost; resolves with why it ended. */
  async #serve(limits: ForwarderLimits): Promise<Error> {
    const { buffer, clock, config, forwarder, log } = this.#parts;
    if (this.#stopped.signal.aborted) return new LinkError(M.closed, { url: config.url });
    let onEnd = (_error: Error): void => {};
    const ended = new Promise<Error>((resolve) => {
      onEnd = resolve;
    });
    const session = new Session({
      config,
      buffer,
      format: this.#format,
      forwarder,
      limits,
      clock,
      log,
      random: this.#random,
      counters: this.#counters,
      pace: this.#pace,
      budget: this.#budget,
      roundTrips: this.#roundTrips,
      deadLetters: this.#parts.deadLetters,
      fetch: this.#fetch,
      onTick: () => this.#tick(session),
      onDrained: () => this.#sendStatus(session),
      onEnd,
    });
    this.#session = session;
    this.#onLost = (error) => session.end(error);
    this.#centre.use(session, limits.maxPayload);
    buffer.setLive(config.id, true);
    this.#state = "up";
    this.#since = clock.now();
    log.info(say(M.connected, { url: config.url }));
    try {
      const known = await this.#births.current();
      if (!session.ended && !this.#stopped.signal.aborted) {
        // The session is still starting: these three stand in its control lane, and go first, in this order.
        this.#sendStatus(session);
        await this.#births.sendIfDue(session);
        for (const outbound of this.#snapshot(limits.maxPayload).messages) session.control(outbound);
        session.run(known);
      }
      return await ended;
    } finally {
      this.#onLost = undefined;
      this.#centre.use(undefined);
      session.end();
      if (this.#session === session) this.#session = undefined;
    }
  }

  #tick(session: Session): void {
    const { clock, identity } = this.#parts;
    const turned = this.#tellBudget();
    if (turned || clock.mono() - this.#statusAt >= identity.statusEveryMs) this.#sendStatus(session);
    void this.#births.sendIfDue(session);
  }

  /** True where the day's budget has just come to its end, or is there again. */
  #tellBudget(): boolean {
    const { isSpent, sentToday } = this.#budget;
    if (isSpent === this.#wasSpent) return false;
    this.#wasSpent = isSpent;
    const { config, log } = this.#parts;
    const params = { uplink: config.id, size: Math.round(sentToday / 1e5) / 10 };
    if (isSpent) log.warn(say(M.day_spent, params));
    else log.info(say(M.day_begins, { uplink: config.id }));
    return true;
  }

  #sendStatus(session: Session): void {
    // Whatever is late when it stops must not be said behind the farewell: it would be what the broker keeps.
    if (this.#stopped.signal.aborted) return;
    this.#statusAt = this.#parts.clock.mono();
    session.control(statusMessage(this.#facts, "online", this.#since, this.#budget.isSpent));
  }

  #snapshot(maxPayload: number): { readonly messages: readonly Outbound[]; readonly records: number } {
    const { buffer, clockTrusted, config, live } = this.#parts;
    const clock = clockTrusted?.() === false ? "untrusted" : "trusted";
    const records = live.batches().flatMap((batch) => this.#format.snapshot(batch, clock) ?? []);
    const head = { epoch: buffer.epoch, rev: buffer.rev, asOf: buffer.progress(config.id).last };
    const messages = packSnapshot(head, records, config.compress, maxPayload);
    return { messages, records: records.length };
  }

  #farewell(session: Session): Promise<void> {
    return new Promise((resolve) => {
      session.control(statusMessage(this.#facts, "offline", this.#parts.clock.now()), () => resolve());
    });
  }
}
