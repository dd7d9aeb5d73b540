import { resolve } from "node:path";
import { type Language, type Message, render, renderText, say } from "../../../drivers/core/message.js";
import { auditName } from "../../buffer/audit-copy.js";
import { type BackedUp, backUp, type Stage } from "../../buffer/backup.js";
import { type Manifest, manifestName } from "../../buffer/manifest.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import { ProgressBar, runSteps } from "../progress-bar.js";
import { number } from "../table.js";
import { tellSaid } from "../tell-said.js";
import type { BACKUP } from "./buffer-grammar.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";
import { bufferPlace } from "./buffer-place.js";
import { verifiedLines } from "./buffer-verify.js";

export async function backup(asked: AskedOf<typeof BACKUP>, io: Io): Promise<ExitCode> {
  const { force, json, out } = asked.options;
  const { auditPath, identityPath, path } = await bufferPlace("backup", asked, io);
  const file = resolve(out);
  const bar = new ProgressBar(io);
  let done: BackedUp;
  try {
    const steps = backUp({
      path,
      file,
      force,
      now: Date.now(),
      tool: io.version,
      ...(identityPath !== undefined && { identityPath }),
      ...(auditPath !== undefined && { auditPath }),
    });
    done = await runSteps(steps, io.signal, (step) => bar.show(stageName(step.stage, io.language), step));
  } finally {
    bar.end();
  }
  const { manifest, verified } = done;
  if (json) {
    io.stdout.write(`${JSON.stringify({ ...manifest, file, manifest: manifestName(file) })}\n`);
  } else {
    for (const line of verifiedLines(file, verified, io)) io.stdout.write(`${line}\n`);
    const size = number(manifest.bytes / 1e6, io.language, 1);
    const said = say(M.backed_up, { file, size, manifest: manifestName(file), sha256: manifest.sha256 });
    tellSaid(io, said);
    for (const line of auditLines(file, manifest, io)) io.stdout.write(`${line}\n`);
  }
  return manifest.findings > 0 || manifest.audit?.broken !== undefined ? 1 : 0;
}

function auditLines(file: string, { audit }: Manifest, { language }: Io): string[] {
  if (!audit) return [];
  const { broken, last } = audit;
  const params = { file: auditName(file), last: number(last, language) };
  if (broken === undefined) return [render(say(M.audit_backed_up, params), language)];
  return [render(say(M.audit_broken, { path: params.file, broken: number(broken, language) }), language)];
}

const STAGES: Readonly<Record<Stage["stage"], Message<never>>> = {
  copy: M.stage_copy,
  verify: M.stage_verify,
  hash: M.stage_hash,
};

export const stageName = (stage: Stage["stage"], language: Language): string =>
  renderText(say(STAGES[stage]), language);
