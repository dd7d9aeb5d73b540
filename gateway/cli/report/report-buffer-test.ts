import type { Clock } from "../../../drivers/core/clock.js";
import { ConfigurationError, RejectedError } from "../../../drivers/core/errors.js";
import type { ApiClient } from "../../api/client.js";
import type { GatewayStatus, UplinkStatus } from "../../core/status.js";
import type { UplinkPause } from "../../core/uplink-pause.js";
import type { BufferTest } from "./report-data.js";
import { REPORT_MESSAGES as M } from "./report-messages.js";

const LOOK_EVERY_MS = 200;
/** What may pass after the cut before the test has failed: reconnecting spreads over a minute at most. */
const PATIENCE_MS = 180_000;

export interface BufferTestWish {
  readonly uplink: string;
  readonly cutMs: number;
  readonly by: string;
}

export interface BufferTestStep {
  readonly stage: "cut" | "drain";
  readonly done: number;
  readonly total: number;
  readonly leftMs?: number;
  readonly pending: number;
}

/** The part of a gateway that the test needs. */
export type Asked = Pick<ApiClient, "get" | "post">;

/**
 * Cuts an uplink of the running gateway for a while and watches its own figures: what was made meanwhile must wait, and be
 * acknowledged afterwards. The gateway itself ends the cut, whatever becomes of this process; where `signal` is aborted it
 * is ended at once. Throws what the gateway refuses with, and RejectedError when it was interrupted.
 */
export async function* testBuffer(
  gateway: Asked,
  { by, cutMs, uplink }: BufferTestWish,
  clock: Pick<Clock, "mono" | "sleep">,
  signal: AbortSignal,
): AsyncGenerator<BufferTestStep, BufferTest> {
  const before = await look(gateway, uplink);
  const pause = (await gateway.post(`/v1/uplinks/${uplink}/pause`, {
    seconds: cutMs / 1000,
    by,
  })) as UplinkPause;
  const cutAt = clock.mono();
  // What waited is known only while it waits: a near broker has it all within milliseconds of the end.
  let cut = before;
  let end = before;
  try {
    for (;;) {
      end = await look(gateway, uplink);
      if (end.uplink.pause?.ended !== undefined) break;
      cut = end;
      const leftMs = Math.max(0, cutMs - (clock.mono() - cutAt));
      yield { stage: "cut", done: cutMs - leftMs, total: cutMs, leftMs, pending: end.uplink.pending };
      await wait(clock, signal);
    }
  } catch (error) {
    await gateway.post(`/v1/uplinks/${uplink}/resume`, { by }).catch(() => {});
    throw error;
  }
  const backAt = clock.mono();
  const { last, pending, url } = cut.uplink;
  const { end: endedBy } = end.uplink.pause ?? {};
  for (let now = end; ; now = await look(gateway, uplink)) {
    const left = leftOf(now.uplink, last);
    const drainMs = clock.mono() - backAt;
    if (left === 0 || drainMs > PATIENCE_MS) {
      const lost = now.lost - before.lost;
      return {
        result: left === 0 && lost === 0 && endedBy === "time" ? "passed" : "failed",
        uplink,
        url,
        cut_at: pause.since,
        cut_ms: Math.round(backAt - cutAt),
        kept_records: pending,
        kept_readings: cut.readings - before.readings,
        first: Math.min(before.uplink.last + 1, last),
        last,
        ...(left === 0 && { drained_ms: Math.round(drainMs) }),
        left_records: left,
        lost_records: lost,
        ...(endedBy !== undefined && endedBy !== "time" && { ended_by: endedBy }),
      };
    }
    yield { stage: "drain", done: pending - Math.min(pending, left), total: pending, pending: left };
    await wait(clock, signal);
  }
}

interface Look {
  readonly uplink: UplinkStatus;
  /** Appended since the gateway was started. */
  readonly readings: number;
  /** Records given up since then: refused for good, or dropped for want of room. */
  readonly lost: number;
}

async function look(gateway: Asked, id: string): Promise<Look> {
  const { buffer, uplinks } = (await gateway.get("/v1/status")) as GatewayStatus;
  const uplink = uplinks.find((one) => one.id === id);
  if (!uplink) {
    throw new ConfigurationError(M.unknown_uplink, {
      uplink: id,
      uplinks: uplinks.map((one) => one.id).join(", "),
    });
  }
  const { deadLetters } = uplink;
  const lost = buffer.dropped + (deadLetters ? deadLetters.records + deadLetters.dropped : 0);
  return { uplink, readings: buffer.readings, lost };
}

/** Of the numbers up to `last` those that are not acknowledged: an upper bound. */
function leftOf({ pending, pendingFrom }: UplinkStatus, last: number): number {
  return pendingFrom > last ? 0 : Math.max(1, Math.min(pending, last - pendingFrom + 1));
}

async function wait(clock: Pick<Clock, "sleep">, signal: AbortSignal): Promise<void> {
  await clock.sleep(LOOK_EVERY_MS, signal).catch(() => {});
  if (signal.aborted) throw new RejectedError(M.interrupted);
}
