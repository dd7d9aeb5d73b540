import { type Message, type ParamValue, renderText, type Said } from "./message.js";
import type { Reason } from "./reading.js";

/**
 * The class of an error is the policy: what the caller does about it follows from the class alone.
 * An error carries its message as code and parameters; it is rendered where a person reads it.
 */
export type ErrorClass = "configuration" | "link" | "transient" | "permanent_point" | "rejected" | "internal";

type Params<P extends string> = [P] extends [never]
  ? [params?: Record<string, never>, options?: ErrorOptions]
  : [params: Readonly<Record<P, ParamValue>>, options?: ErrorOptions];

/** Base of all errors of ours; `message` is the English sentence, for logs and stack traces. */
export abstract class TramError<P extends string = string> extends Error {
  abstract readonly class: ErrorClass;
  readonly entry: Message;
  readonly params: Readonly<Record<string, ParamValue>>;

  constructor(entry: Message<P>, ...[params, options]: Params<P>) {
    const said = { message: entry as Message, params: (params ?? {}) as Record<string, ParamValue> };
    super(renderText(said, "en"), options);
    this.name = new.target.name;
    this.entry = said.message;
    this.params = said.params;
  }

  get code(): string {
    return this.entry.code;
  }

  get said(): Said {
    return { message: this.entry, params: this.params };
  }
}

/** What the user configured or typed cannot work: tell them; exit code 2. */
export class ConfigurationError<P extends string = string> extends TramError<P> {
  override readonly class = "configuration";
}

/** The connection is gone or cannot be made: reconnect with backoff; every point of it is bad meanwhile. */
export class LinkError<P extends string = string> extends TramError<P> {
  override readonly class = "link";
  readonly reason: Reason = "link_down";
}

/** This request failed, the next may succeed: its readings are bad with `reason`, nothing else changes. */
export class TransientError<P extends string = string> extends TramError<P> {
  override readonly class = "transient";
  readonly reason: Reason;

  constructor(reason: Reason, entry: Message<P>, ...rest: Params<P>) {
    super(entry, ...rest);
    this.reason = reason;
  }
}

/** The device is there and asks to be asked again later: after `againMs`, not only at the next beat. */
export class BusyError<P extends string = string> extends TransientError<P> {
  readonly againMs: number;

  constructor(againMs: number, entry: Message<P>, ...rest: Params<P>) {
    super("device_error", entry, ...rest);
    this.againMs = againMs;
  }
}

/**
 * Nothing was put on the wire, because a late answer of this device may still come: it may be asked at `untilMs`
 * (monotonic).
 */
export class HeldError<P extends string = string> extends TransientError<P> {
  readonly untilMs: number;

  constructor(untilMs: number, entry: Message<P>, ...rest: Params<P>) {
    super("no_answer", entry, ...rest);
    this.untilMs = untilMs;
  }
}

/** The device will never answer this request: stop asking for these points until the next reconnect. */
export class PermanentPointError<P extends string = string> extends TramError<P> {
  override readonly class = "permanent_point";
  readonly reason: Reason = "unsupported";
}

/** The other side understood and refused this very item: put it aside, go on with the next. */
export class RejectedError<P extends string = string> extends TramError<P> {
  override readonly class = "rejected";
}

/** Our own fault: log all there is, end with exit code 70, be restarted. */
export class InternalError<P extends string = string> extends TramError<P> {
  override readonly class = "internal";
}

/** Anything that was thrown, as an Error (some libraries throw things that are none). */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) {
    return new Error(String(thrown.message), { cause: thrown });
  }
  return new Error(String(thrown), { cause: thrown });
}
