import type { AlarmEvent } from "./event.js";

/** A raised alarm, as the event that raised it said it. */
export interface ActiveAlarm extends AlarmEvent {
  /** Wall ms at which it was raised. */
  readonly since: number;
}

/** What is raised now, for whoever asks. */
export interface Alarms {
  active(): readonly ActiveAlarm[];
  /** Calls `listener` after each change until the returned function is called. */
  subscribe(listener: () => void): () => void;
}
