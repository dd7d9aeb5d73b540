import type { Language } from "../../../drivers/core/message.js";
import type { ApiReading } from "../../api/reading-json.js";
import { estimateBuffer } from "../../config/buffer-estimate.js";
import type { DeviceConfig, GatewayConfig } from "../../core/config.js";
import { writtenDown } from "../../core/health.js";
import type { GatewayStatus } from "../../core/status.js";
import type {
  BufferTest,
  ReportedConnection,
  ReportedDevice,
  ReportedReading,
  ReportedUplink,
  StationReport,
} from "./report-data.js";

/** Beyond it nobody counts. */
const MOST_DAYS = 9_999;

export interface ReportParts {
  readonly config: GatewayConfig;
  readonly status: GatewayStatus;
  readonly readings: readonly ApiReading[];
  readonly box: readonly string[];
  readonly test: BufferTest;
  readonly people: StationReport["people"];
  readonly language: Language;
  /** Wall ms. */
  readonly now: number;
}

/** All of a report but what is open. Pure. */
export function buildReport(parts: ReportParts): Omit<StationReport, "open"> {
  const { box, config, language, now, people, status, test } = parts;
  const { gateway } = config;
  const { kind, owner, codes } = gateway.site ?? {};
  const written = writtenDown(config);
  const readings = readingsOf(written.devices, parts.readings, language);
  const { days, keepAtLeastDays } = estimateBuffer(config.devices, config.buffer);
  return {
    format: "tram-report/1",
    made: new Date(now).toISOString(),
    language,
    station: {
      id: gateway.id,
      name: gateway.name,
      ...(kind !== undefined && { kind }),
      ...(owner !== undefined && { owner }),
      ...(codes && { codes }),
      ...(gateway.location && { location: gateway.location }),
      timezone: gateway.timezone,
      version: status.version,
      config: status.config,
      hash: status.hash,
      epoch: status.epoch,
      rev: status.rev,
      started: status.started,
      clock: status.clock,
    },
    box,
    connections: status.connections.map((one) => connectionOf(one, config)),
    devices: written.devices.map((device) => deviceOf(device, status, readings, language)),
    readings,
    uplinks: status.uplinks.map(uplinkOf),
    buffer: {
      path: status.buffer.path,
      durable: status.buffer.durable,
      max_bytes: config.buffer.maxBytes,
      used_bytes: status.buffer.usedBytes,
      commit_every_ms: config.buffer.commitEveryMs,
      keep_at_least_days: Math.round(keepAtLeastDays * 10) / 10,
      days_that_fit: Math.floor(Math.min(days, MOST_DAYS)),
    },
    buffer_test: test,
    people,
  };
}

function connectionOf(
  { driver, findings, id, state, stats }: GatewayStatus["connections"][number],
  { connections }: GatewayConfig,
): ReportedConnection {
  return {
    id,
    driver,
    line: lineOf(connections.get(id)?.settings),
    state,
    requests: stats.requests,
    good: stats.good,
    timeouts: stats.timeouts,
    damaged: stats.damaged,
    late: stats.late,
    foreign: stats.foreign,
    exceptions: stats.exceptions,
    ...(stats.roundTrip && { median_ms: stats.roundTrip.medianMs, p99_ms: stats.roundTrip.p99Ms }),
    busy_share: Math.round(stats.busyShare * 1000) / 1000,
    findings,
  };
}

/** `/dev/ttyUSB0 9600 8N1`, `192.168.10.20:502`. */
function lineOf(settings: unknown): string {
  const {
    baud,
    data_bits = 8,
    host,
    parity = "none",
    port,
    stop_bits = 1,
  } = settings as Readonly<Record<string, string | number | undefined>>;
  if (host !== undefined) return port === undefined ? `${host}` : `${host}:${port}`;
  if (baud === undefined) return `${port ?? "-"}`;
  return `${port} ${baud} ${data_bits}${String(parity).charAt(0).toUpperCase()}${stop_bits}`;
}

function deviceOf(
  device: DeviceConfig,
  { devices }: GatewayStatus,
  readings: readonly ReportedReading[],
  language: Language,
): ReportedDevice {
  const state = devices.find(({ id }) => id === device.id);
  const own = readings.filter((reading) => reading.device === device.id);
  const serialRead = own.find(
    ({ point, quality }) => /(?:^|\.)serial$/.test(point) && quality === "good",
  )?.value;
  const address = addressOf(device.settings);
  return {
    id: device.id,
    name: device.name,
    ...(device.profile && {
      model: device.profile.title[language],
      profile: device.profile.id,
      profile_version: device.profile.version,
    }),
    ...(device.serial !== undefined && { serial: device.serial }),
    ...(serialRead !== undefined && serialRead !== null && { serial_read: String(serialRead) }),
    ...(device.asset !== undefined && { asset: device.asset }),
    connection: device.connection,
    ...(address !== undefined && { address }),
    state: state?.state ?? "unknown",
    ...(state?.lastGood !== undefined && { last_good: state.lastGood }),
    points: device.points.length,
    bad_points: own.filter(({ quality }) => quality === "bad").length,
  };
}

/** The driver's own word for who is meant on the wire. */
function addressOf(settings: unknown): string | undefined {
  const { address, unit_id } = settings as Readonly<Record<string, unknown>>;
  const found = unit_id ?? address;
  return typeof found === "number" || typeof found === "string" ? String(found) : undefined;
}

function readingsOf(
  devices: readonly DeviceConfig[],
  live: readonly ApiReading[],
  language: Language,
): readonly ReportedReading[] {
  const known = new Map(live.map((reading) => [`${reading.device} ${reading.point}`, reading]));
  return devices.flatMap((device) =>
    device.points
      .filter(({ access, periodMs }) => access !== "write" && Number.isFinite(periodMs))
      .map((point): ReportedReading => {
        const head = {
          device: device.id,
          point: point.id,
          ...(point.name && { name: point.name[language] }),
          ...(point.quantity === "signal.strength" && { is_signal_strength: true as const }),
        };
        const reading = known.get(`${device.id} ${point.id}`);
        if (!reading) return { ...head, value: null, quality: "none" };
        const { meaning, quality, reason, state, t, unit, value } = reading;
        return {
          ...head,
          value,
          ...(unit !== undefined && { unit }),
          ...(meaning !== undefined && { meaning }),
          quality,
          ...(reason !== undefined && { reason }),
          ...(state !== undefined && { state }),
          t,
        };
      }),
  );
}

function uplinkOf(uplink: GatewayStatus["uplinks"][number]): ReportedUplink {
  const ends = (uplink.certificates ?? []).map(({ until }) => until).sort();
  return {
    id: uplink.id,
    url: uplink.url,
    state: uplink.state,
    pending: uplink.pending,
    acknowledged_readings: uplink.acknowledgedReadings,
    ...(uplink.roundTrip && { round_trip_ms: uplink.roundTrip.medianMs }),
    ...(ends[0] !== undefined && { certificate_until: ends[0] }),
  };
}
