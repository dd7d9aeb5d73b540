import type { Alarm, Point } from "../../drivers/core/point.js";
import type { Layout, ReadingBatch, Value } from "../../drivers/core/reading.js";
import type { AlarmEvent } from "../core/event.js";
import { changeAMinute, firstChange, type RecentChange } from "./recent-change.js";

/** One alarm of one point, and how it stands. Times are monotonic ms. */
export interface AlarmTrack {
  readonly point: string;
  readonly alarm: Alarm;
  /** 64-bit values divided by it are engineering values. */
  readonly divisor: number;
  /** Since when the limit is passed without a break, while it is not raised. */
  passedSince?: number | undefined;
  /** While it is raised: since when. */
  raisedAt?: number | undefined;
  /** What was last compared with the limit. */
  value: number | null;
  lastGood: number;
  readonly change: RecentChange;
}

/** The alarms of one device. Only the functions of this file change it. */
export interface AlarmState {
  readonly device: string;
  readonly tracks: readonly AlarmTrack[];
  /** Which tracks a batch of a layout concerns, by place. */
  readonly places: WeakMap<Layout, readonly (readonly [at: number, track: AlarmTrack])[]>;
}

/** Nothing is raised; whoever waits for good readings waits from `now` on. Undefined where there are no alarms. */
export function firstAlarmState(
  device: string,
  points: readonly Point[],
  now: number,
): AlarmState | undefined {
  const tracks = points.flatMap((point) =>
    (point.alarms ?? []).map((alarm): AlarmTrack => {
      const wide = point.type === "u64" || point.type === "s64";
      const divisor = wide ? 10 ** (point.decimals ?? 0) : 1;
      return { point: point.id, alarm, divisor, value: null, lastGood: now, change: firstChange() };
    }),
  );
  return tracks.length === 0 ? undefined : { device, tracks, places: new WeakMap() };
}

/**
 * What a judged batch raises and clears. A bad reading does neither to a limit; a good or uncertain one is compared,
 * and only a good one ends `stale`. An instrument that does not measure (`measures`) shows its solutions or what it
 * stopped at: with these no limit is compared. Pure but for `state`, which it takes over and brings up to date.
 */
export function judgeAlarms(
  state: AlarmState,
  batch: ReadingBatch,
  measures: boolean,
): readonly AlarmEvent[] {
  const events: AlarmEvent[] = [];
  for (const [at, track] of placesOf(state, batch.layout)) {
    const value = batch.values[at];
    if (value === undefined) continue;
    const flag = batch.flags?.find((candidate) => candidate.at === at);
    const { alarm } = track;
    if (alarm.kind === "stale") {
      if (flag) continue;
      track.lastGood = batch.mono;
      move(state, track, 0, batch.mono, events);
      continue;
    }
    const number = numberOf(value, track.divisor);
    if (number === undefined || flag?.quality === "bad" || !measures) continue;
    const compared = alarm.kind === "rate" ? changeAMinute(track.change, number, batch.mono) : number;
    if (compared !== undefined) move(state, track, compared, batch.mono, events);
  }
  return events;
}

/** What time alone raises: no good reading for too long. To be called at least once a second or so. */
export function tickAlarms(state: AlarmState, now: number): readonly AlarmEvent[] {
  const events: AlarmEvent[] = [];
  for (const track of state.tracks) {
    if (track.alarm.kind === "stale") move(state, track, (now - track.lastGood) / 1_000, now, events);
  }
  return events;
}

function move(
  { device }: AlarmState,
  track: AlarmTrack,
  value: number,
  now: number,
  events: AlarmEvent[],
): void {
  const { alarm, point } = track;
  track.value = value;
  if (track.raisedAt !== undefined) {
    if (!isOver(alarm, value)) return;
    track.raisedAt = undefined;
    events.push(eventOf(device, point, alarm, "cleared", value));
    return;
  }
  if (!isPassed(alarm, value)) {
    track.passedSince = undefined;
    return;
  }
  track.passedSince ??= now;
  if (now - track.passedSince < alarm.delayMs) return;
  track.passedSince = undefined;
  track.raisedAt = now;
  events.push(eventOf(device, point, alarm, "raised", value));
}

function isPassed({ kind, limit }: Alarm, value: number): boolean {
  if (kind === "low") return value < limit;
  return kind === "stale" ? value >= limit : value > limit;
}

/** Whether a raised alarm ends. */
function isOver({ hysteresis, kind, limit }: Alarm, value: number): boolean {
  if (kind === "low") return value >= limit + hysteresis;
  return kind === "stale" ? value < limit : value <= limit - hysteresis;
}

function eventOf(
  device: string,
  point: string,
  { id, kind, limit, severity, text }: Alarm,
  state: "raised" | "cleared",
  value: number,
): AlarmEvent {
  const event = { event: "alarm" as const, device, point, alarm: id, kind, severity, state, value, limit };
  return text ? { ...event, text } : event;
}

function placesOf(state: AlarmState, layout: Layout): readonly (readonly [number, AlarmTrack])[] {
  let places = state.places.get(layout);
  if (!places) {
    places = layout.points.flatMap(({ id }, at) =>
      state.tracks.filter(({ point }) => point === id).map((track) => [at, track] as const),
    );
    state.places.set(layout, places);
  }
  return places;
}

function numberOf(value: Value, divisor: number): number | undefined {
  if (typeof value === "bigint") return Number(value) / divisor;
  return typeof value === "number" ? value : undefined;
}
