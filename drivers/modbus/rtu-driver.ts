import type { Cancel } from "../core/clock.js";
import type { DriverContext, DriverDevice, DriverFactory } from "../core/driver.js";
import { ConfigurationError, LinkError, TransientError } from "../core/errors.js";
import { say } from "../core/message.js";
import type { Line, LineReceiver } from "../line/line.js";
import { SerialLine } from "../line/serial-line.js";
import { whereOf } from "./failures.js";
import { LateReplies } from "./late-replies.js";
import { MODBUS_MESSAGES } from "./messages.js";
import { ModbusDriver } from "./modbus-driver.js";
import { PduClient, type Reply } from "./pdu-client.js";
import type { Span } from "./planner.js";
import { answers, type Expected, FrameScanner, isEcho, replyLength } from "./rtu-frames.js";
import type { ModbusDevice, ModbusRtuSettings } from "./schema.js";
import { silenceMs, waitUntil } from "./silence.js";

/**
 * Nothing for so long, on top of the silence that ends a frame, and the rest of a frame is not to be expected:
 * FTDI adapters hold bytes back for 16 ms unless told otherwise.
 */
const QUIET_MS = 30;
/** So many requests in a row without one whole frame from anybody, and so much time: the adapter may hang. */
const MUTE_REQUESTS = 10;
const MUTE_MS = 60_000;
/** Fewer stray bytes than this are the noise of a line that changes direction, not a frame cut short. */
const MIN_DAMAGED = 4;

type Outcome =
  | { readonly kind: "frame"; readonly frame: Buffer }
  | { readonly kind: "damaged" | "timeout" | "other_client" | "aborted" }
  | { readonly kind: "lost"; readonly error: LinkError };

interface Exchange {
  readonly expected: Expected;
  readonly settle: (outcome: Outcome) => void;
  echoed: boolean;
  /** A whole frame of the same unit that is no answer to this request. */
  sawOther: boolean;
}

/** Modbus over a serial line (V1.02), RTU framing. The rules about late replies are those of `LateReplies`. */
export class ModbusRtuDriver extends ModbusDriver implements LineReceiver {
  readonly #line: Line;
  readonly #timeoutMs: number;
  readonly #silenceMs: number;
  readonly #scanner = new FrameScanner();
  readonly #late: LateReplies;
  readonly #deviceOf = new Map<number, string>();
  #state: "closed" | "open" | LinkError = "closed";
  #wasOpen = false;
  #exchange: Exchange | undefined;
  /** End of the last byte on the wire, in either direction. */
  #lastByteMs = Number.NEGATIVE_INFINITY;
  #cancelQuiet: Cancel | undefined;
  #muteRequests = 0;
  #lastFrameMs = 0;

  constructor(
    settings: ModbusRtuSettings,
    devices: readonly DriverDevice[],
    context: DriverContext,
    line: Line,
  ) {
    super(devices, context);
    this.#line = line;
    this.#timeoutMs = settings.timeout;
    this.#silenceMs = silenceMs(settings.baud);
    const worst = new Map<number, number>();
    for (const { id, settings: device } of devices) {
      const { unit_id, worst_reply } = device as ModbusDevice;
      worst.set(unit_id, Math.max(worst_reply, worst.get(unit_id) ?? 0));
      this.#deviceOf.set(unit_id, id);
    }
    this.#late = new LateReplies((unit) => worst.get(unit) ?? 0);
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.close();
    try {
      await this.#line.open(this, signal);
    } catch (error) {
      // Once it has run, somebody else on the port is a fault that passes, not one of the configuration.
      if (!this.#wasOpen || !(error instanceof ConfigurationError)) throw error;
      const params = { connection: this.context.connection, problem: error.message };
      throw new LinkError(MODBUS_MESSAGES.held_elsewhere, params, { cause: error });
    }
    this.pdu = new PduClient();
    this.#scanner.clear();
    this.#state = "open";
    this.#wasOpen = true;
    this.#muteRequests = 0;
    // What was on the wire before is not known: begin with a silence.
    this.#lastByteMs = this.#lastFrameMs = this.context.clock.mono();
  }

  async close(): Promise<void> {
    this.#state = "closed";
    this.#cancelQuiet?.();
    this.#cancelQuiet = undefined;
    const error = new LinkError(MODBUS_MESSAGES.closed, { connection: this.context.connection });
    this.#exchange?.settle({ kind: "lost", error });
    await this.#line.close();
  }

  onLost(error: LinkError): void {
    this.#state = error;
    this.#exchange?.settle({ kind: "lost", error });
  }

  onBytes(bytes: Buffer): void {
    const now = this.context.clock.mono();
    this.#lastByteMs = now;
    this.context.tap?.("received", bytes, now);
    this.#scanner.push(bytes);
    this.#scan(false);
    if (this.#exchange && this.#scanner.pending > 0 && !this.#cancelQuiet) this.#watchQuiet(this.#quietMs);
  }

  protected override heldUntil(unit: number): number {
    return this.#late.heldUntil(unit);
  }

  protected override async exchange(span: Span, signal: AbortSignal): Promise<Reply> {
    const { clock } = this.context;
    this.#requireOpen();
    this.#requireNotHeld(span);
    await this.#reopenIfMute(signal);
    await this.#untilSilent(span, signal);
    if (signal.aborted) throw this.cancelled(span);
    this.#requireNotHeld(span);

    const request = this.pdu.request(span);
    const expected = { unit: span.unit, code: span.function, byteCount: span.byteCount, request };
    const timeoutMs = span.settings.timeout ?? this.#timeoutMs;
    const askedMs = clock.mono();
    this.counters.requests++;
    this.context.tap?.("sent", request, askedMs);
    // The kernel has the bytes now, the wire has them when they are through.
    this.#lastByteMs = askedMs + request.length * this.#line.characterMs;
    const deadlineMs = this.#lastByteMs + timeoutMs + replyLength(expected) * this.#line.characterMs;
    const replied = this.#reply(expected, deadlineMs - askedMs, signal);
    this.#line.write(request);
    const outcome = await replied;

    switch (outcome.kind) {
      case "frame":
        return this.pdu.parse(outcome.frame);
      case "lost":
        // The device may have heard the request, and its reply may come after the reconnection.
        this.#late.gaveUp(expected, askedMs, clock.mono());
        throw outcome.error;
      case "damaged":
        return this.#wasDamaged(span, expected, askedMs);
      case "aborted":
        this.#late.gaveUp(expected, askedMs, clock.mono());
        throw this.cancelled(span);
      case "other_client":
        this.#late.gaveUp(expected, askedMs, clock.mono());
        throw new TransientError("bad_answer", MODBUS_MESSAGES.wrong_answer, this.#where(span));
      default:
        return this.#wasSilent(span, expected, askedMs, timeoutMs);
    }
  }

  /** Time after the last byte at which the rest of a frame is given up. */
  get #quietMs(): number {
    return this.#silenceMs + QUIET_MS;
  }

  #where(span: Span): ReturnType<typeof whereOf> {
    return whereOf(span, this.context.connection);
  }

  #requireOpen(): void {
    if (this.#state === "open") return;
    throw this.#state === "closed" ? this.notConnected() : this.#state;
  }

  #requireNotHeld(span: Span): void {
    const left = this.#late.heldUntil(span.unit) - this.context.clock.mono();
    if (left <= 0) return;
    throw new TransientError("no_answer", MODBUS_MESSAGES.held, {
      ...this.#where(span),
      ms: Math.ceil(left),
    });
  }

  #reply(expected: Expected, withinMs: number, signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      const onAbort = (): void => settle({ kind: "aborted" });
      const settle = (outcome: Outcome): void => {
        if (this.#exchange !== exchange) return;
        this.#exchange = undefined;
        cancel();
        signal.removeEventListener("abort", onAbort);
        this.#cancelQuiet?.();
        this.#cancelQuiet = undefined;
        resolve(outcome);
      };
      const exchange = { expected, settle, echoed: false, sawOther: false };
      this.#exchange = exchange;
      const cancel = this.context.clock.after(withinMs, () => {
        // What an adapter has handed over late, or what hid behind the beginning of a frame.
        this.#scan(true);
        this.#sawOther = exchange.sawOther;
        settle({ kind: "timeout" });
      });
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Of the exchange that timed out last. */
  #sawOther = false;

  #scan(quiet: boolean): void {
    for (let frame = this.#scanner.take(quiet); frame; frame = this.#scanner.take(quiet)) {
      const exchange = this.#exchange;
      if (!exchange) this.#stray(frame);
      else if (!exchange.echoed && isEcho(frame, 0, frame.length, exchange.expected.request)) {
        exchange.echoed = true;
      } else if (answers(frame, 0, frame.length, exchange.expected)) {
        this.#heardSomebody();
        exchange.settle({ kind: "frame", frame: Buffer.from(frame) });
      } else {
        if (frame[0] === exchange.expected.unit) exchange.sawOther = true;
        this.#stray(frame);
        // The next reply of this shape may be the one to that request: nothing in it would tell.
        if (asksAlike(frame, exchange.expected)) exchange.settle({ kind: "other_client" });
      }
    }
  }

  /** A whole frame that nobody waits for. */
  #stray(frame: Buffer): void {
    const { clock, connection, log, onReady } = this.context;
    this.#heardSomebody();
    const heard = this.#late.heard(frame, clock.mono());
    if (heard.kind === "foreign") {
      this.counters.foreign++;
      return;
    }
    this.counters.late++;
    if (heard.kind === "late") {
      if (heard.freed) onReady();
      return;
    }
    const unit = frame[0] as number;
    const device = this.#deviceOf.get(unit) ?? "?";
    const ms = Math.round(heard.elapsedMs);
    const worst = Math.ceil(heard.worstMs);
    log.warn(say(MODBUS_MESSAGES.slower_than_thought, { device, unit, connection, ms, worst }), { device });
  }

  #heardSomebody(): void {
    this.#muteRequests = 0;
    this.#lastFrameMs = this.context.clock.mono();
  }

  #watchQuiet(delayMs: number): void {
    const { clock } = this.context;
    this.#cancelQuiet = clock.after(delayMs, () => {
      this.#cancelQuiet = undefined;
      const left = this.#lastByteMs + this.#quietMs - clock.mono();
      if (left > 0) this.#watchQuiet(left);
      else this.#onQuiet();
    });
  }

  /** Something came that is no frame, and then nothing more. */
  #onQuiet(): void {
    this.#scan(true);
    const exchange = this.#exchange;
    if (!exchange) return;
    const whole = this.#scanner.pending >= replyLength(exchange.expected);
    // While another unit's late reply is due, a damaged frame may be that one: then only the deadline tells.
    if (
      whole &&
      this.#scanner.beginsLike(exchange.expected) &&
      !this.#late.anyHeld(this.context.clock.mono())
    ) {
      exchange.settle({ kind: "damaged" });
    }
  }

  #wasDamaged(span: Span, expected: Expected, askedMs: number): never {
    this.#scanner.clear();
    this.counters.damaged++;
    // The reply has come, if spoilt: the unit owes nothing, and one silence later it may be asked again.
    if (this.#late.anyHeld(askedMs)) this.#late.gaveUp(expected, askedMs, this.context.clock.mono());
    throw new TransientError("bad_answer", MODBUS_MESSAGES.checksum, this.#where(span));
  }

  #wasSilent(span: Span, expected: Expected, askedMs: number, timeoutMs: number): never {
    this.#late.gaveUp(expected, askedMs, this.context.clock.mono());
    this.counters.timeouts++;
    const where = this.#where(span);
    const cut = this.#scanner.beginsLike(expected) ? this.#scanner.pending : 0;
    this.#drain();
    if (cut > 0) {
      const sizes = { got: cut, expected: replyLength(expected) };
      const message = cut < sizes.expected ? MODBUS_MESSAGES.truncated : MODBUS_MESSAGES.checksum;
      throw new TransientError("bad_answer", message, { ...where, ...sizes });
    }
    if (this.#sawOther) throw new TransientError("bad_answer", MODBUS_MESSAGES.wrong_answer, where);
    this.#muteRequests++;
    throw new TransientError("no_answer", MODBUS_MESSAGES.no_answer_serial, { ...where, ms: timeoutMs });
  }

  /** Whole frames still tell something; the rest is thrown away. */
  #drain(): void {
    this.#scan(true);
    const dropped = this.#scanner.clear() + this.#scanner.overflowed;
    this.#scanner.overflowed = 0;
    if (dropped >= MIN_DAMAGED) this.counters.damaged++;
  }

  /** Waits for the silence that must come before a request, and throws away what came before it. */
  async #untilSilent(span: Span, signal: AbortSignal): Promise<void> {
    const { clock } = this.context;
    const giveUpMs = clock.mono() + (span.settings.timeout ?? this.#timeoutMs) + this.#silenceMs;
    for (;;) {
      const untilMs = this.#lastByteMs + this.#silenceMs;
      const now = clock.mono();
      if (now >= untilMs) break;
      if (now >= giveUpMs) {
        this.#drain();
        throw new TransientError("bad_answer", MODBUS_MESSAGES.never_silent, this.#where(span));
      }
      await waitUntil(clock, Math.min(untilMs, giveUpMs));
      if (signal.aborted) throw this.cancelled(span);
      this.#requireOpen();
    }
    this.#drain();
  }

  /**
   * An adapter that hangs looks like a bus on which every device is dead, and serialport says nothing: after a
   * long row of requests without one frame from anybody the port is opened anew.
   */
  async #reopenIfMute(signal: AbortSignal): Promise<void> {
    const { clock, connection, log } = this.context;
    if (this.#muteRequests < MUTE_REQUESTS || clock.mono() - this.#lastFrameMs < MUTE_MS) return;
    log.info(say(MODBUS_MESSAGES.reopening, { connection, count: this.#muteRequests }));
    await this.connect(signal);
  }
}

/** A read request of another client that has a reply of the same shape as the expected one. */
function asksAlike(frame: Buffer, { unit, code, byteCount }: Expected): boolean {
  if (frame.length !== 8 || frame[0] !== unit || frame[1] !== code || code > 4) return false;
  const count = frame.readUInt16BE(4);
  return byteCount === (code <= 2 ? Math.ceil(count / 8) : 2 * count);
}

export const createModbusRtuDriver: DriverFactory = (settings, devices, context) => {
  const checked = settings as ModbusRtuSettings;
  const line = new SerialLine(checked, context.clock, context.lock);
  return new ModbusRtuDriver(checked, devices, context, line);
};
