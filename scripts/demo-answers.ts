import type { Point } from "../drivers/core/point.js";
import type { ModbusAddress } from "../drivers/modbus/point-schema.js";
import type { LedgerEntry } from "../simulators/modbus/ledger.js";
import { registerCount } from "../simulators/modbus/registers.js";
import { expectedValues, type JsonValue } from "./demo-values.js";

/** What the account needs of a configured device. */
export interface AccountDevice {
  readonly id: string;
  readonly connection: string;
  readonly points: readonly Point<ModbusAddress>[];
}

/** What one request told about one point. */
export interface Answer {
  /** Wall ms when the last byte left. */
  readonly t: number;
  /** What the centre may be told for it. */
  readonly values: readonly JsonValue[];
  /** Whether a delivered reading was found for it. */
  matched: boolean;
}

/**
 * The ledger, point by point: which answers hold which configured point, and which values they stand for. Takes
 * the ledger piece by piece, so that looking again costs only what is new.
 */
export class AnswerBook {
  readonly #devices: ReadonlyMap<string, AccountDevice>;
  readonly #answers = new Map<string, Answer[]>();
  readonly #asked = new Map<string, readonly Point<ModbusAddress>[]>();

  constructor(devices: readonly AccountDevice[]) {
    this.#devices = new Map(devices.map((device) => [device.id, device]));
  }

  /** Entries that were not taken before, oldest first. */
  take(entries: Iterable<LedgerEntry>): void {
    for (const entry of entries) {
      const device = this.#devices.get(entry.device);
      if (!device) continue;
      for (const point of this.#askedPoints(device, entry)) {
        const key = `${device.id}/${point.id}`;
        const first = point.address.address - entry.address;
        const words = entry.raw.slice(first, first + widthOf(point));
        const list = this.#answers.get(key) ?? [];
        this.#answers.set(key, list);
        const wordAt = (address: number): number | undefined => entry.raw[address - entry.address];
        list.push({ t: entry.t, values: expectedValues(point, words, wordAt), matched: false });
      }
    }
  }

  /** Of `device/point`, oldest first. */
  of(key: string): readonly Answer[] {
    return this.#answers.get(key) ?? [];
  }

  unmatchAll(): void {
    for (const list of this.#answers.values()) for (const answer of list) answer.matched = false;
  }

  #askedPoints(device: AccountDevice, entry: LedgerEntry): readonly Point<ModbusAddress>[] {
    const shape = `${entry.device}/${entry.table}/${entry.address}/${entry.count}`;
    const asked = this.#asked.get(shape) ?? askedPoints(device, entry);
    this.#asked.set(shape, asked);
    return asked;
  }
}

/**
 * A request begins and ends with points that it was made for; a point of another period that merely lies between
 * them was not asked.
 */
function askedPoints(device: AccountDevice, entry: LedgerEntry): readonly Point<ModbusAddress>[] {
  const end = entry.address + entry.count;
  const inside = device.points.filter(
    (point) =>
      point.address.table === entry.table && reachOf(point).from >= entry.address && reachOf(point).to <= end,
  );
  for (const period of new Set(inside.map(({ periodMs }) => periodMs))) {
    const group = inside.filter(({ periodMs }) => periodMs === period);
    const begins = group.some((point) => reachOf(point).from === entry.address);
    const ends = group.some((point) => reachOf(point).to === end);
    if (begins && ends) return group;
  }
  return inside;
}

/** Its own registers, and those beside it that say how it is meant. */
function reachOf(point: Point<ModbusAddress>): { readonly from: number; readonly to: number } {
  const { address, scale_by = [], unit_from } = point.address;
  const beside = [...scale_by, ...(unit_from ? [unit_from] : [])].map((operand) => operand.address);
  return {
    from: Math.min(address, ...beside),
    to: Math.max(address + widthOf(point), ...beside.map((at) => at + 1)),
  };
}

function widthOf(point: Point<ModbusAddress>): number {
  const { table, length } = point.address;
  return table === "coil" || table === "discrete" ? 1 : registerCount(point.type, length);
}
