import { parseArgs } from "node:util";
import type { Mode } from "./fuzz-frames.js";
import { type FuzzResult, FuzzRun } from "./fuzz-run.js";

/*
 * Feeds the Modbus drivers with damaged replies, on a clock that goes from timer to timer:
 *
 *   node dist/scripts/fuzz-replies.js [--frames 100000] [--seed N] [--mode rtu|ascii|tcp|all]
 *
 * `--frames` replies in each mode. Each reply carries unit, function, address and the number of its request, so that
 * a value from another request is known for what it is. What is allowed is judged by scripts/fuzz-oracle.ts with
 * checksums of its own. A fault is
 *
 *   wrong    a value that is not that of the request, or that no frame on the wire gave
 *   crashes  anything thrown that is none of the drivers' errors
 *   hangs    a read that has not settled by its promised deadline: silence, request, timeout, reply
 *
 * Counted apart (`by_chance`) are values from a frame that was damaged so that all the protocol has to tell by is
 * right again: on RTU one random frame in 65,536, on ASCII one in 256; on TCP where a frame that was cut, or whose
 * portions come among those of a late one, is filled up by bytes of another.
 *
 * What nobody can tell, and what is therefore not made:
 * - On a serial line a whole reply of the same unit, function and length to an earlier request, unless it is late
 *   within `worst_reply`. So a doubled reply comes at once, before the silence that follows the first.
 * - On Modbus TCP there is no checksum. What can be told is the transaction, the protocol, the length, unit, function
 *   and byte count. So there the registers are never changed, nor moved within a frame that is otherwise right:
 *   headers are changed, frames cut, doubled, joined, sent under other transactions, and garbage put around them.
 *
 * Prints the seed, on a terminal a progress bar, and one line of JSON; exit code 0 only without wrong values, crashes
 * and hangs, and with good ones.
 */

const MODES: readonly Mode[] = ["rtu", "ascii", "tcp"];
const STEPS = 100;
const BAR = 30;

function progress(mode: Mode, done: number, frames: number): void {
  if (!process.stderr.isTTY) return;
  const filled = Math.round((BAR * done) / frames);
  const bar = `${"#".repeat(filled)}${".".repeat(BAR - filled)}`;
  process.stderr.write(`\r${mode.padEnd(5)} [${bar}] ${done}/${frames}${done === frames ? "\n" : ""}`);
}

async function fuzz(mode: Mode, frames: number, seed: number): Promise<FuzzResult> {
  const run = new FuzzRun(mode, seed);
  for (let step = 1; step <= STEPS && run.result.hangs === 0; step++) {
    await run.until(Math.ceil((frames * step) / STEPS));
    progress(mode, Math.min(frames, run.result.frames), frames);
  }
  await run.close();
  return run.result;
}

/** As the line of JSON has it. */
function shown({ mode, seed: _, byChance, ...counts }: FuzzResult): Readonly<Record<string, unknown>> {
  return { mode, ...counts, by_chance: byChance };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      frames: { type: "string", default: "100000" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      mode: { type: "string", default: "all" },
    },
  });
  const frames = Number(values.frames);
  const seed = Number(values.seed);
  const modes = MODES.filter((mode) => values.mode === "all" || values.mode === mode);
  if (!Number.isSafeInteger(frames) || frames < 1 || !Number.isSafeInteger(seed) || modes.length === 0) {
    process.stderr.write("fuzz-replies [--frames NUMBER] [--seed NUMBER] [--mode rtu|ascii|tcp|all]\n");
    return 2;
  }
  process.stderr.write(`seed ${seed}\n`);
  let crashes = 0;
  const onCrash = (error: unknown): void => {
    crashes++;
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  };
  process.on("uncaughtException", onCrash);
  process.on("unhandledRejection", onCrash);
  const startMs = performance.now();
  const results: FuzzResult[] = [];
  for (const mode of modes) results.push(await fuzz(mode, frames, seed));
  const sum = (of: (result: FuzzResult) => number): number =>
    results.reduce((all, result) => all + of(result), 0);
  const totals = {
    seed,
    frames: sum((result) => result.frames),
    good: sum(({ good }) => good),
    by_chance: sum(({ byChance }) => byChance),
    wrong: sum(({ wrong }) => wrong),
    crashes: crashes + sum((result) => result.crashes),
    hangs: sum(({ hangs }) => hangs),
    seconds: Math.round((performance.now() - startMs) / 1000),
  };
  process.stdout.write(`${JSON.stringify({ ...totals, modes: results.map(shown) })}\n`);
  const isRight = totals.wrong + totals.crashes + totals.hangs === 0;
  return isRight && results.every(({ good }) => good > 0) ? 0 : 1;
}

process.exitCode = await main();
