import { resolve } from "node:path";
import { SocketLock } from "../../../drivers/core/lock.js";
import { type Said, say } from "../../../drivers/core/message.js";
import { type Restored, restoreBuffer } from "../../buffer/restore.js";
import { machineId } from "../../host/machine.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import { ProgressBar, runSteps } from "../progress-bar.js";
import { tellSaid } from "../tell-said.js";
import { stageName } from "./buffer-backup.js";
import type { RESTORE } from "./buffer-grammar.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";
import { bufferConfig } from "./buffer-place.js";
import { verifiedLines } from "./buffer-verify.js";

const AUDIT = { restored: M.audit_restored, kept: M.audit_kept, broken: M.audit_not_restored } as const;

export async function restore(asked: AskedOf<typeof RESTORE>, io: Io): Promise<ExitCode> {
  const { force, json } = asked.options;
  const config = await bufferConfig("restore", asked.options.config, io);
  const { identity, path } = config.buffer;
  const bar = new ProgressBar(io);
  let done: Restored;
  try {
    const steps = restoreBuffer({
      file: resolve(asked.args.file),
      path,
      identityPath: identity,
      auditPath: config.audit.path,
      machineId: machineId(),
      lock: new SocketLock(),
      force,
      stamp: new Date().toISOString().replace(/[-:]|\.\d+/g, ""),
    });
    done = await runSteps(steps, io.signal, (step) => bar.show(stageName(step.stage, io.language), step));
  } finally {
    bar.end();
  }
  const { audit, compared, epoch, setAside, verified } = done;
  if (json) {
    const { findings, first, last } = verified;
    const said = { path, setAside: setAside ?? null, nextEpoch: epoch, compared };
    const ofAudit = { audit: audit.audit, auditSetAside: audit.setAside ?? null };
    const answer = { ...said, ...ofAudit, epoch: verified.epoch, first, last, findings: findings.count };
    io.stdout.write(`${JSON.stringify(answer)}\n`);
    return 0;
  }
  const tell = (said: Said): void => tellSaid(io, said);
  for (const line of verifiedLines(path, verified, io)) io.stdout.write(`${line}\n`);
  if (!compared) tell(say(M.not_compared));
  if (setAside !== undefined) tell(say(M.replaced, { aside: setAside }));
  const { setAside: auditAside } = audit;
  if (audit.audit !== "none") tell(say(AUDIT[audit.audit], { path: config.audit.path }));
  if (auditAside !== undefined) tell(say(M.replaced, { aside: auditAside }));
  tell(say(epoch === "new" ? M.restored_new_epoch : M.restored_same_epoch, { path, epoch: verified.epoch }));
  return 0;
}
