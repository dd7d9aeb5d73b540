import { relative, resolve, sep } from "node:path";
import { type Language, render, renderText, type Said, say } from "../../../drivers/core/message.js";
import { checkProfileFile } from "../../../drivers/profiles/check-profile.js";
import type { ProfileLibrary } from "../../../drivers/profiles/library.js";
import type { ProfileResult } from "../../../drivers/profiles/parse-profile.js";
import type { Problem } from "../../../drivers/profiles/problem.js";
import { deviceDefaults, type Profile, pointsOf } from "../../../drivers/profiles/profile.js";
import { DRIVER_FAMILIES } from "../../../drivers/registry.js";
import { renderProblems } from "../../config/render-problems.js";
import { wrapText } from "../../core/wrap-text.js";
import type { ExitCode, Io } from "../io.js";
import { ProgressBar, runSteps, type Step } from "../progress-bar.js";
import { number } from "../table.js";
import { codesOf } from "../tell-error.js";
import { openLibrary } from "./profile-library.js";
import { PROFILE_VERB_MESSAGES as M } from "./profile-messages.js";

export interface Checked extends ProfileResult {
  readonly file: string;
}

/** Checks files, or the whole library. Exit code 2 where there are errors. */
export async function checkProfiles(files: readonly string[], json: boolean, io: Io): Promise<ExitCode> {
  const library = openLibrary(io);
  const wanted = files.length > 0 ? files : library.ids().map((id) => library.fileOf(id));
  const bar = new ProgressBar(io);
  const title = renderText(say(M.checking), io.language);
  const results: Checked[] = [];
  let failed = false;
  try {
    await runSteps(checking(library, wanted, io.root), io.signal, ({ checked, ...step }) => {
      bar.end();
      results.push(checked);
      failed ||= errorsOf(checked) > 0;
      if (!json && (files.length > 0 || checked.problems.length > 0)) {
        io.stdout.write(`${checkedText(checked, io)}\n`);
      }
      if (files.length === 0) bar.show(title, step);
    });
  } finally {
    bar.end();
  }
  if (json) io.stdout.write(`${JSON.stringify(results.map((one) => checkedJson(one, io.language)))}\n`);
  else if (files.length !== 1)
    io.stdout.write(`${wrapText("", sumText(results, io.language), io.columns, "  ").join("\n")}\n`);
  return failed ? 2 : 0;
}

function* checking(
  library: ProfileLibrary,
  files: readonly string[],
  root: string,
): Generator<Step & { readonly checked: Checked }> {
  for (const [done, file] of files.entries()) {
    const path = resolve(file);
    const inside = relative(`${root}/config/profiles`, path);
    const isOurs = !inside.startsWith("..") && inside.endsWith(".yaml");
    const expectedId = isOurs ? inside.slice(0, -".yaml".length).split(sep).join("/") : undefined;
    const place = { expectedId, find: (id: string) => library.get(id) };
    const { source: _, ...result } = checkProfileFile(path, DRIVER_FAMILIES, place);
    yield { done: done + 1, total: files.length, checked: { ...result, file: path } };
  }
}

function errorsOf({ problems }: ProfileResult): number {
  return problems.filter(({ severity }) => severity === "error").length;
}

function checkedText(checked: Checked, io: Io): string {
  const { problems, profile } = checked;
  const from = process.cwd();
  const near = relative(from, checked.file);
  const file = near.length < checked.file.length ? near : checked.file;
  const errors = errorsOf(checked);
  const warnings = problems.length - errors;
  const blocks = onceEach(problems).map(({ first, more }) => {
    const text = renderProblems([first], io.language, { width: io.columns, from, ...codesOf(io) });
    if (more.length === 0) return text;
    const lines = more.slice(0, 10).map(({ line }) => line);
    const said = say(M.and_more, {
      count: more.length,
      lines: `${lines.join(", ")}${more.length > lines.length ? " ..." : ""}`,
    });
    return `${text.trimEnd()}\n${renderText(said, io.language)}\n`;
  });
  const summary = (said: Said): string =>
    wrapText("", renderText(said, io.language), io.columns, "  ").join("\n");
  if (errors > 0 || !profile)
    return [...blocks, summary(say(M.check_failed, { file, errors, warnings }))].join("\n");
  const facts = {
    file,
    points: number(profile.points.size, io.language),
    vectors: profile.vectors.length,
    requests: requestsOf(profile),
  };
  const wearing = nvramPoints(profile);
  const worn = wearing.length > 0 ? [summary(say(M.check_nvram, { points: wearing.join(", ") }))] : [];
  const last = summary(
    warnings > 0 ? say(M.check_warned, { ...facts, warnings }) : say(M.check_clean, facts),
  );
  return [...blocks, [last, ...worn].join("\n")].join("\n");
}

/** Remarks that say the same of many points are told once. */
function onceEach(problems: readonly Problem[]): readonly { first: Problem; more: readonly Problem[] }[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of [...problems].sort((a, b) => a.line - b.line || a.column - b.column)) {
    const hint = problem.hint ? renderText(problem.hint, "en") : "";
    const name = `${problem.severity} ${renderText(problem.said, "en")} ${hint}`;
    const group = groups.get(name);
    if (group) group.push(problem);
    else groups.set(name, [problem]);
  }
  return [...groups.values()].flatMap(([first, ...more]) => (first ? [{ first, more }] : []));
}

function nvramPoints(profile: Profile): readonly string[] {
  return pointsOf(profile, profile.id)
    .filter(({ writeRules }) => writeRules?.keeps === "nvram" && writeRules.ram_address === undefined)
    .map(({ id }) => id);
}

function requestsOf(profile: Profile): number {
  return profile.family.countRequests(pointsOf(profile, profile.id), deviceDefaults(profile, profile.family));
}

function sumText(results: readonly Checked[], language: Language): string {
  const profiles = results.flatMap(({ profile }) => profile ?? []);
  const isProven = ({ vectors }: Profile): boolean => vectors.some(({ origin }) => origin !== "computed");
  const said = say(M.check_all, {
    files: results.length,
    bad: results.filter((one) => errorsOf(one) > 0).length,
    warned: results.filter((one) => errorsOf(one) === 0 && one.problems.length > 0).length,
    points: number(
      profiles.reduce((sum, { points }) => sum + points.size, 0),
      language,
    ),
    vectors: number(
      profiles.reduce((sum, { vectors }) => sum + vectors.length, 0),
      language,
    ),
    recorded: profiles.filter(isProven).length,
  });
  return renderText(said, language);
}

function checkedJson(checked: Checked, language: Language): Readonly<Record<string, unknown>> {
  const { file, problems, profile } = checked;
  const errors = errorsOf(checked);
  return {
    file,
    profile: profile?.id ?? null,
    errors,
    warnings: problems.length - errors,
    points: profile?.points.size ?? null,
    vectors: profile?.vectors.length ?? null,
    requests: profile && errors === 0 ? requestsOf(profile) : null,
    nvram: profile ? nvramPoints(profile) : [],
    problems: problems.map(({ column, hint, line, said, severity }) => ({
      line,
      column,
      severity,
      code: said.message.code,
      text: hint ? `${renderText(said, language)} ${renderText(hint, language)}` : render(said, language),
    })),
  };
}
