import type { Clock } from "../../drivers/core/clock.js";
import { asError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import type { Rejection, ReplyMessage } from "../contract/command.js";
import type { Audit } from "../core/audit.js";
import type { Centre, LinkOutcome, Requests } from "../core/command.js";
import { AUDIT_MESSAGES } from "../core/messages.js";
import type { GatewayStatus } from "../core/status.js";
import { Answered } from "./answered.js";
import { boundedStatus } from "./diagnostics.js";
import { COMMAND_MESSAGES as M } from "./messages.js";
import { parseRequest, type Refusal, type Request } from "./parse-request.js";
import { RateLimit } from "./rate-limit.js";

/** Requests of one uplink that may wait behind the one that is being done. */
const MOST_WAITING = 16;
const BURST = 30;
const PER_MINUTE = 60;
/** Records that one request may ask for. */
export const MOST_RECORDS = 1_000_000;
/** Largest answer in bytes. */
const MOST_REPLY = 64_000;
/** Beside the status in a reply: id and words. */
const REPLY_HEAD = 512;
/** What comes too often is audited at most so often. */
const FLOOD_NOTE_MS = 60_000;

export interface RequestDeskParts {
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  readonly audit: Audit;
  readonly log: Log;
  /** Whether numbers of that epoch can be asked for. */
  readonly knowsEpoch: (epoch: string) => boolean;
  readonly diagnose: () => GatewayStatus;
}

/** What is known of the centre behind one uplink. */
interface Client {
  readonly limit: RateLimit;
  readonly answered: Answered;
  /** Asked and not answered yet; the first is being done. */
  readonly open: Map<string, Request>;
  flood: number;
  floodNotedAt: number;
}

/**
 * Takes the requests of all uplinks: checks them, does one at a time for each uplink, answers every one, and writes
 * each into the audit. Knows only requests that read; whatever else comes is rejected.
 */
export class RequestDesk implements Requests {
  readonly #parts: RequestDeskParts;
  readonly #clients = new Map<string, Client>();

  constructor(parts: RequestDeskParts) {
    this.#parts = parts;
  }

  take(payload: Uint8Array, centre: Centre): void {
    const client = this.#clientOf(centre.uplink);
    const { clock } = this.#parts;
    if (!client.limit.take(clock.mono())) {
      this.#tooOften(payload, centre, client);
      return;
    }
    const parsed = parseRequest(payload);
    if ("refused" in parsed) {
      this.#reject(centre, parsed.refused);
      return;
    }
    const { ok: request } = parsed;
    const before = client.answered.get(request.id);
    if (before !== undefined) {
      centre.reply(before);
      return;
    }
    // It is being done: one answer serves both.
    if (client.open.has(request.id)) return;
    const refusal = this.#refusalOf(request) ?? (client.open.size > MOST_WAITING ? "busy" : undefined);
    if (refusal !== undefined) {
      this.#reject(centre, { id: request.id, request: request.request, reason: refusal });
      return;
    }
    client.open.set(request.id, request);
    if (client.open.size === 1) void this.#work(client, centre);
  }

  /** One after the other, until none waits. */
  async #work(client: Client, centre: Centre): Promise<void> {
    for (const [id, request] of client.open) {
      const reply = await this.#answer(request, centre);
      const text = JSON.stringify(reply);
      client.answered.add(id, text);
      client.open.delete(id);
      this.#note(centre, request.request, reply);
      centre.reply(text);
    }
  }

  async #answer(request: Request, centre: Centre): Promise<ReplyMessage> {
    const { id } = request;
    // Time has passed while it waited.
    if (this.#isExpired(request)) return this.#reply({ id, state: "expired" });
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) return this.#reply({ id, state: "rejected", reason: refusal });
    try {
      if (request.request === "diagnostics") {
        const limit = Math.min(MOST_REPLY, centre.maxReply) - REPLY_HEAD;
        return this.#reply({ id, state: "done", ...boundedStatus(this.#parts.diagnose(), limit) });
      }
      return this.#reply(outcomeReply(id, await ask(request, centre)));
    } catch (error) {
      this.#parts.log.error(say(M.failed, { id, problem: asError(error).message }), { err: error });
      return this.#reply({ id, state: "failed", reason: "unreadable" });
    }
  }

  #refusalOf(request: Request): Rejection | undefined {
    const { clockTrusted, knowsEpoch } = this.#parts;
    // With a clock that nobody believes it cannot be told whether the time is over: asked again without a limit,
    // these requests are answered.
    if (request.expires !== undefined && !clockTrusted()) return "clock_untrusted";
    if (request.request !== "resend" || !("epoch" in request)) return undefined;
    if (!knowsEpoch(request.epoch)) return "unknown_epoch";
    return request.to - request.from >= MOST_RECORDS ? "too_many" : undefined;
  }

  #isExpired({ expires }: Request): boolean {
    const { clock, clockTrusted } = this.#parts;
    return expires !== undefined && clockTrusted() && clock.now() > expires;
  }

  #reject(centre: Centre, { id, request = "?", reason, key }: Refusal): void {
    const reply = this.#reply({ id, state: "rejected", reason, ...(key !== undefined && { key }) });
    this.#note(centre, request, reply);
    centre.reply(JSON.stringify(reply));
  }

  /** Answered too, but neither carried out nor written down one by one. */
  #tooOften(payload: Uint8Array, centre: Centre, client: Client): void {
    const { audit, clock, log } = this.#parts;
    const parsed = parseRequest(payload);
    const id = "ok" in parsed ? parsed.ok.id : parsed.refused.id;
    client.flood++;
    if (clock.mono() - client.floodNotedAt >= FLOOD_NOTE_MS) {
      const facts = { uplink: centre.uplink, count: client.flood };
      audit.note("command", `uplink ${centre.uplink}`, say(AUDIT_MESSAGES.requests_too_often, facts));
      log.warn(say(M.too_often, facts));
      client.flood = 0;
      client.floodNotedAt = clock.mono();
    }
    centre.reply(JSON.stringify(this.#reply({ id, state: "rejected", reason: "too_often" })));
  }

  #note(centre: Centre, request: string, { id, reason, sent, state }: ReplyMessage): void {
    const facts = { id: id ?? "?", request, state, reason: reason ?? "-", sent: sent ?? 0 };
    this.#parts.audit.note("command", `uplink ${centre.uplink}`, say(AUDIT_MESSAGES.request, facts));
  }

  #reply(reply: ReplyMessage): ReplyMessage {
    return { ...reply, at: new Date(this.#parts.clock.now()).toISOString() };
  }

  #clientOf(uplink: string): Client {
    let client = this.#clients.get(uplink);
    if (!client) {
      const now = this.#parts.clock.mono();
      client = {
        limit: new RateLimit(BURST, PER_MINUTE, now),
        answered: new Answered(),
        open: new Map(),
        flood: 0,
        floodNotedAt: Number.NEGATIVE_INFINITY,
      };
      this.#clients.set(uplink, client);
    }
    return client;
  }
}

function ask(request: Exclude<Request, { request: "diagnostics" }>, centre: Centre): Promise<LinkOutcome> {
  switch (request.request) {
    case "resend":
      return centre.resend(request, MOST_RECORDS);
    case "birth":
      return centre.births(request.rev);
    default:
      return centre.snapshot();
  }
}

function outcomeReply(id: string, outcome: LinkOutcome): ReplyMessage {
  const missing = outcome.missing && outcome.missing.length > 0 ? { missing: [...outcome.missing] } : {};
  if (outcome.state === "done") return { id, state: "done", sent: outcome.sent, ...missing };
  const { last, reason, sent } = outcome;
  if (reason === "unknown_rev") return { id, state: "rejected", reason };
  return { id, state: "failed", reason, sent, ...(last !== undefined && { last }), ...missing };
}
