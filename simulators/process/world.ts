import type { Clock } from "../../drivers/core/clock.js";
import type { Part, WorldInput, WorldSignal } from "./part.js";
import { restoreInto, savedState, type WorldState } from "./world-state.js";

/** World time that one call catches up at most; after a longer pause (a laptop that slept) the rest is skipped. */
const MOST_CATCH_UP_S = 7_200;

/** An hour in a second. */
const MOST_SPEED = 3_600;

export interface WorldOptions {
  readonly clock: Pick<Clock, "now" | "mono">;
  readonly seed: number;
  /** Seconds of the world in a second of the clock; 1 by default, from 0 to 3,600. */
  readonly speed?: number;
  /** 250 by default, at most 1,000: the models are stable up to there. */
  readonly stepMs?: number;
  /** Wall time at which the world begins; the clock's by default. */
  readonly startMs?: number;
}

/**
 * Parts that are joined, and their time. `advance` brings all of them up to the clock in steps of one size, however
 * often somebody looks: the same seed and start give the same numbers. Call it before reading.
 */
export class World {
  readonly seed: number;
  readonly stepMs: number;
  readonly startMs: number;
  /** s of the world that were left out because nobody looked for too long. */
  skippedS = 0;
  readonly #clock: Pick<Clock, "mono">;
  readonly #parts = new Map<string, Part>();
  readonly #order: Part[] = [];
  readonly #joins: (() => void)[] = [];
  readonly #signals = new Map<string, WorldSignal>();
  readonly #inputs = new Map<string, WorldInput>();
  #speed: number;
  #steps = 0;
  /** Since when the speed holds: the clock's time, and the steps that were due then. */
  #since: { readonly mono: number; readonly steps: number };

  constructor(options: WorldOptions) {
    const { clock, seed, speed = 1, stepMs = 250, startMs = clock.now() } = options;
    if (!(stepMs > 0 && stepMs <= 1_000)) throw new RangeError(`a world cannot step by ${stepMs} ms`);
    this.#clock = clock;
    this.seed = seed;
    this.stepMs = stepMs;
    this.startMs = startMs;
    this.#speed = checkedSpeed(speed);
    this.#since = { mono: clock.mono(), steps: 0 };
  }

  /** Names are made of the part's and its signals': `pump.1` has `pump.1.flow`. A name is taken once. */
  add<P extends Part>(name: string, part: P): P {
    if (this.#parts.has(name)) throw new RangeError(`two parts are named ${name}`);
    this.#parts.set(name, part);
    this.#order.push(part);
    for (const [own, its] of Object.entries(part.signals)) this.#signals.set(`${name}.${own}`, its);
    for (const [own, its] of Object.entries(part.inputs)) this.#inputs.set(`${name}.${own}`, its);
    return part;
  }

  /** A seed of its own for each part, so that adding one does not change the days of the others. */
  seedOf(name: string): number {
    let hash = 0x811c9dc5 ^ this.seed;
    for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
    return hash >>> 0;
  }

  /** From now on the signal is written to the input before every step. */
  connect(signal: string, input: string): void {
    const from = this.signal(signal);
    if (!from) throw new RangeError(`there is no signal ${signal}`);
    this.drive(input, () => from.read());
  }

  /** From now on the input is given this number before every step. */
  drive(input: string, value: () => number): void {
    const to = this.input(input);
    if (!to) throw new RangeError(`there is no input ${input}`);
    this.#joins.push(() => to.write(value()));
  }

  /** What may be read by this name: a signal, or an input as it stands. */
  signal(name: string): WorldSignal | undefined {
    return this.#signals.get(name) ?? this.#inputs.get(name);
  }

  input(name: string): WorldInput | undefined {
    return this.#inputs.get(name);
  }

  get signals(): ReadonlyMap<string, WorldSignal> {
    return this.#signals;
  }

  get inputs(): ReadonlyMap<string, WorldInput> {
    return this.#inputs;
  }

  get parts(): ReadonlyMap<string, Part> {
    return this.#parts;
  }

  /** Wall time of the world, ms since 1970 UTC. */
  get now(): number {
    return this.startMs + this.#steps * this.stepMs;
  }

  get speed(): number {
    return this.#speed;
  }

  /** 0 holds the world. */
  set speed(speed: number) {
    checkedSpeed(speed);
    this.advance();
    this.#since = { mono: this.#clock.mono(), steps: this.#steps };
    this.#speed = speed;
  }

  /** Brings the world up to the clock. */
  advance(): void {
    const passed = (this.#clock.mono() - this.#since.mono) * this.#speed;
    const due = this.#since.steps + Math.floor(passed / this.stepMs);
    const skipped = due - this.#steps - Math.floor((MOST_CATCH_UP_S * 1000) / this.stepMs);
    if (skipped > 0) {
      this.#steps += skipped;
      this.skippedS += (skipped * this.stepMs) / 1000;
    }
    while (this.#steps < due) this.#step();
  }

  /** Steps by hand, whatever the clock says: for tests, and to let a world settle before it is shown. */
  run(seconds: number): void {
    const steps = Math.round((seconds * 1000) / this.stepMs);
    this.#since = { mono: this.#since.mono, steps: this.#since.steps + steps };
    for (let left = steps; left > 0; left--) this.#step();
  }

  /** Plain JSON: everything that the parts remember. */
  save(): WorldState {
    return savedState(this.now, this.#parts);
  }

  /**
   * Takes over what was saved, in the parts that are here. Time stays the clock's. Returns the names of what was
   * not taken: it is not of this world, or no finite number; that part keeps its beginning. What a part computes
   * anew in each step (a flow, the light) is there after the first one.
   */
  restore(saved: unknown): readonly string[] {
    return restoreInto(saved, this.#parts);
  }

  #step(): void {
    const { now } = this;
    const seconds = this.stepMs / 1000;
    for (const join of this.#joins) join();
    for (const part of this.#order) part.step(seconds, now);
    this.#steps++;
  }
}

function checkedSpeed(speed: number): number {
  if (!(speed >= 0 && speed <= MOST_SPEED)) throw new RangeError(`a world cannot run at a speed of ${speed}`);
  return speed;
}
