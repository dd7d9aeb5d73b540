import type { Said } from "./message.js";

/** Structured context of a log line: `device`, `connection`, `uplink`, `err`. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where drivers and stages log. A message said again with the same code and context within a minute is
 * counted, not printed (the implementation's work). Secrets never reach it.
 */
export interface Log {
  debug(said: Said, fields?: LogFields): void;
  info(said: Said, fields?: LogFields): void;
  warn(said: Said, fields?: LogFields): void;
  error(said: Said, fields?: LogFields): void;
  /** The same log with more context. */
  with(fields: LogFields): Log;
}

/** A log that says nothing. */
export const SILENT_LOG: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => SILENT_LOG,
};
