import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { renderText, say } from "../../../drivers/core/message.js";
import type { AuditLog } from "../../buffer/audit-log.js";
import type { GatewayConfig } from "../../core/config.js";
import type { PointAccess, WritePlan, WriteWish } from "../../core/point-access.js";
import { ask, canAsk } from "../ask.js";
import { type AskedOf, flag, grammar, optional, repeated } from "../grammar/command.js";
import { POINT, text } from "../grammar/kinds.js";
import { CONFIG, JSON_OUTPUT } from "../grammar/shared-options.js";
import { verb } from "../grammar/verb.js";
import type { ExitCode, Io } from "../io.js";
import { tellSaid } from "../tell-said.js";
import { openAudit, openSite, readConfig, runningGateway, systemClock } from "./open-site.js";
import { numberOption, tableWord } from "./raw-options.js";
import { answerLines, planLines } from "./write-lines.js";
import { WRITE_MESSAGES as M } from "./write-messages.js";

/** One line that goes into the audit. */
const LINE = /^[^\p{C}\p{Zl}\p{Zp}]{1,120}$/u;
/** How long the disk may take to show that it can be written. */
const AUDIT_MS = 2_000;
const LOOK_MS = 20;

const WRITE = grammar({
  name: "write",
  summary: M.write_summary,
  about: M.about,
  args: { words: repeated({ ...POINT, word: M.word_words.text }, M.words) },
  options: {
    config: CONFIG,
    yes: flag(M.yes, { short: "y" }),
    "dry-run": flag(M.dry_run),
    by: optional(text('"Nguyễn Văn A"', M.word_name), M.by),
    reason: optional(text('"thử bơm"'), M.reason),
    raw: flag(M.raw),
    "yes-i-know": flag(M.yes_i_know),
    json: JSON_OUTPUT,
  },
  forms: [
    ["words", "yes?", "dry-run?", "by?", "reason?", "config?", "json?"],
    ["words", "raw", "yes-i-know?", "dry-run?", "by?", "reason?", "config?", "json?"],
  ],
  examples: [
    {
      vi: 'write drive frequency.set 40 --reason "thử bơm"',
      en: 'write drive frequency.set 40 --reason "testing the pump"',
    },
  ],
});

type WriteAsked = AskedOf<typeof WRITE>;

export const write = verb(WRITE, async (asked, io) => {
  const wish = wishOf(asked, io);
  const config = await readConfig("write", asked.options.config, io);
  const connection = config.devices.get(wish.device)?.connection;
  const isDry = asked.options["dry-run"];
  const audit = isDry || (await runningGateway(config, io)) ? undefined : await usableAudit(config);
  try {
    const connections = connection === undefined ? [] : [connection];
    const site = await openSite({ config, connections, ...(audit && { audit }) }, io).catch(
      (error: unknown) => {
        if (!io.signal.aborted) throw error;
      },
    );
    if (!site) {
      print(io, [renderText(say(M.declined), io.language)]);
      return 1;
    }
    try {
      return await work(site.access, wish, asked, io);
    } finally {
      await site.close();
    }
  } finally {
    if (audit) await closeAudit(audit, io);
  }
});

/** Shown, asked, done. */
async function work(
  access: PointAccess,
  wish: WriteWish,
  { options }: WriteAsked,
  io: Io,
): Promise<ExitCode> {
  const { "dry-run": isDry, json } = options;
  const shown = await access.write(wish, io.language);
  if (!json || isDry) print(io, json ? [JSON.stringify(shown)] : planLines(shown.plan, io));
  if (isDry) return 0;
  if (!(await isMeant(shown.plan, options, io))) {
    print(io, [renderText(say(M.declined), io.language)]);
    return 1;
  }
  const answer = await access.write({ ...wish, id: randomUUID() }, io.language);
  print(io, json ? [JSON.stringify(answer)] : answerLines(answer, io));
  return answer.state === "verified" || answer.state === "confirmed" ? 0 : 1;
}

/** By an option, or by a word in the terminal. Throws ConfigurationError where neither can be. */
async function isMeant(plan: WritePlan, options: WriteAsked["options"], io: Io): Promise<boolean> {
  const isGrave = plan.point === undefined || plan.safety === "dangerous";
  if (options["yes-i-know"] || (options.yes && !isGrave)) return !io.signal.aborted;
  if (!canAsk(io)) {
    throw new ConfigurationError(M.needs_yes, { option: isGrave ? "--yes-i-know" : "--yes" });
  }
  // Of what is grave not a word that the fingers know by heart.
  const word = isGrave ? plan.device : renderText(say(M.yes_word), io.language);
  const answer = await ask(renderText(say(M.ask, { word }), io.language), io);
  return answer === word;
}

function wishOf({ args, options }: WriteAsked, io: Io): WriteWish {
  const by = lineOption("--by", options.by) ?? nameOf(io);
  if (!by) throw new ConfigurationError(M.who);
  const reason = lineOption("--reason", options.reason);
  const asked = { by, ...(reason !== undefined && { reason }) };
  if (options.raw) {
    const [device, table, address, ...words] = args.words;
    if (device === undefined || table === undefined || address === undefined || words.length === 0) {
      throw new ConfigurationError(M.raw_what);
    }
    const raw = { table: tableWord(table), address: numberOption("--raw", address, 0, 65_535) };
    return { ...asked, device, raw, words: words.map((word) => numberOption("--raw", word, 0, 65_535)) };
  }
  const [device, point, value, unit, ...more] = args.words;
  if (device === undefined || point === undefined || value === undefined || more.length > 0) {
    throw new ConfigurationError(M.what);
  }
  return { ...asked, device, point, value: unit === undefined ? value : `${value} ${unit}` };
}

function lineOption(option: string, text: string | undefined): string | undefined {
  const line = text?.trim();
  if (line === undefined || line === "") return undefined;
  if (!LINE.test(line)) throw new ConfigurationError(M.too_long, { option });
  return line;
}

/** Who is logged in, behind sudo too. */
function nameOf({ env }: Io): string | undefined {
  return env["SUDO_USER"] || env["USER"] || loginName();
}

function loginName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name.
    return undefined;
  }
}

/** What is not audited is not written: throws ConfigurationError where the file cannot be. */
async function usableAudit(config: GatewayConfig): Promise<AuditLog> {
  const audit = await openAudit(config, await systemClock());
  await until(() => audit.stats().bytes > 0 || audit.stats().problem !== undefined);
  const { bytes, path, problem } = audit.stats();
  if (bytes > 0 && problem === undefined) return audit;
  await audit.close();
  throw new ConfigurationError(M.no_audit, { path, problem: problem ?? "?" });
}

/** A disk that became full meanwhile must not keep its silence. */
async function closeAudit(audit: AuditLog, io: Io): Promise<void> {
  await until(() => audit.stats().waiting === 0 || audit.stats().problem !== undefined);
  const { path, waiting } = audit.stats();
  await audit.close();
  if (waiting > 0) tellSaid(io, say(M.not_audited, { path, count: waiting }), { to: "stderr" });
}

async function until(holds: () => boolean): Promise<void> {
  const clock = await systemClock();
  const untilMs = clock.mono() + AUDIT_MS;
  while (!holds() && clock.mono() < untilMs) await clock.sleep(LOOK_MS);
}

function print(io: Io, lines: readonly string[]): void {
  io.stdout.write(`${lines.join("\n")}\n`);
}
