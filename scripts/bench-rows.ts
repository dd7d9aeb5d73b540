import { COMMIT } from "./bench-commit-row.js";
import { DEAD } from "./bench-dead-rows.js";
import type { Figure, Row } from "./bench-figure.js";
import { FLASH } from "./bench-flash-row.js";
import { PIPELINE } from "./bench-pipeline-row.js";
import { usageOf } from "./bench-process.js";
import { PROFILES } from "./bench-profiles-row.js";
import { pause, Rig, until } from "./bench-rig.js";
import { RS485 } from "./bench-rs485-row.js";
import {
  backlogIsOver,
  delivered,
  idleOf,
  type LoadWithoutPorts,
  lastStored,
  loadAt,
  perReading,
  type Run,
  settled,
  stored,
  WARM_UP_MS,
} from "./bench-runs.js";
import { SIMULATOR_ROW } from "./bench-simulator-row.js";
import { STALL } from "./bench-stall-row.js";
import { VOLUME } from "./bench-volume-row.js";

const MB = 1_000_000;

const STEADY: LoadWithoutPorts = { connections: 10, unitsPerPort: 10, registers: 100, everyMs: 1000 };
const FAST: LoadWithoutPorts = { ...STEADY, everyMs: 100 };
const SLOW: LoadWithoutPorts = { connections: 1, unitsPerPort: 10, registers: 100, everyMs: 1000 };
const FLAT: LoadWithoutPorts = { connections: 1, unitsPerPort: 1, registers: 125, everyMs: 0 };

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
    const before = await centre.mark();
    link.mend();
    await until("the connection", async () => (await centre.counts()).messages > before.messages);
    const connectedAt = performance.now();
    await until("the end of the backlog", async () => backlogIsOver(await centre.counts()));
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
          what: "readings missing",
          gateway: gateway.missing,
          bare: bare.missing,
          digits: 0,
          reach: { most: 0 },
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
  PROFILES,
  PIPELINE,
  RS485,
  DEAD,
  STALL,
  COMMIT,
  FLASH,
  VOLUME,
  SIMULATOR_ROW,
];
