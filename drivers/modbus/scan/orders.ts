import type { Profile } from "../../profiles/profile.js";

/** How characters go over a serial line; always eight data bits, as RTU wants it. */
export interface LineFormat {
  readonly baud: number;
  readonly parity: "none" | "even" | "odd";
  readonly stop_bits: 1 | 2;
}

export const BAUDS: readonly number[] = [9600, 19200, 4800, 2400, 115200, 38400, 57600, 1200];
export const PARITIES: readonly LineFormat["parity"][] = ["none", "even", "odd"];

/** What is found in the field beside the library, as so many profiles: a drawer of old devices is not in it. */
const COMMON_BAUD: Readonly<Record<number, number>> = {
  9600: 20,
  19200: 8,
  4800: 4,
  2400: 2,
  115200: 2,
  38400: 1.5,
  57600: 1,
  1200: 0.5,
};
const COMMON_PARITY: Readonly<Record<LineFormat["parity"], number>> = { none: 1, even: 0.4, odd: 0.05 };
/** V1.02, 2.5.1: even parity is the standard's default, 19200 its preferred speed. */
const STANDARD: LineFormat = { baud: 19200, parity: "even", stop_bits: 1 };
const STANDARD_WEIGHT = 6;
/** A setting that the maker names beside the factory's. */
const ALTERNATIVE = 0.25;

export const UNITS: readonly number[] = Array.from({ length: 247 }, (_, at) => at + 1);

/**
 * The formats of these speeds and parities, most probable first: what the factories of the profiles set counts most.
 * One stop bit finds devices with two as well, since a receiver looks at the first only.
 */
export function formatsInOrder(
  profiles: readonly Profile[],
  {
    bauds = BAUDS,
    parities = PARITIES,
  }: { bauds?: readonly number[]; parities?: readonly LineFormat["parity"][] } = {},
): readonly LineFormat[] {
  const weights = new Map<string, number>();
  const add = (baud: number, parity: LineFormat["parity"], weight: number): void => {
    const key = keyOf({ baud, parity });
    weights.set(key, (weights.get(key) ?? 0) + weight);
  };
  for (const baud of bauds) {
    for (const parity of parities) add(baud, parity, (COMMON_BAUD[baud] ?? 0.2) * COMMON_PARITY[parity]);
  }
  add(STANDARD.baud, STANDARD.parity, STANDARD_WEIGHT);
  for (const { links } of profiles) {
    for (const [at, { baud, parity = "none" }] of links.entries()) {
      if (baud !== undefined) add(baud, parity, at === 0 ? 1 : ALTERNATIVE);
    }
  }
  return bauds
    .flatMap((baud) => parities.map((parity): LineFormat => ({ baud, parity, stop_bits: 1 })))
    .sort((a, b) => (weights.get(keyOf(b)) ?? 0) - (weights.get(keyOf(a)) ?? 0));
}

/**
 * 1, those that factories set, the most frequent first, then 2 to 10: where a device is in nine cases of ten. Behind
 * them those of factories that set what V1.02, 2.2, keeps back (248 to 255; relay boards come with 255).
 */
export function likelyUnits(profiles: readonly Profile[]): readonly number[] {
  const counts = new Map<number, number>();
  for (const { links } of profiles) {
    for (const { unit_id } of links) if (unit_id) counts.set(unit_id, (counts.get(unit_id) ?? 0) + 1);
  }
  const factories = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([unit]) => unit);
  const usual = factories.filter((unit) => unit <= 247).slice(0, MOST_FACTORIES);
  return [...new Set([1, ...usual, ...UNITS.slice(1, 10), ...factories.filter((unit) => unit > 247)])];
}

const MOST_FACTORIES = 8;

export function nameOf({ baud, parity, stop_bits }: LineFormat): string {
  return `${baud} 8${parity.charAt(0).toUpperCase()}${stop_bits}`;
}

function keyOf({ baud, parity }: Pick<LineFormat, "baud" | "parity">): string {
  return `${baud} ${parity}`;
}
