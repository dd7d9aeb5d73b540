import { AdapterPort } from "../modbus/adapter-port.js";
import type { BusStats } from "../modbus/shared-wire.js";
import type { CountingLedger } from "./device-count.js";
import type { StandIn, StandInDevice } from "./stand-in.js";

/** One line of what is stood in for. */
export interface StandInRow {
  readonly connection: string;
  readonly driver: string;
  readonly where: string;
  readonly device: string;
  /** Absent: points in place. */
  readonly profile?: string;
  readonly unit: number;
}

export interface DeviceAccount {
  readonly device: string;
  readonly reads: number;
  readonly writes: number;
  readonly breaches: number;
  /** Kinds of breaches, with how often each was seen among those that are kept. */
  readonly kinds: Readonly<Record<string, number>>;
}

export interface StandInAccount extends Pick<BusStats, "requests" | "answers" | "exceptions" | "foreign"> {
  readonly damaged: number;
  /** Bytes that real adapters heard of what they sent themselves. */
  readonly echoed: number;
  readonly devices: readonly DeviceAccount[];
  /** By kind, how often each was made. */
  readonly faults: Readonly<Record<string, number>>;
}

export function rowsOf({ buses }: StandIn): readonly StandInRow[] {
  return buses.flatMap(({ carrier, devices }) =>
    devices.map(({ connection, device, driver, wanted }) => ({
      connection,
      driver,
      where: carrier.where,
      device: wanted.id,
      ...(isOfProfile(wanted) && { profile: wanted.profile.id }),
      unit: device.unit,
    })),
  );
}

export function accountOf({ buses, devices }: StandIn, ledger: CountingLedger): StandInAccount {
  const sum = (pick: (stats: BusStats) => number): number =>
    buses.reduce((total, { bus }) => total + pick(bus.stats), 0);
  const faults: Record<string, number> = {};
  for (const { bus } of buses) {
    for (const [kind, count] of Object.entries(bus.faults.made())) faults[kind] = (faults[kind] ?? 0) + count;
  }
  return {
    requests: sum(({ requests }) => requests),
    answers: sum(({ answers }) => answers),
    exceptions: sum(({ exceptions }) => exceptions),
    foreign: sum(({ foreign }) => foreign),
    damaged: sum(({ damagedBytes }) => damagedBytes),
    echoed: buses.reduce(
      (total, { carrier }) => total + (carrier instanceof AdapterPort ? carrier.echoed : 0),
      0,
    ),
    devices: devices.map((each) => deviceAccount(each, ledger)),
    faults,
  };
}

function deviceAccount({ device, wanted }: StandInDevice, ledger: CountingLedger): DeviceAccount {
  const kinds: Record<string, number> = {};
  for (const { fault } of device.breaches.all) kinds[fault] = (kinds[fault] ?? 0) + 1;
  const { length: writes } = device.writes;
  return {
    device: wanted.id,
    reads: ledger.reads(wanted.id),
    writes,
    breaches: device.breaches.total,
    kinds,
  };
}

/** The profile of a device with points in place bears the device's own name, without a maker. */
function isOfProfile({ profile }: StandInDevice["wanted"]): boolean {
  return profile.id.includes("/");
}
