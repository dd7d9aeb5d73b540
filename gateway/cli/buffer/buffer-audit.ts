import { resolve } from "node:path";
import { asError, ConfigurationError } from "../../../drivers/core/errors.js";
import { render, renderText, say } from "../../../drivers/core/message.js";
import type { AuditEntry } from "../../buffer/audit-line.js";
import { type AuditVerdict, auditReader, auditSentence } from "../../buffer/audit-reader.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import { number } from "../table.js";
import { writeOut } from "../write-out.js";
import type { AUDIT } from "./buffer-grammar.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";
import { bufferConfig } from "./buffer-place.js";

/** Entries shown unless all are asked for. */
const LATEST = 50;

/** What was done to the gateway and what befell it, and whether the chain of hashes holds. */
export async function audit({ args, options }: AskedOf<typeof AUDIT>, io: Io): Promise<ExitCode> {
  const { all, config, json, kind } = options;
  const path =
    args.file === undefined ? (await bufferConfig("audit", config, io)).audit.path : resolve(args.file);
  const reader = auditReader(path);
  let verdict: AuditVerdict;
  try {
    verdict = await reader.verify();
  } catch (error) {
    throw new ConfigurationError(M.no_audit, { path, problem: asError(error).message }, { cause: error });
  }
  const print = (text: string): Promise<void> => writeOut(io.stdout, text, io.signal);
  const latest: AuditEntry[] = [];
  for await (const entry of reader.entries()) {
    if (io.signal.aborted) return 1;
    if (kind !== undefined && entry.kind !== kind) continue;
    if (all) await print(`${entryLine(entry, json, io)}\n`);
    else if (latest.push(entry) > LATEST) latest.shift();
  }
  for (const entry of latest) await print(`${entryLine(entry, json, io)}\n`);
  await print(`${json ? JSON.stringify({ path, ...verdict }) : verdictLine(path, verdict, io)}\n`);
  return verdict.broken === undefined ? 0 : 1;
}

function entryLine(entry: AuditEntry, json: boolean, io: Io): string {
  if (json) return JSON.stringify(entry);
  const { clock, code, n, params, t, who } = entry;
  const said = auditSentence(entry);
  const text = said ? renderText(said, io.language) : `${code} ${JSON.stringify(params)}`;
  // As in the messages of the centre: a time that nobody vouches for says so.
  return `${n}  ${t}${clock === "trusted" ? "" : "?"}  ${who}  ${text}`;
}

export function verdictLine(
  path: string,
  { after, broken, hash, last }: AuditVerdict,
  { language }: Io,
): string {
  const count = (value: number): string => number(value, language);
  if (broken !== undefined) return render(say(M.audit_broken, { path, broken: count(broken) }), language);
  return render(say(M.audit_whole, { path, first: count(after + 1), last: count(last), hash }), language);
}
