import { readFileSync } from "node:fs";
import { asError, ConfigurationError } from "../../../drivers/core/errors.js";
import { renderText, type Said, say } from "../../../drivers/core/message.js";
import { type Additions, withAdditions } from "../../config/add-devices.js";
import type { ReportedDevice } from "../../core/scan-report.js";
import { ask, canAsk } from "../ask.js";
import { findConfig } from "../find-config.js";
import type { Io } from "../io.js";
import { CLI_MESSAGES } from "../messages.js";
import { tellSaid } from "../tell-said.js";
import { SCAN_ADD_MESSAGES as M } from "./scan-add-messages.js";
import type { ScanOrder } from "./scan-order.js";
import { proposal } from "./scan-proposal.js";
import { configOf, type ScanSource } from "./scan-source.js";

export type Added = "nothing" | "added" | "failed";

/**
 * Proposes to put what was found into gateway.yaml. Written only where `--add` was given or somebody at a terminal
 * agrees; without a configuration the lines are shown for pasting.
 */
export async function offerToAdd(
  found: readonly ReportedDevice[],
  source: Pick<ScanSource, "connection">,
  order: ScanOrder,
  io: Io,
): Promise<Added> {
  const isAsked = order.add || (!order.json && canAsk(io) && !io.signal.aborted);
  if (found.length === 0 || !isAsked) return "nothing";
  const file = fileOf(order, io);
  if (file === undefined) {
    const { left, ...additions } = proposal(found, { connections: new Map(), devices: new Map() }, undefined);
    if (additions.devices.length > 0) show(say(M.for_pasting), additions, io);
    for (const said of left) tell(said, io);
    return "nothing";
  }
  const text = readFileSync(file, "utf8");
  const { left, ...additions } = proposal(found, await configOf(file, io), source.connection);
  for (const said of left) tell(said, io);
  if (additions.devices.length === 0) return "nothing";
  show(say(M.proposed, { file }), additions, io);
  for (const { id, keys } of additions.changed ?? []) {
    tell(say(M.new_setting, { connection: id, setting: settingText(keys) }), io);
  }
  if (!order.add && !(await agrees(file, io))) {
    tell(say(M.not_added), io);
    return "nothing";
  }
  return write(file, text, additions, io);
}

/** Throws ConfigurationError where there is no configuration, or a faulty one. */
export async function requireConfig(order: ScanOrder, io: Io): Promise<void> {
  const file = fileOf(order, io);
  if (file !== undefined) await configOf(file, io);
}

/** The configuration that is meant; undefined where there is none and nobody named one. */
function fileOf(order: ScanOrder, io: Io): string | undefined {
  try {
    return findConfig("scan", order.config, io);
  } catch (error) {
    if (error instanceof ConfigurationError && error.code === CLI_MESSAGES.no_config.code && !order.add)
      return undefined;
    throw error;
  }
}

async function agrees(file: string, io: Io): Promise<boolean> {
  const answer = await ask(renderText(say(M.ask, { file }), io.language), io);
  return /^(?:c|có|co|y|yes)$/i.test(answer ?? "");
}

async function write(file: string, before: string, additions: Additions, io: Io): Promise<Added> {
  const { rewriteConfig } = await import("../../config/rewrite-config.js");
  const options = { profilesDir: `${io.root}/config/profiles`, env: io.env };
  try {
    const result = rewriteConfig(file, before, withAdditions(before, additions), options);
    switch (result.state) {
      case "written":
        tell(say(M.written, { file, count: additions.devices.length, backup: result.backup }), io);
        return "added";
      case "changed":
        tell(say(M.changed, { file }), io);
        return "failed";
      case "refused": {
        const { renderProblems } = await import("../../config/render-problems.js");
        io.stderr.write(
          `${renderProblems(result.problems, io.language, { width: io.columns, from: process.cwd() })}\n`,
        );
        tell(say(M.refused, { file }), io);
        return "failed";
      }
    }
  } catch (error) {
    tell(say(M.not_writable, { file, problem: asError(error).message }), io);
    return "failed";
  }
}

function settingText(keys: Readonly<Record<string, string | number>>): string {
  return Object.entries(keys)
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ");
}

function show(head: Said, additions: Additions, io: Io): void {
  io.stderr.write(`${renderText(head, io.language)}\n${withAdditions("", additions).trim()}\n`);
}

function tell(said: Said, io: Io): void {
  tellSaid(io, said, { to: "stderr" });
}
