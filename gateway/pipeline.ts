import type { Clock } from "../drivers/core/clock.js";
import type { DialIn } from "../drivers/core/dial-in.js";
import type { Driver, DriverDevice, DriverFactory, ReadRequest } from "../drivers/core/driver.js";
import type { DriverStats } from "../drivers/core/exchange-stats.js";
import type { Lock } from "../drivers/core/lock.js";
import { type Log, SILENT_LOG } from "../drivers/core/log.js";
import { type Language, render, type Said } from "../drivers/core/message.js";
import type { Priority } from "../drivers/core/point.js";
import { isProber, type ScanEvent, type ScanWish } from "../drivers/core/prober.js";
import type { ReadingBatch } from "../drivers/core/reading.js";
import type { WireFrame, WireTap } from "../drivers/core/wire-frame.js";
import { busLine } from "./api/bus-line.js";
import { BusTaps } from "./api/bus-taps.js";
import { alarmStatus, markStatus } from "./api/status-json.js";
import { PointDesk } from "./command/point-desk.js";
import type { Wire } from "./command/wire.js";
import type { Audit } from "./core/audit.js";
import type { Buffer } from "./core/buffer.js";
import type { ConnectionConfig, DeviceConfig, GatewayConfig, UplinkConfig } from "./core/config.js";
import type { MarkAnswer, MarkRequest, MarkStore } from "./core/device-marks.js";
import type { ClockTrusted, GatewayEvent } from "./core/event.js";
import type { BusInfo, GatewayHandle } from "./core/gateway-handle.js";
import { HEALTH, writtenDown } from "./core/health.js";
import { Meanings } from "./core/meanings.js";
import type { PointAccess } from "./core/point-access.js";
import type { ConnectionStatus, DeviceStatus, GatewayStatus, UplinkStatus } from "./core/status.js";
import { PauseDesk } from "./forward/pause-desk.js";
import { healthDriverFactory } from "./health/health-driver.js";
import { LatestValues } from "./live/latest-values.js";
import { Poller } from "./poll/poller.js";
import { AlarmBoard } from "./process/alarm-board.js";
import { DeviceMarks } from "./process/device-marks.js";
import { firstProcessState, type ProcessState, process as processBatch } from "./process/process.js";
import { compileRules, type Rules } from "./process/rules.js";

/*
 *  device ─▶ driver.read ─▶ Poller ─▶ processBatch ─┬─▶ LatestValues ─▶ local API, snapshot
 *                           (when)    (judge, report)│
 *                                                   └─▶ Buffer.append ─▶ Uplink.wake ─▶ MQTT, file
 *                                                        (number, store)   (live, backlog)
 */

/** What the pipeline needs to know of a running uplink. */
export interface RunningUplink {
  start(): void;
  /** So many records were appended; cheap. */
  wake(records: number): void;
  stop(deadlineMs: number): Promise<void>;
  /** Cuts the connection and makes no other before `over` is aborted. False where none stands. */
  pause(over: AbortSignal): boolean;
  /** What is sent from now on of records of that boot bears the right time, in whatever order it goes out. */
  trustClock(event: ClockTrusted): void;
  status(language: Language): UplinkStatus;
}

export interface PipelineParts {
  readonly config: GatewayConfig;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly lock: Lock;
  readonly dialIn: DialIn;
  readonly random: () => number;
  readonly buffer: Buffer;
  readonly audit: Audit;
  /** What outlasts a restart of the devices that somebody works on. */
  readonly marks: MarkStore;
  readonly clockTrusted: () => boolean;
  /** By the driver names of the configuration; `health` is made here. */
  readonly drivers: ReadonlyMap<string, DriverFactory>;
  /** All profiles of the installation, for a scan; absent: what is found is not recognised. */
  readonly profiles?: () => Promise<readonly unknown[]>;
  readonly makeUplink: (uplink: UplinkConfig, live: LatestValues) => RunningUplink;
  /** Proof of life of a polling loop, and of `process`, which runs within its turn; for the watchdog. */
  readonly onTurn: (part: string) => void;
  readonly onFatal: (error: Error) => void;
}

/** How long drivers may take to close. */
const CLOSE_MS = 1_000;

/** One gateway: its connections, devices and uplinks joined through the stages. */
export class Pipeline implements GatewayHandle {
  readonly live = new LatestValues();
  readonly alarms: AlarmBoard;
  readonly meanings: Meanings;
  readonly access: PointAccess;
  readonly pauses: PauseDesk;
  readonly #marks: DeviceMarks;
  readonly #parts: PipelineParts;
  readonly #pollers = new Map<string, Poller>();
  readonly #drivers = new Map<string, Driver>();
  readonly #taps = new Map<string, BusTaps>();
  readonly #uplinks = new Map<string, RunningUplink>();
  readonly #states = new Map<string, ProcessState>();
  readonly #rules = new WeakMap<ReadRequest, Rules>();
  readonly #startedAt: number;
  /** Records that the uplinks were not woken for yet. */
  #unannounced = 0;

  /** Plans all requests; throws ConfigurationError where a driver cannot read a point. Starts nothing. */
  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
    this.alarms = new AlarmBoard({
      clock: parts.clock,
      devices: parts.config.devices.values(),
      tell: (event) => {
        // The centre must hear of it now.
        this.pauses.endAll("alarm");
        this.#tell(event, "alarm");
      },
    });
    this.pauses = new PauseDesk({ ...parts, uplinks: this.#uplinks });
    this.meanings = new Meanings([...parts.config.devices.values()].flatMap(({ points }) => points));
    this.access = new PointDesk({
      ...parts,
      devices: parts.config.devices,
      meanings: this.meanings,
      connections: () => [...this.#taps.keys()],
      wireOf: (connection) => this.#wireOf(connection),
    });
    this.#marks = new DeviceMarks({
      ...parts,
      store: parts.marks,
      devices: new Set(parts.config.devices.keys()),
      tell: (event) => this.#tell(event, "high"),
    });
    for (const connection of parts.config.connections.values()) {
      const poller = this.#makePoller(connection);
      if (poller) this.#pollers.set(connection.id, poller);
    }
    for (const uplink of parts.config.uplinks.values()) {
      this.#uplinks.set(uplink.id, parts.makeUplink(uplink, this.live));
    }
  }

  start(): void {
    for (const uplink of this.#uplinks.values()) uplink.start();
    this.#marks.start();
    this.alarms.start();
    for (const poller of this.#pollers.values()) poller.start();
  }

  /** First no new readings, then what is there goes out, as far as `deadlineMs` allows. */
  async stop(deadlineMs: number): Promise<void> {
    const { clock } = this.#parts;
    const until = clock.mono() + deadlineMs;
    this.alarms.stop();
    this.pauses.endAll("stopped");
    const saved = this.#marks.stop();
    const stopped = Promise.allSettled([...this.#pollers.values()].map((poller) => poller.stop()));
    await Promise.race([Promise.all([stopped, saved]), clock.sleep(Math.min(CLOSE_MS, deadlineMs))]);
    const leftMs = Math.max(0, until - clock.mono());
    await Promise.allSettled([...this.#uplinks.values()].map((uplink) => uplink.stop(leftMs)));
  }

  /** Says in the chain which wall time it is now, so that records of untrusted time can be put right. */
  clockBecameTrusted(): void {
    const { clock } = this.#parts;
    const t = new Date(clock.now()).toISOString();
    const { boot } = clock;
    this.#marks.clockBecameTrusted();
    const event = { event: "clock", boot, mono_ms: Math.round(clock.mono()), t } as const;
    for (const uplink of this.#uplinks.values()) uplink.trustClock(event);
    this.#tell(event, "high");
  }

  status(language: Language): GatewayStatus {
    const { audit, buffer, clock, config, version } = this.#parts;
    const { connections, devices } = writtenDown(config);
    return {
      id: config.gateway.id,
      name: config.gateway.name,
      version,
      pid: process.pid,
      config: config.file,
      hash: config.hash,
      epoch: buffer.epoch,
      rev: buffer.rev,
      started: new Date(this.#startedAt).toISOString(),
      now: new Date(clock.now()).toISOString(),
      clock: this.#parts.clockTrusted() ? "trusted" : "untrusted",
      connections: connections.map((entry) => this.#connectionStatus(entry, language)),
      devices: devices.map((entry) => this.#deviceStatus(entry, language)),
      uplinks: [...this.#uplinks].map(([id, uplink]) => ({
        ...uplink.status(language),
        ...this.pauses.statusOf(id),
      })),
      buffer: buffer.stats(),
      audit: audit.stats(),
      alarms: alarmStatus(this.alarms.active(), language, this.meanings),
      memory: { rssBytes: process.memoryUsage.rss() },
    };
  }

  markDevice(request: MarkRequest): MarkAnswer {
    return this.#marks.set(request);
  }

  buses(): readonly BusInfo[] {
    return [...this.#taps.keys()].flatMap((id) => {
      const connection = this.#parts.config.connections.get(id);
      if (!connection) return [];
      const line = busLine(connection.settings);
      const { driver } = connection;
      return [line === undefined ? { connection: id, driver } : { connection: id, driver, line }];
    });
  }

  watchBus(connection: string, tap: WireTap): (() => void) | undefined {
    return this.#taps.get(connection)?.add(tap);
  }

  scan(
    connection: string,
    wish: Pick<ScanWish, "units" | "effort">,
    signal: AbortSignal,
  ): AsyncGenerator<ScanEvent, void> | undefined {
    const driver = this.#drivers.get(connection);
    const { config, profiles } = this.#parts;
    const { driver: name = "", settings } = config.connections.get(connection) ?? {};
    if (!driver || !isProber(driver)) return undefined;
    const plain = Object.entries(settings ?? {}).filter(([, value]) =>
      /^(?:string|number)$/.test(typeof value),
    );
    const line = {
      name: `${connection} ${busLine(settings) ?? ""}`.trim(),
      driver: name,
      settings: Object.fromEntries(plain) as Record<string, string | number>,
    };
    return (async function* (): AsyncGenerator<ScanEvent, void> {
      yield* driver.scan({ ...wish, line, profiles: (await profiles?.()) ?? [] }, signal);
    })();
  }

  describeFrame(
    connection: string,
    frame: Pick<WireFrame, "kind" | "direction" | "bytes">,
  ): Said | undefined {
    return this.#drivers.get(connection)?.describe(frame);
  }

  #wireOf(connection: string): Wire | undefined {
    const driver = this.#drivers.get(connection);
    const { problem } = this.#pollers.get(connection)?.state ?? {};
    return driver && (problem ? { driver, problem } : { driver });
  }

  #makePoller(connection: ConnectionConfig): Poller | undefined {
    const { clock, config, dialIn, drivers, lock, onFatal, onTurn, random } = this.#parts;
    const devices = [...config.devices.values()].filter((device) => device.connection === connection.id);
    const create =
      connection.driver === HEALTH
        ? healthDriverFactory((id) => this.#drivers.get(id))
        : drivers.get(connection.driver);
    if (devices.length === 0 || !create) return undefined;
    // That the gateway can count is no news.
    const log =
      connection.driver === HEALTH ? SILENT_LOG : this.#parts.log.with({ connection: connection.id });
    const driverDevices = devices.map(({ id, settings }): DriverDevice => ({ id, settings }));
    const driver = create(connection.settings, driverDevices, {
      connection: connection.id,
      clock,
      log,
      lock,
      dialIn,
      onReady: () => this.#pollers.get(connection.id)?.wake(),
    });
    this.#drivers.set(connection.id, driver);
    if (connection.driver !== HEALTH) {
      this.#taps.set(connection.id, new BusTaps((tap) => driver.monitor(tap)));
    }
    return new Poller({
      connection: connection.id,
      driver,
      devices: devices.map(({ id, settings, points }) => ({ driverDevice: { id, settings }, points })),
      clock,
      log,
      random,
      retryWithinMs: connection.retryWithinMs,
      onBatch: (request, batch) => this.#accept(request, batch),
      onTurn: () => onTurn(`poll.${connection.id}`),
      onFatal,
    });
  }

  /** The way of a batch, in one turn: judged, reported, numbered; at its end on the wire if an uplink has room. */
  #accept(request: ReadRequest, batch: ReadingBatch): void {
    const { buffer } = this.#parts;
    const { judged, reports, event } = processBatch(
      this.#rulesOf(request),
      this.#stateOf(request),
      this.#marks.apply(batch),
    );
    this.live.update(judged);
    this.alarms.judge(judged, batch.state === "measuring");
    if (event) buffer.appendEvent(event, "high");
    for (const { priority, batch: reported } of reports) buffer.append(reported, priority);
    this.#wakeUplinks(reports.length + (event ? 1 : 0));
  }

  /**
   * At the end of this turn of the event loop: what several connections answered meanwhile shares a message, since a
   * message costs more than the readings in it. Nothing waits for it: the turn ends when nothing more is there to read.
   */
  #wakeUplinks(records: number): void {
    if (records > 0 && this.#unannounced === 0) {
      setImmediate(() => {
        const appended = this.#unannounced;
        this.#unannounced = 0;
        for (const uplink of this.#uplinks.values()) uplink.wake(appended);
      });
    }
    this.#unannounced += records;
  }

  #tell(event: GatewayEvent, priority: Priority): void {
    this.#parts.buffer.appendEvent(event, priority);
    this.#wakeUplinks(1);
  }

  #rulesOf(request: ReadRequest): Rules {
    let rules = this.#rules.get(request);
    if (!rules) {
      rules = compileRules(request.layout, request.points);
      this.#rules.set(request, rules);
    }
    return rules;
  }

  #stateOf(request: ReadRequest): ProcessState {
    let state = this.#states.get(request.device);
    if (!state) {
      state = firstProcessState();
      this.#states.set(request.device, state);
    }
    return state;
  }

  #connectionStatus(connection: ConnectionConfig, language: Language): ConnectionStatus {
    const poller = this.#pollers.get(connection.id);
    const driver = this.#drivers.get(connection.id);
    const stats = driver?.stats() ?? NO_STATS;
    const findings = driver?.diagnose().map((said) => render(said, language)) ?? [];
    const { state, problem } = poller?.state ?? { state: "down" as const };
    const status = { id: connection.id, driver: connection.driver, state, stats, findings };
    return problem ? { ...status, problem: render(problem.said, language) } : status;
  }

  #deviceStatus(device: DeviceConfig, language: Language): DeviceStatus {
    const polled = this.#pollers.get(device.connection)?.device(device.id);
    const health = this.#states.get(device.id)?.health;
    const mark = this.#marks.of(device.id);
    const status = {
      id: device.id,
      name: device.name,
      connection: device.connection,
      state: health?.state ?? ("unknown" as const),
      failures: health?.failures ?? 0,
      points: device.points.length,
      badPoints: device.points.filter((point) => this.live.get(device.id, point.id)?.quality === "bad")
        .length,
    };
    return {
      ...status,
      ...(polled?.lastGood === undefined ? {} : { lastGood: new Date(polled.lastGood).toISOString() }),
      ...(mark && { mark: markStatus(mark) }),
      ...(polled?.problem ? { problem: render(polled.problem.said, language) } : {}),
    };
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
