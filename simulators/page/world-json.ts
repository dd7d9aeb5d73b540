import type { StandIn } from "../configured/stand-in.js";
import type { World } from "../process/world.js";

/** A value of the world for the page; `range` where it can be set. */
export interface SignalJson {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: readonly [number, number];
}

export interface SceneJson {
  /** Wall time of the world, ISO 8601; absent without a world. */
  readonly now?: string;
  readonly speed?: number;
  readonly parts: Readonly<Record<string, readonly SignalJson[]>>;
  readonly devices: readonly DeviceJson[];
}

export interface DeviceJson {
  readonly id: string;
  readonly connection: string;
  readonly where: string;
  readonly unit: number;
  readonly writes: number;
  readonly points: readonly string[];
}

/** All that the page shows of one moment. */
export function sceneJson(standIn: StandIn, world: World | undefined): SceneJson {
  world?.advance();
  const parts: Record<string, readonly SignalJson[]> = {};
  for (const [name, { inputs, signals }] of world?.parts ?? []) {
    const all = new Map<string, SignalJson>();
    for (const [own, { read, unit }] of Object.entries(signals)) {
      all.set(own, { name: own, unit, value: rounded(read()) });
    }
    // An input of the same name is what can be set of it.
    for (const [own, { range, read, unit }] of Object.entries(inputs)) {
      all.set(own, { name: own, unit, value: rounded(read()), range });
    }
    parts[name] = [...all.values()];
  }
  const devices = standIn.buses.flatMap(({ carrier, devices: own }) =>
    own.map(({ connection, device, wanted }) => ({
      id: wanted.id,
      connection,
      where: carrier.where,
      unit: device.unit,
      writes: device.writes.length,
      points: [...device.bank.points.keys()],
    })),
  );
  return { ...(world && { now: new Date(world.now).toISOString(), speed: world.speed }), parts, devices };
}

/** What is no number has no place in JSON. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : 0;
}
