import type { ReadingBatch, Reason } from "../../drivers/core/reading.js";
import type { GatewayEvent } from "../core/event.js";

/** Requests in a row without a usable answer after which a device counts as lost. */
export const LOST_AFTER = 3;

/** Whether one device answers, judged over all its requests. */
export interface DeviceHealth {
  readonly state: "unknown" | "answering" | "lost";
  /** Consecutive requests without a usable answer. */
  readonly failures: number;
}

export const UNKNOWN_HEALTH: DeviceHealth = { state: "unknown", failures: 0 };

const NO_CONTACT: ReadonlySet<Reason> = new Set(["no_answer", "bad_answer", "link_down"]);

/** The reason when a batch is the trace of a request that nobody answered usably, else undefined. */
export function contactFailure(batch: ReadingBatch): Reason | undefined {
  const { flags } = batch;
  if (!flags || flags.length < batch.values.length) return undefined;
  return flags.every((flag) => NO_CONTACT.has(flag.reason)) ? flags[0]?.reason : undefined;
}

/** Pure: the health after one more batch, and the event when it became lost or was found. */
export function nextHealth(
  health: DeviceHealth,
  batch: ReadingBatch,
): { readonly health: DeviceHealth; readonly event?: GatewayEvent } {
  const { device } = batch.layout;
  const reason = contactFailure(batch);
  if (reason === undefined) {
    if (health.state === "answering" && health.failures === 0) return { health };
    const found: DeviceHealth = { state: "answering", failures: 0 };
    return health.state === "lost"
      ? { health: found, event: { event: "device_found", device } }
      : { health: found };
  }
  const failures = health.failures + 1;
  if (health.state === "lost" || failures < LOST_AFTER) return { health: { ...health, failures } };
  return { health: { state: "lost", failures }, event: { event: "device_lost", device, reason } };
}
