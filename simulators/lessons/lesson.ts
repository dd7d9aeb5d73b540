import type { Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Said, say, type Text } from "../../drivers/core/message.js";
import type { OrderDesk } from "../configured/control-port.js";
import type { ReadLedger } from "../modbus/ledger.js";
import type { PointBank } from "../modbus/profile/point-bank.js";
import { parseFormula } from "../scenario/formula.js";
import type { Scene } from "../scenario/scene.js";
import { Lasting, wasReadWell, watchLasting } from "./goal.js";
import type { LessonFile } from "./lesson-file.js";
import { LESSON_MESSAGES as M } from "./messages.js";

export interface LessonOptions {
  readonly number: number;
  readonly clock: Clock;
  /** The trainee wants no more. */
  readonly quit: () => void;
}

/** A lesson that runs: the site with its hidden fault (the scene plays the lesson's script), and what the trainee says. */
export class Lesson implements OrderDesk {
  readonly age: Scene["age"];
  readonly clock: Scene["clock"];
  readonly #file: LessonFile;
  readonly #scene: Scene;
  readonly #number: number;
  readonly #beneath: Clock;
  readonly #quit: () => void;
  readonly #goals: readonly (Lasting | undefined)[];
  readonly #losses: readonly Lasting[];
  readonly #answers = new Map<number, number>();
  readonly #done: string[] = [];
  #ledger: ReadLedger | undefined;
  /** Monotonic ms of the last action: what was read before proves nothing. */
  #changedMono = Number.NEGATIVE_INFINITY;
  #hints = 0;
  #stop = (): void => {};

  constructor(file: LessonFile, scene: Scene, { clock, number, quit }: LessonOptions) {
    this.#file = file;
    this.#scene = scene;
    this.#number = number;
    this.#beneath = clock;
    this.#quit = quit;
    this.age = scene.age;
    this.clock = scene.clock;
    const { lost = [], solved } = file.written;
    const lasting = (text: string, forMs = 0): Lasting => new Lasting(text, forMs, scene.world);
    this.#goals = solved.map(({ for: forMs, holds }) =>
      holds === undefined ? undefined : lasting(holds, forMs),
    );
    this.#losses = lost.map(({ for: forMs, when }) => lasting(when, forMs));
  }

  /** Throws ConfigurationError where the lesson names what its site does not have. */
  join(banks: ReadonlyMap<string, PointBank>): void {
    this.#scene.join(banks);
    const { lost = [], set = {}, solved } = this.#file.written;
    const { world } = this.#scene;
    const wrong = (name: string): never => {
      throw new ConfigurationError(M.unknown_name, { file: this.#file.file, name });
    };
    for (const input of Object.keys(set)) if (!world.input(input)) wrong(input);
    for (const { answers } of solved) if (answers !== undefined && !banks.has(answers)) wrong(answers);
    const formulas = [...solved.map(({ holds }) => holds), ...lost.map(({ when }) => when)];
    for (const text of formulas) {
      const formula = text === undefined ? text : parseFormula(text);
      const names = typeof formula === "object" ? formula.names : [];
      for (const name of names) if (!world.signal(name)) wrong(name);
    }
  }

  start(devices: OrderDesk, tell: (said: Said) => void, ledger: ReadLedger): void {
    this.#ledger = ledger;
    const { set = {} } = this.#file.written;
    // What happens by itself is not told: to find it is the lesson.
    for (const [input, value] of Object.entries(set)) this.#scene.world.input(input)?.write(value);
    this.#scene.start(devices, () => {});
    const watched = [...this.#goals, ...this.#losses].filter((goal) => goal !== undefined);
    this.#stop = watchLasting(watched, this.#scene.clock);
    for (const said of this.#task()) tell(said);
    tell(say(M.help_first));
  }

  /** Idempotent. */
  stop(): void {
    this.#stop();
    this.#scene.stop();
  }

  do(line: string): readonly Said[] {
    const [verb = "", ...words] = line.trim().split(/\s+/);
    switch (verb) {
      case "":
        return [];
      case "help":
        return [say(M.help)];
      case "task":
        return this.#task();
      case "hint":
        return [this.#hint()];
      case "actions":
        return this.#actions();
      case "do":
        return [this.#act(words.join(" "))];
      case "questions":
        return this.#questions();
      case "answer":
        return [this.#answer(Number(words[0]), Number(words[1]))];
      case "check":
        return this.check().said;
      case "solution":
        return [this.#solution()];
      case "quit":
        this.#quit();
        return [];
      default:
        return [say(M.not_understood, { line: line.trim().slice(0, 80) })];
    }
  }

  /** Whether it is solved, and what is still open. */
  check(): { readonly isSolved: boolean; readonly said: readonly Said[] } {
    const { after, lost = [], most_actions, questions = [], solved } = this.#file.written;
    this.#scene.world.advance();
    const at = this.#losses.findIndex(({ wasMet }) => wasMet);
    const loss = lost[at];
    if (loss) return { isSolved: false, said: [say(M.lost, { text: loss.say }), say(M.again)] };
    const met = solved.map((_, which) => this.#isMet(which));
    const goals = solved.map(({ say: text }, which) => say(met[which] ? M.goal_met : M.goal_open, { text }));
    const isAnswered = questions.every(({ right }, which) => this.#answers.get(which + 1) === right);
    if (questions.length > 0) {
      const text: Text = M.answers_right.text;
      goals.push(say(isAnswered ? M.goal_met : M.goal_open, { text }));
    }
    const count = this.#done.length;
    const isModest = most_actions === undefined || count <= most_actions;
    if (!isModest) goals.push(say(M.too_many_actions, { most: most_actions, count }), say(M.again));
    const isSolved = met.every(Boolean) && isAnswered && isModest;
    return { isSolved, said: [...goals, isSolved ? say(M.solved, { text: after }) : say(M.not_solved)] };
  }

  #isMet(which: number): boolean {
    const { answers, done } = this.#file.written.solved[which] ?? {};
    if (done !== undefined) return this.#done.includes(done);
    if (answers !== undefined) {
      return this.#ledger !== undefined && wasReadWell(this.#ledger, answers, this.#changedMono);
    }
    return this.#goals[which]?.look(this.#scene.clock.mono()) ?? false;
  }

  #task(): readonly Said[] {
    const { name, task } = this.#file.written;
    return [say(M.title, { number: this.#number, text: name }), say(M.said, { text: task })];
  }

  #hint(): Said {
    const { hints } = this.#file.written;
    const text = hints[this.#hints];
    if (!text) return say(M.no_hint);
    this.#hints++;
    return say(M.hint, { number: this.#hints, all: hints.length, text });
  }

  #actions(): readonly Said[] {
    const actions = Object.entries(this.#file.written.actions ?? {});
    if (actions.length === 0) return [say(M.no_actions)];
    return actions.map(([id, { name }]) => say(M.action, { id, text: name }));
  }

  #act(id: string): Said {
    const { actions = {} } = this.#file.written;
    const action = Object.hasOwn(actions, id) ? actions[id] : undefined;
    if (!action)
      return say(M.unknown_action, { id: id.slice(0, 40), known: Object.keys(actions).join(", ") });
    for (const order of action.does) this.#scene.do(order);
    this.#done.push(id);
    this.#changedMono = this.#beneath.mono();
    return say(M.done, { text: action.name });
  }

  #questions(): readonly Said[] {
    const { questions = [] } = this.#file.written;
    if (questions.length === 0) return [say(M.no_questions)];
    return questions.flatMap(({ ask, choices }, at) => [
      say(M.question, { number: at + 1, text: ask }),
      ...choices.map((text, which) => say(M.choice, { number: which + 1, text })),
    ]);
  }

  #answer(question: number, number: number): Said {
    const choice = this.#file.written.questions?.[question - 1]?.choices[number - 1];
    if (!choice) return say(M.unknown_answer);
    this.#answers.set(question, number);
    return say(M.noted, { number: question, choice });
  }

  #solution(): Said {
    return say(M.gave_up, { solution: this.#file.written.solution.join("; ") });
  }
}
