import type { Said } from "../core/message.js";

export type Severity = "error" | "warning";

/** Keys and list positions from the root of a YAML file: `["devices", "meter", "points", 3, "every"]`. */
export type Path = readonly (string | number)[];

/** Something in a YAML file that cannot work (`error`) or probably is not meant (`warning`). */
export interface Problem {
  /** Path of the file as it was opened. */
  readonly file: string;
  /** 1-based; column counts UTF-16 code units, as editors do. */
  readonly line: number;
  readonly column: number;
  readonly said: Said;
  readonly severity: Severity;
  readonly path: Path;
  /** What to do next, where it depends on the case; else the hint of `said` holds. */
  readonly hint?: Said;
}

/** `devices.meter.points[3].every` */
export function formatPath(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
}
