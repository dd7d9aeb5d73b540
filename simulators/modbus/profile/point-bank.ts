import type { Table } from "../../../drivers/modbus/point-schema.js";
import { written } from "../exact.js";
import type { Truth, TruthValue } from "../truth.js";
import type { Field } from "./field.js";
import { type Gate, gatesOf } from "./gates.js";
import type { ProfileKeys } from "./keys.js";
import { covers, type Stretch, WordMemory } from "./memory.js";
import { bitsOfField, ProfilePoint } from "./point.js";
import { PointFaults } from "./point-faults.js";
import { PointIndex } from "./point-index.js";
import { knownBetween, operandsOf, putIdentity, putSettings, type Setting, settingsOf } from "./settings.js";
import { neighbours, type Signal, type SignalOptions, signalOf } from "./signal.js";
import { StretchMemo } from "./stretch-memo.js";

/** A point that has a course of its own, and how often it was asked. */
interface Course {
  readonly point: ProfilePoint;
  readonly signal: Signal;
  /** How often it was moved because somebody asked. */
  reads: number;
  /** How long a value stands, ms. */
  readonly standsMs: number;
  /** When it was moved, ms; `#stirs` then. */
  movedMs: number;
  stirs: number;
}

/** A device measures in its own time, once a period of the mains, however often it is asked. */
const MEASURED_EVERY_MS = 20;

/**
 * All points of a profile in one memory. A bit belongs to one of them: settings first, then the points in the order
 * of the profile; whoever lies over what is taken only reads it.
 */
export class PointBank {
  readonly memory = new WordMemory();
  /** What is wrong with the instruments; what a client reads is `faults.shown`. */
  readonly faults = new PointFaults(this.memory);
  readonly points: ReadonlyMap<string, ProfilePoint>;
  readonly index: PointIndex;
  readonly settings: readonly Setting[];
  /** Everything that exists besides the points: settings, and texts by which the device is known. */
  readonly besides: readonly Stretch[];
  /** Registers that must hold a value, or no reading counts. */
  readonly #setup: readonly Gate[];
  readonly #courses = new Map<string, Course>();
  /** Points that stay as they were put, by a write or by a test. */
  readonly #held = new Set<string>();
  /** Points whose value somebody else gives. */
  readonly #followed = new Set<string>();
  /** What else happens when a point is written. */
  readonly #sinks = new Map<string, (value: TruthValue) => void>();
  readonly #startWall: number;
  readonly #coursesOf = new StretchMemo((stretch) => this.#coursesWithin(stretch));
  /** Grows whenever something was changed that values may depend on. */
  #stirs = 0;
  readonly #secret: Readonly<Record<Table, Map<number, number>>> = {
    coil: new Map(),
    discrete: new Map(),
    input: new Map(),
    holding: new Map(),
  };

  constructor(profile: ProfileKeys, options: SignalOptions & { readonly wall: number }) {
    this.#startWall = options.wall;
    const standsMs = options.pace === "each-read" ? 0 : MEASURED_EVERY_MS;
    const points = [...profile.points.keys()].map((id) => new ProfilePoint(id, profile));
    this.points = new Map(points.map((point) => [point.id, point]));
    this.index = new PointIndex(points);
    this.settings = settingsOf(profile, points);
    const setup = profile.device.setup?.map((keys) => ({ ...keys, reason: "wrong_setting" }));
    this.#setup = gatesOf(setup, profile.defaults.table ?? "holding");
    const taken = new Map<string, number>();
    const claim = (bits: Iterable<{ table: string; address: number; mask: number }>): boolean => {
      const wanted = [...bits].map(({ table, address, mask }) => ({ key: `${table} ${address}`, mask }));
      const isFree = wanted.every(({ key, mask }) => ((taken.get(key) ?? 0) & mask) === 0);
      for (const { key, mask } of wanted) taken.set(key, (taken.get(key) ?? 0) | mask);
      return isFree;
    };
    const texts = putIdentity(this.memory, profile);
    for (const { table, address, count } of texts) {
      claim(Array.from({ length: count }, (_, at) => ({ table, address: address + at, mask: 0xffff })));
    }
    for (const { field } of this.settings) claim(bitsOfField(field));
    putSettings(this.memory, this.settings);
    this.besides = [...texts, ...this.settings.map(({ field }) => field)];
    for (const point of points) {
      if (!claim(point.bits())) continue;
      const own = { ...options, between: knownBetween(profile, point) };
      const signal = signalOf(point, this.memory, own);
      this.#courses.set(point.id, { point, signal, standsMs, reads: 0, movedMs: 0, stirs: -1 });
    }
    for (const course of this.#courses.values()) this.#move(course, 0);
    const shown = new Map<string, number>();
    const readable = points.filter((point) => point.isReadable).flatMap((point) => [...point.bits()]);
    for (const { table, address, mask } of readable) {
      const key = `${table} ${address}`;
      shown.set(key, (shown.get(key) ?? 0) | mask);
    }
    for (const { table, address, mask } of points
      .filter((one) => !one.isReadable)
      .flatMap((one) => [...one.bits()])) {
      const hidden = mask & ~(shown.get(`${table} ${address}`) ?? 0);
      this.#secret[table].set(address, (this.#secret[table].get(address) ?? 0) | hidden);
    }
  }

  /** Brings what lies in the stretch up to the moment: it is about to be read. */
  advance(stretch: Stretch, ms: number): void {
    for (const course of this.#coursesOf.of(stretch)) {
      // A world may be set back.
      const isFresh = course.stirs === this.#stirs && Math.abs(ms - course.movedMs) < course.standsMs;
      if (isFresh || this.#held.has(course.point.id)) continue;
      course.reads++;
      course.movedMs = ms;
      course.stirs = this.#stirs;
      this.#move(course, ms);
    }
    this.faults.read(stretch);
  }

  /** Something has changed that values may depend on: all of them are measured anew when they are asked for. */
  stir(): void {
    this.#stirs++;
  }

  #coursesWithin(stretch: Stretch): readonly Course[] {
    return [...this.index.within(stretch)].flatMap(({ id }) => {
      const course = this.#courses.get(id);
      return course ? [course] : [];
    });
  }

  /** What gives `truths` as they are now, also when it is asked later. */
  truthsLater(stretch: Stretch): () => ReadonlyMap<string, Truth> {
    const memory = this.faults.shown.kept();
    return () => this.truths(stretch, memory);
  }

  /** What each readable point that lies wholly in the stretch says. */
  truths(stretch: Stretch, memory = this.faults.shown): ReadonlyMap<string, Truth> {
    const truths = new Map<string, Truth>();
    for (const point of this.index.within(stretch)) {
      if (!covers(stretch, point.stretch) || !point.isReadable) continue;
      truths.set(point.id, point.truth(memory, this.#setup));
    }
    return truths;
  }

  truth(id: string): Truth {
    return this.point(id).truth(this.faults.shown, this.#setup);
  }

  /** Throws RangeError for a point that is not there: a test that switches nothing would prove nothing. */
  point(id: string): ProfilePoint {
    const point = this.points.get(id);
    if (!point) throw new RangeError(`no point ${id}`);
    return point;
  }

  /** It stays at this value until it is released. */
  hold(id: string, value: TruthValue): void {
    this.#held.add(id);
    this.point(id).put(this.memory, value);
    this.stir();
  }

  /** It stays as its registers are. */
  keep(id: string): void {
    this.#held.add(id);
  }

  /** It says what `value` gives, whenever it is asked. False: it lies in registers of another point. */
  follow(id: string, value: () => TruthValue): boolean {
    const course = this.#courses.get(this.point(id).id);
    if (!course) return false;
    const signal = { course: "states", at: value } as const;
    this.#courses.set(id, { ...course, signal, standsMs: 0 });
    this.#coursesOf.forget();
    this.#followed.add(id);
    return true;
  }

  /** Whoever writes it moves something; without `follow` it stays as it was written. */
  lead(id: string, take: (value: TruthValue) => void): void {
    this.#sinks.set(this.point(id).id, take);
  }

  /** Somebody wrote this. */
  wrote(id: string, value: TruthValue): void {
    const sink = this.#sinks.get(id);
    if (!sink || !this.#followed.has(id)) this.keep(id);
    sink?.(value);
  }

  /** As when it is written, by the device itself; undefined: it takes its own course again. */
  putBack(id: string, value: TruthValue | undefined): void {
    if (value === undefined) this.release(id);
    else if (!this.#followed.has(id)) this.hold(id, value);
    if (value !== undefined) this.#sinks.get(id)?.(value);
  }

  /** Where a written point is safe, where the profile says so. */
  rest(id: string): TruthValue | undefined {
    const rest = this.point(id).keys.write?.rest;
    return typeof rest === "number" ? written(rest) : rest;
  }

  /** It says the sentinel, the n-th of those that the profile names, until it is released. */
  say(id: string, nth: number): void {
    const point = this.point(id);
    const sentinel = point.sentinels[nth];
    if (!sentinel) throw new RangeError(`${id} has no sentinel ${nth}`);
    this.#held.add(id);
    point.say(this.memory, sentinel);
    this.stir();
  }

  /** Whether no other point lies in its registers. */
  isAlone(id: string): boolean {
    const { stretch } = this.point(id);
    return [...this.index.within(stretch)].length === 1;
  }

  /** Another point shows what was written to this one. */
  mirror(id: string, value: TruthValue): void {
    if (this.points.has(id)) this.hold(id, value);
  }

  /** Bits that can be written only. */
  secretMasks(table: Table): ReadonlyMap<number, number> {
    return this.#secret[table];
  }

  release(id: string): void {
    this.#held.delete(id);
    this.stir();
  }

  /** Addresses of registers that a gateway may set so that the rest makes sense. */
  setupWords(table: Table): ReadonlySet<number> {
    const own = this.#setup.filter(({ field }) => field.table === table);
    const addresses = own.flatMap(({ field: { address, count } }) =>
      Array.from({ length: count }, (_, at) => address + at),
    );
    return new Set(addresses);
  }

  /** The fields on which the point depends without being made of them. */
  operands(id: string): readonly Field[] {
    return operandsOf(this.point(id));
  }

  #move({ point, signal, reads }: Course, ms: number): void {
    const { memory } = this;
    const wordsOf = ({ stretch, parts }: ProfilePoint): string =>
      [stretch, ...parts].map((one) => memory.words(one.table, one.address, one.count)).join();
    const wanted = signal.at(reads, ms);
    const before = wordsOf(point);
    point.put(memory, wanted, this.#startWall + ms);
    if (typeof wanted !== "object" || signal.course === "states") return;
    const isFine = (): boolean => {
      const isNew = signal.course === "still" || wordsOf(point) !== before;
      return isNew && !point.saysSentinel(memory);
    };
    if (isFine()) return;
    for (const beside of neighbours(wanted, point, memory)) {
      point.put(memory, beside);
      if (isFine()) return;
    }
  }
}
