import type { DataType } from "../../../drivers/core/point.js";
import type { Table } from "../../../drivers/modbus/point-schema.js";
import { written } from "../exact.js";
import type { Truth, TruthValue } from "../truth.js";
import { Arithmetic } from "./arithmetic.js";
import { type DatePlace, dateRegisters, putDate, takeDate } from "./date-field.js";
import { type Field, fieldOf, patternOf, putPattern, take } from "./field.js";
import { flawOf, type Gate, gatesOf } from "./gates.js";
import type { DeviceKeys, PointKeys, ProfileKeys } from "./keys.js";
import { addressOf } from "./maker-number.js";
import { isBitTable, type Stretch, WordMemory } from "./memory.js";
import { type Sentinel, sentinelsOf } from "./sentinels.js";
import { putText, roomOf, type TextField, takeText } from "./text-field.js";

type Place =
  | { readonly kind: "number"; readonly arithmetic: Arithmetic }
  | { readonly kind: "bool"; readonly field: Field }
  | { readonly kind: "text"; readonly field: TextField }
  | { readonly kind: "date"; readonly field: DatePlace };

/** One point of a profile as its device knows it: where it lies, what it says and how it is made to say it. */
export class ProfilePoint {
  readonly id: string;
  readonly keys: PointKeys;
  readonly type: DataType;
  readonly place: Place;
  readonly gates: readonly Gate[];
  readonly sentinels: readonly Sentinel[];

  constructor(id: string, profile: ProfileKeys) {
    const keys = pointKeys(id, profile);
    this.id = id;
    this.keys = keys;
    const table = keys.table ?? "holding";
    const isBit = isBitTable(table) || keys.bit !== undefined;
    this.type = isBit ? "bool" : keys.date ? "string" : (keys.type ?? "u16");
    this.place = placeOf(
      { ...keys, type: this.type },
      addressOf(keys, table, profile),
      table,
      profile.device,
    );
    this.gates = gatesOf(keys.valid_when, table);
    const field = this.field;
    this.sentinels = field ? sentinelsOf(keys.sentinels, profile.sentinels, field, table) : [];
  }

  /** Where its own registers lie. */
  get stretch(): Stretch {
    return this.place.kind === "number" ? this.place.arithmetic.field : this.place.field;
  }

  /** Its own registers, where they hold a number. */
  get field(): Field | undefined {
    return this.place.kind === "number" ? this.place.arithmetic.field : undefined;
  }

  get isReadable(): boolean {
    return this.keys.access !== "write";
  }

  get isWritable(): boolean {
    return this.keys.access === "write" || this.keys.access === "read-write";
  }

  /** Parts of its value that lie elsewhere: a fraction, a high word. */
  get parts(): readonly Field[] {
    return this.place.kind === "number" ? this.place.arithmetic.terms.map(({ field }) => field) : [];
  }

  /** What a perfect reader says: first the gates, its own and those of the whole device, then the value. */
  truth(memory: WordMemory, ofDevice: readonly Gate[] = []): Truth {
    const flaw = flawOf([...this.gates, ...ofDevice], memory);
    if (flaw?.quality === "bad") return { quality: "bad", reason: flaw.reason };
    const found = this.#value(memory);
    if ("reason" in found) return { quality: "bad", reason: found.reason };
    if (flaw) return { quality: "uncertain", reason: flaw.reason, value: found.value };
    return { quality: "good", value: found.value };
  }

  /** The value in the registers, whatever gates and sentinels say: what a write means. */
  meant(memory: WordMemory): TruthValue | undefined {
    if (this.place.kind === "number") {
      const outcome = this.place.arithmetic.forward(memory);
      return "value" in outcome ? outcome.value : undefined;
    }
    const found = this.#value(memory);
    return "value" in found ? found.value : undefined;
  }

  /** Brings the registers as near to `wanted` as they can come. */
  put(memory: WordMemory, wanted: TruthValue, moment = 0): void {
    const { place } = this;
    if (place.kind === "number" && typeof wanted === "object") place.arithmetic.backward(memory, wanted);
    else if (place.kind === "bool") putPattern(memory, place.field, wanted === true ? 1n : 0n);
    else if (place.kind === "text") putText(memory, place.field, String(wanted));
    else if (place.kind === "date") putDate(memory, place.field, moment);
  }

  /** Makes it say that it has nothing to say. */
  say(memory: WordMemory, sentinel: Sentinel): void {
    if (this.place.kind !== "number") throw new RangeError(`${this.id} has no sentinels`);
    const { arithmetic } = this.place;
    putPattern(memory, arithmetic.field, sentinel.pattern(memory), arithmetic.order(memory));
  }

  saysSentinel(memory: WordMemory): Sentinel | undefined {
    if (this.place.kind !== "number") return undefined;
    const { arithmetic } = this.place;
    const raw = take(memory, arithmetic.field, arithmetic.order(memory));
    return this.sentinels.find((sentinel) => sentinel.matches(raw, memory));
  }

  /** Most characters of a text. */
  get room(): number {
    return this.place.kind === "text" ? roomOf(this.place.field) : 0;
  }

  /** Which bits of which registers it has to itself, as words of a memory that holds nothing else. */
  *bits(): Generator<{ table: Table; address: number; mask: number }> {
    for (const field of this.place.kind === "bool" ? [this.place.field] : this.#numbers()) {
      yield* bitsOfField(field);
    }
    if (this.place.kind === "text" || this.place.kind === "date") {
      const { table, address, count } = this.place.field;
      for (let at = 0; at < count; at++) yield { table, address: address + at, mask: 0xffff };
    }
  }

  #numbers(): readonly Field[] {
    return this.field ? [this.field, ...this.parts] : [];
  }

  #value(memory: WordMemory): { readonly value: TruthValue } | { readonly reason: string } {
    const { place } = this;
    if (place.kind === "bool") return { value: take(memory, place.field).pattern !== 0n };
    if (place.kind === "text") return { value: takeText(memory, place.field) };
    if (place.kind === "date") {
      const value = takeDate(memory, place.field);
      return value === undefined ? { reason: "not_a_number" } : { value };
    }
    const sentinel = this.saysSentinel(memory);
    return sentinel ? { reason: sentinel.reason } : place.arithmetic.forward(memory);
  }
}

/** Which bits a field takes, told by filling it with ones. */
export function* bitsOfField(field: Field): Generator<{ table: Table; address: number; mask: number }> {
  const alone = new WordMemory();
  putPattern(alone, field, (1n << BigInt(field.width)) - 1n);
  for (let address = field.address; address < field.address + field.count; address++) {
    yield { table: field.table, address, mask: alone.get(field.table, address) };
  }
}

/** The raw number that a point of this field would have to hold for a value that stands in a profile. */
export function rawOf(point: ProfilePoint, value: number): bigint | undefined {
  if (point.place.kind !== "number") return undefined;
  const memory = new WordMemory();
  const { arithmetic } = point.place;
  if (arithmetic.factors.length > 0 || arithmetic.unitFrom) return undefined;
  if (arithmetic.orderFrom) return patternOf(value, arithmetic.field);
  arithmetic.backward(memory, written(value));
  return take(memory, arithmetic.field).number?.n;
}

function pointKeys(id: string, profile: ProfileKeys): PointKeys {
  const own = profile.points.get(id);
  if (!own) throw new RangeError(`${profile.id} has no point ${id}`);
  return { ...profile.defaults, ...own, id };
}

function placeOf(
  keys: PointKeys & { type: DataType },
  address: number,
  table: Table,
  device: DeviceKeys,
): Place {
  const order = keys.order ?? "ABCD";
  if (keys.type === "bool") return { kind: "bool", field: fieldOf({ ...keys, address }, table, order) };
  if (keys.type !== "string")
    return { kind: "number", arithmetic: new Arithmetic(keys, address, table, device) };
  if (keys.date) {
    const count = dateRegisters(keys.date);
    return { kind: "date", field: { table, address, count, order, date: keys.date } };
  }
  const field = { table, address, count: keys.length ?? 1, order, chars: keys.chars ?? ("both" as const) };
  return { kind: "text", field };
}
