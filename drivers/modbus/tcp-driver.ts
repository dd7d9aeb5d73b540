import type { Cancel } from "../core/clock.js";
import type { DriverContext, DriverDevice, DriverFactory } from "../core/driver.js";
import { LinkError, TransientError } from "../core/errors.js";
import { say } from "../core/message.js";
import type { Line, LineReceiver } from "../line/line.js";
import { TcpLine } from "../line/tcp-line.js";
import { type Ask, answers } from "./ask.js";
import { appendCrc } from "./crc.js";
import type { Exchanged } from "./exchanged.js";
import { whereOf } from "./failures.js";
import { HEADER, MbapReader, type MbapSink } from "./mbap.js";
import { MODBUS_MESSAGES } from "./messages.js";
import { ModbusDriver } from "./modbus-driver.js";
import { PduClient, type Reply } from "./pdu-client.js";
import type { WireCost } from "./planner.js";
import type { ModbusTcpSettings } from "./schema.js";

/**
 * So many requests in a row, and at least as many as are under way, without anything from anybody: the connection
 * is half open, or the device hangs.
 */
const MUTE_REQUESTS = 2;
/** So many replies owed on one connection: a new one forgets them. */
const MAX_OWED = 1000;
/** What a device is taken to need before it was measured; a register more costs next to nothing on a network. */
const GUESSED_TURNAROUND_MS = 2;
const BYTE_MS = 0.001;

type Outcome =
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "wrong" | "timeout" | "aborted" }
  | { readonly kind: "lost"; readonly error: LinkError };

/** What one request at a time uses: the library's client, and the reply as it speaks it: unit, PDU, CRC. */
interface Slot {
  readonly pdu: PduClient;
  readonly heard: Buffer;
}

interface Exchange {
  readonly ask: Ask;
  readonly slot: Slot;
  /** Monotonic ms. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Called once, by `#settle`. */
  readonly resolve: (outcome: Outcome) => void;
}

/**
 * Modbus TCP (Messaging on TCP/IP V1.0b), one transaction at a time or `pipeline` of them.
 *
 * Each reply carries the transaction id of its request, and an id whose reply is owed is never given again on the
 * same connection: a late reply is recognised and thrown away, so no unit has to be held back. After a timeout
 * the connection is kept as long as anybody answers on it, because behind a TCP gateway one dead unit must not
 * cost its neighbours a reconnection; when two requests in a row bring nothing from anybody, the socket is
 * dropped, and a new one is made before the next request. A connection that the device closes while nobody asks
 * (many do after a minute) is made again in the same way.
 */
export class ModbusTcpDriver extends ModbusDriver implements LineReceiver, MbapSink {
  protected readonly busKind = "tcp";
  protected readonly framingName = "tcp";
  readonly #line: Line;
  #state: "closed" | "open" | "stale" = "closed";
  #opening: Promise<void> | undefined;
  #reader = new MbapReader(this);
  readonly #exchanges = new Map<number, Exchange>();
  /** Those that no request uses. Fresh ones for each connection: the library's client never outlives one. */
  #idle: Slot[] = [];
  #transaction = 0;
  /** Transactions whose reply may still come on this connection, and which device owes it since when. */
  readonly #owed = new Map<number, { readonly device: string; readonly askedMs: number }>();
  #mute = 0;
  readonly #watched = new WeakSet<AbortSignal>();
  #alarm: { readonly dueMs: number; readonly cancel: Cancel } | undefined;
  /** MBAP header and PDU on their way out. */
  readonly #sent = Buffer.alloc(HEADER + 253);

  constructor(
    settings: Pick<ModbusTcpSettings, "timeout" | "pipeline">,
    devices: readonly DriverDevice[],
    context: DriverContext,
    line: Line,
  ) {
    super(devices, context, settings.timeout, settings.pipeline);
    this.#line = line;
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.close();
    this.link++;
    await this.#open(signal);
  }

  async close(): Promise<void> {
    this.#state = "closed";
    this.#loseAll(new LinkError(MODBUS_MESSAGES.closed, { connection: this.context.connection }));
    this.#alarm?.cancel();
    this.#alarm = undefined;
    await this.#line.close();
  }

  onLost(error: LinkError): void {
    if (this.#state === "open") this.#state = "stale";
    this.#loseAll(error);
  }

  onBytes(bytes: Buffer): void {
    this.account.heard(bytes.length);
    this.#reader.push(bytes);
  }

  onFrame(transaction: number, frame: Buffer): void {
    this.#mute = 0;
    const exchange = this.#exchanges.get(transaction);
    if (!exchange) {
      this.#stray(transaction, frame);
      return;
    }
    const { heard, pdu } = exchange.slot;
    const length = appendCrc(heard, frame.copy(heard, 0, HEADER - 1));
    const isAnswer = answers(heard, length, exchange.ask);
    if (this.monitored) this.tell(isAnswer ? "answer" : "foreign", frame);
    if (!isAnswer) {
      this.account.foreign(exchange.ask.device);
      this.#settle(transaction, { kind: "wrong" });
      return;
    }
    this.#settle(transaction, { kind: "reply", reply: pdu.parse(heard.subarray(0, length)) });
  }

  onGarbage(): void {
    this.account.damaged(undefined);
    for (const transaction of [...this.#exchanges.keys()]) this.#settle(transaction, { kind: "wrong" });
    this.#drop();
  }

  protected override wireCost(turnaroundMs = GUESSED_TURNAROUND_MS): WireCost {
    return { requestMs: Math.max(turnaroundMs, BYTE_MS), byteMs: BYTE_MS };
  }

  protected override turnaroundOf(roundTripMs: number): number {
    return roundTripMs;
  }

  /** Transaction ids tell late replies: nobody is held. */
  protected override heldUntil(): number {
    return 0;
  }

  protected override async exchange(ask: Ask, signal: AbortSignal): Promise<Exchanged> {
    if (this.#state !== "open") await this.#reopen(signal);
    if (signal.aborted) throw this.cancelled(ask);
    const { clock } = this.context;
    const timeoutMs = ask.settings.timeout ?? this.timeoutMs;
    const transaction = this.#nextTransaction();
    const slot = this.#idle.pop() ?? { pdu: new PduClient(), heard: Buffer.alloc(HEADER + 253) };
    const request = this.#frame(slot.pdu, ask, transaction);
    const askedMs = clock.mono();
    this.account.requested(ask.device);
    if (this.monitored) this.tell("request", request);
    const replied = this.#reply(ask, slot, transaction, timeoutMs, signal);
    this.#line.write(request);
    const outcome = await replied;
    const busyMs = clock.mono() - askedMs;
    if (outcome.kind === "reply") {
      this.#idle.push(slot);
      return { reply: outcome.reply, roundTripMs: busyMs, busyMs };
    }
    if (outcome.kind !== "lost" && outcome.kind !== "wrong") {
      this.#owed.set(transaction, { device: ask.device, askedMs });
    }
    this.account.timedOut(ask.device, busyMs);
    return { error: this.#failed(outcome, ask, timeoutMs) };
  }

  /** What follows from a request without its answer. */
  #failed(
    outcome: Exclude<Outcome, { kind: "reply" }>,
    ask: Ask,
    timeoutMs: number,
  ): TransientError | LinkError {
    const where = whereOf(ask, this.context.connection);
    switch (outcome.kind) {
      case "lost":
        return outcome.error;
      case "wrong":
        return new TransientError("bad_answer", MODBUS_MESSAGES.wrong_answer, where);
      case "aborted":
        return this.cancelled(ask);
      default:
        this.#mute++;
        if (this.#mute >= Math.max(MUTE_REQUESTS, this.parallel) || this.#owed.size > MAX_OWED) this.#drop();
        return new TransientError("no_answer", MODBUS_MESSAGES.no_answer_tcp, { ...where, ms: timeoutMs });
    }
  }

  /** Nobody waits for it: late, doubled, or of a transaction that never was. */
  #stray(transaction: number, frame: Buffer): void {
    const owed = this.#owed.get(transaction);
    if (this.monitored) this.tell(owed ? "late" : "foreign", frame);
    if (!owed) {
      this.account.foreign(undefined);
      return;
    }
    this.#owed.delete(transaction);
    this.account.late(owed.device, this.context.clock.mono() - owed.askedMs);
  }

  #loseAll(error: LinkError): void {
    for (const transaction of [...this.#exchanges.keys()]) this.#settle(transaction, { kind: "lost", error });
  }

  /** Gives the socket up; the next request makes a new one. What others wait for is lost with it. */
  #drop(): void {
    if (this.#state === "open") this.#state = "stale";
    const { connection } = this.context;
    this.#loseAll(new LinkError(MODBUS_MESSAGES.closed, { connection }));
    void this.#line.close();
  }

  /** Requests that come together wait for the same connection. */
  #reopen(signal: AbortSignal): Promise<void> {
    if (this.#state === "closed") return Promise.reject(this.notConnected());
    if (!this.#opening) {
      const { connection, log } = this.context;
      log.debug(say(MODBUS_MESSAGES.reopening, { connection, count: this.#mute }));
      const over = (): void => {
        this.#opening = undefined;
      };
      this.#opening = this.#open(signal);
      this.#opening.then(over, over);
    }
    return this.#opening;
  }

  async #open(signal: AbortSignal): Promise<void> {
    this.#reader = new MbapReader(this);
    this.#idle = [];
    this.#owed.clear();
    this.#mute = 0;
    await this.#line.open(this, signal);
    this.#state = "open";
    this.connected();
  }

  /** A counter of 16 bits that passes over the ids whose reply may still come. */
  #nextTransaction(): number {
    do this.#transaction = (this.#transaction + 1) & 0xffff;
    while (this.#owed.has(this.#transaction) || this.#exchanges.has(this.#transaction));
    return this.#transaction;
  }

  /** The library's PDU behind our header. The socket may keep the bytes, so each request has its own. */
  #frame(pdu: PduClient, ask: Ask, transaction: number): Buffer {
    const adu = pdu.request(ask);
    const length = adu.length - 2;
    this.#sent.writeUInt16BE(transaction, 0);
    this.#sent.writeUInt16BE(0, 2);
    this.#sent.writeUInt16BE(length, 4);
    adu.copy(this.#sent, HEADER - 1, 0, length);
    return Buffer.from(this.#sent.subarray(0, HEADER - 1 + length));
  }

  #reply(ask: Ask, slot: Slot, transaction: number, withinMs: number, signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      const deadlineMs = this.context.clock.mono() + withinMs;
      this.#exchanges.set(transaction, { ask, slot, deadlineMs, signal, resolve });
      this.#watchSignal(signal);
      this.#watchDeadline(deadlineMs);
    });
  }

  #settle(transaction: number, outcome: Outcome): void {
    const exchange = this.#exchanges.get(transaction);
    this.#exchanges.delete(transaction);
    exchange?.resolve(outcome);
  }

  /** One listener for each signal, however many requests it comes with: the poller's is the same for years. */
  #watchSignal(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return;
    this.#watched.add(signal);
    const onAbort = (): void => {
      for (const [transaction, exchange] of [...this.#exchanges]) {
        if (exchange.signal === signal) this.#settle(transaction, { kind: "aborted" });
      }
    };
    signal.addEventListener("abort", onAbort, { once: true });
  }

  /**
   * One timer for all requests, set to the earliest deadline when it was set: an answer leaves it alone, since making
   * and cancelling one for each request costs more than taking the reply apart.
   */
  #watchDeadline(deadlineMs: number): void {
    if (this.#alarm && this.#alarm.dueMs <= deadlineMs) return;
    this.#alarm?.cancel();
    const { clock } = this.context;
    const cancel = clock.after(deadlineMs - clock.mono(), () => {
      this.#alarm = undefined;
      this.#endOverdue();
    });
    this.#alarm = { dueMs: deadlineMs, cancel };
  }

  #endOverdue(): void {
    const now = this.context.clock.mono();
    let next = Number.POSITIVE_INFINITY;
    for (const [transaction, { deadlineMs }] of [...this.#exchanges]) {
      if (deadlineMs <= now) this.#settle(transaction, { kind: "timeout" });
      else next = Math.min(next, deadlineMs);
    }
    if (next !== Number.POSITIVE_INFINITY) this.#watchDeadline(next);
  }
}

export const createModbusTcpDriver: DriverFactory = (settings, devices, context) => {
  const checked = settings as ModbusTcpSettings;
  return new ModbusTcpDriver(checked, devices, context, new TcpLine(checked, context.clock));
};
