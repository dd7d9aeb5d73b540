import { ConfigurationError } from "../../../drivers/core/errors.js";
import { verb } from "../grammar/verb.js";
import type { ExitCode, Io } from "../io.js";
import { writeOut } from "../write-out.js";
import { makersNumbers } from "./makers-numbers.js";
import { openSite, readConfig, systemClock } from "./open-site.js";
import { PLACE_OPTIONS } from "./raw-options.js";
import { READ, type ReadAsked } from "./read-grammar.js";
import { lineOf, readingLines } from "./read-lines.js";
import { READ_MESSAGES as M } from "./read-messages.js";
import { readRaw } from "./read-raw.js";

export const read = verb(READ, async (asked, io) => {
  const { every: everyMs, raw } = asked.options;
  try {
    if (raw) return await readRaw(asked, io, await systemClock());
    refuseRawOptions(asked);
    if (asked.args.words.length === 0) throw new ConfigurationError(M.what);
    return await readPoints(asked, io);
  } catch (error) {
    // What Ctrl-C broke off, the opening of a port among it, is no fault.
    if (!io.signal.aborted) throw error;
    return everyMs === undefined ? 1 : 0;
  }
});

/** The rest of a period; resolves at once when Ctrl-C is pressed. */
export async function untilNext(everyMs: number, startedMs: number, io: Io): Promise<void> {
  const clock = await systemClock();
  await clock.sleep(Math.max(0, startedMs + everyMs - clock.mono()), io.signal).catch(() => {});
}

async function readPoints({ args, options }: ReadAsked, io: Io): Promise<ExitCode> {
  const { config: named, every: everyMs, json } = options;
  const config = await readConfig("read", named, io);
  const names = args.words;
  const { findPoints } = await import("../../command/find-points.js");
  // A gateway that runs may know others than the file; without one the file is all there is.
  const groups = await openable(() => findPoints(config.devices, names));
  const connections = [...new Set(groups.map(({ device }) => device.connection))];
  const site = await openSite({ config, connections }, io);
  const numbers = makersNumbers(config, io);
  const clock = await systemClock();
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

function refuseRawOptions({ options }: ReadAsked): void {
  const places = Object.keys(PLACE_OPTIONS) as (keyof typeof PLACE_OPTIONS)[];
  for (const option of [...places, "expect", "once"] as const) {
    if (options[option] !== undefined && options[option] !== false) {
      throw new ConfigurationError(M.raw_only, { option: `--${option}` });
    }
  }
}
