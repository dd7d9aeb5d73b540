import type { Driver, PlanHints, ReadRequest } from "../../drivers/core/driver.js";
import type { PermanentPointError } from "../../drivers/core/errors.js";
import type { Point } from "../../drivers/core/point.js";
import { type DeviceTrack, type PollEntry, pollEntryOf } from "./device-track.js";

/** The same points are asked for again after a refusal at most so often. */
const REFUSED_AGAIN_MS = 3_600_000;
/** A device's requests are planned anew at most so often; so long a plan waits for a moment between two beats. */
const REPLAN_MS = 60_000;

/** The requests of one connection: planned, split where a device refuses them, planned anew with what was learnt. */
export class RequestTable {
  readonly #driver: Driver;
  #entries: PollEntry[] = [];

  /** Throws ConfigurationError for a point that the driver cannot read. */
  constructor(driver: Driver, tracks: Iterable<DeviceTrack>, nowMs: number) {
    this.#driver = driver;
    for (const track of tracks) this.#entries.push(...this.#plan(track, () => nowMs));
  }

  get entries(): readonly PollEntry[] {
    return this.#entries;
  }

  unsupportedOf(track: DeviceTrack): number {
    let count = 0;
    for (const { refusal, request } of this.#own(track)) if (refusal) count += request.points.length;
    return count;
  }

  /** The request with which a silent device is probed: the one for the fewest points. */
  cheapestOf(track: DeviceTrack, nowMs: number): PollEntry | undefined {
    let best: PollEntry | undefined;
    for (const entry of this.#own(track)) {
      if (entry.underWay || (entry.refusal && nowMs < entry.refusal.againMs)) continue;
      if (!best || entry.request.points.length < best.request.points.length) best = entry;
    }
    return best;
  }

  /**
   * The device refused the request: its parts are asked next in its place, for the same beat. Returns how many;
   * with none its points are unsupported, and it is the caller's to say so.
   */
  refused(entry: PollEntry, error: PermanentPointError, nowMs: number): number {
    const { periodMs, refusal, request, track } = entry;
    const parts = this.#driver.split(request, error);
    track.hasRefused = true;
    if (parts.length === 0) {
      const notBeforeMs = refusal ? nowMs + REFUSED_AGAIN_MS : 0;
      entry.refusal = { error, againMs: Number.POSITIVE_INFINITY, notBeforeMs };
      return 0;
    }
    const dueMs = Math.min(entry.beatMs, entry.dueMs);
    const own = parts.map((part) => pollEntryOf(part, track, periodMs, dueMs));
    this.#entries = this.#entries.flatMap((other) => (other === entry ? own : [other]));
    return parts.length;
  }

  /**
   * The connection was made anew, perhaps to another device: what was refused may be asked for again, once; the
   * second time and from then on not before an hour after the last refusal, however often the link comes and goes.
   */
  relinked(nowMs: number): void {
    for (const entry of this.#entries) {
      if (entry.refusal) entry.refusal.againMs = Math.max(nowMs, entry.refusal.notBeforeMs);
    }
  }

  /**
   * What is asked as fast as possible is due at once. So is what failed last and would be asked again only after
   * more than `withinMs`: an hourly point is not bad for an hour because the device was away for a minute.
   */
  catchUp(track: DeviceTrack | undefined, nowMs: number, withinMs: number): void {
    for (const entry of this.#entries) {
      if (track && entry.track !== track) continue;
      if (entry.periodMs === 0 || (entry.missed && entry.dueMs > nowMs + withinMs)) {
        entry.dueMs = Math.min(entry.dueMs, nowMs);
      }
    }
  }

  /** Plans the device's requests anew where the driver has learnt what makes for a better plan. */
  takeHints(track: DeviceTrack, nowMs: number): void {
    const hints = this.#driver.hints(track.device.driverDevice.id);
    if (!hints || hints === track.hints || nowMs < track.hintsFromMs || track.hasRefused) return;
    track.hintsSinceMs ??= nowMs;
    const own = this.#own(track);
    const isPatient = nowMs < track.hintsSinceMs + REPLAN_MS;
    if (own.some(({ underWay }) => underWay) || (isPatient && !areBetweenBeats(own))) return;
    track.hints = hints;
    track.hintsFromMs = nowMs + REPLAN_MS;
    track.hintsSinceMs = undefined;
    // The latest: nothing is asked twice for one beat.
    const latest = new Map<string, PollEntry>();
    for (const entry of own) {
      for (const { id } of entry.request.points) {
        if (entry.dueMs >= (latest.get(id)?.dueMs ?? 0)) latest.set(id, entry);
      }
    }
    const olds = (request: ReadRequest): PollEntry[] =>
      request.points.flatMap(({ id }) => latest.get(id) ?? []);
    const planned = this.#plan(
      track,
      (request) => Math.max(...olds(request).map(({ dueMs }) => dueMs)),
      hints,
    );
    if (areSame(own, planned)) return;
    for (const entry of planned) entry.missed = olds(entry.request).some(({ missed }) => missed);
    const others = this.#entries.filter((entry) => entry.track !== track);
    this.#entries = [...others, ...planned];
  }

  #plan(track: DeviceTrack, dueOf: (request: ReadRequest) => number, hints?: PlanHints): PollEntry[] {
    const { driverDevice, points } = track.device;
    const byPeriod = new Map<number, Point[]>();
    for (const point of points) {
      if (point.access === "write" || !Number.isFinite(point.periodMs)) continue;
      const same = byPeriod.get(point.periodMs);
      if (same) same.push(point);
      else byPeriod.set(point.periodMs, [point]);
    }
    return [...byPeriod].flatMap(([periodMs, same]) =>
      this.#driver
        .plan(driverDevice, same, hints)
        .map((request) => pollEntryOf(request, track, periodMs, dueOf(request))),
    );
  }

  #own(track: DeviceTrack): PollEntry[] {
    return this.#entries.filter((entry) => entry.track === track);
  }
}

/** Whether requests of one period have all been asked for the same beat. */
function areBetweenBeats(entries: readonly PollEntry[]): boolean {
  const due = new Map<number, number>();
  for (const { dueMs, periodMs } of entries) {
    if (periodMs > 0 && (due.get(periodMs) ?? dueMs) !== dueMs) return false;
    due.set(periodMs, dueMs);
  }
  return true;
}

function areSame(a: readonly PollEntry[], b: readonly PollEntry[]): boolean {
  const text = (entries: readonly PollEntry[]): string =>
    JSON.stringify(entries.map(({ request }) => request.points.map(({ id }) => id)).sort());
  return text(a) === text(b);
}
