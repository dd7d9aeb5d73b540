import type { DriverContext, DriverDevice } from "../core/driver.js";
import { ConfigurationError, HeldError, LinkError, TransientError } from "../core/errors.js";
import { say } from "../core/message.js";
import type { FrameKind } from "../core/wire-frame.js";
import type { Line, LineReceiver } from "../line/line.js";
import type { Ask } from "./ask.js";
import type { Exchanged } from "./exchanged.js";
import { whereOf } from "./failures.js";
import type { Framing } from "./framing.js";
import { LateReplies } from "./late-replies.js";
import { MODBUS_MESSAGES } from "./messages.js";
import { ModbusDriver } from "./modbus-driver.js";
import { PduClient } from "./pdu-client.js";
import type { WireCost } from "./planner.js";
import { type Outcome, ReplyListener } from "./reply-listener.js";
import type { ModbusDevice } from "./schema.js";
import { waitUntil } from "./silence.js";

/** How a bus of serial frames is reached. */
export interface BusOptions {
  readonly framing: Framing;
  readonly timeoutMs: number;
  /** Silence between two frames; 0 where a serial server on the way keeps it. */
  readonly silenceMs: number;
  /**
   * So many requests in a row without one whole frame from anybody, and so much time: the adapter may hang, the
   * connection be half open.
   */
  readonly muteRequests: number;
  readonly muteMs: number;
  readonly busKind: "serial" | "tcp";
}

/** A byte more on a network, as a share of a millisecond: next to nothing, and yet not nothing. */
const NETWORK_BYTE_MS = 0.001;
/** What a device is taken to need before it was measured. */
const GUESSED_TURNAROUND_MS = 5;
/** Bytes of a request, and bytes of a reply that are no data, both in RTU form. */
const REQUEST = 8;
const REPLY_OVERHEAD = 5;

/**
 * Modbus in serial frames (Modbus over Serial Line V1.02), RTU or ASCII, on a serial line or through a serial
 * server. The rules about late replies are those of `LateReplies`.
 */
export class ModbusSerialDriver extends ModbusDriver implements LineReceiver {
  protected readonly busKind: "serial" | "tcp";
  protected readonly framingName: "rtu" | "ascii";
  readonly #line: Line;
  readonly #options: BusOptions;
  readonly #late: LateReplies;
  readonly #listener: ReplyListener;
  readonly #deviceOf = new Map<number, string>();
  /** By unit id: `worst_reply`. */
  readonly #worst = new Map<number, number>();
  /** A fresh one for each connection: the library's client is never used across a loss. */
  #pdu = new PduClient();
  #state: "closed" | "open" | LinkError = "closed";
  #wasOpen = false;
  #muteRequests = 0;
  #lastFrameMs = 0;

  constructor(options: BusOptions, devices: readonly DriverDevice[], context: DriverContext, line: Line) {
    super(devices, context, options.timeoutMs);
    this.#line = line;
    this.#options = options;
    this.busKind = options.busKind;
    this.framingName = options.framing.name;
    for (const { id, settings: device } of devices) {
      const { unit_id, worst_reply } = device as ModbusDevice;
      this.#worst.set(unit_id, Math.max(worst_reply, this.#worst.get(unit_id) ?? 0));
      this.#deviceOf.set(unit_id, id);
    }
    this.#late = new LateReplies((unit) => this.#worst.get(unit) ?? 0);
    this.#listener = new ReplyListener(options.framing, options.silenceMs, this.#late, context.clock, {
      onFrame: (kind, frame) => this.#onFrame(kind, frame),
      onNoise: () => this.account.damaged(undefined),
    });
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.close();
    this.link++;
    try {
      await this.#line.open(this, signal);
    } catch (error) {
      // Once it has run, somebody else on the port is a fault that passes, not one of the configuration.
      if (!this.#wasOpen || !(error instanceof ConfigurationError)) throw error;
      const params = { connection: this.context.connection, problem: error.message };
      throw new LinkError(MODBUS_MESSAGES.held_elsewhere, params, { cause: error });
    }
    this.#pdu = new PduClient();
    this.#state = "open";
    this.connected();
    this.#wasOpen = true;
    this.#muteRequests = 0;
    // What was on the wire before is not known: begin with a silence.
    this.#listener.reset();
    this.#lastFrameMs = this.context.clock.mono();
  }

  async close(): Promise<void> {
    this.#state = "closed";
    this.#listener.lose(new LinkError(MODBUS_MESSAGES.closed, { connection: this.context.connection }));
    await this.#line.close();
  }

  onLost(error: LinkError): void {
    this.#state = error;
    this.#listener.lose(error);
  }

  onBytes(bytes: Buffer): void {
    this.account.heard(bytes.length);
    this.#listener.hear(bytes);
  }

  protected override wireCost(turnaroundMs = GUESSED_TURNAROUND_MS): WireCost {
    const { framing, silenceMs } = this.#options;
    const characterMs = this.#line.characterMs || NETWORK_BYTE_MS;
    const bytes = framing.wireLength(REQUEST) + framing.wireLength(REPLY_OVERHEAD);
    return {
      requestMs: bytes * characterMs + silenceMs + Math.max(silenceMs, turnaroundMs),
      byteMs: (framing.wireLength(1) - framing.wireLength(0)) * characterMs,
    };
  }

  protected override turnaroundOf(roundTripMs: number, ask: Ask): number {
    return roundTripMs - this.#wireMs(ask.replyLength);
  }

  protected override heldUntil(unit: number): number {
    return this.#late.heldUntil(unit);
  }

  protected override monitorChanged(on: boolean): void {
    this.#listener.onNoiseBytes = on ? (bytes) => this.tell("damaged", bytes) : undefined;
  }

  protected override async exchange(ask: Ask, signal: AbortSignal): Promise<Exchanged> {
    const { clock } = this.context;
    // A unit that no device of the configuration has: somebody reads it by hand.
    if (!this.#worst.has(ask.unit)) this.#worst.set(ask.unit, ask.settings.worst_reply);
    this.#requireOpen();
    this.#requireNotHeld(ask);
    await this.#reopenIfMute(signal);
    const { link } = this;
    await this.#untilSilent(ask, signal);
    if (signal.aborted) throw this.cancelled(ask);
    if (link !== this.link) throw this.notConnected();
    this.#requireNotHeld(ask);

    const request = this.#pdu.request(ask);
    const wire = this.#options.framing.encode(request);
    const timeoutMs = ask.settings.timeout ?? this.timeoutMs;
    const askedMs = clock.mono();
    this.account.requested(ask.device);
    if (this.monitored) this.tell("request", wire);
    // The kernel has the bytes now, the wire has them when they are through.
    const sentMs = askedMs + wire.length * this.#line.characterMs;
    this.#listener.lastByteMs = sentMs;
    const deadlineMs = sentMs + timeoutMs + this.#wireMs(ask.replyLength);
    const replied = this.#listener.await(ask, request, deadlineMs - askedMs, signal);
    this.#line.write(wire);
    const outcome = await replied;
    const now = clock.mono();
    if (outcome.kind === "frame") {
      return { reply: this.#pdu.parse(outcome.frame), roundTripMs: now - sentMs, busyMs: now - askedMs };
    }
    const error = this.#failed(outcome, ask, askedMs, now);
    return { error };
  }

  /** What follows from a request without a whole answer. */
  #failed(
    outcome: Exclude<Outcome, { kind: "frame" }>,
    ask: Ask,
    askedMs: number,
    now: number,
  ): TransientError | LinkError {
    const busyMs = now - askedMs;
    const where = whereOf(ask, this.context.connection);
    if (outcome.kind === "damaged") {
      this.#listener.discard();
      this.account.damaged(ask.device, busyMs, ask.replyLength);
      // The reply has come, if spoilt: the unit owes nothing, and one silence later it may be asked again.
      if (this.#late.anyHeld(askedMs)) this.#late.gaveUp(ask, askedMs, now);
      return new TransientError("bad_answer", MODBUS_MESSAGES.checksum, where);
    }
    // The device may have heard the request, and its reply may come yet, after a reconnection too.
    this.#late.gaveUp(ask, askedMs, now);
    switch (outcome.kind) {
      case "lost":
        this.account.timedOut(ask.device, busyMs);
        return outcome.error;
      case "aborted":
        this.account.timedOut(ask.device, busyMs);
        return this.cancelled(ask);
      case "other_client":
        this.account.timedOut(ask.device, busyMs);
        return new TransientError("bad_answer", MODBUS_MESSAGES.wrong_answer, where);
      default:
        return this.#wasSilent(ask, outcome, busyMs);
    }
  }

  #wasSilent(
    ask: Ask,
    { cutAt, sawOther }: Outcome & { readonly kind: "timeout" },
    busyMs: number,
  ): TransientError {
    const where = whereOf(ask, this.context.connection);
    if (cutAt > 0) {
      this.#listener.discard();
      this.account.damaged(ask.device, busyMs, ask.replyLength);
      const sizes = { got: cutAt, expected: ask.replyLength };
      const message = cutAt < sizes.expected ? MODBUS_MESSAGES.truncated : MODBUS_MESSAGES.checksum;
      return new TransientError("bad_answer", message, { ...where, ...sizes });
    }
    this.account.timedOut(ask.device, busyMs);
    this.#listener.drain();
    if (sawOther) return new TransientError("bad_answer", MODBUS_MESSAGES.wrong_answer, where);
    this.#muteRequests++;
    const ms = ask.settings.timeout ?? this.timeoutMs;
    const message =
      this.busKind === "serial" ? MODBUS_MESSAGES.no_answer_serial : MODBUS_MESSAGES.no_answer_tcp;
    return new TransientError("no_answer", message, { ...where, ms });
  }

  #onFrame(kind: FrameKind, frame: Buffer): void {
    this.#muteRequests = 0;
    this.#lastFrameMs = this.context.clock.mono();
    const shown = kind === "foreign" ? this.#stray(frame) : kind;
    if (shown === "answer") this.#late.answered(frame);
    if (shown === "echo") this.account.echoed();
    if (this.monitored) this.tell(shown, this.#options.framing.encode(frame));
  }

  /** A whole frame that nobody waits for. */
  #stray(frame: Buffer): FrameKind {
    const { clock, connection, log, onReady } = this.context;
    const now = clock.mono();
    const unit = frame[0] as number;
    const device = this.#deviceOf.get(unit);
    const heard = this.#late.heard(frame, now);
    if (heard.kind === "foreign") {
      this.account.foreign(device);
      return "foreign";
    }
    this.account.late(device, heard.elapsedMs);
    if (heard.kind === "late") {
      if (heard.freed) onReady();
      return "late";
    }
    const ms = Math.round(heard.elapsedMs);
    const params = { device: device ?? "?", unit, connection, ms, worst: Math.ceil(heard.worstMs) };
    log.warn(say(MODBUS_MESSAGES.slower_than_thought, params), { device });
    return "late";
  }

  #wireMs(length: number): number {
    return this.#options.framing.wireLength(length) * this.#line.characterMs;
  }

  #requireOpen(): void {
    if (this.#state === "open") return;
    throw this.#state === "closed" ? this.notConnected() : this.#state;
  }

  #requireNotHeld(ask: Ask): void {
    const untilMs = this.#late.heldUntil(ask.unit);
    const left = untilMs - this.context.clock.mono();
    if (left <= 0) return;
    const where = whereOf(ask, this.context.connection);
    throw new HeldError(untilMs, MODBUS_MESSAGES.held, { ...where, ms: Math.ceil(left) });
  }

  /** Waits for the silence that must come before a request, and throws away what came before it. */
  async #untilSilent(ask: Ask, signal: AbortSignal): Promise<void> {
    const { clock, connection } = this.context;
    const { silenceMs } = this.#options;
    const giveUpMs = clock.mono() + (ask.settings.timeout ?? this.timeoutMs) + silenceMs;
    for (;;) {
      const untilMs = this.#listener.lastByteMs + silenceMs;
      const now = clock.mono();
      if (now >= untilMs) break;
      if (now >= giveUpMs) {
        this.#listener.drain();
        const where = whereOf(ask, connection);
        throw new TransientError("bad_answer", MODBUS_MESSAGES.never_silent, where);
      }
      await waitUntil(clock, Math.min(untilMs, giveUpMs));
      if (signal.aborted) throw this.cancelled(ask);
      this.#requireOpen();
    }
    this.#listener.drain();
  }

  /**
   * An adapter that hangs looks like a bus on which every device is dead, and serialport says nothing: after a
   * long row of requests without one frame from anybody the line is opened anew.
   */
  async #reopenIfMute(signal: AbortSignal): Promise<void> {
    const { clock, connection, log } = this.context;
    const { muteMs, muteRequests } = this.#options;
    if (this.#muteRequests < muteRequests || clock.mono() - this.#lastFrameMs < muteMs) return;
    log.info(say(MODBUS_MESSAGES.reopening, { connection, count: this.#muteRequests }));
    await this.connect(signal);
  }
}
