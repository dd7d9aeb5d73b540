import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { renderText, say } from "../../../drivers/core/message.js";
import type { ApiClient } from "../../api/client.js";
import type { ChangeJson } from "../../core/config-change.js";
import type { EndedChange, PendingChange } from "../../core/config-changes.js";
import { ask, canAsk } from "../ask.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import { number, timeOfDay } from "../table.js";
import { tellSaid } from "../tell-said.js";
import type { APPLY, CONFIRM, REVERT } from "./config-grammar.js";
import { type Difference, differenceLines } from "./config-lines.js";
import { CONFIG_VERB_MESSAGES as M } from "./config-messages.js";
import { loaded, mustRun, type RunningConfig, runningConfig, stationOf, whoIs } from "./config-parts.js";

/** A change starts drivers and opens the buffer anew. */
const APPLY_MS = 60_000;
const YES = /^(?:c|có|co|y|yes)$/i;
const NO = /^(?:k|không|khong|n|no)$/i;

/** Another configuration for the running gateway, taken back by itself unless it is confirmed. */
export async function apply({ args, options }: AskedOf<typeof APPLY>, io: Io): Promise<ExitCode> {
  const { client, file } = await stationOf("apply", options, io);
  const wanted = resolve(args.file ?? file);
  await loaded(wanted, io);
  const gateway = await client();
  mustRun(await runningConfig(gateway), file);
  const text = readFileSync(wanted, "utf8");
  const difference = (await gateway.post(`/v1/config/plan?lang=${io.language}`, { text })) as Difference;
  if (!options.json) io.stderr.write(`${differenceLines(difference, io).join("\n")}\n`);
  if (!options.yes) {
    if (!canAsk(io)) throw new ConfigurationError(M.cannot_ask);
    if (!YES.test((await ask(renderText(say(M.ask), io.language), io)) ?? "")) {
      tellSaid(io, say(M.not_applied), { to: "stderr" });
      return 1;
    }
  }
  const by = whoIs(options.by, io);
  const answer = (await gateway.post(
    `/v1/config/apply?lang=${io.language}`,
    { text, by, confirm_ms: options["confirm-within"] },
    { deadlineMs: APPLY_MS },
  )) as { readonly pending: PendingChange; readonly change: ChangeJson };
  if (options.json) io.stdout.write(`${JSON.stringify(answer)}\n`);
  else {
    tellSaid(io, say(M.applied, { until: timeOfDay(answer.pending.until) }));
    tellSaid(io, say(M.how_to));
  }
  return options.yes || options.json ? 0 : waitForConfirmation(gateway, file, by, io);
}

/** Shows what is reached again, and asks; whoever leaves leaves it pending. */
async function waitForConfirmation(gateway: ApiClient, file: string, by: string, io: Io): Promise<ExitCode> {
  for (;;) {
    const running = mustRun(await runningConfig(gateway), file);
    if (!running.pending) return tellEnd(running, file, io);
    const { missing, until } = running.pending;
    const seconds = number(Math.max(0, Math.round((Date.parse(until) - Date.now()) / 1000)), io.language);
    tellSaid(
      io,
      missing.length > 0
        ? say(M.waiting, { seconds, missing: missing.join(", ") })
        : say(M.all_reached, { seconds }),
    );
    const answer = await ask(renderText(say(M.ask_confirm), io.language), io);
    if (answer === undefined || io.signal.aborted) {
      tellSaid(io, say(M.left_pending, { until: timeOfDay(until) }));
      return 1;
    }
    if (YES.test(answer)) return decide(gateway, "confirm", by, file, false, io);
    if (NO.test(answer)) return decide(gateway, "revert", by, file, false, io);
  }
}

export async function confirm({ options }: AskedOf<typeof CONFIRM>, io: Io): Promise<ExitCode> {
  const { client, file } = await stationOf("confirm", options, io);
  return decide(await client(), "confirm", whoIs(options.by, io), file, options.json, io);
}

export async function revert({ options }: AskedOf<typeof REVERT>, io: Io): Promise<ExitCode> {
  const { client, file } = await stationOf("revert", options, io);
  return decide(await client(), "revert", whoIs(options.by, io), file, options.json, io);
}

async function decide(
  gateway: ApiClient,
  verb: "confirm" | "revert",
  by: string,
  file: string,
  json: boolean,
  io: Io,
): Promise<ExitCode> {
  const answer = (await gateway.post(
    `/v1/config/${verb}?lang=${io.language}`,
    { by },
    { deadlineMs: APPLY_MS },
  )) as {
    readonly ended: EndedChange;
  };
  if (json) io.stdout.write(`${JSON.stringify(answer.ended)}\n`);
  else tellEnd(answer, file, io);
  return 0;
}

function tellEnd({ ended }: Pick<RunningConfig, "ended">, file: string, io: Io): ExitCode {
  if (!ended || ended.end === "confirmed") {
    tellSaid(io, say(M.confirmed));
    return 0;
  }
  tellSaid(io, say(M.reverted, { why: ended.why ?? "-" }));
  tellSaid(io, say(M.kept_copy, { file: `${file}.taken-back` }));
  return 1;
}
