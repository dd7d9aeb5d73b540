import type { Clock } from "../../drivers/core/clock.js";

/** What `work` resolves to, or `late` when it takes longer. No timer stays behind. */
export async function within<T>(
  clock: Pick<Clock, "after">,
  ms: number,
  work: Promise<T>,
): Promise<T | "late"> {
  let cancel = (): void => {};
  const late = new Promise<"late">((resolve) => {
    cancel = clock.after(ms, () => resolve("late"));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
