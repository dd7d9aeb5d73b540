import type { Layout } from "../../drivers/core/reading.js";
import type { Ids, Meanings, StoredRun } from "./chunk.js";

export interface StoredLayout extends Layout {
  readonly id: number;
}

/** What is new in a book and not in the file yet. */
export interface Entries {
  readonly layouts: readonly StoredLayout[];
  readonly runs: readonly StoredRun[];
}

/**
 * Gives each layout and each run of the program one number for the life of the file, equal ones the same.
 * `slots`: the stored slot of each uplink, in the order of `prevs`.
 */
export class Book implements Ids, Meanings {
  readonly #layoutIds = new Map<string, number>();
  readonly #layouts = new Map<number, Layout>();
  readonly #runs = new Map<number, StoredRun>();
  /** Each layout object is recognised without comparing its points again. */
  readonly #known = new WeakMap<Layout, number>();
  readonly #places: ReadonlyMap<number, number>;
  readonly places: number;
  #unsaved: { layouts: StoredLayout[]; runs: StoredRun[] } = { layouts: [], runs: [] };
  #nextLayout = 1;
  #nextRun = 1;

  constructor(stored: Entries, slots: readonly number[]) {
    for (const layout of stored.layouts) {
      this.#layoutIds.set(textOf(layout), layout.id);
      this.#layouts.set(layout.id, { device: layout.device, points: layout.points });
      this.#nextLayout = Math.max(this.#nextLayout, layout.id + 1);
    }
    for (const run of stored.runs) {
      this.#runs.set(run.id, run);
      this.#nextRun = Math.max(this.#nextRun, run.id + 1);
    }
    this.#places = new Map(slots.map((slot, place) => [slot, place]));
    this.places = slots.length;
  }

  layoutId(layout: Layout): number {
    const known = this.#known.get(layout);
    if (known !== undefined) return known;
    const text = textOf(layout);
    let id = this.#layoutIds.get(text);
    if (id === undefined) {
      id = this.#nextLayout++;
      this.#layoutIds.set(text, id);
      this.#layouts.set(id, layout);
      this.#unsaved.layouts.push({ id, device: layout.device, points: layout.points });
    }
    this.#known.set(layout, id);
    return id;
  }

  runId(epoch: string, boot: string): number {
    for (const run of this.#runs.values()) if (run.epoch === epoch && run.boot === boot) return run.id;
    const run = { id: this.#nextRun++, epoch, boot };
    this.#runs.set(run.id, run);
    this.#unsaved.runs.push(run);
    return run.id;
  }

  layout(id: number): Layout | undefined {
    return this.#layouts.get(id);
  }

  run(id: number): StoredRun | undefined {
    return this.#runs.get(id);
  }

  place(slot: number): number {
    return this.#places.get(slot) ?? -1;
  }

  /** A copy of what is not in the file yet; it stays so until `saved`. */
  get unsaved(): Entries {
    return { layouts: [...this.#unsaved.layouts], runs: [...this.#unsaved.runs] };
  }

  /** The file may have lost them: all of them are written once more. */
  forgetSaved(): void {
    this.#unsaved = {
      layouts: [...this.#layouts].map(([id, { device, points }]) => ({ id, device, points })),
      runs: [...this.#runs.values()],
    };
  }

  saved({ layouts, runs }: Entries): void {
    this.#unsaved = {
      layouts: this.#unsaved.layouts.filter((layout) => !layouts.includes(layout)),
      runs: this.#unsaved.runs.filter((run) => !runs.includes(run)),
    };
  }
}

function textOf({ device, points }: Layout): string {
  return JSON.stringify([device, points.map(({ decimals, id, type }) => [id, type, decimals ?? null])]);
}
