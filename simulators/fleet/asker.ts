import type { Action } from "../../gateway/contract/subscriber/action.js";
import { topicOf } from "../../gateway/contract/topics.js";

/** Who is online, and up to which number. */
interface Seen {
  readonly epoch: string;
  readonly last: number;
}

const MINUTE_MS = 60_000;
/** Numbers that one request asks for. */
const SPAN = 12;
const MOST_OPEN = 1_000;

/** Plays the people of the centre: asks some gateway something every so often, and counts the answers. */
export class Asker {
  readonly #run: string;
  readonly #everyMs: number;
  readonly #online = new Map<string, Seen>();
  #asked = 0;
  /** An answer whose receipt was lost comes twice. */
  readonly #open = new Set<string>();
  #answered = 0;

  constructor(run: string, everyMs: number) {
    this.#run = run;
    this.#everyMs = everyMs;
  }

  get asked(): { readonly asked: number; readonly answered: number } {
    return { asked: this.#asked, answered: this.#answered };
  }

  saw(gateway: string, action: Action): void {
    if (action.do === "reply" && this.#open.delete(action.message.id ?? "")) this.#answered++;
    if (action.do !== "status") return;
    const { epoch, last, state } = action.message;
    if (state === "online" && last !== undefined) this.#online.set(gateway, { epoch, last });
    else this.#online.delete(gateway);
  }

  start(publish: (topic: string, payload: string) => Promise<void>): void {
    if (this.#everyMs <= 0) return;
    const timer = setInterval(() => {
      const request = this.#next();
      // A question that is lost is not asked again: it is no part of the account.
      if (request) publish(request.topic, request.payload).catch(() => {});
    }, this.#everyMs);
    timer.unref();
  }

  #next(): { readonly topic: string; readonly payload: string } | undefined {
    const gateways = [...this.#online];
    const [gateway, seen] = gateways[Math.floor(Math.random() * gateways.length)] ?? [];
    if (gateway === undefined || !seen) return undefined;
    const id = `ask-${this.#run}-${++this.#asked}`;
    this.#open.add(id);
    // Who was cut off never answers.
    const [oldest] = this.#open;
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest);
    const body = wish(this.#asked, seen);
    return { topic: topicOf(gateway, "command"), payload: JSON.stringify({ id, ...body }) };
  }
}

/** Every kind of request in turn. */
function wish(turn: number, { epoch, last }: Seen): object {
  const to = Math.max(1, last);
  switch (turn % 5) {
    case 0:
      return { request: "snapshot" };
    case 1:
      return { request: "resend", epoch, from: Math.max(1, to - SPAN), to };
    case 2: {
      const now = Date.now();
      const [from_t, to_t] = [now - MINUTE_MS, now].map((t) => new Date(t).toISOString());
      return { request: "resend", from_t, to_t };
    }
    case 3:
      return { request: "birth" };
    default:
      return { request: "diagnostics" };
  }
}
