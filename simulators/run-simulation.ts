import type { Clock } from "../drivers/core/clock.js";
import { ConfigurationError } from "../drivers/core/errors.js";
import { type Said, say } from "../drivers/core/message.js";
import { SIMULATOR_MESSAGES as M } from "./messages.js";
import { PUMP_STATION_DEFAULTS, type RunningStation, startPumpStation } from "./stations/pump-station.js";
import { untilAborted } from "./until-aborted.js";

/** What can be simulated by name. */
export const SIMULATIONS = ["pump-station"] as const;

export interface SimulationOptions {
  readonly link?: string;
  readonly tcpPort?: number;
  /** Absent: no broker. */
  readonly brokerPort?: number;
  readonly seed?: number;
}

/**
 * Runs a station until the signal is aborted, and says through `tell` where it is and what it did. Throws
 * ConfigurationError for an unknown name and for a port or path that is taken.
 */
export async function runSimulation(
  name: string,
  options: SimulationOptions,
  clock: Clock,
  tell: (said: Said) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!SIMULATIONS.some((known) => known === name)) {
    throw new ConfigurationError(M.unknown_station, { name, known: SIMULATIONS.join(", ") });
  }
  const station = await start(options, clock);
  try {
    const { rs485, tcp, broker } = station.ports;
    const { baud } = PUMP_STATION_DEFAULTS;
    tell(
      say(M.running, { station: name, rs485, tcp, baud, seed: options.seed ?? PUMP_STATION_DEFAULTS.seed }),
    );
    if (broker !== undefined) tell(say(M.broker, { port: broker }));
    await untilAborted(signal);
  } finally {
    await station.stop();
  }
  tell(say(M.stopped, { reads: station.ledger.total }));
}

async function start(options: SimulationOptions, clock: Clock): Promise<RunningStation> {
  try {
    return await startPumpStation({ ...options, clock });
  } catch (error) {
    const { code, port, path } = error as NodeJS.ErrnoException & { port?: number };
    if (code === "EADDRINUSE" && port !== undefined) {
      const option = port === options.brokerPort ? "--broker-port" : "--port";
      throw new ConfigurationError(M.port_taken, { port, option }, { cause: error });
    }
    if (code === "EEXIST") {
      const taken = options.link ?? PUMP_STATION_DEFAULTS.link;
      throw new ConfigurationError(M.link_taken, { path: path ?? taken }, { cause: error });
    }
    throw error;
  }
}
