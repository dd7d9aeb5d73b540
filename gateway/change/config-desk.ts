import { rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError, TramError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { renderText, type Said, say } from "../../drivers/core/message.js";
import { writeDurably } from "../config/durable-file.js";
import type { LoadResult } from "../config/load-config.js";
import type { Audit } from "../core/audit.js";
import type { GatewayConfig } from "../core/config.js";
import { type ConfigChange, isNothing, planChange } from "../core/config-change.js";
import {
  type ApplyRequest,
  type ChangeAnswer,
  type ConfigChanges,
  type EndedChange,
  LONGEST_CONFIRM_MS,
  type PendingChange,
  type PlanAnswer,
  SHORTEST_CONFIRM_MS,
} from "../core/config-changes.js";
import { configTree, treeChanges } from "../core/config-tree.js";
import { AUDIT_MESSAGES, CHANGE_MESSAGES as M } from "../core/messages.js";
import type { GatewayStatus } from "../core/status.js";
import { modeOf, putBack, removePending, replaceText, writePending } from "./pending-file.js";
import { missing, type Reached, reachedNow } from "./reach.js";

/** How often it is looked at whether all is reached. */
const LOOK_MS = 1_000;
/** So long something that was reached may be missing before the change is taken back: reconnecting, first polls. */
const GRACE_MS = 30_000;

/** The part of a running gateway that the desk needs. */
export interface Changeable {
  readonly config: GatewayConfig;
  readonly rev: number;
  readonly audit: Pick<Audit, "note">;
  status(language: "en"): GatewayStatus;
  change(next: GatewayConfig): Promise<ConfigChange>;
}

export interface ConfigDeskParts {
  readonly gateway: Changeable;
  /** Path of gateway.yaml, and the text that the gateway was started with. */
  readonly file: string;
  readonly text: string;
  readonly load: (file: string) => LoadResult;
  readonly clock: Clock;
  readonly log: Log;
}

interface Open {
  readonly before: GatewayConfig;
  readonly beforeText: string;
  readonly text: string;
  readonly reached: Reached;
  readonly until: number;
  pending: PendingChange;
  /** Since when something is missing. */
  missingSince: number | undefined;
  cancel: Cancel;
}

/**
 * Commit and confirm: a new configuration runs at once, and is taken back by itself unless somebody confirms it in time,
 * or as soon as what was reached before cannot be reached any more. One change at a time.
 */
export class ConfigDesk implements ConfigChanges {
  readonly #parts: ConfigDeskParts;
  #text: string;
  #open: Open | undefined;
  #ended: EndedChange | undefined;
  #isBusy = false;
  #isClosed = false;

  constructor(parts: ConfigDeskParts) {
    this.#parts = parts;
    this.#text = parts.text;
  }

  running(): ReturnType<ConfigChanges["running"]> {
    const { config, rev } = this.#parts.gateway;
    return { tree: configTree(config), hash: config.hash, rev };
  }

  pending(): PendingChange | undefined {
    return this.#open?.pending;
  }

  ended(): EndedChange | undefined {
    return this.#ended;
  }

  /** The gateway stops: what is pending is taken back by the next start. */
  close(): void {
    this.#isClosed = true;
    this.#open?.cancel();
  }

  plan(text: string): PlanAnswer {
    const next = this.#load(text);
    if ("refused" in next) return next;
    const { config } = this.#parts.gateway;
    return {
      changes: treeChanges(configTree(config), configTree(next.config)),
      change: planChange(config, next.config),
    };
  }

  apply(request: ApplyRequest): Promise<ChangeAnswer> {
    return this.#alone(() => this.#apply(request));
  }

  confirm(by: string): Promise<ChangeAnswer> {
    return this.#alone(async () => {
      const open = this.#open;
      if (!open) return { refused: say(M.nothing_pending) };
      removePending(this.#parts.file);
      this.#text = open.text;
      this.#parts.gateway.audit.note("configuration", by, say(AUDIT_MESSAGES.config_confirmed));
      return { ended: this.#end(open, "confirmed", by) };
    });
  }

  revert(by: string): Promise<ChangeAnswer> {
    return this.#alone(async () => {
      const open = this.#open;
      if (!open) return { refused: say(M.nothing_pending) };
      return { ended: await this.#takeBack(open, by, say(M.asked_for)) };
    });
  }

  async #alone(work: () => Promise<ChangeAnswer>): Promise<ChangeAnswer> {
    if (this.#isBusy || this.#isClosed) return { refused: say(M.busy) };
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#isBusy = false;
    }
  }

  async #apply({ by, confirmMs, text }: ApplyRequest): Promise<ChangeAnswer> {
    const { clock, file, gateway, log } = this.#parts;
    if (this.#open) return { refused: say(M.pending_already, { by: this.#open.pending.by }) };
    const next = this.#load(text);
    if ("refused" in next) return next;
    const before = gateway.config;
    const change = planChange(before, next.config);
    if (change.needsRestart.length > 0) {
      return { refused: say(M.needs_restart, { keys: change.needsRestart.join(", ") }) };
    }
    if (isNothing(change) && text === this.#text) return { refused: say(M.nothing_changes) };
    const reached = reachedNow(gateway.status("en"), change);
    const since = new Date(clock.now()).toISOString();
    try {
      writePending(file, { by, since, before: this.#text, buffer: before.buffer.path });
      replaceText(file, text, modeOf(file));
    } catch (error) {
      this.#restore(this.#text);
      return { refused: say(M.not_writable, { file, problem: asError(error).message }) };
    }
    try {
      await gateway.change(next.config);
    } catch (thrown) {
      this.#restore(this.#text);
      const error = asError(thrown);
      const problem = error instanceof TramError ? renderText(error.said, "en") : error.message;
      return { refused: error instanceof TramError ? error.said : say(M.failed, { problem }) };
    }
    const waitMs = Math.min(LONGEST_CONFIRM_MS, Math.max(SHORTEST_CONFIRM_MS, confirmMs));
    const until = new Date(clock.now() + waitMs).toISOString();
    const open: Open = {
      before,
      beforeText: this.#text,
      text,
      reached,
      until: clock.mono() + waitMs,
      pending: { by, since, until, missing: [] },
      missingSince: undefined,
      cancel: () => {},
    };
    this.#open = open;
    const said = say(AUDIT_MESSAGES.config_applied, { summary: summaryOf(change), until });
    gateway.audit.note("configuration", by, said);
    log.warn(said, { by });
    this.#look(open);
    return { pending: open.pending, change };
  }

  /** Checked beside the old one, so that all paths mean the same. */
  #load(text: string): { readonly config: GatewayConfig } | { readonly refused: Said } {
    const { file, load } = this.#parts;
    const part = join(dirname(file), `.${basename(file)}.${process.pid}.new`);
    try {
      writeDurably(part, text, 0o600);
      const { config, problems } = load(part);
      if (config) return { config: { ...config, file } };
      const errors = problems.filter(({ severity }) => severity === "error");
      const [first] = errors;
      const problem = first ? `${first.line}: ${renderText(first.said, "en")}` : "";
      return { refused: say(M.not_valid, { errors: errors.length, problem }) };
    } catch (error) {
      return { refused: say(M.not_writable, { file, problem: asError(error).message }) };
    } finally {
      rmSync(part, { force: true });
    }
  }

  /** The file is as it was, and nothing is pending. */
  #restore(text: string): void {
    const { file, log } = this.#parts;
    try {
      putBack(file, text);
      removePending(file);
    } catch (error) {
      // The mark stays: the next start tries it again.
      log.error(say(M.not_writable, { file, problem: asError(error).message }));
    }
  }

  /** Once a second: is everything reached again, and is there time left? */
  #look(open: Open): void {
    if (this.#open !== open || this.#isClosed) return;
    const { clock, gateway } = this.#parts;
    const now = clock.mono();
    const gone = missing(open.reached, gateway.status("en"));
    open.pending = { ...open.pending, missing: gone };
    open.missingSince = gone.length === 0 ? undefined : (open.missingSince ?? now);
    const why =
      now >= open.until
        ? say(M.not_confirmed)
        : open.missingSince !== undefined && now - open.missingSince >= GRACE_MS
          ? say(M.not_reached, { missing: gone.join(", ") })
          : undefined;
    // Whoever is busy with it now may leave it pending: it is looked at again.
    open.cancel = clock.after(LOOK_MS, () => this.#look(open));
    if (!why) return;
    // A fault in there ends the process, and the next start takes it back.
    this.#alone(async () => ({ ended: await this.#takeBack(open, "gateway", why) })).catch(() => {});
  }

  async #takeBack(open: Open, by: string, why: Said): Promise<EndedChange> {
    const { gateway, log } = this.#parts;
    open.cancel();
    // The text first: whatever ends this process now, the next start has the old one.
    this.#restore(open.beforeText);
    await gateway.change(open.before);
    const text = renderText(why, "en");
    gateway.audit.note("configuration", by, say(AUDIT_MESSAGES.config_reverted, { why: text }));
    log.warn(say(AUDIT_MESSAGES.config_reverted, { why: text }), { by });
    return this.#end(open, "reverted", by, text);
  }

  #end(open: Open, end: EndedChange["end"], by: string, why?: string): EndedChange {
    open.cancel();
    this.#open = undefined;
    const ended = new Date(this.#parts.clock.now()).toISOString();
    this.#ended = why === undefined ? { by, ended, end } : { by, ended, end, why };
    return this.#ended;
  }
}

function summaryOf({ connections, newRevision, uplinks }: ConfigChange): string {
  const parts = [...connections, ...uplinks].flatMap(([id, part]) =>
    part === "keep" ? [] : [`${id} ${part}`],
  );
  return [...parts, ...(newRevision ? ["rev + 1"] : [])].join(", ") || "-";
}
