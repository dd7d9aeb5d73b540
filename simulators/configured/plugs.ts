import type { SimulatedBus } from "../modbus/bus.js";

/** Longer than anything runs. */
const UNTIL_PUT_BACK_MS = 1e12;

/** Which buses are pulled out. Several faults may keep one out: the last that ends puts it back. */
export class Plugs {
  readonly #holders = new Map<SimulatedBus, number>();

  /** What it gives lets go. */
  pull(bus: SimulatedBus): () => void {
    const before = this.#holders.get(bus) ?? 0;
    this.#holders.set(bus, before + 1);
    if (before === 0) bus.unplug(UNTIL_PUT_BACK_MS);
    return () => {
      const left = (this.#holders.get(bus) ?? 1) - 1;
      this.#holders.set(bus, left);
      if (left === 0) bus.unplug(0);
    };
  }
}
