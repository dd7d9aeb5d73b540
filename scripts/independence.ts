import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Faults that are planted one at a time, and the tests that must notice them. */

type Order = "ABCD" | "BADC" | "CDAB" | "DCBA";

export interface Plant {
  /** Below dist. */
  readonly file: string;
  /** Stands there once; what is put in its place. */
  readonly find: string;
  readonly put: string;
  /** At least one test file of each of these groups must fail. */
  readonly noticedBy: readonly Group[];
}

type Group = "simulators" | "others";

/** Tests in which drivers and simulators meet, and those in which somebody else's encoder takes part. */
const GROUPS: Readonly<Record<Group, readonly string[]>> = {
  simulators: ["simulators/modbus/drivers.test.js", "simulators/modbus/faults.test.js"],
  others: [
    "drivers/codec/codec.test.js",
    "drivers/codec/pymodbus.test.js",
    "drivers/modbus/profile-vectors.test.js",
    "drivers/modbus/interworking.test.js",
    "simulators/modbus/interworking.test.js",
  ],
};
/** What each side has for itself: it may notice, and need not. */
const OWN: readonly string[] = ["simulators/modbus/modbus.test.js"];

export const TEST_FILES: readonly string[] = [...GROUPS.simulators, ...GROUPS.others, ...OWN];

/** Makes a function of `(order, bytes)` take one order for another, both ways, where `when` holds. */
function swap(file: string, signature: string, first: Order, second: Order, when: string): Plant {
  const swapped = `if (${when}) order = order === "${first}" ? "${second}" : order === "${second}" ? "${first}" : order;`;
  return { file, find: signature, put: `${signature} ${swapped}`, noticedBy: ["simulators", "others"] };
}

const PLACES = "function placesOf(order, bytes) {";
const SWAPS = "function swapsBytes(order) {";
const IN_ORDER = "function inOrder(words, order) {";
const CODEC = "drivers/codec/format.js";
const REGISTERS = "simulators/modbus/registers.js";

export const PLANTS: Readonly<Record<string, Plant>> = {
  "codec ABCD <-> CDAB": swap(CODEC, PLACES, "ABCD", "CDAB", "true"),
  "codec ABCD <-> BADC": swap(CODEC, PLACES, "ABCD", "BADC", "true"),
  "codec ABCD <-> DCBA": swap(CODEC, PLACES, "ABCD", "DCBA", "true"),
  "codec 64-bit ABCD <-> CDAB": swap(CODEC, PLACES, "ABCD", "CDAB", "bytes === 8"),
  "codec 64-bit ABCD <-> BADC": swap(CODEC, PLACES, "ABCD", "BADC", "bytes === 8"),
  "codec 64-bit ABCD <-> DCBA": swap(CODEC, PLACES, "ABCD", "DCBA", "bytes === 8"),
  "codec texts and bits ABCD <-> BADC": swap(CODEC, SWAPS, "ABCD", "BADC", "true"),
  "simulator ABCD <-> CDAB": swap(REGISTERS, IN_ORDER, "ABCD", "CDAB", "true"),
  "simulator ABCD <-> BADC": swap(REGISTERS, IN_ORDER, "ABCD", "BADC", "true"),
  "simulator ABCD <-> DCBA": swap(REGISTERS, IN_ORDER, "ABCD", "DCBA", "true"),
  "simulator 64-bit ABCD <-> CDAB": swap(REGISTERS, IN_ORDER, "ABCD", "CDAB", "words.length === 4"),
};

/** The name of a run without any plant: no test may fail. */
export const NO_PLANT = "nothing planted";

/** A copy of what is compiled, beside the files that tests read, where plants do no harm. */
function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), "tram-independence-"));
  cpSync(join(root, "dist"), join(copy, "dist"), { recursive: true });
  for (const name of readdirSync(root)) {
    if (!name.startsWith(".") && name !== "dist") symlinkSync(join(root, name), join(copy, name));
  }
  return copy;
}

/**
 * Runs the test files without a plant and then with each of the plants. `report` is given which files failed, and
 * whether that is as it should be.
 */
export async function prove(
  root: string,
  plants: readonly string[],
  files: readonly string[],
  report: (name: string, failed: readonly string[], isRight: boolean) => void,
): Promise<void> {
  const copy = copyOf(root);
  const remove = (): void => rmSync(copy, { recursive: true, force: true });
  // Also where somebody ends the program in the middle.
  process.once("exit", remove);
  try {
    const sound = await failing(copy, files);
    report(NO_PLANT, sound, sound.length === 0);
    for (const name of plants) {
      const plant = PLANTS[name];
      if (!plant) throw new RangeError(`no plant ${name}`);
      const path = join(copy, "dist", plant.file);
      const before = readFileSync(path, "utf8");
      if (before.split(plant.find).length !== 2) throw new Error(`${plant.file}: not once: ${plant.find}`);
      writeFileSync(path, before.replace(plant.find, plant.put));
      const failed = await failing(copy, files);
      writeFileSync(path, before);
      const groups = plant.noticedBy.filter((group) => GROUPS[group].some((file) => files.includes(file)));
      const isRight = groups.every((group) => GROUPS[group].some((file) => failed.includes(file)));
      report(name, failed, isRight && failed.length > 0);
    }
  } finally {
    process.removeListener("exit", remove);
    remove();
  }
}

/** Which of the files fail; two run at a time. */
async function failing(copy: string, files: readonly string[]): Promise<string[]> {
  const failed = new Set<string>();
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      if (!(await passes(copy, file))) failed.add(file);
    }
  };
  await Promise.all([work(), work()]);
  return files.filter((file) => failed.has(file));
}

const MOST_MS = 120_000;

function passes(copy: string, file: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(copy, "dist", file)], {
      cwd: copy,
      stdio: "ignore",
      timeout: MOST_MS,
      killSignal: "SIGKILL",
      // What tap tells its own children must not reach tests of tests.
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], TAP_TIMEOUT: "110" },
    });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code === 0));
  });
}
