import type { Clock } from "../drivers/core/clock.js";
import { ConfigurationError } from "../drivers/core/errors.js";
import { type Said, say } from "../drivers/core/message.js";
import type { Profile } from "../drivers/profiles/profile.js";
import { SIMULATOR_MESSAGES as M } from "./messages.js";
import { SimulatedBus } from "./modbus/bus.js";
import { ReadLedger } from "./modbus/ledger.js";
import { MixedPort } from "./modbus/mixed-port.js";
import { ProfiledDevice } from "./modbus/profile/profiled-device.js";
import { RTU_FRAMING } from "./modbus/rtu-framing.js";
import { characterBits, type LineFormat } from "./modbus/uart.js";
import { seededRandom } from "./random.js";
import { untilAborted } from "./until-aborted.js";

export interface UnknownDevice {
  readonly profile: Profile;
  readonly unit: number;
  readonly format: LineFormat;
}

const DEVICES = 5;
const KEPT_READS = 1000;
const DEFAULT_LINK = "/tmp/tram-simulate/unknown-bus";

/** Five devices of the library on one cable, as somebody left them: most as their factories set them, with ids of their own. */
export function unknownDevices(profiles: readonly Profile[], seed: number): readonly UnknownDevice[] {
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const wired = profiles.filter(({ links }) => links.some(({ baud }) => baud !== undefined));
  const units = new Set<number>();
  const chosen = new Set<Profile>();
  while (chosen.size < Math.min(DEVICES, wired.length)) chosen.add(wired[below(wired.length)] as Profile);
  return [...chosen].map((profile) => {
    const links = profile.links.filter(({ baud }) => baud !== undefined);
    const { baud = 9600, parity = "none", stop_bits } = links[random() < 0.7 ? 0 : below(links.length)] ?? {};
    let unit = links[0]?.unit_id ?? 1;
    while (units.has(unit)) unit = 1 + below(32);
    units.add(unit);
    return { profile, unit, format: { baud, parity, stopBits: stop_bits === 2 ? 2 : 1 } };
  });
}

/** Serves them on a pseudo-terminal until the signal is aborted, and only then says what they are. */
export async function runUnknownBus(
  profiles: readonly Profile[],
  { link = DEFAULT_LINK, seed = 1 }: { readonly link?: string; readonly seed?: number },
  clock: Clock,
  tell: (said: Said) => void,
  signal: AbortSignal,
): Promise<void> {
  const devices = unknownDevices(profiles, seed);
  const port = new MixedPort(link, clock);
  const ledger = new ReadLedger(KEPT_READS);
  const served = devices.map(({ format, profile, unit }) => {
    const device = new ProfiledDevice({ profile, unit, seed, clock });
    port.attach(busOf(device, format, clock, ledger, seed), format);
    return device;
  });
  try {
    await port.start().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
      throw new ConfigurationError(M.path_taken, { path: link }, { cause: error });
    });
    tell(say(M.unknown_bus, { where: port.where, devices: devices.length, seed }));
    await untilAborted(signal);
  } finally {
    await port.stop();
  }
  for (const [at, { format, profile }] of devices.entries()) {
    const line = `${format.baud} 8${format.parity.charAt(0).toUpperCase()}${format.stopBits}`;
    tell(say(M.it_was, { profile: profile.id, unit: served[at]?.unit ?? 0, line }));
  }
  tell(say(M.stopped, { reads: ledger.total }));
}

function busOf(
  device: ProfiledDevice,
  format: LineFormat,
  clock: Clock,
  ledger: ReadLedger,
  seed: number,
): SimulatedBus {
  const { baud } = format;
  const bitsPerCharacter = characterBits(format);
  return new SimulatedBus({
    devices: [device],
    clock,
    ledger,
    seed,
    framing: RTU_FRAMING,
    baud,
    bitsPerCharacter,
  });
}
