import type { ReadRequest } from "../../drivers/core/driver.js";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { DeviceHealth } from "./device-health.js";
import { firstProcessState, type Processed, type ProcessState, process } from "./process.js";
import { compileRules, type Rules } from "./rules.js";

/** The stage with what it remembers: the rules of each request, the state of each device. */
export class Processor {
  readonly #states = new Map<string, ProcessState>();
  readonly #rules = new WeakMap<ReadRequest, Rules>();

  process(request: ReadRequest, batch: ReadingBatch): Processed {
    return process(this.#rulesOf(request), this.#stateOf(request.device), batch);
  }

  /** Undefined before its first batch. */
  healthOf(device: string): DeviceHealth | undefined {
    return this.#states.get(device)?.health;
  }

  /** Devices that are not kept begin anew. */
  keep(isKept: (device: string) => boolean): void {
    for (const device of [...this.#states.keys()]) if (!isKept(device)) this.#states.delete(device);
  }

  #rulesOf(request: ReadRequest): Rules {
    let rules = this.#rules.get(request);
    if (!rules) {
      rules = compileRules(request.layout, request.points);
      this.#rules.set(request, rules);
    }
    return rules;
  }

  #stateOf(device: string): ProcessState {
    let state = this.#states.get(device);
    if (!state) {
      state = firstProcessState();
      this.#states.set(device, state);
    }
    return state;
  }
}
