import type { Settings } from "../codec/decode.js";
import { bad } from "../codec/flaw.js";
import type { Driver, DriverContext, DriverDevice, PlanHints, ReadRequest } from "../core/driver.js";
import { LinkError, type PermanentPointError, type TramError, TransientError } from "../core/errors.js";
import { ExchangeAccount } from "../core/exchange-account.js";
import type { DriverStats } from "../core/exchange-stats.js";
import type { Inspected, Inspector, RawPlace, WirePlace } from "../core/inspector.js";
import { type Said, say } from "../core/message.js";
import type { Point } from "../core/point.js";
import type { Prober, ScanEvent, ScanWish } from "../core/prober.js";
import type { ReadingBatch, Value } from "../core/reading.js";
import type { FrameKind, WireFrame, WireTap } from "../core/wire-frame.js";
import type { WriteOutcome, WriteRequest, Writer } from "../core/writer.js";
import { type Ask, wakingAskOf } from "./ask.js";
import { batchOf } from "./batch.js";
import { describeFrame } from "./describe.js";
import { type BusKind, diagnose } from "./diagnosis.js";
import type { Exchanged } from "./exchanged.js";
import { BUSY_CODES, exceptionError, isRefusal, SPLITTABLE, whereOf } from "./failures.js";
import {
  placeOf,
  planRawRead,
  planRawWrite,
  pointPlaces,
  strangeDevice,
  wordsOfReply,
  wordsOfWrite,
} from "./inspect.js";
import { KnownSettings } from "./known-settings.js";
import { MODBUS_MESSAGES } from "./messages.js";
import { Pauses } from "./pauses.js";
import { planReads, type Span, splitRead, type WireCost } from "./planner.js";
import { answerOfExchange, askOf } from "./probing.js";
import type { Answer, Question } from "./scan/question.js";
import type { ModbusDevice } from "./schema.js";
import { setupFindings } from "./setup-findings.js";
import { TurnaroundMeter } from "./turnaround.js";
import { Turns } from "./turns.js";
import { encodeWrite, outcomeOf, type WriteDetail } from "./write.js";
import { WRITE_MESSAGES } from "./write-messages.js";
import { writeProblem } from "./write-problem.js";

/** How many requests may wait for their turn; the poller has `parallel` under way. */
const MAX_WAITING = 1000;

/** 11: a converter passed the write on and heard nothing (V1.1b3, clause 7): it may be carried out all the same. */
const MAY_BE_DONE: ReadonlySet<number> = new Set([...BUSY_CODES, 11]);

/** What the drivers of the family have in common: plans, turns, pauses, readings, writes, errors, accounts. */
export abstract class ModbusDriver implements Driver, Writer, Inspector, Prober {
  readonly parallel: number;
  protected readonly context: DriverContext;
  protected readonly account: ExchangeAccount;
  /** For devices that have none of their own. */
  protected readonly timeoutMs: number;
  /** Counts connections: what was asked for on one of them is never sent on a later one. */
  protected link = 0;
  readonly #devices: ReadonlyMap<string, DriverDevice>;
  readonly #turns: Turns;
  readonly #pauses: Pauses;
  readonly #settings = new KnownSettings();
  readonly #turnarounds: ReadonlyMap<string, TurnaroundMeter>;
  #tap: WireTap | undefined;

  constructor(devices: readonly DriverDevice[], context: DriverContext, timeoutMs: number, parallel = 1) {
    this.context = context;
    this.timeoutMs = timeoutMs;
    this.parallel = parallel;
    this.#turns = new Turns(MAX_WAITING, parallel);
    this.#devices = new Map(devices.map((device) => [device.id, device]));
    this.#turnarounds = new Map(devices.map(({ id }) => [id, new TurnaroundMeter()]));
    this.account = new ExchangeAccount(
      context.clock,
      devices.map(({ id }) => id),
      { busyCodes: BUSY_CODES },
    );
    this.#pauses = new Pauses(devices);
  }

  plan(device: DriverDevice, points: readonly Point[], hints?: PlanHints): readonly ReadRequest[] {
    return planReads(device, points, this.wireCost(hints?.turnaroundMs));
  }

  hints(device: string): PlanHints | undefined {
    return this.#turnarounds.get(device)?.hints;
  }

  split(request: ReadRequest, error: PermanentPointError): readonly ReadRequest[] {
    const device = this.#devices.get(request.device);
    return device && SPLITTABLE.has(error.code) ? splitRead(device, request) : [];
  }

  abstract connect(signal: AbortSignal): Promise<void>;

  abstract close(): Promise<void>;

  read(request: ReadRequest, signal: AbortSignal): Promise<ReadingBatch> {
    const { link } = this;
    return this.#turns.run(() => this.#read(request, link, signal)) ?? Promise.reject(this.#queueFull());
  }

  async inspect(request: ReadRequest, signal: AbortSignal): Promise<Inspected> {
    const { link } = this;
    let words: readonly number[] = [];
    const keep = (bytes: Uint8Array): void => {
      words = wordsOfReply(request.detail as Span, bytes);
    };
    const turn = this.#turns.run(() => this.#read(request, link, signal, keep));
    if (!turn) throw this.#queueFull();
    return { batch: await turn, words };
  }

  deviceAt(unit: number): DriverDevice {
    for (const device of this.#devices.values()) {
      if ((device.settings as ModbusDevice).unit_id === unit) return device;
    }
    return strangeDevice(unit);
  }

  placeOf(request: ReadRequest | WriteRequest): WirePlace {
    return placeOf(request);
  }

  pointPlaces(request: ReadRequest): readonly RawPlace[] {
    return pointPlaces(request);
  }

  wordsOf(request: WriteRequest): readonly number[] {
    return wordsOfWrite(request);
  }

  planRawRead(device: DriverDevice, place: RawPlace): ReadRequest {
    return planRawRead(device, place);
  }

  planRawWrite(device: DriverDevice, place: Omit<RawPlace, "count">, words: readonly number[]): WriteRequest {
    return planRawWrite(device, place, words);
  }

  readyAt(request: ReadRequest): number {
    const { unit } = request.detail as Span;
    return Math.max(this.heldUntil(unit), this.#pauses.until(unit));
  }

  planWrite(device: DriverDevice, point: Point, value: Value): WriteRequest {
    const detail = encodeWrite(device, point, value, this.wireCost());
    return { device: device.id, point, value, detail };
  }

  write(request: WriteRequest, signal: AbortSignal): Promise<WriteOutcome> {
    const detail = request.detail as WriteDetail;
    const { link } = this;
    return this.#turns.run(() => this.#write(detail, link, signal)) ?? Promise.reject(this.#queueFull());
  }

  /** Polls go on between two questions: each of them waits for one at most. */
  async *scan(wish: ScanWish, signal: AbortSignal): AsyncGenerator<ScanEvent, void> {
    // Loaded by whoever looks for devices, and by no gateway that never does.
    const { scanDriver } = await import("./scan/driver-prober.js");
    const { clock, connection } = this.context;
    const { byteMs, requestMs } = this.wireCost();
    yield* scanDriver(
      {
        clock,
        isSerial: this.busKind === "serial",
        exchangeMs: requestMs + 2 * byteMs,
        line: wish.line ?? { name: connection, driver: "", settings: {} },
        asker: { ask: (question, timeoutMs, stop) => this.#probe(question, timeoutMs, stop) },
      },
      wish,
      signal,
    );
  }

  stats(): DriverStats {
    return this.account.stats();
  }

  diagnose(): readonly Said[] {
    const { connection } = this.context;
    const bus = { connection, kind: this.busKind, devices: this.#devices, timeoutMs: this.timeoutMs };
    return [
      ...setupFindings(this.#devices.values(), this.#settings),
      ...diagnose(this.account.window(), bus),
    ];
  }

  monitor(tap: WireTap | undefined): void {
    this.#tap = tap;
    this.monitorChanged(tap !== undefined);
  }

  describe({ bytes, kind, direction }: Pick<WireFrame, "kind" | "direction" | "bytes">): Said {
    return describeFrame({ bytes, kind, direction }, this.framingName);
  }

  protected abstract readonly busKind: BusKind;
  protected abstract readonly framingName: "rtu" | "ascii" | "tcp";

  /** What a request and a byte cost on this wire, with what a device was seen to take, or a guess. */
  protected abstract wireCost(turnaroundMs?: number): WireCost;

  /** Monotonic time before which the unit must not be asked, because of a late reply. */
  protected abstract heldUntil(unit: number): number;

  /**
   * One request and its reply, already told from all others. Throws only when nothing was put on the wire;
   * afterwards failures are an `error` of the outcome.
   */
  protected abstract exchange(ask: Ask, signal: AbortSignal): Promise<Exchanged>;

  /** For drivers that must do something to see more than they need. */
  protected monitorChanged(_on: boolean): void {}

  /** To be called whenever a connection is there: what devices said on the last one is forgotten. */
  protected connected(): void {
    this.#pauses.connected(this.context.clock.mono());
    this.#settings.forget();
  }

  protected get monitored(): boolean {
    return this.#tap !== undefined;
  }

  /** Call it only when `monitored`: what it is given must not cost anything otherwise. */
  protected tell(kind: FrameKind, bytes: Uint8Array): void {
    const { clock } = this.context;
    const direction = kind === "request" ? "sent" : "received";
    this.#tap?.({ kind, direction, bytes, t: clock.now(), mono: clock.mono() });
  }

  protected cancelled(ask: Ask): TransientError<string> {
    const { connection } = this.context;
    return new TransientError("no_answer", MODBUS_MESSAGES.cancelled, { device: ask.device, connection });
  }

  protected notConnected(): LinkError<string> {
    return new LinkError(MODBUS_MESSAGES.not_connected, { connection: this.context.connection });
  }

  #queueFull(): TramError {
    const { connection } = this.context;
    return new TransientError("no_answer", MODBUS_MESSAGES.queue_full, { connection, count: MAX_WAITING });
  }

  /** `keep` is shown the data of the reply, which lives no longer than the call. */
  async #read(
    request: ReadRequest,
    link: number,
    signal: AbortSignal,
    keep?: (bytes: Uint8Array) => void,
  ): Promise<ReadingBatch> {
    const span = request.detail as Span;
    const settings = span.needs.length > 0 ? await this.#settingsOf(span, link, signal) : NO_SETTINGS;
    const exchanged = await this.#exchange(span, link, signal);
    if ("error" in exchanged) throw exchanged.error;
    const { reply } = exchanged;
    if (reply.kind === "data") {
      keep?.(reply.bytes);
      return batchOf(request.layout, span, reply.bytes, settings, this.context.clock);
    }
    if (reply.kind === "exception") throw exceptionError(reply.exception, span, this.context.connection);
    throw this.#refusedByLibrary(span, reply.problem);
  }

  async #probe(question: Question, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
    const ask = askOf(question, timeoutMs);
    // What the library does not speak is not asked.
    if (!ask) return { kind: "silent" };
    const { link } = this;
    const turn = this.#turns.run(() => this.#exchange(ask, link, signal));
    if (!turn) throw this.#queueFull();
    return answerOfExchange(await turn);
  }

  /** Asks for those that are not known, or were read too long ago. Throws where the device does not answer. */
  async #settingsOf({ needs }: Span, link: number, signal: AbortSignal): Promise<Settings> {
    for (const need of needs) {
      if (!this.#settings.isStale(need, this.context.clock.mono())) continue;
      const exchanged = await this.#exchange(need.ask, link, signal);
      if ("error" in exchanged) throw exchanged.error;
      const { reply } = exchanged;
      const value =
        reply.kind === "data"
          ? need.value(reply.bytes)
          : bad(reply.kind === "exception" && isRefusal(reply.exception) ? "unsupported" : "device_error");
      this.#settings.set(need, value, this.context.clock.mono());
    }
    return needs.map((need) => this.#settings.get(need));
  }

  /** Sent once; then, whatever was answered, the point is read, by which alone it is known what it holds now. */
  async #write(detail: WriteDetail, link: number, signal: AbortSignal): Promise<WriteOutcome> {
    const { clock, connection } = this.context;
    const exchanged = await this.#exchange(detail.ask, link, signal);
    const reply = "reply" in exchanged ? exchanged.reply : undefined;
    const problem = writeProblem(detail.ask, reply, connection);
    if (reply?.kind === "exception" && !MAY_BE_DONE.has(reply.exception)) {
      return { state: "refused", confirmed: false, exception: reply.exception, ...problem };
    }
    const confirmed = reply?.kind === "data";
    if (!detail.readBack) return { state: "unknown", confirmed, ...problem };
    try {
      // Without a confirmation the unit may be held for its late one, which would pass for the answer to the read.
      await clock.sleep(Math.max(0, this.heldUntil(detail.ask.unit) - clock.mono()), signal);
      const back = await this.#exchange(detail.readBack.detail as Span, link, signal);
      if ("reply" in back && back.reply.kind === "data") {
        return { ...outcomeOf(detail, back.reply.bytes, confirmed), ...problem };
      }
    } catch {
      // What was written stays unknown; nothing is repeated.
    }
    const unread = say(WRITE_MESSAGES.not_read_back, whereOf(detail.ask, connection));
    return { state: "unknown", confirmed, problem: unread, ...problem };
  }

  /** Waits for the pause of the device, asks, and keeps the accounts. */
  async #exchange(ask: Ask, link: number, signal: AbortSignal): Promise<Exchanged> {
    const { clock } = this.context;
    if (signal.aborted) throw this.cancelled(ask);
    const pauseMs = this.#pauses.until(ask.unit) - clock.mono();
    if (pauseMs > 0) await this.#pause(ask, pauseMs, signal);
    const wakingMs = this.#pauses.wakingMs(ask.unit, clock.mono());
    if (wakingMs !== undefined && link === this.link) {
      // A write is never the request that may be lost.
      const woken = await this.exchange(ask.data ? wakingAskOf(ask) : ask, signal);
      if ("error" in woken && woken.error instanceof LinkError) return woken;
      this.#pauses.ended(ask.unit, false, clock.mono());
      const heldMs = this.heldUntil(ask.unit) - clock.mono();
      await this.#pause(ask, Math.max(wakingMs, heldMs), signal);
    }
    // Unplugged and plugged in again while it waited: a command of then is no command of now.
    if (link !== this.link) throw this.notConnected();
    let exchanged: Exchanged;
    try {
      exchanged = await this.exchange(ask, signal);
    } finally {
      this.#pauses.ended(ask.unit, ask.data !== undefined, clock.mono());
    }
    if ("error" in exchanged) return exchanged;
    const { busyMs, reply, roundTripMs } = exchanged;
    if (reply.kind === "data") {
      this.account.answered(ask.device, roundTripMs, busyMs, ask.replyLength);
      this.#turnarounds.get(ask.device)?.note(this.turnaroundOf(roundTripMs, ask));
    } else if (reply.kind === "exception") {
      this.account.exception(ask.device, reply.exception, roundTripMs, busyMs);
    }
    // The driver matched this frame, the library did not: whoever is right, it is no value.
    else this.account.damaged(ask.device, busyMs, ask.replyLength);
    return exchanged;
  }

  /** Of a round trip, what was not bytes on the wire. */
  protected abstract turnaroundOf(roundTripMs: number, ask: Ask): number;

  #refusedByLibrary(span: Span, problem: string): TransientError<string> {
    const where = whereOf(span, this.context.connection);
    return new TransientError("bad_answer", MODBUS_MESSAGES.wrong_answer, where, {
      cause: new Error(problem),
    });
  }

  async #pause(ask: Ask, ms: number, signal: AbortSignal): Promise<void> {
    await this.context.clock.sleep(ms, signal).catch(() => {
      throw this.cancelled(ask);
    });
  }
}

const NO_SETTINGS: Settings = [];
