import type { DeviceConfig, GatewayConfig, UplinkConfig } from "./config.js";

/** What becomes of a connection or an uplink when another configuration is applied to a running gateway. */
export type PartChange = "keep" | "restart" | "start" | "stop";

export interface ConfigChange {
  readonly connections: ReadonlyMap<string, PartChange>;
  readonly uplinks: ReadonlyMap<string, PartChange>;
  /** Devices that are the same in both, on a connection that is kept: nothing of theirs is touched. */
  readonly keptDevices: ReadonlySet<string>;
  /** `rev` counts up: the file is opened anew, and uplinks connect anew, to send the births first. */
  readonly newRevision: boolean;
  /** Keys of gateway.yaml that a running gateway cannot change. */
  readonly needsRestart: readonly string[];
}

/** Compares two checked configurations. Pure; `keep` everywhere where they are the same. */
export function planChange(before: GatewayConfig, after: GatewayConfig): ConfigChange {
  const needsRestart = restartKeys(before, after);
  const newRevision = before.readingsHash !== after.readingsHash || isOtherSet(before, after);
  const connections = partsOf(
    before.connections,
    after.connections,
    (id) =>
      before.connections.get(id)?.hash === after.connections.get(id)?.hash &&
      isSame(devicesOf(before, id), devicesOf(after, id)),
  );
  const uplinks = partsOf(before.uplinks, after.uplinks, (id) => {
    // The name of the station stands in the births that an uplink sends.
    const identity = JSON.stringify(before.gateway) === JSON.stringify(after.gateway);
    return !newRevision && identity && before.uplinks.get(id)?.hash === after.uplinks.get(id)?.hash;
  });
  const keptDevices = new Set(
    [...after.devices.values()]
      .filter(({ connection, hash, id }) => {
        return connections.get(connection) === "keep" && before.devices.get(id)?.hash === hash;
      })
      .map(({ id }) => id),
  );
  return { connections, uplinks, keptDevices, newRevision, needsRestart };
}

/** As it stands in answers of the local API and in `--json`. */
export interface ChangeJson {
  readonly connections: Readonly<Record<string, PartChange>>;
  readonly uplinks: Readonly<Record<string, PartChange>>;
  readonly new_revision: boolean;
  readonly needs_restart: readonly string[];
}

export function changeJson({ connections, needsRestart, newRevision, uplinks }: ConfigChange): ChangeJson {
  return {
    connections: Object.fromEntries(connections),
    uplinks: Object.fromEntries(uplinks),
    new_revision: newRevision,
    needs_restart: needsRestart,
  };
}

export function isNothing({ connections, needsRestart, newRevision, uplinks }: ConfigChange): boolean {
  const kept = [...connections.values(), ...uplinks.values()].every((change) => change === "keep");
  return kept && !newRevision && needsRestart.length === 0;
}

function partsOf<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  isKept: (id: string) => boolean,
): ReadonlyMap<string, PartChange> {
  const parts = new Map<string, PartChange>();
  for (const id of before.keys()) {
    parts.set(id, !after.has(id) ? "stop" : isKept(id) ? "keep" : "restart");
  }
  for (const id of after.keys()) if (!before.has(id)) parts.set(id, "start");
  return parts;
}

function devicesOf({ devices }: GatewayConfig, connection: string): readonly DeviceConfig[] {
  return [...devices.values()].filter((device) => device.connection === connection);
}

/** In order: it decides over when each is asked. */
function isSame(before: readonly DeviceConfig[], after: readonly DeviceConfig[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ hash, id }, at) => {
      const other = after[at];
      return other?.id === id && other.hash === hash;
    })
  );
}

/** The buffer keeps a place for each uplink: another set, or other promises, and it is opened anew. */
function isOtherSet(before: GatewayConfig, after: GatewayConfig): boolean {
  const places = ({ uplinks }: GatewayConfig): string =>
    JSON.stringify(
      [...uplinks.values()].map(({ id, keepForMs, renamedFrom, required }: UplinkConfig) => [
        id,
        required,
        keepForMs,
        renamedFrom,
      ]),
    );
  return places(before) !== places(after);
}

/** What the process was started with: locks, sockets and files hang on it. */
function restartKeys(before: GatewayConfig, after: GatewayConfig): readonly string[] {
  const keys: string[] = [];
  const compare = (section: string, one: object, other: object): void => {
    const [a, b] = [one, other] as readonly Readonly<Record<string, unknown>>[];
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      if (JSON.stringify(a?.[key]) !== JSON.stringify(b?.[key])) keys.push(`${section}.${key}`);
    }
  };
  if (before.gateway.id !== after.gateway.id) keys.push("gateway.id");
  if (before.gateway.clock !== after.gateway.clock) keys.push("gateway.clock");
  compare("buffer", before.buffer, after.buffer);
  compare("audit", before.audit, after.audit);
  return keys;
}
