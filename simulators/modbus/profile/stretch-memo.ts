import type { Table } from "../../../drivers/modbus/point-schema.js";
import type { Stretch } from "./memory.js";

/** A client asks for some few stretches again and again; one that asks for all that there are is not remembered. */
const MOST_KEPT = 2000;

/** What was found out about a stretch, so that it need not be found out at every request. Bounded. */
export class StretchMemo<T> {
  readonly #find: (stretch: Stretch) => T;
  readonly #tables = new Map<Table, Map<number, T>>();
  #kept = 0;

  /** `find` must give the same for the same stretch until `forget` is called. */
  constructor(find: (stretch: Stretch) => T) {
    this.#find = find;
  }

  of(stretch: Stretch): T {
    const { table, address, count } = stretch;
    const key = address * 0x10000 + count;
    let own = this.#tables.get(table);
    const known = own?.get(key);
    if (known !== undefined) return known;
    const found = this.#find(stretch);
    if (this.#kept >= MOST_KEPT) {
      this.forget();
      own = undefined;
    }
    if (!own) {
      own = new Map();
      this.#tables.set(table, own);
    }
    own.set(key, found);
    this.#kept++;
    return found;
  }

  forget(): void {
    this.#tables.clear();
    this.#kept = 0;
  }
}
