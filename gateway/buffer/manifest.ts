import { existsSync, readFileSync } from "node:fs";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { RejectedError } from "../../drivers/core/errors.js";
import { CARE_MESSAGES as M } from "./care-messages.js";

const IdentitySchema = Type.Object({
  epoch: Type.String(),
  rev: Type.Number(),
  readingsHash: Type.String(),
  reserved: Type.Number(),
  machineId: Type.String(),
  pendingFrom: Type.Record(Type.String(), Type.Number()),
});

/** What stands beside a backup: whose it is, how far it goes, and how to know that it came over whole. */
export const ManifestSchema = Type.Object({
  file: Type.String(),
  bytes: Type.Number(),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  made: Type.String(),
  tool: Type.String(),
  format: Type.Number(),
  epoch: Type.String(),
  epochs: Type.Array(Type.String()),
  rev: Type.Number(),
  first: Type.Number(),
  last: Type.Number(),
  machine: Type.String(),
  records: Type.Number(),
  readings: Type.Number(),
  /** Faults that were found in the copy; 0: it is good. */
  findings: Type.Number(),
  /** The audit beside it; `broken`: the entry at which its chain does not hold. Null or absent: there was none. */
  audit: Type.Optional(
    Type.Union([
      Type.Object({
        file: Type.String(),
        bytes: Type.Number(),
        sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
        after: Type.Number(),
        last: Type.Number(),
        hash: Type.String(),
        broken: Type.Optional(Type.Number()),
      }),
      Type.Null(),
    ]),
  ),
  /** The second place as it stood. */
  identity: Type.Union([IdentitySchema, Type.Null()]),
});

export type Manifest = Static<typeof ManifestSchema>;

export const manifestName = (file: string): string => `${file}.json`;

/** Undefined where there is none. Throws RejectedError for one that says nothing. */
export function readManifest(file: string): Manifest | undefined {
  const path = manifestName(file);
  if (!existsSync(path)) return undefined;
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new RejectedError(M.wrong_manifest, { path }, { cause: error });
  }
  if (!Value.Check(ManifestSchema, found)) throw new RejectedError(M.wrong_manifest, { path });
  return found;
}
