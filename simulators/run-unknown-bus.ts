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
/** How many of mixed devices stand at their factory's setting. */
const FACTORY_SHARE = 0.7;
const KEPT_READS = 1000;
const DEFAULT_LINK = "/tmp/tram-simulate/unknown-bus";

/** `shared`: somebody had them working on one cable; `mixed`: most as their factories set them. */
export type UnknownSettings = "shared" | "mixed";

/** Five devices of the library on one cable, as somebody left them: with ids of their own, at settings that their profiles know. */
export function unknownDevices(
  profiles: readonly Profile[],
  seed: number,
  settings: UnknownSettings,
): readonly UnknownDevice[] {
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  const wired = profiles.filter(
    (profile) => profile.family.name === "modbus" && formatsOf(profile).length > 0,
  );
  const knowing = (format: LineFormat): readonly Profile[] =>
    wired.filter((profile) => formatsOf(profile).some((other) => isSame(other, format)));
  const common = wired.flatMap(formatsOf).filter((format) => knowing(format).length >= DEVICES);
  const shared = settings === "shared" ? one(common) : undefined;
  const fitting = shared ? knowing(shared) : wired;
  const chosen = new Set<Profile>();
  while (chosen.size < Math.min(DEVICES, fitting.length)) chosen.add(one(fitting));
  const units = new Set<number>();
  return [...chosen].map((profile) => {
    let unit = profile.links.find(({ baud }) => baud !== undefined)?.unit_id ?? 1;
    while (units.has(unit)) unit = 1 + below(32);
    units.add(unit);
    const formats = formatsOf(profile);
    const format = shared ?? (random() < FACTORY_SHARE ? formats[0] : one(formats));
    return { profile, unit, format: format as LineFormat };
  });
}

function formatsOf({ links }: Profile): readonly LineFormat[] {
  return links.flatMap(({ baud, parity = "none", stop_bits }) =>
    baud === undefined ? [] : [{ baud, parity, stopBits: stop_bits === 2 ? 2 : 1 }],
  );
}

function isSame(a: LineFormat, b: LineFormat): boolean {
  return a.baud === b.baud && a.parity === b.parity && a.stopBits === b.stopBits;
}

/** Serves them on a pseudo-terminal until the signal is aborted, and only then says what they are. */
export async function runUnknownBus(
  profiles: readonly Profile[],
  {
    link = DEFAULT_LINK,
    seed = 1,
    settings = "shared",
  }: { readonly link?: string; readonly seed?: number; readonly settings?: UnknownSettings },
  clock: Clock,
  tell: (said: Said) => void,
  signal: AbortSignal,
): Promise<void> {
  const devices = unknownDevices(profiles, seed, settings);
  const port = new MixedPort(link, clock);
  const ledger = new ReadLedger(KEPT_READS);
  const buses = new Map<string, { readonly format: LineFormat; readonly devices: ProfiledDevice[] }>();
  const served = devices.map(({ format, profile, unit }) => {
    const device = new ProfiledDevice({ profile, unit, seed, clock });
    const line = lineText(format);
    const bus = buses.get(line) ?? { format, devices: [] };
    buses.set(line, bus);
    bus.devices.push(device);
    return device;
  });
  for (const bus of buses.values()) {
    port.attach(busOf(bus.devices, bus.format, clock, ledger, seed), bus.format);
  }
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
    tell(say(M.it_was, { profile: profile.id, unit: served[at]?.unit ?? 0, line: lineText(format) }));
  }
  tell(say(M.stopped, { reads: ledger.total }));
}

/** `9600 8N1`. */
function lineText({ baud, parity, stopBits }: LineFormat): string {
  return `${baud} 8${parity.charAt(0).toUpperCase()}${stopBits}`;
}

function busOf(
  devices: readonly ProfiledDevice[],
  format: LineFormat,
  clock: Clock,
  ledger: ReadLedger,
  seed: number,
): SimulatedBus {
  const { baud } = format;
  const bitsPerCharacter = characterBits(format);
  return new SimulatedBus({
    devices,
    clock,
    ledger,
    seed,
    framing: RTU_FRAMING,
    baud,
    bitsPerCharacter,
  });
}
