import type { Clock } from "../core/clock.js";

/** `work`, or a rejection: with `late()` after `ms`, with the signal's reason when it is aborted. */
export function within<T>(
  clock: Pick<Clock, "after">,
  ms: number,
  late: () => Error,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => finish(() => reject(signal?.reason));
    const cancel = clock.after(ms, () => finish(() => reject(late())));
    const finish = (how: () => void): void => {
      cancel();
      signal?.removeEventListener("abort", onAbort);
      how();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    work.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
    if (signal?.aborted) onAbort();
  });
}
