/** A seeded sequence of numbers in [0, 1): mulberry32. The same seed gives the same simulated day. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let given = 0;
  return () => randomAt(seed, given++);
}

/** The number at a place of that sequence, counted from 0: who keeps the place can go on after a restart. */
export function randomAt(seed: number, place: number): number {
  const state = (seed + Math.imul(place + 1, 0x6d2b79f5)) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
}
