import { type Language, renderText, say } from "../drivers/core/message.js";
import type { JsonValue } from "./demo-answers.js";
import type { BornDevice, BornPoint, ShownPoint } from "./demo-centre.js";
import { DEMO_MESSAGES } from "./demo-messages.js";

export type LinkState = "up" | "down" | "waiting";

/** All that the screen shows of one moment. */
export interface DemoView {
  readonly station: string;
  readonly language: Language;
  readonly colours: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Wall ms. */
  readonly now: number;
  readonly seconds: number;
  readonly links: {
    /** By connection. */
    readonly connections: readonly (readonly [id: string, state: LinkState])[];
    readonly centre: LinkState;
  };
  readonly births: ReadonlyMap<string, BornDevice>;
  readonly shown: ReadonlyMap<string, ShownPoint>;
  readonly counters: DemoCounters;
  /** Wall ms of the simulated world, and how fast it runs. */
  readonly world: { readonly now: number; readonly speed: number };
  /** What its script did last. */
  readonly news: string;
}

export interface DemoCounters {
  readonly sampled: number;
  readonly stored: number;
  readonly delivered: number;
  readonly unchanged: number;
  readonly missing: number;
  readonly wrong: number;
  readonly rate: number;
  readonly backlog: number;
}

type Colour = "green" | "yellow" | "red" | "bold" | "dim";
const SGR: Readonly<Record<Colour, string>> = { green: "32", yellow: "33", red: "31", bold: "1", dim: "2" };
const BLOCKS = "▁▂▃▄▅▆▇█";
const QUALITIES = { good: DEMO_MESSAGES.good, uncertain: DEMO_MESSAGES.uncertain, bad: DEMO_MESSAGES.bad };
const WIDTHS = { name: 29, value: 16, unit: 6, quality: 9, age: 7, trail: 12 } as const;
/** Lines that are not the table: title, links, rule; rule, news, counters, rate. */
const FRAME_LINES = 7;
/** Local time of the delta is UTC+7. */
const LOCAL_MS = 7 * 3_600_000;
const PAGE_SECONDS = 4;

/** The lines of one screen. Pure; never wider than `columns` nor higher than `rows`. */
export function renderScreen(view: DemoView): string[] {
  const paint = view.colours
    ? (text: string, colour: Colour): string => `\x1b[${SGR[colour]}m${text}\x1b[0m`
    : (text: string): string => text;
  const text = (said: Parameters<typeof renderText>[0]): string => renderText(said, view.language);
  const room = Math.max(3, view.rows - FRAME_LINES);
  const body = tableLines(view, paint);
  const pages = Math.max(1, Math.ceil(body.length / room));
  const page = Math.floor(view.seconds / PAGE_SECONDS) % pages;
  const shown = body.slice(page * room, (page + 1) * room);
  const title = text(say(DEMO_MESSAGES.title, { station: view.station }));
  const of = pages > 1 ? `  ${text(say(DEMO_MESSAGES.page, { page: page + 1, pages }))}` : "";
  const { now, speed } = view.world;
  const at = new Date(now + LOCAL_MS).toISOString().slice(0, 16).replace("T", " ");
  const place = `${at}${speed === 1 ? "" : ` ×${speed}`}${of}`;
  const { links, counters } = view;
  const state = (link: LinkState): string => text(say(DEMO_MESSAGES[link]));
  const { rate, backlog, unchanged, ...counted } = counters;
  const rule = paint("─".repeat(view.columns), "dim");
  const healthy = counters.missing === 0 && counters.wrong === 0;
  return [
    paint(spread(title, place, view.columns), "bold"),
    fit(
      text(
        say(DEMO_MESSAGES.links, {
          links: links.connections.map(([id, link]) => `${id} ${state(link)}`).join("  "),
          centre: state(links.centre),
          seconds: view.seconds,
        }),
      ),
      view.columns,
    ),
    rule,
    ...shown,
    ...new Array<string>(Math.max(0, (pages > 1 ? room : 0) - shown.length)).fill(""),
    rule,
    paint(fit(view.news, view.columns), "yellow"),
    paint(fit(text(say(DEMO_MESSAGES.counters, counted)), view.columns), healthy ? "green" : "red"),
    fit(text(say(DEMO_MESSAGES.rate, { rate, backlog, unchanged })), view.columns),
  ];
}

function tableLines(view: DemoView, paint: (text: string, colour: Colour) => string): string[] {
  const lines: string[] = [];
  for (const [device, birth] of view.births) {
    lines.push(paint(fit(`${birth.name ?? device} (${device})`, view.columns), "bold"));
    for (const point of birth.points) {
      const reading = view.shown.get(`${device}/${point.id}`);
      lines.push(pointLine(view, paint, point, reading));
    }
  }
  return lines;
}

function pointLine(
  view: DemoView,
  paint: (text: string, colour: Colour) => string,
  point: BornPoint,
  reading: ShownPoint | undefined,
): string {
  const name = `  ${pad(fit(nameOf(point, view.language), WIDTHS.name - 3), WIDTHS.name - 2)}`;
  if (!reading) {
    return fit(`${name}${padStart("–", WIDTHS.value)}`, view.columns);
  }
  const value = padStart(
    fit(valueText(reading.value, point.decimals, view.language), WIDTHS.value),
    WIDTHS.value,
  );
  const unit = pad(` ${fit(unitText(point.unit), WIDTHS.unit - 1)}`, WIDTHS.unit);
  const colour = reading.quality === "good" ? "green" : reading.quality === "bad" ? "red" : "yellow";
  const word = renderText(say(QUALITIES[reading.quality]), view.language);
  const quality = paint(pad(` ${word}`, WIDTHS.quality), colour);
  const age = padStart(ageText(view.now - reading.t, view.language), WIDTHS.age);
  return `${name}${value}${unit}${quality}${age} ${paint(sparkline(reading.trail), "dim")}`;
}

function nameOf(point: BornPoint, language: Language): string {
  if (typeof point.name === "string") return point.name;
  return point.name?.[language] ?? point.id;
}

/** A dimensionless number's unit is "1": nothing to show. */
function unitText(unit: string | undefined): string {
  return unit === undefined || unit === "1" ? "" : unit;
}

/** With the point's own decimals where they are few, with three at most where it has none. */
function valueText(value: JsonValue, decimals: number | undefined, language: Language): string {
  if (value === null) return "–";
  if (typeof value === "boolean") {
    return renderText(say(value ? DEMO_MESSAGES.yes : DEMO_MESSAGES.no), language);
  }
  if (typeof value === "string") return value;
  const least = Math.min(3, decimals ?? 0);
  const format = { minimumFractionDigits: least, maximumFractionDigits: decimals === undefined ? 3 : least };
  return value.toLocaleString(localeOf(language), format);
}

function ageText(ms: number, language: Language): string {
  const seconds = Math.max(0, ms) / 1000;
  const shown = seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
  return `${language === "vi" ? shown.replace(".", ",") : shown} s`;
}

function localeOf(language: Language): string {
  return language === "vi" ? "vi-VN" : "en-GB";
}

/** Unicode blocks between the least and the greatest of the values; a flat line for a steady one. */
export function sparkline(values: readonly number[]): string {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const blocks = values.slice(-WIDTHS.trail).map((value) => {
    const share = high === low ? 0 : (value - low) / (high - low);
    return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(share * BLOCKS.length))];
  });
  return blocks.join("");
}

/** Columns that a text takes on a terminal: letters with their marks are one, East Asian wide ones two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.normalize("NFC")) {
    if (/\p{M}/u.test(character)) continue;
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u.test(
      character,
    )
      ? 2
      : 1;
  }
  return width;
}

/** Cuts to `width` columns, with an ellipsis where something was cut. */
function fit(text: string, width: number): string {
  const composed = text.normalize("NFC");
  if (displayWidth(composed) <= width) return composed;
  let kept = "";
  for (const character of composed) {
    if (displayWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text))) + text;
}

function spread(left: string, right: string, width: number): string {
  const cut = fit(left, width - displayWidth(right) - 1);
  return `${cut}${padStart(right, width - displayWidth(cut))}`;
}
