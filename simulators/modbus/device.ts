import type { DataType } from "../../drivers/core/point.js";
import type { ByteOrder, Table } from "../../drivers/modbus/point-schema.js";
import type { BusDevice } from "./bus-device.js";
import { type DeviceIdentity, EXCEPTION, type ExceptionCode } from "./pdu.js";
import { numberToRegisters, registerCount, registersToNumber, textToRegisters } from "./registers.js";

export type Signal = number | bigint | boolean | string;

/** Where a value lies in a device's memory and how it is coded; `value = raw * scale + offset`. */
export interface SimulatedPoint {
  readonly id: string;
  readonly table: Table;
  /** 0-based, as on the wire. */
  readonly address: number;
  readonly type: DataType;
  readonly order?: ByteOrder;
  readonly scale?: number;
  readonly offset?: number;
  /** One bit of a register, 0 is the lowest. */
  readonly bit?: number;
  /** Registers of a string. */
  readonly length?: number;
  /** The value in engineering units at this moment. */
  readonly read: () => Signal;
  /** Takes a written value in engineering units; absent where the point is read only. */
  readonly write?: (value: number) => void;
}

/** Addresses that exist, and read 0 where no point lies. */
export interface Span {
  readonly table: Table;
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

export interface DeviceOptions {
  readonly id: string;
  readonly unit: number;
  readonly points: readonly SimulatedPoint[];
  readonly spans?: readonly Span[];
  /** Most registers a read may name; the protocol's 125 unless the device takes fewer. */
  readonly mostRegisters?: number | undefined;
  /** From the end of a request to the first byte of the answer, ms: shortest and longest; else its wire's. */
  readonly turnaroundMs?: readonly [number, number] | undefined;
  readonly identity?: DeviceIdentity | undefined;
  /** Brings the model behind the points up to now; called before each request is served. */
  readonly refresh?: () => void;
}

interface Cell {
  readonly point?: SimulatedPoint;
  /** Which of the point's words lies here. */
  readonly word: number;
}

/** One device: a unit id, and a memory whose words are computed from its signals when they are asked for. */
export class SimulatedDevice implements BusDevice {
  readonly id: string;
  readonly unit: number;
  readonly mostRegisters: number | undefined;
  readonly turnaroundMs: readonly [number, number] | undefined;
  readonly identity: DeviceIdentity | undefined;
  readonly #cells: Readonly<Record<Table, Map<number, Cell[]>>> = {
    coil: new Map(),
    discrete: new Map(),
    input: new Map(),
    holding: new Map(),
  };
  readonly #refresh: () => void;

  constructor(options: DeviceOptions) {
    this.id = options.id;
    this.unit = options.unit;
    this.mostRegisters = options.mostRegisters;
    this.turnaroundMs = options.turnaroundMs;
    this.identity = options.identity;
    this.#refresh = options.refresh ?? (() => {});
    for (const { table, from, to } of options.spans ?? []) {
      for (let address = from; address <= to; address++) this.#cells[table].set(address, []);
    }
    for (const point of options.points) {
      const count = isBitTable(point.table) ? 1 : registerCount(point.type, point.length);
      for (let word = 0; word < count; word++) {
        const cells = this.#cells[point.table].get(point.address + word) ?? [];
        const shared = cells.every(({ point: other }) => other?.bit !== undefined && point.bit !== undefined);
        if (!shared) throw new RangeError(`${point.id} overlaps another point of ${options.id}`);
        this.#cells[point.table].set(point.address + word, [...cells, { point, word }]);
      }
    }
  }

  read(table: Table, address: number, count: number): readonly number[] | undefined {
    this.#refresh();
    const memory = this.#cells[table];
    const words: number[] = [];
    // The words of a point lie side by side: it is asked once.
    let [last, registers]: [SimulatedPoint | undefined, readonly number[]] = [undefined, []];
    for (let at = address; at < address + count; at++) {
      const cells = memory.get(at);
      if (!cells) return undefined;
      let whole = 0;
      for (const { point, word } of cells) {
        if (!point) continue;
        if (point !== last) registers = code(point);
        last = point;
        whole |= registers[word] ?? 0;
      }
      words.push(whole);
    }
    return words;
  }

  write(table: "coil" | "holding", address: number, words: readonly number[]): ExceptionCode | undefined {
    this.#refresh();
    const writes: (() => void)[] = [];
    for (let at = 0; at < words.length; ) {
      const cells = this.#cells[table].get(address + at);
      const cell = cells?.[0];
      const point = cell?.point;
      if (!point?.write || cells?.length !== 1 || cell?.word !== 0) return EXCEPTION.illegalAddress;
      const count = isBitTable(table) ? 1 : registerCount(point.type, point.length);
      const own = words.slice(at, at + count);
      if (own.length < count || point.type === "string") return EXCEPTION.illegalAddress;
      const raw = isBitTable(table)
        ? (own[0] ?? 0)
        : registersToNumber(own, point.type, point.order ?? "ABCD");
      const { write, scale = 1, offset = 0 } = point;
      writes.push(() => write(Number(raw) * scale + offset));
      at += count;
    }
    for (const write of writes) write();
    return undefined;
  }
}

function isBitTable(table: Table): boolean {
  return table === "coil" || table === "discrete";
}

function code(point: SimulatedPoint): readonly number[] {
  const value = point.read();
  const { scale = 1, offset = 0, order = "ABCD" } = point;
  if (typeof value === "string") return textToRegisters(value, point.length ?? 1, order);
  if (isBitTable(point.table)) return [Number(Boolean(value))];
  if (point.bit !== undefined) return numberToRegisters(Number(Boolean(value)) << point.bit, "u16", order);
  const raw = typeof value === "bigint" ? value : (Number(value) - offset) / scale;
  return numberToRegisters(raw, point.type, order);
}
