import { type LedgerEntry, ReadLedger } from "../modbus/ledger.js";

/** A ledger that also counts the answered reads of each device, those that fell out included. */
export class CountingLedger extends ReadLedger {
  readonly #reads = new Map<string, number>();

  override record(entry: LedgerEntry): void {
    super.record(entry);
    this.#reads.set(entry.device, this.reads(entry.device) + 1);
  }

  reads(device: string): number {
    return this.#reads.get(device) ?? 0;
  }
}
