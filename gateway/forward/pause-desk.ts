import type { Clock } from "../../drivers/core/clock.js";
import type { Log } from "../../drivers/core/log.js";
import { type Said, say } from "../../drivers/core/message.js";
import type { Audit } from "../core/audit.js";
import { AUDIT_MESSAGES, PAUSE_MESSAGES as M } from "../core/messages.js";
import type { PauseAnswer, PauseEnd, PauseRequest, UplinkPause, UplinkPauses } from "../core/uplink-pause.js";

/** What the desk needs of an uplink. */
export interface Pausable {
  /** Cuts the connection and makes no other before `over` is aborted. False where none stands that could be cut. */
  pause(over: AbortSignal): boolean;
}

export interface PauseDeskParts {
  readonly clock: Clock;
  readonly audit: Pick<Audit, "note">;
  readonly log: Pick<Log, "warn" | "info">;
  readonly uplinks: ReadonlyMap<string, Pausable>;
}

interface Running {
  readonly uplink: string;
  readonly over: AbortController;
  readonly cancel: () => void;
}

/**
 * Cuts an uplink for a while, for the test of the buffer. Never longer than was said at the beginning: this process
 * counts the time, and not the one that asked. Records are made and kept meanwhile.
 */
export class PauseDesk implements UplinkPauses {
  readonly #parts: PauseDeskParts;
  readonly #pauses = new Map<string, UplinkPause>();
  #running: Running | undefined;

  constructor(parts: PauseDeskParts) {
    this.#parts = parts;
  }

  pause({ by, forMs, uplink }: PauseRequest): PauseAnswer {
    const { audit, clock, log, uplinks } = this.#parts;
    const found = uplinks.get(uplink);
    if (!found) return { refused: this.#unknown(uplink) };
    if (this.#running) return { refused: say(M.already, { uplink: this.#running.uplink }) };
    const over = new AbortController();
    if (!found.pause(over.signal)) return { refused: say(M.not_up, { uplink }) };
    const now = clock.now();
    const until = new Date(now + forMs).toISOString();
    const pause = { by, since: new Date(now).toISOString(), until };
    this.#pauses.set(uplink, pause);
    this.#running = { uplink, over, cancel: clock.after(forMs, () => this.#end("time", "gateway")) };
    const said = say(AUDIT_MESSAGES.uplink_paused, { uplink, until });
    audit.note("command", by, said);
    log.warn(said, { by });
    return { pause };
  }

  resume(uplink: string, by: string): PauseAnswer {
    if (!this.#parts.uplinks.has(uplink)) return { refused: this.#unknown(uplink) };
    if (this.#running?.uplink === uplink) this.#end("asked", by);
    const pause = this.#pauses.get(uplink);
    return pause ? { pause } : { refused: say(M.not_paused, { uplink }) };
  }

  /** Whatever is cut goes on. Idempotent. */
  endAll(end: "alarm" | "stopped"): void {
    this.#end(end, "gateway");
  }

  statusOf(uplink: string): { readonly pause?: UplinkPause } {
    const pause = this.#pauses.get(uplink);
    return pause ? { pause } : {};
  }

  #end(end: PauseEnd, by: string): void {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.cancel();
    const { audit, clock, log } = this.#parts;
    const { uplink } = running;
    const pause = this.#pauses.get(uplink);
    const ended = new Date(clock.now()).toISOString();
    if (pause) this.#pauses.set(uplink, { ...pause, ended, end });
    const said = say(AUDIT_MESSAGES.uplink_resumed, { uplink, end });
    audit.note("command", by, said);
    log.info(said);
    running.over.abort();
  }

  #unknown(uplink: string): Said {
    return say(M.unknown_uplink, { uplink, uplinks: [...this.#parts.uplinks.keys()].join(", ") });
  }
}
