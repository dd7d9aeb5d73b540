import type { Cancel, Clock } from "../../drivers/core/clock.js";

export interface EchoFilterOptions {
  readonly clock: Clock;
  /** What a character takes on the wire, ms. */
  readonly characterMs: number;
  /** Whether a frame that was sent could be a request: whoever hears it again cannot tell whose it is. */
  readonly isRequest: (bytes: Uint8Array) => boolean;
  /** Takes what is no echo, in the order in which it came. */
  readonly pass: (bytes: Uint8Array) => void;
}

/** USB adapters hand over what they heard up to 16 ms later, a busy machine much later. */
const SLACK_MS = 200;
/** Where an echo is known to come, only what passes in its place says that it does not. */
const SLACK_KNOWN_MS = 1000;
/** No answer is longer; what waits to be heard again is never more. */
const MOST_PENDING = 1024;
/** So many frames that could only have come from here were not heard again: this adapter does not hear itself. */
const MOST_MISSED = 3;
const NOTHING = new Uint8Array(0);

/**
 * Some adapters of two wires hear what they send. Drops what was sent where it is heard again byte for byte, soon enough.
 * Whether the adapter does so is found out from frames that nobody else would send: then a client's request that is the
 * same as the answer before it (a write, twice) is told from an echo.
 */
export class EchoFilter {
  /** Bytes that were heard of what was sent. */
  dropped = 0;
  readonly #options: EchoFilterOptions;
  #adapter: "unknown" | "hears-itself" | "does-not" = "unknown";
  #missed = 0;
  /** What was sent and was not heard again yet, and until when it may be. */
  #pending = NOTHING as Uint8Array;
  #until = 0;
  #isTelling = false;
  /** When the last character of it has passed the wire. */
  #wireUntil = 0;
  /** Somebody else was heard since. */
  #hasPassed = false;
  /** What was heard and may be the beginning of the echo. */
  #held = NOTHING as Uint8Array;
  #release: Cancel = () => {};

  constructor(options: EchoFilterOptions) {
    this.#options = options;
  }

  get hearsItself(): boolean {
    return this.#adapter === "hears-itself";
  }

  /** To be told before the bytes leave. */
  sent(bytes: Uint8Array): void {
    const { characterMs, clock, isRequest } = this.#options;
    this.#forgetLate();
    // The wire keeps the order: what was sent before somebody else spoke is not heard after that.
    if (this.#hasPassed) this.#forget();
    this.#hasPassed = false;
    const pending = joined(this.#pending, bytes);
    this.#isTelling = !isRequest(bytes);
    this.#pending = pending.length > MOST_PENDING ? NOTHING : pending;
    this.#wireUntil = Math.max(clock.mono(), this.#wireUntil) + bytes.length * characterMs;
    this.#until = this.#wireUntil + (this.hearsItself ? SLACK_KNOWN_MS : SLACK_MS);
  }

  hear(bytes: Uint8Array): void {
    this.#forgetLate();
    this.#release();
    const all = joined(this.#held, bytes);
    this.#held = NOTHING;
    if (this.#pending.length === 0) this.#pass(all);
    else if (this.#adapter === "does-not") this.#look(all);
    else this.#sift(all);
  }

  /** Passes nothing more. */
  stop(): void {
    this.#release();
    this.#held = NOTHING;
    this.#pending = NOTHING;
  }

  /** An echo would be held, and is not: nobody waits for one. Still, an adapter may have been changed. */
  #look(all: Uint8Array): void {
    const at = this.#isTelling ? Buffer.from(all).indexOf(this.#pending) : -1;
    if (at < 0) this.#pass(all);
    else this.#drop(all, at);
  }

  #sift(all: Uint8Array): void {
    const at = beginningOf(this.#pending, all);
    if (all.length - at >= this.#pending.length) {
      this.#drop(all, at);
      return;
    }
    this.#held = all.subarray(at);
    this.#pass(all.subarray(0, at));
    if (this.#held.length === 0) return;
    const { clock } = this.#options;
    this.#release = clock.after(this.#until - clock.mono(), () => this.#forget());
  }

  #drop(all: Uint8Array, at: number): void {
    const end = at + this.#pending.length;
    this.dropped += this.#pending.length;
    this.#pending = NOTHING;
    this.#missed = 0;
    if (this.#isTelling) this.#adapter = "hears-itself";
    // In one piece: what is passed may be answered at once, which is to be heard again after all of this.
    this.#pass(at === 0 ? all.subarray(end) : joined(all.subarray(0, at), all.subarray(end)));
  }

  /** What was not heard again in time will not be. */
  #forgetLate(): void {
    if (this.#options.clock.mono() > this.#until) this.#forget();
  }

  #forget(): void {
    if (this.#pending.length === 0) return;
    this.#release();
    this.#pending = NOTHING;
    if (this.#isTelling && ++this.#missed >= MOST_MISSED) this.#adapter = "does-not";
    const held = this.#held;
    this.#held = NOTHING;
    this.#pass(held);
  }

  #pass(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#hasPassed = true;
    this.#options.pass(bytes);
  }
}

/** Where in `all` the bytes begin, be it with their first ones only at its end; its length: nowhere. */
function beginningOf(bytes: Uint8Array, all: Uint8Array): number {
  for (let at = 0; at < all.length; at++) {
    const count = Math.min(bytes.length, all.length - at);
    let same = 0;
    while (same < count && all[at + same] === bytes[same]) same++;
    if (same === count) return at;
  }
  return all.length;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  return first.length === 0 ? second : Uint8Array.from(Buffer.concat([first, second]));
}
