import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Static } from "@sinclair/typebox";
import { say } from "../../drivers/core/message.js";
import type { Path } from "../../drivers/profiles/problem.js";
import type { DeviceConfig, TlsConfig, UplinkConfig } from "../core/config.js";
import { pointMatcher } from "../core/point-pattern.js";
import type { Secret } from "../core/secret.js";
import { hashOf } from "./freeze.js";
import { CONFIG_MESSAGES as M } from "./messages.js";
import type { SectionReader } from "./reader.js";
import { UplinkSchema } from "./schema.js";

const SCHEMES = new Set(["mqtt", "mqtts", "file"]);
/** Keys that speak of an MQTT connection. */
const MQTT_KEYS = ["protocol", "user", "password", "tls", "keepalive", "window", "reconnect_spread"];
const MAX_KEEPALIVE_MS = 65_535_000;
const MAX_SPREAD_MS = 600_000;
const MAX_GATHER_MS = 3_600_000;
const MIN_KEEP_FOR_MS = 60_000;

export function readUplinks(reader: SectionReader, gatewayId: string): Map<string, UplinkConfig> {
  const uplinks = new Map<string, UplinkConfig>();
  for (const id of reader.ids("uplinks")) {
    const path = ["uplinks", id];
    const written = reader.check(path, UplinkSchema);
    const url = written.url === undefined ? undefined : readUrl(reader, [...path, "url"], written.url);
    if (url) checkKeys(reader, path, url);
    // MQTT 5, 3.1.2.10: the keep-alive is a 16-bit number of seconds, 0 turns it off.
    reader.bounds([...path, "keepalive"], written.keepalive, 1000, MAX_KEEPALIVE_MS);
    reader.bounds([...path, "gather"], written.gather, 0, MAX_GATHER_MS);
    reader.bounds([...path, "reconnect_spread"], written.reconnect_spread, 0, MAX_SPREAD_MS);
    reader.bounds([...path, "file_every"], written.file_every, 1000);
    if (written.password !== undefined && !reader.expander.cameFromOutside([...path, "password"])) {
      reader.source.report([...path, "password"], say(M.plain_password), { severity: "warning" });
    }
    const tls = readTls(reader, [...path, "tls"], written.tls);
    checkKeeping(reader, path, written);
    const { points = "all" } = written;
    const entry = {
      id,
      url: url?.text ?? "",
      format: written.format ?? "json",
      compress: written.compress ?? "none",
      protocol: written.protocol ?? "auto",
      user: written.user ?? gatewayId,
      ...(written.password !== undefined && { password: written.password as unknown as Secret }),
      ...(tls && { tls }),
      keepaliveMs: written.keepalive ?? 0,
      gatherMs: written.gather ?? 0,
      reconnectSpreadMs: written.reconnect_spread ?? 0,
      backlog: {
        share: written.backlog?.share ?? 1,
        ...(written.backlog?.a_day !== undefined && { dayBytes: written.backlog.a_day }),
      },
      window: written.window ?? 1,
      points: points === "all" ? ["*"] : points,
      required: written.required ?? true,
      keepForMs: written.keep_for ?? 0,
      ...(written.renamed_from !== undefined && { renamedFrom: written.renamed_from }),
      fileEveryMs: written.file_every ?? 0,
    } satisfies Omit<UplinkConfig, "hash">;
    uplinks.set(id, { ...entry, hash: hashOf(entry) });
  }
  return uplinks;
}

/** Whether and how long records wait for this uplink, and whose place it takes. */
function checkKeeping(
  reader: SectionReader,
  path: Path,
  written: Partial<Static<typeof UplinkSchema>>,
): void {
  const { source } = reader;
  reader.bounds([...path, "keep_for"], written.keep_for, MIN_KEEP_FOR_MS);
  if (written.required !== false && reader.has([...path, "keep_for"])) {
    source.report([...path, "keep_for"], say(M.keep_for_required), { severity: "warning", on: "key" });
  }
  const from = written.renamed_from;
  if (from === undefined) return;
  const ids = reader.ids("uplinks");
  if (ids.includes(from)) source.report([...path, "renamed_from"], say(M.renamed_from_present, { from }));
  const twice = ids.find((id) => id !== path[1] && reader.text(["uplinks", id, "renamed_from"]) === from);
  if (twice !== undefined) {
    source.report([...path, "renamed_from"], say(M.renamed_from_twice, { from, other: twice }));
  }
}

interface UplinkUrl {
  readonly scheme: string;
  readonly host: string;
  readonly text: string;
}

function readUrl(reader: SectionReader, path: Path, written: string): UplinkUrl | undefined {
  const { source } = reader;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(written)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    source.report(path, say(M.bad_url, { url: concealed(written) }));
    return undefined;
  }
  if (!SCHEMES.has(scheme)) {
    source.report(path, say(M.unknown_scheme, { scheme }));
    return undefined;
  }
  if (scheme === "file") {
    const folder = written.slice("file:".length).replace(/^\/\/(?=\/)/, "");
    if (folder === "" || folder.startsWith("//")) {
      source.report(path, say(M.bad_url, { url: written }));
      return undefined;
    }
    return { scheme, host: "", text: pathToFileURL(resolve(reader.folder, folder)).href };
  }
  if (/^[^/]*\/\/[^/]*@/.test(written)) {
    source.report(path, say(M.credentials_in_url));
    return undefined;
  }
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const bare =
    url && url.hostname !== "" && /^\/?$/.test(url.pathname) && url.search === "" && url.hash === "";
  if (!bare || !/^[^/]*\/\//.test(written)) {
    source.report(path, say(M.bad_url, { url: concealed(written) }));
    return undefined;
  }
  return { scheme, host: url.hostname, text: `${scheme}://${url.host}` };
}

function checkKeys(reader: SectionReader, path: Path, { scheme, host }: UplinkUrl): void {
  const { source } = reader;
  const warnings = { severity: "warning", on: "key" } as const;
  const useless = scheme === "file" ? MQTT_KEYS : ["file_every"];
  for (const key of useless.filter((name) => reader.has([...path, name]))) {
    source.report([...path, key], say(M.without_effect, { key, scheme }), warnings);
  }
  if (scheme !== "mqtt") return;
  if (reader.has([...path, "tls"])) {
    source.report([...path, "tls"], say(M.tls_needs_mqtts, { scheme }), { on: "key" });
  } else if (!isLoopback(host)) {
    source.report([...path, "url"], say(M.no_tls, { host }), { severity: "warning" });
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

function readTls(reader: SectionReader, path: Path, written: TlsConfig | undefined): TlsConfig | undefined {
  if (!written) return undefined;
  const { source } = reader;
  const files: { ca?: string; cert?: string; key?: string } = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const value = written[name];
    if (value === undefined) continue;
    const file = resolve(reader.folder, value);
    files[name] = file;
    try {
      statSync(file);
    } catch (error) {
      const cause = (error as NodeJS.ErrnoException).code ?? String(error);
      source.report([...path, name], say(M.secret_unreadable, { file, cause }));
    }
  }
  if ((files.cert === undefined) !== (files.key === undefined))
    source.report(path, say(M.tls_pair), { on: "key" });
  return files;
}

/** Warns of patterns by which an uplink gets nothing: a device was renamed, or a name misspelt. */
export function checkPatterns(
  reader: SectionReader,
  uplinks: ReadonlyMap<string, UplinkConfig>,
  devices: ReadonlyMap<string, DeviceConfig>,
): void {
  for (const uplink of uplinks.values()) {
    for (const [index, pattern] of uplink.points.entries()) {
      if (carriedPoints([pattern], devices).length > 0) continue;
      const path = ["uplinks", uplink.id, "points", index];
      const said = say(M.pattern_matches_nothing, { pattern });
      if (reader.has(path)) reader.source.report(path, said, { severity: "warning" });
    }
  }
}

/** `device.point` of the points that match, sorted. */
export function carriedPoints(
  patterns: readonly string[],
  devices: ReadonlyMap<string, DeviceConfig>,
): readonly string[] {
  const matches = pointMatcher(patterns);
  return [...devices.values()]
    .flatMap(({ id, points }) =>
      points.filter((point) => matches(id, point.id)).map((point) => `${id}.${point.id}`),
    )
    .sort();
}

/** A URL as it may be shown. */
function concealed(url: string): string {
  return url.replace(/\/\/[^/]*@/, "//***@");
}
