import { join } from "node:path";
import { parseArgs } from "node:util";
import { SystemClock } from "../drivers/core/clock.js";
import type { Driver, DriverDevice, ReadRequest } from "../drivers/core/driver.js";
import { SocketLock } from "../drivers/core/lock.js";
import { type Log, SILENT_LOG } from "../drivers/core/log.js";
import type { Point } from "../drivers/core/point.js";
import type { ReadingBatch } from "../drivers/core/reading.js";
import type { Writer } from "../drivers/core/writer.js";
import { loadDriver } from "../drivers/registry.js";
import { Poller } from "../gateway/poll/poller.js";
import type { Bus } from "./bench-bus.js";
import { pause, Rig, until } from "./bench-rig.js";
import { type Resources, resources } from "./prove-unplug-resources.js";
import { faultOf, HeardLog, WritesAsked } from "./prove-unplug-wire.js";

/*
 * Unplugs and replugs the adapter of a bus under load (scripts/bench-bus.c, which shares no code with us), under one
 * and the same link, at any moment of an exchange:
 *
 *   node dist/scripts/prove-unplug.js [--rounds 200] [--seed 1]
 *
 * Eight units are polled as fast as it goes. Just before each unplugging, and while the adapter is out, registers are
 * written as well. After each replug a reading must come whose registers say that it was taken since, with a counter
 * that none before it had. What the bus hears must be, byte for byte and in this order, what was sent on the connection
 * made since; a write that was asked for before must not be among it, nor any write come twice. At the end there must
 * be no more file descriptors, handles, listeners, ports and memory than after the first tenth.
 * Prints one line of JSON; exit code 0 when nothing is wrong.
 */

const UNITS = 8;
const REGISTERS = 10;
const BAUD = 115_200;
/** More than a busy machine keeps the bus from running: a late reply that meets a request would be its fault. */
const TIMEOUT_MS = 1000;
const WORST_REPLY_MS = 1200;
/** From the writes to the unplugging, at most: some exchanges, so that at times all are done and at times none. */
const MOST_LEAD_MS = 40;
/** The event loop has dealt with all that came before the unplugging. */
const LEAST_PAUSE_MS = 20;
const MOST_PAUSE_MS = 600;
const MOST_GOOD = 30;
const RESUMED_WITHIN_MS = 30_000;
/** The request that the unplugging cut, and one before the driver knows. */
const MAY_BE_LOST = 2;
/** Asked for at once, so that some of them still wait when the adapter goes. */
const WRITES = 3;
const WRITABLE = 999;
const MOST_HEAP_GROWTH = 1_500_000;
const MOST_RSS_GROWTH = 12_000_000;

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function pointOf(device: string, address: number): Point {
  return {
    id: `r${address}`,
    device,
    type: "u16",
    kind: "instant",
    scale: 1,
    offset: 0,
    decimals: 0,
    access: address === WRITABLE ? "read-write" : "read",
    periodMs: 0,
    deadband: 0,
    heartbeatMs: 60_000,
    priority: "normal",
    address: { table: "holding", address, order: "ABCD" },
  };
}

function pointsOf(device: string): Point[] {
  return Array.from({ length: REGISTERS }, (_, address) => pointOf(device, address));
}

/** What the poller gives, held against what the registers say of themselves. */
class Readings {
  good = 0;
  bad = 0;
  /** Values taken before the replug and given after it, and values that came twice. */
  stale = 0;
  wrong = 0;
  /** Good readings since the last replug. */
  fresh = 0;
  pluggedUs = 0;
  readonly #counters = new Map<string, number>();

  readonly take = (request: ReadRequest, { values, flags }: ReadingBatch): void => {
    if (flags?.some(({ quality }) => quality === "bad")) {
      this.bad++;
      return;
    }
    const [high = 0, upper = 0, lower = 0, low = 0, base = 0] = values.map(Number);
    const takenUs = ((high * 65_536 + upper) * 65_536 + lower) * 65_536 + low;
    const counter = (base - 4 + 65_536) % 65_536;
    const last = this.#counters.get(request.device);
    this.#counters.set(request.device, counter);
    if (values.some((value, at) => at >= 4 && Number(value) !== (counter + at) % 65_536)) this.wrong++;
    const isNew = last === undefined || ((counter - last + 65_536) % 65_536) - 1 < 32_768;
    if (!isNew || takenUs < this.pluggedUs) this.stale++;
    else this.fresh++;
    this.good++;
  };
}

/** Requests handed to the wire, on the connection made since the last replug. */
class Sent {
  readonly requests: string[] = [];
  connections = 0;
  #isNew = true;

  /** What is sent until the next connection goes to the old wire. */
  replugging(): void {
    this.requests.length = 0;
    this.#isNew = false;
  }

  connected(): void {
    this.connections++;
    this.#isNew = true;
  }

  sent(bytes: Uint8Array): void {
    if (this.#isNew) this.requests.push(Buffer.from(bytes).toString("hex"));
  }
}

/** Asks for writes, each with a value of its own, and counts what became of them. */
class Writes {
  readonly asked = new WritesAsked();
  /** Not settled yet. */
  open = 0;
  /** By outcome; `not_sent` are those that the driver says were not put on the wire. */
  readonly outcomes: Record<string, number> = {};
  readonly #writer: Driver & Writer;
  readonly #devices: readonly DriverDevice[];

  constructor(writer: Driver & Writer, devices: readonly DriverDevice[]) {
    this.#writer = writer;
    this.#devices = devices;
  }

  ask(plug: number, random: () => number): void {
    const device = this.#devices[Math.floor(random() * this.#devices.length)];
    if (!device) return;
    const request = this.#writer.planWrite(device, pointOf(device.id, WRITABLE), this.asked.next(plug));
    const settled = (outcome: string): void => {
      this.open--;
      this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    };
    this.open++;
    void this.#writer.write(request, new AbortController().signal).then(
      ({ state }) => settled(state),
      () => settled("not_sent"),
    );
  }
}

interface Gateway {
  readonly readings: Readings;
  readonly sent: Sent;
  readonly writes: Writes;
  readonly fatal: () => Error | undefined;
  stop(): Promise<void>;
}

async function start(bus: Bus, random: () => number): Promise<Gateway> {
  const readings = new Readings();
  const sent = new Sent();
  let fatal: Error | undefined;
  const log: Log = {
    ...SILENT_LOG,
    info: ({ message }) => {
      if (message.code === "poll.connected") sent.connected();
    },
  };
  const devices: DriverDevice[] = Array.from({ length: UNITS }, (_, at) => ({
    id: `unit${at + 1}`,
    settings: {
      unit_id: at + 1,
      worst_reply: WORST_REPLY_MS,
      max_registers: 125,
      max_bits: 2000,
      max_gap: 0,
      min_gap: 0,
    },
  }));
  const create = await loadDriver("modbus-rtu");
  const clock = new SystemClock("proof");
  const line = { baud: BAUD, data_bits: 8, parity: "even", stop_bits: 1 };
  const driver = create({ port: bus.path, ...line, timeout: TIMEOUT_MS }, devices, {
    connection: "proof",
    clock,
    log: SILENT_LOG,
    lock: new SocketLock(),
    dialIn: { claim: () => Promise.reject(new TypeError("dial in")) },
    onReady: () => poller.wake(),
  });
  driver.monitor(({ kind, bytes }) => {
    if (kind === "request") sent.sent(bytes);
  });
  const poller = new Poller({
    connection: "proof",
    driver,
    devices: devices.map((driverDevice) => ({ driverDevice, points: pointsOf(driverDevice.id) })),
    clock,
    log,
    random,
    onBatch: readings.take,
    onTurn: () => {},
    onFatal: (error) => {
      fatal = error;
    },
  });
  poller.start();
  const writes = new Writes(driver as Driver & Writer, devices);
  return { readings, sent, writes, fatal: () => fatal, stop: () => poller.stop() };
}

interface Tally {
  faults: string[];
  resumedMs: number[];
  rss: number[];
}

/** One unplugging and replugging, from a good reading to the next. */
async function round(
  bus: Bus,
  { readings, sent, writes, fatal }: Gateway,
  heard: HeardLog,
  plug: number,
  random: () => number,
  tally: Tally,
): Promise<void> {
  const enough = 1 + Math.floor(random() * MOST_GOOD);
  await until("load", () => readings.fresh >= enough || fatal() !== undefined, RESUMED_WITHIN_MS);
  for (let n = 0; n < WRITES; n++) writes.ask(plug, random);
  await pause(random() * MOST_LEAD_MS);
  await bus.tell("unplug");
  writes.ask(0, random);
  await pause(LEAST_PAUSE_MS + (random() < 0.5 ? 0 : random() * MOST_PAUSE_MS));
  writes.ask(0, random);
  const bursts = heard.take(plug);
  writes.asked.take(bursts, plug);
  const fault = faultOf(bursts, sent.requests, MAY_BE_LOST);
  if (fault) tally.faults.push(`plug ${plug}: ${fault}`);
  sent.replugging();
  readings.fresh = 0;
  readings.pluggedUs = Math.floor((performance.timeOrigin + performance.now()) * 1000);
  const pluggedAt = performance.now();
  await bus.tell("plug");
  await until("a fresh reading", () => readings.fresh > 0 || fatal() !== undefined, RESUMED_WITHIN_MS);
  tally.resumedMs.push(performance.now() - pluggedAt);
  tally.rss.push(process.memoryUsage().rss);
  const error = fatal();
  if (error) throw error;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((all, value) => all + value, 0) / Math.max(1, values.length);

/** What there is more of, in words. */
function grown(before: Resources, after: Resources): string[] {
  const faults: string[] = [];
  if (after.fds > before.fds) faults.push(`file descriptors: ${before.fds}, then ${after.fds}`);
  if (after.ports > before.ports) faults.push(`ports: ${before.ports}, then ${after.ports}`);
  if (after.listeners > before.listeners) {
    faults.push(`listeners: ${before.listeners}, then ${after.listeners}`);
  }
  if (after.timers > before.timers + 3) faults.push(`timers: ${before.timers}, then ${after.timers}`);
  if (after.handles.join() !== before.handles.join()) {
    faults.push(`handles: ${before.handles.join()}, then ${after.handles.join()}`);
  }
  if (after.heapBytes > before.heapBytes + MOST_HEAP_GROWTH) faults.push("the heap has grown");
  return faults;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
  });
  const rounds = Number(values.rounds);
  const random = seeded(Number(values.seed));
  const startedAt = performance.now();
  const rig = new Rig();
  try {
    const file = join(rig.folder, "heard");
    const bus = await rig.bus({ baud: BAUD, units: UNITS, heard: file });
    const heard = new HeardLog(file);
    const atFirst = resources();
    const gateway = await start(bus, random);
    const tally: Tally = { faults: [], resumedMs: [], rss: [] };
    const warm = Math.max(1, Math.ceil(rounds / 10));
    let before = atFirst;
    for (let plug = 1; plug <= rounds; plug++) {
      await round(bus, gateway, heard, plug, random, tally);
      if (plug === warm) before = resources();
      if (plug % 10 === 0) process.stderr.write(`${plug} of ${rounds}\n`);
    }
    // The last writes are read back when late answers to them can no longer come.
    await until("all writes settle", () => gateway.writes.open === 0);
    const after = resources();
    await gateway.stop();
    const { plugs } = bus.counts();
    gateway.writes.asked.take(heard.take(plugs), plugs);
    const atLast = resources();
    heard.close();
    const { broken, garbage, replies, smallestNs } = bus.counts();
    const half = Math.floor((tally.rss.length + warm) / 2);
    const rssGrowth = meanOf(tally.rss.slice(half)) - meanOf(tally.rss.slice(warm, half));
    const { good, bad, stale, wrong } = gateway.readings;
    const { writes } = gateway;
    const leaks = [...grown(before, after), ...grown({ ...atFirst, ports: 1 }, { ...atLast, heapBytes: 0 })];
    if (rssGrowth > MOST_RSS_GROWTH) leaks.push("resident memory has grown");
    const { resumedMs, faults } = tally;
    const result = {
      rounds: resumedMs.length,
      seconds: Math.round((performance.now() - startedAt) / 1000),
      connections: gateway.sent.connections,
      answers: replies,
      good,
      bad,
      stale,
      wrong,
      writes: {
        asked: writes.asked.asked,
        heard: writes.asked.heard,
        stale: writes.asked.stale,
        repeated: writes.asked.repeated,
        outcomes: writes.outcomes,
      },
      wire_faults: [...faults, ...(garbage > 0 ? [`${garbage} bytes were no request`] : [])],
      silences_broken: broken,
      smallest_silence_ms: smallestNs / 1e6,
      resumed_ms: { mean: Math.round(meanOf(resumedMs)), worst: Math.round(Math.max(...resumedMs)) },
      leaks,
      fds: [atFirst.fds, before.fds, after.fds, atLast.fds],
      ports: [before.ports, after.ports],
      handles: after.handles.length,
      listeners: [before.listeners, after.listeners],
      heap_growth_bytes: after.heapBytes - before.heapBytes,
      rss_growth_bytes: Math.round(rssGrowth),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    const isWell = stale === 0 && wrong === 0 && broken === 0 && result.wire_faults.length === 0;
    const areWritesWell = writes.asked.stale === 0 && writes.asked.repeated === 0 && writes.asked.heard > 0;
    return isWell && areWritesWell && leaks.length === 0 && result.rounds === rounds ? 0 : 1;
  } finally {
    await rig.close();
  }
}

process.exitCode = await main();
