import type { Table } from "../../drivers/modbus/point-schema.js";
import type { BusDevice, Heard } from "../modbus/bus-device.js";
import { answerPdu, EXCEPTION, type ExceptionCode, type PduAnswer } from "../modbus/pdu.js";
import type { Exchange } from "./exchanges.js";
import { SeenWords } from "./seen-words.js";

export interface RecordedDeviceOptions {
  readonly unit: number;
  /** Of this unit, in the order of the recording. */
  readonly exchanges: readonly Exchange[];
  /** After the last of its answers a request is given the first again, or the last one for good. */
  readonly after: "again" | "stay";
  /** A request that the recording knows nothing of, and the exception that it is refused with. */
  readonly onUnknown: (unit: number, pdu: Uint8Array, exception: number) => void;
}

/** Since start. */
export interface RecordedCounts {
  requests: number;
  /** Answered as recorded; of these, with an exception. */
  played: number;
  exceptions: number;
  /** Left without an answer as recorded. */
  silent: number;
  /** Reads that were not recorded as such, of words that were seen in others. */
  composed: number;
  /** Not in the recording. */
  refused: number;
  /** Meant for all: nobody answers. */
  broadcasts: number;
}

/** One and the same request of the recording, with all that became of it. */
interface Recorded {
  readonly exchanges: readonly Exchange[];
  next: number;
}

/** An answer came while somebody waited for it; a client of ours may be less patient than the one that recorded. */
const MOST_TURNAROUND_MS = 1000;
/** Reads that were not recorded as such and are remembered; a client asks for some few. */
const MOST_COMPOSED = 1000;

/**
 * A device that says what it said when it was recorded: a recorded request gets its recorded answers in their order.
 * Words that were seen in recorded reads can be read in any other way too.
 */
export class RecordedDevice implements BusDevice {
  readonly id: string;
  readonly unit: number;
  readonly counts: RecordedCounts = {
    requests: 0,
    played: 0,
    exceptions: 0,
    silent: 0,
    composed: 0,
    refused: 0,
    broadcasts: 0,
  };
  readonly #options: RecordedDeviceOptions;
  readonly #recorded = new Map<string, Recorded>();
  readonly #seen: SeenWords;
  /** It never said anything. */
  readonly #isDead: boolean;
  readonly #usualMs: number;
  /** Where in the recording the newest answer stands: who asks otherwise is told what held there. */
  #place = -1;
  /** The place of the last answer to each read that was not recorded as such. */
  readonly #composedAt = new Map<string, number>();

  constructor(options: RecordedDeviceOptions) {
    const { exchanges, unit } = options;
    this.id = `unit-${unit}`;
    this.unit = unit;
    this.#options = options;
    const all = new Map<string, Exchange[]>();
    for (const exchange of exchanges) {
      const key = keyOf(exchange.pdu);
      const own = all.get(key);
      if (own) own.push(exchange);
      else all.set(key, [exchange]);
    }
    for (const [key, own] of all) this.#recorded.set(key, { exchanges: own, next: 0 });
    this.#seen = new SeenWords(exchanges);
    const times = exchanges.flatMap(({ answer }) => (answer ? [answer.afterMs] : [])).sort((a, b) => a - b);
    this.#isDead = times.length === 0;
    this.#usualMs = held(times[times.length >> 1] ?? 0);
  }

  /** How many different requests it knows. */
  get known(): number {
    return this.#recorded.size;
  }

  turnaroundOf(pdu: Uint8Array): number {
    const recorded = this.#recorded.get(keyOf(pdu));
    if (!recorded) return this.#usualMs;
    return held(recorded.exchanges[recorded.next]?.answer?.afterMs ?? 0);
  }

  answer(pdu: Uint8Array, { broadcast }: Heard): PduAnswer | undefined {
    const { counts } = this;
    counts.requests++;
    if (broadcast) {
      counts.broadcasts++;
      return undefined;
    }
    const recorded = this.#recorded.get(keyOf(pdu));
    if (recorded) return this.#play(recorded);
    if (this.#isDead) {
      counts.silent++;
      return undefined;
    }
    const answer = answerPdu(this, pdu);
    const { exception } = answer;
    if (exception === undefined) counts.composed++;
    else {
      counts.refused++;
      this.#options.onUnknown(this.unit, pdu, exception);
    }
    return answer;
  }

  /** Words that were seen, as they were at this place of the recording. */
  read(table: Table, address: number, count: number): readonly number[] | undefined {
    const wanted = { table, address, count };
    if (!this.#seen.covers(wanted)) return undefined;
    const key = `${table} ${address} ${count}`;
    const last = this.#composedAt.get(key);
    // Where no recorded request moves the recording on, it goes on by what is read of it.
    if (this.#place < 0 || last === this.#place) this.#place = this.#nextPlace(wanted, this.#place);
    if (this.#composedAt.size >= MOST_COMPOSED) this.#composedAt.clear();
    this.#composedAt.set(key, this.#place);
    return this.#seen.words(wanted, this.#place);
  }

  /** What was written when it was recorded is answered as recorded; nothing else can be. */
  write(): ExceptionCode {
    return EXCEPTION.illegalAddress;
  }

  #play(recorded: Recorded): PduAnswer | undefined {
    const { exchanges } = recorded;
    const { answer, at } = exchanges[recorded.next] as Exchange;
    const isLast = recorded.next === exchanges.length - 1;
    if (!isLast) recorded.next++;
    else if (this.#options.after === "again") recorded.next = 0;
    this.#place = at;
    if (!answer) {
      this.counts.silent++;
      return undefined;
    }
    this.counts.played++;
    const [functionCode = 0, exception = 0] = answer.pdu;
    const unit = answer.unit === this.unit ? {} : { unit: answer.unit };
    if (functionCode < 0x80) return { reply: answer.pdu, ...unit };
    this.counts.exceptions++;
    return { reply: answer.pdu, exception, ...unit };
  }

  #nextPlace(wanted: { table: Table; address: number; count: number }, place: number): number {
    const next = this.#seen.renewedAfter(wanted, place);
    if (next !== undefined) return next;
    if (this.#options.after === "stay") return place;
    return this.#seen.renewedAfter(wanted, -1) ?? place;
  }
}

function keyOf(pdu: Uint8Array): string {
  return Buffer.from(pdu.buffer, pdu.byteOffset, pdu.byteLength).toString("latin1");
}

function held(ms: number): number {
  return Math.min(ms, MOST_TURNAROUND_MS);
}
