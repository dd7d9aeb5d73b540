import type { Clock } from "../../../drivers/core/clock.js";
import type { Table } from "../../../drivers/modbus/point-schema.js";
import type { Profile } from "../../../drivers/profiles/profile.js";
import type { BusDevice, Heard } from "../bus-device.js";
import { written } from "../exact.js";
import { answerPdu, EXCEPTION, type ExceptionCode, type PduAnswer, refuse } from "../pdu.js";
import type { TruthValue } from "../truth.js";
import { BreachList, Pauses } from "./breaches.js";
import { type Field, patternOf, putPattern, take } from "./field.js";
import { keysOf, type ProfileKeys } from "./keys.js";
import { type ReadFault, ReadLimits } from "./limits.js";
import { isBitTable, type Stretch } from "./memory.js";
import { PointBank } from "./point-bank.js";
import { RawCommands } from "./raw-commands.js";
import type { Pace } from "./signal.js";
import { TruthfulRead } from "./truthful-read.js";
import { UnitId } from "./unit-id.js";
import { Watchdog } from "./watchdog.js";
import { carryOut, judgeWrite } from "./writing.js";

export interface ProfiledDeviceOptions {
  /** Already flattened: variant and options are chosen. */
  readonly profile: Profile;
  readonly clock: Clock;
  readonly id?: string;
  /** Else the factory's. */
  readonly unit?: number;
  readonly seed?: number;
  readonly pace?: Pace;
  readonly turnaroundMs?: readonly [number, number];
  /** ms of its life, and whatever it shows is brought up to now; else the clock's since it was made. */
  readonly age?: () => number;
}

/** A write that the device has carried out. */
export interface DoneWrite {
  readonly point: string;
  readonly value: TruthValue;
  readonly mono: number;
  readonly functionCode: number;
  /** To the address that does not wear the memory out. */
  readonly inRam: boolean;
}

const MOST_WRITES = 10_000;
/** With exception 3. */
const REFUSED: ReadonlySet<ReadFault> = new Set(["too_long", "odd", "block", "alone"]);
const READS: Readonly<Record<number, Table>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };

/**
 * The device that a profile describes: its memory, its limits, its habits. What goes against its limits is refused
 * as the device would, and told in `breaches`; each answered read carries the true values of its points.
 */
export class ProfiledDevice implements BusDevice {
  readonly id: string;
  readonly bank: PointBank;
  readonly limits: ReadLimits;
  readonly breaches = new BreachList();
  readonly writes: DoneWrite[] = [];
  readonly commands: RawCommands;
  readonly turnaroundMs: readonly [number, number] | undefined;
  /** The points that somebody wants to read, where groups are judged; all of them unless set. */
  asked: ReadonlySet<string> | undefined;
  readonly #profile: ProfileKeys;
  readonly #clock: Clock;
  readonly #age: () => number;
  readonly #pauses: Pauses;
  readonly #unit: UnitId;
  readonly #watchdog: Watchdog;
  /** Points that were written, with what of it survives without power. */
  readonly #written = new Map<string, TruthValue | undefined>();
  #functionCode = 0;

  constructor({ profile, clock, id, unit, seed = 1, pace = "by-time", ...options }: ProfiledDeviceOptions) {
    const keys = keysOf(profile);
    this.#profile = keys;
    this.#clock = clock;
    const startMono = clock.mono();
    this.#age = options.age ?? (() => clock.mono() - startMono);
    this.id = id ?? keys.id;
    this.turnaroundMs = options.turnaroundMs;
    this.bank = new PointBank(keys, { seed, pace, wall: clock.now() });
    this.limits = new ReadLimits(keys, this.bank);
    this.commands = new RawCommands(keys.commands ?? {});
    this.#pauses = new Pauses(keys.device);
    this.#unit = new UnitId(keys, unit ?? keys.device.unit_id ?? keys.links?.[0]?.unit_id ?? 1);
    this.#watchdog = new Watchdog(keys, this.bank);
    const own = this.#unit.point;
    if (own !== undefined && this.bank.points.has(own)) this.bank.hold(own, written(this.unit));
  }

  get unit(): number {
    return this.#unit.now;
  }

  /** How often it fell back to its safe values because nobody asked. */
  get fallbacks(): number {
    return this.#watchdog.tripped;
  }

  answersTo(unit: number): boolean {
    return this.#unit.answersTo(unit);
  }

  isBroadcast(unit: number): boolean {
    return this.#unit.isBroadcast(unit);
  }

  connected(mono: number): void {
    this.#pauses.connected(mono);
  }

  said(mono: number): void {
    this.#pauses.said(mono);
  }

  answer(pdu: Uint8Array, heard: Heard): PduAnswer | undefined {
    const { early, asleep } = this.#pauses.heard(heard.mono, pdu);
    for (const each of early) this.breaches.add({ ...each, mono: heard.mono });
    this.#watchdog.heard(heard.mono);
    if (asleep) return undefined;
    const functionCode = pdu[0] ?? 0;
    const { functions } = this.#profile.broadcast ?? {};
    if (heard.broadcast && functions && !functions.includes(functionCode)) return undefined;
    const said = this.commands.answer(pdu, heard.unit) ?? this.#answer(pdu, functionCode, heard.mono);
    const unit = this.#unit.answersFrom(heard.unit);
    return heard.broadcast ? undefined : { ...said, ...(unit !== heard.unit && { unit }) };
  }

  read(table: Table, address: number, count: number): readonly number[] | undefined {
    const stretch = { table, address, count };
    if (!this.limits.existsWhole(stretch)) return undefined;
    this.bank.advance(stretch, this.#age());
    const words = this.bank.faults.shown.words(table, address, count);
    return this.#blind(stretch, words);
  }

  write(table: "coil" | "holding", address: number, words: readonly number[]): ExceptionCode | undefined {
    const functionCode = this.#functionCode;
    const ram = this.#ramPoint(table, address);
    const at = ram?.stretch.address ?? address;
    const request = { table, address: at, count: words.length, words, functionCode };
    const judged = judgeWrite(this.bank, request);
    const mono = this.#clock.mono();
    if (judged.exception !== undefined) {
      this.breaches.add({ fault: "write", mono, table, address, count: words.length });
      return judged.exception;
    }
    this.#age();
    carryOut(this.bank, request, judged.writes);
    this.bank.stir();
    this.#pauses.wrote(mono);
    for (const { point, value } of judged.writes) {
      this.bank.wrote(point.id, value);
      const { write } = point.keys;
      if (typeof write?.verify === "object" && write.verify.at) this.bank.mirror(write.verify.at, value);
      if (point.id === this.#unit.point && typeof value === "object")
        this.#unit.set(Number(value.n / value.d));
      else
        this.#written.set(point.id, write?.keeps === "nvram" && !ram ? value : this.#written.get(point.id));
      if (this.writes.length < MOST_WRITES) {
        this.writes.push({ point: point.id, value, mono, functionCode, inRam: ram !== undefined });
      }
    }
    return undefined;
  }

  /** Changes a register on which points depend: a byte order, a unit, a decimal point, a gate. */
  set(field: Field, number: number): void {
    putPattern(this.bank.memory, field, patternOf(number, field));
    this.bank.stir();
  }

  /** What that register holds; undefined where it is no number. */
  setting(field: Field): number | undefined {
    const { number } = take(this.bank.memory, field);
    return number && Number(number.n) / Number(number.d);
  }

  /** Somebody has given it another unit id; what it gives puts the right one back. */
  mistakeUnit(unit: number): () => void {
    const backs = [this.#unit.mistake(unit)];
    const { point: own } = this.#unit;
    const shown = own === undefined ? undefined : this.bank.points.get(own);
    if (shown) backs.push(this.bank.faults.add(shown, { kind: "value", change: () => written(unit) }));
    return () => {
      for (const back of backs) back();
    };
  }

  /**
   * Off and on again. What was written to RAM is at rest, what was written to NVRAM stays, a unit id that was written
   * counts now. Counters go on.
   */
  powerCycle(): void {
    this.#unit.powerCycle();
    this.#watchdog.restart();
    for (const [id, kept] of this.#written) {
      const { write } = this.bank.point(id).keys;
      const value = kept ?? (write?.keeps === "nvram" ? undefined : this.bank.rest(id));
      this.bank.putBack(id, value);
      const at = typeof write?.verify === "object" ? write.verify.at : undefined;
      if (at !== undefined && this.bank.points.has(at)) this.bank.putBack(at, value);
    }
  }

  #answer(pdu: Uint8Array, functionCode: number, mono: number): PduAnswer {
    const table = READS[functionCode];
    if (table && pdu.length === 5) {
      const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.byteLength);
      const stretch = { table, address: view.getUint16(1), count: view.getUint16(3) };
      const faults = this.limits.faults(stretch, this.asked);
      for (const fault of faults) this.breaches.add({ fault, mono, ...stretch });
      if (faults.includes("window")) return refuse(functionCode, EXCEPTION.illegalAddress);
      if (faults.some((fault) => REFUSED.has(fault))) return refuse(functionCode, EXCEPTION.illegalValue);
    }
    this.#functionCode = functionCode;
    const answer = answerPdu(this, pdu);
    const { read } = answer;
    return read ? { ...answer, read: new TruthfulRead(read, this.bank.truthsLater(read)) } : answer;
  }

  /** Registers that can only be written read as nothing. */
  #blind({ table, address }: Stretch, words: readonly number[]): readonly number[] {
    if (isBitTable(table)) return words;
    const secret = this.bank.secretMasks(table);
    if (secret.size === 0) return words;
    return words.map((word, at) => word & ~(secret.get(address + at) ?? 0));
  }

  #ramPoint(table: Table, address: number) {
    return [...this.bank.points.values()].find(
      ({ keys, stretch }) => stretch.table === table && keys.write?.ram_address === address,
    );
  }
}
