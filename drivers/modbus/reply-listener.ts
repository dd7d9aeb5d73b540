import type { Cancel, Clock } from "../core/clock.js";
import type { LinkError } from "../core/errors.js";
import type { FrameKind } from "../core/wire-frame.js";
import { type Ask, answers } from "./ask.js";
import type { Framing, Scanner } from "./framing.js";
import type { LateReplies } from "./late-replies.js";
import { isEcho } from "./rtu-frames.js";

/** How the waiting for a reply ended. */
export type Outcome =
  | { readonly kind: "frame"; readonly frame: Buffer }
  /** The reply has come, and it is spoilt. */
  | { readonly kind: "damaged" }
  | { readonly kind: "timeout"; readonly sawOther: boolean; readonly cutAt: number }
  /** Another client asked the same unit alike: nothing in the next reply would tell whose it is. */
  | { readonly kind: "other_client" | "aborted" }
  | { readonly kind: "lost"; readonly error: LinkError };

/** What is heard, told as it happens. */
export interface ListenerEvents {
  /** A whole frame, in RTU form; valid during the call. */
  readonly onFrame: (kind: FrameKind, frame: Buffer) => void;
  /** Bytes that were no frame were thrown away, outside of a damaged reply: so many. */
  readonly onNoise: (bytes: number) => void;
}

interface Exchange {
  readonly ask: Ask;
  /** As it was sent, in RTU form. */
  readonly request: Uint8Array;
  readonly settle: (outcome: Outcome) => void;
  echoed: boolean;
  /** A whole frame of the same unit that is no answer to this request. */
  sawOther: boolean;
}

/** Fewer stray bytes than this are the noise of a line that changes direction, not a frame cut short. */
const MIN_NOISE = 4;

/** Listens to a bus: cuts what comes into frames, and tells the one that answers from all others. */
export class ReplyListener {
  /** End of the last byte on the wire, in either direction, on the monotonic clock. */
  lastByteMs = Number.NEGATIVE_INFINITY;
  readonly #clock: Clock;
  readonly #late: LateReplies;
  readonly #events: ListenerEvents;
  /** Time after the last byte at which the rest of a frame is given up. */
  readonly #quietMs: number;
  #scanner: Scanner;
  #exchange: Exchange | undefined;
  #cancelQuiet: Cancel | undefined;
  /** The last read was heard again: then the echo of a write, which is like its reply, is passed over as well. */
  #hearsItself = false;

  constructor(framing: Framing, silenceMs: number, late: LateReplies, clock: Clock, events: ListenerEvents) {
    this.#scanner = framing.scanner();
    this.#clock = clock;
    this.#late = late;
    this.#events = events;
    this.#quietMs = silenceMs + framing.restMs;
  }

  /** From now on each run of bytes that is no frame is told; undefined ends it. */
  set onNoiseBytes(listener: ((bytes: Uint8Array) => void) | undefined) {
    this.#scanner.queue.onNoise = listener;
  }

  /** A new connection: what came on the old one is forgotten. */
  reset(): void {
    this.#scanner.clear();
    this.#hearsItself = false;
    this.lastByteMs = this.#clock.mono();
  }

  hear(bytes: Buffer): void {
    this.lastByteMs = this.#clock.mono();
    this.#scanner.push(bytes);
    this.#scan(false);
    if (this.#exchange && this.#scanner.pending > 0 && !this.#cancelQuiet) this.#watchQuiet(this.#quietMs);
  }

  /** Waits for the reply to what is sent next. One at a time. */
  await(ask: Ask, request: Uint8Array, withinMs: number, signal: AbortSignal): Promise<Outcome> {
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
      const exchange = { ask, request, settle, echoed: false, sawOther: false };
      this.#exchange = exchange;
      const cancel = this.#clock.after(withinMs, () => {
        // What an adapter has handed over late, or what hid behind the beginning of a frame.
        this.#scan(true);
        const cutAt = this.#scanner.begun(ask.head);
        settle({ kind: "timeout", sawOther: exchange.sawOther, cutAt });
      });
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Ends the waiting: the line is gone. */
  lose(error: LinkError): void {
    this.#exchange?.settle({ kind: "lost", error });
    this.#cancelQuiet?.();
    this.#cancelQuiet = undefined;
  }

  /** Whole frames still tell something; the rest is thrown away. Returns how many bytes that were. */
  drain(): number {
    this.#scan(true);
    const dropped = this.#scanner.clear();
    if (dropped >= MIN_NOISE) this.#events.onNoise(dropped);
    return dropped;
  }

  /** Throws away the bytes of a reply that were already accounted for. */
  discard(): void {
    this.#scanner.clear();
  }

  #scan(quiet: boolean): void {
    for (let frame = this.#scanner.take(quiet); frame; frame = this.#scanner.take(quiet)) {
      const exchange = this.#exchange;
      if (!exchange) this.#events.onFrame("foreign", frame);
      else if (this.#isEcho(exchange, frame)) {
        exchange.echoed = true;
        this.#hearsItself = true;
        this.#events.onFrame("echo", frame);
      } else if (answers(frame, frame.length, exchange.ask)) {
        if (exchange.ask.function <= 4) this.#hearsItself = exchange.echoed;
        this.#events.onFrame("answer", frame);
        exchange.settle({ kind: "frame", frame: Buffer.from(frame) });
      } else {
        if (frame[0] === exchange.ask.unit) exchange.sawOther = true;
        this.#events.onFrame("foreign", frame);
        if (asksAlike(frame, exchange.ask)) exchange.settle({ kind: "other_client" });
      }
    }
  }

  /** The reply to a write of one value is the request once more: where nothing is echoed it is the reply. */
  #isEcho({ ask, echoed, request }: Exchange, frame: Buffer): boolean {
    if (echoed || !isEcho(frame, request)) return false;
    return this.#hearsItself || !answers(frame, frame.length, ask);
  }

  #watchQuiet(delayMs: number): void {
    this.#cancelQuiet = this.#clock.after(delayMs, () => {
      this.#cancelQuiet = undefined;
      const left = this.lastByteMs + this.#quietMs - this.#clock.mono();
      if (left > 0) this.#watchQuiet(left);
      else this.#onQuiet();
    });
  }

  /** Something came that is no frame, and then nothing more. */
  #onQuiet(): void {
    this.#scan(true);
    const exchange = this.#exchange;
    if (!exchange) return;
    // While another unit's late reply is due, a damaged frame may be that one: then only the deadline tells.
    const whole = this.#scanner.begun(exchange.ask.head) >= exchange.ask.replyLength;
    if (whole && !this.#late.anyHeld(this.#clock.mono())) exchange.settle({ kind: "damaged" });
  }
}

/** A read request of another client that has a reply of the same shape as the expected one. */
function asksAlike(frame: Buffer, { function: code, head, unit }: Ask): boolean {
  if (frame.length !== 8 || frame[0] !== unit || frame[1] !== code || code > 4) return false;
  const count = frame.readUInt16BE(4);
  return head[2] === (code <= 2 ? Math.ceil(count / 8) : 2 * count);
}
