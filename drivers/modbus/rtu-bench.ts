import type { DriverDevice, ReadRequest } from "../core/driver.js";
import type { TramError } from "../core/errors.js";
import { ManualClock } from "../core/manual-clock.js";
import type { ReadingBatch } from "../core/reading.js";
import { FakeLine } from "../line/fake-line.js";
import { appendCrc } from "./crc.js";
import type { Framing } from "./framing.js";
import { RTU } from "./rtu-frames.js";
import type { ModbusDevice } from "./schema.js";
import { onSerialLine } from "./serial.js";
import { ModbusSerialDriver } from "./serial-driver.js";
import { contextOf, NEVER, pointOf } from "./test-devices.js";

/** An RTU driver on a scripted line and a clock that is stepped by hand. */

export const SETTINGS = { baud: 9600, timeout: 500 };
export const SILENCE_MS = (3.5 * 11 * 1000) / 9600;

export function frame(hex: string): Buffer {
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const out = Buffer.alloc(bytes.length + 2);
  bytes.copy(out);
  appendCrc(out, bytes.length);
  return out;
}

export interface Bench {
  readonly clock: ManualClock;
  readonly line: FakeLine;
  readonly driver: ModbusSerialDriver;
  readonly ready: number[];
  readonly tapped: string[];
  request(unit: number, address: number): ReadRequest;
  /** Steps the clock until the read is over. */
  read(request: ReadRequest): Promise<ReadingBatch | TramError>;
}

export async function bench(
  devices: readonly DriverDevice[],
  settings = SETTINGS,
  framing: Framing = RTU,
): Promise<Bench> {
  const clock = new ManualClock();
  const line = new FakeLine(clock, 11_000 / settings.baud);
  const ready: number[] = [];
  const tapped: string[] = [];
  const context = contextOf(clock, { onReady: () => ready.push(clock.mono()) });
  const driver = new ModbusSerialDriver(onSerialLine(framing, settings), devices, context, line);
  driver.monitor(({ bytes, kind }) => tapped.push(`${kind} ${Buffer.from(bytes).toString("hex")}`));
  await driver.connect(NEVER);
  const request = (unit: number, address: number): ReadRequest => {
    const device = devices.find(
      ({ settings }) => (settings as ModbusDevice).unit_id === unit,
    ) as DriverDevice;
    return driver.plan(device, [pointOf(device.id, address)])[0] as ReadRequest;
  };
  const read = async (asked: ReadRequest): Promise<ReadingBatch | TramError> => {
    const pending = driver.read(asked, NEVER);
    let outcome: ReadingBatch | TramError | undefined;
    pending.then(
      (batch) => {
        outcome = batch;
      },
      (error: TramError) => {
        outcome = error;
      },
    );
    for (let i = 0; i < 100_000 && !outcome; i++) await clock.advance(1);
    if (!outcome) throw new Error("the read did not settle");
    return outcome;
  };
  return { clock, line, driver, ready, tapped, request, read };
}

export const REPLY = frame("01 03 02 00 2A");
