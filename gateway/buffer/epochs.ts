/** An epoch whose records the file holds or held, and the lowest number that may belong to it. */
export type EpochStart = readonly [epoch: string, from: number];

/**
 * The epochs of one file, oldest first: numbers grow over all of them, so that each has a span of its own. `stored` is
 * what the file remembers, nothing in one that knew a single epoch. Pure.
 */
export function epochsOf(
  stored: unknown,
  known: string | undefined,
  begins?: EpochStart,
): readonly EpochStart[] {
  const before = parse(stored) ?? (known === undefined ? [] : [[known, 1] as const]);
  return begins ? [...before, begins] : before;
}

/** The numbers that may belong to an epoch, both included; undefined for one that the file does not know. */
export function spanOf(epochs: readonly EpochStart[], epoch: string): readonly [number, number] | undefined {
  const at = epochs.findIndex(([name]) => name === epoch);
  const own = epochs[at];
  return own && [own[1], (epochs[at + 1]?.[1] ?? Number.POSITIVE_INFINITY) - 1];
}

/** What a disk gives may be damaged. */
function parse(stored: unknown): readonly EpochStart[] | undefined {
  if (typeof stored !== "string") return undefined;
  try {
    const list: unknown = JSON.parse(stored);
    return Array.isArray(list) && list.length > 0 && list.every(isStart) ? list : undefined;
  } catch {
    return undefined;
  }
}

function isStart(value: unknown): value is EpochStart {
  return Array.isArray(value) && typeof value[0] === "string" && Number.isSafeInteger(value[1]);
}
