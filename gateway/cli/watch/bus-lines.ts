import { type Language, type Message, renderText, say } from "../../../drivers/core/message.js";
import type { FrameKind } from "../../../drivers/core/wire-frame.js";
import type { ApiFrame } from "../../api/bus-stream.js";
import { CLI_MESSAGES as M } from "../messages.js";
import { cut, displayWidth } from "../table.js";

export interface BusLook {
  readonly language: Language;
  /** Width of the terminal; absent on a pipe, where each frame is one whole line. */
  readonly columns?: number;
  readonly colours: boolean;
}

/** Kinds that are not plain, in words. */
const KINDS: { readonly [K in FrameKind]?: Message<never> } = {
  late: M.frame_late,
  foreign: M.frame_foreign,
  echo: M.frame_echo,
  damaged: M.frame_damaged,
};

const RED = "\u001b[31m";
const YELLOW = "\u001b[33m";
const PLAIN = "\u001b[0m";
const COLOURS: { readonly [K in FrameKind]?: string } = { damaged: RED, late: YELLOW, foreign: YELLOW };

/** Between bytes and meaning. */
const GAP = "  ";
/** Below it, bytes and meaning are cut nevertheless. */
const LEAST_WIDTH = 30;

/** A frame for a person: one line where it fits, else the bytes cut and the meaning below them. */
export function frameLines(frame: ApiFrame, look: BusLook): string[] {
  const { colours, columns, language } = look;
  const kind = KINDS[frame.kind];
  const word = kind ? `[${renderText(say(kind), language)}] ` : "";
  const meaning = `${word}${frame.meaning}`;
  const arrow = frame.direction === "sent" ? ">>" : "<<";
  if (columns === undefined) return [`${frame.t} ${arrow} ${frame.hex}${GAP}${meaning}`];
  const start = `${timeWithMs(frame.t)} ${arrow} `;
  const left = Math.max(columns, LEAST_WIDTH) - displayWidth(start);
  const fits = frame.hex.length + GAP.length + displayWidth(meaning) <= left;
  const lines = fits
    ? [`${start}${frame.hex}${GAP}${meaning}`]
    : [`${start}${cutHex(frame.hex, left)}`, `${" ".repeat(displayWidth(start))}${cut(meaning, left)}`];
  const colour = colours ? COLOURS[frame.kind] : undefined;
  return colour === undefined ? lines : lines.map((line) => `${colour}${line}${PLAIN}`);
}

/** Says that frames are missing here. */
export function skippedLine(frames: number, { language }: BusLook): string {
  return renderText(say(M.frames_skipped, { count: frames }), language);
}

/** Whole bytes, as many as fit. */
function cutHex(hex: string, width: number): string {
  if (hex.length <= width) return hex;
  const bytes = Math.floor((width - 1) / 3);
  return `${hex.slice(0, 3 * bytes)}…`;
}

/** Local time of day. */
function timeWithMs(iso: string): string {
  const time = new Date(iso);
  return `${time.toLocaleTimeString("en-GB")}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}
