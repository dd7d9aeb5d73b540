import Database from "better-sqlite3";
import { openBufferReader } from "../gateway/buffer/reader.js";
import type { Counts } from "./bench-account.js";
import type { Load } from "./bench-config.js";
import { type Usage, usageOf } from "./bench-process.js";
import { type Measured, pause, Rig, type Subscriber, until } from "./bench-rig.js";

export type Who = "gateway" | "bare";

/** One figure of a row. `reach` is the number to reach, with the direction in which it is meant. */
export interface Figure {
  readonly what: string;
  readonly gateway: number;
  readonly bare?: number;
  readonly reach?: { readonly most?: number; readonly least?: number; readonly ofRatio?: boolean };
  readonly digits: number;
}

export interface Row {
  readonly name: string;
  readonly about: string;
  measure(seconds: number): Promise<readonly Figure[]>;
}

/** Code that has just been compiled is not measured. */
const WARM_UP_MS = 5_000;
const MB = 1_000_000;
const MILLION = 1_000_000;

interface Run {
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

type LoadWithoutPorts = Omit<Load, "ports"> & { readonly connections: number };

function loadAt(ports: readonly number[], { unitsPerPort, registers, everyMs }: LoadWithoutPorts): Load {
  return { ports, unitsPerPort, registers, everyMs };
}

/** A process between the server and the subscriber, over a window of time after it has warmed up. */
async function delivered(who: Who, load: LoadWithoutPorts, seconds: number): Promise<Run> {
  const rig = new Rig();
  try {
    const server = await rig.server(load.connections);
    const mqttPort = await rig.broker();
    const centre = await rig.subscriber(mqttPort);
    const process = start(rig, who, loadAt(server.ports, load), mqttPort);
    await until(`${who}: the first reading`, async () => (await centre.counts()).readings > 0);
    await pause(WARM_UP_MS);
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
async function settled(centre: Subscriber): Promise<Counts> {
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

function perReading(
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

function figuresOf(
  gateway: Run,
  bare: Run,
  reach: { cpu: number; rss?: number; median?: number; p99?: number },
): Figure[] {
  const both = (what: string, digits: number, of: (run: Run) => number, goal?: Figure["reach"]): Figure => ({
    what,
    digits,
    gateway: of(gateway),
    bare: of(bare),
    ...(goal && { reach: goal }),
  });
  const most = (value: number | undefined): Figure["reach"] =>
    value === undefined ? undefined : { most: value };
  return [
    both("readings delivered a second", 0, (run) => run.perSecond),
    both("CPU-s a million readings", 2, (run) => run.cpuPerMillion, { most: reach.cpu, ofRatio: true }),
    both("peak RSS, MB", 0, (run) => run.peakRssBytes / MB, most(reach.rss)),
    both("readings missing", 0, (run) => run.missing, { most: 0 }),
    both("records wrong", 0, (run) => run.wrong, { most: 0 }),
    both("reply to subscriber, median ms", 1, (run) => run.latency.median, most(reach.median)),
    both("reply to subscriber, 99th ms", 1, (run) => run.latency.p99, most(reach.p99)),
    both("bytes written a reading", 1, (run) => run.bytesPerReading),
  ];
}

const STEADY: LoadWithoutPorts = { connections: 10, unitsPerPort: 10, registers: 100, everyMs: 1000 };
const FAST: LoadWithoutPorts = { ...STEADY, everyMs: 100 };
const SLOW: LoadWithoutPorts = { connections: 1, unitsPerPort: 10, registers: 100, everyMs: 1000 };
const FLAT: LoadWithoutPorts = { connections: 1, unitsPerPort: 1, registers: 125, everyMs: 0 };
const ONE: LoadWithoutPorts = { connections: 1, unitsPerPort: 1, registers: 10, everyMs: 1000 };

/** Readings a second that are on the disk, with nobody to forward them to. */
async function stored(
  who: Who,
  load: LoadWithoutPorts,
  seconds: number,
): Promise<Pick<Run, "perSecond" | "cpuPerMillion" | "bytesPerReading" | "peakRssBytes">> {
  const rig = new Rig();
  try {
    const server = await rig.server(load.connections);
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
    const readings = (to - from) * load.registers;
    return {
      perSecond: (readings * 1000) / (endedAt - startedAt),
      ...perReading(usedBefore, used, readings),
    };
  } finally {
    await rig.close();
  }
}

/** The number of the last committed record, 0 for none. */
function lastStored(who: Who, path: string): number {
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

/** The link is cut and mended again; how long until nothing is missing. */
async function outage(seconds: number): Promise<Figure[]> {
  const rig = new Rig();
  try {
    const server = await rig.server(SLOW.connections);
    const mqttPort = await rig.broker();
    const centre = await rig.subscriber(mqttPort);
    const { link, port } = await rig.link(mqttPort);
    const gateway = rig.gateway(loadAt(server.ports, SLOW), port);
    await until("the first reading", async () => (await centre.counts()).readings > 0);
    await pause(WARM_UP_MS);
    link.cut();
    await pause(seconds * 1000);
    const before = await centre.counts();
    link.mend();
    await until("the connection", async () => (await centre.counts()).messages > before.messages);
    const connectedAt = performance.now();
    await until("the end of the backlog", async () => (await centre.counts()).missing === 0);
    const drainedMs = performance.now() - connectedAt;
    await pause(1000);
    await gateway.stop();
    const all = await settled(centre);
    const notCome = Math.max(0, server.ledger().replies - all.records - SLOW.connections);
    return [
      {
        what: `drained after ${seconds} s away, s`,
        gateway: drainedMs / 1000,
        digits: 2,
        reach: { most: 2 },
      },
      { what: "readings sent late", gateway: all.historical * SLOW.registers, digits: 0 },
      { what: "readings missing", gateway: notCome * SLOW.registers, digits: 0, reach: { most: 0 } },
      { what: "records twice", gateway: all.duplicates, digits: 0 },
      { what: "records wrong", gateway: all.wrong, digits: 0, reach: { most: 0 } },
    ];
  } finally {
    await rig.close();
  }
}

/** A large backlog, made with nobody to send it to, is sent beside live readings. */
async function drain(seconds: number): Promise<Figure[]> {
  const rig = new Rig();
  try {
    const server = await rig.server(FAST.connections);
    const mqttPort = await rig.broker();
    const centre = await rig.subscriber(mqttPort);
    const { link, port } = await rig.link(mqttPort);
    link.cut();
    const filling = rig.gateway(loadAt(server.ports, FAST), port);
    await until("the first commit", () => lastStored("gateway", rig.database) > 0);
    await pause(seconds * 1000);
    await filling.stop();
    const backlog = lastStored("gateway", rig.database);
    link.mend();
    const draining = rig.gateway(loadAt(server.ports.slice(0, 1), SLOW), mqttPort);
    await until("the first reading", async () => (await centre.counts()).readings > 0);
    const [startedAt, usedBefore] = [performance.now(), usageOf(draining.pid)];
    await centre.mark();
    // Events are numbered too; the last records are waited for below.
    let last = await centre.counts();
    await until(
      "the end of the backlog",
      async () => {
        last = await centre.counts();
        return last.historical >= backlog * 0.99;
      },
      600_000,
    );
    const [endedAt, used] = [performance.now(), usageOf(draining.pid)];
    const readings = last.historical * FAST.registers;
    await pause(2000);
    await draining.stop();
    const all = await settled(centre);
    const notCome = Math.max(0, server.ledger().replies - all.records - FAST.connections);
    return [
      { what: "backlog, readings", gateway: readings, digits: 0 },
      {
        what: "readings drained a second",
        gateway: (readings * 1000) / (endedAt - startedAt),
        digits: 0,
        reach: { least: 50_000 },
      },
      { what: "live meanwhile, median ms", gateway: last.latency.median, digits: 0, reach: { most: 1000 } },
      { what: "live meanwhile, worst ms", gateway: last.latency.worst, digits: 0, reach: { most: 1000 } },
      {
        what: "CPU-s a million readings",
        gateway: perReading(usedBefore, used, readings).cpuPerMillion,
        digits: 2,
      },
      { what: "peak RSS, MB", gateway: used.peakRssBytes / MB, digits: 0 },
      {
        what: "readings missing",
        gateway: Math.max(all.missing, notCome) * FAST.registers,
        digits: 0,
        reach: { most: 0 },
      },
      { what: "records twice", gateway: all.duplicates, digits: 0 },
      { what: "records wrong", gateway: all.wrong, digits: 0, reach: { most: 0 } },
    ];
  } finally {
    await rig.close();
  }
}

async function idleOf(
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

export const ROWS: readonly Row[] = [
  {
    name: "steady",
    about: "10,000 points/s: 100 devices x 100 u16 x 1 Hz, 10 connections, delivered",
    async measure(seconds) {
      const [gateway, bare] = [
        await delivered("gateway", STEADY, seconds),
        await delivered("bare", STEADY, seconds),
      ];
      return figuresOf(gateway, bare, { cpu: 1.5, rss: 140, median: 5, p99: 50 });
    },
  },
  {
    name: "fast",
    about: "100,000 points/s: 100 devices x 100 u16 x 10 Hz, 10 connections, delivered",
    async measure(seconds) {
      const [gateway, bare] = [
        await delivered("gateway", FAST, seconds),
        await delivered("bare", FAST, seconds),
      ];
      return figuresOf(gateway, bare, { cpu: 2 });
    },
  },
  {
    name: "flat",
    about: "one TCP device as fast as it answers, 125 registers a request, on the disk",
    async measure(seconds) {
      const [gateway, bare] = [await stored("gateway", FLAT, seconds), await stored("bare", FLAT, seconds)];
      return [
        {
          what: "readings stored a second",
          gateway: gateway.perSecond,
          bare: bare.perSecond,
          digits: 0,
          reach: { least: 500_000 },
        },
        {
          what: "CPU-s a million readings",
          gateway: gateway.cpuPerMillion,
          bare: bare.cpuPerMillion,
          digits: 2,
        },
        { what: "peak RSS, MB", gateway: gateway.peakRssBytes / MB, bare: bare.peakRssBytes / MB, digits: 0 },
        {
          what: "bytes written a reading",
          gateway: gateway.bytesPerReading,
          bare: bare.bytesPerReading,
          digits: 1,
        },
      ];
    },
  },
  {
    name: "flat-mqtt",
    about: "the same, stored and delivered",
    async measure(seconds) {
      const [gateway, bare] = [
        await delivered("gateway", FLAT, seconds),
        await delivered("bare", FLAT, seconds),
      ];
      return figuresOf(gateway, bare, { cpu: 2 });
    },
  },
  { name: "outage", about: "the broker is away, at 1,000 points/s", measure: outage },
  {
    name: "drain",
    about: "a backlog made at 100,000 points/s is sent, beside 1,000 live points/s",
    measure: drain,
  },
  {
    name: "idle",
    about: "one device with 10 points at 1 Hz",
    async measure(seconds) {
      const [gateway, bare] = [await idleOf("gateway", seconds), await idleOf("bare", seconds)];
      return [
        {
          what: "start to first delivery, ms",
          gateway: gateway.readyMs,
          bare: bare.readyMs,
          digits: 0,
          reach: { most: 2000 },
        },
        {
          what: "RSS, MB",
          gateway: gateway.rssBytes / MB,
          bare: bare.rssBytes / MB,
          digits: 0,
          reach: { most: 85 },
        },
        { what: "CPU, % of one core", gateway: gateway.cpu, bare: bare.cpu, digits: 1 },
      ];
    },
  },
];
