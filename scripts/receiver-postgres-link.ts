import { connect, isIP, type Socket } from "node:net";
import postgres from "postgres";
import type { Clock } from "../drivers/core/clock.js";
import { ConfigurationError, LinkError } from "../drivers/core/errors.js";
import { RECEIVER_MESSAGES as M } from "./receiver-messages.js";

/** What an address says; what it leaves open comes from the environment (PGUSER, PGPASSWORD, PGDATABASE, ...). */
export interface PostgresTarget {
  readonly host: string;
  readonly port: number;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly ssl: "require" | "verify-full" | false;
  /** For people: without the password. */
  readonly shown: string;
}

export type SqlValue = string | number | null;

/** A session that does not answer for so long is given up. */
const PATIENCE_MS = 20_000;
/** How long a server may take to let go of a session that is given up. */
const FAREWELL_MS = 1_000;
/** The server gives up a little earlier, and a worker that stands still does not hold a gateway's row for ever. */
const SESSION = {
  application_name: "tram-receiver",
  search_path: "tram",
  statement_timeout: 15_000,
  lock_timeout: 15_000,
  idle_in_transaction_session_timeout: 30_000,
  // A message is acknowledged after its step: then it must be on the disk.
  synchronous_commit: "on",
} as const;

/**
 * `postgres://user@host:5432/database`, `postgres:///database?host=/run/postgresql&user=centre`, with
 * `sslmode=require` or `verify-full`. Undefined where `where` is no such address; throws where it is a wrong one.
 */
export function postgresTarget(
  where: string,
  env: NodeJS.ProcessEnv = process.env,
): PostgresTarget | undefined {
  if (!/^postgres(ql)?:\/\//.test(where)) return undefined;
  const shown = where.replace(/:[^:@/]*@/, "@");
  const url = URL.canParse(where) ? new URL(where) : undefined;
  const sslmode = url?.searchParams.get("sslmode") ?? "disable";
  const unknown = [...(url?.searchParams.keys() ?? [])].find(
    (key) => !["host", "user", "sslmode"].includes(key),
  );
  if (!url || unknown !== undefined || !["disable", "require", "verify-full"].includes(sslmode)) {
    throw new ConfigurationError(M.no_address, { shown });
  }
  const text = (part: string): string | undefined => (part === "" ? undefined : decodeURIComponent(part));
  const database = text(url.pathname.slice(1));
  const user = text(url.username) ?? url.searchParams.get("user") ?? undefined;
  const password = text(url.password);
  return {
    host:
      url.searchParams.get("host") ??
      text(url.hostname.replace(/^\[|\]$/g, "")) ??
      env["PGHOST"] ??
      "localhost",
    port: Number(url.port || env["PGPORT"] || 5432),
    ...(database !== undefined && { database }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ssl: sslmode === "require" || sslmode === "verify-full" ? sslmode : false,
    shown,
  };
}

/**
 * One session of a database, used for one statement at a time. It never connects again: a statement that found a
 * new session in the middle of a transaction would stand outside of it. Once broken, every statement is refused.
 */
export class PostgresLink {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #shown: string;
  readonly #patienceMs: number;
  readonly #sql: postgres.Sql<{ bigint: number }>;
  #state: "whole" | "broken" = "whole";
  #farewell: "due" | "said" = "due";

  private constructor(socket: Socket, target: PostgresTarget, clock: Clock, patienceMs: number) {
    this.#socket = socket;
    this.#clock = clock;
    this.#shown = target.shown;
    this.#patienceMs = patienceMs;
    let uses = 0;
    const options: postgres.Options<{ bigint: postgres.PostgresType<number> }> & { socket: () => Socket } = {
      // Our own socket, so that it can be destroyed: a server that stands still never answers a farewell.
      socket: () => {
        if (uses++ > 0) throw new LinkError(M.database_away, { shown: target.shown, problem: "CLOSED" });
        return socket;
      },
      host: target.host,
      port: target.port,
      ...(target.database !== undefined && { database: target.database }),
      ...(target.user !== undefined && { user: target.user }),
      ...(target.password !== undefined && { password: target.password }),
      ssl: tlsOf(target),
      max: 1,
      // Either would end the session between two statements of a transaction.
      idle_timeout: undefined,
      max_lifetime: null,
      fetch_types: false,
      connection: { ...SESSION, ...(patienceMs > PATIENCE_MS && { statement_timeout: 0 }) },
      // Every number of ours is below 2^53.
      types: { bigint: { to: 20, from: [20, 1700], parse: Number, serialize: String } },
      onnotice: () => {},
      onclose: () => {
        this.#state = "broken";
      },
    };
    this.#sql = postgres(options);
  }

  static async open(target: PostgresTarget, clock: Clock, patienceMs = PATIENCE_MS): Promise<PostgresLink> {
    return new PostgresLink(await openSocket(target, clock), target, clock, patienceMs);
  }

  /** Rejects with the server's own error where it refused, with a LinkError where it is away. */
  async run<Row extends object>(text: string, ...values: readonly SqlValue[]): Promise<readonly Row[]> {
    if (this.#state === "broken") throw this.#away("CLOSED");
    const query = this.#sql.unsafe<Row[]>(text, [...values], { prepare: values.length > 0 });
    let cancel = (): void => {};
    const late = new Promise<never>((_, reject) => {
      cancel = this.#clock.after(this.#patienceMs, () => reject(this.#away("TIMEOUT")));
    });
    try {
      return await Promise.race([query, late]);
    } catch (error) {
      if (error instanceof postgres.PostgresError || error instanceof LinkError) throw error;
      throw this.#away(problemOf(error), error);
    } finally {
      cancel();
    }
  }

  get state(): "whole" | "broken" {
    return this.#state;
  }

  /**
   * Whatever the session was doing, the server rolls back. Idempotent. The library says farewell; pulled away under
   * its feet at once, a socket with TLS would end the process with an error that nobody can catch.
   */
  break(): void {
    this.#state = "broken";
    if (this.#farewell === "said") return;
    this.#farewell = "said";
    this.#sql.end({ timeout: 0 }).catch(() => {});
    const cancel = this.#clock.after(FAREWELL_MS, () => this.#socket.destroy());
    if (this.#socket.closed) cancel();
    else this.#socket.once("close", cancel);
  }

  #away(problem: string, cause?: unknown): LinkError {
    return new LinkError(M.database_away, { shown: this.#shown, problem }, { cause });
  }
}

export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof postgres.PostgresError ? error.code : undefined;
}

/** The library knows no name to verify where the socket is ours. A certificate names an address in another field. */
function tlsOf({ host, ssl }: PostgresTarget): false | object {
  if (ssl === false) return false;
  return { host, ...(isIP(host) === 0 && { servername: host }), rejectUnauthorized: ssl === "verify-full" };
}

function openSocket({ host, port, shown }: PostgresTarget, clock: Clock): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = host.includes("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    const fail = (error: unknown): void => {
      cancel();
      socket.destroy();
      reject(new LinkError(M.database_away, { shown, problem: problemOf(error) }, { cause: error }));
    };
    const cancel = clock.after(PATIENCE_MS, () => fail({ code: "TIMEOUT" }));
    socket.once("error", fail);
    socket.once("connect", () => {
      cancel();
      socket.off("error", fail);
      socket.setKeepAlive(true, 30_000);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

/** The error of a name with two addresses (localhost) has no sentence, only a code. */
function problemOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { code, message } = error as { code?: string; message?: string };
  return message || code || String(error);
}
