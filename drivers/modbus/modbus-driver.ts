import type { Driver, DriverContext, DriverDevice, DriverStats, ReadRequest } from "../core/driver.js";
import { LinkError, TransientError } from "../core/errors.js";
import type { Point } from "../core/point.js";
import type { ReadingBatch } from "../core/reading.js";
import { batchOf } from "./batch.js";
import { newCounters } from "./counters.js";
import { exceptionError, whereOf } from "./failures.js";
import { MODBUS_MESSAGES } from "./messages.js";
import { PduClient, type Reply } from "./pdu-client.js";
import { planReads, type Span } from "./planner.js";
import type { ModbusDevice } from "./schema.js";
import { Turns } from "./turns.js";

/** How many reads may wait for their turn; the poller has one under way. */
const MAX_WAITING = 1000;

/** What RTU and TCP have in common: planning, one exchange at a time, pauses, readings, errors, counters. */
export abstract class ModbusDriver implements Driver {
  protected readonly context: DriverContext;
  protected readonly counters = newCounters();
  /** A fresh one for each connection: the library's client is never used across a loss. */
  protected pdu = new PduClient();
  readonly #turns = new Turns(MAX_WAITING);
  readonly #minGapMs = new Map<number, number>();
  readonly #lastEndMs = new Map<number, number>();

  constructor(devices: readonly DriverDevice[], context: DriverContext) {
    this.context = context;
    for (const { settings } of devices) {
      const { unit_id, min_gap } = settings as ModbusDevice;
      if (min_gap > 0) this.#minGapMs.set(unit_id, Math.max(min_gap, this.#minGapMs.get(unit_id) ?? 0));
    }
  }

  plan(device: DriverDevice, points: readonly Point[]): readonly ReadRequest[] {
    return planReads(device, points);
  }

  abstract connect(signal: AbortSignal): Promise<void>;

  abstract close(): Promise<void>;

  read(request: ReadRequest, signal: AbortSignal): Promise<ReadingBatch> {
    const { connection } = this.context;
    return (
      this.#turns.run(() => this.#read(request, signal)) ??
      Promise.reject(
        new TransientError("no_answer", MODBUS_MESSAGES.queue_full, { connection, count: MAX_WAITING }),
      )
    );
  }

  readyAt(request: ReadRequest): number {
    const { unit } = request.detail as Span;
    return Math.max(this.heldUntil(unit), this.#pauseUntil(unit));
  }

  stats(): DriverStats {
    return { ...this.counters };
  }

  /** Monotonic time before which the unit must not be asked, because of a late reply. */
  protected abstract heldUntil(unit: number): number;

  /** One request and its reply, already told from all others. Throws the errors of `Driver.read`. */
  protected abstract exchange(span: Span, signal: AbortSignal): Promise<Reply>;

  protected cancelled(span: Span): TransientError<string> {
    const { connection } = this.context;
    return new TransientError("no_answer", MODBUS_MESSAGES.cancelled, { device: span.device, connection });
  }

  protected notConnected(): LinkError<string> {
    return new LinkError(MODBUS_MESSAGES.not_connected, { connection: this.context.connection });
  }

  async #read(request: ReadRequest, signal: AbortSignal): Promise<ReadingBatch> {
    const span = request.detail as Span;
    const { clock, connection } = this.context;
    if (signal.aborted) throw this.cancelled(span);
    const pauseMs = this.#pauseUntil(span.unit) - clock.mono();
    if (pauseMs > 0) {
      await clock.sleep(pauseMs, signal).catch(() => {
        throw this.cancelled(span);
      });
    }
    let reply: Reply;
    try {
      reply = await this.exchange(span, signal);
    } finally {
      if (this.#minGapMs.size > 0) this.#lastEndMs.set(span.unit, clock.mono());
    }
    if (reply.kind === "data") {
      this.counters.good++;
      return batchOf(request.layout, span, reply.bytes, clock);
    }
    if (reply.kind === "exception") {
      this.counters.exceptions++;
      throw exceptionError(reply.exception, span, connection);
    }
    // The driver matched this frame, the library did not: whoever is right, it is no value.
    this.counters.damaged++;
    throw new TransientError("bad_answer", MODBUS_MESSAGES.wrong_answer, whereOf(span, connection), {
      cause: new Error(reply.problem),
    });
  }

  #pauseUntil(unit: number): number {
    const gap = this.#minGapMs.get(unit);
    if (gap === undefined) return 0;
    const last = this.#lastEndMs.get(unit);
    return last === undefined ? 0 : last + gap;
  }
}
