import type { Table } from "../../../drivers/modbus/point-schema.js";
import type { DeviceKeys } from "./keys.js";
import type { ReadFault } from "./limits.js";

/** Ways in which a request comes too early. */
export type TimeFault = "min_gap" | "after_connect" | "after_write" | "min_every" | "wake";

/** Something that was done to a device which its profile forbids. */
export interface Breach {
  readonly fault: ReadFault | TimeFault | "write";
  /** Monotonic ms. */
  readonly mono: number;
  readonly table?: Table;
  readonly address?: number;
  readonly count?: number;
  /** Told with it: how long the pause was, ms. */
  readonly pausedMs?: number;
}

/** All breaches, the oldest first. Bounded: what does not fit is counted. */
export class BreachList {
  readonly #all: Breach[] = [];
  readonly #capacity: number;
  total = 0;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  get all(): readonly Breach[] {
    return this.#all;
  }

  add(breach: Breach): void {
    this.total++;
    if (this.#all.length < this.#capacity) this.#all.push(breach);
  }
}

/** Timers of a machine are a little early now and then. */
const TOLERANCE_MS = 1;

/** A profile names a time after which a device may sleep already; the device itself stays awake for a while more. */
const CAUTION = 1.25;

/** The pauses that a device asks for, and when they were last kept. */
export class Pauses {
  readonly #keys: DeviceKeys;
  #connectedAt = Number.NEGATIVE_INFINITY;
  #busyUntil = Number.NEGATIVE_INFINITY;
  #wroteAt = Number.NEGATIVE_INFINITY;
  #heardAt = Number.NEGATIVE_INFINITY;
  #wokenAt = Number.NEGATIVE_INFINITY;
  readonly #askedAt = new Map<string, number>();

  constructor(keys: DeviceKeys) {
    this.#keys = keys;
  }

  connected(mono: number): void {
    this.#connectedAt = mono;
  }

  /** An answer has left. */
  said(mono: number): void {
    this.#busyUntil = mono;
  }

  wrote(mono: number): void {
    this.#wroteAt = mono;
  }

  /**
   * A request begins; its bytes tell it from others. Says what came too early, and whether the device was asleep:
   * then it wakes, and does not answer.
   */
  heard(mono: number, pdu: Uint8Array): { readonly early: readonly Early[]; readonly asleep: boolean } {
    const { wake, min_gap = 0, after_connect = 0, after_write = 0, min_every = 0 } = this.#keys;
    const early: Early[] = [];
    const what = min_every > 0 ? Buffer.from(pdu).toString("hex") : "";
    const asleep = wake !== undefined && mono - this.#heardAt > wake.after * CAUTION;
    const check = (fault: TimeFault, since: number, least: number): void => {
      const pausedMs = mono - since;
      if (pausedMs < least - TOLERANCE_MS) early.push({ fault, pausedMs });
    };
    check("min_gap", this.#busyUntil, min_gap);
    check("after_connect", this.#connectedAt, after_connect);
    check("after_write", this.#wroteAt, after_write);
    if (!asleep) check("min_every", this.#askedAt.get(what) ?? Number.NEGATIVE_INFINITY, min_every);
    if (wake && !asleep) check("wake", this.#wokenAt, wake.pause ?? 0);
    if (asleep) this.#wokenAt = mono;
    else if (min_every > 0) this.#askedAt.set(what, mono);
    this.#heardAt = mono;
    return { early, asleep };
  }
}

interface Early {
  readonly fault: TimeFault;
  readonly pausedMs: number;
}
