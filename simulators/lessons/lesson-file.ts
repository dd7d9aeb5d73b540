import { say } from "../../drivers/core/message.js";
import { check } from "../../drivers/profiles/check.js";
import { readYaml } from "../../drivers/profiles/library.js";
import type { Path, Problem } from "../../drivers/profiles/problem.js";
import { YamlSource } from "../../drivers/profiles/yaml-source.js";
import { parseFormula } from "../scenario/formula.js";
import { SCENARIO_MESSAGES } from "../scenario/messages.js";
import { momentOf } from "../scenario/scenario-file.js";
import type { ScriptLine } from "../scenario/script-line.js";
import { readScriptLines } from "../scenario/script-lines.js";
import { LESSON_MESSAGES as M } from "./messages.js";
import { LessonSchema, type WrittenLesson } from "./schema.js";

/** A lesson as it is written; its problems where something is wrong. */
export class LessonFile {
  readonly file: string;
  readonly written: WrittenLesson;
  readonly script: readonly ScriptLine[];
  readonly startMs: number | undefined;
  readonly #source: YamlSource;

  private constructor(source: YamlSource, written: WrittenLesson) {
    this.#source = source;
    this.file = source.file;
    this.written = written;
    this.script = readScriptLines(source, written.script ?? []);
    this.startMs = written.start === undefined ? undefined : momentOf(written.start);
    if (written.start !== undefined && this.startMs === undefined) {
      source.report(["start"], say(SCENARIO_MESSAGES.bad_start, { text: written.start }));
    }
    this.#judge();
  }

  static read(file: string): LessonFile | readonly Problem[] {
    const text = readYaml(file);
    if (typeof text !== "string") return [text];
    const source = new YamlSource(file, text);
    if (!source.wellFormed) return source.problems;
    const { ok, value } = check(source, [], LessonSchema);
    return ok ? new LessonFile(source, value as WrittenLesson) : source.problems;
  }

  get problems(): readonly Problem[] {
    return this.#source.problems;
  }

  get errors(): number {
    return this.#source.errors;
  }

  /** What hangs together within the file; names of the world are looked up when it begins. */
  #judge(): void {
    const { actions = {}, lost = [], questions = [], solved } = this.written;
    for (const [at, { answers, done, holds }] of solved.entries()) {
      const path = ["solved", at];
      if ([answers, done, holds].filter((one) => one !== undefined).length !== 1) {
        this.#source.report(path, say(M.one_kind));
      }
      if (done !== undefined && !Object.hasOwn(actions, done)) {
        const known = Object.keys(actions).join(", ");
        this.#source.report([...path, "done"], say(M.unknown_action, { id: done, known }));
      }
      if (holds !== undefined) this.#formula([...path, "holds"], holds);
    }
    for (const [at, { when }] of lost.entries()) this.#formula(["lost", at, "when"], when);
    for (const [at, { choices, right }] of questions.entries()) {
      if (right > choices.length) {
        this.#source.report(["questions", at, "right"], say(M.unknown_choice, { number: right }));
      }
    }
  }

  #formula(path: Path, text: string): void {
    const formula = parseFormula(text);
    if (typeof formula === "string") {
      this.#source.report(path, say(SCENARIO_MESSAGES.bad_formula, { text, at: formula }));
    }
  }
}
