import type { Point, Priority } from "../../drivers/core/point.js";
import { PRIORITIES } from "../../drivers/core/point.js";
import type { Layout } from "../../drivers/core/reading.js";

/** What is decided about the points of one request, compiled once so that a batch costs one loop. */
export interface Rules {
  readonly layout: Layout;
  /** Lowest and highest good value; infinite where the point has no range. Undefined: no point has one. */
  readonly low?: Float64Array;
  readonly high?: Float64Array;
  readonly deadband: Float64Array;
  readonly heartbeatMs: Float64Array;
  /** 10^decimals of 64-bit points, 1 elsewhere: bigint values divided by it are engineering values. */
  readonly divisor: Float64Array;
  /** No point reports by exception: a wholly good batch passes as it is. */
  readonly everyReading: boolean;
  /** The points of each priority that occurs; one entry with the request's own layout in the usual case. */
  readonly parts: readonly Part[];
}

/** The points of one priority; `at` are their places in the request's layout. */
export interface Part {
  readonly priority: Priority;
  readonly layout: Layout;
  readonly at: readonly number[];
}

/** `points` are those of `layout`, in its order. */
export function compileRules(layout: Layout, points: readonly Point[]): Rules {
  const column = (of: (point: Point) => number): Float64Array => Float64Array.from(points, of);
  const deadband = column((point) => point.deadband);
  const rules = {
    layout,
    deadband,
    heartbeatMs: column((point) => point.heartbeatMs),
    divisor: column((point) =>
      point.type === "u64" || point.type === "s64" ? 10 ** (point.decimals ?? 0) : 1,
    ),
    everyReading: deadband.every((band) => band === 0),
    parts: partsOf(layout, points),
  };
  if (points.every((point) => !point.range)) return rules;
  return {
    low: column((point) => point.range?.min ?? Number.NEGATIVE_INFINITY),
    high: column((point) => point.range?.max ?? Number.POSITIVE_INFINITY),
    ...rules,
  };
}

function partsOf(layout: Layout, points: readonly Point[]): Part[] {
  const parts: Part[] = [];
  for (const priority of PRIORITIES) {
    const at = points.flatMap((point, index) => (point.priority === priority ? [index] : []));
    if (at.length === 0) continue;
    const whole = at.length === points.length;
    parts.push({
      priority,
      at,
      layout: whole
        ? layout
        : { device: layout.device, points: at.flatMap((index) => layout.points[index] ?? []) },
    });
  }
  return parts;
}
