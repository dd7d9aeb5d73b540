import { spawn } from "node:child_process";
import { once } from "node:events";
import { type Bus, type BusCounts, exchangeMs, shareOf, silenceOf } from "./bench-bus.js";
import type { Load } from "./bench-config.js";
import { type Measured, pause, Rig, type Subscriber, until } from "./bench-rig.js";
import { settled } from "./bench-runs.js";

/** What is read on a bus, as fast as it goes unless `everyMs` is given. */
export interface BusLoad {
  readonly baud: number;
  readonly registers: number;
  readonly units: number;
  readonly everyMs?: number;
}

/** What a client has made of the bus. */
export interface BusRun {
  /** Of the exchanges that were possible. */
  readonly share: number;
  readonly requests: number;
  readonly broken: number;
  /** The smallest silence, as a share of what it must be. */
  readonly smallest: number;
  /** Of the time, that this machine was late in playing the bus. */
  readonly late: number;
  readonly unanswered: number;
}

export interface Delivered extends BusRun {
  /** Readings that the bus gave and the subscriber does not have, but for those of the last request. */
  readonly missing: number;
  readonly wrong: number;
}

/** A gateway that delivers what it reads on a bus. */
export interface Station {
  readonly bus: Bus;
  readonly centre: Subscriber;
  readonly gateway: Measured;
}

export async function stationOn(rig: Rig, load: BusLoad, unitsOfBus = load.units): Promise<Station> {
  const bus = await rig.bus({ baud: load.baud, units: unitsOfBus });
  const mqttPort = await rig.broker();
  const centre = await rig.subscriber(mqttPort);
  const gateway = rig.gateway(gatewayLoad(load, bus), mqttPort);
  await until("the first reading", async () => (await centre.counts()).readings > 0);
  return { bus, centre, gateway };
}

function gatewayLoad({ baud, registers, units, everyMs = 0 }: BusLoad, bus: Bus): Load {
  return { ports: [], line: { path: bus.path, baud }, unitsPerPort: units, registers, everyMs };
}

/** V8 is still compiling at first, and a bus leaves it time to. */
const WARM_UP_MS = 2_000;

export async function gatewayOnBus(load: BusLoad, ms: number): Promise<Delivered> {
  const rig = new Rig();
  try {
    const { bus, centre, gateway } = await stationOn(rig, load);
    await pause(WARM_UP_MS);
    const from = bus.counts();
    await pause(ms);
    const run = runOf(load, from, bus.counts());
    await gateway.stop();
    const all = await settled(centre);
    const end = bus.counts();
    const notCome = Math.max(0, end.replies - all.records - 1);
    return {
      ...run,
      // From the first request on: nothing excuses a broken silence.
      broken: end.broken,
      smallest: end.smallestNs / 1e6 / silenceOf(load.baud),
      missing: Math.max(notCome, all.missing) * load.registers + all.bad,
      wrong: all.wrong,
    };
  } finally {
    await rig.close();
  }
}

/** libmodbus, with a pause before each request. */
export async function libmodbusOnBus(load: BusLoad, gapUs: number, ms: number): Promise<BusRun> {
  const rig = new Rig();
  try {
    const { baud, registers, units } = load;
    const bus = await rig.bus({ baud, units });
    const from = bus.counts();
    const args = [bus.path, baud, "E", units, registers, gapUs, ms / 1000].map(String);
    const client = spawn(rig.compile("bench-libmodbus", "-lmodbus"), args, {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [code] = await once(client, "close");
    if (code !== 0) throw new Error(`bench-libmodbus ended with ${code}`);
    const to = bus.counts();
    // The silence after the last reply belongs to it.
    const elapsedMs = (to.endedNs - to.startedNs) / 1e6 + silenceOf(baud);
    return { ...runOf(load, from, to), share: (to.replies * exchangeMs(baud, registers)) / elapsedMs };
  } finally {
    await rig.close();
  }
}

function runOf({ baud, registers }: BusLoad, from: BusCounts, to: BusCounts): BusRun {
  const elapsedNs = to.endedNs - (from.endedNs || to.startedNs);
  return {
    share: shareOf(from, to, exchangeMs(baud, registers)),
    requests: to.requests - from.requests,
    broken: to.broken - from.broken,
    smallest: to.smallestNs / 1e6 / silenceOf(baud),
    late: (to.lateNs - from.lateNs) / elapsedNs,
    unanswered: to.unanswered - from.unanswered,
  };
}
