import { ConfigurationError } from "../../drivers/core/errors.js";
import type { Arguments } from "./arguments.js";
import { type Asked, flag, optional, repeated } from "./grammar/command.js";
import { verb } from "./grammar/declared-verb.js";
import { duration, POINT, text } from "./grammar/kinds.js";
import { CONFIG, JSON_OUTPUT } from "./grammar/shared-options.js";
import { makersNumbers } from "./makers-numbers.js";
import { openSite, readConfig, systemClock } from "./open-site.js";
import { PLACE_OPTIONS } from "./raw-options.js";
import { lineOf, readingLines } from "./read-lines.js";
import { READ_MESSAGES as M } from "./read-messages.js";
import { readRaw } from "./read-raw.js";
import type { ExitCode, Io } from "./verb.js";
import { writeOut } from "./write-out.js";

const OPTIONS = {
  config: CONFIG,
  raw: flag(M.raw),
  expect: optional(text("220..240", M.word_expect), M.expect),
  once: flag(M.once),
  every: optional(duration("100ms", "1d", "1s"), M.every),
  ...PLACE_OPTIONS,
  json: JSON_OUTPUT,
};

export const read = verb(
  {
    name: "read",
    summary: M.read_summary,
    about: M.about,
    args: { words: repeated({ ...POINT, word: M.word_words.text }, M.words) },
    options: OPTIONS,
    forms: [
      ["words", "every?", "config?", "json?"],
      ["words", "raw", "unit?", "expect?", "once?", "every?", "config?", "json?"],
      ["port", "unit", "raw", "words", "baud?", "parity?", "stop-bits?", "timeout?", "driver?"],
      ["host", "unit", "raw", "words", "timeout?", "driver?"],
    ],
    examples: [
      "read meter voltage.l1",
      "read --port /dev/ttyUSB0 --unit 1 --raw input 0 10 --expect 220..240",
    ],
  },
  async ({ args, options }, io) => {
    const parsed = { options: writtenOf(options), rest: args.words };
    const { every: everyMs } = options;
    try {
      if (options.raw) return await readRaw(parsed, everyMs, io, await systemClock());
      refuseRawOptions(parsed);
      if (parsed.rest.length === 0) throw new ConfigurationError(M.what);
      return await readPoints(parsed, everyMs, io);
    } catch (error) {
      // What Ctrl-C broke off, the opening of a port among it, is no fault.
      if (!io.signal.aborted) throw error;
      return everyMs === undefined ? 1 : 0;
    }
  },
);

/** Flags and texts as they were written. */
function writtenOf(options: Asked<Record<string, never>, typeof OPTIONS>["options"]): Arguments["options"] {
  const { every: _, ...texts } = options;
  return texts;
}

/** The rest of a period; resolves at once when Ctrl-C is pressed. */
export async function untilNext(everyMs: number, startedMs: number, io: Io): Promise<void> {
  const clock = await systemClock();
  await clock.sleep(Math.max(0, startedMs + everyMs - clock.mono()), io.signal).catch(() => {});
}

async function readPoints(parsed: Arguments, everyMs: number | undefined, io: Io): Promise<ExitCode> {
  const config = await readConfig("read", parsed, io);
  const names = parsed.rest;
  const { findPoints } = await import("../command/find-points.js");
  // A gateway that runs may know others than the file; without one the file is all there is.
  const groups = await openable(() => findPoints(config.devices, names));
  const connections = [...new Set(groups.map(({ device }) => device.connection))];
  const site = await openSite({ config, connections }, io);
  const numbers = makersNumbers(config, io);
  const clock = await systemClock();
  const json = parsed.options["json"] === true;
  let bad = false;
  try {
    do {
      const startedMs = clock.mono();
      const answer = await site.access.read({ names }, io.language, io.signal);
      if (io.signal.aborted) break;
      const { findings, readings } = answer;
      bad = readings.some(({ quality }) => quality === "bad");
      const tookMs = clock.mono() - startedMs;
      const lines = json
        ? readings.map((reading) => JSON.stringify({ ...reading, ...numbers.json(reading) }))
        : everyMs === undefined
          ? readingLines({ readings, findings, tookMs, via: site.via }, numbers, io)
          : readings.map((reading) => lineOf(reading, io.language));
      await writeOut(io.stdout, `${lines.join("\n")}\n`, io.signal);
      if (everyMs === undefined) return bad ? 1 : 0;
      await untilNext(everyMs, startedMs, io);
    } while (!io.signal.aborted);
  } finally {
    await site.close();
  }
  return everyMs === undefined ? 1 : 0;
}

/** What a name of the file means, or nothing where it is for the running gateway to say. */
async function openable<T>(find: () => readonly T[]): Promise<readonly T[]> {
  try {
    return find();
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

function refuseRawOptions({ options }: Arguments): void {
  for (const option of [...Object.keys(PLACE_OPTIONS), "expect", "once"]) {
    if (options[option] !== undefined && options[option] !== false) {
      throw new ConfigurationError(M.raw_only, { option: `--${option}` });
    }
  }
}
