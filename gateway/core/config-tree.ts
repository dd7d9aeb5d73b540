import type { GatewayConfig } from "./config.js";
import { writtenDown } from "./health.js";

/** What a configuration comes to, as plain values: defaults filled in, profiles written out, secrets hidden. */
export type Tree = Readonly<Record<string, TreeValue>>;
export type TreeValue =
  | string
  | number
  | boolean
  | null
  | readonly TreeValue[]
  | { readonly [key: string]: TreeValue };

/** Keys that say nothing to a person: made from the others. */
const MADE = new Set(["hash", "readingsHash", "file", "device"]);

export function configTree(config: GatewayConfig): Tree {
  const { connections, devices } = writtenDown(config);
  const { audit, buffer, gateway, uplinks } = config;
  return {
    gateway: plain(gateway),
    connections: byId(connections),
    devices: Object.fromEntries(
      devices.map(({ id, points, ...device }) => [
        id,
        { ...(plain({ ...device, id: undefined }) as object), points: byId(points) },
      ]),
    ) as TreeValue,
    uplinks: byId([...uplinks.values()]),
    buffer: plain(buffer),
    audit: plain(audit),
  };
}

export interface TreeChange {
  readonly path: readonly string[];
  /** Absent: it is new. */
  readonly before?: TreeValue;
  /** Absent: it is gone. */
  readonly after?: TreeValue;
}

/** What differs, in the order of the new tree; of a part that is new or gone as a whole, the part. */
export function treeChanges(before: Tree, after: Tree): readonly TreeChange[] {
  return changesOf(before, after, []);
}

function changesOf(before: TreeValue, after: TreeValue, path: readonly string[]): readonly TreeChange[] {
  if (isMap(before) && isMap(after)) {
    return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((key) => {
      const [one, other] = [before[key], after[key]];
      const own = [...path, key];
      if (one === undefined) return other === undefined ? [] : [{ path: own, after: other }];
      if (other === undefined) return [{ path: own, before: one }];
      return changesOf(one, other, own);
    });
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

export function isMap(value: TreeValue): value is { readonly [key: string]: TreeValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function byId(entries: readonly { readonly id: string }[]): TreeValue {
  return Object.fromEntries(
    entries.map((entry) => [entry.id, plain({ ...entry, id: undefined })]),
  ) as TreeValue;
}

/** As JSON has it: secrets say `***`, what is infinite says so in words. */
function plain(value: unknown): TreeValue {
  const text = JSON.stringify(value, (key, own: unknown) => {
    if (MADE.has(key)) return undefined;
    if (typeof own === "bigint") return own.toString();
    return own === Number.POSITIVE_INFINITY ? "on-demand" : own;
  });
  return text === undefined ? null : (JSON.parse(text) as TreeValue);
}
