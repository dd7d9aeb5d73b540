import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { renderText, say } from "../../../drivers/core/message.js";
import { nearest } from "../../../drivers/profiles/suggest.js";
import type { GatewayConfig } from "../../core/config.js";
import { writtenDown } from "../../core/health.js";
import { pointMatcher } from "../../core/point-pattern.js";
import { verdictLine } from "../buffer/buffer-audit.js";
import { bufferConfig } from "../buffer/buffer-place.js";
import { type Asked, flag, optional, repeated } from "../grammar/command.js";
import { choice, DEVICE, duration, FILE, PATTERN } from "../grammar/kinds.js";
import { ZONED_MOMENT } from "../grammar/moment.js";
import { CONFIG } from "../grammar/shared-options.js";
import { verb } from "../grammar/verb.js";
import type { ExitCode, Io } from "../io.js";
import { number } from "../table.js";
import { tellSaid } from "../tell-said.js";
import { ReadingLines } from "./export-lines.js";
import { EXPORT_MESSAGES as M } from "./export-messages.js";

const OPTIONS = {
  config: CONFIG,
  device: repeated(DEVICE, M.device),
  point: repeated(PATTERN, M.point),
  from: optional(ZONED_MOMENT, M.from),
  to: optional(ZONED_MOMENT, M.to),
  last: optional(duration("1s", "3660d", "24h"), M.last),
  format: optional(choice("excel", "csv", "jsonl"), M.format),
  out: optional({ ...FILE, example: "well.csv" }, M.out, { short: "o" }),
  force: flag(M.force),
  audit: flag(M.audit),
  json: flag(M.json),
};

export const exportVerb = verb(
  {
    name: "export",
    summary: M.summary,
    about: M.about,
    args: {},
    options: OPTIONS,
    examples: [
      "export --last 24h -c gateway.yaml",
      'export --device well --point "*.level" --from 2026-11-23 --to 2026-11-24 -o well.csv',
      "export --audit --format csv -o audit.csv -c gateway.yaml",
    ],
  },
  async ({ options }, io) => {
    const config = await bufferConfig("export", options.config, io);
    const wish = wishOf(options, config, io);
    return options.audit ? ofAudit(wish, config, options.json, io) : ofReadings(wish, options, config, io);
  },
);

type Options = Asked<Record<string, never>, typeof OPTIONS>["options"];

interface Wish {
  readonly from: number;
  readonly to: number;
  readonly format: "excel" | "csv" | "jsonl";
  readonly force: boolean;
  readonly out?: string;
}

/** Throws ConfigurationError. */
function wishOf({ force, from, last, out, to, ...asked }: Options, config: GatewayConfig, io: Io): Wish {
  const { id, timezone } = config.gateway;
  if (last !== undefined && (from ?? to)) throw new ConfigurationError(M.last_or_from);
  const range = {
    from: last !== undefined ? Date.now() - last : (from?.in(timezone) ?? Number.NEGATIVE_INFINITY),
    to: to?.in(timezone) ?? Number.POSITIVE_INFINITY,
  };
  if (range.to <= range.from) throw new ConfigurationError(M.backwards);
  const day = new Date().toLocaleDateString("sv-SE", { timeZone: timezone });
  const ending = asked.format === "jsonl" ? "jsonl" : "csv";
  const name = `${id}-${asked.audit ? "audit-" : ""}${day}.${ending}`;
  const file = out === "-" || (out === undefined && !io.isTerminal) ? undefined : resolve(out ?? name);
  const format = asked.format ?? (file === undefined ? "csv" : file.endsWith(".jsonl") ? "jsonl" : "excel");
  return { ...range, format, force, ...(file !== undefined && { out: file }) };
}

async function ofReadings(wish: Wish, options: Options, config: GatewayConfig, io: Io): Promise<ExitCode> {
  const { walkRecords } = await import("./export-walk.js");
  const carries = carriesOf(options, config);
  const lines = new ReadingLines({ format: wish.format, config, carries, language: io.language });
  const { damaged, isLeft, sha256 } = await walkRecords(
    {
      ...wish,
      path: config.buffer.path,
      title: say(M.stage),
      lines: () => lines,
      isWanted: () => lines.readings > 0,
    },
    io,
  );
  if (isLeft) return 0;
  const { first, last, readings } = lines;
  const isEmpty = readings === 0;
  const account = {
    file: isEmpty ? null : (wish.out ?? null),
    readings,
    first: isEmpty ? null : new Date(first).toISOString(),
    last: isEmpty ? null : new Date(last).toISOString(),
    damaged,
    sha256: sha256 ?? null,
  };
  // On standard output stand the readings themselves.
  const to = wish.out === undefined ? "stderr" : "stdout";
  if (options.json) io[to].write(`${JSON.stringify(account)}\n`);
  else if (isEmpty) tellSaid(io, say(M.nothing), { to: "stderr" });
  else {
    const time = (t: number): string =>
      new Date(t).toLocaleString("sv-SE", { timeZone: config.gateway.timezone });
    const facts = { readings: number(readings, io.language), first: time(first), last: time(last) };
    const said =
      wish.out === undefined
        ? say(M.done_out, facts)
        : say(M.done, {
            ...facts,
            file: wish.out,
            size: number(statSync(wish.out).size / 1e6, io.language, 1),
            sum: `${basename(wish.out)}.sha256`,
          });
    tellSaid(io, said, { to });
  }
  if (damaged > 0) {
    const { BUFFER_VERB_MESSAGES } = await import("../buffer/buffer-messages.js");
    tellSaid(io, say(BUFFER_VERB_MESSAGES.export_damaged, { count: damaged }), { to: "stderr" });
  }
  return damaged > 0 || isEmpty ? 1 : 0;
}

/** Throws ConfigurationError for what no device or point of the configuration fits. */
function carriesOf(
  { device, point }: Options,
  config: GatewayConfig,
): (device: string, point: string) => boolean {
  const known = writtenDown(config).devices;
  const points = known.flatMap(({ id, points: own }) => own.map((one) => [id, one.id] as const));
  const wishes = [
    ...device.map((written) => ({ written, patterns: [`${written}.*`], names: known.map(({ id }) => id) })),
    // With the device's id or without it.
    ...point.map((written) => ({
      written,
      patterns: [written, `*.${written}`],
      names: points.flatMap(([one, other]) => [other, `${one}.${other}`]),
    })),
  ];
  for (const { names, patterns, written } of wishes) {
    const fits = pointMatcher(patterns);
    if (points.some(([one, other]) => fits(one, other))) continue;
    const near = nearest(written, names) ?? known.map(({ id }) => id).join(", ");
    throw new ConfigurationError(M.unknown, { wanted: written, near });
  }
  const matcherOf = (own: readonly { readonly patterns: readonly string[] }[]) =>
    own.length === 0 ? () => true : pointMatcher(own.flatMap(({ patterns }) => patterns));
  const ofDevice = matcherOf(wishes.slice(0, device.length));
  const ofPoint = matcherOf(wishes.slice(device.length));
  return (one, other) => ofDevice(one, other) && ofPoint(one, other);
}

async function ofAudit(wish: Wish, config: GatewayConfig, json: boolean, io: Io): Promise<ExitCode> {
  const { exportAudit } = await import("./export-audit.js");
  const { path } = config.audit;
  const { entries, isLeft, sha256, verdict } = await exportAudit(
    { ...wish, path, timezone: config.gateway.timezone },
    io,
  );
  if (isLeft) return 0;
  const to = wish.out === undefined ? "stderr" : "stdout";
  if (json) {
    const account = {
      file: wish.out ?? null,
      entries,
      broken: verdict.broken ?? null,
      sha256: sha256 ?? null,
    };
    io[to].write(`${JSON.stringify(account)}\n`);
  } else {
    const done = renderText(
      say(M.audit_done, { file: wish.out ?? "-", entries: number(entries, io.language) }),
      io.language,
    );
    io[to].write(`${done}\n${verdictLine(path, verdict, io)}\n`);
  }
  return verdict.broken === undefined ? 0 : 1;
}
