import type { Clock } from "../drivers/core/clock.js";
import type { DialIn } from "../drivers/core/dial-in.js";
import type { DriverFactory, ReadRequest } from "../drivers/core/driver.js";
import type { Lock } from "../drivers/core/lock.js";
import type { Log } from "../drivers/core/log.js";
import { type Language, render, type Said, say } from "../drivers/core/message.js";
import type { Priority } from "../drivers/core/point.js";
import type { ScanEvent, ScanWish } from "../drivers/core/prober.js";
import type { ReadingBatch } from "../drivers/core/reading.js";
import type { WireFrame, WireTap } from "../drivers/core/wire-frame.js";
import { alarmStatus, markStatus } from "./api/status-json.js";
import { PointDesk } from "./command/point-desk.js";
import type { Wire } from "./command/wire.js";
import type { Audit } from "./core/audit.js";
import type { Buffer } from "./core/buffer.js";
import type { DeviceConfig, GatewayConfig, UplinkConfig } from "./core/config.js";
import type { ConfigChange } from "./core/config-change.js";
import type { MarkAnswer, MarkRequest, MarkStore } from "./core/device-marks.js";
import type { ClockTrusted, GatewayEvent } from "./core/event.js";
import type { BusInfo, GatewayHandle } from "./core/gateway-handle.js";
import { isHealthDevice, writtenDown } from "./core/health.js";
import { HeldWork } from "./core/held-work.js";
import { Meanings } from "./core/meanings.js";
import { CHANGE_MESSAGES } from "./core/messages.js";
import type { PointAccess } from "./core/point-access.js";
import type { DeviceStatus, GatewayStatus, UplinkStatus } from "./core/status.js";
import { PauseDesk } from "./forward/pause-desk.js";
import { LatestValues } from "./live/latest-values.js";
import { Buses, type PlannedBuses } from "./pipeline-buses.js";
import { AlarmBoard } from "./process/alarm-board.js";
import { DeviceMarks } from "./process/device-marks.js";
import { Processor } from "./process/processor.js";

/*
 *  device ─▶ driver.read ─▶ Poller ─▶ Processor ───┬─▶ LatestValues ─▶ local API, snapshot
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
  /** A polling loop ended for good. */
  readonly onGone?: (part: string) => void;
  /** Proof of life of a polling loop, and of `process`, which runs within its turn; for the watchdog. */
  readonly onTurn: (part: string) => void;
  readonly onFatal: (error: Error) => void;
}

/** How long drivers may take to close. */
const CLOSE_MS = 1_000;
/** What waits at most while the buffer is opened anew: seconds of a fast gateway. */
const MOST_HELD = 20_000;

/** Another configuration for a running pipeline. */
export interface PipelineChange {
  readonly config: GatewayConfig;
  readonly change: ConfigChange;
  readonly buses: PlannedBuses;
  /** Of a buffer that was opened anew. */
  readonly buffer?: Buffer;
  readonly makeUplink: PipelineParts["makeUplink"];
}

/** One gateway: its connections, devices and uplinks joined through the stages. */
export class Pipeline implements GatewayHandle {
  readonly live = new LatestValues();
  readonly alarms: AlarmBoard;
  readonly pauses: PauseDesk;
  readonly #marks: DeviceMarks;
  readonly #parts: PipelineParts;
  readonly #buses: Buses;
  readonly #planned: PlannedBuses;
  readonly #uplinks = new Map<string, RunningUplink>();
  readonly #processor = new Processor();
  readonly #startedAt: number;
  #config: GatewayConfig;
  #buffer: Buffer;
  #meanings: Meanings;
  #access: PointAccess;
  /** What comes while the buffer is opened anew. */
  readonly #held = new HeldWork(MOST_HELD);
  /** Records that the uplinks were not woken for yet. */
  #unannounced = 0;

  /** Plans all requests; throws ConfigurationError where a driver cannot read a point. Starts nothing. */
  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#config = parts.config;
    this.#buffer = parts.buffer;
    this.#buses = new Buses({ ...parts, onBatch: (request, batch) => this.#accept(request, batch) });
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
    this.#meanings = Meanings.of(parts.config.devices);
    this.#access = this.#makeAccess();
    this.#marks = new DeviceMarks({
      ...parts,
      store: parts.marks,
      devices: new Set(parts.config.devices.keys()),
      tell: (event) => this.#tell(event, "high"),
    });
    this.#planned = this.#buses.plan(parts.config, parts.drivers, new Set());
    for (const uplink of parts.config.uplinks.values()) {
      this.#uplinks.set(uplink.id, parts.makeUplink(uplink, this.live));
    }
  }

  start(): void {
    for (const uplink of this.#uplinks.values()) uplink.start();
    this.#marks.start();
    this.alarms.start();
    this.#buses.start(this.#planned);
  }

  get meanings(): Meanings {
    return this.#meanings;
  }

  /** Reads and writes by hand. */
  get access(): PointAccess {
    return this.#access;
  }

  /** Plans what another configuration needs beside what is kept; touches nothing. Throws ConfigurationError. */
  planBuses(
    config: GatewayConfig,
    { connections }: ConfigChange,
    drivers: ReadonlyMap<string, DriverFactory>,
  ): PlannedBuses {
    const kept = [...connections].flatMap(([id, part]) => (part === "keep" ? [id] : []));
    return this.#buses.plan(config, drivers, new Set(kept));
  }

  /** What is not kept ends, with what it had still to say: read under the old configuration, it is numbered under it. */
  endBuses(buses: PlannedBuses): Promise<void> {
    return this.#buses.end(buses);
  }

  /** From now on what comes waits: the buffer and the uplinks are changed. End it with `release`. */
  hold(): void {
    this.#held.hold();
  }

  /** What waited takes its way. */
  release(): void {
    const count = this.#held.release();
    if (count > 0) this.#parts.log.error(say(CHANGE_MESSAGES.held_too_many, { count }));
  }

  /** Ends these uplinks; their records wait in the buffer. */
  async stopUplinks(ids: readonly string[], deadlineMs: number): Promise<void> {
    this.pauses.endAll("stopped");
    const ending = ids.flatMap((id) => this.#uplinks.get(id) ?? []);
    for (const id of ids) this.#uplinks.delete(id);
    await Promise.allSettled(ending.map((uplink) => uplink.stop(deadlineMs)));
  }

  /**
   * Goes on with another configuration: connections that are kept poll on, devices that are kept keep what is known of them.
   * Call it while held; connections and uplinks that are not kept were ended.
   */
  change({ buffer, buses, change, config, makeUplink }: PipelineChange): void {
    const { clock, onGone } = this.#parts;
    const isKept = (device: string): boolean => change.keptDevices.has(device) || isHealthDevice(device);
    const gone = [...change.connections].flatMap(([id, part]) => (part === "stop" ? [id] : []));
    this.#config = config;
    if (buffer) this.#buffer = buffer;
    this.#meanings = Meanings.of(config.devices);
    this.#processor.keep(isKept);
    this.live.forget((device) => !isKept(device));
    this.alarms.change(config.devices.values(), isKept, clock.mono());
    this.#marks.change(new Set(config.devices.keys()));
    this.#buses.start(buses);
    this.#access = this.#makeAccess();
    for (const id of gone) onGone?.(`poll.${id}`);
    // In the order of the file, as they are shown.
    const running = new Map(this.#uplinks);
    this.#uplinks.clear();
    for (const uplink of config.uplinks.values()) {
      const kept = running.get(uplink.id);
      const own = kept ?? makeUplink(uplink, this.live);
      this.#uplinks.set(uplink.id, own);
      if (!kept) own.start();
    }
  }

  #makeAccess(): PointAccess {
    return new PointDesk({
      ...this.#parts,
      devices: this.#config.devices,
      meanings: this.#meanings,
      connections: () => this.#buses.watched(),
      wireOf: (connection) => this.#wireOf(connection),
    });
  }

  /** First no new readings, then what is there goes out, as far as `deadlineMs` allows. */
  async stop(deadlineMs: number): Promise<void> {
    const { clock } = this.#parts;
    const until = clock.mono() + deadlineMs;
    this.alarms.stop();
    this.pauses.endAll("stopped");
    const saved = this.#marks.stop();
    await Promise.race([
      Promise.all([this.#buses.stop(), saved]),
      clock.sleep(Math.min(CLOSE_MS, deadlineMs)),
    ]);
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
    const { audit, clock, version } = this.#parts;
    const [buffer, config] = [this.#buffer, this.#config];
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
      connections: connections.map((entry) => this.#buses.status(entry, language)),
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
    return this.#buses.info(this.#config.connections);
  }

  watchBus(connection: string, tap: WireTap): (() => void) | undefined {
    return this.#buses.taps(connection)?.add(tap);
  }

  scan(
    connection: string,
    wish: Pick<ScanWish, "units" | "effort">,
    signal: AbortSignal,
  ): AsyncGenerator<ScanEvent, void> | undefined {
    const config = this.#config.connections.get(connection);
    return config && this.#buses.scan(config, wish, this.#parts.profiles, signal);
  }

  describeFrame(
    connection: string,
    frame: Pick<WireFrame, "kind" | "direction" | "bytes">,
  ): Said | undefined {
    return this.#buses.driver(connection)?.describe(frame);
  }

  #wireOf(connection: string): Wire | undefined {
    const driver = this.#buses.driver(connection);
    const { problem } = this.#buses.poller(connection)?.state ?? {};
    return driver && (problem ? { driver, problem } : { driver });
  }

  /** The way of a batch, in one turn: judged, reported, numbered; at its end on the wire if an uplink has room. */
  #accept(request: ReadRequest, batch: ReadingBatch): void {
    if (this.#held.isHeld && this.#held.wait(() => this.#accept(request, batch))) return;
    const buffer = this.#buffer;
    const { judged, reports, event } = this.#processor.process(request, this.#marks.apply(batch));
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
    if (this.#held.wait(() => this.#tell(event, priority))) return;
    this.#buffer.appendEvent(event, priority);
    this.#wakeUplinks(1);
  }

  #deviceStatus(device: DeviceConfig, language: Language): DeviceStatus {
    const polled = this.#buses.poller(device.connection)?.device(device.id);
    const health = this.#processor.healthOf(device.id);
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
