import type { Topic } from "../core/forwarder.js";
import type { Job } from "./job.js";

/** A record that is refused so often is put aside, where others pass. */
const MOST = 3;

/** `withhold`: nothing passes on that topic, so that no record may be called the faulty one. */
export type Verdict = "halve" | "again" | "at fault" | "withhold";

/**
 * What a refusal says about the message: it is at fault only where something else on its topic passed after it was
 * first refused. Otherwise a right may be missing, or have been withdrawn a moment ago. Counts for one connection.
 */
export class Refusals {
  readonly #passed = new Map<Topic, number>();
  /** Records that were refused alone, with what had passed on their topic before. */
  readonly #suspects = new Map<number, number>();

  acknowledged({ outbound: { topic }, records }: Job): void {
    this.#passed.set(topic, this.#passedOn(topic) + 1);
    if (this.#suspects.size > 0) for (const { seq } of records) this.#suspects.delete(seq);
  }

  /** Of a message that carries records. */
  refused(job: Job): Verdict {
    job.refusals++;
    const [record, more] = job.records;
    if (!record) return "withhold";
    if (more) return "halve";
    const passed = this.#passedOn(job.outbound.topic);
    const before = this.#suspects.get(record.seq);
    if (before === undefined) this.#suspects.set(record.seq, passed);
    if (job.refusals < MOST) return "again";
    if (passed <= (before ?? passed)) return "withhold";
    this.#suspects.delete(record.seq);
    return "at fault";
  }

  #passedOn(topic: Topic): number {
    return this.#passed.get(topic) ?? 0;
  }
}
