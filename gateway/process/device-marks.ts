import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { say } from "../../drivers/core/message.js";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { Audit } from "../core/audit.js";
import type { DeviceMark, MarkAnswer, MarkRequest, MarkStore, StoredMark } from "../core/device-marks.js";
import type { DeviceState } from "../core/event.js";
import { isHealthDevice } from "../core/health.js";
import { AUDIT_MESSAGES, MARK_MESSAGES } from "../core/messages.js";

/** How often the time that is left is written down, for a restart without a trusted clock. */
const SAVE_MS = 600_000;
/** Ends what ends by itself. */
const ITSELF = "gateway";

export interface DeviceMarksParts {
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  readonly devices: ReadonlySet<string>;
  readonly store: MarkStore;
  readonly audit: Pick<Audit, "note">;
  readonly tell: (event: DeviceState) => void;
}

interface Running {
  readonly mark: DeviceMark;
  /** Whether `until` was said by a trusted clock. */
  readonly trusted: boolean;
  /** Monotonic ms. */
  readonly endsAt: number;
  readonly cancel: Cancel;
}

/**
 * The devices that somebody works on. A mark ends by monotonic time while the gateway runs. Over a restart it ends at
 * its wall time where the clock is trusted then and was when it began, else after the time that was last known to be
 * left; when the clock becomes trusted later, it ends at its wall time if that is earlier.
 */
export class DeviceMarks {
  readonly #parts: DeviceMarksParts;
  readonly #running = new Map<string, Running>();
  #devices: ReadonlySet<string>;
  #cancelSave: Cancel = () => {};

  constructor(parts: DeviceMarksParts) {
    this.#parts = parts;
    this.#devices = parts.devices;
  }

  /** Other devices: of those that are no more the mark is over. */
  change(devices: ReadonlySet<string>): void {
    this.#devices = devices;
    for (const [device, { cancel }] of [...this.#running]) {
      if (devices.has(device)) continue;
      cancel();
      this.#running.delete(device);
    }
    this.#save();
  }

  /** Takes up what was marked before. */
  start(): void {
    const { clock, clockTrusted, store } = this.#parts;
    const stored = store.read();
    for (const { leftMs, trusted, ...mark } of stored) {
      if (!this.#devices.has(mark.device)) continue;
      const left = trusted && clockTrusted() ? Math.min(leftMs, mark.until - clock.now()) : leftMs;
      if (left <= 0) this.#told(mark.device, ITSELF);
      else this.#run(mark, trusted, left);
    }
    if (stored.length > 0) this.#save();
  }

  /** Writes down what is left. */
  async stop(): Promise<void> {
    this.#cancelSave();
    for (const { cancel } of this.#running.values()) cancel();
    if (this.#running.size > 0) await this.#parts.store.write(this.#stored());
  }

  /** The clock became trusted: what should have ended meanwhile ends; an end that it had not known is told anew. */
  clockBecameTrusted(): void {
    const { clock } = this.#parts;
    for (const { endsAt, mark, trusted } of [...this.#running.values()]) {
      const left = Math.max(0, endsAt - clock.mono());
      if (trusted) {
        this.#run(mark, true, Math.max(0, Math.min(left, mark.until - clock.now())));
      } else {
        const known = { ...mark, until: Math.round(clock.now() + left) };
        this.#run(known, true, left);
        this.#tellMark(known);
      }
    }
    if (this.#running.size > 0) this.#save();
  }

  set(request: MarkRequest): MarkAnswer {
    const { audit, clock, clockTrusted } = this.#parts;
    const devices = this.#devices;
    const { by, device } = request;
    if (!devices.has(device) || isHealthDevice(device)) {
      const known = [...devices].filter((id) => !isHealthDevice(id)).join(", ");
      return { refused: say(MARK_MESSAGES.unknown_device, { device, devices: known }) };
    }
    if (request.state === "measuring") {
      if (!this.#running.has(device)) return { refused: say(MARK_MESSAGES.not_marked, { device }) };
      this.#end(device, by);
      return {};
    }
    const { forMs, reason, state } = request;
    const since = clock.now();
    const head = { device, state, by, since, until: since + forMs };
    const mark: DeviceMark = reason === undefined ? head : { ...head, reason };
    this.#run(mark, clockTrusted(), forMs);
    const until = new Date(mark.until).toISOString();
    audit.note(
      "device",
      by,
      say(AUDIT_MESSAGES.device_marked, { device, state, until, reason: reason ?? "-" }),
    );
    this.#tellMark(mark);
    this.#save();
    return { mark };
  }

  of(device: string): DeviceMark | undefined {
    return this.#running.get(device)?.mark;
  }

  /** The batch with the state that somebody gave its device; the batch itself where nobody did. */
  apply(batch: ReadingBatch): ReadingBatch {
    if (this.#running.size === 0) return batch;
    const mark = this.of(batch.layout.device);
    if (!mark) return batch;
    const { state: _, ...rest } = batch;
    return { state: mark.state, ...rest };
  }

  /** Takes the place of what the device was marked with before. */
  #run(mark: DeviceMark, trusted: boolean, leftMs: number): void {
    const { clock } = this.#parts;
    const { device } = mark;
    this.#running.get(device)?.cancel();
    const cancel = clock.after(leftMs, () => this.#end(device, ITSELF));
    this.#running.set(device, { mark, trusted, endsAt: clock.mono() + leftMs, cancel });
  }

  #tellMark({ by, device, reason, state, until: ms }: DeviceMark): void {
    const until = new Date(ms).toISOString();
    const event = { event: "device_state" as const, device, state, by, until };
    this.#parts.tell(reason === undefined ? event : { ...event, reason });
  }

  #end(device: string, by: string): void {
    this.#running.get(device)?.cancel();
    this.#running.delete(device);
    this.#told(device, by);
    this.#save();
  }

  #told(device: string, by: string): void {
    this.#parts.audit.note("device", by, say(AUDIT_MESSAGES.device_unmarked, { device }));
    this.#parts.tell({ event: "device_state", device, state: "measuring", by });
  }

  #save(): void {
    const { clock, store } = this.#parts;
    this.#cancelSave();
    void store.write(this.#stored());
    if (this.#running.size > 0) this.#cancelSave = clock.after(SAVE_MS, () => this.#save());
  }

  #stored(): readonly StoredMark[] {
    const now = this.#parts.clock.mono();
    return [...this.#running.values()].map(({ endsAt, mark, trusted }) => ({
      ...mark,
      trusted,
      leftMs: Math.max(0, Math.round(endsAt - now)),
    }));
  }
}
