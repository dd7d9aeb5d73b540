import { type Language, type Message, renderText, type Said, say } from "../../../drivers/core/message.js";
import type { Access, Meaning, Point } from "../../../drivers/core/point.js";
import { numberOfAddress } from "../../../drivers/profiles/numbering.js";
import type { Profile } from "../../../drivers/profiles/profile.js";
import { wrapText } from "../../core/wrap-text.js";
import { number, tableLines } from "../table.js";
import { PROFILE_VERB_MESSAGES as M } from "./profile-messages.js";

/** Of more points of one form only the first are shown. */
const MOST_ALIKE = 8;
const SHOWN_ALIKE = 2;
/** Of more values that have names the names stand below. */
const MOST_VALUES = 4;

/** The keys of an address that are shown; what else its driver knows is in the file. */
interface ShownAddress {
  readonly table?: string;
  readonly address?: number;
  readonly order?: string;
  readonly bit?: number;
  readonly bits?: readonly number[];
  readonly byte?: string;
  readonly length?: number;
  readonly coding?: string;
  readonly date?: unknown;
  readonly scale_by?: unknown;
  readonly add?: unknown;
}

const ACCESSES: Readonly<Record<Access, Message<never>>> = {
  read: M.access_read,
  write: M.access_write,
  "read-write": M.access_both,
};

/** The points: id and name on a line, beneath it where it lies and how, and what may be written. */
export function pointLines(
  profile: Profile,
  points: readonly Point[],
  language: Language,
  columns: number,
): string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  const runs = alike(points);
  const firstOf = (run: readonly Point[]): readonly Point[] =>
    run.length > MOST_ALIKE ? run.slice(0, SHOWN_ALIKE) : run;
  const [head = "", ...rows] = tableLines(
    [
      { title: text(M.label_table) },
      { title: text(M.label_address), right: true },
      { title: text(M.label_number), right: true },
      { title: text(M.label_type) },
      { title: text(M.label_scale), right: true },
      { title: text(M.label_unit) },
      { title: text(M.label_access) },
    ],
    runs.flatMap(firstOf).map((point) => {
      const { address: at = 0, table: of = "" } = point.address as ShownAddress;
      const where = at < 256 ? String(at) : `${at} 0x${at.toString(16).toUpperCase()}`;
      const scale = scaleOf(point, language);
      const makers = numberOf(profile, point);
      return [of, where, makers, typeOf(point), scale, point.unit ?? "", text(ACCESSES[point.access])];
    }),
    columns - INDENT.length,
  );
  const lines = [INDENT + head];
  let row = 0;
  for (const run of runs) {
    const few = firstOf(run);
    for (const point of few) {
      const name = point.name?.[language] ?? "";
      lines.push(
        ...wrapText("", `${point.id}  ${name}`.trimEnd(), columns, INDENT),
        INDENT + (rows[row++] ?? ""),
      );
      const rules = writeText(point, language);
      if (rules !== "") lines.push(...wrapText(INDENT, rules, columns, INDENT));
    }
    const more = run.length - few.length;
    const last = run.at(-1)?.id ?? "";
    if (more > 0) lines.push(renderText(say(M.more_points, { count: more, last }), language));
  }
  return lines;
}

const INDENT = "    ";

/** What the numbers and bits of points mean, each set of meanings once. */
export function meaningLines(points: readonly Point[], language: Language, columns: number): string[] {
  const told = new Map<string, string[]>();
  for (const { enum: numbers, flags, id } of points) {
    const parts = [...listed(numbers, (n, { [language]: text }) => `${n} ${text}`)];
    parts.push(
      ...listed(flags, (bit, { [language]: text }) =>
        renderText(say(M.meaning_flag, { bit, text }), language),
      ),
    );
    if (parts.length > 0) told.set(parts.join(", "), [...(told.get(parts.join(", ")) ?? []), id]);
  }
  return [...told].flatMap(([meanings, ids]) => {
    const names = ids.length > MOST_ALIKE ? [...ids.slice(0, SHOWN_ALIKE), "...", ids.at(-1)] : ids;
    return wrapText("  ", `${names.join(", ")}: ${meanings}`, columns, "    ");
  });
}

function listed(
  meanings: Readonly<Record<string, Meaning>> | undefined,
  line: (n: string, meaning: Meaning) => string,
): readonly string[] {
  return Object.entries(meanings ?? {}).map(([n, meaning]) => line(n, meaning));
}

/** The maker's own number: as written, or as it follows from the address. */
export function numberOf(profile: Profile, point: Point): string {
  const written = profile.points.get(point.id)?.["number"];
  if (typeof written === "number" || typeof written === "string") return String(written);
  const { address = 0, table = "" } = point.address as ShownAddress;
  const computed = profile.numbering && numberOfAddress(profile.numbering, address, table);
  return computed === undefined ? "" : String(computed).padStart(5, "0");
}

/** `u32 CDAB`, `u16 bits 2-3`: the form of the raw value. */
export function typeOf({ address, type }: Point): string {
  const { bit, bits, byte, coding, date, length, order } = address as ShownAddress;
  const isWide = type.endsWith("32") || type.endsWith("64");
  const parts = [
    date !== undefined ? "date" : type,
    ...(length === undefined ? [] : [`${length} reg`]),
    ...(isWide ? [order ?? ""] : []),
    ...(bit === undefined ? [] : [`bit ${bit}`]),
    ...(bits ? [`bits ${bits[0]}-${bits[1]}`] : []),
    ...(byte === undefined ? [] : [byte]),
    ...(coding === undefined ? [] : [coding]),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function scaleOf({ address, curve, offset, scale }: Point, language: Language): string {
  const { add, scale_by } = address as ShownAddress;
  if (curve) return "curve";
  const plus = offset === 0 ? "" : offset > 0 ? `+${number(offset, language)}` : number(offset, language);
  const factor = scale === 1 && plus === "" ? "" : number(scale, language);
  return `${factor}${plus}${scale_by === undefined ? "" : "*"}${add === undefined ? "" : "+"}`;
}

/** What may be written and by which rules. */
export function writeText(
  { access, enum: numbers, safety, write, writeRules }: Point,
  language: Language,
): string {
  if (access === "read") return "";
  const { dwell, edge, function: code, keeps, local, needs, once, step, whole } = writeRules ?? {};
  const value = (one: number | string | boolean): string =>
    typeof one === "number" ? number(one, language) : String(one);
  const told = (said: Said): string => renderText(said, language);
  const values = edge?.map(value).join(" > ") ?? "";
  const what = !write
    ? []
    : "range" in write
      ? [`${value(write.range.min)}..${value(write.range.max)}`]
      : numbers && write.values.length > MOST_VALUES
        ? [told(say(M.write_values, { count: write.values.length }))]
        : [write.values.map(value).join(" | ")];
  const rules = [
    ...(step === undefined ? [] : [say(M.write_step, { step: value(step) })]),
    ...(whole === undefined ? [] : [say(M.write_whole, { group: whole })]),
    ...(!edge
      ? []
      : [dwell === undefined ? say(M.write_edge, { values }) : say(M.write_dwell, { values, dwell })]),
    ...(keeps === "nvram" ? [say(M.write_keeps_nvram)] : []),
    ...(needs === undefined ? [] : [say(M.write_needs, { command: needs })]),
    ...(once ? [say(M.write_once)] : []),
    ...(local ? [say(M.command_local)] : []),
    ...(safety === "actuator" ? [say(M.safety_word_actuator)] : []),
    ...(safety === "dangerous" ? [say(M.safety_word_dangerous)] : []),
  ].map(told);
  const by = code === undefined ? [] : [`FC${code}`];
  return told(say(M.may_write, { what: [...what, ...by, ...rules].join(", ") }));
}

/** Runs of points that differ only in the numbers of their ids. */
function alike(points: readonly Point[]): readonly (readonly Point[])[] {
  const runs: Point[][] = [];
  let last: string | undefined;
  for (const point of points) {
    const form = JSON.stringify([point.id.replace(/\d+/g, "#"), point.type, point.unit, point.access]);
    if (form === last) runs.at(-1)?.push(point);
    else runs.push([point]);
    last = form;
  }
  return runs;
}
