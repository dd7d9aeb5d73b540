import type { Clock } from "../../drivers/core/clock.js";
import { type Random, seededRandom } from "../random.js";
import { Drawing, type Odds } from "./drawing.js";

/** What can go wrong, with its settings. Times are in ms. */
export type FaultSpec =
  /** No answer at all. */
  | { readonly kind: "silence" }
  /** The answer comes `after` ms later than it should, whether or not the client still waits. */
  | { readonly kind: "late"; readonly after: number }
  /** The answer carries another unit id: `unit`, or the next one. */
  | { readonly kind: "wrong_unit"; readonly unit?: number }
  /** The answer carries another function code: `code`, or the next one. */
  | { readonly kind: "wrong_function"; readonly code?: number }
  /** A well-formed answer with `by` bytes more (or fewer) than were asked for. */
  | { readonly kind: "wrong_length"; readonly by: number }
  | { readonly kind: "bad_checksum" }
  /** Only the first `keep` bytes are sent; absent: a random part. */
  | { readonly kind: "truncated"; readonly keep?: number }
  /** A pause after each `bytes` bytes of the answer. */
  | { readonly kind: "trickle"; readonly pause: number; readonly bytes: number }
  /** The client hears its own request before the answer, as with two wires and a receiver that is always on. */
  | { readonly kind: "echo" }
  /** Random bytes around the answer, or in its place. */
  | { readonly kind: "noise"; readonly where: "before" | "after" | "instead"; readonly bytes: number }
  /** The answer is sent twice, with a pause between. */
  | { readonly kind: "doubled"; readonly pause: number }
  | { readonly kind: "exception"; readonly code: number }
  /** Exception 6 for this request and those after it, `requests` in all. */
  | { readonly kind: "busy"; readonly requests: number }
  /** A second device with the same unit id answers too: both are on the wire at once. */
  | { readonly kind: "twin" }
  /** The devices run at `baud`, not at the bus's: what they hear, and say, is garbled. */
  | { readonly kind: "wrong_baud"; readonly baud: number; readonly direction: "both" | "heard" | "sent" }
  /** A TCP connection that is open and dead: nothing is answered, and with `reads: false` nothing taken. */
  | { readonly kind: "half_open"; readonly reads: boolean }
  /** The TCP connection is closed after the answer, or in the middle of it. */
  | { readonly kind: "close"; readonly when: "after_reply" | "mid_reply" }
  /** Modbus TCP: the answer carries a transaction id that is off by `by`. */
  | { readonly kind: "wrong_transaction"; readonly by: number }
  /** The adapter is pulled out, and put back after `for` ms. */
  | { readonly kind: "unplug"; readonly for: number }
  /** No power, or no wire to it: it neither hears nor answers. */
  | { readonly kind: "off" }
  /** A and B are the wrong way round between the devices and the client: each hears the other inverted. */
  | { readonly kind: "swapped" }
  /** So many of the characters (0 to 1) arrive with a wrong bit, in both directions. */
  | { readonly kind: "bit_errors"; readonly share: number };

export type FaultKind = FaultSpec["kind"];

/** When a fault strikes. All that is given must hold; a fault without any of it strikes always. */
export interface FaultTiming extends Odds {
  /** ms since the simulation began. */
  readonly from?: number;
  readonly until?: number;
  /** False: off until somebody switches it on. */
  readonly on?: boolean;
}

export interface FaultOptions extends FaultTiming {
  readonly id: string;
  readonly spec: FaultSpec;
  /** Absent: for all devices of the bus. */
  readonly device?: string;
}

/** One fault: it may be switched at any time, and says how often it was made. */
export class Fault {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly device: string | undefined;
  /** Whether it may strike at all. Tests and scenarios set this. */
  on: boolean;
  /** How often it was made. */
  made = 0;
  /** What it does is drawn from this. */
  readonly random: Random;
  readonly #timing: FaultTiming;
  readonly #clock: Clock;
  readonly #began: number;
  readonly #drawing: Drawing;
  /** Of `busy`: requests that are still to be refused. */
  #left = 0;

  constructor(options: FaultOptions, clock: Clock, seed: number) {
    this.id = options.id;
    this.spec = options.spec;
    this.device = options.device;
    this.on = options.on ?? true;
    this.#timing = options;
    this.#clock = clock;
    this.#began = clock.mono();
    // A sequence of its own: switching one fault does not move the others.
    this.random = seededRandom(seedOf(seed, options.id));
    this.#drawing = new Drawing(options, this.random);
  }

  /** Switched on, and within its time. */
  get active(): boolean {
    const since = this.#clock.mono() - this.#began;
    const { from = 0, until = Number.POSITIVE_INFINITY } = this.#timing;
    return this.on && since >= from && since < until;
  }

  /** Whether each occasion is decided on its own. */
  get drawn(): boolean {
    return this.#drawing.drawn;
  }

  /** Whether it strikes this time; called once for each occasion. */
  strikes(): boolean {
    if (!this.active) {
      this.#left = 0;
      return false;
    }
    const struck = this.#left > 0 || this.#drawing.strikes();
    if (!struck) return false;
    if (this.spec.kind === "busy") this.#left = this.#left > 0 ? this.#left - 1 : this.spec.requests - 1;
    this.made++;
    return true;
  }
}

/** A seed of its own for each name: FNV-1a of the name, mixed into the seed. */
export function seedOf(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const character of Buffer.from(name)) hash = Math.imul(hash ^ character, 0x01000193) >>> 0;
  return hash;
}
