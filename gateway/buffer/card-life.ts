import type { CardStats } from "../core/buffer.js";
import type { DeviceCount } from "./block-device.js";

/** Bytes written in so much time, with what the rate of the last day needs. Times count while the box runs. */
export interface Tally {
  readonly bytes: number;
  readonly ms: number;
  /** [ms, bytes] at the beginning of each of the last hours, oldest first. */
  readonly hours: readonly (readonly [ms: number, bytes: number])[];
}

/** What is kept in the file; `device` is absent where the disk has no count. */
export interface CardTotals {
  readonly own: Tally;
  readonly device?: Tally & { readonly at: DeviceCount };
}

export const NOTHING_WRITTEN: Tally = { bytes: 0, ms: 0, hours: [[0, 0]] };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** So that the window is never shorter than a day once it can be one. */
const MOST_HOURS = 26;
/** A rate of less time says nothing about a day. */
const LEAST_MS = 600_000;
const YEAR_DAYS = 365.25;

/** Pure. */
export function add(tally: Tally, bytes: number, ms: number): Tally {
  const now = { bytes: tally.bytes + Math.max(0, bytes), ms: tally.ms + Math.max(0, ms) };
  const [latest] = tally.hours.at(-1) ?? [Number.NEGATIVE_INFINITY];
  if (now.ms - latest < HOUR_MS) return { ...now, hours: tally.hours };
  return { ...now, hours: [...tally.hours, [now.ms, now.bytes] as const].slice(-MOST_HOURS) };
}

/**
 * What the disk counted since the last look: within one boot the difference, after a boot everything since then,
 * also what others wrote while the gateway did not run. Another card begins at what it says now.
 */
export function addDevice(before: CardTotals["device"], at: DeviceCount): NonNullable<CardTotals["device"]> {
  if (!before || before.at.id !== at.id) return { ...NOTHING_WRITTEN, at };
  const same = before.at.boot === at.boot && before.at.bytes <= at.bytes;
  const bytes = same ? at.bytes - before.at.bytes : at.bytes;
  const ms = same ? at.ms - before.at.ms : at.ms;
  return { ...add(before, bytes, ms), at };
}

/** Bytes a day as the last day of running had them; undefined while too little is known. */
export function bytesADay({ bytes, hours, ms }: Tally): number | undefined {
  const old = hours.findLast(([at]) => ms - at >= DAY_MS) ?? hours[0] ?? [0, 0];
  const elapsedMs = ms - old[0];
  return elapsedMs < LEAST_MS ? undefined : ((bytes - old[1]) / elapsedMs) * DAY_MS;
}

/**
 * The card's life: what its endurance has left after all that was counted, at the rate of the last day. Counted by
 * the disk where it can, because others write too; else by the gateway's own account.
 */
export function projectLife(totals: CardTotals, enduranceBytes: number | undefined): CardStats {
  const { device, own } = totals;
  const ownBytesADay = bytesADay(own);
  const deviceBytesADay = device && bytesADay(device);
  const used = device && deviceBytesADay !== undefined ? device : own;
  const perDay = deviceBytesADay ?? ownBytesADay;
  const years =
    enduranceBytes === undefined || perDay === undefined || perDay <= 0
      ? undefined
      : Math.max(0, enduranceBytes - used.bytes) / perDay / YEAR_DAYS;
  return {
    ownBytes: Math.round(own.bytes),
    ...(ownBytesADay !== undefined && { ownBytesADay: Math.round(ownBytesADay) }),
    ...(device && { deviceBytes: Math.round(device.bytes) }),
    ...(deviceBytesADay !== undefined && { deviceBytesADay: Math.round(deviceBytesADay) }),
    ...(enduranceBytes !== undefined && { enduranceBytes }),
    ...(years !== undefined && { yearsLeft: years }),
  };
}
