import { realpathSync } from "node:fs";
import { type Said, say } from "../../../drivers/core/message.js";
import type { Additions, NewEntry } from "../../config/add-devices.js";
import type { GatewayConfig } from "../../core/config.js";
import type { ReportedDevice } from "../../core/scan-report.js";
import { SCAN_ADD_MESSAGES as M } from "./scan-add-messages.js";

/** A profile less sure than this is chosen by a person, not by a program. */
const SURE_ENOUGH = 50;

export interface Proposal extends Additions {
  /** Why some of what was found is left out. */
  readonly left: readonly Said[];
}

type Config = Pick<GatewayConfig, "connections" | "devices">;
type Settings = Readonly<Record<string, unknown>>;
type Format = NewEntry["keys"];

/**
 * What to put into gateway.yaml for what was found: connections where there is none for that wire yet, devices whose
 * profile is sure enough, each with an id of its own. Pure but for the resolving of links.
 */
export function proposal(
  found: readonly ReportedDevice[],
  config: Config,
  connection: string | undefined,
): Proposal {
  const connections: NewEntry[] = [];
  const devices: NewEntry[] = [];
  const left: Said[] = [];
  const changed = new Map<string, Format>();
  const ids = new Set([...config.connections.keys(), ...config.devices.keys()]);
  for (const device of mostPerPort(found)) {
    const { line, unit } = device;
    const [best] = device.candidates;
    if (!best || best.share < SURE_ENOUGH) {
      left.push(say(M.not_sure, { line, unit }));
      continue;
    }
    const place = placeOf(device, config, connection, connections, changed);
    if ("other" in place) {
      left.push(say(M.other_setting, { line, unit, connection: place.other }));
      continue;
    }
    if (isThere(config, place.id, unit)) {
      left.push(say(M.already_there, { line, unit, connection: place.id }));
      continue;
    }
    if (place.entry) connections.push(place.entry);
    const id = freeId(best.profile.split("/")[1] ?? "device", unit, ids);
    ids.add(id);
    const { profile, title, variant } = best;
    const keys = {
      name: shortTitle(title),
      connection: place.id,
      unit_id: unit,
      profile,
      ...(variant !== undefined && { variant }),
    };
    devices.push({ id, keys });
  }
  // A connection without a device is no use.
  const used = new Set(devices.map(({ keys }) => keys["connection"]));
  return {
    connections: connections.filter(({ id }) => used.has(id)),
    devices,
    changed: [...changed].map(([id, format]) => ({ id, keys: differing(config, id, format) })),
    left,
  };
}

/** Without what stands in brackets behind it: other models with the same registers. */
function shortTitle(title: string): string {
  return title.replace(/\s*\([^()]*\)$/, "") || title;
}

/** Devices at the setting that most have come first: a port can be one connection only. */
function mostPerPort(found: readonly ReportedDevice[]): readonly ReportedDevice[] {
  const count = (line: string): number => found.filter((other) => other.line === line).length;
  return [...found].sort(
    (a, b) => count(b.line) - count(a.line) || a.line.localeCompare(b.line) || a.unit - b.unit,
  );
}

type Place = { readonly id: string; readonly entry?: NewEntry } | { readonly other: string };

function placeOf(
  { driver, settings }: ReportedDevice,
  { connections, devices }: Config,
  named: string | undefined,
  proposed: readonly NewEntry[],
  changed: Map<string, Format>,
): Place {
  const known: (readonly [string, string, Settings])[] = [
    ...[...connections].map(
      ([id, one]) => [id, one.driver, { ...(one.settings as Settings), ...changed.get(id) }] as const,
    ),
    ...proposed.map(({ id, keys }) => [id, String(keys["driver"]), keys] as const),
  ];
  const sameWire = known.filter(([id, , other]) => id === named || isSameWire(other, settings));
  const same = sameWire.find(([, of, other]) => of === driver && isSameSetting(other, settings));
  if (same) return { id: same[0] };
  const [other] = sameWire;
  if (other) {
    const [id, of] = other;
    const isFree = ![...devices.values()].some((device) => device.connection === id);
    if (of !== driver || !connections.has(id) || changed.has(id) || !isFree) return { other: id };
    // A connection that nobody speaks at yet may learn how its bus speaks.
    changed.set(id, formatOf(settings));
    return { id };
  }
  const base = settings["host"] === undefined ? "rs485" : "tcp";
  const id = firstFree(base, new Set(known.map(([taken]) => taken)));
  return { id, entry: { id, keys: { driver, ...settings } } };
}

function isSameWire(a: Settings, b: Settings): boolean {
  if (a["host"] !== b["host"]) return false;
  return a["port"] === b["port"] || (a["host"] === undefined && realOf(a["port"]) === realOf(b["port"]));
}

function isSameSetting(a: Settings, b: Settings): boolean {
  const [one, other] = [formatOf(a), formatOf(b)];
  const isTcp = b["host"] !== undefined;
  return isTcp || Object.entries(one).every(([key, value]) => other[key] === value);
}

/** What a setting is on the wire. */
function formatOf({ baud = 9600, parity = "none", stop_bits = 1 }: Settings): Format {
  return { baud: Number(baud), parity: String(parity), stop_bits: Number(stop_bits) };
}

/** The keys by which a connection's setting is another. */
function differing({ connections }: Config, id: string, format: Format): Format {
  const now = formatOf((connections.get(id)?.settings ?? {}) as Settings);
  return Object.fromEntries(Object.entries(format).filter(([key, value]) => now[key] !== value));
}

function realOf(path: unknown): string | undefined {
  try {
    return realpathSync(String(path));
  } catch {
    return undefined;
  }
}

function isThere({ devices }: Config, connection: string, unit: number): boolean {
  return [...devices.values()].some(
    (device) =>
      device.connection === connection && (device.settings as { readonly unit_id?: number }).unit_id === unit,
  );
}

/** `md02`, `md02-7`, `md02-7-2`: lower case, as topics want it. */
function freeId(model: string, unit: number, taken: ReadonlySet<string>): string {
  const base = model.toLowerCase().replace(/[^a-z0-9-]/g, "-");
  return taken.has(base) ? firstFree(`${base}-${unit}`, taken) : base;
}

function firstFree(base: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(id)) return id;
  }
}
