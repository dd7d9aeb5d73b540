import type { WrittenPoint } from "./point-schema.js";
import type { Overlay, WrittenProfile } from "./written-profile.js";

/**
 * A profile with what is said anew of it: points are merged by id (an entry with `for` by its id as written), new
 * ones come last, `without` drops whole ones and `drop` keys of one; device, defaults, options and commands are merged by key; all else is replaced.
 */
export function overlaid(base: WrittenProfile, over: Overlay): WrittenProfile {
  const { without = [], points = [], ...rest } = over;
  const dropped = new Set(without);
  const merged = new Map<string, WrittenPoint>();
  for (const point of base.points ?? []) {
    if (point?.id !== undefined && !dropped.has(point.id)) merged.set(point.id, point);
  }
  for (const point of points) {
    if (point?.id === undefined) continue;
    const { drop = [], ...changes } = point;
    const gone = new Set<string>(drop);
    const kept = Object.entries(merged.get(point.id) ?? {}).filter(([key]) => !gone.has(key));
    merged.set(point.id, { ...Object.fromEntries(kept), ...changes });
  }
  return {
    ...base,
    ...rest,
    device: { ...base.device, ...over.device },
    defaults: { ...base.defaults, ...over.defaults },
    options: { ...base.options, ...over.options },
    commands: { ...base.commands, ...over.commands },
    points: [...merged.values()],
  };
}
