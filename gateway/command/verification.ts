import type { Clock } from "../../drivers/core/clock.js";
import type { Driver } from "../../drivers/core/driver.js";
import type { Inspector } from "../../drivers/core/inspector.js";
import type { Point } from "../../drivers/core/point.js";
import type { Value } from "../../drivers/core/reading.js";
import type { WriteOutcome, WriteRequest } from "../../drivers/core/writer.js";
import type { DeviceConfig } from "../core/config.js";
import { askFor } from "./asking.js";

/** How long a device may take to show what it was told, where its profile does not say. */
const WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 250;

/** The point at which it shows what became of a write; undefined where nothing can be read. */
export function witnessOf(device: DeviceConfig, { access, id, writeRules }: Point): Point | undefined {
  const { verify } = writeRules ?? {};
  if (verify === false) return undefined;
  const at = typeof verify === "object" ? verify.at : undefined;
  const witness = device.points.find((point) => point.id === (at ?? id));
  return (at === undefined && access === "write") || witness?.access === "write" ? undefined : witness;
}

/**
 * Some devices take a while, or show at another point what they were told: reads that until it shows, or the time is
 * over. Writes nothing. A write that was verified at its own point, or refused, is left as it is.
 */
export async function verified(
  outcome: WriteOutcome,
  { point, value }: WriteRequest,
  device: DeviceConfig,
  driver: Driver & Inspector,
  clock: Clock,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const { verify } = point.writeRules ?? {};
  const witness = witnessOf(device, point);
  const isElsewhere = typeof verify === "object" && verify.at !== undefined;
  if (!witness || typeof verify !== "object" || outcome.state === "refused") return outcome;
  if (outcome.state === "verified" && !isElsewhere) return outcome;
  const [request] = driver.plan({ id: device.id, settings: device.settings }, [witness]);
  if (!request) return outcome;
  const untilMs = clock.mono() + (verify.within ?? WITHIN_MS);
  let last: WriteOutcome = { ...outcome, state: isElsewhere ? "unknown" : outcome.state };
  for (;;) {
    const [asked] = await askFor(driver, request, clock, signal);
    if (asked && !("error" in asked)) {
      const readBack = asked.inspected.batch.values[0] ?? null;
      const isSame = same(readBack, value, witness.decimals ?? point.decimals);
      const { problem, readBackWords: _, ...rest } = outcome;
      // What was not confirmed and yet shows was done.
      last = {
        ...rest,
        ...(problem && !isSame && { problem }),
        state: isSame ? "verified" : "different",
        readBack,
      };
      if (isSame) return last;
    }
    if (clock.mono() >= untilMs || signal.aborted) return last;
    await clock.sleep(Math.min(LOOK_EVERY_MS, untilMs - clock.mono()), signal).catch(() => {});
  }
}

function same(a: Value, b: Value, decimals: number | undefined): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  const room = decimals === undefined ? Math.abs(b) * 1e-6 : 0.5 * 10 ** -decimals;
  return Math.abs(a - b) <= room;
}
