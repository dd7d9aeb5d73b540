import type { Clock } from "../drivers/core/clock.js";
import type { DialIn } from "../drivers/core/dial-in.js";
import type { Driver, DriverDevice, DriverFactory, ReadRequest } from "../drivers/core/driver.js";
import type { DriverStats } from "../drivers/core/exchange-stats.js";
import type { Lock } from "../drivers/core/lock.js";
import { type Log, SILENT_LOG } from "../drivers/core/log.js";
import { type Language, render } from "../drivers/core/message.js";
import { isProber, type ScanEvent, type ScanWish } from "../drivers/core/prober.js";
import type { ReadingBatch } from "../drivers/core/reading.js";
import { busLine } from "./api/bus-line.js";
import { BusTaps } from "./api/bus-taps.js";
import type { ConnectionConfig, DeviceConfig } from "./core/config.js";
import type { BusInfo } from "./core/gateway-handle.js";
import { HEALTH } from "./core/health.js";
import type { ConnectionStatus } from "./core/status.js";
import { healthDriverFactory } from "./health/health-driver.js";
import { Poller } from "./poll/poller.js";

export interface BusesParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly lock: Lock;
  readonly dialIn: DialIn;
  readonly random: () => number;
  readonly onTurn: (part: string) => void;
  readonly onFatal: (error: Error) => void;
  /** Every request's batch, answered or not. */
  readonly onBatch: (request: ReadRequest, batch: ReadingBatch) => void;
}

/** What of a configuration concerns the buses. */
export interface BusesConfig {
  readonly connections: ReadonlyMap<string, ConnectionConfig>;
  readonly devices: ReadonlyMap<string, DeviceConfig>;
}

interface Bus {
  readonly driver: Driver;
  readonly poller: Poller;
  /** Nobody watches the gateway's own counting. */
  readonly taps?: BusTaps;
}

/** Connections that were planned and do not run yet. */
export interface PlannedBuses {
  readonly made: ReadonlyMap<string, Bus>;
  /** Those that go on as they are. */
  readonly kept: ReadonlySet<string>;
}

/** How long drivers may take to close. */
const CLOSE_MS = 1_000;

/** The connections of a gateway that have devices, each with its driver and its polling loop. */
export class Buses {
  readonly #parts: BusesParts;
  readonly #buses = new Map<string, Bus>();

  constructor(parts: BusesParts) {
    this.#parts = parts;
  }

  /**
   * Plans all requests of the connections that are not kept; starts and stops nothing. Throws ConfigurationError where a
   * driver cannot read a point. `drivers`: by the driver names of the configuration; `health` is made here.
   */
  plan(
    config: BusesConfig,
    drivers: ReadonlyMap<string, DriverFactory>,
    kept: ReadonlySet<string>,
  ): PlannedBuses {
    const made = new Map<string, Bus>();
    for (const connection of config.connections.values()) {
      if (kept.has(connection.id) && this.#buses.has(connection.id)) continue;
      const bus = this.#make(connection, config, drivers);
      if (bus) made.set(connection.id, bus);
    }
    return { made, kept };
  }

  /** What is neither kept nor planned ends, before what is planned starts: a port may change hands. */
  async end({ kept, made }: PlannedBuses): Promise<void> {
    const ending = [...this.#buses].filter(([id]) => !kept.has(id) || made.has(id));
    for (const [id] of ending) this.#buses.delete(id);
    const stopped = Promise.allSettled(ending.map(([, { poller }]) => poller.stop()));
    if (ending.length > 0) await Promise.race([stopped, this.#parts.clock.sleep(CLOSE_MS)]);
  }

  /** In the order of the configuration. */
  start({ made }: PlannedBuses): void {
    for (const [id, bus] of made) this.#buses.set(id, bus);
    for (const { poller } of made.values()) poller.start();
  }

  async stop(): Promise<void> {
    await Promise.allSettled([...this.#buses.values()].map(({ poller }) => poller.stop()));
  }

  /** Connections that can be watched. */
  watched(): readonly string[] {
    return [...this.#buses].flatMap(([id, { taps }]) => (taps ? [id] : []));
  }

  driver(connection: string): Driver | undefined {
    return this.#buses.get(connection)?.driver;
  }

  poller(connection: string): Poller | undefined {
    return this.#buses.get(connection)?.poller;
  }

  taps(connection: string): BusTaps | undefined {
    return this.#buses.get(connection)?.taps;
  }

  /** Of the connections of a configuration those that have a driver. */
  info(connections: BusesConfig["connections"]): readonly BusInfo[] {
    return this.watched().flatMap((id) => {
      const connection = connections.get(id);
      if (!connection) return [];
      const line = busLine(connection.settings);
      const { driver } = connection;
      return [line === undefined ? { connection: id, driver } : { connection: id, driver, line }];
    });
  }

  status({ driver: name, id }: ConnectionConfig, language: Language): ConnectionStatus {
    const driver = this.driver(id);
    const stats = driver?.stats() ?? NO_STATS;
    const findings = driver?.diagnose().map((said) => render(said, language)) ?? [];
    const { state, problem } = this.poller(id)?.state ?? { state: "down" as const };
    const status = { id, driver: name, state, stats, findings };
    return problem ? { ...status, problem: render(problem.said, language) } : status;
  }

  /** Looks for devices while polling goes on. undefined: its driver cannot. `profiles`: of the installation. */
  scan(
    { driver: name, id, settings }: ConnectionConfig,
    wish: Pick<ScanWish, "units" | "effort">,
    profiles: (() => Promise<readonly unknown[]>) | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ScanEvent, void> | undefined {
    const driver = this.driver(id);
    if (!driver || !isProber(driver)) return undefined;
    const plain = Object.entries(settings ?? {}).filter(([, value]) =>
      /^(?:string|number)$/.test(typeof value),
    );
    const line = {
      name: `${id} ${busLine(settings) ?? ""}`.trim(),
      driver: name,
      settings: Object.fromEntries(plain) as Record<string, string | number>,
    };
    return (async function* (): AsyncGenerator<ScanEvent, void> {
      yield* driver.scan({ ...wish, line, profiles: (await profiles?.()) ?? [] }, signal);
    })();
  }

  #make(
    connection: ConnectionConfig,
    config: BusesConfig,
    drivers: ReadonlyMap<string, DriverFactory>,
  ): Bus | undefined {
    const { clock, dialIn, lock, onBatch, onFatal, onTurn, random } = this.#parts;
    const isHealth = connection.driver === HEALTH;
    const devices = [...config.devices.values()].filter((device) => device.connection === connection.id);
    const create = isHealth ? healthDriverFactory((id) => this.driver(id)) : drivers.get(connection.driver);
    if (devices.length === 0 || !create) return undefined;
    // That the gateway can count is no news.
    const log = isHealth ? SILENT_LOG : this.#parts.log.with({ connection: connection.id });
    const driverDevices = devices.map(({ id, settings }): DriverDevice => ({ id, settings }));
    const driver = create(connection.settings, driverDevices, {
      connection: connection.id,
      clock,
      log,
      lock,
      dialIn,
      onReady: () => this.poller(connection.id)?.wake(),
    });
    const poller = new Poller({
      connection: connection.id,
      driver,
      devices: devices.map(({ id, settings, points }) => ({ driverDevice: { id, settings }, points })),
      clock,
      log,
      random,
      retryWithinMs: connection.retryWithinMs,
      onBatch,
      onTurn: () => onTurn(`poll.${connection.id}`),
      onFatal,
    });
    return isHealth
      ? { driver, poller }
      : { driver, poller, taps: new BusTaps((tap) => driver.monitor(tap)) };
  }
}

const NO_STATS: DriverStats = {
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
