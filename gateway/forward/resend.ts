import type { Buffer } from "../core/buffer.js";
import type { EpochRange, LinkFailure, LinkOutcome, TimeRange } from "../core/command.js";
import type { Outbound } from "../core/forwarder.js";
import { type GatewayRecord, prevInSlot, recordTime } from "../core/record.js";
import { birthMessages } from "./births.js";
import { numberBefore } from "./find-time.js";
import { revisionKey } from "./job.js";
import type { JsonFormat } from "./json-format.js";
import { MissingRuns } from "./missing-runs.js";
import { pack } from "./pack.js";

/** Small, so that nothing live waits long behind one on a slow link. */
const MESSAGE_BYTES = 32_000;
/** Steps of the clock up to this much hide nothing from a search by time. */
const MARGIN_MS = 3_600_000;
/** How many pieces beyond the end are looked through for the link that proves it. */
const PIECES_BEYOND = 4;

export interface ResendParts {
  readonly uplink: string;
  readonly buffer: Buffer;
  readonly format: JsonFormat;
  readonly compress: "none" | "gzip";
  readonly maxPayload: () => number;
  /** Sends one message and waits for its receipt: one at a time, beside everything else. */
  readonly send: (outbound: Outbound) => Promise<"acknowledged" | "refused" | "lost">;
}

/** One request for records: reads them in pieces and sends them again, marked so. Moves no progress. */
export class Resend {
  readonly #parts: ResendParts;
  readonly #slot: number;
  readonly #missing = new MissingRuns();
  readonly #announced = new Set<string>();
  #sent = 0;
  #last: number | undefined;

  constructor(parts: ResendParts) {
    this.#parts = parts;
    this.#slot = parts.buffer.slotOf(parts.uplink);
    this.#announced.add(revisionKey(parts.buffer));
  }

  async run(range: EpochRange | TimeRange, most: number): Promise<LinkOutcome> {
    let failure: LinkFailure | undefined;
    try {
      failure = "fromT" in range ? await this.#byTime(range, most) : await this.#bySeq(range);
    } catch {
      failure = "unreadable";
    }
    const missing = this.#missing.runs;
    const told = { sent: this.#sent, ...(missing.length > 0 && { missing }) };
    if (failure === undefined) return { state: "done", ...told };
    const last = this.#last;
    return { state: "failed", reason: failure, ...(last !== undefined && { last }), ...told };
  }

  async #bySeq({ epoch, from, to }: EpochRange): Promise<LinkFailure | undefined> {
    const { buffer } = this.#parts;
    let seen = from - 1;
    for await (const records of buffer.range(from, to, epoch)) {
      const own = this.#own(records);
      for (const record of own) {
        // The chain says which numbers of this stream lie between.
        this.#missing.add(seen + 1, prevInSlot(record, this.#slot) ?? 0);
        seen = record.seq;
      }
      const failure = await this.#sendAll(own);
      if (failure) return failure;
    }
    if (seen < to) this.#missing.add(seen + 1, await this.#lastMissing(epoch, seen, to));
    return undefined;
  }

  /** Up to which number behind `seen` something of the stream is missing; `seen` where nothing is. */
  async #lastMissing(epoch: string, seen: number, to: number): Promise<number> {
    const { buffer, uplink } = this.#parts;
    // Of an epoch that is over nothing is to come.
    if (epoch !== buffer.epoch) return to;
    const { keptFrom, last } = buffer.progress(uplink);
    // Not on the disk yet, or not given yet.
    if (to > buffer.durableSeq) return Math.min(to, last > seen ? to : seen);
    let pieces = 0;
    for await (const records of buffer.range(to + 1, buffer.durableSeq, epoch)) {
      const next = this.#own(records)[0];
      if (next) return Math.min(to, prevInSlot(next, this.#slot) ?? seen);
      if (++pieces >= PIECES_BEYOND) break;
    }
    return Math.min(to, Math.max(seen, Math.min(last, keptFrom - 1)));
  }

  async #byTime({ fromT, toT }: TimeRange, most: number): Promise<LinkFailure | undefined> {
    const { buffer, format, uplink } = this.#parts;
    const timeOf = (record: GatewayRecord): number | undefined =>
      record.clock === "trusted" ? recordTime(record) : format.correctedTime(record);
    const { keptFrom } = buffer.progress(uplink);
    const to = buffer.durableSeq;
    const from = await numberBefore(buffer, Math.max(1, keptFrom), to, fromT - MARGIN_MS, timeOf);
    for await (const records of buffer.range(from, to)) {
      let past = records.length > 0;
      const own: GatewayRecord[] = [];
      for (const record of records) {
        const t = timeOf(record);
        if (t === undefined || t <= toT + MARGIN_MS) past = false;
        if (t !== undefined && t >= fromT && t <= toT) own.push(...this.#own([record]));
      }
      if (past) return undefined;
      const room = most - this.#sent;
      const failure = await this.#sendAll(own.slice(0, room));
      if (failure) return failure;
      if (own.length > room) return "too_many";
    }
    return undefined;
  }

  #own(records: readonly GatewayRecord[]): readonly GatewayRecord[] {
    return records.filter((record) => prevInSlot(record, this.#slot) !== undefined);
  }

  async #sendAll(records: readonly GatewayRecord[]): Promise<LinkFailure | undefined> {
    const { buffer, compress, format, maxPayload, uplink } = this.#parts;
    const { messages, tooLarge } = pack(records, {
      format,
      sending: "resend",
      pendingFrom: (epoch) => buffer.pendingFrom(uplink, epoch),
      compress,
      maxPayload: maxPayload(),
      messageBytes: MESSAGE_BYTES,
    });
    for (const { outbound, records: inside } of messages) {
      const [first] = inside;
      const failure =
        (first && (await this.#announce(first.epoch, first.rev))) ?? (await this.#send(outbound));
      if (failure) return failure;
      this.#sent += inside.length;
      this.#last = inside.at(-1)?.seq;
    }
    for (const { seq } of tooLarge) this.#missing.add(seq, seq);
    return undefined;
  }

  /** The births that explain the records go ahead of them, once for each request. */
  async #announce(epoch: string, rev: number): Promise<LinkFailure | undefined> {
    const key = revisionKey({ epoch, rev });
    if (this.#announced.has(key)) return undefined;
    this.#announced.add(key);
    const { buffer, uplink } = this.#parts;
    const description = await buffer.revision(rev, epoch);
    if (description === undefined) return undefined;
    for (const outbound of birthMessages(uplink, { epoch, rev, description }, false)) {
      const failure = await this.#send(outbound);
      if (failure) return failure;
    }
    return undefined;
  }

  async #send(outbound: Outbound): Promise<LinkFailure | undefined> {
    const outcome = await this.#parts.send(outbound);
    if (outcome === "acknowledged") return undefined;
    return outcome === "refused" ? "refused" : "connection_lost";
  }
}
