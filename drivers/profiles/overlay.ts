import type { WrittenPoint } from "./point-schema.js";
import type { Overlay, WrittenProfile } from "./written-profile.js";

/**
 * A profile with what is said anew of it: points are merged by id (an entry with `for` by its id as written), new
 * ones come last, `without` drops; device, defaults, options and commands are merged by key; all else is replaced.
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
    merged.set(point.id, { ...merged.get(point.id), ...point });
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
