import { type Said, say } from "../../drivers/core/message.js";
import { nearest } from "../../drivers/profiles/suggest.js";
import type { Odds } from "../modbus/drawing.js";
import { CONTROL_MESSAGES as M } from "./control-messages.js";
import {
  type Argument,
  argumentText,
  msOf,
  OrderArguments,
  readArgument,
  shareOf,
  timeText,
  wordsOf,
} from "./order-arguments.js";
import type { OrderForm } from "./order-form.js";
import { allVerbs, formOf } from "./order-table.js";
import { isPlaceLast, usageOf } from "./order-usage.js";

/** What is meant: a device, a connection, a point of a device. */
export interface OrderTarget {
  /** `of` and `on` say which it is; absent: whichever there is. */
  readonly marker?: "of" | "on";
  readonly id: string;
  readonly point?: string;
}

export interface FaultOrder {
  readonly kind: "fault";
  readonly form: OrderForm;
  readonly told: OrderArguments;
  readonly odds: Odds;
  readonly target: OrderTarget;
  /** Absent: until it is healed. */
  readonly forMs?: number;
}

/** What a line asks for. */
export type Order =
  | { readonly kind: "nothing" | "faults" }
  | { readonly kind: "help"; readonly verb?: string }
  | { readonly kind: "heal"; readonly target?: OrderTarget }
  | FaultOrder
  | { readonly kind: "problem"; readonly said: Said };

/** Longer than that is until it is healed. */
const MOST_MS = 7 * 86_400_000;
const MOST_EVERY = 1_000_000;
const MOST_CHARACTERS = 200;

/** Thrown within this file alone. */
class Problem {
  constructor(readonly said: Said) {}
}

/**
 * `drop 20 % of meter for 60 s`, `drift well level 0.05 per h`: a verb, what it takes, where, how often, how long.
 * `of` and `on` may be left out. Pure; never throws.
 */
export function readOrder(line: string): Order {
  const words = wordsOf(line.slice(0, MOST_CHARACTERS + 1));
  const [verb, ...rest] = words;
  if (verb === undefined) return { kind: "nothing" };
  try {
    if (line.trim().length > MOST_CHARACTERS) throw new Problem(say(M.too_long, { limit: MOST_CHARACTERS }));
    return readVerb(verb.toLowerCase(), rest, line);
  } catch (problem) {
    if (problem instanceof Problem) return { kind: "problem", said: problem.said };
    throw problem;
  }
}

function readVerb(verb: string, rest: readonly string[], line: string): Order {
  const [first, ...more] = rest;
  if (verb === "faults" && first === undefined) return { kind: "faults" };
  if (verb === "help" && first === undefined) return { kind: "help" };
  if (verb === "help" && first !== undefined && more.length === 0) {
    return { kind: "help", verb: allVerbs().includes(first) ? first : knownForm(first, line).verb };
  }
  if (verb === "heal") return readHeal(rest, line);
  return new OrderReader(knownForm(verb, line), rest).read();
}

function knownForm(verb: string, line: string): OrderForm {
  const form = formOf(verb);
  if (form) return form;
  const near = nearest(verb, allVerbs());
  if (near === undefined || near === verb) {
    throw new Problem(say(M.not_understood, { line: line.trim().slice(0, 80) }));
  }
  throw new Problem(say(M.unknown_order, { verb: verb.slice(0, 40), near }));
}

function readHeal(rest: readonly string[], line: string): Order {
  const [first] = rest;
  const marker = first === "of" || first === "on" ? first : undefined;
  const [id, point, ...more] = marker ? rest.slice(1) : rest;
  if (more.length > 0 || (marker && id === undefined)) {
    throw new Problem(say(M.not_understood, { line: line.trim().slice(0, 80) }));
  }
  if (id === undefined) return { kind: "heal" };
  return { kind: "heal", target: { ...(marker && { marker }), id, ...(point !== undefined && { point }) } };
}

/** Takes from the words what has a mark of its own, then what is left by its place. */
class OrderReader {
  readonly #form: OrderForm;
  readonly #left: string[];
  readonly #values = new Map<string, number | string>();

  constructor(form: OrderForm, words: readonly string[]) {
    this.#form = form;
    this.#left = [...words];
  }

  read(): FaultOrder {
    const forMs = this.#duration();
    const odds = this.#odds();
    for (const argument of this.#form.takes) {
      const { after, kind, name } = argument;
      const word = after === undefined ? this.#takeShare(kind) : this.#takeAfter(after);
      if (word !== undefined) this.#values.set(name, this.#value(word, argument));
    }
    const target = this.#target();
    for (const word of this.#left) this.#takeByKind(word);
    this.#expectAll(odds);
    const told = new OrderArguments(this.#values);
    return { kind: "fault", form: this.#form, told, odds, target, ...(forMs !== undefined && { forMs }) };
  }

  #duration(): number | undefined {
    if (!this.#left.includes("for")) return undefined;
    const ms = msOf(this.#takeAfter("for"));
    if (ms === undefined || ms > MOST_MS)
      throw new Problem(say(M.wrong_duration, { limit: timeText(MOST_MS) }));
    return ms;
  }

  #odds(): Odds {
    const { odds, takes } = this.#form;
    const at = this.#left.findIndex((word) => word.endsWith("%"));
    if (at >= 0 && !takes.some(({ kind }) => kind === "share")) {
      const [word = ""] = this.#left.splice(at, 1);
      if (!odds) throw this.#problem(M.no_odds, word);
      const probability = shareOf(word);
      if (probability === undefined) throw new Problem(say(M.wrong_odds, { word: word.slice(0, 40) }));
      return { probability };
    }
    if (!this.#left.includes("every")) return {};
    const word = this.#takeAfter("every") ?? "";
    if (!odds) throw this.#problem(M.no_odds, `every ${word}`);
    const every = /^\d{1,7}$/.test(word) ? Number(word) : 0;
    if (every < 1 || every > MOST_EVERY) {
      throw new Problem(say(M.wrong_odds, { word: `every ${word}`.slice(0, 40) }));
    }
    return { every };
  }

  #target(): OrderTarget {
    const { place } = this.#form;
    const marked = this.#left.findIndex((word) => word === "of" || word === "on");
    const count = place === "point" ? 2 : 1;
    const at = marked >= 0 ? marked + 1 : isPlaceLast(this.#form) ? Math.max(0, this.#left.length - 1) : 0;
    const marker = marked >= 0 ? (this.#left[marked] as "of" | "on") : undefined;
    const [id, point] = this.#left.slice(at, at + count);
    if (id === undefined || (place === "point" && point === undefined)) throw this.#incomplete();
    this.#left.splice(marked >= 0 ? marked : at, marked >= 0 ? count + 1 : count);
    return { ...(marker && { marker }), id, ...(point !== undefined && { point }) };
  }

  /** To the first argument that it can be. */
  #takeByKind(word: string): void {
    const free = this.#form.takes.filter(({ after, name }) => after === undefined && !this.#values.has(name));
    const fitting = free.find((argument) => "value" in readArgument(word, argument));
    const argument = fitting ?? free.find((one) => isBeyond(word, one));
    if (!argument) throw this.#problem(M.wrong_word, word);
    this.#values.set(argument.name, this.#value(word, argument));
  }

  #value(word: string, argument: Argument): number | string {
    const read = readArgument(word, argument);
    if ("value" in read) return read.value;
    const { kind, least = 0, most = 0 } = argument;
    if (read.wrong === "kind") throw this.#problem(M.wrong_word, word);
    const [low, high] = [argumentText(least, kind), argumentText(most, kind)];
    const { verb } = this.#form;
    throw new Problem(say(M.out_of_bounds, { verb, word: word.slice(0, 40), least: low, most: high }));
  }

  #expectAll(odds: Odds): void {
    const { oneOf, takes } = this.#form;
    const isMissing = takes.some(({ name, optional }) => !optional && !this.#values.has(name));
    const chosen = oneOf?.filter((name) => this.#values.has(name)).length ?? 1;
    const isUndecided = this.#form.odds === "must" && Object.keys(odds).length === 0;
    if (isMissing || isUndecided || chosen !== 1) throw this.#incomplete();
  }

  /** A share shows what it is wherever it stands. */
  #takeShare(kind: Argument["kind"]): string | undefined {
    const at = kind === "share" ? this.#left.findIndex((word) => word.endsWith("%")) : -1;
    return at < 0 ? undefined : this.#left.splice(at, 1)[0];
  }

  /** The word behind this one, both taken out; undefined where it is not there. */
  #takeAfter(mark: string): string | undefined {
    const at = this.#left.indexOf(mark);
    if (at < 0) return undefined;
    const [, word] = this.#left.splice(at, 2);
    if (word === undefined) throw this.#incomplete();
    return word;
  }

  #incomplete(): Problem {
    return new Problem(say(M.incomplete, { verb: this.#form.verb, usage: usageOf(this.#form) }));
  }

  #problem(message: typeof M.wrong_word, word: string): Problem {
    const { verb } = this.#form;
    return new Problem(say(message, { verb, word: word.slice(0, 40), usage: usageOf(this.#form) }));
  }
}

function isBeyond(word: string, argument: Argument): boolean {
  const read = readArgument(word, argument);
  return "wrong" in read && read.wrong === "bounds";
}
