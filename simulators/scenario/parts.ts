import { type Said, say } from "../../drivers/core/message.js";
import { nearest } from "../../drivers/profiles/suggest.js";
import type { Part } from "../process/part.js";
import type { World } from "../process/world.js";
import { parseFormula } from "./formula.js";
import { SCENARIO_MESSAGES as M } from "./messages.js";

/** What a scenario names and the world does not have. `key` is the option in which it stands. */
export class ReferenceProblem extends Error {
  readonly said: Said;
  readonly hint: Said | undefined;
  readonly key: string | undefined;

  constructor(said: Said, hint?: Said, key?: string) {
    super(said.message.code);
    this.said = said;
    this.hint = hint;
    this.key = key;
  }
}

interface Open {
  readonly names: readonly string[];
  readonly of: "signal" | "input";
  readonly key: string | undefined;
  readonly part: string;
}

/** The parts of a world by their names, while it is being built, and formulas over what they show. */
export class Parts {
  readonly #world: World;
  /** Names that are looked up when all parts are there. */
  readonly #open: Open[] = [];
  #key: string | undefined;
  #part = "";

  constructor(world: World) {
    this.#world = world;
  }

  /** Runs with the part whose options are read, for errors. */
  of<T>(part: string, run: () => T): T {
    this.#part = part;
    return run();
  }

  /** Runs with the option that is read, for errors. */
  within<T>(key: string, run: () => T): T {
    this.#key = key;
    try {
      return run();
    } finally {
      this.#key = undefined;
    }
  }

  /** The part of this name, if it is a `what`. A part may be joined only to those that stand above it. */
  part<P>(name: string, what: string, is: (part: Part) => P | undefined): P {
    const part = this.#world.parts.get(name);
    if (!part) throw this.#unknown(name);
    const found = is(part);
    if (found === undefined)
      throw new ReferenceProblem(say(M.wrong_part, { name, what }), undefined, this.#key);
    return found;
  }

  /** Computed anew each time that it is called. The signals that it names may come from parts further down. */
  formula(text: string): () => number {
    const formula = parseFormula(text);
    if (typeof formula === "string") {
      throw new ReferenceProblem(say(M.bad_formula, { text, at: formula }), undefined, this.#key);
    }
    this.#open.push({ names: formula.names, of: "signal", key: this.#key, part: this.#part });
    return () => formula.compute((name) => this.#world.signal(name)?.read() ?? 0);
  }

  /** Writes this input each time that it is called. It may be one of a part further down. */
  input(name: string): (value: number) => void {
    this.#open.push({ names: [name], of: "input", key: this.#key, part: this.#part });
    return (value) => this.#world.input(name)?.write(value);
  }

  /** Names that no part has, each with the part and option in which it stands. */
  unknownNames(): readonly { readonly part: string; readonly problem: ReferenceProblem }[] {
    const world = this.#world;
    return this.#open.flatMap(({ names, of, key, part }) =>
      names
        .filter((name) => world[of](name) === undefined)
        .map((name) => ({
          part,
          problem: (of === "input" ? unknownInput : unknownSignal)(world, name, key),
        })),
    );
  }

  #unknown(name: string): ReferenceProblem {
    const near = nearest(name, this.#world.parts.keys());
    const hint = near === undefined ? undefined : say(M.similar, { near });
    return new ReferenceProblem(say(M.unknown_part, { name }), hint, this.#key);
  }
}

export function unknownSignal(world: World, name: string, key?: string): ReferenceProblem {
  const names = [...world.signals.keys(), ...world.inputs.keys()];
  const near = nearest(name, names);
  if (near !== undefined)
    return new ReferenceProblem(say(M.unknown_signal, { name }), say(M.similar, { near }), key);
  // A part that is there and has no such signal: its own names help.
  const part = [...world.parts.keys()].find((own) => name.startsWith(`${own}.`));
  const own = names.filter((one) => part !== undefined && one.startsWith(`${part}.`));
  const hint = own.length > 0 ? say(M.known, { names: own.join(", ") }) : undefined;
  return new ReferenceProblem(say(M.unknown_signal, { name }), hint, key);
}

export function unknownInput(world: World, name: string, key?: string): ReferenceProblem {
  const near = nearest(name, world.inputs.keys());
  const hint = near === undefined ? undefined : say(M.similar, { near });
  return new ReferenceProblem(say(M.unknown_input, { name }), hint, key);
}
