import type { Part, PartState } from "./part.js";

/** A world as it is kept in a file. */
export interface WorldState {
  readonly version: 1;
  /** Wall time of the world, ms since 1970 UTC. */
  readonly t: number;
  readonly parts: Readonly<Record<string, PartState>>;
}

export function savedState(t: number, parts: ReadonlyMap<string, Part>): WorldState {
  return {
    version: 1,
    t,
    parts: Object.fromEntries([...parts].map(([name, { state }]) => [name, structuredClone(state)])),
  };
}

/** See World.restore. What is read may come from a file that anybody wrote. */
export function restoreInto(saved: unknown, parts: ReadonlyMap<string, Part>): readonly string[] {
  const refused: string[] = [];
  if (!isRecord(saved) || saved["version"] !== 1 || !isRecord(saved["parts"])) return ["version"];
  for (const [name, state] of Object.entries(saved["parts"])) {
    const part = parts.get(name);
    if (!part || !isRecord(state)) refused.push(name);
    else for (const key of restorePart(state, part.state)) refused.push(`${name}.${key}`);
  }
  return refused;
}

function restorePart(saved: Readonly<Record<string, unknown>>, state: PartState): readonly string[] {
  const refused: string[] = [];
  for (const [key, value] of Object.entries(saved)) {
    const present = Object.hasOwn(state, key) ? state[key] : undefined;
    if (Array.isArray(present)) {
      if (isNumbers(value) && value.length === present.length) present.splice(0, present.length, ...value);
      else refused.push(key);
    } else if (present !== undefined && Number.isFinite(value)) state[key] = value as number;
    else refused.push(key);
  }
  return refused;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}
