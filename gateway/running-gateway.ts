import { dirname, join } from "node:path";
import type { Clock } from "../drivers/core/clock.js";
import type { DriverFactory } from "../drivers/core/driver.js";
import { asError } from "../drivers/core/errors.js";
import type { Lock } from "../drivers/core/lock.js";
import type { Log } from "../drivers/core/log.js";
import { type Language, say } from "../drivers/core/message.js";
import { DialInPorts } from "../drivers/line/dial-in-ports.js";
import { loadDriver } from "../drivers/registry.js";
import { startApi } from "./api/server.js";
import { AuditLog } from "./buffer/audit-log.js";
import { MarkFile } from "./buffer/mark-file.js";
import { openBuffer } from "./buffer/open-buffer.js";
import { RequestDesk } from "./command/request-desk.js";
import { type Audit, NO_EPOCH } from "./core/audit.js";
import type { Buffer } from "./core/buffer.js";
import type { GatewayConfig, UplinkConfig } from "./core/config.js";
import { type ConfigChange, type PartChange, planChange } from "./core/config-change.js";
import type { ConfigChanges } from "./core/config-changes.js";
import type { CertificateEnds } from "./core/event.js";
import type { Forwarder } from "./core/forwarder.js";
import { HEALTH } from "./core/health.js";
import type { LiveValues } from "./core/live-values.js";
import { AUDIT_MESSAGES } from "./core/messages.js";
import { pointMatcher } from "./core/point-pattern.js";
import type { GatewayStatus } from "./core/status.js";
import { describeRevision } from "./forward/births.js";
import { CertificateWatch } from "./forward/certificates.js";
import { createForwarder } from "./forward/create-forwarder.js";
import { DeadLetters } from "./forward/dead-letters.js";
import { Uplink } from "./forward/uplink.js";
import { ClockWatch } from "./host/clock-watch.js";
import { Pipeline } from "./pipeline.js";

/** What a gateway takes from the process it runs in; two gateways may run in one. */
export interface GatewayHost {
  readonly version: string;
  readonly machineId: string;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  readonly log: Log;
  readonly lock: Lock;
  readonly random: () => number;
  /** How long this box has been running; without it, for long. */
  readonly sinceBootMs?: () => number;
  /** Path of the local API's socket. */
  readonly socketPath: string;
  /** All profiles of the installation: asked for by a scan only. */
  readonly profiles?: () => Promise<readonly unknown[]>;
  /** Proof of life of a part (`poll.<connection>`, `process`), for the watchdog. */
  readonly onTurn: (part: string) => void;
  /** That part ended for good. */
  readonly onGone?: (part: string) => void;
  /** Makes the desk at which the configuration is changed; absent: it cannot be. */
  readonly changes?: (gateway: RunningGateway) => ConfigChanges;
  /** A fault of ours: the process must end with exit code 70. */
  readonly onFatal: (error: Error) => void;
}

async function loadDrivers(config: GatewayConfig): Promise<Map<string, DriverFactory>> {
  const names = new Set([...config.connections.values()].map(({ driver }) => driver));
  // Counts what passes through the others: the pipeline makes it.
  names.delete(HEALTH);
  return new Map(await Promise.all([...names].map(async (name) => [name, await loadDriver(name)] as const)));
}

/** Of these uplinks. Throws ConfigurationError, for instance where a file for TLS cannot be read. */
async function makeForwarders(
  config: GatewayConfig,
  uplinks: readonly string[],
  host: GatewayHost,
): Promise<Map<string, Forwarder>> {
  const forwarders = new Map<string, Forwarder>();
  for (const uplink of config.uplinks.values()) {
    if (!uplinks.includes(uplink.id)) continue;
    const log = host.log.with({ uplink: uplink.id });
    forwarders.set(uplink.id, await createForwarder(uplink, { ...host, gatewayId: config.gateway.id, log }));
  }
  return forwarders;
}

function openStore(config: GatewayConfig, host: GatewayHost, audit: Audit): Promise<Buffer> {
  return openBuffer({
    config: config.buffer,
    gatewayId: config.gateway.id,
    uplinks: [...config.uplinks.values()].map(({ points, ...uplink }) => ({
      ...uplink,
      carries: pointMatcher(points),
    })),
    readingsHash: config.readingsHash,
    description: describeRevision(config),
    clock: host.clock,
    log: host.log,
    lock: host.lock,
    machineId: host.machineId,
    clockTrusted: host.clockTrusted,
    audit,
    onFatal: host.onFatal,
  });
}

/** Notes each jump of the wall clock; returns what watches. */
function watchClock(clock: Clock, audit: Audit): ClockWatch {
  const watch = new ClockWatch(clock, ({ byMs, from, steps, to }) => {
    const [before, after] = [from, to].map((ms) => new Date(ms).toISOString());
    const params = { by: Math.round(byMs / 100) / 10, steps, from: before ?? "", to: after ?? "" };
    audit.note("clock", "gateway", say(AUDIT_MESSAGES.clock_stepped, params));
  });
  watch.start();
  return watch;
}

/** Undefined for an uplink without TLS. */
function watchCertificates(
  uplink: UplinkConfig,
  {
    buffer,
    clock,
    clockTrusted,
    log,
  }: Pick<GatewayHost, "clock" | "clockTrusted" | "log"> & { buffer: Buffer },
): CertificateWatch | undefined {
  if (!uplink.url.startsWith("mqtts:")) return undefined;
  const files = (["ca", "cert"] as const).flatMap((of) => {
    const file = uplink.tls?.[of];
    return file === undefined ? [] : [{ file, of }];
  });
  const tell = (event: CertificateEnds): void => void buffer.appendEvent(event, "high");
  return new CertificateWatch({ uplink, files, clock, clockTrusted, log, tell });
}

/** The buffer's share of the time for stopping: an fsync of a worn card takes long. */
const BUFFER_SHARE = 0.5;

/** How long uplinks may take to say goodbye when they are made anew. */
const UPLINK_STOP_MS = 1_000;

/** What a gateway keeps over a change of its configuration. */
interface Kept {
  readonly host: GatewayHost;
  readonly audit: AuditLog;
  readonly dialIn: DialInPorts;
  readonly requests: RequestDesk;
  readonly pipeline: Pipeline;
  readonly closers: readonly (() => Promise<void>)[];
}

export class RunningGateway {
  readonly #kept: Kept;
  readonly #watch: ClockWatch;
  #config: GatewayConfig;
  #buffer: Buffer;
  #stopping: Promise<void> | undefined;

  private constructor(kept: Kept, config: GatewayConfig, buffer: Buffer) {
    this.#kept = kept;
    this.#config = config;
    this.#buffer = buffer;
    this.#watch = watchClock(kept.host.clock, kept.audit);
  }

  /** Resolves when the polls run and the local API answers. Leaves nothing open when it throws. */
  static async start(config: GatewayConfig, host: GatewayHost): Promise<RunningGateway> {
    const drivers = await loadDrivers(config);
    const forwarders = await makeForwarders(config, [...config.uplinks.keys()], host);
    const audit = new AuditLog({ ...host, config: config.audit, gatewayId: config.gateway.id });
    const buffer = await openStore(config, host, audit);
    const dialIn = new DialInPorts(host.clock, host.log);
    try {
      // After the buffer: who starts a gateway twice is told that it runs, not that a file beside it is in use.
      await audit.open();
      const requests = new RequestDesk({
        clock: host.clock,
        clockTrusted: host.clockTrusted,
        audit,
        log: host.log,
        knowsEpoch: (epoch) => gateway.#buffer.knows(epoch),
        diagnose: () => pipeline.status("en"),
      });
      const marks = new MarkFile(`${config.buffer.path.replace(/\.db$/, "")}.marks.json`, host.log);
      const pipeline: Pipeline = new Pipeline({
        ...host,
        config,
        audit,
        buffer,
        marks,
        dialIn,
        drivers,
        makeUplink: uplinkMaker({
          config,
          host,
          buffer,
          requests,
          forwarders,
          hash: () => gateway.#config.hash,
        }),
      });
      const closers: (() => Promise<void>)[] = [];
      const gateway: RunningGateway = new RunningGateway(
        { host, audit, dialIn, requests, pipeline, closers },
        config,
        buffer,
      );
      const changes = host.changes?.(gateway);
      const { clock, socketPath, version } = host;
      const served = { clock, socketPath, version, handle: pipeline, ...(changes && { changes }) };
      const api = await startApi(served).catch((error: unknown) => {
        gateway.#watch.stop();
        throw error;
      });
      closers.push(
        async () => changes?.close(),
        () => api.close(),
        () => dialIn.close(),
      );
      // An epoch in memory is nobody's yet.
      const epoch = buffer.stats().durable ? buffer.epoch : NO_EPOCH;
      const facts = { version: host.version, config: config.hash, epoch, rev: buffer.rev };
      audit.note("gateway", "gateway", say(AUDIT_MESSAGES.started, facts));
      pipeline.start();
      return gateway;
    } catch (error) {
      await dialIn.close();
      await buffer.close();
      await audit.close();
      throw error;
    }
  }

  get config(): GatewayConfig {
    return this.#config;
  }

  get rev(): number {
    return this.#buffer.rev;
  }

  get audit(): Pick<Audit, "note"> {
    return this.#kept.audit;
  }

  /**
   * Goes on with another configuration; what is the same in both is not touched. Throws ConfigurationError where it cannot
   * run with it, and goes on as it was. One at a time; what is said by `needsRestart` must be empty.
   */
  async change(next: GatewayConfig): Promise<ConfigChange> {
    const change = planChange(this.#config, next);
    await this.#switch(next, change);
    return change;
  }

  async #switch(next: GatewayConfig, change: ConfigChange): Promise<void> {
    const { audit, host, pipeline, requests } = this.#kept;
    const made = idsOf(change, ["start", "restart"]);
    const drivers = await loadDrivers(next);
    const forwarders = await makeForwarders(next, made, host);
    const buses = pipeline.planBuses(next, change, drivers);
    const before = this.#config;
    await pipeline.endBuses(buses);
    pipeline.hold();
    try {
      await pipeline.stopUplinks(idsOf(change, ["stop", "restart"]), UPLINK_STOP_MS);
      if (change.newRevision) {
        await this.#buffer.close();
        // The file is the same, and so is its lock: what could be wrong with it was wrong before.
        this.#buffer = await openStore(next, host, audit);
      }
      this.#config = next;
      const makeUplink = uplinkMaker({
        config: next,
        host,
        buffer: this.#buffer,
        requests,
        forwarders,
        hash: () => this.#config.hash,
      });
      pipeline.change({
        config: next,
        change,
        buses,
        makeUplink,
        ...(change.newRevision && { buffer: this.#buffer }),
      });
    } catch (error) {
      this.#config = before;
      // Half of it is one configuration and half the other: only a start puts that right.
      host.onFatal(asError(error));
      throw error;
    } finally {
      pipeline.release();
    }
  }

  get live(): LiveValues {
    return this.#kept.pipeline.live;
  }

  /** The clock became trusted after it was not: every uplink is told, for the records taken before. */
  clockTrusted(): void {
    // Becoming trusted and the step that made it so belong together.
    this.#watch.look();
    this.#kept.audit.note("clock", "gateway", say(AUDIT_MESSAGES.clock_trusted));
    this.#kept.pipeline.clockBecameTrusted();
  }

  status(language: Language): GatewayStatus {
    return this.#kept.pipeline.status(language);
  }

  /** Stops within `deadlineMs`, whatever devices, disk and brokers do. Idempotent. */
  stop(deadlineMs: number): Promise<void> {
    this.#stopping ??= this.#stop(deadlineMs);
    return this.#stopping;
  }

  async #stop(deadlineMs: number): Promise<void> {
    const bufferMs = deadlineMs * BUFFER_SHARE;
    const { audit, closers, host, pipeline } = this.#kept;
    this.#watch.stop();
    await pipeline.stop(deadlineMs - bufferMs);
    // Before the buffer is closed: a disk that makes that slow must not make the stop look like a power cut.
    audit.note("gateway", "gateway", say(AUDIT_MESSAGES.stopped));
    const closed = Promise.allSettled([this.#closeStores(), ...closers.map((close) => close())]);
    await Promise.race([closed, host.clock.sleep(bufferMs)]);
  }

  async #closeStores(): Promise<void> {
    try {
      await this.#buffer.close();
    } finally {
      await this.#kept.audit.close();
    }
  }
}

function idsOf({ uplinks }: ConfigChange, parts: readonly PartChange[]): readonly string[] {
  return [...uplinks].flatMap(([id, part]) => (parts.includes(part) ? [id] : []));
}

interface UplinkMakerParts {
  readonly config: GatewayConfig;
  readonly host: GatewayHost;
  readonly buffer: Buffer;
  readonly requests: RequestDesk;
  readonly forwarders: ReadonlyMap<string, Forwarder>;
  /** Of the configuration that runs when it is asked. */
  readonly hash: () => string;
}

function uplinkMaker({ buffer, config, forwarders, hash, host, requests }: UplinkMakerParts) {
  return (uplink: UplinkConfig, live: LiveValues): Uplink => {
    const forwarder = forwarders.get(uplink.id);
    if (!forwarder) throw new TypeError(uplink.id);
    const log = host.log.with({ uplink: uplink.id });
    const file = join(dirname(config.buffer.path), "dead-letters", `${uplink.id}.jsonl`);
    return new Uplink({
      config: uplink,
      certificates: watchCertificates(uplink, { ...host, log, buffer }),
      deadLetters: new DeadLetters({ file, log }),
      identity: config.gateway,
      configHash: hash,
      version: host.version,
      buffer,
      live,
      carries: pointMatcher(uplink.points),
      forwarder,
      clock: host.clock,
      clockTrusted: host.clockTrusted,
      log,
      random: host.random,
      sinceBootMs: host.sinceBootMs,
      requests,
    });
  };
}
