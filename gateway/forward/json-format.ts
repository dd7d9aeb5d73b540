import type { Layout, ReadingBatch } from "../../drivers/core/reading.js";
import type { ClockTrusted } from "../core/event.js";
import { type DataRecord, type EventRecord, type GatewayRecord, prevInSlot } from "../core/record.js";
import { isoTime, readingsText } from "./json-text.js";

/** Whether a point travels on this uplink. */
export type Carries = (device: string, point: string) => boolean;

/** `live`: on its way for the first time; `backlog`: sent later, marked as such. */
export type Sending = "live" | "backlog";

/** `resend`: sent again because the centre asked for it. */
export type Marking = Sending | "resend";

const MARKS: Readonly<Record<Marking, string>> = {
  live: "",
  backlog: ',"historical":true',
  resend: ',"historical":true,"resend":true',
};

/** Boots whose clock is remembered; a backlog seldom spans more. */
const MAX_BOOTS = 32;

/** What is computed once for each layout: the head of the record and the text before each value. */
interface LayoutKeys {
  readonly device: string;
  /** `"point":` for a point that is carried, undefined for one that is not. */
  readonly keys: readonly (string | undefined)[];
}

/**
 * Records as text, for one uplink. Text is joined, never parsed, and nothing is made for each reading: at
 * 100,000 readings/s this is the most frequent work of the gateway.
 */
export class JsonFormat {
  readonly #slot: number;
  readonly #carries: Carries;
  readonly #layouts = new WeakMap<Layout, LayoutKeys>();
  /** Where monotonic times of a boot stand on the wall, as far as clock events have told. */
  readonly #trusted = new Map<string, TrustedFrom>();

  /** `slot` is the uplink's index in `prevs` (`Buffer.slotOf`). */
  constructor(slot: number, carries: Carries) {
    this.#slot = slot;
    this.#carries = carries;
  }

  /** From now on untrusted records of that boot carry the corrected time. Applying it twice changes nothing. */
  trustClock(event: ClockTrusted): void {
    const offset = Date.parse(event.t) - event.mono_ms;
    if (!Number.isFinite(offset)) return;
    this.#trusted.set(event.boot, { offset, mono: event.mono_ms });
    const [oldest] = this.#trusted.keys();
    if (this.#trusted.size > MAX_BOOTS && oldest !== undefined) this.#trusted.delete(oldest);
  }

  /** Wall time of a record that was taken before the clock was trusted, where a clock event has told it since. */
  correctedTime(record: GatewayRecord): number | undefined {
    const moment = record.kind === "data" ? record.batch : record;
    const from = this.#trusted.get(moment.boot);
    return from && from.offset + moment.mono;
  }

  /** One record as JSON text, thinned to what this uplink carries. */
  record(record: GatewayRecord, sending: Marking): string {
    const prev = prevInSlot(record, this.#slot) ?? null;
    const head = `{"seq":${record.seq},"prev":${prev},`;
    return record.kind === "data" ? this.#data(head, record, sending) : this.#event(head, record, sending);
  }

  /** The current values of one batch, outside the chain; undefined where this uplink carries none of them. */
  snapshot(batch: ReadingBatch, now: DataRecord["clock"]): string | undefined {
    // A value that has not come anew since the clock was set bears the time of before.
    const clock = batch.mono < (this.#trusted.get(batch.boot)?.mono ?? 0) ? "untrusted" : now;
    const layout = this.#keysOf(batch.layout);
    if (!layout.keys.some((key, at) => key !== undefined && batch.values[at] !== undefined)) return undefined;
    return `{${this.#time(batch, clock)}${layout.device}${readingsText(layout.keys, batch)}${this.#clock(batch, clock)}}`;
  }

  #data(head: string, record: DataRecord, sending: Marking): string {
    const { batch, clock } = record;
    const layout = this.#keysOf(batch.layout);
    const tail = MARKS[sending];
    return `${head}${this.#time(batch, clock)}${layout.device}${readingsText(layout.keys, batch)}${tail}${this.#clock(batch, clock)}}`;
  }

  #event(head: string, record: EventRecord, sending: Marking): string {
    const { t, ...fields } = record.event as ClockTrusted;
    // A clock event brings its own t, which is the same moment.
    const time = t === undefined ? this.#time(record, record.clock) : `"t":${JSON.stringify(t)},`;
    const tail = MARKS[sending];
    // Where boot and mono_ms belong to the event they are not written a second time.
    const clock = t === undefined ? this.#clock(record, record.clock) : "";
    return `${head}${time}${JSON.stringify(fields).slice(1, -1)}${tail}${clock}}`;
  }

  #time(moment: Moment, clock: DataRecord["clock"]): string {
    const from = clock === "trusted" ? undefined : this.#trusted.get(moment.boot);
    return `"t":"${isoTime(from ? from.offset + moment.mono : moment.t)}",`;
  }

  #clock(moment: Moment, clock: DataRecord["clock"]): string {
    if (clock === "trusted") return "";
    const word = this.#trusted.has(moment.boot) ? "corrected" : "untrusted";
    return `,"clock":"${word}","boot":${JSON.stringify(moment.boot)},"mono_ms":${Math.round(moment.mono)}`;
  }

  #keysOf(layout: Layout): LayoutKeys {
    let known = this.#layouts.get(layout);
    if (!known) {
      known = {
        device: `"device":${JSON.stringify(layout.device)},`,
        keys: layout.points.map(({ id }) =>
          this.#carries(layout.device, id) ? `${JSON.stringify(id)}:` : undefined,
        ),
      };
      this.#layouts.set(layout, known);
    }
    return known;
  }
}

/** Wall time minus monotonic time of a boot whose clock was set, and since when; ms. */
interface TrustedFrom {
  readonly offset: number;
  readonly mono: number;
}

interface Moment {
  readonly t: number;
  readonly mono: number;
  readonly boot: string;
}
