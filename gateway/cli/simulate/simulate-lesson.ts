import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseDocument } from "yaml";
import type { Clock } from "../../../drivers/core/clock.js";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { given } from "../../../drivers/core/given.js";
import { render, type Said, say } from "../../../drivers/core/message.js";
import { LessonFile } from "../../../simulators/lessons/lesson-file.js";
import { LESSON_MESSAGES as M } from "../../../simulators/lessons/messages.js";
import { wrapText } from "../../core/wrap-text.js";
import type { ExitCode, Io } from "../io.js";
import { siteFiles } from "./simulate-site.js";
import { loadWanted, openBroker, openScene, showProblems } from "./simulate-world.js";

export interface LessonChoice {
  /** Absent: the list. */
  readonly lesson?: number;
  readonly brokerPort?: number;
  readonly speed?: number;
  readonly seed?: number;
  readonly control?: string;
}

const BROKER_PORT = 1883;

/** The lessons that come with the program, by number: `07-aerator.yaml` is the seventh. */
export function lessonFiles(root: string): ReadonlyMap<number, string> {
  const folder = join(root, "config/lessons");
  const files = readdirSync(folder).filter((file) => /^\d+-.*\.yaml$/.test(file));
  return new Map(files.sort().map((file) => [Number.parseInt(file, 10), join(folder, file)]));
}

/** `tram simulate lesson 3`. Done (0) where the trainee leaves it solved. */
export async function simulateLesson(choice: LessonChoice, clock: Clock, io: Io): Promise<ExitCode> {
  const files = lessonFiles(io.root);
  if (choice.lesson === undefined) {
    await list(files, io);
    return 0;
  }
  const number = choice.lesson;
  const path = files.get(number);
  if (path === undefined) throw new ConfigurationError(M.unknown_lesson, { number });
  const file = await read(path, io);
  const { seed, settle: settleMs, site, speed } = file.written;
  const { file: example, scenario } = siteFiles(site, io.root);
  const wanted = await loadWanted(example, io);
  const chosen = { seed: choice.seed ?? seed, speed: choice.speed ?? speed, start: file.startMs, settleMs };
  const scene = await openScene(scenario, { ...given(chosen), script: file.script }, clock, io);
  const { Lesson } = await import("../../../simulators/lessons/lesson.js");
  const { SocketControl, StreamControl } = await import("../../../simulators/configured/control-port.js");
  const { runStandIn } = await import("../../../simulators/configured/run-stand-in.js");
  const write = (text: string): void => void io.stdout.write(wrapped(text, io.columns));
  const tell = (said: Said): void => write(`${render(said, io.language)}\n`);
  const quit = new AbortController();
  const lesson = new Lesson(file, scene, { clock, number, quit: () => quit.abort() });
  const control =
    choice.control === undefined || choice.control === "-"
      ? new StreamControl(io.stdin ?? process.stdin, write, io.language)
      : new SocketControl(choice.control, io.language);
  const own = writeCopy(example, file, number);
  const broker = await openBroker(choice.brokerPort ?? BROKER_PORT, tell);
  try {
    tell(say(M.run_this, { file: own }));
    write("\n");
    await runStandIn(
      wanted,
      { file: example, seed: scene.world.seed, ports: {}, control, scene: lesson },
      clock,
      (event) => event.kind === "said" && tell(event.said),
      AbortSignal.any([io.signal, quit.signal]),
    );
  } finally {
    await broker?.stop();
  }
  const { isSolved, said } = lesson.check();
  for (const one of said) tell(one);
  return isSolved ? 0 : 1;
}

/** Lines that are too long, broken where words end; the rest as it is. */
function wrapped(text: string, columns: number): string {
  const lines = text.split("\n").flatMap((line) => {
    if (line.length <= columns) return [line];
    const [indent = ""] = /^ *(\[.\] )?/.exec(line) ?? [];
    return wrapText(indent, line.slice(indent.length), columns, " ".repeat(indent.length));
  });
  return lines.join("\n");
}

async function read(path: string, io: Io): Promise<LessonFile> {
  const file = LessonFile.read(path);
  if (file instanceof LessonFile && file.errors === 0) return file;
  const problems = file instanceof LessonFile ? file.problems : file;
  await showProblems(problems, io);
  throw new ConfigurationError(M.wrong_lesson, { file: path, errors: problems.length });
}

async function list(files: ReadonlyMap<number, string>, io: Io): Promise<void> {
  const tell = (said: Said): void => void io.stdout.write(`${render(said, io.language)}\n`);
  tell(say(M.list));
  for (const [number, path] of files) {
    const { written } = await read(path, io);
    tell(say(M.list_row, { number, text: written.name }));
  }
}

/** The trainee's own gateway.yaml, with what is wrong in it. Paths in it are those of its folder. */
function writeCopy(example: string, { written }: LessonFile, number: number): string {
  const document = parseDocument(readFileSync(example, "utf8"));
  for (const [key, value] of Object.entries(written.changes ?? {})) document.setIn(key.split("."), value);
  const folder = resolve(`lesson-${number}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "gateway.yaml");
  // The schema of the editor lies where the example is.
  const text = String(document).replace(/^# yaml-language-server:.*\n/, "");
  writeFileSync(file, text);
  return relative(process.cwd(), file);
}
