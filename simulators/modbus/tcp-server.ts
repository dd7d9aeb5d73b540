import type { Clock } from "../../drivers/core/clock.js";
import { SimulatedBus } from "./bus.js";
import type { BusDevice } from "./bus-device.js";
import type { FaultOptions } from "./fault.js";
import type { FaultSet } from "./fault-set.js";
import type { ReadLedger } from "./ledger.js";
import { MBAP_FRAMING } from "./mbap-framing.js";
import type { BusStats } from "./shared-wire.js";
import { TcpListener } from "./tcp-listener.js";

export interface TcpServerOptions {
  readonly devices: readonly BusDevice[];
  readonly clock: Clock;
  readonly ledger: ReadLedger;
  readonly host?: string;
  /** 0: any free port. */
  readonly port: number;
  readonly seed?: number;
  readonly faults?: readonly FaultOptions[];
}

/** A Modbus TCP server: several clients, pipelined requests answered in their order. */
export class ModbusTcpServer {
  /** Since start. */
  readonly stats: BusStats;
  readonly faults: FaultSet;
  readonly #listener: TcpListener;

  constructor({ host, port, ...options }: TcpServerOptions) {
    const bus = new SimulatedBus({ ...options, framing: MBAP_FRAMING });
    this.stats = bus.stats;
    this.faults = bus.faults;
    this.#listener = new TcpListener({ bus, port, ...(host !== undefined && { host }) });
  }

  /** Resolves with the port. Rejects with the system's error when it is taken. */
  async start(): Promise<number> {
    await this.#listener.start();
    return this.#listener.port;
  }

  /** Cuts all clients off. Idempotent. */
  stop(): Promise<void> {
    return this.#listener.stop();
  }
}
