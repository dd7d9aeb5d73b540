import { openSync, writeSync } from "node:fs";
import { type Cancel, SystemClock } from "../drivers/core/clock.js";
import { SocketLock } from "../drivers/core/lock.js";
import { SILENT_LOG } from "../drivers/core/log.js";
import { PRIORITIES, type Priority } from "../drivers/core/point.js";
import type { Flag, Layout, ReadingBatch, Value } from "../drivers/core/reading.js";
import { openBuffer } from "../gateway/buffer/open-buffer.js";
import type { Tuning } from "../gateway/buffer/protocol.js";
import type { GatewayRecord } from "../gateway/core/record.js";
import { randomFrom } from "./seeded-random.js";

/*
 * The process that the proofs of the buffer cut off, kill and starve: it appends seeded records and writes a ledger
 * of what it gave and what it was promised, one line each, before it does anything else:
 *
 *   node dist/scripts/prove-buffer-load.js '{"path": ..., "identity": ..., "seed": 1}'
 *
 *   o {epoch, durable}            the buffer is open
 *   a SEQ {record}                a record was numbered
 *   g SEQ EPOCH {event}           an event that the buffer itself told was seen
 *   k SEQ,SEQ,...                 these were acknowledged
 *   d SEQ                         everything up to here was reported durable
 *   s 1|0                         the status says durable, or not, from now on
 *   v EPOCH                       numbers are given under another epoch from now on
 *   e TEXT                        something is said about the disk
 *   c                             closed in order
 */

export interface BufferLoad {
  readonly path: string;
  readonly identity: string;
  readonly seed: number;
  readonly maxBytes?: number;
  readonly commitEveryMs?: number;
  /** Records a step, one step every `everyMs`. */
  readonly perStep?: number;
  readonly everyMs?: number;
  /** Readings of a record that do not compress. */
  readonly noise?: number;
  /** Share of the records that the uplink acknowledges as they come. */
  readonly acknowledge?: number;
  /** Closes after so many records. */
  readonly records?: number;
  /** All clocks go so many times faster, so that the buffer's own waiting is shorter. */
  readonly hurry?: number;
  /** Where the ledger goes; standard output by default. */
  readonly ledger?: string;
  readonly tuning?: Tuning;
}

const SMALL: Layout = {
  device: "well",
  points: [
    { id: "level", type: "u16", decimals: 3 },
    { id: "temp", type: "f32" },
    { id: "total", type: "u64", decimals: 0 },
    { id: "flow", type: "f64" },
    { id: "run", type: "bool" },
    { id: "name", type: "string" },
  ],
};

class HurriedClock extends SystemClock {
  readonly #times: number;
  readonly #start = Date.now();

  constructor(boot: string, times: number) {
    super(boot);
    this.#times = times;
  }

  override now(): number {
    return this.#start + (super.now() - this.#start) * this.#times;
  }

  override mono(): number {
    return super.mono() * this.#times;
  }

  override after(delayMs: number, run: () => void): Cancel {
    const timer = setTimeout(run, Math.ceil(delayMs / this.#times) + 1);
    return () => clearTimeout(timer);
  }
}

const load = JSON.parse(process.argv[2] ?? "{}") as BufferLoad;
const ledger = load.ledger === undefined ? 1 : openSync(load.ledger, "a");
const { commitEveryMs = 5, everyMs = 2, noise = 20, perStep = 1, seed } = load;
const random = randomFrom(seed);
const noisy: Layout = {
  device: "noise",
  points: Array.from({ length: noise }, (_, at) => ({ id: `p${at}`, type: "f64" as const })),
};
const clock = new HurriedClock(`boot-${seed}-${process.pid}`, load.hurry ?? 1);

/** Before anything else happens; the last line may be cut short when the process is killed. */
function tell(line: string): void {
  let left = Buffer.from(`${line}\n`);
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(ledger, left));
    } catch (error) {
      // The pipe is full.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

function pick<T>(all: readonly [T, ...T[]]): T {
  return all[Math.floor(random() * all.length)] ?? all[0];
}

function batch(n: number): ReadingBatch {
  const times = { t: Math.round(clock.now()), mono: Math.round(clock.mono()), boot: clock.boot };
  if (noise > 0 && random() < 0.7) {
    return { layout: noisy, state: "measuring", ...times, values: noisy.points.map(() => random() * 1e9) };
  }
  const values: (Value | undefined)[] = [
    Math.floor(random() * 65_536) / 1000,
    Math.round(random() * 500) / 10,
    BigInt(n) * 1_000_000_007n,
    random() * 1e6 - 5e5,
    random() < 0.5,
    pick(["a", "nước", "", "x".repeat(40)]),
  ];
  const flags: Flag[] = [];
  if (random() < 0.2) {
    const at = Math.floor(random() * values.length);
    values[at] = pick([null, undefined]);
    flags.push({
      at,
      quality: pick(["bad", "uncertain"]),
      reason: pick(["no_answer", "stale", "out_of_range"]),
    });
  }
  return {
    layout: SMALL,
    state: random() < 0.1 ? pick(["calibrating", "maintenance", "fault"]) : "measuring",
    ...times,
    values,
    ...(random() < 0.2 && { sourceT: times.t - Math.floor(random() * 10_000) }),
    ...(flags.length > 0 && { flags }),
  };
}

const plain = (value: Value | undefined): unknown =>
  value === undefined ? { absent: true } : typeof value === "bigint" ? { big: String(value) } : value;

function contentOf(record: GatewayRecord): string {
  const { clock: trust, epoch, prevs, priority, rev } = record;
  const prev = prevs[0] ?? -1;
  const head = { epoch, rev, priority, clock: trust, prev: prev === 0 ? null : prev };
  if (record.kind === "event") {
    const { event, mono, t } = record;
    return JSON.stringify({ ...head, t: Math.round(t), mono: Math.round(mono), event });
  }
  const { flags, layout, mono, sourceT, state, t, values } = record.batch;
  return JSON.stringify({
    ...head,
    t,
    mono,
    state,
    device: layout.device,
    values: values.map(plain),
    ...(sourceT !== undefined && { source_t: sourceT }),
    ...(flags && { flags: flags.map(({ at, quality, reason }) => [at, quality, reason]) }),
  });
}

const say = (level: string) => (said: { readonly message: { readonly code: string } }, fields?: object) =>
  tell(`e ${level} ${said.message.code} ${fields && "err" in fields ? String(fields.err) : ""}`);
const buffer = await openBuffer({
  config: {
    path: load.path,
    identity: load.identity,
    keepAtLeastMs: 1000,
    maxBytes: load.maxBytes ?? 1e9,
    commitEveryMs,
  },
  gatewayId: "proof",
  uplinks: [{ id: "centre", carries: () => true }],
  readingsHash: "r1",
  description: "{}",
  clock,
  log: { ...SILENT_LOG, error: say("error"), warn: say("warn"), info: say("info") },
  lock: new SocketLock(),
  machineId: "m1",
  clockTrusted: () => true,
  onFatal: (error) => {
    tell(`e fatal ${error.message}`);
    process.exit(70);
  },
  ...(load.tuning && { tuning: load.tuning }),
});
tell(`o ${JSON.stringify({ epoch: buffer.epoch, durable: buffer.stats().durable })}`);
buffer.setLive("centre", true);

let { epoch } = buffer;
let durable = buffer.durableSeq;
let isDurable = buffer.stats().durable;
let given = 0;
/** Those that were appended here; the others are the buffer's own. */
const ours = new Set<number>();

function step(): void {
  for (let n = 0; n < perStep; n++) {
    const priority = pick<Priority>(PRIORITIES as readonly [Priority, ...Priority[]]);
    const event = { event: "device_found" as const, device: `d${given}` };
    const record =
      random() < 0.05 ? buffer.appendEvent(event, priority) : buffer.append(batch(given), priority);
    given++;
    if (record.epoch !== epoch) tell(`v ${record.epoch}`);
    epoch = record.epoch;
    ours.add(record.seq);
    tell(`a ${record.seq} ${contentOf(record)}`);
  }
  report();
}

function report(): void {
  const taken = buffer.takeLive("centre", 10_000);
  const done: number[] = [];
  const back: number[] = [];
  for (const record of taken) {
    if (!ours.delete(record.seq) && record.kind === "event") {
      tell(`g ${record.seq} ${record.epoch} ${JSON.stringify(record.event)}`);
    }
    (random() < (load.acknowledge ?? 0) ? done : back).push(record.seq);
  }
  if (done.length > 0) tell(`k ${done.join(",")}`);
  buffer.settle("centre", done, "acknowledged");
  buffer.settle("centre", back, "returned");
  if (buffer.stats().durable !== isDurable) {
    isDurable = !isDurable;
    tell(`s ${Number(isDurable)}`);
  }
  if (buffer.durableSeq > durable) {
    durable = buffer.durableSeq;
    tell(`d ${durable}`);
  }
}

async function finish(): Promise<void> {
  clearInterval(timer);
  await buffer.durable(buffer.stats().last);
  report();
  await buffer.close();
  tell("c");
  process.exit(0);
}

const timer = setInterval(() => {
  step();
  if (load.records !== undefined && given >= load.records) void finish().catch(() => process.exit(4));
}, everyMs);
process.on("SIGTERM", () => void finish().catch(() => process.exit(4)));
