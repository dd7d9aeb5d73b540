import Database from "better-sqlite3";
import { openBufferReader } from "../gateway/buffer/reader.js";
import type { Counts } from "./bench-account.js";
import type { Load } from "./bench-config.js";
import { type Usage, usageOf } from "./bench-process.js";
import { type Measured, pause, Rig, type Subscriber, until } from "./bench-rig.js";

export type Who = "gateway" | "bare";

/**
 * Before anything is measured. At a hundred requests a second V8 is busy compiling for half a minute: what it uses
 * until then says nothing of a process that runs for months.
 */
export const WARM_UP_MS = 10_000;
const SLOW_WARM_UP_MS = 30_000;
const MILLION = 1_000_000;

export interface Run {
  readonly perSecond: number;
  readonly cpuPerMillion: number;
  readonly bytesPerReading: number;
  readonly peakRssBytes: number;
  readonly latency: Counts["latency"];
  /** Readings that the server has given, but for those of one request of each connection at the end. */
  readonly missing: number;
  readonly wrong: number;
  readonly duplicates: number;
}

export type LoadWithoutPorts = Omit<Load, "ports"> & { readonly connections: number };

export function loadAt(ports: readonly number[], { connections: _, ...load }: LoadWithoutPorts): Load {
  return { ports, ...load };
}

/** A process between the server and the subscriber, over a window of time after it has warmed up. */
export async function delivered(who: Who, load: LoadWithoutPorts, seconds: number): Promise<Run> {
  const rig = new Rig();
  try {
    const server = await rig.server(load.connections);
    const mqttPort = await rig.broker();
    const centre = await rig.subscriber(mqttPort);
    const process = start(rig, who, loadAt(server.ports, load), mqttPort);
    await until(`${who}: the first reading`, async () => (await centre.counts()).readings > 0);
    await pause(load.everyMs >= 1000 ? SLOW_WARM_UP_MS : WARM_UP_MS);
    const [from, usedBefore, startedAt] = [await centre.mark(), usageOf(process.pid), performance.now()];
    await pause(seconds * 1000);
    const [to, used, endedAt] = [await centre.counts(), usageOf(process.pid), performance.now()];
    await process.stop();
    const all = await settled(centre);
    const readings = to.readings - from.readings;
    const { replies } = server.ledger();
    const notCome = Math.max(0, replies - all.records - load.connections);
    return {
      perSecond: (readings * 1000) / (endedAt - startedAt),
      ...perReading(usedBefore, used, readings),
      latency: to.latency,
      missing: Math.max(notCome, all.missing) * load.registers + all.bad,
      wrong: all.wrong,
      duplicates: all.duplicates,
    };
  } finally {
    await rig.close();
  }
}

function start(rig: Rig, who: Who, load: Load, mqttPort: number | undefined): Measured {
  return who === "gateway" ? rig.gateway(load, mqttPort) : rig.bareLoop(load, mqttPort);
}

/** What the subscriber has when nothing more comes. */
export async function settled(centre: Subscriber): Promise<Counts> {
  let last = await centre.counts();
  await until("the last messages", async () => {
    await pause(500);
    const now = await centre.counts();
    const same = now.messages === last.messages;
    last = now;
    return same;
  });
  return last;
}

/**
 * After a mark when the link was mended. Within the backlog nothing is missing either, since it comes in order: a live
 * record must have come as well.
 */
export function backlogIsOver({ latency, missing }: Counts): boolean {
  return latency.count > 0 && missing === 0;
}

export function perReading(
  before: Usage,
  after: Usage,
  readings: number,
): Pick<Run, "cpuPerMillion" | "bytesPerReading" | "peakRssBytes"> {
  return {
    cpuPerMillion: ((after.cpuSeconds - before.cpuSeconds) * MILLION) / readings,
    bytesPerReading: (after.bytesWritten - before.bytesWritten) / readings,
    peakRssBytes: after.peakRssBytes,
  };
}

/** The most registers that a request can read. */
const MOST_REGISTERS = 125;

/** Readings a second that are on the disk, with nobody to forward them to. */
export async function stored(
  who: Who,
  load: LoadWithoutPorts,
  seconds: number,
  delayUs = 0,
): Promise<Pick<Run, "perSecond" | "cpuPerMillion" | "bytesPerReading" | "peakRssBytes" | "missing">> {
  const rig = new Rig();
  try {
    const server = await rig.server(load.connections, delayUs);
    const process = start(rig, who, loadAt(server.ports, load), undefined);
    await until(`${who}: the first commit`, () => lastStored(who, rig.database) > 0);
    await pause(WARM_UP_MS);
    const [from, usedBefore, startedAt] = [
      lastStored(who, rig.database),
      usageOf(process.pid),
      performance.now(),
    ];
    await pause(seconds * 1000);
    const [to, used, endedAt] = [lastStored(who, rig.database), usageOf(process.pid), performance.now()];
    await process.stop();
    const ofRecord = Math.min(load.registers, MOST_REGISTERS);
    const readings = (to - from) * ofRecord;
    const underWay = load.connections * (load.pipeline ?? 1);
    // Numbers of events are in the last number too; there are few.
    const notStored = server.ledger().replies - lastStored(who, rig.database) - underWay;
    return {
      perSecond: (readings * 1000) / (endedAt - startedAt),
      ...perReading(usedBefore, used, readings),
      missing: Math.max(0, notStored) * ofRecord,
    };
  } finally {
    await rig.close();
  }
}

/** The number of the last committed record, 0 for none. */
export function lastStored(who: Who, path: string): number {
  try {
    if (who === "gateway") {
      const reader = openBufferReader(path);
      try {
        return reader.last();
      } finally {
        reader.close();
      }
    }
    const database = new Database(path, { readonly: true, fileMustExist: true });
    try {
      return Number(database.prepare("SELECT max(seq) FROM record").pluck().get() ?? 0);
    } finally {
      database.close();
    }
  } catch {
    // The file is not there yet.
    return 0;
  }
}

/** The smallest gateway there is. */
const ONE: LoadWithoutPorts = { connections: 1, unitsPerPort: 1, registers: 10, everyMs: 1000 };

export async function idleOf(
  who: Who,
  seconds: number,
): Promise<{ readonly readyMs: number; readonly rssBytes: number; readonly cpu: number }> {
  const rig = new Rig();
  try {
    const server = await rig.server(ONE.connections);
    const mqttPort = await rig.broker();
    const centre = await rig.subscriber(mqttPort);
    const process = start(rig, who, loadAt(server.ports, ONE), mqttPort);
    await until("the first reading", async () => (await centre.counts()).readings > 0);
    const { firstAt } = await centre.counts();
    await pause(WARM_UP_MS);
    const before = usageOf(process.pid);
    await pause(seconds * 1000);
    const used = usageOf(process.pid);
    await process.stop();
    return {
      readyMs: firstAt - process.startedAt,
      rssBytes: used.rssBytes,
      cpu: ((used.cpuSeconds - before.cpuSeconds) * 100) / seconds,
    };
  } finally {
    await rig.close();
  }
}
