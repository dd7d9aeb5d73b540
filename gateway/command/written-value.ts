import { decimalOf } from "../../drivers/core/decimal.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import type { Language } from "../../drivers/core/message.js";
import type { Meaning, Point } from "../../drivers/core/point.js";
import type { Value } from "../../drivers/core/reading.js";
import { WRITE_DESK_MESSAGES as M } from "./write-desk-messages.js";

/** Words for the two states of a coil, without marks: what people write. */
const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ["on", true],
  ["true", true],
  ["1", true],
  ["bat", true],
  ["off", false],
  ["false", false],
  ["0", false],
  ["tat", false],
]);

const NUMBER = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(.*)$/iu;
const COMMA = /^[+-]?\d+,\d+/;
const ROUNDING = 1e-6;

/**
 * What a person wrote, as a value of the point: a number with or without the point's unit, a word that the point
 * knows, on or off. Throws ConfigurationError for what the point cannot hold.
 */
export function writtenValue(point: Point, written: string | number | boolean): Value {
  const text = String(written).trim();
  const where = { device: point.device, point: point.id };
  if (point.type === "string") return text;
  const byWord = wordValue(point, text);
  if (byWord !== undefined) return byWord;
  if (point.type === "bool") {
    const state = SWITCH_WORDS.get(folded(text));
    if (state !== undefined) return state;
    throw new ConfigurationError(M.not_a_state, { ...where, text });
  }
  if (COMMA.test(text)) {
    throw new ConfigurationError(M.decimal_comma, { text, better: text.replace(",", ".") });
  }
  const [, digits, unit = ""] = NUMBER.exec(text) ?? [];
  if (digits === undefined) {
    const words = wordsOf(point);
    if (words.length === 0) throw new ConfigurationError(M.not_a_number, { ...where, text });
    throw new ConfigurationError(M.not_a_word, { ...where, text, words: words.join(", ") });
  }
  if (unit !== "" && !isUnit(point, unit)) {
    const expected = point.unit ?? "-";
    throw new ConfigurationError(M.other_unit, { ...where, unit, expected });
  }
  return point.type === "u64" || point.type === "s64" ? wideValue(point, digits, text) : Number(digits);
}

/** Throws ConfigurationError for a value that the point's profile does not let anybody write. */
export function checkBounds(point: Point, value: Value, language: Language): void {
  const { decimals = 0, write, writeRules } = point;
  const where = { device: point.device, point: point.id, value: shownValue(point, value) };
  const number = typeof value === "bigint" ? Number(value) / 10 ** decimals : value;
  const bounds = boundsText(point, language) ?? "-";
  const isForbidden = writeRules?.forbid?.some((one) => one === number) ?? false;
  const isInside =
    write === undefined ||
    ("range" in write
      ? typeof number === "number" && number >= write.range.min && number <= write.range.max
      : write.values.some((one) => one === number));
  if (isForbidden) throw new ConfigurationError(M.forbidden, where);
  if (!isInside) throw new ConfigurationError(M.out_of_bounds, { ...where, bounds });
  if (typeof number !== "number") return;
  const step = writeRules?.step ?? 0;
  const least = write && "range" in write ? write.range.min : 0;
  if (step > 0 && !isWhole((number - least) / step)) {
    throw new ConfigurationError(M.between_steps, { ...where, step });
  }
  const isInteger = point.type !== "f32" && point.type !== "f64" && typeof value === "number";
  if (isInteger && !point.curve && !isWhole((number - point.offset) / point.scale)) {
    throw new ConfigurationError(M.too_fine, { ...where, step: Math.abs(point.scale) });
  }
}

/** `0 … 50 Hz`, or the values that may be written with what they mean. */
export function boundsText({ enum: meanings, unit, write }: Point, language: Language): string | undefined {
  if (!write) return undefined;
  if ("range" in write) {
    const { max, min } = write.range;
    return `${min} … ${max}${unit === undefined ? "" : ` ${unit}`}`;
  }
  return write.values
    .map((value) => {
      const meaning = meanings?.[String(value)];
      if (meaning) return `${value} ${meaning.key} (${meaning[language]})`;
      return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
    })
    .join(", ");
}

function shownValue({ decimals = 0 }: Point, value: Value): string {
  return typeof value === "bigint" ? String(Number(value) / 10 ** decimals) : String(value);
}

/** By key, or by its name in either language. */
function wordValue({ enum: meanings }: Point, text: string): number | undefined {
  if (!meanings) return undefined;
  const word = folded(text);
  const names = ({ en, key, vi }: Meaning): readonly string[] => [key, vi, en].map(folded);
  const found = Object.entries(meanings).find(([, meaning]) => names(meaning).includes(word));
  return found && Number(found[0]);
}

function wordsOf({ enum: meanings }: Point): readonly string[] {
  return Object.values(meanings ?? {}).map(({ key }) => key);
}

function isUnit({ ucum, unit }: Point, written: string): boolean {
  const plain = (text: string): string => folded(text).replaceAll("³", "3").replaceAll("²", "2");
  return [unit, ucum].some((known) => known !== undefined && plain(known) === plain(written));
}

/** A multiple of 10^-decimals, to the last digit. */
function wideValue(point: Point, digits: string, text: string): bigint {
  const { decimals = 0, device, id } = point;
  const [, sign = "", whole = "0", fraction = ""] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(digits) ?? [];
  const isPlain = /^[+-]?\d*\.?\d*$/.test(digits);
  const given = isPlain
    ? { digits: BigInt(`${whole}${fraction}` || "0"), places: fraction.length }
    : decimalOf(Number(digits));
  const spare = given.places - decimals;
  if (spare > 0 && given.digits % 10n ** BigInt(spare) !== 0n) {
    throw new ConfigurationError(M.too_fine, { device, point: id, value: text, step: 10 ** -decimals });
  }
  const scaled =
    spare > 0 ? given.digits / 10n ** BigInt(spare) : given.digits * 10n ** BigInt(Math.max(0, -spare));
  return sign === "-" ? -scaled : scaled;
}

function isWhole(quotient: number): boolean {
  return Math.abs(quotient - Math.round(quotient)) <= ROUNDING * Math.max(1, Math.abs(quotient));
}

/** Without case and tone marks: `BẬT`, `bat`. */
function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d").trim();
}
