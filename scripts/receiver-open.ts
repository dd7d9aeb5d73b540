import type { Clock } from "../drivers/core/clock.js";
import { PostgresStore, readPostgres } from "./receiver-postgres.js";
import { postgresTarget } from "./receiver-postgres-link.js";
import { readSqlite, SqliteStore } from "./receiver-sqlite.js";
import type { ReceiverStore, ReportSource } from "./receiver-store.js";

/**
 * `where` is the address of a PostgreSQL database (`postgres://...`), or else a SQLite file. Rejects where that
 * cannot be right; a database that is away is waited for by the steps.
 */
export async function openStore(where: string, clock: Clock): Promise<ReceiverStore> {
  const target = postgresTarget(where);
  return target ? PostgresStore.open(target, clock) : new SqliteStore(where, clock);
}

export async function openReport(where: string, clock: Clock): Promise<ReportSource> {
  const target = postgresTarget(where);
  return target ? readPostgres(target, clock) : readSqlite(where);
}
