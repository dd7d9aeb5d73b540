import {
  type Fit,
  fits,
  type Interpretation,
  interpretations,
  isFloat,
  type NumberType,
  ORDERS,
  textsIn,
} from "../../../drivers/codec/interpret.js";
import { type Language, type Message, render, renderText, say } from "../../../drivers/core/message.js";
import { wrapText } from "../../core/wrap-text.js";
import { type Column, tableLines } from "../table.js";
import type { Expectation } from "./expectation.js";
import { READ_MESSAGES as M } from "./read-messages.js";

/** Words of one table as they were read, once or twice. */
export interface RawWords {
  readonly table: string;
  readonly address: number;
  readonly words: readonly number[];
  readonly later?: readonly number[];
}

const BITS_A_ROW = 8;
const MOST_FITS = 8;
const INDENT = "  ";

export function rawLines(
  raw: RawWords,
  expect: Expectation | undefined,
  language: Language,
  columns: number,
): readonly string[] {
  if (raw.table === "coil" || raw.table === "discrete") return bitLines(raw, language);
  const text = (message: Message<never>): string => renderText(say(message), language);
  const all = interpretations(raw.words, raw.later);
  const fitting = expect ? fits(all, expect.least, expect.most) : [];
  const lines = registerLines(raw, text, columns);
  const wide = valueLines(raw, all, fitting, text, columns);
  if (wide.length > 0) lines.push("", ...wide, "", ...wrapText("", text(M.legend), columns, ""));
  if (raw.words.every((word) => word === 0)) lines.push("", ...wrapText("", text(M.all_zero), columns, ""));
  for (const { at, order, registers, text: found } of textsIn(raw.words)) {
    const said = say(M.text_found, { span: spanOf(raw.address + at, registers), order, text: found });
    lines.push("", renderText(said, language));
  }
  if (expect) lines.push("", ...expectedLines(raw, fitting, expect, language, columns));
  return lines;
}

/** `0`, or `0-1`. */
export function spanOf(address: number, count: number): string {
  return count === 1 ? String(address) : `${address}-${address + count - 1}`;
}

export function hexWord(word: number): string {
  return `0x${word.toString(16).toUpperCase().padStart(4, "0")}`;
}

function registerLines(
  { address, later, words }: RawWords,
  text: (message: Message<never>) => string,
  columns: number,
): string[] {
  const signed = words.some((word) => word > 0x7fff);
  const moved = later?.some((word, at) => word !== words[at]) ?? false;
  const head: Column[] = [
    { title: text(M.label_address), right: true },
    { title: text(M.label_dec), right: true },
    ...(signed ? [{ title: text(M.label_signed), right: true }] : []),
    { title: text(M.label_hex) },
    { title: text(M.label_bits) },
    { title: text(M.label_chars) },
    ...(moved ? [{ title: text(M.label_change), right: true }] : []),
  ];
  const rows = words.map((word, at) => {
    const change = (later?.[at] ?? word) - word;
    return [
      String(address + at),
      String(word),
      ...(signed ? [word > 0x7fff ? String(word - 0x10000) : ""] : []),
      hexWord(word),
      word
        .toString(2)
        .padStart(16, "0")
        .replace(/(.{4})(?=.)/g, "$1 "),
      [word >> 8, word & 0xff]
        .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·"))
        .join(""),
      ...(moved ? [change === 0 ? "" : change > 0 ? `+${change}` : String(change)] : []),
    ];
  });
  return tableLines(head, rows, columns);
}

/** Of values that span registers, each type on a line, the orders side by side. */
function valueLines(
  { address }: RawWords,
  all: readonly Interpretation[],
  fitting: readonly Fit[],
  text: (message: Message<never>) => string,
  columns: number,
): string[] {
  const rows = new Map<string, Interpretation[]>();
  for (const one of all) {
    if (one.registers === 1) continue;
    const key = `${String(one.at).padStart(4, "0")} ${one.registers} ${TYPE_ROW.indexOf(one.type)}`;
    rows.set(key, [...(rows.get(key) ?? []), one]);
  }
  const shown = [...rows.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)
    .filter((row) => isWorthShowing(row, fitting));
  if (shown.length === 0) return [];
  const head: Column[] = [
    { title: text(M.label_address), right: true },
    { title: text(M.label_type) },
    ...ORDERS.map((title) => ({ title, right: true })),
  ];
  const cells = shown.map((row) => {
    const [first] = row;
    const span = first ? spanOf(address + first.at, first.registers) : "";
    return [span, first?.type ?? "", ...row.map((one) => valueText(one) + marksOf(one, fitting))];
  });
  return tableLines(head, cells, columns);
}

const TYPE_ROW: readonly NumberType[] = ["f32", "u32", "s32", "f64", "u64", "s64"];
/** A negative number of that size is one; beyond it is a positive one read with a sign. */
const LEAST_S32 = -1e8;

/** Both common forms of two registers always, others where something speaks for them. */
function isWorthShowing(row: readonly Interpretation[], fitting: readonly Fit[]): boolean {
  const [first] = row;
  if (!first) return false;
  if (first.type === "f32" || first.type === "u32") return true;
  if (row.some((one) => isFitting(one, fitting))) return true;
  if (first.type === "s32") {
    return row.some(({ value }) => value !== null && value < 0 && value > LEAST_S32);
  }
  return row.some(({ sensible, type, value }) => sensible && (type !== "s64" || (value ?? 0) < 0));
}

function marksOf(one: Interpretation, fitting: readonly Fit[]): string {
  if (isFitting(one, fitting)) return "=";
  if (one.moved) return one.moved === "up" ? "↑" : "↓";
  return one.sensible ? "*" : " ";
}

function isFitting({ at, order, type }: Interpretation, fitting: readonly Fit[]): boolean {
  return fitting.some((fit) => fit.at === at && fit.type === type && fit.order === order);
}

/** Seven digits of a float: more it has not, or nobody needs them to recognise it. */
export function valueText({ type, value }: Pick<Interpretation, "type" | "value">): string {
  if (value === null) return "NaN";
  if (typeof value === "bigint" || !isFloat(type)) {
    const digits = value.toString();
    return digits.length > 13 ? Number(value).toExponential(4) : digits;
  }
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e9) return value.toExponential(3);
  return String(Number(value.toPrecision(7)));
}

function expectedLines(
  { address }: RawWords,
  fitting: readonly Fit[],
  expect: Expectation,
  language: Language,
  columns: number,
): readonly string[] {
  if (fitting.length === 0) {
    const said = render(say(M.expected_nothing, { expect: expect.text }), language);
    return said.split("\n").flatMap((line) => wrapText("", line, columns, ""));
  }
  const list = fitting.slice(0, MOST_FITS).map(({ at, order, registers, scale, type, value }) => {
    const orders = registers === 1 && order === "ABCD" ? "" : ` ${order}`;
    const times = scale === 1 ? "" : ` × ${scale}`;
    return `${spanOf(address + at, registers)} ${type}${orders}${times} = ${Number(value.toPrecision(7))}`;
  });
  if (fitting.length > MOST_FITS) list.push("…");
  const said = say(M.expected_found, { expect: expect.text, list: list.join("; ") });
  return wrapText("", renderText(said, language), columns, INDENT);
}

function bitLines({ address, later, words }: RawWords, language: Language): readonly string[] {
  const head: Column[] = [
    { title: renderText(say(M.label_address), language), right: true },
    ...Array.from({ length: Math.min(BITS_A_ROW, words.length) }, (_, at) => ({
      title: `+${at}`,
      right: true,
    })),
  ];
  const rows: string[][] = [];
  for (let from = 0; from < words.length; from += BITS_A_ROW) {
    const row = words.slice(from, from + BITS_A_ROW).map((bit, at) => {
      const then = later?.[from + at] ?? bit;
      return then === bit ? String(bit) : then > bit ? `${bit}↑` : `${bit}↓`;
    });
    rows.push([String(address + from), ...row]);
  }
  return tableLines(head, rows, Number.POSITIVE_INFINITY);
}
