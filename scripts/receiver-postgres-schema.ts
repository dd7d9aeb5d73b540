import { InternalError } from "../drivers/core/errors.js";
import { RECEIVER_MESSAGES as M } from "./receiver-messages.js";
import type { PostgresLink } from "./receiver-postgres-link.js";

/** Workers that start at once make the tables one after the other. */
const LOCK = 7_472_616;

/** What each version adds to the one before it. */
const VERSIONS = [
  `
CREATE TABLE state (gateway text PRIMARY KEY, saved text NOT NULL);
CREATE TABLE record (
  gateway text NOT NULL, epoch text NOT NULL, seq bigint NOT NULL, rev bigint NOT NULL, topic text NOT NULL,
  t_ms bigint NOT NULL, clock text NOT NULL, boot text, mono_ms double precision, place text NOT NULL,
  late integer NOT NULL, received_ms bigint NOT NULL, body text NOT NULL,
  PRIMARY KEY (gateway, epoch, seq));
CREATE INDEX record_time ON record (gateway, t_ms);
CREATE INDEX record_boot ON record (gateway, boot) WHERE clock = 'untrusted';
CREATE TABLE reading (
  gateway text NOT NULL, epoch text NOT NULL, seq bigint NOT NULL, point text NOT NULL, device text NOT NULL,
  value jsonb, quality text NOT NULL, reason text, state text,
  PRIMARY KEY (gateway, epoch, seq, point));
CREATE TABLE birth (
  gateway text NOT NULL, epoch text NOT NULL, rev bigint NOT NULL, device text NOT NULL, body text NOT NULL,
  PRIMARY KEY (gateway, epoch, rev, device));
CREATE TABLE note (
  gateway text NOT NULL, at_ms bigint NOT NULL, what text NOT NULL, epoch text, first bigint, last bigint,
  detail text);
CREATE INDEX note_gateway ON note (gateway, what);
CREATE VIEW history AS
  SELECT gateway, t_ms, to_timestamp(t_ms / 1000.0) AS t, reading.device, point, value, quality, reason, state, clock,
    epoch, seq, rev
  FROM reading JOIN record USING (gateway, epoch, seq);
`,
] as const;

/** Makes the schema, or brings it up to date; throws where a newer receiver has been here. */
export async function upgrade(link: PostgresLink): Promise<void> {
  await link.run("BEGIN");
  await link.run("SELECT pg_advisory_xact_lock($1)", LOCK);
  const [there] = await link.run<{ version: string | null }>(
    "SELECT to_regclass('tram.version')::text AS version",
  );
  if (!there?.version) {
    // Who may not make schemas is given one: then it is there already.
    const [schema] = await link.run<{ there: boolean }>(
      "SELECT to_regnamespace('tram') IS NOT NULL AS there",
    );
    if (!schema?.there) await link.run("CREATE SCHEMA tram");
    await link.run("CREATE TABLE version (version integer NOT NULL)");
    await link.run("INSERT INTO version VALUES (0)");
  }
  const [row] = await link.run<{ version: number }>("SELECT version FROM version");
  const version = row?.version ?? 0;
  if (version > VERSIONS.length) throw new InternalError(M.newer_store, { version, known: VERSIONS.length });
  if (version < VERSIONS.length) {
    for (const statements of VERSIONS.slice(version)) await link.run(statements);
    await link.run("UPDATE version SET version = $1", VERSIONS.length);
  }
  await link.run("COMMIT");
}
