import type { Clock } from "../../drivers/core/clock.js";
import { SimulatedBus } from "./bus.js";
import type { BusDevice } from "./bus-device.js";
import type { FaultOptions } from "./fault.js";
import type { FaultSet } from "./fault-set.js";
import type { ReadLedger } from "./ledger.js";
import { RTU_FRAMING } from "./rtu-framing.js";
import type { BusStats } from "./shared-wire.js";
import { type ByteWire, SERIAL_MANNER } from "./wire.js";

export interface RtuServerOptions {
  readonly wire: ByteWire;
  readonly devices: readonly BusDevice[];
  readonly clock: Clock;
  readonly ledger: ReadLedger;
  readonly baud?: number;
  /** A character on the wire: 11 bits (V1.02, 2.5.1), 10 for 8N1 as most makers send it. */
  readonly bitsPerCharacter?: number;
  readonly seed?: number;
  readonly faults?: readonly FaultOptions[];
}

/** Since start. */
export type RtuServerStats = BusStats;

/**
 * A bus of devices on a byte stream that has no speed of its own (a pseudo-terminal): requests take their time
 * on the wire, devices their turnaround, answers leave character by character at the baud rate.
 */
export class RtuServer {
  readonly stats: RtuServerStats;
  readonly faults: FaultSet;
  readonly #bus: SimulatedBus;

  constructor({ wire, ...options }: RtuServerOptions) {
    this.#bus = new SimulatedBus({ ...options, framing: RTU_FRAMING });
    this.stats = this.#bus.stats;
    this.faults = this.#bus.faults;
    this.#bus.attach(wire, SERIAL_MANNER);
  }

  /** Falls silent at once, also in the middle of an answer. Idempotent. */
  stop(): void {
    this.#bus.stop();
  }
}
