import type { Clock } from "../../drivers/core/clock.js";

/**
 * Waits for `work`, at most so long; says whether it ended in time, well or not. Leaves no timer behind. A late
 * failure of `work` is nobody's any more.
 */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let cancel = (): void => {};
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.after(ms, () => resolve(false));
  });
  const done = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    cancel();
  }
}
