import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import type { Session } from "./session.js";

/** Answers that wait for a receipt, over all connections. */
const MOST = 64;

/** The answers to the centre's requests: kept until they are acknowledged, also over the end of a connection. */
export class Replies {
  readonly #url: string;
  readonly #log: Log;
  readonly #waiting = new Set<string>();
  #session: Session | undefined;

  constructor(url: string, log: Log) {
    this.#url = url;
    this.#log = log;
  }

  /** From now on they go out on this connection, those that still wait first. */
  use(session: Session | undefined): void {
    this.#session = session;
    for (const reply of this.#waiting) this.#send(reply);
  }

  send(payload: string): void {
    // The same answer to the same request twice is one.
    if (this.#waiting.has(payload)) return;
    if (this.#waiting.size >= MOST) {
      this.#log.warn(say(M.replies_full, { url: this.#url, most: MOST }));
      return;
    }
    this.#waiting.add(payload);
    this.#send(payload);
  }

  #send(payload: string): void {
    const session = this.#session;
    if (!session || session.ended) return;
    session.control({ topic: "reply", retain: false, payload }, (outcome) => {
      // What failed with its connection waits for the next; what was refused would be refused again.
      if (outcome === "acknowledged" || !session.ended) this.#waiting.delete(payload);
    });
  }
}
