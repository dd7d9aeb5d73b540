import type { Clock } from "../../core/clock.js";
import type { Driver, DriverDevice } from "../../core/driver.js";
import { ConfigurationError, LinkError } from "../../core/errors.js";
import type { Point } from "../../core/point.js";
import type { WriteOutcome, Writer } from "../../core/writer.js";
import { deviceDefaults, type Profile, pointsOf } from "../../profiles/profile.js";
import { SCAN_MESSAGES as M } from "./messages.js";
import type { OpenWire, ScanPlace } from "./place.js";
import { provingQuestion, type Way } from "./ways.js";

/** How a device gets another unit id, as its profile says. */
export interface UnitPlan {
  readonly profile: Profile;
  readonly point: Point;
  readonly from: number;
  readonly to: number;
  /** `unknown`: the profile does not say; it is asked for where the id does not change at once. */
  readonly powerCycle: "needed" | "unknown" | "no";
}

export type UnitChangeEvent =
  /** What became of the write. */
  | { readonly kind: "written"; readonly outcome: WriteOutcome }
  /** The supply must be switched off and on now. */
  | { readonly kind: "power_cycle" }
  /** Nothing answers under the new id yet. */
  | { readonly kind: "waiting"; readonly passedMs: number; readonly ofMs: number }
  | { readonly kind: "end"; readonly result: UnitChangeResult };

export type UnitChangeResult =
  /** It answers under the new id and not under the old one. */
  | "done"
  | "refused"
  /** Nothing answered under the new id in time; `stays`: the old one still answers. */
  | "not_back"
  | "stays"
  /** Both ids answer. */
  | "both"
  /** Something answers under the new id already: nothing was written. */
  | "taken"
  | "stopped";

export interface UnitChangeParts {
  /** The wire as the device is set. */
  readonly place: ScanPlace;
  /** A driver of that wire for this device alone. */
  readonly driverOf: (device: DriverDevice) => Promise<Driver & Writer>;
  readonly ways: readonly Way[];
  readonly clock: Clock;
}

const DEVICE = "device";
const ASK_MS = 1000;
const BETWEEN_MS = 1000;
const AT_ONCE_MS = 15_000;
const POWER_CYCLE_MS = 300_000;
/** So many questions without an answer, and an id is silent. */
const SILENCES = 3;
const BROADCAST = 0;
const LAST_UNIT = 247;

/** Throws ConfigurationError where the profile does not say how, or does not allow this id. */
export function planUnitChange(profile: Profile, from: number, to: number): UnitPlan {
  const { addressing, id } = profile;
  const point = pointsOf(profile, DEVICE).find((one) => one.id === addressing?.set?.point);
  if (!point || !addressing?.set) {
    throw new ConfigurationError(M.no_way, { profile: id });
  }
  const [least = 1, most = LAST_UNIT] = addressing.range ?? [];
  const isAllowed = to >= Math.max(1, least) && to <= Math.min(LAST_UNIT, most);
  if (!isAllowed) throw new ConfigurationError(M.unit_not_allowed, { profile: id, unit: to, least, most });
  // Unit 0 is for all: whoever hears it would take the new id.
  if (from === BROADCAST || from > LAST_UNIT || addressing.broadcast?.includes(from)) {
    throw new ConfigurationError(M.no_broadcast, { unit: from });
  }
  const { effect } = addressing.set;
  const powerCycle = effect === undefined ? "unknown" : effect === "now" ? "no" : "needed";
  return { profile, point, from, to, powerCycle };
}

/**
 * Writes the new id, once, to the old one; waits until the device is found again, and looks that the old id is
 * silent. Whoever calls has made sure that the device is alone. Ends soon after the signal is aborted.
 */
export async function* changeUnit(
  plan: UnitPlan,
  parts: UnitChangeParts,
  signal: AbortSignal,
): AsyncGenerator<UnitChangeEvent, void> {
  const { from, powerCycle, to } = plan;
  const { clock } = parts;
  if (await answers(parts, to, 1, signal)) {
    yield { kind: "end", result: "taken" };
    return;
  }
  if (signal.aborted) {
    yield { kind: "end", result: "stopped" };
    return;
  }
  const outcome = await write(plan, parts, signal);
  yield { kind: "written", outcome };
  if (outcome.state === "refused") {
    yield { kind: "end", result: "refused" };
    return;
  }
  let beganMs = clock.mono();
  let ofMs = AT_ONCE_MS;
  const askForPowerCycle = (): UnitChangeEvent => {
    beganMs = clock.mono();
    ofMs = POWER_CYCLE_MS;
    return { kind: "power_cycle" };
  };
  if (powerCycle === "needed") yield askForPowerCycle();
  for (;;) {
    if (signal.aborted) {
      yield { kind: "end", result: "stopped" };
      return;
    }
    if (await answers(parts, to, 1, signal)) break;
    const passedMs = clock.mono() - beganMs;
    if (passedMs >= ofMs) {
      const stays = await answers(parts, from, SILENCES, signal);
      if (stays && powerCycle === "unknown" && ofMs === AT_ONCE_MS) {
        yield askForPowerCycle();
        continue;
      }
      yield { kind: "end", result: stays ? "stays" : "not_back" };
      return;
    }
    yield { kind: "waiting", passedMs, ofMs };
    await clock.sleep(BETWEEN_MS, signal).catch(() => {});
  }
  const both = await answers(parts, from, SILENCES, signal);
  yield { kind: "end", result: both ? "both" : "done" };
}

async function write(plan: UnitPlan, parts: UnitChangeParts, signal: AbortSignal): Promise<WriteOutcome> {
  const { from, point, profile, to } = plan;
  const settings = { ...deviceDefaults(profile, profile.family), unit_id: from };
  const device = { id: DEVICE, settings };
  const driver = await parts.driverOf(device);
  try {
    await driver.connect(signal);
    return await driver.write(driver.planWrite(device, point, to), signal);
  } finally {
    await driver.close();
  }
}

/** Whether somebody answers under this id, to any of the questions, damaged or not. A wire that is gone answers nothing. */
async function answers(
  { place, ways }: UnitChangeParts,
  unit: number,
  times: number,
  signal: AbortSignal,
): Promise<boolean> {
  let wire: OpenWire | undefined;
  try {
    wire = await place.open(signal);
    for (let at = 0; at < times; at++) {
      for (const way of ways.slice(0, 2)) {
        const answer = await wire.ask(provingQuestion(unit, way), ASK_MS, signal);
        if (answer.kind !== "silent") return true;
      }
    }
    return false;
  } catch (error) {
    // With the supply of an adapter off its port is gone for a while.
    if (error instanceof LinkError) return false;
    throw error;
  } finally {
    await wire?.close();
  }
}
