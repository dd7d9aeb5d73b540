/**
 * The only source of time. Wall time says when something was read and is never subtracted;
 * order, ages, timeouts and periods use monotonic time. Injected everywhere, so that tests step it.
 */
export interface Clock {
  /** Wall time, milliseconds since 1970 UTC. May jump in either direction. */
  now(): number;
  /** Monotonic milliseconds since an arbitrary start, with fractions. Never steps. */
  mono(): number;
  /** Identity of this boot of the machine: monotonic times are comparable only within one boot. */
  readonly boot: string;
  /** Calls `run` once, at least `delayMs` of monotonic time later; returns what cancels it. */
  after(delayMs: number, run: () => void): Cancel;
  /** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export type Cancel = () => void;

/** The largest delay that setTimeout takes; a longer one is served in parts. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export function sleepOn(clock: Pick<Clock, "after">, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** The machine's clock. `boot` is read by the composition root (Linux: /proc/sys/kernel/random/boot_id). */
export class SystemClock implements Clock {
  constructor(readonly boot: string) {}

  now(): number {
    return Date.now();
  }

  mono(): number {
    return performance.now();
  }

  /** setTimeout truncates its delay and may fire early by up to 1 ms: what is left is waited for again. */
  after(delayMs: number, run: () => void): Cancel {
    const due = this.mono() + delayMs;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = due - this.mono();
      if (left <= 0) run();
      else timer = setTimeout(arm, Math.min(Math.ceil(left), MAX_TIMER_MS));
    };
    timer = setTimeout(arm, Math.min(Math.max(0, Math.ceil(delayMs)), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }
}
