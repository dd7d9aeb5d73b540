import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { asError, RejectedError } from "../../../drivers/core/errors.js";
import { renderText, say } from "../../../drivers/core/message.js";
import type { DoctorContext } from "../../doctor/check.js";
import { hideKnown, knownSecrets, redact, redactDeep } from "../../doctor/redact.js";
import type { Io } from "../io.js";
import { type Examined, findingJson, findingLines, titleLine } from "./doctor-lines.js";
import { DOCTOR_VERB_MESSAGES as M } from "./doctor-messages.js";

const LOG_LINES = 300;
const MOST_CONFIG_BYTES = 1_000_000;
const WIDTH = 100;

interface Parts {
  readonly versions: Readonly<Record<string, string>>;
  readonly findings: readonly object[];
  readonly status: unknown;
  readonly config: string | null;
  readonly log: readonly string[];
}

/**
 * One file to send to whoever helps. Everything passes through `redact` as the last step, whatever it came from; readable by
 * its owner alone. Never overwrites. Throws RejectedError.
 */
export async function writeReport(
  file: string,
  examined: readonly Examined[],
  context: DoctorContext,
  io: Io,
): Promise<void> {
  const secrets = knownSecrets(context.file, context.config, context.env);
  const parts = redactDeep(await collect(examined, context, io), secrets) as Parts;
  const told = redact(findingsText(examined, io), secrets);
  const text = file.endsWith(".json")
    ? `${JSON.stringify(parts, undefined, 2)}\n`
    : asPage(parts, told, context, io);
  try {
    await writeFile(file, hideKnown(text, secrets), { flag: "wx", mode: 0o600 });
  } catch (thrown) {
    const error = asError(thrown) as NodeJS.ErrnoException;
    if (error.code === "EEXIST") throw new RejectedError(M.report_exists, { file });
    throw new RejectedError(M.report_failed, { file, problem: error.message }, { cause: error });
  }
}

async function collect(examined: readonly Examined[], context: DoctorContext, io: Io): Promise<Parts> {
  const answer = await context.gateway();
  const { stdout } = await context.command("journalctl", [
    ...["-u", "tram", "-n", `${LOG_LINES}`, "--no-pager", "-q", "-o", "short-iso"],
  ]);
  return {
    versions: { tram: io.version, node: process.version, platform: `${process.platform} ${process.arch}` },
    findings: examined.flatMap(({ check, findings }) => findings.map((one) => findingJson(check, one, io))),
    status: answer.state === "running" ? answer.status : null,
    config: configText(context.file),
    log: stdout.split("\n").filter((line) => line !== ""),
  };
}

function configText(file: string | undefined): string | null {
  try {
    return file === undefined ? null : readFileSync(file, "utf8").slice(0, MOST_CONFIG_BYTES);
  } catch {
    return null;
  }
}

function findingsText(examined: readonly Examined[], { language }: Io): string {
  const paper = { language, columns: WIDTH, colours: false };
  return examined
    .map(({ check, findings }) =>
      [titleLine(check, paper), ...findings.flatMap((one) => findingLines(one, paper))].join("\n"),
    )
    .join("\n\n");
}

function asPage(
  { config, log, status, versions }: Parts,
  findings: string,
  { clock, config: loaded, file = "-" }: DoctorContext,
  { language }: Io,
): string {
  const nothing = renderText(say(M.nothing), language);
  const time = new Date(clock.now()).toISOString();
  const parts: readonly (readonly [string, string])[] = [
    [renderText(say(M.part_findings), language), findings],
    [
      renderText(say(M.part_status), language),
      status === null ? nothing : JSON.stringify(status, undefined, 2),
    ],
    [renderText(say(M.part_config, { file }), language), config ?? nothing],
    [renderText(say(M.part_log), language), log.join("\n") || nothing],
  ];
  const about = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    renderText(say(M.heading, { id: loaded?.gateway.id ?? file, time }), language),
    about.join(", "),
    ...parts.map(([title, text]) => `\n==== ${title} ====\n\n${text}`),
    "",
  ].join("\n");
}
