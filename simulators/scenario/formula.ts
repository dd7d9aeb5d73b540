/**
 * What a wire of a scenario carries: numbers, names of signals and inputs (`pump.1.flow`), `+ - * /`, comparisons
 * (1 or 0), parentheses and a few functions. `pump.1.flow * 3600 + pump.2.flow * 3600`, `well.level > 3.4`.
 */
export interface Formula {
  readonly text: string;
  /** Every name in it, once. */
  readonly names: readonly string[];
  /** The name that it is; undefined where something is computed. */
  readonly name: string | undefined;
  /** What is no number (a division by zero) counts as 0: a device shows something. */
  compute(read: (name: string) => number): number;
}

type Term = (read: (name: string) => number) => number;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)|([<>]=?|[-+*/(),]))/iy;
const LONGEST = 300;

const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  min: Math.min,
  max: Math.max,
  abs: Math.abs,
  sqrt: Math.sqrt,
  round: Math.round,
  floor: Math.floor,
};

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
};

/** A text instead of the formula is the piece that cannot be understood. */
export function parseFormula(text: string): Formula | string {
  const tokens = text.length > LONGEST ? `${text.slice(0, 20)}...` : tokensOf(text);
  if (typeof tokens === "string") return tokens;
  const reader = new FormulaReader(tokens);
  const term = reader.comparison();
  const wrong = reader.wrong ?? reader.rest;
  if (wrong !== undefined) return wrong;
  const [only] = tokens;
  const compute = (read: (name: string) => number): number => {
    const value = term(read);
    return Number.isFinite(value) ? value : 0;
  };
  const names = [...new Set(reader.names)];
  return { text, names, name: tokens.length === 1 && names.length === 1 ? only : undefined, compute };
}

function tokensOf(text: string): readonly string[] | string {
  const tokens: string[] = [];
  const whole = text.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < whole.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(whole);
    if (!match) return whole.slice(from).trim();
    tokens.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return tokens.length > 0 ? tokens : '""';
}

class FormulaReader {
  readonly names: string[] = [];
  wrong: string | undefined;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  /** What stands behind the end. */
  get rest(): string | undefined {
    return this.#tokens[this.#at];
  }

  comparison(): Term {
    const left = this.#sum();
    const compare = COMPARE[this.rest ?? ""];
    if (!compare) return left;
    this.#at++;
    const right = this.#sum();
    return (read) => (compare(left(read), right(read)) ? 1 : 0);
  }

  #sum(): Term {
    let term = this.#product();
    while (this.rest === "+" || this.rest === "-") {
      const [left, sign] = [term, this.#tokens[this.#at++]];
      const right = this.#product();
      term = sign === "+" ? (read) => left(read) + right(read) : (read) => left(read) - right(read);
    }
    return term;
  }

  #product(): Term {
    let term = this.#factor();
    while (this.rest === "*" || this.rest === "/") {
      const [left, sign] = [term, this.#tokens[this.#at++]];
      const right = this.#factor();
      term = sign === "*" ? (read) => left(read) * right(read) : (read) => left(read) / right(read);
    }
    return term;
  }

  #factor(): Term {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return this.#not(this.#tokens.at(-1) ?? "");
    if (token === "-") {
      const inner = this.#factor();
      return (read) => -inner(read);
    }
    if (token === "(") {
      const inner = this.comparison();
      if (this.#tokens[this.#at++] !== ")") return this.#not("(");
      return inner;
    }
    if (/^\d/.test(token)) {
      const value = Number(token);
      return () => value;
    }
    if (!/^[a-z]/i.test(token)) return this.#not(token);
    if (this.rest === "(") return this.#call(token);
    this.names.push(token);
    return (read) => read(token);
  }

  #call(name: string): Term {
    const run = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!run) return this.#not(name);
    const values: Term[] = [];
    do {
      this.#at++;
      values.push(this.comparison());
    } while (this.rest === "," && values.length < 8);
    if (this.#tokens[this.#at++] !== ")") return this.#not(`${name}(`);
    return (read) => run(...values.map((value) => value(read)));
  }

  #not(token: string): Term {
    this.wrong ??= token;
    return () => 0;
  }
}
