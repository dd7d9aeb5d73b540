import type { Cancel, Clock } from "../../drivers/core/clock.js";
import type { Point } from "../../drivers/core/point.js";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { ActiveAlarm, Alarms } from "../core/alarms.js";
import type { AlarmEvent, GatewayEvent } from "../core/event.js";
import { type AlarmState, firstAlarmState, judgeAlarms, tickAlarms } from "./alarms.js";

const TICK_MS = 1_000;

export interface AlarmBoardParts {
  readonly clock: Clock;
  readonly devices: Iterable<{ readonly id: string; readonly points: readonly Point[] }>;
  /** To be numbered and sent before everything else. */
  readonly tell: (event: GatewayEvent) => void;
}

/** The alarms of all devices: judged with each batch, and once a second for what does not come any more. */
export class AlarmBoard implements Alarms {
  readonly #clock: Clock;
  readonly #tell: (event: GatewayEvent) => void;
  readonly #states = new Map<string, AlarmState>();
  readonly #active = new Map<string, ActiveAlarm>();
  readonly #listeners = new Set<() => void>();
  #ticks = false;
  #cancel: Cancel = () => {};

  constructor({ clock, devices, tell }: AlarmBoardParts) {
    this.#clock = clock;
    this.#tell = tell;
    this.#enter(devices, clock.mono());
  }

  /**
   * Other devices: those that are kept keep what is raised; of the others it is over, and the centre is told what is left.
   */
  change(devices: AlarmBoardParts["devices"], isKept: (device: string) => boolean, nowMs: number): void {
    const had = this.#states.size > 0;
    for (const device of [...this.#states.keys()]) if (!isKept(device)) this.#states.delete(device);
    for (const [key, { device }] of [...this.#active]) if (!isKept(device)) this.#active.delete(key);
    this.#enter(devices, nowMs);
    this.#cancel();
    if (this.#ticks) this.#later();
    if (!had && this.#states.size === 0) return;
    const active = [...this.#active.values()].map(({ alarm, device, point }) => ({ device, point, alarm }));
    this.#tell({ event: "alarms", active });
    for (const listener of this.#listeners) listener();
  }

  #enter(devices: AlarmBoardParts["devices"], nowMs: number): void {
    for (const { id, points } of devices) {
      const state = this.#states.has(id) ? undefined : firstAlarmState(id, points, nowMs);
      if (state) this.#states.set(id, state);
    }
    this.#ticks = [...this.#states.values()].some(({ tracks }) =>
      tracks.some(({ alarm }) => alarm.kind === "stale"),
    );
  }

  /** What was raised before this start is over or is raised anew: the centre is told, so that it keeps no ghost. */
  start(): void {
    if (this.#states.size === 0) return;
    this.#tell({ event: "alarms", active: [] });
    if (this.#ticks) this.#later();
  }

  stop(): void {
    this.#cancel();
  }

  /** `measures`: what the instrument itself says; that somebody works at it changes nothing. */
  judge(batch: ReadingBatch, measures: boolean): void {
    const state = this.#states.get(batch.layout.device);
    if (state) this.#announce(judgeAlarms(state, batch, measures));
  }

  active(): readonly ActiveAlarm[] {
    return [...this.#active.values()];
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #later(): void {
    this.#cancel = this.#clock.after(TICK_MS, () => {
      const now = this.#clock.mono();
      for (const state of this.#states.values()) this.#announce(tickAlarms(state, now));
      this.#later();
    });
  }

  #announce(events: readonly AlarmEvent[]): void {
    if (events.length === 0) return;
    for (const event of events) {
      const { alarm, device, point } = event;
      const key = `${device}.${point} ${alarm}`;
      if (event.state === "cleared") this.#active.delete(key);
      else this.#active.set(key, { ...event, since: this.#clock.now() });
      this.#tell(event);
    }
    for (const listener of this.#listeners) listener();
  }
}
