import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SystemClock } from "../drivers/core/clock.js";
import type { Driver, ReadRequest } from "../drivers/core/driver.js";
import { LinkError, TramError } from "../drivers/core/errors.js";
import { SocketLock } from "../drivers/core/lock.js";
import { SILENT_LOG } from "../drivers/core/log.js";
import type { Point } from "../drivers/core/point.js";
import type { WireTap } from "../drivers/core/wire-frame.js";
import { loadDriver } from "../drivers/registry.js";

/*
 * Polls a server that answers late (scripts/prove/late-server.py, which shares no code with us) and holds every
 * value against the request that it should answer:
 *
 *   node dist/scripts/prove-late-replies.js [--mode rtu|tcp] [--polls 10000] [--seed 1] [--scale 1]
 *
 * A reply carries unit, address and the number of the request; the requests that went over the wire are counted
 * from the tap. A value that belongs to any other request is wrong. --scale 0.02 makes all times fifty times
 * shorter. Prints one line of JSON; exit code 0 when nothing is wrong.
 */

const UNITS = [1, 2, 3, 4, 5, 6, 7, 8];
const STARTS = [0, 16, 32, 48];
const TIMEOUT_MS = 100;
const LATEST_MS = 5000;
const SHARE_LATE = 0.1;

interface Tally {
  polls: number;
  good: number;
  late: number;
  held: number;
  failed: number;
  wrong: number;
}

function pointsOf(device: string): Point[] {
  return STARTS.flatMap((start) =>
    [0, 1, 2, 3].map((offset) => ({
      id: `r${start + offset}`,
      device,
      type: "u16" as const,
      kind: "instant" as const,
      scale: 1,
      offset: 0,
      decimals: 0,
      access: "read" as const,
      periodMs: 0,
      deadband: 0,
      heartbeatMs: 60_000,
      priority: "normal" as const,
      address: { table: "holding", address: start + offset, order: "ABCD" },
    })),
  );
}

/** Counts the requests that pass the wire, by unit and address, from the bytes. */
class SentRequests {
  readonly #counts = new Map<string, number>();
  readonly #skip: number;

  /** `skip`: bytes before the unit id (6 with TCP). */
  constructor(skip: number) {
    this.#skip = skip;
  }

  readonly tap: WireTap = ({ bytes, direction }) => {
    if (direction !== "sent" || bytes.length < this.#skip + 6) return;
    const unit = bytes[this.#skip] ?? 0;
    const start = ((bytes[this.#skip + 2] ?? 0) << 8) | (bytes[this.#skip + 3] ?? 0);
    const key = `${unit} ${start}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  };

  count(unit: number, start: number): number {
    return this.#counts.get(`${unit} ${start}`) ?? 0;
  }
}

async function startServer(mode: string, seed: number, scale: number): Promise<[ChildProcess, string]> {
  const script = fileURLToPath(new URL("../../scripts/prove/late-server.py", import.meta.url));
  const times = [TIMEOUT_MS * scale, LATEST_MS * scale, SHARE_LATE].map(String);
  const server = spawn("/usr/bin/python3", [script, mode, String(seed), ...times], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
  return [server, line];
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      mode: { type: "string", default: "rtu" },
      polls: { type: "string", default: "10000" },
      seed: { type: "string", default: "1" },
      scale: { type: "string", default: "1" },
    },
  });
  const scale = Number(values.scale);
  const seed = Number(values.seed);
  const rtu = values.mode === "rtu";
  const [server, where] = await startServer(values.mode, seed, scale);
  const clock = new SystemClock("proof");
  const sent = new SentRequests(rtu ? 0 : 6);
  const timeout = TIMEOUT_MS * scale;
  const common = { data_bits: 8, parity: "none", stop_bits: 1, timeout };
  const settings = rtu
    ? { port: where, baud: 115200, ...common }
    : { host: "127.0.0.1", port: Number(where), timeout, connect_timeout: 5000 };
  const devices = UNITS.map((unit) => ({
    id: `unit${unit}`,
    settings: {
      unit_id: unit,
      worst_reply: LATEST_MS * scale,
      max_registers: 4,
      max_bits: 2000,
      max_gap: 0,
      min_gap: 0,
    },
  }));
  const create = await loadDriver(rtu ? "modbus-rtu" : "modbus-tcp");
  const driver = create(settings, devices, {
    connection: "proof",
    clock,
    log: SILENT_LOG,
    lock: new SocketLock(),
    dialIn: { claim: () => Promise.reject(new TypeError("dial in")) },
    onReady: () => {},
  });
  driver.monitor(sent.tap);
  try {
    const requests = devices.flatMap((device) => driver.plan(device, pointsOf(device.id)));
    const tally = await poll(driver, requests, Number(values.polls), seed, sent, clock);
    const stats = driver.stats();
    process.stdout.write(
      `${JSON.stringify({ mode: values.mode, seed, scale, ...tally, late: stats.late })}\n`,
    );
    return tally.wrong === 0 && tally.good > 0 && stats.late > 0 ? 0 : 1;
  } finally {
    await driver.close();
    server.kill();
  }
}

async function poll(
  driver: Driver,
  requests: readonly ReadRequest[],
  polls: number,
  seed: number,
  sent: SentRequests,
  clock: SystemClock,
): Promise<Tally> {
  const signal = new AbortController().signal;
  const tally: Tally = { polls: 0, good: 0, late: 0, held: 0, failed: 0, wrong: 0 };
  await driver.connect(signal);
  let random = seed;
  while (tally.polls < polls) {
    const ready = requests.filter((request) => driver.readyAt(request) <= clock.mono());
    if (ready.length === 0) {
      tally.held++;
      await clock.sleep(2);
      continue;
    }
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    const request = ready[(random >>> 8) % ready.length];
    if (!request) continue;
    tally.polls++;
    try {
      const { values } = await driver.read(request, signal);
      tally.good++;
      if (!isAnswer(request, values, sent)) tally.wrong++;
    } catch (error) {
      if (!(error instanceof TramError)) throw error;
      tally.failed++;
      if (!(error instanceof LinkError)) continue;
      await driver.close();
      await driver.connect(signal);
    }
  }
  return tally;
}

function isAnswer(request: ReadRequest, values: readonly unknown[], sent: SentRequests): boolean {
  const unit = Number(request.device.slice(4));
  const start = Number(request.layout.points[0]?.id.slice(1));
  const [identity, low, high, check] = values.map(Number);
  if (identity === undefined || low === undefined || high === undefined) return false;
  return (
    identity === unit * 256 + start &&
    check === (0xa5a5 ^ identity ^ low ^ high) &&
    low + high * 65_536 === sent.count(unit, start)
  );
}

process.exitCode = await main();
