import type { Driver, DriverContext, DriverDevice, ReadRequest } from "../drivers/core/driver.js";
import { InternalError, TramError } from "../drivers/core/errors.js";
import { SILENT_LOG } from "../drivers/core/log.js";
import type { Point } from "../drivers/core/point.js";
import type { Value } from "../drivers/core/reading.js";
import type { Line, LineReceiver } from "../drivers/line/line.js";
import { ASCII } from "../drivers/modbus/ascii-frames.js";
import { RTU } from "../drivers/modbus/rtu-frames.js";
import { onSerialLine } from "../drivers/modbus/serial.js";
import { ModbusSerialDriver } from "../drivers/modbus/serial-driver.js";
import { ModbusTcpDriver } from "../drivers/modbus/tcp-driver.js";
import { type Random, seededRandom } from "../simulators/random.js";
import { SteppedClock } from "./fuzz-clock.js";
import { type Asked, askedBy, type Mode } from "./fuzz-frames.js";
import { type Delivery, deliver, goodReply } from "./fuzz-mutations.js";
import { Oracle } from "./fuzz-oracle.js";

/** What a run has shown. */
export interface FuzzResult {
  readonly mode: Mode;
  readonly seed: number;
  /** Replies that were put on the wire, good and bad. */
  frames: number;
  /** Replies that were changed. */
  mutated: number;
  good: number;
  /** Reads that ended with an error, as they should. */
  failed: number;
  /** Answers that the driver recognised as late. */
  late: number;
  /** Untouched replies in time that gave no value, because of what came before them. */
  missed: number;
  byChance: number;
  wrong: number;
  crashes: number;
  hangs: number;
  /** What the first faults were. */
  readonly faults: string[];
}

const UNITS = [1, 2, 3];
const ADDRESSES = [0, 4, 8, 12];
const COUNT = 4;
const BAUD = 9600;
const CHARACTER_MS = 11_000 / BAUD;
const SILENCE_MS = 3.5 * CHARACTER_MS;
/** An ASCII driver waits a second for the next character: only a longer timeout sees what it does then. */
const TIMEOUT_MS: Readonly<Record<Mode, number>> = { rtu: 300, ascii: 1500, tcp: 300 };
const WORST_REPLY_MS = 2000;
/** The device is as slow as `worst_reply` allows, and not slower. */
const LATEST = 0.8;
const SHARE_NEAR = 0.1;
const SHARE_LATE = 0.1;
const NEAR_MS = 6;
/** USB adapters hold bytes back for so long. */
const MAX_PAUSE_MS = 16;
const MOST_PORTIONS = 4;
const EARLIER = 50;
const MOST_FAULTS = 20;
/** What rounding may add to a deadline. */
const SLACK_MS = 1;

const NEVER = new AbortController().signal;

/** A wire that carries what the mutations make of each reply, and forgets what belongs to an old connection. */
class FuzzLine implements Line {
  readonly name = "fuzz";
  readonly characterMs: number;
  onRequest: (bytes: Buffer) => void = () => {};
  /** A fault of the receiver. */
  onThrow: (error: unknown) => void = () => {};
  connection = 0;
  #receiver: LineReceiver | undefined;

  constructor(mode: Mode) {
    this.characterMs = mode === "tcp" ? 0 : CHARACTER_MS;
  }

  async open(receiver: LineReceiver): Promise<void> {
    this.connection++;
    this.#receiver = receiver;
  }

  write(bytes: Uint8Array): void {
    this.onRequest(Buffer.from(bytes));
  }

  async close(): Promise<void> {
    this.#receiver = undefined;
  }

  give(bytes: Uint8Array): void {
    const lent = Buffer.from(bytes);
    try {
      this.#receiver?.onBytes(lent);
    } catch (error) {
      this.onThrow(error);
    }
    // They belong to the receiver only during the call.
    lent.fill(0xee);
  }
}

/** One driver and one wire, with as many replies as wanted. */
export class FuzzRun {
  readonly result: FuzzResult;
  readonly #mode: Mode;
  readonly #random: Random;
  readonly #clock = new SteppedClock();
  readonly #line: FuzzLine;
  readonly #oracle: Oracle;
  readonly #driver: Driver;
  readonly #requests: readonly ReadRequest[];
  readonly #earlier: Buffer[] = [];
  /** The delivery of the request under way, when it is untouched and in time. */
  #honest = false;

  /** `toldWorstMs`: what the driver is told of the slowest reply; less than the truth, and it must go wrong. */
  constructor(mode: Mode, seed: number, toldWorstMs = WORST_REPLY_MS) {
    const counts = { frames: 0, mutated: 0, good: 0, failed: 0, late: 0, missed: 0 };
    this.result = { mode, seed, ...counts, byChance: 0, wrong: 0, crashes: 0, hangs: 0, faults: [] };
    this.#mode = mode;
    this.#random = seededRandom(seed);
    this.#line = new FuzzLine(mode);
    this.#oracle = new Oracle(mode);
    this.#line.onRequest = (bytes) => this.#answer(bytes);
    this.#line.onThrow = (error) => this.#fault("crashes", error);
    const devices = UNITS.map((unit) => deviceOf(unit, toldWorstMs));
    this.#driver = driverOf(mode, devices, this.#clock, this.#line);
    this.#requests = devices.flatMap((device) =>
      ["holding", "input"].flatMap((table) =>
        ADDRESSES.flatMap((address) => this.#driver.plan(device, pointsOf(device.id, table, address))),
      ),
    );
  }

  /** Goes on until so many replies were made; stops at the first hang, after which nothing can be told. */
  async until(frames: number): Promise<void> {
    if (this.result.frames === 0) await this.#driver.connect(NEVER);
    while (this.result.frames < frames && this.result.hangs === 0) {
      const now = this.#clock.mono();
      const ready = this.#requests.filter((request) => this.#driver.readyAt(request) <= now);
      const request = ready[Math.floor(this.#random() * ready.length)];
      if (request) await this.#poll(request);
      else {
        const earliest = Math.min(...this.#requests.map((held) => this.#driver.readyAt(held)));
        await this.#clock.step(earliest);
      }
    }
    this.result.late = this.#driver.stats().late;
  }

  async close(): Promise<void> {
    await this.#driver.close();
  }

  async #poll(request: ReadRequest): Promise<void> {
    const { result } = this;
    const endMs = this.#clock.mono() + promisedMs(this.#mode);
    let settled: { readonly values?: readonly (Value | undefined)[]; readonly error?: unknown } | undefined;
    this.#honest = false;
    this.#driver.read(request, NEVER).then(
      ({ values }) => {
        settled = { values };
      },
      (error: unknown) => {
        settled = { error };
      },
    );
    await this.#clock.step(this.#clock.mono());
    while (!settled && this.#clock.mono() < endMs) await this.#clock.step(endMs);
    if (!settled)
      this.#fault("hangs", `unit ${request.device}: not settled after ${promisedMs(this.#mode)} ms`);
    else if (settled.values) this.#judge(settled.values);
    else {
      result.failed++;
      if (this.#honest) result.missed++;
      const { error } = settled;
      if (!(error instanceof TramError) || error instanceof InternalError) this.#fault("crashes", error);
    }
  }

  #judge(values: readonly (Value | undefined)[]): void {
    const verdict = this.#oracle.judge(values);
    if (verdict === "right") this.result.good++;
    else if (verdict === "by_chance") this.result.byChance++;
    else this.#fault("wrong", `values ${values.join(" ")} after ${this.result.frames} replies`);
  }

  /** Called when the driver has written a request: its reply is on the way from now on. */
  #answer(request: Buffer): void {
    const { result } = this;
    const asked = askedBy(this.#mode, request, result.frames);
    this.#oracle.asks(asked);
    result.frames++;
    const source = { mode: this.#mode, random: this.#random, asked, request, earlier: this.#earlier };
    const delivery = deliver(source);
    if (delivery.mutations.length > 0) result.mutated++;
    this.#remember(asked);
    const startMs = this.#delay(request.length, goodReply(this.#mode, asked).length);
    const lastMs = this.#send(delivery, startMs);
    const promised = request.length * this.#line.characterMs + TIMEOUT_MS[this.#mode];
    this.#honest = delivery.mutations.length === 0 && lastMs < promised;
  }

  #remember(asked: Asked): void {
    const good = goodReply(this.#mode, asked);
    if (this.#earlier.length < EARLIER) this.#earlier.push(good);
    else this.#earlier[Math.floor(this.#random() * EARLIER)] = good;
  }

  /** How long after the request the reply begins to arrive: in time, around the deadline, or late. */
  #delay(requestLength: number, replyLength: number): number {
    const random = this.#random;
    const timeoutMs = TIMEOUT_MS[this.#mode];
    const deadlineMs = (requestLength + replyLength) * this.#line.characterMs + timeoutMs;
    const fate = random();
    if (fate < SHARE_NEAR) return deadlineMs + (2 * random() - 1) * NEAR_MS;
    if (fate < SHARE_NEAR + SHARE_LATE) return deadlineMs + random() * LATEST * WORST_REPLY_MS;
    return requestLength * this.#line.characterMs + random() * 0.8 * timeoutMs;
  }

  /** In portions, with pauses. Returns when the last one comes, from now. */
  #send({ bytes, tight }: Delivery, startMs: number): number {
    const random = this.#random;
    const { connection } = this.#line;
    const portions = Math.min(bytes.length, 1 + Math.floor(random() * MOST_PORTIONS));
    const pauseMs = tight ? 0 : random() < 0.5 ? SILENCE_MS / 2 : MAX_PAUSE_MS;
    let atMs = startMs;
    let from = 0;
    for (let portion = 0; portion < portions; portion++) {
      const left = portions - portion;
      const end =
        left === 1 ? bytes.length : from + 1 + Math.floor((random() * (bytes.length - from)) / left);
      const part = bytes.subarray(from, end);
      if (portion > 0) atMs += random() * pauseMs;
      this.#clock.after(atMs, () => this.#give(part, connection));
      from = end;
    }
    return atMs;
  }

  #give(part: Buffer, connection: number): void {
    // A serial line is one and the same all the time, a TCP connection that was dropped brings nothing more.
    if (this.#mode === "tcp" && connection !== this.#line.connection) return;
    this.#oracle.hears(part);
    this.#line.give(part);
  }

  #fault(kind: "crashes" | "hangs" | "wrong", what: unknown): void {
    this.result[kind]++;
    if (this.result.faults.length < MOST_FAULTS) this.result.faults.push(`${kind}: ${String(what)}`);
  }
}

/** A read may wait for the silence, and then for its reply; after that it has settled. */
function promisedMs(mode: Mode): number {
  const timeoutMs = TIMEOUT_MS[mode];
  if (mode === "tcp") return timeoutMs + SLACK_MS;
  const bytes = 8 + 5 + 2 * COUNT;
  const characters = mode === "rtu" ? bytes : 2 * bytes;
  return timeoutMs + SILENCE_MS + timeoutMs + characters * CHARACTER_MS + SLACK_MS;
}

function deviceOf(unit: number, worstMs: number): DriverDevice {
  const limits = { max_registers: COUNT, max_bits: 2000, max_gap: 0, min_gap: 0 };
  return { id: `unit${unit}`, settings: { unit_id: unit, worst_reply: worstMs, ...limits } };
}

function pointsOf(device: string, table: string, address: number): Point[] {
  return Array.from({ length: COUNT }, (_, at) => ({
    id: `${table}${address + at}`,
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
    address: { table, address: address + at, order: "ABCD" },
  }));
}

function driverOf(mode: Mode, devices: readonly DriverDevice[], clock: SteppedClock, line: Line): Driver {
  const context: DriverContext = {
    connection: "fuzz",
    clock,
    log: SILENT_LOG,
    lock: { acquire: async () => async () => {} },
    dialIn: { claim: () => Promise.reject(new Error("nobody dials in here")) },
    onReady: () => {},
  };
  const timeout = TIMEOUT_MS[mode];
  if (mode === "tcp") return new ModbusTcpDriver({ timeout, pipeline: 1 }, devices, context, line);
  const options = onSerialLine(mode === "rtu" ? RTU : ASCII, { baud: BAUD, timeout });
  return new ModbusSerialDriver(options, devices, context, line);
}
