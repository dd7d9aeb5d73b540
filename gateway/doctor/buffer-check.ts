import { existsSync } from "node:fs";
import { basename } from "node:path";
import { asError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { BufferContents } from "../buffer/contents.js";
import { machineId } from "../host/machine.js";
import type { Check, DoctorContext, Finding } from "./check.js";
import { DISK_MESSAGES as M } from "./disk-messages.js";

const SHORT_YEARS = 1;

/** What is in the buffer file; read beside a running gateway, never written. */
export const bufferCheck: Check = {
  name: "buffer",
  title: M.buffer_title,
  deadlineMs: 60_000,
  async *run(context, signal) {
    const buffer = context.config?.buffer;
    if (!buffer) return;
    const { identity, path } = buffer;
    if (!existsSync(path)) {
      yield { level: "note", said: say(M.buffer_new, { path }) };
      return;
    }
    let contents: BufferContents | undefined;
    try {
      contents = await readContents(path, identity, signal);
    } catch (thrown) {
      yield { level: "problem", said: say(M.buffer_unreadable, { path, problem: asError(thrown).message }) };
      return;
    }
    if (contents) yield* contentsFindings(contents);
    yield* lifeFindings(context);
  },
};

async function readContents(
  path: string,
  identity: string,
  signal: AbortSignal,
): Promise<BufferContents | undefined> {
  const { bufferContents } = await import("../buffer/contents.js");
  const steps = bufferContents(path, identity);
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      await new Promise(setImmediate);
      if (signal.aborted) return undefined;
    }
  } finally {
    steps.return(undefined as never);
  }
}

function* contentsFindings(contents: BufferContents): Generator<Finding, void> {
  const { identity, last, machine, path, records, uplinks } = contents;
  // The ballast belongs there: it is given back first on a full disk.
  const beside = contents.beside.filter(({ file }) => !file.endsWith(".ballast"));
  const size = Math.round(contents.fileBytes / 1e6);
  const facts = {
    path,
    records,
    last,
    fileBytes: contents.fileBytes,
    epoch: contents.epoch,
    rev: contents.rev,
  };
  yield { level: "ok", said: say(M.buffer_good, { path, records, last, size }), facts };
  for (const { name, pending } of uplinks) {
    if (pending === 0) continue;
    yield {
      level: "note",
      said: say(M.buffer_waiting, { uplink: name, pending }),
      facts: { uplink: name, pending },
    };
  }
  if (identity && identity.state !== "agrees") {
    const { path: second, state } = identity;
    yield {
      level: "warning",
      said: say(M.buffer_identity, { path: second, state }),
      facts: { secondPlace: state },
    };
  }
  if (machine !== machineId()) yield { level: "warning", said: say(M.buffer_of_another) };
  if (beside.length > 0) {
    const files = beside.map(({ file }) => basename(file)).join(", ");
    yield {
      level: "note",
      said: say(M.buffer_beside, { count: beside.length, files }),
      facts: { beside: beside.length },
    };
  }
}

async function* lifeFindings(context: DoctorContext): AsyncGenerator<Finding, void> {
  const answer = await context.gateway();
  const left = answer.state === "running" ? answer.status.buffer.card.yearsLeft : undefined;
  if (left === undefined) return;
  const years = Math.round(left * 10) / 10;
  const facts = { yearsLeft: years };
  yield left < SHORT_YEARS
    ? { level: "warning", said: say(M.buffer_life_short, { years }), facts }
    : { level: "ok", said: say(M.buffer_life, { years }), facts };
}
