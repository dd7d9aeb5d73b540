import type { Clock } from "../../drivers/core/clock.js";

export const LATE = Symbol("late");

/** What `work` gives, or LATE when that takes longer than `ms`. Leaves no timer behind. */
export async function inTime<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | typeof LATE> {
  let cancel = (): void => {};
  const late = new Promise<typeof LATE>((resolve) => {
    cancel = clock.after(ms, () => resolve(LATE));
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
