import type { Clock } from "../../drivers/core/clock.js";
import { Fault, type FaultKind, type FaultOptions, type FaultSpec } from "./fault.js";

type SpecOf<K extends FaultKind> = Extract<FaultSpec, { readonly kind: K }>;

/** What struck one request: at most one fault of each kind, the first that was written. */
export class Struck {
  readonly #specs: ReadonlyMap<FaultKind, FaultSpec>;

  constructor(faults: readonly Fault[]) {
    const specs = new Map<FaultKind, FaultSpec>();
    for (const { spec } of faults) if (!specs.has(spec.kind)) specs.set(spec.kind, spec);
    this.#specs = specs;
  }

  get<K extends FaultKind>(kind: K): SpecOf<K> | undefined {
    return this.#specs.get(kind) as SpecOf<K> | undefined;
  }

  get kinds(): readonly FaultKind[] {
    return this.isNothing ? NO_KINDS : [...this.#specs.keys()];
  }

  get isNothing(): boolean {
    return this.#specs.size === 0;
  }
}

const NO_KINDS: readonly FaultKind[] = [];
const NOTHING = new Struck([]);

/** Faults that are a state of the wire, or of a device, and no matter of a single request. */
const STATE_KINDS = ["wrong_baud", "half_open", "swapped", "bit_errors", "off"] as const;
type StateKind = (typeof STATE_KINDS)[number];
const STATES: ReadonlySet<FaultKind> = new Set(STATE_KINDS);

interface State<K extends StateKind> {
  readonly fault: Fault;
  readonly spec: SpecOf<K>;
}

/** The faults of one bus and its devices. */
export class FaultSet {
  readonly #all: Fault[];
  readonly #gone: Partial<Record<FaultKind, number>> = {};
  readonly #clock: Clock;
  readonly #seed: number;

  constructor(faults: readonly FaultOptions[], clock: Clock, seed: number) {
    this.#clock = clock;
    this.#seed = seed;
    this.#all = faults.map((options) => new Fault(options, clock, seed));
  }

  get all(): readonly Fault[] {
    return this.#all;
  }

  /** One more; its times count from now. */
  add(options: FaultOptions): Fault {
    const fault = new Fault(options, this.#clock, this.#seed);
    this.#all.push(fault);
    return fault;
  }

  /** It strikes no more; how often it was made is kept. */
  remove(fault: Fault): void {
    const at = this.#all.indexOf(fault);
    if (at < 0) return;
    this.#all.splice(at, 1);
    const { kind } = fault.spec;
    this.#gone[kind] = (this.#gone[kind] ?? 0) + fault.made;
  }

  /** Throws RangeError for an id that is not there: a test that switches nothing would prove nothing. */
  get(id: string): Fault {
    const fault = this.all.find((other) => other.id === id);
    if (!fault) throw new RangeError(`no fault ${id}; there are ${this.all.map((other) => other.id)}`);
    return fault;
  }

  /** What strikes a request for this device; undefined: for a unit that is not on the bus, which only echoes. */
  strike(device: string | undefined): Struck {
    if (this.#all.length === 0) return NOTHING;
    const candidates = this.all.filter(
      ({ spec, device: own }) =>
        !STATES.has(spec.kind) &&
        (device === undefined ? spec.kind === "echo" : own === undefined || own === device),
    );
    return new Struck(candidates.filter((fault) => fault.strikes()));
  }

  /** The first active fault of a kind that is a state. */
  state<K extends StateKind>(kind: K): State<K> | undefined {
    return this.states(kind)[0];
  }

  states<K extends StateKind>(kind: K): readonly State<K>[] {
    return this.all.flatMap((fault) =>
      fault.spec.kind === kind && fault.active ? [{ fault, spec: fault.spec as SpecOf<K> }] : [],
    );
  }

  /** Whether this device hears nothing of what is asked; counted as made. */
  isOff(device: string): boolean {
    const off = this.states("off").find(({ fault }) => fault.device === undefined || fault.device === device);
    if (off) off.fault.made++;
    return off !== undefined;
  }

  /** How often faults were made, by kind; those that never were are left out. */
  made(): Readonly<Partial<Record<FaultKind, number>>> {
    const made: Partial<Record<FaultKind, number>> = {};
    for (const [kind, count] of Object.entries(this.#gone)) if (count > 0) made[kind as FaultKind] = count;
    for (const { spec, made: count } of this.all) {
      if (count > 0) made[spec.kind] = (made[spec.kind] ?? 0) + count;
    }
    return made;
  }
}
