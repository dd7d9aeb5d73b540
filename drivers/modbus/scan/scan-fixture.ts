import { SimulatedBus } from "../../../simulators/modbus/bus.js";
import { Cable } from "../../../simulators/modbus/cable.js";
import type { FaultOptions } from "../../../simulators/modbus/fault.js";
import { ReadLedger } from "../../../simulators/modbus/ledger.js";
import { ProfiledDevice } from "../../../simulators/modbus/profile/profiled-device.js";
import { RTU_FRAMING } from "../../../simulators/modbus/rtu-framing.js";
import { characterBits } from "../../../simulators/modbus/uart.js";
import { ManualClock } from "../../core/manual-clock.js";
import type { FoundDevice, ScanEvent, ScanSummary, ScanWish } from "../../core/prober.js";
import type { Line, LineReceiver } from "../../line/line.js";
import { ProfileLibrary } from "../../profiles/library.js";
import type { Profile } from "../../profiles/profile.js";
import { DRIVER_FAMILIES } from "../../registry.js";
import type { LineFormat } from "./orders.js";
import { SerialProber } from "./serial-prober.js";

const LIBRARY = new ProfileLibrary(
  new URL("../../../../config/profiles", import.meta.url).pathname,
  DRIVER_FAMILIES,
);
export const PROFILES = LIBRARY.ids().flatMap((id) => LIBRARY.get(id)?.profile ?? []);

export function profileOf(id: string): Profile {
  return LIBRARY.get(id)?.profile as Profile;
}

export function format(baud: number, parity: LineFormat["parity"] = "none"): LineFormat {
  return { baud, parity, stop_bits: 1 };
}

/** A port of the bench as the prober opens it: all bytes that were sent are kept. */
class BenchLine implements Line {
  readonly name: string;
  readonly characterMs: number;
  readonly #bench: ScanBench;
  readonly #format: LineFormat;

  constructor(bench: ScanBench, own: LineFormat) {
    this.#bench = bench;
    this.#format = own;
    this.name = `bench ${own.baud}`;
    this.characterMs = (characterBits({ ...own, stopBits: own.stop_bits }) * 1000) / own.baud;
  }

  async open(receiver: LineReceiver): Promise<void> {
    this.#bench.cable.client = { ...this.#format, stopBits: this.#format.stop_bits };
    this.#bench.cable.onBytes = (bytes) => receiver.onBytes(Buffer.from(bytes));
    this.#bench.opened.push(this.#format.baud);
    this.#bench.isOpen = true;
  }

  write(bytes: Uint8Array): void {
    this.#bench.sent.push(Buffer.from(bytes));
    this.#bench.cable.send(bytes);
  }

  async close(): Promise<void> {
    this.#bench.isOpen = false;
    this.#bench.cable.onBytes = () => {};
  }
}

export interface Scanned {
  readonly events: readonly ScanEvent[];
  readonly found: readonly FoundDevice[];
  readonly heard: readonly string[];
  readonly summary: ScanSummary;
}

/** Devices at any settings on one cable, and a prober at its end; time is stepped. */
export class ScanBench {
  readonly clock = new ManualClock();
  readonly cable = new Cable();
  readonly sent: Buffer[] = [];
  readonly opened: number[] = [];
  isOpen = false;

  add(id: string, unit: number, own: LineFormat, faults: readonly FaultOptions[] = []): ProfiledDevice {
    const device = new ProfiledDevice({ profile: profileOf(id), clock: this.clock, unit, pace: "each-read" });
    this.addBus([device], own, faults);
    return device;
  }

  addBus(devices: readonly ProfiledDevice[], own: LineFormat, faults: readonly FaultOptions[] = []): void {
    const stop = { ...own, stopBits: own.stop_bits };
    const bus = new SimulatedBus({
      devices,
      clock: this.clock,
      ledger: new ReadLedger(),
      framing: RTU_FRAMING,
      baud: own.baud,
      bitsPerCharacter: characterBits(stop),
      faults,
    });
    this.cable.attach(bus, stop);
  }

  line(own: LineFormat): Line {
    return new BenchLine(this, own);
  }

  prober(formats?: readonly LineFormat[]): SerialProber {
    return new SerialProber({
      port: "bench",
      clock: this.clock,
      lock: { acquire: async () => async () => {} },
      lineOf: (own) => this.line(own),
      ...(formats && { formats }),
    });
  }

  async scan(
    wish: Partial<ScanWish> = {},
    formats?: readonly LineFormat[],
    onEvent: (event: ScanEvent) => void = () => {},
    signal = new AbortController().signal,
  ): Promise<Scanned> {
    const events: ScanEvent[] = [];
    let failure: unknown;
    let isOver = false;
    const working = (async () => {
      const scan = this.prober(formats).scan({ effort: "normal", profiles: PROFILES, ...wish }, signal);
      for await (const event of scan) {
        events.push(event);
        onEvent(event);
      }
    })()
      .catch((error: unknown) => {
        failure = error;
      })
      .finally(() => {
        isOver = true;
      });
    while (!isOver) await this.clock.advance(100);
    await working;
    if (failure) throw failure;
    const found = events.flatMap((event) => (event.kind === "recognised" ? [event.device] : []));
    const heard = events.flatMap((event) => (event.kind === "heard" ? [event.said.message.code] : []));
    const end = events.at(-1);
    if (end?.kind !== "end") throw new Error("no end");
    return { events, found, heard, summary: end.summary };
  }
}
