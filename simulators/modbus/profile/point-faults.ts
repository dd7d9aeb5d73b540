import { add, compare, type Exact, multiply } from "../exact.js";
import { overlaps, type Stretch, type WordMemory } from "./memory.js";
import type { ProfilePoint } from "./point.js";

/** What is wrong with an instrument. */
export type PointFault =
  /** Called once for each read with what the point would say; gives what it says. */
  | { readonly kind: "value"; readonly change: (value: Exact) => Exact }
  /** Puts something else into the registers, whatever they held. */
  | { readonly kind: "words"; readonly put: (memory: WordMemory) => void };

interface Faulty {
  readonly point: ProfilePoint;
  readonly bits: readonly {
    readonly table: Stretch["table"];
    readonly address: number;
    readonly mask: number;
  }[];
  /** In the order in which they were made: each takes what the one before it gave. */
  readonly faults: Set<PointFault>;
  /** The words that it showed when it was read last, as long as its bits. */
  face: readonly number[];
}

/**
 * Faults of the points of one device. They lie on a sheet over its memory: beneath it everything takes its course, so
 * that a fault which ends leaves nothing behind, however many there were and in whatever order they end.
 */
export class PointFaults {
  readonly #memory: WordMemory;
  readonly #points = new Map<string, Faulty>();
  #shown: WordMemory;

  constructor(memory: WordMemory) {
    this.#memory = memory;
    this.#shown = memory;
  }

  /** What is read of the device: its memory, with what is wrong. */
  get shown(): WordMemory {
    return this.#shown;
  }

  /** From the next read on; what it gives ends it, and is idempotent. */
  add(point: ProfilePoint, fault: PointFault): () => void {
    const faulty = this.#points.get(point.id) ?? {
      point,
      bits: [...point.bits()],
      faults: new Set<PointFault>(),
      face: [],
    };
    faulty.faults.add(fault);
    this.#points.set(point.id, faulty);
    return () => {
      if (!faulty.faults.delete(fault) || faulty.faults.size > 0) return;
      this.#points.delete(point.id);
      this.#cover(undefined);
    };
  }

  /** The stretch is about to be read. */
  read(stretch: Stretch): void {
    if (this.#points.size > 0 || this.#shown !== this.#memory) this.#cover(stretch);
  }

  #cover(stretch: Stretch | undefined): void {
    const sheet = this.#points.size > 0 ? this.#memory.overlay() : this.#memory;
    for (const faulty of this.#points.values()) {
      const { bits, point } = faulty;
      if (stretch && overlaps(point.stretch, stretch)) {
        disturb(sheet, faulty);
        faulty.face = bits.map(({ table, address }) => sheet.get(table, address));
      } else if (faulty.face.length > 0) lay(sheet, bits, faulty.face);
    }
    this.#shown = sheet;
  }
}

function lay(memory: WordMemory, bits: Faulty["bits"], words: readonly number[]): void {
  for (const [at, { table, address, mask }] of bits.entries()) {
    memory.set(table, address, (memory.get(table, address) & ~mask) | ((words[at] ?? 0) & mask));
  }
}

/** It stays as it is read next: what nobody reads is not brought up to the moment. */
export function standingStill(point: ProfilePoint): PointFault {
  const bits = [...point.bits()];
  let words: readonly number[] | undefined;
  const put = (memory: WordMemory): void => {
    words ??= bits.map(({ table, address }) => memory.get(table, address));
    lay(memory, bits, words);
  };
  return { kind: "words", put };
}

function disturb(sheet: WordMemory, { point, faults }: Faulty): void {
  let held = numberIn(point, sheet);
  let value = held;
  const settle = (): void => {
    if (held && value && compare(held, value) !== 0) putWithin(sheet, point, value);
  };
  for (const fault of faults) {
    if (fault.kind === "value") {
      // Who has nothing to say has nothing that could be off.
      value = value && fault.change(value);
      continue;
    }
    settle();
    fault.put(sheet);
    held = numberIn(point, sheet);
    value = held;
  }
  settle();
}

function numberIn(point: ProfilePoint, memory: WordMemory): Exact | undefined {
  const value = point.saysSentinel(memory) ? undefined : point.meant(memory);
  return typeof value === "object" ? value : undefined;
}

/** As far as the registers go; their end is no sentinel. */
function putWithin(sheet: WordMemory, point: ProfilePoint, value: Exact): void {
  const { place } = point;
  if (place.kind !== "number") return;
  const [least, most] = place.arithmetic.extent(sheet) ?? [value, value];
  const end = compare(value, least) < 0 ? least : compare(value, most) > 0 ? most : undefined;
  point.put(sheet, end ?? value);
  const step = place.arithmetic.step(sheet);
  if (!end || !step) return;
  for (const counts of end === least ? [1n, 2n] : [-1n, -2n]) {
    if (!point.saysSentinel(sheet)) return;
    point.put(sheet, add(end, multiply({ n: counts * (step.n < 0n ? -1n : 1n), d: 1n }, step)));
  }
}
