import { lockHolder } from "../../../drivers/core/lock.js";
import { render, renderHint, renderText, type Said, say } from "../../../drivers/core/message.js";
import { type Verified, verifyBuffer } from "../../buffer/verify.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import { ProgressBar, runSteps } from "../progress-bar.js";
import { number } from "../table.js";
import type { VERIFY } from "./buffer-grammar.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";
import { bufferPlace } from "./buffer-place.js";

export async function verify(asked: AskedOf<typeof VERIFY>, io: Io): Promise<ExitCode> {
  const { identityPath, path } = await bufferPlace("verify", asked, io);
  const inUse = (await lockHolder(path)) !== undefined;
  const bar = new ProgressBar(io);
  const title = renderText(say(M.stage_verify), io.language);
  let verified: Verified;
  try {
    const steps = verifyBuffer({ path, inUse, ...(identityPath !== undefined && { identityPath }) });
    verified = await runSteps(steps, io.signal, (step) => bar.show(title, step));
  } finally {
    bar.end();
  }
  if (asked.options.json) io.stdout.write(`${JSON.stringify(verifiedJson(path, verified, io))}\n`);
  else for (const line of verifiedLines(path, verified, io)) io.stdout.write(`${line}\n`);
  return verified.findings.count > 0 ? 1 : 0;
}

/** What `tram buffer verify --json` prints. */
export function verifiedJson(path: string, verified: Verified, io: Io): Readonly<Record<string, unknown>> {
  const { findings, ...rest } = verified;
  return {
    path,
    good: findings.count === 0,
    ...rest,
    findings: findings.count,
    found: findings.kept.map((said) => ({
      code: said.message.code,
      ...said.params,
      text: renderText(said, io.language),
      hint: renderHint(said, io.language),
    })),
  };
}

export function verifiedLines(path: string, verified: Verified, io: Io): string[] {
  const { findings, first, last, readings, records, rows, structure } = verified;
  const count = (value: number): string => number(value, io.language);
  const told = (said: Said): string => render(said, io.language);
  const lines = [
    told(say(M.verified, { path, rows: count(rows), records: count(records), readings: count(readings) })),
    told(say(M.verified_numbers, { first: count(first), last: count(last) })),
  ];
  if (structure === "left_out") lines.push(told(say(M.structure_left_out)));
  for (const said of findings.kept) lines.push(`! ${told(said)}`);
  const more = findings.count - findings.kept.length;
  if (more > 0) lines.push(told(say(M.more_findings, { count: more })));
  lines.push(
    told(findings.count === 0 ? say(M.verified_good) : say(M.verified_bad, { count: findings.count })),
  );
  return lines;
}
