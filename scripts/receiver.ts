import { hostname } from "node:os";
import { SystemClock } from "../drivers/core/clock.js";
import { asError, TramError } from "../drivers/core/errors.js";
import { type Language, render, renderText, type Said, say } from "../drivers/core/message.js";
import type { Action } from "../gateway/contract/subscriber/action.js";
import { FOLLOW_DEFAULTS } from "../gateway/contract/subscriber/options.js";
import { Subscriber } from "../gateway/contract/subscriber/subscriber.js";
import { RECEIVER_MESSAGES as M } from "./receiver-messages.js";
import { openReport, openStore } from "./receiver-open.js";
import { Problems } from "./receiver-problems.js";
import { completeness, type GatewayReport } from "./receiver-report.js";
import type { ReceiverStore, ReportSource } from "./receiver-store.js";

/**
 * The reference receiver: everything that the gateways of a broker send, in one SQLite file or one PostgreSQL
 * database, and a report of what is complete. `receiver run URL STORE`, `receiver report STORE`.
 */
interface Options {
  readonly words: readonly string[];
  readonly clientId: string;
  readonly share: string | undefined;
  readonly graceMs: number;
  readonly json: boolean;
  readonly help: boolean;
  readonly language: Language;
  readonly wrong: string | undefined;
}

function parse(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const locale = env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "";
  const words: string[] = [];
  let [clientId, share, json, help, wrong] = [
    `tram-receiver-${hostname()}`,
    undefined,
    false,
    false,
    undefined,
  ] as [string, string | undefined, boolean, boolean, string | undefined];
  let graceMs = FOLLOW_DEFAULTS.graceMs;
  let language: Language = locale.startsWith("vi") ? "vi" : "en";
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const value = args[at + 1] ?? "";
    if (arg === "--json") json = true;
    else if (arg === "--help" || arg === "-h") help = true;
    else if (arg === "--client-id" && value !== "") [clientId, at] = [value, at + 1];
    else if (arg === "--share" && value !== "") [share, at] = [value, at + 1];
    else if (arg === "--grace-ms" && /^\d+$/.test(value)) [graceMs, at] = [Number(value), at + 1];
    else if (arg === "--lang" && (value === "vi" || value === "en")) [language, at] = [value, at + 1];
    else if (arg.startsWith("-")) wrong ??= arg;
    else words.push(arg);
  }
  return { words, clientId, share, graceMs, json, help, language, wrong };
}

async function main(args: readonly string[]): Promise<number> {
  const options = parse(args, process.env);
  const { help, language, words, wrong } = options;
  const [verb, first, second] = words;
  if (help) {
    process.stdout.write(`${renderText(say(M.usage), language)}\n`);
    return 0;
  }
  if (!wrong && verb === "report" && first && words.length === 2) return report(first, options);
  if (!wrong && verb === "run" && first && second && words.length === 3) return run(first, second, options);
  process.stderr.write(`${render(say(M.wrong_use, { what: wrong ?? words.join(" ") }), language)}\n`);
  return 2;
}

async function run(
  url: string,
  where: string,
  { clientId, graceMs, language, share }: Options,
): Promise<number> {
  const tell = (said: Said): void => void process.stderr.write(`${render(said, language)}\n`);
  const file = withoutPassword(where);
  const clock = new SystemClock("");
  const problems = new Problems(clock, (problem) => tell(say(M.problem, { problem })));
  let store: ReceiverStore;
  try {
    store = await openStore(where, clock);
  } catch (error) {
    tell(refusalOf(error, file));
    return 2;
  }
  const { TRAM_MQTT_PASSWORD: password, TRAM_MQTT_USERNAME: username } = process.env;
  let isFirst = true;
  const subscriber = new Subscriber({
    url,
    store,
    options: { graceMs },
    ...(share !== undefined && { share }),
    mqtt: { clientId, ...(username && { username }), ...(password && { password }) },
    onAction: (gateway, action) => {
      const said = saidOf(gateway, action);
      if (said) tell(said);
    },
    onSubscribed: () => {
      if (isFirst) tell(say(M.running, { url: withoutPassword(url), file }));
      isFirst = false;
    },
    onProblem: (error) => problems.tell(sentenceOf(error, language)),
  });
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await subscriber.close();
  await store.close();
  return 0;
}

function saidOf(gateway: string, action: Action): Said | undefined {
  switch (action.do) {
    case "gap":
      return say(M.gap, { gateway, epoch: action.epoch, from: action.from, to: action.to });
    case "gap_closed":
      return say(M.gap_closed, { gateway, from: action.from, to: action.to, by: action.by });
    case "conflict":
      return say(M.conflict, { gateway, epoch: action.epoch, seq: action.seq });
    case "unreadable":
      return say(M.unreadable, { gateway, problem: action.problem });
    default:
      return undefined;
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}

/** Why a store cannot be opened: in its own words where it has some. */
function refusalOf(error: unknown, file: string): Said {
  return error instanceof TramError ? error.said : say(M.no_file, { file, problem: asError(error).message });
}

/** Without its full stop: more follows. */
function sentenceOf(error: Error, language: Language): string {
  const sentence = error instanceof TramError ? renderText(error.said, language) : error.message;
  return sentence.replace(/\.$/, "");
}

async function report(where: string, { json, language }: Options): Promise<number> {
  const file = withoutPassword(where);
  let reports: readonly GatewayReport[];
  let source: ReportSource | undefined;
  try {
    source = await openReport(where, new SystemClock(""));
    reports = await completeness(source);
  } catch (error) {
    process.stderr.write(`${render(refusalOf(error, file), language)}\n`);
    return 2;
  } finally {
    await source?.close();
  }
  if (json) process.stdout.write(`${JSON.stringify(reports)}\n`);
  else for (const one of reports) process.stdout.write(`${linesOf(one, language).join("\n")}\n`);
  return reports.every(({ complete }) => complete) ? 0 : 1;
}

function linesOf(one: GatewayReport, language: Language): string[] {
  const text = (said: Said): string => renderText(said, language);
  const { conflicts, duplicates, gateway, readings, records, unreadable } = one;
  const told = (kind: string, ranges: GatewayReport["voids"]): string[] =>
    ranges.map(({ from, reason, to }) => text(say(M.told, { kind, from, to, reason })));
  return [
    text(one.complete ? say(M.gateway_complete, { gateway }) : say(M.gateway_incomplete, { gateway })),
    text(say(M.summary, { records, readings, duplicates, conflicts, unreadable, gaps: one.gaps_told })),
    ...one.open_gaps.map(({ epoch, from, to }) => text(say(M.open_gap, { epoch, from, to }))),
    ...told("void", one.voids),
    ...told("lost", one.lost),
    text(say(M.hours)),
    ...one.hours.map((hour) => {
      const number = (n: number, width: number): string => String(n).padStart(width);
      const latency = `${hour.latency_median_ms ?? "-"}/${hour.latency_worst_ms ?? "-"}`.padStart(18);
      const columns = [
        number(hour.records, 8),
        number(hour.readings, 8),
        number(hour.bad, 6),
        number(hour.late, 7),
      ];
      const complete = text(hour.complete ? say(M.yes) : say(M.no));
      return `  ${hour.hour.slice(0, 16)} ${columns.join(" ")}  ${latency}  ${complete}`;
    }),
  ];
}

process.exitCode = await main(process.argv.slice(2));
