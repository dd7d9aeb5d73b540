import type { SubscriberStore } from "../gateway/contract/subscriber/store.js";

/** Where the receiver keeps states, records, readings, births and notes. */
export interface ReceiverStore extends SubscriberStore {
  /** Waits for the step that is under way. Idempotent. */
  close(): Promise<void>;
}

/** A store as the report reads it: all statements see the same moment. */
export interface ReportSource {
  /** Rows of one statement; each `?` stands for a value. */
  rows<Row>(sql: string, ...values: readonly (string | number)[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}
