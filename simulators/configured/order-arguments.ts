/** Something that is told with an order. */
export interface Argument {
  readonly name: string;
  /** `time` in ms, `share` from 0 to 1; `word`: one of `words`; `id`: of a device. */
  readonly kind: "time" | "share" | "whole" | "number" | "word" | "id";
  /** As people write it, in usage and help. */
  readonly example: string;
  /** The word before it: `by 300`. */
  readonly after?: string;
  readonly optional?: boolean;
  /** Shown in help though it is optional: without it nobody would guess what the order is for. */
  readonly isShown?: boolean;
  /** Inclusive. */
  readonly least?: number;
  readonly most?: number;
  readonly words?: readonly string[];
}

/** What was told with an order, each argument checked. */
export class OrderArguments {
  readonly #values: ReadonlyMap<string, number | string>;

  constructor(values: ReadonlyMap<string, number | string>) {
    this.#values = values;
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : undefined;
  }

  word(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }
}

export type ReadArgument =
  | { readonly value: number | string }
  /** It is something else, or beyond its bounds. */
  | { readonly wrong: "kind" | "bounds" };

const UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const UNIT_NAMES = Object.keys(UNITS) as readonly (keyof typeof UNITS)[];
const QUANTITY = /(\d+(?:\.\d+)?)\s*(%|ms|min|s|h|d)(?=\s|$)/g;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,2})?$/i;

/** The words of a line; `20 %` and `60 s` are one each. */
export function wordsOf(line: string): readonly string[] {
  return line.replace(QUANTITY, "$1$2").split(/\s+/).filter(Boolean);
}

export function readArgument(word: string, { kind, least, most, words }: Argument): ReadArgument {
  if (kind === "word" || kind === "id") {
    return words && !words.includes(word) ? { wrong: "kind" } : { value: word };
  }
  const value = kind === "time" ? msOf(word) : kind === "share" ? shareOf(word) : numberOf(word);
  if (value === undefined || (kind === "whole" && !Number.isInteger(value))) return { wrong: "kind" };
  const isInside =
    value >= (least ?? Number.NEGATIVE_INFINITY) && value <= (most ?? Number.POSITIVE_INFINITY);
  return isInside ? { value } : { wrong: "bounds" };
}

/** `20%`: 0.2. Undefined for anything else. */
export function shareOf(word: string): number | undefined {
  const percent = /^(\d{1,3}(?:\.\d{1,9})?)%$/.exec(word)?.[1];
  const share = percent === undefined ? Number.NaN : Number(percent) / 100;
  return share >= 0 && share <= 1 ? share : undefined;
}

/** `1.5min`: 90000. Undefined for anything else. */
export function msOf(word: string | undefined): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|min|h|d)$/.exec(word ?? "") ?? [];
  return number === undefined ? undefined : Number(number) * UNITS[unit as keyof typeof UNITS];
}

/** ms of a unit of time by its name. */
export function unitMs(name: string): number | undefined {
  return Object.hasOwn(UNITS, name) ? UNITS[name as keyof typeof UNITS] : undefined;
}

/** 90000: `1.5min`. The largest unit that makes a short number. */
export function timeText(ms: number): string {
  const unit = [...UNIT_NAMES].reverse().find((name) => ms >= UNITS[name] && (ms * 10) % UNITS[name] === 0);
  return `${ms / UNITS[unit ?? "ms"]}${unit ?? "ms"}`;
}

/** A bound, or a value, as people write it. */
export function argumentText(value: number, kind: Argument["kind"]): string {
  if (kind === "time") return timeText(value);
  return kind === "share" ? `${value * 100}%` : String(value);
}

function numberOf(word: string): number | undefined {
  return NUMBER.test(word) ? Number(word) : undefined;
}
