import type { DriverDevice } from "../core/driver.js";
import type { ModbusDevice } from "./schema.js";

/** The pauses that devices ask for, by unit id. Times are monotonic ms. */
export class Pauses {
  readonly #rules = new Map<number, Rules>();
  readonly #last = new Map<number, Last>();
  #connectedMs = 0;

  constructor(devices: readonly DriverDevice[]) {
    for (const { settings } of devices) {
      const { after_connect = 0, after_write = 0, min_gap = 0, unit_id, wake } = settings as ModbusDevice;
      if (after_connect === 0 && after_write === 0 && min_gap === 0 && !wake) continue;
      const other = this.#rules.get(unit_id);
      this.#rules.set(unit_id, {
        afterConnectMs: Math.max(after_connect, other?.afterConnectMs ?? 0),
        afterWriteMs: Math.max(after_write, other?.afterWriteMs ?? 0),
        gapMs: Math.max(min_gap, other?.gapMs ?? 0),
        wake: wake ?? other?.wake,
      });
    }
  }

  connected(nowMs: number): void {
    this.#connectedMs = nowMs;
    this.#last.clear();
  }

  /** An exchange with this unit is over. */
  ended(unit: number, wrote: boolean, nowMs: number): void {
    if (this.#rules.has(unit)) this.#last.set(unit, { endMs: nowMs, wrote });
  }

  /** Before which this unit must not be asked; 0 where it asks for nothing. */
  until(unit: number): number {
    const rules = this.#rules.get(unit);
    if (!rules) return 0;
    const last = this.#last.get(unit);
    if (!last) return rules.afterConnectMs > 0 ? this.#connectedMs + rules.afterConnectMs : 0;
    return last.endMs + (last.wrote ? Math.max(rules.gapMs, rules.afterWriteMs) : rules.gapMs);
  }

  /** How long to wait after a request that only wakes the unit; undefined while it is awake. */
  wakingMs(unit: number, nowMs: number): number | undefined {
    const wake = this.#rules.get(unit)?.wake;
    if (!wake) return undefined;
    const last = this.#last.get(unit);
    return last && nowMs - last.endMs < wake.after ? undefined : wake.pause;
  }
}

interface Rules {
  readonly afterConnectMs: number;
  readonly afterWriteMs: number;
  readonly gapMs: number;
  readonly wake: ModbusDevice["wake"];
}

interface Last {
  readonly endMs: number;
  readonly wrote: boolean;
}
