import { accessSync, constants } from "node:fs";
import Database from "better-sqlite3";
import { asError, ConfigurationError, RejectedError, TramError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import { readingCount } from "../../drivers/core/reading.js";
import type { GatewayRecord } from "../core/record.js";
import { CARE_MESSAGES as M } from "./care-messages.js";
import { ChainCheck } from "./check-chain.js";
import { APPLICATION_ID, FORMAT, formatOf, sqlName, type Table } from "./file-format.js";
import { Findings } from "./findings.js";
import { readIdentity } from "./identity.js";
import { decodeMarks, type Marks } from "./marks.js";
import { BUFFER_MESSAGES } from "./messages.js";
import type { Run } from "./range-set.js";
import { RowWalk, type WalkedRow } from "./row-walk.js";
import type { Progress } from "./snapshot-copy.js";
import { lastReadable, lowestKept, newestMarks, stateOf, storedUplinks } from "./starting-point.js";
import { readEntries } from "./store-file.js";

/** A larger file that a gateway uses is not read through by one statement: that would hold up its log. */
const MOST_HELD_BYTES = 64_000_000;

export interface VerifyOptions {
  readonly path: string;
  /** The file that people know, where `path` is a copy on its way. */
  readonly shownAs?: string;
  /** The second place, where it is to be compared. */
  readonly identityPath?: string;
  /** A gateway holds the file: nothing may take long. */
  readonly inUse: boolean;
}

export interface Verified {
  readonly findings: Findings;
  readonly epoch: string;
  readonly epochs: readonly string[];
  readonly machine: string;
  readonly rev: number;
  readonly format: number;
  readonly first: number;
  readonly last: number;
  readonly rows: number;
  readonly records: number;
  readonly readings: number;
  readonly events: number;
  /** `left_out`: too large to be checked in one piece while a gateway uses the file. */
  readonly structure: "checked" | "left_out";
}

/**
 * Opens a buffer for reading; `path` is the name for messages. Throws ConfigurationError where there is no file or its format is newer than
 * today's, RejectedError where it is no buffer.
 */
export function openForCare(file: string, path = file): Database.Database {
  refuseUnreadable(file, path);
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const found = formatOf(db);
    const isOurs = Number(db.pragma("application_id", { simple: true })) === APPLICATION_ID;
    if (!isOurs || found === 0) {
      throw new RejectedError(M.not_a_buffer, { path, problem: `application_id, user_version ${found}` });
    }
    if (found > FORMAT) {
      throw new ConfigurationError(BUFFER_MESSAGES.newer_format, { path, found, known: FORMAT });
    }
    return db;
  } catch (error) {
    db.close();
    throw asCareError(error, path);
  }
}

/** What the system says of the file, before SQLite says less of it. */
function refuseUnreadable(file: string, path: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (thrown) {
    const { code } = asError(thrown) as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new ConfigurationError(M.no_file, { path });
    throw new ConfigurationError(M.not_readable, { path, problem: code ?? "?" }, { cause: thrown });
  }
}

/** SQLite's words about a file that is damaged or none. */
export function asCareError(thrown: unknown, path: string): Error {
  const error = asError(thrown);
  const code = "code" in error ? String(error.code) : "";
  if (!code.startsWith("SQLITE_")) return error;
  const message = code === "SQLITE_NOTADB" ? M.not_a_buffer : M.unreadable;
  return new RejectedError(message, { path, problem: error.message }, { cause: error });
}

/**
 * Checks all of a file in short reads: structure, checksums, decoding, order, groups, chains, marks, second place.
 * Throws only where the file cannot be opened as a buffer.
 */
export function* verifyBuffer(options: VerifyOptions): Generator<Progress, Verified> {
  const db = openForCare(options.path, options.shownAs);
  try {
    return yield* new Verification(db, options).run();
  } finally {
    db.close();
  }
}

class Verification {
  readonly #db: Database.Database;
  readonly #options: VerifyOptions;
  readonly #path: string;
  readonly #findings = new Findings();
  readonly #keys = new Map<Table, number>();
  readonly #epochs: string[] = [];
  #lastSeq = 0;
  #rows = 0;
  #records = 0;
  #readings = 0;
  #events = 0;

  constructor(db: Database.Database, options: VerifyOptions) {
    this.#db = db;
    this.#options = options;
    this.#path = options.shownAs ?? options.path;
  }

  *run(): Generator<Progress, Verified> {
    const structure = this.#structure();
    const first = this.#try(0, () => lowestKept(this.#db));
    const last = lastReadable(this.#db);
    this.#try(
      undefined,
      () => readEntries(this.#db),
      (problem) => say(M.layouts_unreadable, { problem }),
    );
    const uplinks = this.#try([], () => storedUplinks(this.#db));
    const chain = new ChainCheck(uplinks, this.#marks("state"), this.#findings);
    const total = Math.max(1, last - first + 1);
    try {
      const walk = new RowWalk(
        this.#db,
        uplinks.map(({ slot }) => slot),
      );
      for (const step of walk.steps(first)) {
        for (const run of step.unreadable) this.#unreadable(chain, run);
        for (const row of step.rows) this.#row(chain, row);
        for (const record of step.records) this.#record(chain, record);
        yield { done: Math.min(total, step.upTo - first + 1), total };
      }
    } catch (error) {
      if (!isOfTheFile(error)) throw error;
      this.#unreadable(chain, [this.#lastSeq + 1, Math.max(last, this.#lastSeq + 1)], error);
    }
    const epoch = String(this.#try("", () => stateOf(this.#db, "epoch") ?? ""));
    chain.finish(epoch, this.#marks("the end"));
    this.#state();
    return {
      findings: this.#findings,
      epoch,
      epochs: this.#epochs,
      machine: String(this.#try("", () => stateOf(this.#db, "machine") ?? "")),
      rev: Number(this.#try(0, () => stateOf(this.#db, "rev") ?? 0)),
      format: formatOf(this.#db),
      first,
      last: Math.max(last, this.#lastSeq),
      rows: this.#rows,
      records: this.#records,
      readings: this.#readings,
      events: this.#events,
      structure,
    };
  }

  #structure(): Verified["structure"] {
    const number = (name: string): number => Number(this.#db.pragma(name, { simple: true }));
    if (this.#options.inUse && number("page_count") * number("page_size") > MOST_HELD_BYTES)
      return "left_out";
    const verdicts = this.#try(
      [],
      () => this.#db.pragma("quick_check(20)") as { quick_check: string }[],
      (problem) => say(M.structure, { problem }),
    );
    for (const { quick_check: problem } of verdicts) {
      if (problem !== "ok") this.#findings.add(say(M.structure, { problem: problem.replace(/\s+/g, " ") }));
    }
    return "checked";
  }

  #row(chain: ChainCheck, { records, row }: WalkedRow): void {
    this.#rows++;
    const { count, first: from, key, last: to, table } = row;
    const name = sqlName(table);
    if (key === from) this.#keys.set(table, from);
    else if (this.#keys.get(table) !== key) {
      this.#findings.add(say(M.group_incomplete, { from, to, table: name, key }));
      chain.damaged([from, to]);
      return;
    }
    if (!records) {
      const message = row.body.length === 0 ? M.checksum : M.undecodable;
      this.#findings.add(say(message, { from, to, table: name }));
      chain.damaged([from, to]);
      return;
    }
    if (records.length !== count || records[0]?.seq !== from || records.at(-1)?.seq !== to) {
      this.#findings.add(say(M.row_disagrees, { from, to, table: name }));
    }
    this.#marksOf(table, from);
  }

  #marksOf(table: Table, first: number): void {
    const marks = this.#try(undefined, () =>
      this.#db
        .prepare(`SELECT marks FROM ${sqlName(table)} WHERE first = ?`)
        .pluck()
        .get(first),
    );
    if (!(marks instanceof Uint8Array)) return;
    try {
      decodeMarks(marks);
    } catch {
      this.#findings.add(say(M.marks_damaged, { where: `${sqlName(table)} ${first}` }));
    }
  }

  #record(chain: ChainCheck, record: GatewayRecord): void {
    const { epoch, seq } = record;
    if (seq <= this.#lastSeq) this.#findings.add(say(M.order, { seq, before: this.#lastSeq }));
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    if (this.#epochs.at(-1) !== epoch) {
      if (this.#epochs.includes(epoch)) this.#findings.add(say(M.epoch_again, { epoch, seq }));
      this.#epochs.push(epoch);
    }
    chain.see(record);
    this.#records++;
    if (record.kind === "data") this.#readings += readingCount(record.batch);
    else this.#events++;
  }

  #unreadable(chain: ChainCheck, run: Run, error?: unknown): void {
    const [from, to] = run;
    chain.damaged(run);
    this.#findings.add(
      error === undefined
        ? say(M.pages_unreadable, { from, to })
        : say(M.unreadable, { path: this.#path, problem: asError(error).message }),
    );
  }

  #marks(where: string): Marks {
    return this.#try(
      { stamp: 0, uplinks: [] },
      () => newestMarks(this.#db),
      () => say(M.marks_damaged, { where }),
    );
  }

  /** The numbers beside the records, in the file and in the second place. */
  #state(): void {
    for (const key of ["epoch", "rev", "machine", "reserved"]) {
      if (this.#try(0, () => stateOf(this.#db, key)) === undefined) {
        this.#findings.add(say(M.state_incomplete, { key }));
      }
    }
    // What is read first is the smaller, when a gateway goes on meanwhile.
    const last = lastReadable(this.#db);
    const reserved = Number(this.#try(last, () => stateOf(this.#db, "reserved") ?? last));
    if (reserved < last) this.#findings.add(say(M.reserved_behind, { reserved, last }));
    const { identityPath: path } = this.#options;
    if (path === undefined) return;
    const identity = readIdentity(path);
    const epoch = String(this.#try("", () => stateOf(this.#db, "epoch") ?? ""));
    if (!identity) this.#findings.add(say(M.identity_missing, { path }));
    else if (identity.epoch !== epoch) {
      this.#findings.add(say(M.identity_other, { path, found: identity.epoch, epoch }));
    } else if (identity.reserved < last) {
      this.#findings.add(say(M.identity_behind, { path, reserved: identity.reserved, last }));
    }
  }

  #try<T>(otherwise: T, read: () => T, tell = this.#cannotRead): T {
    try {
      return read();
    } catch (error) {
      if (!isOfTheFile(error)) throw error;
      this.#findings.add(tell(asError(error).message));
      return otherwise;
    }
  }

  readonly #cannotRead = (problem: string) => say(M.unreadable, { path: this.#path, problem });
}

/** What damaged bytes bring about: SQLite's errors, ours for chunks, and JSON that is none. */
function isOfTheFile(error: unknown): boolean {
  return error instanceof TramError || error instanceof SyntaxError || error instanceof Database.SqliteError;
}
