/** A gateway's numbering, written from the description alone: what the subscriber says is held against it. */

export interface ModelRecord {
  readonly seq: number;
  readonly prev: number | null;
  readonly t: string;
  readonly [key: string]: unknown;
}

export interface ModelMessage {
  readonly topic: "data" | "event" | "status";
  readonly body: Readonly<Record<string, unknown>>;
  readonly records: readonly ModelRecord[];
}

interface Member {
  readonly record: ModelRecord;
  readonly event: boolean;
  committed: boolean;
  acknowledged: boolean;
  /** It was acknowledged once, though the record of that may be gone. */
  handed: boolean;
  evicted: boolean;
}

export class ModelEpoch {
  /** The stream as the file has it: what a crash took away is not in it. */
  members: Member[] = [];
  #seq = 0;
  #reserved = 0;
  readonly #random: () => number;

  constructor(
    readonly epoch: string,
    random: () => number,
  ) {
    this.#random = random;
  }

  get last(): number {
    return this.members.at(-1)?.record.seq ?? 0;
  }

  get pendingFrom(): number {
    return this.members.find((one) => !one.acknowledged && !one.evicted)?.record.seq ?? this.#seq + 1;
  }

  append(): void {
    // Numbers between belong to another uplink.
    this.#seq += 1 + Math.floor(this.#random() * 1.4);
    this.#add({ device: "d", v: { p: this.#seq } }, false);
  }

  event(body: Readonly<Record<string, unknown>>): void {
    this.#seq += 1;
    this.#add(body, true);
  }

  commit(): void {
    for (const member of this.members) member.committed = true;
    this.#reserved = Math.max(this.#reserved, this.#seq + 5 + Math.floor(this.#random() * 20));
  }

  /** The power fails: what was not committed is gone, and a void says so. */
  crash(): void {
    this.#reserved = Math.max(this.#reserved, this.#seq);
    this.members = this.members.filter(({ committed }) => committed);
    // The latest acknowledgements were not committed either: pending_from falls back.
    for (const member of this.members.slice(-3))
      member.acknowledged = this.#random() < 0.5 && member.acknowledged;
    const from = this.last + 1;
    const to = this.#reserved;
    this.#seq = to;
    if (to >= from) this.event({ event: "void", from, to, reason: "crash" });
  }

  /** The disk is full: the oldest that are not acknowledged make room. Events of this kind are never evicted. */
  evict(count: number): void {
    const gone = this.members
      .filter((one) => one.committed && !one.acknowledged && !one.evicted && !one.event)
      .slice(0, count);
    this.#tellLost(gone, "full");
    if (gone.length > 0) this.commit();
  }

  /** The disk stalls: what is only in memory is dropped, and so may be the event that tells it. */
  stall(count: number): void {
    const gone = this.members
      .filter((one) => !one.committed && !one.acknowledged && !one.evicted && !one.event)
      .slice(0, count);
    this.#tellLost(gone, "disk_stalled");
  }

  #tellLost(gone: readonly Member[], reason: string): void {
    if (gone.length === 0) return;
    const runs: { from: number; to: number; prev: number | null; count: number }[] = [];
    for (const one of gone) {
      one.evicted = true;
      const { prev, seq } = one.record;
      const run = runs.at(-1);
      if (run && run.to === prev) Object.assign(run, { to: seq, count: run.count + 1 });
      else runs.push({ from: seq, to: seq, prev, count: 1 });
    }
    this.event({ event: "lost", runs, points: ["d.p"], reason });
  }

  /** Some that wait, in messages; `taken` says whether the broker acknowledged each. */
  send(count: number, live: boolean): readonly { message: ModelMessage; acknowledge: () => void }[] {
    const waiting = this.members.filter((one) => !one.acknowledged && !one.evicted);
    const chosen = live ? waiting.slice(-count) : waiting.slice(0, count);
    return chosen.map((member) => ({
      message: this.#message(member, live ? {} : { historical: true }),
      acknowledge: () => {
        member.acknowledged = true;
        member.handed = true;
      },
    }));
  }

  resend(from: number, to: number): readonly ModelMessage[] {
    return this.members
      .filter(({ evicted, record: { seq } }) => !evicted && from <= seq && seq <= to)
      .map((member) => this.#message(member, { historical: true, resend: true }));
  }

  status(): ModelMessage {
    const kept = this.members.find(({ evicted }) => !evicted)?.record.seq ?? this.last + 1;
    const body = {
      state: "online",
      epoch: this.epoch,
      rev: 1,
      last: this.last,
      pending_from: this.pendingFrom,
      kept_from: kept,
    };
    return { topic: "status", body, records: [] };
  }

  #add(body: Readonly<Record<string, unknown>>, event: boolean): void {
    const record: ModelRecord = {
      seq: this.#seq,
      prev: this.members.at(-1)?.record.seq ?? null,
      t: "2026-11-23T02:51:20.123Z",
      ...body,
    };
    this.members.push({
      record,
      event,
      committed: false,
      acknowledged: false,
      handed: false,
      evicted: false,
    });
  }

  #message(member: Member, more: Readonly<Record<string, unknown>>): ModelMessage {
    const record = { ...member.record, ...more };
    return {
      topic: member.event ? "event" : "data",
      body: { epoch: this.epoch, rev: 1, pending_from: this.pendingFrom, records: [record] },
      records: [record],
    };
  }
}
