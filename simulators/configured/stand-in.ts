import type { Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { SimulatedBus } from "../modbus/bus.js";
import type { Carrier } from "../modbus/carrier.js";
import { seedOf } from "../modbus/fault.js";
import type { ReadLedger } from "../modbus/ledger.js";
import type { PointBank } from "../modbus/profile/point-bank.js";
import { ProfiledDevice } from "../modbus/profile/profiled-device.js";
import { cannotStart, carrierOf, isAdapter, type Owner } from "./carrier-of.js";
import { CONFIGURED_MESSAGES as M } from "./messages.js";
import { type ListenPlace, type Place, placeOf } from "./transport.js";
import type { WantedConnection, WantedDevice } from "./wanted.js";

export interface StandInOptions {
  readonly clock: Clock;
  readonly ledger: ReadLedger;
  readonly seed: number;
  /** By connection: where it is met instead of where the configuration says. */
  readonly ports: Readonly<Record<string, string>>;
  /** ms of the world that the devices stand in, brought up to now; else the clock's. */
  readonly age?: () => number;
}

export interface StandInDevice {
  readonly wanted: WantedDevice;
  readonly connection: string;
  readonly driver: string;
  readonly device: ProfiledDevice;
}

/** One simulated bus: what is met at one place. Several connections of a configuration may lead there. */
export interface StandInBus {
  /** Who asked for this place, in errors. */
  readonly owner: Owner;
  readonly connections: readonly string[];
  readonly place: Place;
  /** A real adapter carries it. */
  readonly isReal: boolean;
  readonly bus: SimulatedBus;
  readonly carrier: Carrier;
  readonly devices: readonly StandInDevice[];
}

interface Wired {
  readonly place: Place;
  readonly connections: readonly WantedConnection[];
}

/** Stands in for the devices of a gateway's configuration, where the gateway looks for them. */
export class StandIn {
  readonly buses: readonly StandInBus[];
  readonly clock: Clock;
  readonly seed: number;

  private constructor(buses: readonly StandInBus[], { clock, seed }: StandInOptions) {
    this.buses = buses;
    this.clock = clock;
    this.seed = seed;
  }

  /** Nothing is open yet. Throws ConfigurationError for what cannot be stood in for. */
  static of(wanted: readonly WantedConnection[], options: StandInOptions): StandIn {
    const buses = wiresOf(wanted, options.ports).map((wired) => makeBus(wired, options));
    return new StandIn(buses, options);
  }

  /** One that is open. Throws ConfigurationError. */
  static async start(wanted: readonly WantedConnection[], options: StandInOptions): Promise<StandIn> {
    const standIn = StandIn.of(wanted, options);
    await standIn.open();
    return standIn;
  }

  /** Throws ConfigurationError for a place that is taken; leaves nothing open then. */
  async open(): Promise<void> {
    for (const { carrier, owner, place } of this.buses) {
      try {
        await carrier.start();
      } catch (error) {
        await this.stop();
        throw cannotStart(error, place, owner);
      }
    }
  }

  get devices(): readonly StandInDevice[] {
    return this.buses.flatMap(({ devices }) => devices);
  }

  /** What each device remembers and shows. */
  get banks(): ReadonlyMap<string, PointBank> {
    return new Map(this.devices.map(({ device, wanted }) => [wanted.id, device.bank]));
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.buses.map(({ carrier }) => carrier.stop()));
  }
}

/** The places, each with the connections that lead there. */
function wiresOf(
  wanted: readonly WantedConnection[],
  ports: Readonly<Record<string, string>>,
): readonly Wired[] {
  const unknown = Object.keys(ports).find((id) => !wanted.some((connection) => connection.id === id));
  if (unknown !== undefined) {
    const known = wanted.map(({ id }) => id).join(", ");
    throw new ConfigurationError(M.unknown_connection, { id: unknown, known });
  }
  const wires = new Map<string, Wired>();
  for (const connection of wanted) {
    const place = placeOf(connection, ports[connection.id]);
    const key = keyOf(place, connection.id);
    const { connections = [] } = wires.get(key) ?? {};
    wires.set(key, { place, connections: [...connections, connection] });
  }
  return apart([...wires.values()]);
}

function keyOf(place: Place, connection: string): string {
  if (place.kind === "serial") return place.path;
  // Each of them is a call of its own; and any free port is not the same one twice.
  if (place.kind === "dial" || place.port === 0) return connection;
  return `${place.framing.name} ${place.meant ?? `${place.host}:${place.port}`}`;
}

/** Machines elsewhere that use one port get an address each: 127.0.0.1, 127.0.0.2 ... */
function apart(wires: readonly Wired[]): readonly Wired[] {
  const taken = new Set<string>();
  const isElsewhere = ({ place }: Wired): boolean => place.kind === "listen" && place.meant !== undefined;
  const claim = ({ host, port }: ListenPlace): boolean => {
    const isFree = !taken.has(`${host}:${port}`);
    taken.add(`${host}:${port}`);
    return isFree;
  };
  for (const { place } of wires.filter((wired) => !isElsewhere(wired))) {
    if (place.kind === "listen") claim(place);
  }
  return wires.map((wired) => {
    if (!isElsewhere(wired)) return wired;
    let place = wired.place as ListenPlace;
    for (let last = 2; !claim(place) && last < 255; last++) place = { ...place, host: `127.0.0.${last}` };
    return { ...wired, place };
  });
}

function makeBus(
  { place, connections }: Wired,
  { age, clock, ledger, ports, seed }: StandInOptions,
): StandInBus {
  const wanted = connections.flatMap((connection) =>
    connection.devices.map((device) => ({ connection, device })),
  );
  refuseTwins(wanted.map(({ device }) => device));
  const devices = wanted.map(({ connection, device: one }): StandInDevice => {
    const { id, profile, unit, asked } = one;
    const device = new ProfiledDevice({
      id,
      profile,
      unit,
      clock,
      seed: seedOf(seed, id),
      ...(age && { age }),
    });
    device.asked = asked;
    return { wanted: one, connection: connection.id, driver: connection.driver, device };
  });
  const [first] = connections as readonly [WantedConnection, ...WantedConnection[]];
  const isReal = isAdapter(place);
  const bus = new SimulatedBus({
    devices: devices.map(({ device }) => device),
    clock,
    ledger,
    seed: seedOf(seed, first.id),
    framing: place.framing,
    pace: isReal ? "none" : "bus",
    ...(place.kind === "serial" && { baud: place.baud, bitsPerCharacter: bitsOf(place) }),
  });
  const { id } = first;
  const owner: Owner = { id, place: ports[id] === undefined ? first.place : `--port ${id}` };
  const carrier = carrierOf(place, bus, owner);
  return { owner, connections: connections.map((each) => each.id), place, isReal, bus, carrier, devices };
}

function bitsOf({ dataBits, parity, stopBits }: Extract<Place, { kind: "serial" }>): number {
  return 1 + dataBits + (parity === "none" ? 0 : 1) + stopBits;
}

/** Two connections may lead to one place; two devices there cannot have one unit id. */
function refuseTwins(devices: readonly WantedDevice[]): void {
  const owners = new Map<number, WantedDevice>();
  for (const device of devices) {
    const { id, place, unit } = device;
    const other = owners.get(unit);
    if (other)
      throw new ConfigurationError(M.twins, { place, id, unit, other: other.id, where: other.place });
    owners.set(unit, device);
  }
}
