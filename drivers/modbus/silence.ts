import type { Clock } from "../core/clock.js";

/**
 * Silence that parts two frames (V1.02, 2.5.1.1): 3.5 characters of 11 bits up to 19200 baud, 1.75 ms above.
 */
export function silenceMs(baud: number): number {
  return baud > 19_200 ? 1.75 : (3.5 * 11 * 1000) / baud;
}

/** The end of a wait that a timer would miss: it works in whole milliseconds, and comes a tenth of one late. */
const SPIN_MS = 1.15;
/** Far more turns than a millisecond has: a clock that stands still must not keep the process busy. */
const MAX_TURNS = 10_000;

/**
 * Resolves when `untilMs` has passed on the monotonic clock, as exactly as a busy event loop allows: setTimeout
 * works in whole milliseconds, and a millisecond is a seventh of an exchange at 115200 baud. So a timer covers
 * all but the last millisecond, and that is watched in turns of the event loop; a second timer bounds it.
 */
export function waitUntil(clock: Clock, untilMs: number): Promise<void> {
  return new Promise((resolve) => {
    const watch = (): void => {
      const left = untilMs - clock.mono();
      if (left <= 0) {
        resolve();
        return;
      }
      let done = false;
      const finish = (): void => {
        done = true;
        cancel();
        resolve();
      };
      const cancel = clock.after(left, finish);
      let turns = 0;
      const turn = (): void => {
        if (done) return;
        if (clock.mono() >= untilMs) finish();
        else if (++turns < MAX_TURNS) setImmediate(turn);
      };
      setImmediate(turn);
    };
    const left = untilMs - clock.mono();
    if (left > SPIN_MS) clock.after(left - SPIN_MS, watch);
    else watch();
  });
}
