import { say } from "../../drivers/core/message.js";
import { check } from "../../drivers/profiles/check.js";
import { readYaml } from "../../drivers/profiles/library.js";
import type { Path, Problem } from "../../drivers/profiles/problem.js";
import { YamlSource } from "../../drivers/profiles/yaml-source.js";
import { SCENARIO_MESSAGES as M } from "./messages.js";
import { ReferenceProblem } from "./parts.js";
import { ScenarioSchema, type WrittenScenario } from "./schema.js";
import type { ScriptLine } from "./script-line.js";
import { readScriptLines } from "./script-lines.js";

/** A scenario as it is written, and what is wrong in its file. Names in it are looked up when its world is built. */
export class ScenarioFile {
  readonly file: string;
  readonly written: WrittenScenario;
  readonly script: readonly ScriptLine[];
  /** Wall time at which its world begins, ms; undefined: now. */
  readonly startMs: number | undefined;
  readonly #source: YamlSource;

  private constructor(source: YamlSource, written: WrittenScenario) {
    this.#source = source;
    this.file = source.file;
    this.written = written;
    this.startMs = written.start === undefined ? undefined : momentOf(written.start);
    if (written.start !== undefined && this.startMs === undefined) {
      source.report(["start"], say(M.bad_start, { text: written.start }));
    }
    this.script = readScriptLines(source, written.script ?? []);
  }

  /** The file, or what is wrong with it where nothing can be read. Never throws for what stands in it. */
  static read(file: string): ScenarioFile | readonly Problem[] {
    const text = readYaml(file);
    if (typeof text !== "string") return [text];
    const source = new YamlSource(file, text);
    if (!source.wellFormed) return source.problems;
    const { ok, value } = check(source, [], ScenarioSchema);
    return ok ? new ScenarioFile(source, value as WrittenScenario) : source.problems;
  }

  get problems(): readonly Problem[] {
    return [...this.#source.problems].sort((a, b) => a.line - b.line || a.column - b.column);
  }

  get errors(): number {
    return this.#source.errors;
  }

  get source(): YamlSource {
    return this.#source;
  }

  /** Runs what may throw a ReferenceProblem, and tells it at that place. */
  tell<T>(path: Path, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof ReferenceProblem)) throw error;
      this.report(path, error);
      return undefined;
    }
  }

  report(path: Path, { said, hint, key }: ReferenceProblem): void {
    this.#source.report(key === undefined ? path : [...path, key], said, { hint });
  }
}

/** `2026-03-20T05:00+07:00`; without a zone it is local time, UTC+7. */
export function momentOf(text: string): number | undefined {
  const [, day, time, seconds = ":00", zone = "+07:00"] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(Z|[+-]\d\d:\d\d)?$/.exec(text.trim()) ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${seconds}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}
