import { type Language, type Message, renderText, say } from "../../../drivers/core/message.js";
import { cut, displayWidth, number, tableLines } from "../table.js";
import { type FleetBoard, type FleetRow, type Ill, MOST_GATEWAYS } from "./fleet-board.js";
import { FLEET_VERB_MESSAGES as M } from "./fleet-messages.js";

export interface FleetShown {
  readonly url: string;
  readonly rows: readonly FleetRow[];
  readonly board: Pick<FleetBoard, "unreadable" | "beyond">;
  readonly connection: "up" | "down";
  readonly language: Language;
  readonly columns: number;
  /** Rows of gateways at most. */
  readonly top: number;
  /** Wall ms. */
  readonly now: number;
}

const ILL_WORDS: Readonly<Record<Ill, Message<never>>> = {
  gone: M.ill_gone,
  stopped: M.ill_stopped,
  unreadable: M.ill_unreadable,
  no_status: M.ill_no_status,
  silent: M.ill_silent,
  not_durable: M.ill_not_durable,
  devices: M.ill_devices,
  alarm: M.ill_alarm,
  backlog: M.ill_backlog,
};

const SITE_COLUMN = 1;
/** A site of fewer columns says nothing. */
const LEAST_SITE = 6;
/** Between two columns of a table. */
const GAP = 2;
/** Lines beside those of the gateways: title, rule, head, and three below. */
export const OTHER_LINES = 6;

/** The table of a fleet, its ill gateways first; what does not fit is counted. Pure. */
export function fleetLines(shown: FleetShown): string[] {
  const { board, columns, connection, language, rows, top, url } = shown;
  const text = (message: Message<never>): string => renderText(say(message), language);
  const n = (value: number): string => number(value, language);
  const ill = rows.filter(({ ills }) => ills.length > 0).length;
  const online = rows.filter((row) => row.online).length;
  const title = say(M.title, { url, gateways: n(rows.length), online: n(online), ill: n(ill) });
  const lines = [renderText(title, language)];
  if (connection === "down") lines.push(`! ${text(M.lost_connection)}`);
  lines.push("");
  if (rows.length === 0) lines.push(text(M.none));
  else lines.push(...table(shown, rows.slice(0, top)));
  const rest = rows.slice(top);
  if (rest.length > 0) {
    const illRest = rest.filter(({ ills }) => ills.length > 0).length;
    const facts = { count: n(rest.length), ill: n(illRest), well: n(rest.length - illRest) };
    lines.push(renderText(say(M.more, facts), language));
  }
  if (board.unreadable > 0)
    lines.push(renderText(say(M.unreadable, { count: n(board.unreadable) }), language));
  if (board.beyond > 0) {
    lines.push(renderText(say(M.too_many, { count: n(board.beyond), most: n(MOST_GATEWAYS) }), language));
  }
  return lines.map((line) => cut(line, columns));
}

function table({ columns, language, now }: FleetShown, rows: readonly FleetRow[]): string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  const head = [
    { title: text(M.column_gateway) },
    { title: text(M.column_site) },
    { title: text(M.column_state) },
    { title: text(M.column_since), right: true },
    { title: text(M.column_backlog), right: true },
    { title: text(M.column_oldest), right: true },
    { title: text(M.column_version) },
    { title: text(M.column_rev), right: true },
    { title: text(M.column_lost), right: true },
    { title: text(M.column_alarms), right: true },
  ];
  const cells = rows.map((row) => [
    row.id,
    row.site ?? "-",
    row.ills.length > 0 ? row.ills.map((ill) => text(ILL_WORDS[ill])).join(", ") : text(M.state_online),
    row.since === undefined ? "-" : age(now - row.since),
    row.backlog === undefined ? "-" : number(row.backlog, language),
    row.oldest === undefined ? "-" : age(now - row.oldest),
    row.version ?? "-",
    row.rev === undefined ? "-" : String(row.rev),
    row.lostDevices === undefined ? "-" : String(row.lostDevices.length),
    row.alarms === undefined ? "-" : String(row.alarms.length),
  ]);
  // By its id a gateway is found: where there is little room its site gives way.
  const room = columns - widthWithout(SITE_COLUMN, head, cells);
  if (room >= LEAST_SITE) {
    const fitted = cells.map((row) => row.map((cell, at) => (at === SITE_COLUMN ? cut(cell, room) : cell)));
    return tableLines(head, fitted, columns);
  }
  const others = <T>(row: readonly T[]): T[] => row.filter((_, at) => at !== SITE_COLUMN);
  return tableLines(others(head), cells.map(others), columns);
}

/** Columns that all but one take, with the gap before that one. */
function widthWithout(
  left: number,
  head: readonly { readonly title: string }[],
  cells: readonly (readonly string[])[],
): number {
  const widths = head.map(({ title }, at) =>
    Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[at] ?? ""))),
  );
  return widths.reduce((sum, width, at) => (at === left ? sum : sum + width + GAP), 0);
}

/** 45s, 12min, 3h, 8d: what is needed to see how bad it is. */
export function age(ms: number): string {
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 100) return `${Math.round(seconds)}s`;
  if (seconds < 6_000) return `${Math.round(seconds / 60)}min`;
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3_600)}h`;
  return `${Math.round(seconds / 86_400)}d`;
}

/** Words as people type them: without case, tone marks, and the bar of đ. */
export function plainWords(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase();
}
