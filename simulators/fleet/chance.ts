/**
 * Chance without memory: the same words give the same number, in any order of asking. A fleet of thousands keeps
 * no state for its values, and a record that is sent again has the content that it had the first time.
 */
export function chance(seed: number, ...words: readonly number[]): number {
  let state = seed >>> 0;
  for (const word of words) {
    // Words may exceed 32 bits (a time in seconds does not, a time in ms would).
    state = mix(state ^ mix(word >>> 0) ^ Math.imul((word / 0x1_0000_0000) >>> 0, 0x9e3779b1));
  }
  return mix(state) / 0x1_0000_0000;
}

/** A seed of its own for a part of something. */
export function seedOf(seed: number, ...words: readonly number[]): number {
  return Math.floor(chance(seed, ...words) * 0x1_0000_0000);
}

/** Noise in [-1, 1] that wanders smoothly, new about every `periodMs`. */
export function wave(seed: number, t: number, periodMs: number): number {
  const step = Math.floor(t / periodMs);
  const share = t / periodMs - step;
  const smooth = share * share * (3 - 2 * share);
  const [from, to] = [chance(seed, step), chance(seed, step + 1)];
  return 2 * (from + (to - from) * smooth) - 1;
}

/** One of a list. */
export function pick<T>(list: readonly [T, ...T[]], share: number): T {
  return list[Math.min(list.length - 1, Math.floor(share * list.length))] ?? list[0];
}

/** The finalizer of murmur3: every bit of the word moves every bit of the result. */
function mix(word: number): number {
  let mixed = (word + 0x6d2b79f5) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
