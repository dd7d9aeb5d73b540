import type { CommandMessage, ReplyMessage } from "../../gateway/contract/command.js";
import { topicOf } from "../../gateway/contract/topics.js";
import type { FleetSession } from "./fleet-session.js";
import { parseRequest } from "./parse-request.js";
import { birthMessages, type Outgoing, snapshotMessage } from "./record-text.js";
import type { Station } from "./station.js";
import type { Entry, GatewayStream } from "./stream.js";
import type { Tally } from "./tally.js";

/** Requests that wait for their turn, answers that wait for a receipt, answers that are remembered. */
const MOST_WAITING = 16;
const MOST_REMEMBERED = 8;
/** So many at once, and so many a minute. */
const BURST = 30;
const PER_MINUTE = 60;
const MOST_RECORDS = 1_000_000;
/** The contract's bound of what a reply lists. */
const MOST_MISSING = 16;

/** What a request may ask of a gateway. */
export interface Asked {
  readonly station: Station;
  readonly epoch: string;
  readonly everyMs: number;
  readonly rev: () => number;
  readonly stream: GatewayStream;
  readonly lostDevices: ReadonlySet<number>;
  /** Wall and monotonic ms. */
  readonly now: () => number;
  readonly mono: () => number;
  readonly diagnose: () => object;
  readonly tally: Tally;
}

/** Answers what the centre asks of one gateway: one request at a time, each with a reply, also over an outage. */
export class RequestDesk {
  readonly #asked: Asked;
  readonly #open: CommandMessage[] = [];
  readonly #answered = new Map<string, string>();
  readonly #replies: string[] = [];
  #session: FleetSession | undefined;
  #allowed = BURST;
  #allowedAt = 0;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  /** Requests without an answer, and answers without a receipt. */
  get waiting(): number {
    return this.#open.length + this.#replies.length;
  }

  /** The connection from now on; undefined: none. Answers that found none go out on it. */
  use(session: FleetSession | undefined): void {
    this.#session = session;
    if (session) for (const reply of this.#replies.splice(0)) this.#send(reply);
  }

  take(payload: Uint8Array): void {
    this.#asked.tally.add("requests");
    const parsed = parseRequest(payload);
    if ("refused" in parsed) {
      this.#reply({ ...parsed.refused, state: "rejected" });
      return;
    }
    const { ok: request } = parsed;
    if (!this.#mayAsk()) {
      this.#reply({ id: request.id, state: "rejected", reason: "too_often" });
      return;
    }
    const before = this.#answered.get(request.id);
    if (before !== undefined) this.#send(before);
    else if (this.#open.some(({ id }) => id === request.id)) return;
    else if (this.#open.length > MOST_WAITING) {
      this.#reply({ id: request.id, state: "rejected", reason: "busy" });
    } else if (this.#open.push(request) === 1) this.#work(request);
  }

  /** A bucket that fills at a steady rate. */
  #mayAsk(): boolean {
    const now = this.#asked.mono();
    const more = ((now - this.#allowedAt) * PER_MINUTE) / 60_000;
    this.#allowed = Math.min(BURST, this.#allowed + more);
    this.#allowedAt = now;
    if (this.#allowed < 1) return false;
    this.#allowed--;
    return true;
  }

  #work(request: CommandMessage): void {
    this.#do(request, (reply) => {
      const { id } = request;
      this.#open.shift();
      this.#remember(id, this.#reply({ id, ...reply }));
      const [next] = this.#open;
      if (next) this.#work(next);
    });
  }

  #do(request: CommandMessage, done: (reply: Omit<ReplyMessage, "id">) => void): void {
    const { diagnose, now, rev } = this.#asked;
    const session = this.#session;
    if (request.expires !== undefined && now() > Date.parse(request.expires)) done({ state: "expired" });
    else if (!session) done({ state: "failed", reason: "connection_lost", sent: 0 });
    else if (request.request === "diagnostics") done({ state: "done", diagnostics: diagnose() });
    else if (request.request === "snapshot") this.#snapshot(session, done);
    else if (request.request === "birth") {
      if ((request.rev ?? 1) > rev()) done({ state: "rejected", reason: "unknown_rev" });
      else this.#births(session, request.rev ?? rev(), done);
    } else if ("from_t" in request) {
      const [from, to] = [Date.parse(request.from_t), Date.parse(request.to_t)];
      this.#resend(session, this.#asked.stream.between(from, to), [], done);
    } else this.#resendRange(session, request, done);
  }

  #snapshot(session: FleetSession, done: (reply: Omit<ReplyMessage, "id">) => void): void {
    const { epoch, lostDevices, now, rev, station, stream } = this.#asked;
    const make = (): Outgoing =>
      snapshotMessage(station, { epoch, rev: rev(), last: stream.last }, now(), lostDevices);
    session.control(make, (outcome) =>
      done(
        outcome === "failed"
          ? { state: "failed", reason: "connection_lost", sent: 0 }
          : { state: "done", sent: station.devices.length },
      ),
    );
  }

  #births(session: FleetSession, wanted: number, done: (reply: Omit<ReplyMessage, "id">) => void): void {
    const { epoch, everyMs, rev, station } = this.#asked;
    const births = birthMessages(station, epoch, wanted, everyMs, wanted === rev());
    let [sent, failed, left] = [0, 0, births.length];
    for (const make of births) {
      session.control(make, (outcome) => {
        if (outcome === "failed") failed++;
        else sent++;
        if (--left > 0) return;
        done(failed > 0 ? { state: "failed", reason: "connection_lost", sent } : { state: "done", sent });
      });
    }
  }

  #resendRange(
    session: FleetSession,
    request: { readonly epoch: string; readonly from: number; readonly to: number },
    done: (reply: Omit<ReplyMessage, "id">) => void,
  ): void {
    const { epoch, stream } = this.#asked;
    const { from, to } = request;
    if (request.epoch !== epoch) done({ state: "rejected", reason: "unknown_epoch" });
    else if (to - from >= MOST_RECORDS) done({ state: "rejected", reason: "too_many" });
    else this.#resend(session, stream.range(from, to), missingRuns(stream, from, to), done);
  }

  #resend(
    session: FleetSession,
    entries: readonly Entry[],
    missing: readonly Run[],
    done: (reply: Omit<ReplyMessage, "id">) => void,
  ): void {
    const told = missing.length > 0 ? { missing: [...missing] } : {};
    session.resend(entries, (sent, last) => {
      if (sent >= entries.length) done({ state: "done", sent, ...told });
      else done({ state: "failed", reason: "connection_lost", sent, ...(last && { last }), ...told });
    });
  }

  #reply(reply: ReplyMessage): string {
    const text = JSON.stringify({ ...reply, at: new Date(this.#asked.now()).toISOString() });
    this.#send(text);
    return text;
  }

  #send(payload: string): void {
    const { station, tally } = this.#asked;
    const session = this.#session;
    if (!session) {
      if (this.#replies.length < MOST_WAITING) this.#replies.push(payload);
      return;
    }
    session.control(
      () => ({ topic: topicOf(station.id, "reply"), payload, retain: false }),
      (outcome) => {
        if (outcome === "acknowledged") tally.add("answers");
        else if (this.#replies.length < MOST_WAITING) this.#replies.push(payload);
      },
    );
  }

  #remember(id: string, reply: string): void {
    this.#answered.set(id, reply);
    const [oldest] = this.#answered.keys();
    if (this.#answered.size > MOST_REMEMBERED && oldest !== undefined) this.#answered.delete(oldest);
  }
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Runs of the asked numbers in which there were records of the stream that are not kept any more, or not yet. */
function missingRuns(stream: GatewayStream, from: number, to: number): readonly Run[] {
  const runs: { from: number; to: number }[] = [];
  const miss = (first: number, last: number): void => {
    if (first > last) return;
    const run = runs.at(-1);
    if (run && runs.length >= MOST_MISSING) run.to = last;
    else runs.push({ from: first, to: last });
  };
  let seen = from - 1;
  for (const { prev, seq } of stream.range(from, to)) {
    miss(seen + 1, prev ?? 0);
    seen = seq;
  }
  // The chain of what follows says what lies between.
  const [next] = stream.range(to + 1, Number.POSITIVE_INFINITY);
  if (seen < to) miss(seen + 1, Math.min(to, next ? (next.prev ?? 0) : stream.last));
  return runs;
}
