import { basename, resolve } from "node:path";
import { SystemClock } from "../../../drivers/core/clock.js";
import { asError, ConfigurationError, TramError } from "../../../drivers/core/errors.js";
import { render, renderText, say } from "../../../drivers/core/message.js";
import type { ApiReading } from "../../api/reading-json.js";
import { refuseToOverwrite, WholeFile, writeWhole } from "../../buffer/whole-file.js";
import type { GatewayConfig } from "../../core/config.js";
import type { GatewayStatus } from "../../core/status.js";
import { wrapLines } from "../../core/wrap-text.js";
import { ask, canAsk } from "../ask.js";
import { type Asked, defaulted, flag, optional } from "../grammar/command.js";
import { duration, NEW_FILE, text, UPLINK } from "../grammar/kinds.js";
import { CONFIG, JSON_OUTPUT } from "../grammar/shared-options.js";
import { verb } from "../grammar/verb.js";
import type { Io } from "../io.js";
import { localGateway } from "../local-gateway.js";
import { readConfig } from "../points/open-site.js";
import { ProgressBar } from "../progress-bar.js";
import { number } from "../table.js";
import { tellSaid } from "../tell-said.js";
import { buildReport } from "./report-build.js";
import type { BufferTest, StationReport } from "./report-data.js";
import { REPORT_MESSAGES as M } from "./report-messages.js";
import { type ExaminedItem, openItems } from "./report-open.js";

const OPTIONS = {
  config: CONFIG,
  out: optional(NEW_FILE, M.out, { short: "o" }),
  force: flag(M.force),
  uplink: optional(UPLINK, M.uplink),
  outage: defaulted(duration("1s", "5min", "60s"), M.outage, "60s"),
  "no-outage": flag(M.no_outage),
  installer: optional(text('"Nguyễn Văn A"', M.word_name), M.installer),
  recipient: optional(text('"Trần Thị B"', M.word_name), M.recipient),
  place: optional(text('"Sóc Trăng"', M.word_place), M.place),
  yes: flag(M.yes, { short: "y" }),
  json: JSON_OUTPUT,
};

export const report = verb(
  {
    name: "report",
    summary: M.summary,
    about: M.about,
    args: {},
    options: OPTIONS,
    examples: [
      'report -c gateway.yaml --installer "Nguyễn Văn A" --recipient "Trần Thị B"',
      "report --no-outage --out thu.html",
    ],
  },
  async ({ options }, io) => {
    const config = await readConfig("report", options.config, io);
    const gateway = await localGateway("report", { options }, io);
    const first = (await gateway.get(`/v1/status?lang=${io.language}`)) as GatewayStatus;
    const file = resolve(options.out ?? defaultName(config, io));
    const data = `${file.replace(/\.html?$/i, "")}.json`;
    refuseToOverwrite([file, data], options.force);
    const uplink = options["no-outage"] ? undefined : chosenUplink(first, options.uplink);
    if (uplink !== undefined && !(await mayCut(uplink, options, io))) return 1;
    const bar = new ProgressBar(io);
    try {
      const test = uplink === undefined ? NOT_DONE : await tested(gateway, uplink, options, bar, io);
      const { box, items } = await examined(config, bar, io);
      const status = (await gateway.get(`/v1/status?lang=${io.language}`)) as GatewayStatus;
      const readings = (await gateway.get(`/v1/values?lang=${io.language}`)) as ApiReading[];
      const { installer, place, recipient } = options;
      const people = {
        ...(installer && { installer }),
        ...(recipient && { recipient }),
        ...(place && { place }),
      };
      const parts = { config, status, readings, box, test, people, language: io.language, now: Date.now() };
      const built = buildReport(parts);
      const whole: StationReport = { ...built, open: openItems(built, status, items) };
      const sha256 = await write(whole, file, data);
      bar.end();
      tell(whole, { file, data, sha256 }, options.json, io);
      return whole.open.length === 0 ? 0 : 1;
    } finally {
      bar.end();
    }
  },
);

type Options = Asked<Record<string, never>, typeof OPTIONS>["options"];
const NOT_DONE: BufferTest = { result: "not_done" };

function defaultName({ gateway }: GatewayConfig, { language }: Io): string {
  const day = new Date().toLocaleDateString("sv-SE", { timeZone: gateway.timezone });
  return `${gateway.id}-${language === "vi" ? "nghiem-thu" : "report"}-${day}.html`;
}

/** Undefined where there is none that speaks MQTT. Throws ConfigurationError for one that is not there. */
function chosenUplink({ uplinks }: GatewayStatus, wanted: string | undefined): string | undefined {
  if (wanted === undefined) return uplinks.find(({ url }) => /^mqtts?:/.test(url))?.id;
  if (uplinks.some(({ id }) => id === wanted)) return wanted;
  const known = uplinks.map(({ id }) => id).join(", ");
  throw new ConfigurationError(M.unknown_uplink, { uplink: wanted, uplinks: known || "-" });
}

async function mayCut(uplink: string, { outage, yes }: Options, io: Io): Promise<boolean> {
  if (yes) return true;
  if (!canAsk(io)) throw new ConfigurationError(M.cannot_ask, { uplink });
  const question = renderText(
    say(M.ask, { uplink, seconds: number(outage / 1000, io.language) }),
    io.language,
  );
  const answer = await ask(question, io);
  return answer !== undefined && /^(?:|c|có|co|y|yes)$/i.test(answer.normalize("NFC"));
}

/** A test that cannot be made leaves an open item; one that was interrupted leaves no report. */
async function tested(
  gateway: Awaited<ReturnType<typeof localGateway>>,
  uplink: string,
  { installer, outage }: Options,
  bar: ProgressBar,
  io: Io,
): Promise<BufferTest> {
  const { testBuffer } = await import("./report-buffer-test.js");
  const by = installer?.trim() || io.env["USER"] || "tram report";
  const steps = testBuffer(gateway, { uplink, cutMs: outage, by }, new SystemClock("report"), io.signal);
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      const { done, leftMs, pending, stage, total } = step.value;
      const said = say(stage === "cut" ? M.stage_cut : M.stage_drain, {
        uplink,
        pending: number(pending, io.language),
      });
      bar.show(renderText(said, io.language), { done, total, ...(leftMs !== undefined && { leftMs }) });
    }
  } catch (thrown) {
    const error = asError(thrown);
    if (io.signal.aborted || !(error instanceof TramError) || error.class === "internal") throw error;
    bar.end();
    tellSaid(io, say(M.not_tested, { problem: render(error.said, io.language) }), { to: "stderr" });
    return NOT_DONE;
  }
}

/** What `tram doctor` says of the box, but for what the running gateway itself tells better. */
async function examined(
  config: GatewayConfig,
  bar: ProgressBar,
  io: Io,
): Promise<{ readonly box: readonly string[]; readonly items: readonly ExaminedItem[] }> {
  const { CHECKS } = await import("../../doctor/checks.js");
  const { createContext } = await import("../../doctor/context.js");
  const { runChecks } = await import("../../doctor/run-checks.js");
  const { env, language } = io;
  const context = createContext({
    file: config.file,
    config,
    problems: [],
    language,
    env,
    login: "when_free",
  });
  const checks = CHECKS.filter(({ name }) => !["config", "gateway", "buffer"].includes(name));
  const box: string[] = [];
  const items: ExaminedItem[] = [];
  for await (const event of runChecks(checks, context, io.signal)) {
    if (event.kind === "begin") {
      const said = say(M.stage_doctor, { title: renderText(say(event.check.title), language) });
      bar.show(renderText(said, language), { done: event.at - 1, total: event.of });
    } else if (event.kind === "finding") {
      const { level, said } = event.finding;
      const check = event.check.name;
      if (level === "problem" || level === "warning")
        items.push({ level, check, text: render(said, language) });
      else if (["machine", "disk", "power"].includes(check)) box.push(renderText(said, language));
    }
  }
  return { box, items };
}

async function write(report: StationReport, file: string, data: string): Promise<string> {
  const { reportPage } = await import("./report-page.js");
  const whole = await WholeFile.create(data);
  try {
    await whole.write(`${JSON.stringify(report, undefined, 2)}\n`);
    const sha256 = await whole.finish();
    await writeWhole(file, reportPage(report, { name: basename(data), sha256 }));
    return sha256;
  } finally {
    await whole.discard();
  }
}

function tell(
  { buffer_test: test, open }: StationReport,
  files: { readonly file: string; readonly data: string; readonly sha256: string },
  json: boolean,
  io: Io,
): void {
  if (json) {
    io.stdout.write(`${JSON.stringify({ ...files, open, buffer_test: test })}\n`);
    return;
  }
  tellSaid(io, say(M.written, files));
  if (test.result === "passed") {
    const seconds = (ms: number): string => number(ms / 1000, io.language, 1);
    const facts = { seconds: seconds(test.cut_ms), drained: seconds(test.drained_ms ?? 0) };
    tellSaid(io, say(M.passed, { ...facts, records: number(test.kept_records, io.language) }));
  }
  if (open.length === 0) {
    tellSaid(io, say(M.nothing_open));
    return;
  }
  tellSaid(io, say(M.open_items, { count: number(open.length, io.language) }));
  for (const { text: what, where } of open) {
    const line = `! ${where === undefined ? what : `${where}: ${what}`}`;
    io.stdout.write(`${io.isTerminal ? wrapLines(line, io.columns) : line}\n`);
  }
}
