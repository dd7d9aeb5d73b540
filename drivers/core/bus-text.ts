import { ConfigurationError } from "./errors.js";
import { CORE_MESSAGES as M } from "./messages.js";
import type { FrameKind, WireFrame } from "./wire-frame.js";

/*
 * The text format of recorded bus traffic, docs/bus-format.md:
 *
 *   # tram-bus 1
 *   # connection: rs485
 *   0.000000 >> 01 03 00 00 00 01 84 0A  # unit 1: read holding 0
 *   0.034210 << 01 03 02 00 2A 39 9B  [late]  # unit 1: 1 registers: 42
 *   +20 << 01 83 02 C0 F1
 */

/** The version that this program writes, and the only one that it reads. */
export const BUS_TEXT_VERSION = 1;
/** Longest line, in characters. */
export const MAX_BUS_LINE = 65_536;
/** Bytes in a line; what is longer is written as several lines of the same time. */
export const MAX_BUS_BYTES = 16_384;
/** Longest text that `parseBusText` takes, in characters; longer files are read line by line. */
export const MAX_BUS_TEXT = 32_000_000;
const MAX_MEANING = 500;
/** What a person is shown of a line that was not understood. */
const MAX_QUOTED = 40;

/** What a recording says of itself. All may be absent in a file written by hand. */
export interface BusTextHead {
  readonly connection?: string;
  readonly driver?: string;
  /** Port or address and line settings, for people. */
  readonly line?: string;
  /** Wall ms at which the time of the file is 0. */
  readonly start?: number;
  /** IANA name of the time zone in which it was recorded. */
  readonly zone?: string;
}

/** One frame of a file. */
export interface BusTextFrame extends Pick<WireFrame, "kind" | "direction" | "bytes"> {
  /** Since the start of the file. */
  readonly ms: number;
  readonly meaning?: string;
  /** Where in the file it stands, from 1. */
  readonly line: number;
  /** Frames that the recorder had to leave out between the one before and this one; absent: none. */
  readonly missing?: number;
}

export interface BusText {
  readonly head: BusTextHead;
  readonly frames: readonly BusTextFrame[];
  /** Frames that the recorder had to leave out. */
  readonly skipped: number;
}

/** Kinds that follow from the direction are not written. */
const WORDS = ["late", "foreign", "echo", "damaged"] as const satisfies readonly FrameKind[];
const WORD_LIST = WORDS.map((word) => `[${word}]`).join(" ");

/** Time or pause, arrow, bytes, kind, meaning. */
const LINE = /^(?:(\+?)(\d{1,9}(?:\.\d{1,6})?)[ \t]+)?(>>|<<)([^#[\]]*)(?:\[([^#[\]]*)\][ \t]*)?(?:#(.*))?$/;

/** In one line, whatever it was. */
function oneLine(text: string, most: number): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, most);
}

/** Bytes as the format and people have them: `01 03 FF`. */
export function hexPairs(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex").toUpperCase();
  return hex.replace(/..(?!$)/g, "$& ");
}

/** Makes the lines of a recording; each ends with a line feed. Times never go back. */
export class BusTextWriter {
  readonly #startMono: number;
  #lastUs = 0;

  /** `startMono`: the monotonic ms at which the time of the file is 0. */
  constructor(startMono: number) {
    this.#startMono = startMono;
  }

  head({ connection, driver, line, start, zone }: BusTextHead): string {
    const iso = start === undefined ? undefined : new Date(start).toISOString();
    const entries = Object.entries({ connection, driver, line, start: iso, zone });
    const lines = entries.flatMap(([key, value]) =>
      value === undefined ? [] : [`# ${key}: ${oneLine(value, MAX_MEANING)}\n`],
    );
    return `# tram-bus ${BUS_TEXT_VERSION}\n${lines.join("")}\n`;
  }

  frame({ bytes, direction, kind, mono }: Omit<WireFrame, "t">, meaning = ""): string {
    this.#lastUs = Math.max(this.#lastUs, Math.round((mono - this.#startMono) * 1000));
    const time = `${Math.floor(this.#lastUs / 1e6)}.${String(this.#lastUs % 1e6).padStart(6, "0")}`;
    const word = WORDS.some((known) => known === kind) ? `  [${kind}]` : "";
    const said = oneLine(meaning, MAX_MEANING);
    const tail = `${word}${said === "" ? "" : `  # ${said}`}\n`;
    let lines = "";
    for (let at = 0; at < bytes.length; at += MAX_BUS_BYTES) {
      const hex = hexPairs(bytes.subarray(at, at + MAX_BUS_BYTES));
      lines += `${time} ${direction === "sent" ? ">>" : "<<"} ${hex}${tail}`;
    }
    return lines;
  }

  /** Says that frames are missing here. */
  skipped(count: number): string {
    return `# skipped ${count}\n`;
  }
}

/**
 * Reads the format line by line. Throws ConfigurationError with the number of the line for what is no frame, no
 * comment and not empty, and for a version that it does not know. Comments that it need not know are passed over.
 */
export class BusTextParser {
  readonly #file: string;
  readonly #head: { -readonly [K in keyof BusTextHead]: BusTextHead[K] } = {};
  #line = 0;
  #lastMs = 0;
  #begun = false;
  #skipped = 0;
  /** Of those, before the last frame. */
  #passed = 0;

  /** `file` is named in errors. */
  constructor(file: string) {
    this.#file = file;
  }

  get head(): BusTextHead {
    return this.#head;
  }

  get skipped(): number {
    return this.#skipped;
  }

  get #place(): { readonly file: string; readonly line: number } {
    return { file: this.#file, line: this.#line };
  }

  /** The next line, without its line feed; the frame that stands in it. */
  push(text: string): BusTextFrame | undefined {
    this.#line++;
    if (text.length > MAX_BUS_LINE)
      throw new ConfigurationError(M.bus_text_long, { ...this.#place, most: MAX_BUS_LINE });
    const line = (this.#line === 1 ? text.replace(/^\uFEFF/, "") : text).trim();
    if (line === "") return undefined;
    if (line.startsWith("#")) {
      this.#comment(line.slice(1).trim());
      return undefined;
    }
    return this.#frame(line);
  }

  #frame(line: string): BusTextFrame {
    const found = LINE.exec(line);
    if (!found) throw new ConfigurationError(M.bus_text_line, { ...this.#place, text: quoted(line) });
    const [, plus, time, arrow, hex = "", word, said] = found;
    const direction = arrow === ">>" ? "sent" : "received";
    const ms = this.#time(plus === "+", time);
    const bytes = this.#bytes(hex);
    const kind = this.#kind(direction, word);
    const meaning = said?.trim();
    this.#begun = true;
    this.#lastMs = ms;
    const missing = this.#skipped - this.#passed;
    this.#passed = this.#skipped;
    const frame = { ms, direction, kind, bytes, line: this.#line, ...(missing > 0 && { missing }) } as const;
    return meaning ? { ...frame, meaning } : frame;
  }

  #time(isPause: boolean, text: string | undefined): number {
    if (text === undefined) return this.#lastMs;
    // In whole microseconds, so that what was written comes back as it was.
    const ms = isPause ? this.#lastMs + Number(text) : Math.round(Number(text) * 1e6) / 1000;
    if (ms < this.#lastMs)
      throw new ConfigurationError(M.bus_text_time, { ...this.#place, before: this.#lastMs / 1000 });
    return ms;
  }

  #bytes(text: string): Uint8Array {
    const pairs = text.trim().split(/[ \t]+/);
    if (pairs.length > MAX_BUS_BYTES)
      throw new ConfigurationError(M.bus_text_long, { ...this.#place, most: MAX_BUS_LINE });
    const wrong = pairs.find((pair) => !/^[0-9A-Fa-f]{2}$/.test(pair));
    if (wrong !== undefined)
      throw new ConfigurationError(M.bus_text_byte, { ...this.#place, text: quoted(wrong) });
    return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
  }

  #kind(direction: WireFrame["direction"], word: string | undefined): FrameKind {
    if (word === undefined) return direction === "sent" ? "request" : "answer";
    const kind = WORDS.find((known) => known === word);
    // What goes out is a request of ours, and nothing else.
    if (!kind || direction === "sent") {
      throw new ConfigurationError(M.bus_text_kind, { ...this.#place, text: quoted(word), known: WORD_LIST });
    }
    return kind;
  }

  #comment(text: string): void {
    const skipped = /^skipped (\d{1,15})$/.exec(text)?.[1];
    if (skipped !== undefined) this.#skipped += Number(skipped);
    if (this.#begun) return;
    const version = /^tram-bus\s+(\S.*)$/.exec(text)?.[1];
    if (version !== undefined && version !== String(BUS_TEXT_VERSION)) {
      throw new ConfigurationError(M.bus_text_version, {
        ...this.#place,
        version: quoted(version),
        known: BUS_TEXT_VERSION,
      });
    }
    const [, key, value = ""] = /^(connection|driver|line|start|zone):\s*(\S.*)$/.exec(text) ?? [];
    if (key === "start") {
      const start = Date.parse(value);
      if (Number.isNaN(start))
        throw new ConfigurationError(M.bus_text_start, { ...this.#place, text: quoted(value) });
      this.#head.start = start;
    } else if (key !== undefined) this.#head[key as "connection"] = oneLine(value, MAX_MEANING);
  }
}

function quoted(text: string): string {
  const line = oneLine(text, MAX_QUOTED + 1);
  return line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}…` : line;
}

/** A whole file. Throws ConfigurationError as the parser does, and for a text that is too long. */
export function parseBusText(text: string, file: string): BusText {
  if (text.length > MAX_BUS_TEXT) {
    throw new ConfigurationError(M.bus_text_big, { file, most: MAX_BUS_TEXT / 1e6 });
  }
  const parser = new BusTextParser(file);
  const frames: BusTextFrame[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at);
    const stop = end < 0 ? text.length : end;
    const frame = parser.push(text.slice(at, stop));
    if (frame) frames.push(frame);
    at = stop + 1;
  }
  return { head: parser.head, frames, skipped: parser.skipped };
}
