import type { Clock } from "../../drivers/core/clock.js";
import type { Driver, DriverDevice, DriverFactory, ReadRequest } from "../../drivers/core/driver.js";
import type { DriverStats, ExchangeStats } from "../../drivers/core/exchange-stats.js";
import { type Said, say } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import type { Flag, ReadingBatch, Value } from "../../drivers/core/reading.js";
import type { HealthAddress, HealthField } from "../core/health.js";
import { HEALTH_MESSAGES } from "./messages.js";

/** The counters of a connection, undefined where it has none (yet). */
export type StatsOf = (connection: string) => DriverStats | undefined;

/** Makes the driver of the built-in connection `health`. */
export function healthDriverFactory(statsOf: StatsOf): DriverFactory {
  return (_settings, _devices, { clock }) => new HealthDriver(statsOf, clock);
}

/**
 * Reads the gateway's own counters as if they were a device, so that they go the way of all readings. The first
 * reading comes at the first whole beat, not at the start: until then there is little to tell.
 */
export class HealthDriver implements Driver {
  readonly parallel = 1;
  readonly #statsOf: StatsOf;
  readonly #clock: Clock;
  readonly #startedMs: number;

  constructor(statsOf: StatsOf, clock: Clock) {
    this.#statsOf = statsOf;
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
    const stats = new Map<string, DriverStats | undefined>();
    const values: Value[] = [];
    const flags: Flag[] = [];
    for (const [at, { address }] of points.entries()) {
      const { connection, device, field } = address as HealthAddress;
      if (!stats.has(connection)) stats.set(connection, this.#statsOf(connection));
      const bus = stats.get(connection);
      const counts = device === undefined ? bus : bus?.devices[device];
      const value = counts && inUnit(counts, field);
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

/** In the unit of the point; undefined where there is nothing to tell yet. */
function inUnit(stats: ExchangeStats, field: HealthField): number | undefined {
  switch (field) {
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
