import type { ScanEffort, ScannedUnits } from "../../core/prober.js";
import { UNITS } from "./orders.js";
import type { Patience } from "./patience.js";
import type { ScanPlace } from "./place.js";
import type { Way } from "./ways.js";

export interface Task {
  readonly place: ScanPlace;
  readonly unit: number;
  readonly way: Way;
}

/** So many of the most probable lines are looked through in full where nothing was found. */
const LINES_IN_FULL = 3;
const LINES: Readonly<Record<ScanEffort, number>> = { quick: 6, normal: 14, thorough: 100 };
const OTHER_WAYS: Readonly<Record<ScanEffort, { readonly ways: number; readonly lines: number }>> = {
  quick: { ways: 0, lines: 0 },
  normal: { ways: 1, lines: 4 },
  thorough: { ways: 5, lines: 100 },
};
const QUICK_UNITS = 32;

/** What is still to be asked, in order, and what was. A line is opened as seldom as the order allows. */
export class Rounds {
  readonly #places: readonly ScanPlace[];
  readonly #effort: ScanEffort;
  readonly #wished: readonly number[] | undefined;
  readonly #known = new Set<string>();
  readonly #tried = new Map<ScanPlace, Set<number>>();
  readonly #dropped = new Set<ScanPlace>();
  readonly #proving: Way;
  #tasks: Task[] = [];
  #saidInFull = false;
  #done = 0;

  constructor(
    places: readonly ScanPlace[],
    likely: readonly number[],
    ways: readonly Way[],
    wish: { readonly effort: ScanEffort; readonly units?: readonly number[] },
  ) {
    this.#places = places;
    this.#effort = wish.effort;
    this.#wished = wish.units;
    const [proving, ...more] = ways;
    if (!proving) throw new RangeError("no way to look for a device");
    this.#proving = proving;
    const units = wish.units ?? likely;
    const first = wish.units ? places : mostProbable(places, LINES[wish.effort]);
    for (const place of first) this.#append(place, units, proving);
    // What says nothing where it should refuse is looked for by what it has, where that is worth the time.
    const others = OTHER_WAYS[wish.effort];
    for (const way of more.slice(0, others.ways)) {
      for (const place of mostProbable(first, others.lines)) this.#append(place, units, way);
    }
    if (wish.effort !== "thorough" || wish.units) return;
    for (const way of [proving, ...more.slice(0, 1)]) {
      for (const place of places) this.#append(place, UNITS, way);
    }
  }

  get done(): number {
    return this.#done;
  }

  get total(): number {
    return this.#done + this.#tasks.length;
  }

  /** The estimate of what is left, ms. */
  leftMs(patience: Patience): number {
    let ms = 0;
    for (const { place } of this.#tasks) ms += place.exchangeMs + patience.turnaroundMs;
    return ms;
  }

  /** The next task; undefined: all is done. */
  next(foundAny: boolean): Task | undefined {
    if (this.#tasks.length === 0 && !foundAny) this.#inFull();
    return this.#tasks.shift();
  }

  /** It was not asked after all, and is next. */
  again(task: Task): void {
    this.#tasks.unshift(task);
  }

  asked({ place, unit }: Task): void {
    this.#done++;
    const tried = this.#tried.get(place) ?? new Set();
    this.#tried.set(place, tried.add(unit));
  }

  wasAsked(place: ScanPlace, unit: number): boolean {
    return this.#tried.get(place)?.has(unit) ?? false;
  }

  /** A device is here: its neighbours most probably are, too, and nothing else of this group is right. */
  foundAt(place: ScanPlace): void {
    if (place.group !== undefined) {
      this.dropWhere((other) => other !== place && other.group === place.group);
    }
    if (this.#wished) return;
    const units = this.#effort === "quick" || place.group !== undefined ? UNITS.slice(0, QUICK_UNITS) : UNITS;
    const more = this.#tasksOf(place, this.#effort === "thorough" ? UNITS : units, this.#proving);
    const own = this.#tasks.filter((task) => task.place === place && task.way === this.#proving);
    const others = this.#tasks.filter((task) => !own.includes(task));
    this.#tasks = [...own, ...more, ...others];
  }

  /** Somebody speaks to this unit's question, under another line than this one: those are asked next. */
  elsewhere(place: ScanPlace, unit: number): void {
    const isMeant = (task: Task): boolean =>
      task.unit === unit && task.place !== place && task.way === this.#proving;
    const meant = this.#tasks.filter(isMeant);
    this.#tasks = [...meant, ...this.#tasks.filter((task) => !isMeant(task))];
  }

  /** This unit id needs no more asking here. */
  answered(place: ScanPlace, unit: number): void {
    this.#tasks = this.#tasks.filter((task) => task.place !== place || task.unit !== unit);
  }

  /** The place answers to every unit id: one question was enough. */
  answersAny(place: ScanPlace): void {
    this.#tasks = this.#tasks.filter((task) => task.place !== place);
    this.#dropped.add(place);
  }

  dropWhere(isDropped: (place: ScanPlace) => boolean): void {
    for (const place of this.#places) if (isDropped(place)) this.#dropped.add(place);
    this.#tasks = this.#tasks.filter(({ place }) => !isDropped(place));
  }

  tried(): readonly ScannedUnits[] {
    return this.#scanned((place, unit) => this.wasAsked(place, unit));
  }

  untried(): readonly ScannedUnits[] {
    return this.#scanned((place, unit) => !this.#dropped.has(place) && !this.wasAsked(place, unit));
  }

  #scanned(counts: (place: ScanPlace, unit: number) => boolean): readonly ScannedUnits[] {
    return this.#places.flatMap((place) => {
      const asked = [...(this.#tried.get(place) ?? [])];
      const all = [...new Set([...(this.#wished ?? UNITS), ...asked])].sort((a, b) => a - b);
      const units = all.filter((unit) => counts(place, unit));
      return units.length === 0 ? [] : [{ line: place.line.name, units }];
    });
  }

  /** Nothing anywhere: the likeliest lines with all unit ids. */
  #inFull(): void {
    if (this.#saidInFull || this.#effort !== "normal" || this.#wished) return;
    this.#saidInFull = true;
    const left = this.#places.filter((place) => !this.#dropped.has(place)).slice(0, LINES_IN_FULL);
    for (const place of left) this.#append(place, UNITS, this.#proving);
  }

  #tasksOf(place: ScanPlace, units: readonly number[], way: Way): readonly Task[] {
    return units.flatMap((unit) => {
      const key = `${place.line.name} ${unit} ${way.name}`;
      if (this.#known.has(key)) return [];
      this.#known.add(key);
      return [{ place, unit, way }];
    });
  }

  #append(place: ScanPlace, units: readonly number[], way: Way): void {
    this.#tasks.push(...this.#tasksOf(place, units, way));
  }
}

/** The first serial lines; TCP ports are few, and each of them costs little when nobody is there. */
function mostProbable(places: readonly ScanPlace[], most: number): readonly ScanPlace[] {
  return places[0]?.isSerial ? places.slice(0, most) : places;
}
