import type { ConfigChange } from "../core/config-change.js";
import type { GatewayStatus } from "../core/status.js";

/** What answered or was connected before a change and is touched by it: it must be reached again afterwards. */
export interface Reached {
  readonly devices: ReadonlySet<string>;
  readonly uplinks: ReadonlySet<string>;
}

export function reachedNow({ devices, uplinks }: GatewayStatus, change: ConfigChange): Reached {
  const isTouched = (parts: ConfigChange["connections"], id: string): boolean => {
    const part = parts.get(id);
    return part === "restart" || part === "stop";
  };
  return {
    devices: new Set(
      devices
        .filter(({ connection, state }) => state === "answering" && isTouched(change.connections, connection))
        .map(({ id }) => id),
    ),
    uplinks: new Set(
      uplinks.filter(({ id, state }) => state === "up" && isTouched(change.uplinks, id)).map(({ id }) => id),
    ),
  };
}

/** Ids of what is configured still and is not reached now. */
export function missing(reached: Reached, { devices, uplinks }: GatewayStatus): readonly string[] {
  const silent = devices.filter(({ id, state }) => reached.devices.has(id) && state !== "answering");
  const cut = uplinks.filter(({ id, state }) => reached.uplinks.has(id) && state !== "up");
  return [...silent, ...cut].map(({ id }) => id);
}
