import type { Clock } from "../../drivers/core/clock.js";
import type { Driver, DriverDevice, DriverFactory, ReadRequest } from "../../drivers/core/driver.js";
import type { DriverStats, ExchangeStats } from "../../drivers/core/exchange-stats.js";
import { type Said, say } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import type { Flag, ReadingBatch, Value } from "../../drivers/core/reading.js";
import type { HealthAddress, HealthField } from "../core/health.js";
import { HEALTH_MESSAGES } from "./messages.js";

/** What is told of a connection. */
export type WatchedBus = Pick<Driver, "stats" | "diagnose">;

/** The driver of a connection, undefined where it has none (yet). */
export type BusOf = (connection: string) => WatchedBus | undefined;

/** Makes the driver of the built-in connection `health`. */
export function healthDriverFactory(busOf: BusOf): DriverFactory {
  return (_settings, _devices, { clock }) => new HealthDriver(busOf, clock);
}

interface Told {
  readonly stats: DriverStats;
  readonly findings: string;
}

/**
 * Reads the gateway's own counters as if they were a device, so that they go the way of all readings. The first
 * reading comes at the first whole beat, not at the start: until then there is little to tell.
 */
export class HealthDriver implements Driver {
  readonly parallel = 1;
  readonly #busOf: BusOf;
  readonly #clock: Clock;
  readonly #startedMs: number;

  constructor(busOf: BusOf, clock: Clock) {
    this.#busOf = busOf;
    this.#clock = clock;
    this.#startedMs = clock.mono();
  }

  plan(device: DriverDevice, points: readonly Point[]): readonly ReadRequest[] {
    if (points.length === 0) return [];
    const layout = {
      device: device.id,
      points: points.map(({ id, type, decimals }) =>
        decimals === undefined ? { id, type } : { id, type, decimals },
      ),
    };
    return [{ device: device.id, layout, points, detail: points[0]?.periodMs ?? 0 }];
  }

  hints(): undefined {
    return undefined;
  }

  split(): readonly ReadRequest[] {
    return [];
  }

  async connect(): Promise<void> {}

  async read({ layout, points }: ReadRequest): Promise<ReadingBatch> {
    const buses = new Map<string, Told | undefined>();
    const values: Value[] = [];
    const flags: Flag[] = [];
    for (const [at, { address }] of points.entries()) {
      const { connection, device, field } = address as HealthAddress;
      if (!buses.has(connection)) buses.set(connection, toldOf(this.#busOf(connection)));
      const bus = buses.get(connection);
      const counts = device === undefined ? bus?.stats : bus?.stats.devices[device];
      const value = field === "findings" ? bus?.findings : counts && inUnit(counts, field);
      values.push(value ?? null);
      if (value === undefined) flags.push({ at, quality: "bad", reason: "unavailable" });
    }
    const { boot } = this.#clock;
    const batch = {
      layout,
      state: "measuring",
      t: this.#clock.now(),
      mono: this.#clock.mono(),
      boot,
      values,
    } as const;
    return flags.length > 0 ? { ...batch, flags } : batch;
  }

  /** Not before the first beat; beats are the multiples of the period, as everywhere. */
  readyAt({ detail }: ReadRequest): number {
    const periodMs = detail as number;
    return periodMs > 0 ? (Math.floor(this.#startedMs / periodMs) + 1) * periodMs : 0;
  }

  async close(): Promise<void> {}

  stats(): DriverStats {
    return NOTHING;
  }

  diagnose(): readonly Said[] {
    return [];
  }

  monitor(): void {}

  describe(): Said {
    return say(HEALTH_MESSAGES.no_wire);
  }
}

const NOTHING: DriverStats = {
  requests: 0,
  good: 0,
  timeouts: 0,
  damaged: 0,
  foreign: 0,
  late: 0,
  exceptions: 0,
  exceptionCodes: {},
  busyShare: 0,
  devices: {},
};

function toldOf(bus: WatchedBus | undefined): Told | undefined {
  if (!bus) return undefined;
  const codes = new Set(bus.diagnose().map(({ message }) => message.code));
  return { stats: bus.stats(), findings: [...codes].join(" ") };
}

/** In the unit of the point; undefined where there is nothing to tell yet. */
function inUnit(stats: ExchangeStats, field: Exclude<HealthField, "findings">): Value | undefined {
  switch (field) {
    case "exception_codes":
      return Object.entries(stats.exceptionCodes)
        .map(([code, count]) => `${code}=${count}`)
        .join(" ");
    case "round_trip.median":
      return tenths(stats.roundTrip?.medianMs);
    case "round_trip.p99":
      return tenths(stats.roundTrip?.p99Ms);
    case "busy":
      return tenths(stats.busyShare * 100);
    case "last_good":
      return stats.lastGoodT === undefined ? undefined : Math.floor(stats.lastGoodT / 1000);
    default:
      return stats[field];
  }
}

function tenths(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 10) / 10;
}
