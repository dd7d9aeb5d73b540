import type { WireTap } from "../../drivers/core/wire-frame.js";

/** One driver's monitor for any number of listeners: it is on while there is one, and off otherwise. */
export class BusTaps {
  readonly #monitor: (tap: WireTap | undefined) => void;
  readonly #taps = new Set<{ readonly tell: WireTap }>();

  /** `monitor`: the driver's. */
  constructor(monitor: (tap: WireTap | undefined) => void) {
    this.#monitor = monitor;
  }

  /** The returned function ends it; calling it again does nothing. */
  add(tap: WireTap): () => void {
    const entry = { tell: tap };
    this.#taps.add(entry);
    if (this.#taps.size === 1) {
      this.#monitor((frame) => {
        for (const { tell } of this.#taps) tell(frame);
      });
    }
    return () => {
      if (this.#taps.delete(entry) && this.#taps.size === 0) this.#monitor(undefined);
    };
  }
}
