import type { Clock } from "../../drivers/core/clock.js";
import type { Buffer } from "../core/buffer.js";
import type { KnownRevision } from "./announcements.js";
import { birthMessages, clearedBirths } from "./births.js";
import { within } from "./deadline.js";
import type { Session } from "./session.js";

/** Births are sent again after this time: a broker may have lost what it retained. */
const EVERY_MS = 86_400_000;
/** How long a connection waits for a description that should be in memory by now. */
const READ_MS = 2_000;

/** The retained births of one uplink: which revision the other side has, and when to send them again. */
export class Births {
  readonly #uplink: string;
  readonly #buffer: Buffer;
  readonly #clock: Clock;
  #known: KnownRevision | undefined;
  #before: KnownRevision | undefined;
  #reading: Promise<void> | undefined;
  #sentAt: number;
  #sending = false;
  /** The session whose births were refused or given up. */
  #refusedBy: Session | undefined;

  constructor(uplink: string, buffer: Buffer, clock: Clock) {
    this.#uplink = uplink;
    this.#buffer = buffer;
    this.#clock = clock;
    this.#sentAt = clock.mono();
  }

  /** Reads the descriptions ahead of the first connection: nothing that is live waits for the disk. */
  start(): void {
    this.#reading ??= this.#read();
  }

  /** The running revision; undefined while the disk does not give it. */
  async current(): Promise<KnownRevision | undefined> {
    if (this.#known?.rev !== this.#buffer.rev) {
      this.#reading ??= this.#read();
      await within(this.#clock, READ_MS, this.#reading);
    }
    return this.#known?.rev === this.#buffer.rev ? this.#known : undefined;
  }

  /** Sends the births where the other side has not acknowledged this revision's, or a day has passed. */
  async sendIfDue(session: Session): Promise<void> {
    if (this.#sending || !this.#due(session)) return;
    const known = await this.current();
    if (!known || session.ended || this.#sending || !this.#due(session)) return;
    const { epoch } = this.#buffer;
    const before = this.#before;
    const outbounds = birthMessages(this.#uplink, { epoch, rev: known.rev, description: known.text }, true);
    if (before && before.rev < known.rev)
      outbounds.push(...clearedBirths(this.#uplink, before.text, known.text));
    if (outbounds.length === 0) return;
    this.#sending = true;
    let left = outbounds.length;
    let failed = false;
    for (const outbound of outbounds) {
      session.control(outbound, (outcome) => {
        if (outcome === "failed") failed = true;
        if (--left > 0) return;
        this.#sending = false;
        // Where they were refused, they are tried again with the next connection or day, not in a loop.
        this.#sentAt = this.#clock.mono();
        if (failed) this.#refusedBy = session;
        else this.#acknowledged(known);
      });
    }
  }

  #acknowledged(known: KnownRevision): void {
    this.#refusedBy = undefined;
    this.#before = known;
    this.#buffer.acknowledgeBirths(this.#uplink, known.rev);
  }

  #due(session: Session): boolean {
    if (this.#clock.mono() - this.#sentAt >= EVERY_MS) return true;
    return this.#refusedBy !== session && this.#buffer.birthsAcknowledged(this.#uplink) !== this.#buffer.rev;
  }

  async #read(): Promise<void> {
    const { rev } = this.#buffer;
    const acknowledged = this.#buffer.birthsAcknowledged(this.#uplink);
    try {
      const text = await this.#buffer.revision(rev);
      if (text !== undefined) this.#known = { rev, text };
      const before =
        acknowledged > 0 && acknowledged !== rev ? await this.#buffer.revision(acknowledged) : text;
      if (before !== undefined && acknowledged > 0) this.#before = { rev: acknowledged, text: before };
    } catch {
      // The disk does not give it now: asked again with the next connection.
    } finally {
      this.#reading = undefined;
    }
  }
}
