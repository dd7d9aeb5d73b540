import { type DestinationStream, type Logger, pino } from "pino";
import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { TramError } from "../../drivers/core/errors.js";
import type { Log, LogFields } from "../../drivers/core/log.js";
import { type Language, render, renderText, type Said, say } from "../../drivers/core/message.js";
import { HOST_MESSAGES } from "./messages.js";

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly language: Language;
  readonly clock: Clock;
  /** Where lines go; written to synchronously, because a line that waits is lost in a crash. */
  readonly destination: DestinationStream;
}

type Level = LogOptions["level"];

/** A fault is printed once and then at most once in this time, with its count. */
const REPEAT_MS = 60_000;
/** Faults that are counted at a time; beyond it they are printed. */
const MOST_COUNTED = 1_000;

interface Repeated {
  count: number;
  readonly level: Level;
  readonly log: Logger;
  readonly said: Said;
  readonly cancel: Cancel;
}

export interface ClosableLog extends Log {
  /** Prints what was only counted. */
  close(): void;
}

/** The log of a process, over pino: JSON lines with code, parameters and the sentence in one language. */
export function createLog(options: LogOptions): ClosableLog {
  const { clock, destination, language, level } = options;
  const root = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error) },
      redact: ["password", "*.password"],
    },
    destination,
  );
  const repeated = new Map<string, Repeated>();

  const flush = (key: string): void => {
    const entry = repeated.get(key);
    repeated.delete(key);
    if (!entry || entry.count === 0) return;
    const { count, said } = entry;
    const text = renderText(said, language);
    print(entry.log, entry.level, say(HOST_MESSAGES.repeated, { count, text }), {
      repeated: said.message.code,
    });
  };

  const print = (log: Logger, at: Level, said: Said, fields: LogFields | undefined): void => {
    const text = stripCredentials(render(said, language));
    log[at]({ code: said.message.code, params: said.params, ...fields }, text);
  };

  const sayOnce = (log: Logger, context: string, at: Level, said: Said, fields?: LogFields): void => {
    const key = `${context} ${said.message.code} ${String(fields?.["device"] ?? "")}`;
    const known = repeated.get(key);
    if (known) {
      known.count++;
      return;
    }
    print(log, at, said, fields);
    if (repeated.size >= MOST_COUNTED) return;
    const cancel = clock.after(REPEAT_MS, () => flush(key));
    repeated.set(key, { count: 0, level: at, log, said, cancel });
  };

  const over = (log: Logger, context: LogFields): Log => {
    const key = JSON.stringify(context);
    return {
      debug: (said, fields) => {
        if (log.isLevelEnabled("debug")) print(log, "debug", said, fields);
      },
      info: (said, fields) => print(log, "info", said, fields),
      warn: (said, fields) => sayOnce(log, key, "warn", said, fields),
      error: (said, fields) => sayOnce(log, key, "error", said, fields),
      with: (fields) => over(log.child(fields), { ...context, ...fields }),
    };
  };

  return {
    ...over(root, {}),
    close: () => {
      for (const [key, { cancel }] of repeated) {
        cancel();
        flush(key);
      }
    },
  };
}

/** An error as data: codes and sentences down the chain of causes; the stack only where it is our fault. */
function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: stripCredentials(String(error)) };
  const { cause } = error;
  return {
    ...(error instanceof TramError ? { class: error.class } : {}),
    ...("code" in error ? { code: String(error.code) } : {}),
    message: stripCredentials(error.message),
    ...(error instanceof TramError && error.class !== "internal"
      ? {}
      : { stack: stripCredentials(error.stack ?? "") }),
    ...(cause === undefined || depth > 4 ? {} : { cause: describeError(cause, depth + 1) }),
  };
}

/** `mqtt://user:password@host` must not reach a log, whoever put it into a sentence. */
function stripCredentials(text: string): string {
  return text.replace(/(\w+:\/\/)[^\s/@]+@/g, "$1***@");
}
