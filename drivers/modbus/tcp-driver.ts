import type { DriverContext, DriverDevice, DriverFactory } from "../core/driver.js";
import { LinkError, TransientError } from "../core/errors.js";
import { say } from "../core/message.js";
import type { Line, LineReceiver } from "../line/line.js";
import { TcpLine } from "../line/tcp-line.js";
import { appendCrc } from "./crc.js";
import { whereOf } from "./failures.js";
import { HEADER, MbapReader, type MbapSink } from "./mbap.js";
import { MODBUS_MESSAGES } from "./messages.js";
import { ModbusDriver } from "./modbus-driver.js";
import { PduClient, type Reply } from "./pdu-client.js";
import type { Span } from "./planner.js";
import type { ModbusTcpSettings } from "./schema.js";

/** So many requests in a row without anything from anybody: the connection is half open, or the device hangs. */
const MUTE_REQUESTS = 2;
/** So many replies owed on one connection: a new one forgets them. */
const MAX_OWED = 1000;

type Outcome =
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "wrong" | "timeout" | "aborted" }
  | { readonly kind: "lost"; readonly error: LinkError };

interface Exchange {
  readonly span: Span;
  readonly transaction: number;
  readonly settle: (outcome: Outcome) => void;
}

/**
 * Modbus TCP (Messaging on TCP/IP V1.0b), one transaction at a time.
 *
 * Each reply carries the transaction id of its request, and an id whose reply is owed is never given again on the
 * same connection: a late reply is recognised and thrown away, so no unit has to be held back. After a timeout
 * the connection is kept as long as anybody answers on it, because behind a TCP gateway one dead unit must not
 * cost its neighbours a reconnection; when two requests in a row bring nothing from anybody, the socket is
 * dropped, and a new one is made before the next request. A connection that the device closes while nobody asks
 * (many do after a minute) is made again in the same way.
 */
export class ModbusTcpDriver extends ModbusDriver implements LineReceiver, MbapSink {
  readonly #line: Line;
  readonly #timeoutMs: number;
  #state: "closed" | "open" | "stale" = "closed";
  #reader = new MbapReader(this);
  #exchange: Exchange | undefined;
  #transaction = 0;
  /** Transactions whose reply may still come on this connection. */
  readonly #owed = new Set<number>();
  #mute = 0;
  /** MBAP header and PDU on their way out; unit, PDU and CRC on their way to the library. */
  readonly #sent = Buffer.alloc(HEADER + 253);
  readonly #heard = Buffer.alloc(HEADER + 253);

  constructor(
    settings: ModbusTcpSettings,
    devices: readonly DriverDevice[],
    context: DriverContext,
    line: Line,
  ) {
    super(devices, context);
    this.#line = line;
    this.#timeoutMs = settings.timeout;
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.close();
    await this.#open(signal);
  }

  async close(): Promise<void> {
    this.#state = "closed";
    const error = new LinkError(MODBUS_MESSAGES.closed, { connection: this.context.connection });
    this.#exchange?.settle({ kind: "lost", error });
    await this.#line.close();
  }

  onLost(error: LinkError): void {
    if (this.#state === "open") this.#state = "stale";
    this.#exchange?.settle({ kind: "lost", error });
  }

  onBytes(bytes: Buffer): void {
    this.context.tap?.("received", bytes, this.context.clock.mono());
    this.#reader.push(bytes);
  }

  onFrame(transaction: number, frame: Buffer): void {
    this.#mute = 0;
    const exchange = this.#exchange;
    if (exchange?.transaction !== transaction) {
      if (this.#owed.delete(transaction)) this.counters.late++;
      else this.counters.foreign++;
      return;
    }
    if (!isAnswer(frame, exchange.span)) {
      this.counters.foreign++;
      exchange.settle({ kind: "wrong" });
      return;
    }
    // The library's client speaks RTU: unit, PDU, CRC.
    const size = frame.copy(this.#heard, 0, HEADER - 1);
    const length = appendCrc(this.#heard, size);
    exchange.settle({ kind: "reply", reply: this.pdu.parse(this.#heard.subarray(0, length)) });
  }

  onGarbage(): void {
    this.counters.damaged++;
    this.#drop();
    this.#exchange?.settle({ kind: "wrong" });
  }

  /** Transaction ids tell late replies: nobody is held. */
  protected override heldUntil(): number {
    return 0;
  }

  protected override async exchange(span: Span, signal: AbortSignal): Promise<Reply> {
    if (this.#state !== "open") await this.#reopen(signal);
    if (signal.aborted) throw this.cancelled(span);
    const timeoutMs = span.settings.timeout ?? this.#timeoutMs;
    const transaction = this.#nextTransaction();
    const request = this.#frame(span, transaction);
    this.counters.requests++;
    this.context.tap?.("sent", request, this.context.clock.mono());
    const replied = this.#reply(span, transaction, timeoutMs, signal);
    this.#line.write(request);
    const outcome = await replied;
    switch (outcome.kind) {
      case "reply":
        return outcome.reply;
      case "lost":
        throw outcome.error;
      case "wrong":
        throw new TransientError(
          "bad_answer",
          MODBUS_MESSAGES.wrong_answer,
          whereOf(span, this.context.connection),
        );
      case "aborted":
        this.#owed.add(transaction);
        throw this.cancelled(span);
      default:
        return this.#wasSilent(span, transaction, timeoutMs);
    }
  }

  #wasSilent(span: Span, transaction: number, timeoutMs: number): never {
    const { connection } = this.context;
    this.counters.timeouts++;
    this.#owed.add(transaction);
    this.#mute++;
    if (this.#mute >= MUTE_REQUESTS || this.#owed.size > MAX_OWED) this.#drop();
    const where = { ...whereOf(span, connection), ms: timeoutMs };
    throw new TransientError("no_answer", MODBUS_MESSAGES.no_answer_tcp, where);
  }

  /** Gives the socket up; the next request makes a new one. */
  #drop(): void {
    if (this.#state === "open") this.#state = "stale";
    void this.#line.close();
  }

  async #reopen(signal: AbortSignal): Promise<void> {
    if (this.#state === "closed") throw this.notConnected();
    const { connection, log } = this.context;
    log.debug(say(MODBUS_MESSAGES.reopening, { connection, count: this.#mute }));
    await this.#open(signal);
  }

  async #open(signal: AbortSignal): Promise<void> {
    this.#reader = new MbapReader(this);
    this.pdu = new PduClient();
    this.#owed.clear();
    this.#mute = 0;
    await this.#line.open(this, signal);
    this.#state = "open";
  }

  /** A counter of 16 bits that passes over the ids whose reply may still come. */
  #nextTransaction(): number {
    do this.#transaction = (this.#transaction + 1) & 0xffff;
    while (this.#owed.has(this.#transaction));
    return this.#transaction;
  }

  /** The library's PDU behind our header. The socket may keep the bytes, so each request has its own. */
  #frame(span: Span, transaction: number): Buffer {
    const adu = this.pdu.request(span);
    const length = adu.length - 2;
    this.#sent.writeUInt16BE(transaction, 0);
    this.#sent.writeUInt16BE(0, 2);
    this.#sent.writeUInt16BE(length, 4);
    adu.copy(this.#sent, HEADER - 1, 0, length);
    return Buffer.from(this.#sent.subarray(0, HEADER - 1 + length));
  }

  #reply(span: Span, transaction: number, withinMs: number, signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      const onAbort = (): void => settle({ kind: "aborted" });
      const settle = (outcome: Outcome): void => {
        if (this.#exchange !== exchange) return;
        this.#exchange = undefined;
        cancel();
        signal.removeEventListener("abort", onAbort);
        resolve(outcome);
      };
      const exchange = { span, transaction, settle };
      this.#exchange = exchange;
      const cancel = this.context.clock.after(withinMs, () => settle({ kind: "timeout" }));
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}

/** Unit, function and length are those that were asked for, or it is an exception to that function. */
function isAnswer(frame: Buffer, { unit, function: code, byteCount }: Span): boolean {
  if (frame[HEADER - 1] !== unit) return false;
  if (frame[HEADER] === (code | 0x80)) return frame.length === HEADER + 2;
  return frame[HEADER] === code && frame[HEADER + 1] === byteCount && frame.length === HEADER + 2 + byteCount;
}

export const createModbusTcpDriver: DriverFactory = (settings, devices, context) => {
  const checked = settings as ModbusTcpSettings;
  return new ModbusTcpDriver(checked, devices, context, new TcpLine(checked, context.clock));
};
