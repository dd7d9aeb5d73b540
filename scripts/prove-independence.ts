import { fileURLToPath } from "node:url";
import { PLANTS, prove, TEST_FILES } from "./independence.js";

/*
 * Plants one swap of byte orders at a time, in a copy of what is compiled, and shows which test files fail:
 *
 *   node dist/scripts/prove-independence.js
 *
 * In drivers/codec the tests that hold our drivers against the simulators must notice each plant: else both sides share
 * the fault. The other way round, a swap in the simulators' registers must be noticed there too, and by clients that
 * are not ours. Prints a table; exit code 1 when a plant goes unnoticed, or when a test fails without any.
 */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

function mark(file: string): string {
  return file.replace(/\.test\.js$/, "");
}

async function main(): Promise<number> {
  const plants = Object.keys(PLANTS);
  const width = Math.max(...plants.map((name) => name.length));
  let unnoticed = 0;
  const report = (name: string, files: readonly string[], isRight: boolean): void => {
    if (!isRight) unnoticed++;
    const failed = files.length > 0 ? files.map(mark).join(", ") : "none";
    process.stdout.write(`${name.padEnd(width)}  ${isRight ? "ok  " : "FAIL"}  ${failed}\n`);
  };
  process.stdout.write(`${"plant".padEnd(width)}        test files that failed\n`);
  await prove(ROOT, plants, TEST_FILES, report);
  process.stdout.write(`${plants.length} plants, ${unnoticed} not as they should be\n`);
  return unnoticed === 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main();
