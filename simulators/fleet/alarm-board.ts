import type { EventBody } from "../../gateway/contract/event.js";
import { limitOf, type Station, type StationDevice } from "./station.js";

type AlarmEvent = Extract<EventBody, { event: "alarm" }>;

export interface ActiveAlarm {
  readonly device: string;
  readonly point: string;
  readonly alarm: string;
}

/** The alarms of one gateway: which are raised, as its values go over their limits and come back. */
export class AlarmBoard {
  /** Raised: `device/point`. Made when the first one is. */
  #raised: Set<string> | undefined;
  readonly #station: Station;

  constructor(station: Station) {
    this.#station = station;
  }

  get active(): readonly (ActiveAlarm & { readonly severity: "warning" })[] {
    return this.#list().map((alarm) => ({ ...alarm, severity: "warning" as const }));
  }

  /** A gateway that starts knows of no alarm: it judges anew. Returns what is still raised, which is nothing. */
  clear(): ActiveAlarm[] {
    this.#raised = undefined;
    return [];
  }

  /** What the values of a device at that time raise and clear. */
  judge(device: StationDevice, t: number, rev: number): readonly AlarmEvent[] {
    const events: AlarmEvent[] = [];
    for (const point of device.points) {
      if (!point.alarm) continue;
      const value = point.value({ seed: device.seed, t });
      if (typeof value !== "number") continue;
      const limit = limitOf(point.alarm.limit, rev);
      const key = `${device.id}/${point.id}`;
      const wasRaised = this.#raised?.has(key) === true;
      if (value > limit === wasRaised) continue;
      this.#raised ??= new Set();
      if (wasRaised) this.#raised.delete(key);
      else this.#raised.add(key);
      const { en, vi } = point.alarm;
      const text = wasRaised ? {} : { text: { vi, en } };
      events.push({
        event: "alarm",
        device: device.id,
        point: point.id,
        alarm: "high",
        kind: "high",
        severity: "warning",
        state: wasRaised ? "cleared" : "raised",
        value: Math.round(value * 1000) / 1000,
        limit,
        ...text,
      });
    }
    return events;
  }

  #list(): readonly ActiveAlarm[] {
    const raised = this.#raised;
    if (!raised) return [];
    return this.#station.devices.flatMap(({ id, points }) =>
      points
        .filter((point) => raised.has(`${id}/${point.id}`))
        .map((point) => ({ device: id, point: point.id, alarm: "high" })),
    );
  }
}
