import type { Point } from "../drivers/core/point.js";
import type { ModbusAddress } from "../drivers/modbus/point-schema.js";
import type { LedgerEntry } from "../simulators/modbus/ledger.js";
import { isSame } from "../simulators/modbus/profile/gateway-bench-fixture.js";
import { registerCount } from "../simulators/modbus/registers.js";
import type { Truth } from "../simulators/modbus/truth.js";

/** A value as a message carries it. */
export type JsonValue = number | string | boolean | null;

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
  readonly truth: Truth;
  /** The wire spoiled it: whether it was understood is not known. */
  readonly isSpoiled: boolean;
  /** Only a register that says how others are meant was asked: it need not be for the point that lies there too. */
  readonly isBeside: boolean;
  /** Whether a delivered reading was found for it. */
  matched: boolean;
}

/**
 * The ledger, point by point: which answers hold which configured point, and what it truly said. Takes the ledger
 * piece by piece, so that looking again costs only what is new.
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
      for (const { id } of this.#askedPoints(device, entry)) {
        const truth = entry.truths?.get(id);
        if (!truth) continue;
        const key = `${device.id}/${id}`;
        const list = this.#answers.get(key) ?? [];
        this.#answers.set(key, list);
        const isBeside = this.#isOperand(device, entry);
        list.push({ t: entry.t, truth, isSpoiled: entry.faults !== undefined, isBeside, matched: false });
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

  /** Whether the request is for just what says how another point is meant: a unit, a scale, an order of bytes. */
  #isOperand({ points }: AccountDevice, { address, count, table }: LedgerEntry): boolean {
    return points.some((point) =>
      placesOf(point, widthOf(point))
        .slice(1)
        .some((place) => place.table === table && place.from === address && place.to === address + count),
    );
  }

  #askedPoints(device: AccountDevice, entry: LedgerEntry): readonly Point<ModbusAddress>[] {
    const shape = `${entry.device}/${entry.table}/${entry.address}/${entry.count}`;
    const asked = this.#asked.get(shape) ?? askedPoints(device, entry);
    this.#asked.set(shape, asked);
    return asked;
  }
}

/** Whether a delivered value is what the device truly said. */
export function holds(value: JsonValue, { truth }: Answer, point: Point): boolean {
  if (truth.quality === "bad") return false;
  // Unscaled counters of 64 bits come as texts.
  const isWide = point.type === "u64" || point.type === "s64";
  const given = isWide && typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : value;
  const { decimals, type } = point;
  return isSame(given, truth.value, { type, decimals: typeof given === "bigint" ? 0 : decimals });
}

/**
 * A request begins and ends with points that it was made for, or with what says how they are meant; a point of
 * another period that merely lies between them was not asked.
 */
function askedPoints(device: AccountDevice, entry: LedgerEntry): readonly Point<ModbusAddress>[] {
  const end = entry.address + entry.count;
  const inside = device.points.filter(
    (point) =>
      point.address.table === entry.table &&
      point.address.address >= entry.address &&
      point.address.address + widthOf(point) <= end,
  );
  for (const period of new Set(inside.map(({ periodMs }) => periodMs))) {
    const group = inside.filter(({ periodMs }) => periodMs === period);
    const places = group
      .flatMap((point) => placesOf(point, widthOf(point)))
      .filter(({ table }) => table === entry.table);
    const begins = places.some(({ from }) => from === entry.address);
    if (begins && places.some(({ to }) => to === end)) return group;
  }
  return inside;
}

interface Reach {
  readonly table: string;
  readonly from: number;
  readonly to: number;
}

/** Its own registers, and all others that are named beside them. */
function placesOf(point: Point<ModbusAddress>, width: number): readonly Reach[] {
  const others: Reach[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { address, table, type } = value as { address?: unknown; table?: string; type?: Point["type"] };
    if (typeof address === "number") {
      const to = address + registerCount(type ?? "u16");
      others.push({ table: table ?? point.address.table, from: address, to });
    }
    for (const inner of Object.values(value)) look(inner);
  };
  for (const inner of Object.values(point.address)) look(inner);
  const { address, table } = point.address;
  return [{ table, from: address, to: address + width }, ...others];
}

function widthOf(point: Point<ModbusAddress>): number {
  const { table, length } = point.address;
  return table === "coil" || table === "discrete" ? 1 : registerCount(point.type, length);
}
