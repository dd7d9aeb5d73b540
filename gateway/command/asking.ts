import type { Clock } from "../../drivers/core/clock.js";
import type { Driver, ReadRequest } from "../../drivers/core/driver.js";
import {
  asError,
  BusyError,
  HeldError,
  LinkError,
  PermanentPointError,
  type TramError,
  TransientError,
} from "../../drivers/core/errors.js";
import type { Inspected, Inspector } from "../../drivers/core/inspector.js";

/** How often a device that says that it is busy is asked again. */
const BUSY_RETRIES = 3;

/** One request and what came of it; `nowMs` is the wall time when it was over. */
export type Asked =
  | { readonly request: ReadRequest; readonly nowMs: number; readonly inspected: Inspected }
  | { readonly request: ReadRequest; readonly nowMs: number; readonly error: TramError };

/**
 * Asks once, when the device may be asked; what it refuses in parts, as a poll does. Whatever the device does is an
 * outcome; throws what is a fault of ours.
 */
export async function askFor(
  driver: Driver & Partial<Inspector>,
  request: ReadRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Asked[]> {
  const asked = await askOnce(driver, request, clock, signal);
  if (!("error" in asked) || !(asked.error instanceof PermanentPointError)) return [asked];
  const parts = driver.split(request, asked.error);
  if (parts.length === 0) return [asked];
  const all: Asked[] = [];
  for (const part of parts) all.push(...(await askFor(driver, part, clock, signal)));
  return all;
}

async function askOnce(
  driver: Driver & Partial<Inspector>,
  request: ReadRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<Asked> {
  for (let busyTimes = 0; ; ) {
    try {
      // A late answer to somebody else's request may still come.
      await clock.sleep(Math.max(0, driver.readyAt(request) - clock.mono()), signal).catch(() => {});
      const inspected = driver.inspect
        ? await driver.inspect(request, signal)
        : { batch: await driver.read(request, signal), words: [] };
      return { request, nowMs: inspected.batch.t, inspected };
    } catch (thrown) {
      const error = asError(thrown);
      // While it waited for its turn another request to the device was given up.
      if (error instanceof HeldError && !signal.aborted) continue;
      if (error instanceof BusyError && busyTimes++ < BUSY_RETRIES && !signal.aborted) {
        await clock.sleep(error.againMs, signal).catch(() => {});
        continue;
      }
      const isOutcome =
        error instanceof TransientError || error instanceof PermanentPointError || error instanceof LinkError;
      if (!isOutcome) throw error;
      return { request, nowMs: clock.now(), error };
    }
  }
}

/** Whether asking the same device for more would only take the time of others. */
export function isSilence({ reason }: { readonly reason?: string }): boolean {
  return reason === "no_answer" || reason === "link_down";
}
