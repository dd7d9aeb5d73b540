import { dirname, resolve } from "node:path";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import { ProfileLibrary, readYaml } from "../../drivers/profiles/library.js";
import type { Path, Problem } from "../../drivers/profiles/problem.js";
import type { Profile } from "../../drivers/profiles/profile.js";
import { YamlSource } from "../../drivers/profiles/yaml-source.js";
import { DRIVER_FAMILIES } from "../../drivers/registry.js";
import type {
  AuditConfig,
  BufferConfig,
  ConnectionConfig,
  DeviceConfig,
  GatewayConfig,
  GatewayIdentity,
  UplinkConfig,
} from "../core/config.js";
import { checkBufferRoom } from "./buffer-check.js";
import { readConnections } from "./connections.js";
import { readDevices } from "./devices.js";
import { type Environment, Expander } from "./expand.js";
import { deepFreeze, hashOf } from "./freeze.js";
import { addHealth, refuseHealthNames } from "./health.js";
import { CONFIG_MESSAGES as M } from "./messages.js";
import { SectionReader } from "./reader.js";
import { AuditSection, BufferSection, FileSchema, GatewaySection } from "./schema.js";
import { carriedPoints, checkPatterns, readUplinks } from "./uplinks.js";

const LEAST_KEEP_MS = 86_400_000;
const LEAST_AUDIT_BYTES = 1_000_000;
const LEAST_ENDURANCE_BYTES = 1e9;

export interface LoadOptions {
  /** The folder `config/profiles`. */
  readonly profilesDir: string;
  /** For `${env:NAME}`; the composition root gives process.env. */
  readonly env: Environment;
}

export interface LoadResult {
  /** Absent when one of the problems is an error. */
  readonly config?: GatewayConfig;
  /** With `config`: each device as its profile and the file together describe it, for who makes one. */
  readonly described?: ReadonlyMap<string, Profile>;
  /** With `config`: the line in which something begins, or the nearest thing above it. */
  readonly lineOf?: (path: Path) => number;
  /** Errors and warnings, in the order of files, lines and columns. */
  readonly problems: readonly Problem[];
}

/** Reads and checks a gateway.yaml: all that is wrong at once. Never throws for what stands in a file. */
export function loadConfig(file: string, options: LoadOptions): LoadResult {
  const path = resolve(file);
  const text = readYaml(path);
  if (typeof text !== "string") return { problems: [text] };
  const source = new YamlSource(path, text);
  if (!source.wellFormed) return { problems: inOrder(source.problems) };

  const folder = dirname(path);
  const reader = new SectionReader(source, new Expander(source, folder, options.env), folder);
  const library = new ProfileLibrary(resolve(options.profilesDir), DRIVER_FAMILIES);
  const profileProblems: Problem[] = [];

  reader.check([], FileSchema);
  const { gateway, healthEveryMs } = readGateway(reader);
  const connections = readConnections(reader);
  const described = new Map<string, Profile>();
  const devices = readDevices(reader, library, profileProblems, described);
  const uplinks = readUplinks(reader, gateway.id);
  const buffer = readBuffer(reader, gateway.id);
  const audit = readAudit(reader, buffer);
  refuseHealthNames(reader);
  if (source.errors === 0) {
    const some = devices.size > 0;
    addHealth(connections, devices, healthEveryMs);
    checkPatterns(reader, uplinks, devices);
    checkBufferRoom(reader, devices, buffer);
    if (!some) source.report(["devices"], say(M.no_devices), { severity: "warning", on: "key" });
  }
  const problems = inOrder([...source.problems, ...profileProblems]);
  if (problems.some((problem) => problem.severity === "error")) return { problems };
  const config = assemble(path, gateway, connections, devices, uplinks, buffer, audit);
  return { config, described, lineOf: (place) => source.lineOf(place), problems };
}

/** The configuration, or ConfigurationError `config.invalid` when there are errors. */
export function loadConfigOrThrow(file: string, options: LoadOptions): GatewayConfig {
  const { config, problems } = loadConfig(file, options);
  if (config) return config;
  const errors = problems.filter((problem) => problem.severity === "error").length;
  throw new ConfigurationError(M.invalid, { file, errors });
}

function readGateway(reader: SectionReader): {
  readonly gateway: GatewayIdentity;
  /** 0: no health points. */
  readonly healthEveryMs: number;
} {
  const path = ["gateway"];
  const written = reader.has(path) ? reader.check(path, GatewaySection) : {};
  const { id = "", location, site, timezone = "" } = written;
  if (timezone !== "" && !isTimeZone(timezone)) {
    reader.source.report([...path, "timezone"], say(M.unknown_timezone, { timezone }));
  }
  reader.bounds([...path, "status_every"], written.status_every, 1000);
  if (written.health_every !== 0) reader.bounds([...path, "health_every"], written.health_every, 1000);
  const gateway: GatewayIdentity = {
    id,
    name: written.name ?? id,
    ...(location && { location }),
    timezone,
    ...(site && { site }),
    clock: written.clock ?? "auto",
    statusEveryMs: written.status_every ?? 0,
  };
  return { gateway, healthEveryMs: written.health_every ?? 0 };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function readBuffer(reader: SectionReader, gatewayId: string): BufferConfig {
  const path = ["buffer"];
  const written = reader.check(path, BufferSection, { absent: true });
  reader.bounds([...path, "commit_every"], written.commit_every, 10, 600_000);
  const endurance = written.card?.endurance;
  reader.atLeast([...path, "card", "endurance"], endurance, LEAST_ENDURANCE_BYTES);
  return {
    path: resolve(reader.folder, written.path ?? `data/${gatewayId}.db`),
    identity: resolve(reader.folder, written.identity ?? `${gatewayId}.identity`),
    keepAtLeastMs: written.keep_at_least ?? 0,
    maxBytes: written.max_size ?? 0,
    commitEveryMs: written.commit_every ?? 0,
    ...(endurance !== undefined && { cardEnduranceBytes: endurance }),
  };
}

function readAudit(reader: SectionReader, buffer: BufferConfig): AuditConfig {
  const path = ["audit"];
  const written = reader.check(path, AuditSection, { absent: true });
  reader.bounds([...path, "keep"], written.keep, LEAST_KEEP_MS);
  reader.atLeast([...path, "max_size"], written.max_size, LEAST_AUDIT_BYTES);
  const file = resolve(reader.folder, written.path ?? `${buffer.path.replace(/\.db$/, "")}.audit.jsonl`);
  // A file that is not what it should be is set aside: that must not befall another part's file.
  for (const [key, other] of [
    ["buffer.path", buffer.path],
    ["buffer.identity", buffer.identity],
  ] as const) {
    if (file === other)
      reader.source.report([...path, "path"], say(M.path_taken, { path: file, other: key }));
  }
  return { path: file, keepMs: written.keep ?? 0, maxBytes: written.max_size ?? 0 };
}

function assemble(
  file: string,
  gateway: GatewayIdentity,
  connections: ReadonlyMap<string, ConnectionConfig>,
  devices: ReadonlyMap<string, DeviceConfig>,
  uplinks: ReadonlyMap<string, UplinkConfig>,
  buffer: BufferConfig,
  audit: AuditConfig,
): GatewayConfig {
  const content = { gateway, connections, devices, uplinks, buffer, audit };
  const hashes = {
    gateway,
    connections: hashesOf(connections),
    devices: hashesOf(devices),
    uplinks: hashesOf(uplinks),
    buffer,
    audit,
  };
  // Who gets which points counts, not by which patterns it was said.
  const carried = new Map([...uplinks].map(([id, uplink]) => [id, carriedPoints(uplink.points, devices)]));
  return deepFreeze({
    file,
    hash: hashOf(hashes),
    readingsHash: hashOf({ devices: hashes.devices, carried }),
    ...content,
  });
}

function hashesOf(entries: ReadonlyMap<string, { readonly hash: string }>): ReadonlyMap<string, string> {
  return new Map([...entries].map(([id, { hash }]) => [id, hash]));
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map((problem) => problem.file))];
  return [...problems].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
