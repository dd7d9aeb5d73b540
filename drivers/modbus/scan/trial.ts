import type { Said } from "../../core/message.js";
import type { Table } from "../point-schema.js";

/** What an answer says for a profile (above 0) or against it, as natural logarithms of how much likelier it is. */
export interface Evidence {
  readonly weight: number;
  readonly said?: Said;
}

/** A read by which a profile can be told from others. */
export interface Trial {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
  /** The most that its outcome can change: which trial is worth a question. */
  readonly stake: number;
  /** The data of a whole answer, given with the unit id under which the device answers. */
  judge(data: Uint8Array, unit: number): Evidence;
  /** The device says that there is no such thing; `code` of its exception. */
  refused(code: number): Evidence;
}

export function keyOf({ table, address, count }: Pick<Trial, "table" | "address" | "count">): string {
  return `${table} ${address}+${count}`;
}
