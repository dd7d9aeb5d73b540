import type { Clock } from "../../core/clock.js";
import { say } from "../../core/message.js";
import type { Prober, ScanEvent, ScanWish } from "../../core/prober.js";
import { TcpLine } from "../../line/tcp-line.js";
import type { Profile } from "../../profiles/profile.js";
import { MbapWire } from "./mbap-wire.js";
import { SCAN_MESSAGES as M } from "./messages.js";
import { likelyUnits } from "./orders.js";
import type { ScanPlace } from "./place.js";
import { Recogniser } from "./recogniser.js";
import { RtuWire } from "./rtu-wire.js";
import { scanPlaces } from "./scan-places.js";

/**
 * Modbus TCP's own port and its neighbours, and those on which serial servers listen by default (Waveshare and USR
 * 4196, 8899 and 20108, Moxa 4001, others 10001 and 26).
 */
export const TCP_PORTS: readonly number[] = [502, 503, 1502, 4196, 8899, 4001, 10001, 20108, 26];
const CONNECT_MS = 2000;
/** A serial server needs so long to pass a question on and an answer back. */
const NETWORK_MS = 30;
/** Of a direct device: it has one unit id, and mostly does not mind which. */
const FIRST_UNITS: readonly number[] = [1, 255];

export interface HostProberOptions {
  /** One host: networks are not searched. */
  readonly host: string;
  readonly ports?: readonly number[];
  readonly clock: Clock;
  readonly connectMs?: number;
}

/** Looks for devices behind the ports of one host: Modbus TCP, and RTU frames through a serial server. */
export class HostProber implements Prober {
  readonly #options: HostProberOptions;

  constructor(options: HostProberOptions) {
    this.#options = options;
  }

  scan(wish: ScanWish, signal: AbortSignal): AsyncGenerator<ScanEvent, void> {
    const { clock, host, ports = TCP_PORTS } = this.#options;
    const profiles = wish.profiles as readonly Profile[];
    const recogniser = new Recogniser(profiles, clock, wish.effort);
    return scanPlaces(
      {
        places: ports.flatMap((port) => [this.#mbap(port), this.#rtu(port)]),
        likely: [...new Set([...FIRST_UNITS, ...likelyUnits(profiles)])],
        wish,
        clock,
        recogniser,
        nobody: ({ questions }) => [say(M.nobody_on_host, { host, count: questions })],
      },
      signal,
    );
  }

  #mbap(port: number): ScanPlace {
    return {
      ...this.#place(port, "Modbus TCP", "modbus-tcp"),
      open: async (signal) => {
        const wire = new MbapWire(this.#line(port), this.#options.clock);
        await wire.open(signal);
        return wire;
      },
    };
  }

  #rtu(port: number): ScanPlace {
    return {
      ...this.#place(port, "RTU/TCP", "modbus-rtu-over-tcp"),
      open: async (signal) => {
        const { clock } = this.#options;
        const wire = new RtuWire({ line: this.#line(port), clock, silenceMs: NETWORK_MS });
        await wire.open(signal);
        return wire;
      },
    };
  }

  #place(port: number, protocol: string, driver: string) {
    const { host } = this.#options;
    return {
      line: { name: `${host}:${port} ${protocol}`, driver, settings: { host, port } },
      isSerial: false,
      exchangeMs: NETWORK_MS,
      group: `${host}:${port}`,
    };
  }

  #line(port: number): TcpLine {
    const { clock, connectMs = CONNECT_MS, host } = this.#options;
    return new TcpLine({ host, port, connect_timeout: connectMs }, clock);
  }
}
