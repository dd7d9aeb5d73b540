import type { Table } from "../../../drivers/modbus/point-schema.js";
import type { AnsweredRead } from "../pdu.js";
import type { Truth } from "../truth.js";

/** A read with the truth behind it, which is worked out when somebody asks for it, and once. */
export class TruthfulRead implements AnsweredRead {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
  readonly raw: readonly number[];
  readonly #find: () => ReadonlyMap<string, Truth>;
  #truths: ReadonlyMap<string, Truth> | undefined;

  constructor({ table, address, count, raw }: AnsweredRead, find: () => ReadonlyMap<string, Truth>) {
    this.table = table;
    this.address = address;
    this.count = count;
    this.raw = raw;
    this.#find = find;
  }

  get truths(): ReadonlyMap<string, Truth> {
    this.#truths ??= this.#find();
    return this.#truths;
  }
}
