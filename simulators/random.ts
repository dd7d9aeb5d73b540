/** A seeded sequence of numbers in [0, 1): mulberry32. The same seed gives the same simulated day. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Noise that wanders around 0 within about three `size`: each step forgets a part and adds a little. */
export function wander(value: number, size: number, forget: number, random: Random): number {
  const spread = size * Math.sqrt(3 * (1 - (1 - forget) ** 2));
  return value * (1 - forget) + spread * (2 * random() - 1);
}
