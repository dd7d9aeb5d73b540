import type { Driver, DriverContext, DriverDevice } from "../../drivers/core/driver.js";
import { LinkError, TramError } from "../../drivers/core/errors.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Line, LineReceiver } from "../../drivers/line/line.js";
import { LINE_MESSAGES } from "../../drivers/line/messages.js";
import { ASCII } from "../../drivers/modbus/ascii-frames.js";
import { RTU } from "../../drivers/modbus/rtu-frames.js";
import { onSerialLine } from "../../drivers/modbus/serial.js";
import { ModbusSerialDriver } from "../../drivers/modbus/serial-driver.js";
import { ModbusTcpDriver } from "../../drivers/modbus/tcp-driver.js";
import { ASCII_FRAMING } from "./ascii-framing.js";
import { SimulatedBus } from "./bus.js";
import type { BusDevice } from "./bus-device.js";
import type { Conversation } from "./conversation.js";
import type { FaultOptions } from "./fault.js";
import { ReadLedger } from "./ledger.js";
import { MBAP_FRAMING } from "./mbap-framing.js";
import { RTU_FRAMING } from "./rtu-framing.js";
import { type ByteWire, PACKET_MANNER, SERIAL_MANNER } from "./wire.js";

/** Our drivers at our simulated buses, on a clock that is stepped by hand. */

export const FRAMINGS = ["rtu", "ascii", "tcp"] as const;
export type FramingName = (typeof FRAMINGS)[number];

export const NEVER = new AbortController().signal;
const BAUD = 9600;
const TIMEOUT_MS = 500;
const STEP_MS = 5;
const MOST_STEPS = 12_000;
const SIMULATED = { rtu: RTU_FRAMING, ascii: ASCII_FRAMING, tcp: MBAP_FRAMING };

/** The driver's end of the wire whose other end is the bus. Takes no time of its own. */
class BusLine implements Line {
  readonly name = "simulated";
  readonly characterMs: number;
  opened = 0;
  readonly #bus: SimulatedBus;
  #receiver: LineReceiver | undefined;
  #conversation: Conversation | undefined;
  #hear: (bytes: Uint8Array) => void = () => {};
  #pluggedIn = true;

  constructor(bus: SimulatedBus) {
    this.#bus = bus;
    this.characterMs = bus.characterMs;
    bus.unplug = (forMs) => {
      this.#pluggedIn = false;
      this.#lose();
      bus.clock.after(forMs, () => {
        this.#pluggedIn = true;
      });
    };
  }

  async open(receiver: LineReceiver): Promise<void> {
    if (!this.#pluggedIn) throw new LinkError(LINE_MESSAGES.serial_closed, { name: this.name });
    this.opened++;
    this.#receiver = receiver;
    const wire: ByteWire = {
      onData: (listener) => {
        this.#hear = listener;
      },
      // What is under way when the line is closed arrives nowhere.
      write: (bytes) => this.#receiver === receiver && receiver.onBytes(Buffer.from(bytes)),
      cut: () => this.#lose(),
    };
    const manner = this.#bus.framing.serial ? SERIAL_MANNER : PACKET_MANNER;
    this.#conversation = this.#bus.attach(wire, manner);
  }

  write(bytes: Uint8Array): void {
    if (this.#receiver) this.#hear(Uint8Array.from(bytes));
  }

  async close(): Promise<void> {
    this.#receiver = undefined;
    this.#conversation?.stop();
  }

  #lose(): void {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    this.#conversation?.stop();
    receiver?.onLost(new LinkError(LINE_MESSAGES.serial_closed, { name: this.name }));
  }
}

export interface DriverAtBus {
  readonly clock: ManualClock;
  readonly bus: SimulatedBus;
  readonly line: { readonly opened: number };
  readonly driver: ModbusSerialDriver | ModbusTcpDriver;
  /** Steps the clock until the promise has settled; an error of ours is a result like others. */
  settle<T>(pending: Promise<T>): Promise<T | TramError>;
}

export async function driverAtBus(
  framing: FramingName,
  simulated: readonly BusDevice[],
  devices: readonly DriverDevice[],
  faults: readonly FaultOptions[] = [],
  seed = 1,
): Promise<DriverAtBus> {
  const clock = new ManualClock();
  const ledger = new ReadLedger();
  const options = { devices: simulated, clock, ledger, baud: BAUD, bitsPerCharacter: 11, faults, seed };
  const bus = new SimulatedBus({ ...options, framing: SIMULATED[framing] });
  const line = new BusLine(bus);
  const context: DriverContext = {
    connection: framing,
    clock,
    log: SILENT_LOG,
    lock: { acquire: async () => async () => {} },
    dialIn: { claim: () => Promise.reject(new Error("nobody dials in here")) },
    onReady: () => {},
  };
  const serial = { baud: BAUD, timeout: TIMEOUT_MS };
  const driver =
    framing === "tcp"
      ? new ModbusTcpDriver({ timeout: TIMEOUT_MS, pipeline: 1 }, devices, context, line)
      : new ModbusSerialDriver(onSerialLine(framing === "rtu" ? RTU : ASCII, serial), devices, context, line);
  await (driver satisfies Driver).connect(NEVER);
  const settle = async <T>(pending: Promise<T>): Promise<T | TramError> => {
    let outcome: { readonly result: T | TramError } | undefined;
    let failed: unknown;
    pending.then(
      (result) => {
        outcome = { result };
      },
      (error: unknown) => {
        if (error instanceof TramError) outcome = { result: error };
        else failed = error;
      },
    );
    for (let step = 0; step < MOST_STEPS && !outcome && failed === undefined; step++)
      await clock.advance(STEP_MS);
    if (failed !== undefined) throw failed;
    if (!outcome) throw new Error("not settled within a minute");
    return outcome.result;
  };
  return { clock, bus, line, driver, settle };
}
