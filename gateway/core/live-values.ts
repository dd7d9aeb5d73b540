import type { InstrumentState, Quality, ReadingBatch, Reason, Value } from "../../drivers/core/reading.js";

/** The latest reading of one point. */
export interface LiveReading {
  readonly device: string;
  readonly point: string;
  readonly value: Value;
  readonly quality: Quality;
  readonly reason?: Reason;
  /** Wall ms. */
  readonly t: number;
  /** Monotonic ms of the running process, for ages. */
  readonly mono: number;
  readonly state: InstrumentState;
}

/** The latest reading of every point, for whoever asks: snapshot, local API, later rules. */
export interface LiveValues {
  /** Takes over a judged batch (before report by exception). Called for every batch; must be cheap. */
  update(batch: ReadingBatch): void;
  get(device: string, point: string): LiveReading | undefined;
  /** The latest values as batches, one or more for each device, holding no `undefined` that was ever known. */
  batches(): readonly ReadingBatch[];
  /** Calls `listener` for each update until the returned function is called. Costs nothing without listeners. */
  subscribe(listener: (batch: ReadingBatch) => void): () => void;
}
