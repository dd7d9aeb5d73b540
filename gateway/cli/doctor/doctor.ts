import { resolve } from "node:path";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { renderText, type Said, say } from "../../../drivers/core/message.js";
import type { Problem } from "../../../drivers/profiles/problem.js";
import type { GatewayConfig } from "../../core/config.js";
import type { Check, DoctorContext, Finding, Level } from "../../doctor/check.js";
import { findConfig } from "../find-config.js";
import { flag, optional } from "../grammar/command.js";
import { NEW_FILE, text } from "../grammar/kinds.js";
import { CONFIG } from "../grammar/shared-options.js";
import { verb } from "../grammar/verb.js";
import type { ExitCode, Io } from "../io.js";
import { CLI_MESSAGES } from "../messages.js";
import { cut } from "../table.js";
import { tellSaid } from "../tell-said.js";
import { type Examined, findingJson, findingLines, type Paper, titleLine } from "./doctor-lines.js";
import { DOCTOR_VERB_MESSAGES as M } from "./doctor-messages.js";

/** Named here, so that --help loads no check; a test compares them. */
export const CHECK_NAMES = [
  ...[
    "config",
    "gateway",
    "ports",
    "clock",
    "power",
    "machine",
    "disk",
    "buffer",
    "kernel",
    "network",
    "listen",
  ],
] as const;

export const doctor = verb(
  {
    name: "doctor",
    summary: M.doctor_summary,
    about: M.about,
    args: {},
    options: {
      config: CONFIG,
      only: optional({ ...text("network,ports", M.word_parts), choices: CHECK_NAMES }, M.only),
      login: flag(M.login),
      report: optional({ ...NEW_FILE, example: "tram.txt" }, M.report),
      json: flag(M.json),
    },
    examples: ["doctor --only network,ports", "doctor --report tram.txt -c /etc/tram/gateway.yaml"],
  },
  async ({ options: { config, json, login, only, report } }, io) =>
    examine({ named: config, only, report, login: login ? "always" : "when_free", json }, io),
);

export interface Wishes {
  readonly named: string | undefined;
  readonly only: string | undefined;
  readonly report: string | undefined;
  readonly login: DoctorContext["login"];
  readonly json: boolean;
}

/** `replaced`: what a test puts in the place of the machine. */
export async function examine(
  wishes: Wishes,
  io: Io,
  replaced: Partial<DoctorContext> = {},
): Promise<ExitCode> {
  const checks = await chosenChecks(wishes.only);
  const found = await readConfig(wishes.named, io);
  const { createContext } = await import("../../doctor/context.js");
  const { runChecks } = await import("../../doctor/run-checks.js");
  const { env, language } = io;
  const context = createContext({ ...found, language, env, login: wishes.login }, replaced);
  const examined: Examined[] = [];
  const tell = wishes.json ? jsonTeller(io) : textTeller(io);
  if (!wishes.json) {
    const id = found.config?.gateway.name ?? found.file ?? "-";
    const time = new Date(context.clock.now()).toLocaleString("sv-SE");
    tellSaid(io, say(M.heading, { id, time }));
  }
  for await (const event of runChecks(checks, context, io.signal)) {
    if (event.kind === "begin") {
      examined.push({ check: event.check, findings: [] });
      tell.begin(event.check, event.at, event.of);
    } else if (event.kind === "finding") {
      examined.at(-1)?.findings.push(event.finding);
      tell.finding(event.check, event.finding);
    } else tell.end();
  }
  tell.end();
  const counts = countLevels(examined);
  if (!wishes.json) tellOutcome(examined, counts, io);
  if (wishes.report !== undefined) {
    const { writeReport } = await import("./doctor-report.js");
    const file = resolve(wishes.report);
    await writeReport(file, examined, context, io);
    tellSaid(io, say(M.report_written, { file }), { to: wishes.json ? "stderr" : "stdout" });
  }
  return counts.problem > 0 || io.signal.aborted ? 1 : 0;
}

async function chosenChecks(only: string | undefined): Promise<readonly Check[]> {
  const { CHECKS } = await import("../../doctor/checks.js");
  if (only === undefined) return CHECKS;
  const names = only.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !CHECKS.some((check) => check.name === name));
  if (unknown !== undefined) {
    throw new ConfigurationError(M.unknown_check, { name: unknown, names: CHECK_NAMES.join(", ") });
  }
  return CHECKS.filter(({ name }) => names.includes(name));
}

interface Found {
  readonly file?: string;
  readonly config?: GatewayConfig;
  readonly problems: readonly Problem[];
}

/** A missing or faulty configuration is a finding, and no reason to look at nothing. */
async function readConfig(named: string | undefined, io: Io): Promise<Found> {
  let file: string;
  try {
    file = findConfig("doctor", named, io);
  } catch (error) {
    if (error instanceof ConfigurationError && error.code === CLI_MESSAGES.no_config.code)
      return { problems: [] };
    throw error;
  }
  const { loadConfig } = await import("../../config/load-config.js");
  const { config, problems } = loadConfig(file, { profilesDir: `${io.root}/config/profiles`, env: io.env });
  return { file, problems, ...(config && { config }) };
}

interface Teller {
  begin(check: Check, at: number, of: number): void;
  finding(check: Check, finding: Finding): void;
  end(): void;
}

function paperOf({ colours, columns, language }: Io): Paper {
  return { colours, columns, language };
}

/** Findings as they come; what is being looked at stands below them on a terminal. */
function textTeller(io: Io): Teller {
  const paper = paperOf(io);
  let waiting = "";
  const clear = (): void => {
    if (waiting !== "" && io.isTerminal) io.stdout.write("\r\u001b[K");
  };
  const draw = (): void => {
    if (waiting !== "" && io.isTerminal) io.stdout.write(waiting);
  };
  return {
    begin: (check, at, of) => {
      io.stdout.write(`\n${titleLine(check, paper)}\n`);
      const title = renderText(say(check.title), io.language);
      waiting = cut(`  ${renderText(say(M.progress, { at, of, title }), io.language)}`, io.columns - 1);
      draw();
    },
    finding: (_check, finding) => {
      clear();
      io.stdout.write(`${findingLines(finding, paper).join("\n")}\n`);
      draw();
    },
    end: () => {
      clear();
      waiting = "";
    },
  };
}

function jsonTeller(io: Io): Teller {
  return {
    begin: () => {},
    finding: (check, finding) => {
      io.stdout.write(`${JSON.stringify(findingJson(check, finding, io))}\n`);
    },
    end: () => {},
  };
}

function countLevels(examined: readonly Examined[]): Record<Level, number> {
  const counts = { ok: 0, note: 0, warning: 0, problem: 0 };
  for (const { findings } of examined) for (const { level } of findings) counts[level]++;
  return counts;
}

/** The problems once more, since the first have left the screen by now, and the sum. */
function tellOutcome(examined: readonly Examined[], counts: Record<Level, number>, io: Io): void {
  const paper = paperOf(io);
  const problems = examined.flatMap(({ findings }) => findings.filter(({ level }) => level === "problem"));
  const again = io.isTerminal ? problems.flatMap((finding) => findingLines(finding, paper)) : [];
  io.stdout.write(["", ...again, ...(again.length > 0 ? [""] : [])].map((line) => `${line}\n`).join(""));
  tellSaid(io, summary(counts, io.signal.aborted));
}

function summary({ ok, problem, warning }: Record<Level, number>, stopped: boolean): Said {
  if (stopped) return say(M.stopped);
  return problem > 0
    ? say(M.not_well, { problems: problem, warnings: warning, ok })
    : say(M.all_well, { ok, warnings: warning });
}
