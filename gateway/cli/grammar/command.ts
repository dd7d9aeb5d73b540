import type { Message, Text } from "../../../drivers/core/message.js";
import type { ExitCode, Io } from "../io.js";
import type { Kind } from "./kinds.js";

/**
 * The grammar of `tram`: each verb and each part of one is declared once, as a command. Parsing, help, completion and
 * the man page follow from the declaration.
 */

/** An option or an argument. `T` is what the command is given. */
export interface Value<T = unknown> {
  readonly about: Message<never>;
  /** Absent: a flag. */
  readonly kind?: Kind<unknown>;
  readonly occurs: "optional" | "required" | "repeated";
  /** One letter: `-o`. */
  readonly short?: string;
  /** As a person would write it; stands for the value where none is written. */
  readonly otherwise?: string;
  /** Only there to carry the type. */
  readonly type?: T;
}

interface More {
  readonly short?: string;
}

/** `--force`: there or not. */
export function flag(about: Message<never>, more: More = {}): Value<boolean> {
  return { about, occurs: "optional", ...more };
}

export function optional<T>(kind: Kind<T>, about: Message<never>, more: More = {}): Value<T | undefined> {
  return { about, kind, occurs: "optional", ...more };
}

/** Optional; `otherwise` is what it is when nobody says anything, as a person would write it. */
export function defaulted<T>(
  kind: Kind<T>,
  about: Message<never>,
  otherwise: string,
  more: More = {},
): Value<T> {
  return { about, kind, occurs: "optional", otherwise, ...more };
}

export function required<T>(kind: Kind<T>, about: Message<never>, more: More = {}): Value<T> {
  return { about, kind, occurs: "required", ...more };
}

/** As often as wanted; of arguments only the last. */
export function repeated<T>(kind: Kind<T>, about: Message<never>, more: More = {}): Value<readonly T[]> {
  return { about, kind, occurs: "repeated", ...more };
}

export type Values = Readonly<Record<string, Value>>;

/** What was asked for, checked. A key is there for every option and argument of the command. */
export interface Asked<A extends Values = Values, O extends Values = Values> {
  readonly args: { readonly [K in keyof A]: A[K] extends Value<infer T> ? T : never };
  readonly options: { readonly [K in keyof O]: O[K] extends Value<infer T> ? T : never };
}

/** What `run` of a command is given: `AskedOf<typeof SHOW>`. */
export type AskedOf<C> = C extends Grammar<infer A, infer O> ? Asked<A, O> : never;

/** What can be written, without what it does. */
export interface Grammar<A extends Values = Values, O extends Values = Values> {
  readonly name: string;
  /** One line for the list. */
  readonly summary: Message<never>;
  /** What it does; each line is a paragraph. */
  readonly about: Message<never>;
  /** In the order in which they are written. */
  readonly args: A;
  readonly options: O;
  /**
   * The ways to write it, each a list of arguments and options by name, `?` behind those that may be left out,
   * `...` for other options. By default one: the arguments, what is required, and `[options]`.
   */
  readonly forms?: readonly (readonly string[])[];
  /** What stands behind the options. */
  readonly notes?: Message<never>;
  /** Without the word `tram`. */
  readonly examples: readonly (string | Text)[];
}

/** A verb or a part of one. Either it runs, or it has parts, or both. */
export interface Command extends Grammar {
  /** By name, loaded when used. */
  readonly parts?: Readonly<Record<string, () => Promise<Command>>>;
  run?(asked: Asked, io: Io): Promise<ExitCode>;
}

/** Keeps the types of a grammar whose command stands elsewhere. */
export function grammar<const A extends Values, const O extends Values>(own: Grammar<A, O>): Grammar<A, O> {
  return own;
}

export function command<A extends Values, O extends Values>(
  own: Grammar<A, O>,
  run: (asked: Asked<A, O>, io: Io) => Promise<ExitCode>,
  parts?: Command["parts"],
): Command {
  // What `readCommand` returns has the types that the declaration says.
  return { ...own, run: (asked, io) => run(asked as Asked<A, O>, io), ...(parts && { parts }) };
}
