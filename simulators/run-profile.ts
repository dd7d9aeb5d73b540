import type { Clock } from "../drivers/core/clock.js";
import { ConfigurationError } from "../drivers/core/errors.js";
import { type Said, say } from "../drivers/core/message.js";
import type { Profile } from "../drivers/profiles/profile.js";
import { SIMULATOR_MESSAGES as M } from "./messages.js";
import { SimulatedBus } from "./modbus/bus.js";
import type { Carrier } from "./modbus/carrier.js";
import { toNumber } from "./modbus/exact.js";
import { ReadLedger } from "./modbus/ledger.js";
import { MBAP_FRAMING } from "./modbus/mbap-framing.js";
import { MixedPort } from "./modbus/mixed-port.js";
import { ProfiledDevice } from "./modbus/profile/profiled-device.js";
import { RTU_FRAMING } from "./modbus/rtu-framing.js";
import { TcpListener } from "./modbus/tcp-listener.js";
import type { TruthValue } from "./modbus/truth.js";
import type { LineFormat } from "./modbus/uart.js";
import { untilAborted } from "./until-aborted.js";

export interface ProfileSimulationOptions {
  /** Path of the simulated serial port; absent, with `tcpPort` absent too: a path of its own in /tmp. */
  readonly link?: string;
  /** 0: any free port. */
  readonly tcpPort?: number;
  /** Else the factory's. */
  readonly unit?: number;
  readonly seed?: number;
}

const SEED = 1;
/** A run may last for days: the newest answers are enough. */
const KEPT_READS = 1000;

/**
 * Runs the device of a profile, on a simulated serial port or as a Modbus TCP server, until the signal is aborted;
 * then says what was done to it. Throws ConfigurationError for a port or path that is taken.
 */
export async function runProfile(
  profile: Profile,
  options: ProfileSimulationOptions,
  clock: Clock,
  tell: (said: Said) => void,
  signal: AbortSignal,
): Promise<void> {
  const { seed = SEED, unit } = options;
  const device = new ProfiledDevice({ profile, clock, seed, ...(unit !== undefined && { unit }) });
  const ledger = new ReadLedger(KEPT_READS);
  const [link = {}] = profile.links;
  const { baud = 9600, data_bits = 8, parity = "none", stop_bits = 1 } = link;
  const { tcpPort } = options;
  const bus = new SimulatedBus({
    devices: [device],
    clock,
    ledger,
    seed,
    framing: tcpPort !== undefined ? MBAP_FRAMING : RTU_FRAMING,
    baud,
    bitsPerCharacter: 1 + data_bits + (parity === "none" ? 0 : 1) + stop_bits,
  });
  const path = options.link ?? `/tmp/tram-simulate/${profile.id.replace("/", "-")}`;
  const carrier: Carrier =
    tcpPort !== undefined
      ? new TcpListener({ bus, port: tcpPort })
      : serialPort(bus, path, clock, { baud, parity, stopBits: stop_bits === 2 ? 2 : 1 });
  try {
    await start(carrier, options, path);
    const about = { profile: profile.id, where: carrier.where, unit: device.unit, seed };
    const line = `${baud} ${data_bits}${parity.charAt(0).toUpperCase()}${stop_bits}`;
    tell(tcpPort !== undefined ? say(M.profile_on_tcp, about) : say(M.profile_on_serial, { ...about, line }));
    await untilAborted(signal);
  } finally {
    await carrier.stop();
  }
  tell(say(M.stopped, { reads: ledger.total }));
  for (const { point, value } of device.writes.slice(-5)) {
    tell(say(M.was_written, { point, value: shownValue(value) }));
  }
  const { total } = device.breaches;
  if (total > 0) {
    const kinds = [...new Set(device.breaches.all.map(({ fault }) => fault))];
    tell(say(M.breaches, { total, kinds: kinds.join(", ") }));
  }
}

/** Whoever opens it at another speed hears garbage, as with the device itself. */
function serialPort(bus: SimulatedBus, path: string, clock: Clock, format: LineFormat): MixedPort {
  const port = new MixedPort(path, clock);
  port.attach(bus, format);
  return port;
}

async function start(
  carrier: Carrier,
  { tcpPort = 0 }: ProfileSimulationOptions,
  path: string,
): Promise<void> {
  try {
    await carrier.start();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new ConfigurationError(M.port_taken, { port: tcpPort, option: "--tcp" }, { cause: error });
    }
    if (code === "EACCES") {
      throw new ConfigurationError(M.port_forbidden, { port: tcpPort }, { cause: error });
    }
    if (code === "EEXIST") throw new ConfigurationError(M.path_taken, { path }, { cause: error });
    throw error;
  }
}

function shownValue(value: TruthValue): string {
  return typeof value === "object" ? String(toNumber(value)) : String(value);
}
