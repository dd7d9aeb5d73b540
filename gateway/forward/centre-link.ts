import type { Log } from "../../drivers/core/log.js";
import type { Buffer } from "../core/buffer.js";
import type { Centre, EpochRange, LinkOutcome, TimeRange } from "../core/command.js";
import type { UplinkConfig } from "../core/config.js";
import type { Outbound } from "../core/forwarder.js";
import { birthMessages } from "./births.js";
import type { JsonFormat } from "./json-format.js";
import { Replies } from "./replies.js";
import { Resend } from "./resend.js";
import type { Session } from "./session.js";

/** What an uplink can say when nothing is connected. */
const OFFLINE_BYTES = 4_096;

export interface CentreLinkParts {
  readonly config: UplinkConfig;
  readonly buffer: Buffer;
  readonly format: JsonFormat;
  readonly log: Log;
  /** The current values as messages for a limit of bytes, and how many records they hold. */
  readonly snapshot: (maxPayload: number) => {
    readonly messages: readonly Outbound[];
    readonly records: number;
  };
}

/** The way from a request to the connection that happens to stand. */
export class CentreLink implements Centre {
  readonly #parts: CentreLinkParts;
  readonly #replies: Replies;
  #session: Session | undefined;
  #maxPayload = OFFLINE_BYTES;

  constructor(parts: CentreLinkParts) {
    this.#parts = parts;
    this.#replies = new Replies(parts.config.url, parts.log);
  }

  get uplink(): string {
    return this.#parts.config.id;
  }

  get maxReply(): number {
    return this.#maxPayload;
  }

  /** The connection that stands from now on; undefined: none. */
  use(session: Session | undefined, maxPayload = OFFLINE_BYTES): void {
    this.#session = session;
    this.#maxPayload = maxPayload;
    this.#replies.use(session);
  }

  reply(payload: string): void {
    this.#replies.send(payload);
  }

  resend(range: EpochRange | TimeRange, most: number): Promise<LinkOutcome> {
    const { buffer, config, format } = this.#parts;
    const session = this.#session;
    const resend = new Resend({
      uplink: config.id,
      buffer,
      format,
      compress: config.compress,
      maxPayload: () => this.#maxPayload,
      send: (outbound) => this.#send(session, outbound),
    });
    return resend.run(range, most);
  }

  async snapshot(): Promise<LinkOutcome> {
    const { messages, records } = this.#parts.snapshot(this.#maxPayload);
    const outcome = await this.#sendAll(messages);
    return outcome.state === "done" ? { state: "done", sent: records } : outcome;
  }

  async births(wanted: number | undefined): Promise<LinkOutcome> {
    const { buffer, config } = this.#parts;
    const { epoch, rev: running } = buffer;
    const rev = wanted ?? running;
    let description: string | undefined;
    try {
      description = await buffer.revision(rev);
    } catch {
      return { state: "failed", reason: "unreadable", sent: 0 };
    }
    if (description === undefined) return { state: "failed", reason: "unknown_rev", sent: 0 };
    return this.#sendAll(birthMessages(config.id, { epoch, rev, description }, rev === running));
  }

  /** One after the other: a large station must not fill the window. */
  async #sendAll(outbounds: readonly Outbound[]): Promise<LinkOutcome> {
    const session = this.#session;
    let sent = 0;
    for (const outbound of outbounds) {
      const outcome = await this.#send(session, outbound);
      if (outcome !== "acknowledged") {
        return { state: "failed", reason: outcome === "lost" ? "connection_lost" : "refused", sent };
      }
      sent++;
    }
    return { state: "done", sent };
  }

  #send(session: Session | undefined, outbound: Outbound): Promise<"acknowledged" | "refused" | "lost"> {
    if (!session || session.ended) return Promise.resolve("lost");
    return new Promise((resolve) => {
      session.control(outbound, (outcome) => {
        resolve(outcome === "acknowledged" ? outcome : session.ended ? "lost" : "refused");
      });
    });
  }
}
