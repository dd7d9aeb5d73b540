import type { Table } from "../../drivers/modbus/point-schema.js";
import type { BusDevice } from "./bus-device.js";
import type { LedgerEntry } from "./ledger.js";
import type { AnsweredRead } from "./pdu.js";
import type { Moment } from "./sender.js";
import type { Truth } from "./truth.js";

/** What was read, of whom and when. The truth behind it is asked for only by who wants to know. */
export class AnsweredEntry implements LedgerEntry {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
  readonly raw: readonly number[];
  readonly device: string;
  readonly unit: number;
  readonly t: number;
  readonly mono: number;
  readonly faults?: readonly string[] | undefined;
  readonly #read: AnsweredRead;

  constructor(
    read: AnsweredRead,
    device: BusDevice,
    { t, mono }: Moment,
    faults: readonly string[] | undefined,
  ) {
    this.table = read.table;
    this.address = read.address;
    this.count = read.count;
    this.raw = read.raw;
    this.device = device.id;
    this.unit = device.unit;
    this.t = t;
    this.mono = mono;
    this.faults = faults;
    this.#read = read;
  }

  get truths(): ReadonlyMap<string, Truth> | undefined {
    return this.#read.truths;
  }
}
