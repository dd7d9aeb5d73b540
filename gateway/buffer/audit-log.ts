import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError } from "../../drivers/core/errors.js";
import type { Lock, Release } from "../../drivers/core/lock.js";
import type { Log } from "../../drivers/core/log.js";
import { type Said, say } from "../../drivers/core/message.js";
import type { Audit, AuditKind, AuditStats } from "../core/audit.js";
import type { AuditConfig } from "../core/config.js";
import { AUDIT_MESSAGES as A } from "../core/messages.js";
import { AgeClock } from "./age-clock.js";
import { AuditFile, type Confirmed, type UnnumberedEntry } from "./audit-file.js";
import { NO_HASH, shortText, storedParams } from "./audit-line.js";
import { changesSince } from "./audit-runs.js";
import type { Scan } from "./audit-scan.js";
import { BUFFER_MESSAGES } from "./messages.js";

export interface AuditOptions {
  readonly config: AuditConfig;
  readonly gatewayId: string;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  readonly log: Log;
  readonly lock: Lock;
}

const CLOSE_MS = 1_000;
/** About 4 MB at the very most. */
const MOST_WAITING = 1_000;
const MOST_AT_ONCE = 100;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A clock that has just been set wrong is often put right soon: nothing is removed by its word before that. */
const FIRST_TRIM_MS = 3_600_000;
const TRIM_EVERY_MS = 86_400_000;

/**
 * The disk is asked through the thread pool: at most one call at a time, and nobody waits for it. A file that cannot
 * be opened, read or written is no reason to stop.
 */
export class AuditLog implements Audit {
  readonly #options: AuditOptions;
  /** Set once the file is ours; nothing touches it before. */
  #release: Release | undefined;
  #waiting: UnnumberedEntry[] = [];
  /** What the next write puts in front: told by the file itself. */
  #missing: { readonly count: number; readonly from: string; readonly to: string } | undefined;
  #missingInAll = 0;
  #file: AuditFile | undefined;
  #confirmed: Confirmed | undefined;
  #lastRun: Scan["run"];
  #lastTime: string | undefined;
  #ages: AgeClock | undefined;
  #running: Promise<void> | undefined;
  #cancelRetry: Cancel | undefined;
  #cancelTrim: Cancel = () => {};
  #trimDue = false;
  #failures = 0;
  #problem: string | undefined;
  #closing: Promise<void> | undefined;

  /** Entries may be noted from now on; they wait until `open`. */
  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /**
   * Takes the lock and returns; the file is read while the first entries wait. Throws ConfigurationError for a file
   * that another process holds. Called once.
   */
  async open(): Promise<void> {
    const { config, lock } = this.#options;
    // The lock's name is that of the file in its folder: the folder must be there.
    await mkdir(dirname(config.path), { recursive: true }).catch(() => {});
    this.#release = await lock.acquire(`audit ${config.path}`, config.path);
    this.#trimLater(FIRST_TRIM_MS);
    this.#wake();
  }

  note(kind: AuditKind, who: string, what: Said): void {
    const entry = this.#entry(kind, who, what);
    if (this.#closing !== undefined || this.#waiting.length >= MOST_WAITING) {
      const { count, from } = this.#missing ?? { count: 0, from: entry.t };
      this.#missing = { count: count + 1, from, to: entry.t };
      this.#missingInAll++;
      return;
    }
    this.#waiting.push(entry);
    // The time behind which entries leave is told by this very clock.
    if (this.#release && what.message.code === A.clock_stepped.code) this.#trimLater(FIRST_TRIM_MS);
    this.#wake();
  }

  stats(): AuditStats {
    const { bytes = 0, hash = NO_HASH, n: last = 0 } = this.#confirmed ?? {};
    return {
      path: this.#options.config.path,
      bytes,
      last,
      hash,
      waiting: this.#waiting.length,
      missing: this.#missingInAll,
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { clock, log } = this.#options;
    this.#cancelTrim();
    this.#cancelRetry?.();
    this.#trimDue = false;
    const deadline = new AbortController();
    const late = clock.sleep(CLOSE_MS, deadline.signal).catch(() => {});
    // A write that a stalled disk holds may still come to an end: until then the file is nobody else's.
    if (this.#release) await Promise.race([this.#finish().then(this.#release), late]);
    deadline.abort();
    if (this.#release && this.#waiting.length > 0) {
      log.error(say(BUFFER_MESSAGES.audit_unwritten, { count: this.#waiting.length }));
    }
    this.#waiting = [];
  }

  async #finish(): Promise<void> {
    await this.#running;
    if (this.#waiting.length > 0) await this.#work();
    await this.#file?.close().catch(() => {});
  }

  #entry(kind: AuditKind, who: string, { message, params }: Said): UnnumberedEntry {
    const { clock, clockTrusted } = this.#options;
    return {
      t: new Date(clock.now()).toISOString(),
      mono_ms: Math.round(clock.mono()),
      boot: clock.boot,
      clock: clockTrusted() ? "trusted" : "untrusted",
      kind,
      who: shortText(who),
      code: message.code,
      params: storedParams(params),
    };
  }

  #wake(): void {
    if (this.#running !== undefined || this.#cancelRetry !== undefined || this.#closing !== undefined) return;
    if (!this.#release) return;
    this.#running = this.#work().then(() => {
      this.#running = undefined;
      if (this.#waiting.length > 0 || this.#trimDue) this.#wake();
    });
  }

  #trimLater(delayMs: number): void {
    this.#cancelTrim();
    this.#cancelTrim = this.#options.clock.after(delayMs, () => {
      this.#trimDue = true;
      this.#trimLater(TRIM_EVERY_MS);
      this.#wake();
    });
  }

  /** Opens the file when it is not open, writes what waits, removes what is old. Never throws. */
  async #work(): Promise<void> {
    try {
      this.#file ??= await this.#open();
      if (this.#trimDue) await this.#trim(this.#file);
      while (this.#waiting.length > 0) await this.#writeSome(this.#file);
      this.#worked();
    } catch (error) {
      await this.#failed(asError(error));
    }
  }

  async #open(): Promise<AuditFile> {
    const { clock, config, gatewayId, log } = this.#options;
    const stamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
    const { maxBytes, path } = config;
    const confirmed = this.#confirmed;
    const file = await AuditFile.open({
      path,
      gatewayId,
      maxBytes,
      stamp,
      ...(confirmed && { confirmed }),
    });
    const { found, setAside } = file;
    const first: UnnumberedEntry[] = [];
    if (setAside) {
      const { known, path: aside, problem } = setAside;
      log.error(say(BUFFER_MESSAGES.audit_set_aside, { path, aside, problem }));
      const params = { path: aside, problem, last: known.n, hash: known.hash };
      first.push(this.#entry("audit", "gateway", say(A.audit_set_aside, params)));
    }
    if (!confirmed) {
      this.#lastRun = found.run;
      this.#lastTime = found.lastTime;
      this.#ages ??= new AgeClock(found.lastTime === undefined ? undefined : Date.parse(found.lastTime));
      this.#now();
      if (found.end === "torn")
        first.push(this.#entry("audit", "gateway", say(A.audit_torn, { bytes: found.rest })));
    }
    this.#waiting.unshift(...first);
    this.#confirm(file);
    return file;
  }

  async #writeSome(file: AuditFile): Promise<void> {
    const taken = this.#waiting.slice(0, MOST_AT_ONCE);
    const missing = this.#missing;
    const entries = taken.flatMap((entry) => [...this.#differences(entry), entry]);
    // Entries that found no room came after all that wait now.
    const told = missing && taken.length === this.#waiting.length;
    if (told) entries.push(this.#entry("audit", "gateway", say(A.audit_missing, missing)));
    await file.append(entries);
    this.#waiting.splice(0, taken.length);
    if (told && this.#missing) {
      const { count, to } = this.#missing;
      this.#missing =
        count > missing.count ? { count: count - missing.count, from: missing.to, to } : undefined;
    }
    const started = taken.findLast(({ code }) => code === A.started.code);
    if (started) this.#lastRun = { params: started.params, stopped: false };
    this.#confirm(file);
  }

  /** What only the file can tell at a start: how this run differs from the one before. */
  #differences(entry: UnnumberedEntry): UnnumberedEntry[] {
    if (entry.code !== A.started.code) return [];
    const { boot, clock, mono_ms, t } = entry;
    return changesSince(this.#lastRun, this.#lastTime, entry.params).map(({ kind, what }) => ({
      ...this.#entry(kind, "gateway", what),
      t,
      mono_ms,
      boot,
      clock,
    }));
  }

  async #trim(file: AuditFile): Promise<void> {
    this.#trimDue = false;
    const now = this.#now();
    if (now === undefined) return;
    const trimmed = await file.trim(now - this.#options.config.keepMs);
    this.#confirm(file);
    if (!trimmed) return;
    const { count, hash, n: to } = trimmed;
    this.#waiting.push(this.#entry("audit", "gateway", say(A.audit_trimmed, { count, to, hash })));
  }

  /** The wall ms by which entries grow old; undefined while nobody knows. */
  #now(): number | undefined {
    const { clock, clockTrusted } = this.#options;
    return this.#ages?.at(clockTrusted() ? clock.now() : undefined, clock.mono());
  }

  #confirm({ bytes, last }: AuditFile): void {
    this.#confirmed = { bytes, ...last };
  }

  #worked(): void {
    if (this.#failures > 0) this.#options.log.info(say(BUFFER_MESSAGES.audit_again));
    this.#failures = 0;
    this.#problem = undefined;
  }

  /** The file is closed and opened again later: what is wrong with it is found then. */
  async #failed(error: Error): Promise<void> {
    const { clock, config, log } = this.#options;
    const { path } = config;
    this.#problem = error.message;
    if (this.#failures === 0) {
      log.error(say(BUFFER_MESSAGES.audit_unwritable, { path, problem: error.message }), { err: error });
    }
    if (this.#file) this.#confirm(this.#file);
    await this.#file?.close().catch(() => {});
    this.#file = undefined;
    if (this.#closing !== undefined) return;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS);
    this.#cancelRetry = clock.after(pauseMs, () => {
      this.#cancelRetry = undefined;
      this.#wake();
    });
  }
}
