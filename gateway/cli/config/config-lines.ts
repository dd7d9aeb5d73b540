import {
  type Language,
  type Message,
  type ParamValue,
  render,
  renderText,
  say,
} from "../../../drivers/core/message.js";
import type { ChangeJson, PartChange } from "../../core/config-change.js";
import { isMap, type TreeChange, type TreeValue } from "../../core/config-tree.js";
import { HEALTH } from "../../core/health.js";
import { wrapText } from "../../core/wrap-text.js";
import { cut, number } from "../table.js";
import { CONFIG_VERB_MESSAGES as M } from "./config-messages.js";

/** Beyond it a person reads the file. */
const MOST_SHOWN = 60;
const LONGEST_VALUE = 200;

export interface Difference {
  readonly changes: readonly TreeChange[];
  readonly change: ChangeJson;
}

interface Paper {
  readonly language: Language;
  readonly columns: number;
  readonly colours: boolean;
}

/** What differs and what follows from it, as lines of at most `columns`. */
export function differenceLines(
  { change, changes }: Difference,
  { colours, columns, language }: Paper,
): readonly string[] {
  const text = <P extends string>(
    message: Message<P>,
    ...params: [P] extends [never] ? [] : [Readonly<Record<P, ParamValue>>]
  ): readonly string[] => wrapText("", render(say(message, ...params), language), columns, "  ");
  if (changes.length === 0) return text(M.same);
  const shown = changes.slice(0, MOST_SHOWN).flatMap((one) => changeLines(one, columns, colours));
  const more = changes.length - MOST_SHOWN;
  const parts = [...Object.entries(change.connections), ...Object.entries(change.uplinks)];
  const idsOf = (wanted: PartChange): string =>
    parts.flatMap(([id, part]) => (part === wanted && id !== HEALTH ? [id] : [])).join(", ");
  const told = (wanted: PartChange, message: Message<"parts">): readonly string[] => {
    const ids = idsOf(wanted);
    return ids === "" ? [] : text(message, { parts: ids });
  };
  return [
    ...text(M.differs, { count: number(changes.length, language) }),
    ...shown,
    ...(more > 0 ? [`  ${renderText(say(M.more, { count: number(more, language) }), language)}`] : []),
    "",
    ...told("stop", M.stops),
    ...told("start", M.starts),
    ...told("restart", M.restarts),
    ...told("keep", M.kept),
    ...(change.new_revision ? text(M.new_revision) : []),
    ...(change.needs_restart.length > 0
      ? text(M.needs_restart, { keys: change.needs_restart.join(", ") })
      : []),
  ];
}

/** `- devices.well.every: 1000` and `+ devices.well.every: 5000`. */
function changeLines(
  { after, before, path }: TreeChange,
  columns: number,
  colours: boolean,
): readonly string[] {
  const line = (sign: "-" | "+", value: TreeValue, colour: string): string => {
    const plain = cut(`  ${sign} ${path.join(".")}: ${shortened(value)}`, columns);
    return colours ? `\u001b[${colour}m${plain}\u001b[0m` : plain;
  };
  return [
    ...(before === undefined ? [] : [line("-", before, "31")]),
    ...(after === undefined ? [] : [line("+", after, "32")]),
  ];
}

/** No control characters of a file reach the terminal: JSON escapes them. */
function shortened(value: TreeValue): string {
  const points = isMap(value) ? value["points"] : undefined;
  const text =
    isMap(value) && points !== undefined && isMap(points)
      ? JSON.stringify({ ...value, points: Object.keys(points) })
      : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
