import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { parse } from "yaml";
import { type BusTextFrame, hexPairs, parseBusText } from "../core/bus-text.js";
import type { Driver, DriverDevice, ReadRequest } from "../core/driver.js";
import { LinkError, TramError } from "../core/errors.js";
import { ManualClock } from "../core/manual-clock.js";
import type { ReadingBatch } from "../core/reading.js";
import type { FrameKind } from "../core/wire-frame.js";
import { FakeLine } from "../line/fake-line.js";
import { LINE_MESSAGES } from "../line/messages.js";
import { ASCII } from "./ascii-frames.js";
import type { Table } from "./point-schema.js";
import { RTU } from "./rtu-frames.js";
import type { ModbusDevice } from "./schema.js";
import { onSerialLine } from "./serial.js";
import { ModbusSerialDriver } from "./serial-driver.js";
import { silenceMs } from "./silence.js";
import { ModbusTcpDriver } from "./tcp-driver.js";
import { contextOf, deviceOf, NEVER, pointOf } from "./test-devices.js";

/*
 * What a bus can do, case by case: each folder in `cases` has the bytes in bus.txt (docs/bus-format.md) and in
 * case.yaml what is read and what must come of it. The bytes stand there as they are on the wire, with checksums
 * from a Python script: nothing of ours encodes them.
 *
 *   framing: rtu | ascii | tcp
 *   timeout: 500                 # ms, of all units; worst_reply is 5 s
 *   reads:                       # one after the other
 *     - read: 1 holding 0        # unit, table, address; `0-3` are four points
 *       gives: 42                # the value, several in a list, or class, code and reason of the error
 *       sends: nothing           # where the driver must not even ask; else the next >> of bus.txt is what it sends
 *       held: true               # afterwards the unit must not be asked for seconds; else it may be asked at once
 *       unplugged: 40            # the line is lost so many ms after the request; afterwards it is opened again
 *   counts: {requests: 2}        # of the driver, at the end
 *   opened: 1                    # how often the line was opened
 *
 * A read begins at the time of its >>, or when the one before is over. Each << comes so long after the >> before it
 * as the file says. At the end the driver's own monitor must have told the frames as the file marks them.
 */

const FOLDER = join(import.meta.dirname, "../../../drivers/modbus/cases");
const BAUD = 9600;
const HELD_MS = 4000;

interface Read {
  readonly read: string;
  readonly gives: unknown;
  readonly sends?: "nothing";
  readonly held?: boolean;
  readonly unplugged?: number;
}

interface Case {
  readonly framing: "rtu" | "ascii" | "tcp";
  readonly timeout?: number;
  readonly reads: readonly Read[];
  readonly counts: Readonly<Record<string, unknown>>;
  readonly opened?: number;
}

/** What the file says is sent, and what comes then, each so long after the request. */
interface Exchange {
  readonly atMs: number;
  readonly request: string;
  readonly replies: { readonly afterMs: number; readonly bytes: Uint8Array }[];
}

function exchangesOf(frames: readonly BusTextFrame[]): Exchange[] {
  const exchanges: Exchange[] = [];
  for (const { direction, ms, bytes } of frames) {
    if (direction === "sent") exchanges.push({ atMs: ms, request: hexPairs(bytes), replies: [] });
    else {
      const last = exchanges.at(-1);
      if (!last) throw new Error("a case begins with a request");
      last.replies.push({ afterMs: ms - last.atMs, bytes });
    }
  }
  return exchanges;
}

function driverOf(
  { framing, timeout = 500 }: Case,
  devices: readonly DriverDevice[],
  clock: ManualClock,
): { readonly line: FakeLine; readonly driver: Driver } {
  const context = contextOf(clock);
  const line = new FakeLine(clock, framing === "tcp" ? 0 : 11_000 / BAUD);
  if (framing === "tcp") {
    return { line, driver: new ModbusTcpDriver({ timeout, pipeline: 1 }, devices, context, line) };
  }
  const options = onSerialLine(framing === "rtu" ? RTU : ASCII, { baud: BAUD, timeout });
  return { line, driver: new ModbusSerialDriver(options, devices, context, line) };
}

function requestOf(driver: Driver, devices: readonly DriverDevice[], read: string): ReadRequest {
  const [, unit, table, first, last = first] = /^(\d+) (\w+) (\d+)(?:-(\d+))?$/.exec(read) ?? [];
  const device = devices.find(({ settings }) => (settings as ModbusDevice).unit_id === Number(unit));
  if (!device) throw new Error(`no such read: ${read}`);
  const points = Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => {
    const point = pointOf(device.id, Number(first) + at, { table: table as Table });
    return table === "coil" || table === "discrete" ? { ...point, type: "bool" as const } : point;
  });
  const [request] = driver.plan(device, points);
  if (!request) throw new Error(`nothing to read: ${read}`);
  return request;
}

function shown(outcome: ReadingBatch | TramError): unknown {
  if (outcome instanceof TramError) {
    const { reason } = outcome as { reason?: string };
    return `${outcome.class} ${outcome.code} ${reason ?? ""}`.trim();
  }
  return outcome.values.length === 1 ? outcome.values[0] : outcome.values;
}

async function settled(clock: ManualClock, read: Promise<ReadingBatch>): Promise<ReadingBatch | TramError> {
  let outcome: ReadingBatch | TramError | undefined;
  const keep = (result: ReadingBatch | TramError): void => {
    outcome = result;
  };
  read.then(keep, keep);
  for (let ms = 0; ms < 20_000 && !outcome; ms++) await clock.advance(1);
  if (!outcome) throw new Error("the read did not settle within 20 s");
  return outcome;
}

/** All bytes of each kind, so that it does not matter in what portions they came. */
function byKind(
  frames: readonly { readonly kind: FrameKind; readonly bytes: Uint8Array }[],
): Partial<Record<FrameKind, string>> {
  const all: Partial<Record<FrameKind, string>> = {};
  for (const { kind, bytes } of frames) all[kind] = `${all[kind] ?? ""} ${hexPairs(bytes)}`.trim();
  return all;
}

async function play(t: Test, folder: string): Promise<void> {
  const file = join(folder, "bus.txt");
  const { frames } = parseBusText(readFileSync(file, "utf8"), file);
  const wanted = parse(readFileSync(join(folder, "case.yaml"), "utf8")) as Case;
  const exchanges = exchangesOf(frames);
  const clock = new ManualClock();
  const devices = [1, 2].map((unit) => deviceOf(unit));
  const { driver, line } = driverOf(wanted, devices, clock);
  const told: { readonly kind: FrameKind; readonly bytes: Uint8Array }[] = [];
  driver.monitor(({ kind, bytes }) => told.push({ kind, bytes: Uint8Array.from(bytes) }));
  await driver.connect(NEVER);
  const startMs = clock.mono();

  let at = 0;
  for (const { read, gives, held = false, sends, unplugged } of wanted.reads) {
    const exchange = sends === "nothing" ? undefined : exchanges[at++];
    if (exchange) await clock.advance(Math.max(0, startMs + exchange.atMs - clock.mono()));
    const sentBefore = line.sent.length;
    line.script = () => {
      for (const { afterMs, bytes } of exchange?.replies ?? []) line.after(afterMs, bytes);
      if (unplugged === undefined) return;
      clock.after(unplugged, () => line.lose(new LinkError(LINE_MESSAGES.serial_closed, { name: "fake" })));
    };
    const request = requestOf(driver, devices, read);
    const outcome = await settled(clock, driver.read(request, NEVER));
    t.same(shown(outcome), gives, `${read} gives ${JSON.stringify(gives)}`);
    const sent = line.sent.slice(sentBefore).map((bytes) => hexPairs(bytes));
    t.same(sent, exchange ? [exchange.request] : [], "sent as the file says");
    const heldMs = driver.readyAt(request) - clock.mono();
    t.ok(held ? heldMs > HELD_MS : heldMs <= 0, `the unit is ${held ? "" : "not "}held`);
    if (unplugged !== undefined) await driver.connect(NEVER);
  }

  t.equal(at, exchanges.length, "every exchange of the file was played");
  t.match(driver.stats(), wanted.counts, "counters");
  t.equal(line.opened, wanted.opened ?? 1, "how often the line was opened");
  if (wanted.framing !== "tcp") {
    const leastMs = silenceMs(BAUD) - 1e-9;
    t.ok(
      line.silences.every((ms) => ms >= leastMs),
      "the silence before each request was kept",
    );
  }
  const { damaged: toldDamaged, ...toldWhole } = byKind(told);
  const { damaged, ...whole } = byKind(frames);
  t.same(toldWhole, whole, "the monitor tells the frames as the file marks them");
  // On TCP what is no frame ends the connection, and the monitor tells nothing of it.
  if (wanted.framing !== "tcp") t.equal(toldDamaged, damaged, "and what is none");
  await driver.close();
}

const names = readdirSync(FOLDER).sort();
t.ok(names.length > 60, `${names.length} cases`);
for (const name of names) t.test(name, (t) => play(t, join(FOLDER, name)));
