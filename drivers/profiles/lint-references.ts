import { type Said, say } from "../core/message.js";
import type { Point } from "../core/point.js";
import { LINT_MESSAGES as L } from "./lint-messages.js";
import type { Path } from "./problem.js";
import type { Profile } from "./profile.js";

export type OnWrong = (path: Path, said: Said) => void;

/** What a profile names that it does not have, or that cannot do what is asked of it: commands and identification. */
export function lintReferences(profile: Profile, points: readonly Point[], wrong: OnWrong): void {
  const byId = new Map(points.map((point) => [point.id, point]));
  for (const [id, { steps = [] }] of Object.entries(profile.commands)) {
    for (const [index, { point: name, value }] of steps.entries()) {
      const point = byId.get(name);
      // What is missing altogether was told when the file was read, or the point is another variant's.
      if (!point) continue;
      const path = ["commands", id, "steps", index];
      if (point.access === "read") wrong(path, say(L.step_not_writable, { point: name }));
      else if (!mayWrite(point, value)) {
        wrong(path, say(L.step_out_of_bounds, { point: name, value: String(value) }));
      }
    }
  }
  for (const [index, { between, matches, variant }] of profile.identify.entries()) {
    const path = ["identify", index];
    if (variant !== undefined && !Object.hasOwn(profile.variants, variant)) {
      wrong(path, say(L.names_nothing, { key: "variant", name: variant }));
    }
    const [least = 0, most = 0] = between ?? [];
    if (between && least > most) wrong(path, say(L.between_reversed, { least, most }));
    if (matches !== undefined && !isPattern(matches)) {
      wrong(path, say(L.pattern_unreadable, { pattern: matches }));
    }
  }
}

/** The same of the write rules of one point. */
export function lintRules(profile: Profile, points: readonly Point[], point: Point): readonly Said[] {
  const { needs, verify, whole } = point.writeRules ?? {};
  const found: Said[] = [];
  if (needs !== undefined && !Object.hasOwn(profile.commands, needs)) {
    found.push(say(L.names_nothing, { key: "needs", name: needs }));
  }
  const at = typeof verify === "object" ? verify.at : undefined;
  if (at !== undefined && !points.some(({ id }) => id === at)) {
    found.push(say(L.names_nothing, { key: "at", name: at }));
  }
  const groupOf = ({ address }: Point): unknown => (address as Readonly<Record<string, unknown>>)["group"];
  if (whole !== undefined && !points.some((other) => groupOf(other) === whole)) {
    found.push(say(L.names_nothing, { key: "whole", name: whole }));
  }
  return found;
}

function mayWrite({ write, writeRules }: Point, value: number | string | boolean): boolean {
  if (writeRules?.forbid?.includes(value)) return false;
  if (!write || writeRules?.edge?.includes(value) || writeRules?.rest === value) return true;
  if ("values" in write) return write.values.includes(value);
  return typeof value === "number" && value >= write.range.min && value <= write.range.max;
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}
