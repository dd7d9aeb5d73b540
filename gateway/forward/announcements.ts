import type { Buffer } from "../core/buffer.js";
import type { GatewayRecord } from "../core/record.js";
import { birthMessages } from "./births.js";
import { controlJob, type Job, revisionKey } from "./job.js";
import type { Sending } from "./json-format.js";
import { squeeze } from "./pack.js";

/** The description of a revision. */
export interface KnownRevision {
  readonly rev: number;
  readonly text: string;
}

/**
 * Which revisions the other side can read on this connection: the retained one, and those whose births were sent
 * ahead of their records. So a backlog is never read with a new scale.
 */
export class Announcements {
  readonly #uplink: string;
  readonly #buffer: Buffer;
  readonly #compress: "none" | "gzip";
  readonly #keys = new Set<string>();
  /** The running revision, so that live records never wait for the disk. */
  #known: KnownRevision | undefined;

  constructor(uplink: string, buffer: Buffer, compress: "none" | "gzip") {
    this.#uplink = uplink;
    this.#buffer = buffer;
    this.#compress = compress;
  }

  /** The running revision is retained on the other side, or on its way there. */
  retained(known: KnownRevision | undefined): void {
    this.#known = known;
    this.#keys.add(revisionKey(this.#buffer));
  }

  has(record: GatewayRecord): boolean {
    return this.#keys.has(revisionKey(record));
  }

  /** The description that is in memory: of records of this run. */
  inMemory(rev: number): string | undefined {
    return this.#known?.rev === rev ? this.#known.text : undefined;
  }

  /** By `revisionKey`: descriptions of the revisions of `records` that were not announced yet, as far as there are any. */
  async read(records: readonly GatewayRecord[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const record of records) {
      const key = revisionKey(record);
      if (this.has(record) || texts.has(key)) continue;
      // Each epoch counts its revisions for itself.
      const inMemory = record.epoch === this.#buffer.epoch ? this.inMemory(record.rev) : undefined;
      const text = inMemory ?? (await this.#buffer.revision(record.rev, record.epoch));
      if (text !== undefined) texts.set(key, text);
    }
    return texts;
  }

  /** The births of the record's revision, not retained, to be sent ahead of it. */
  announce({ epoch, rev }: GatewayRecord, text: string | undefined, lane: Sending): readonly Job[] {
    const key = revisionKey({ epoch, rev });
    this.#keys.add(key);
    if (text === undefined) return [];
    return birthMessages(this.#uplink, { epoch, rev, description: text }, false).map((outbound) =>
      controlJob(squeeze(outbound, this.#compress), { announces: key }, lane),
    );
  }

  /** The births did not go out after all. */
  forget(key: string): void {
    this.#keys.delete(key);
  }
}
