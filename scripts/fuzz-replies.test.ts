import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import t from "tap";
import { areGenuine, crcOf, lrcOf, onWire, replyBody, wordsOf } from "./fuzz-frames.js";
import { Oracle } from "./fuzz-oracle.js";
import { FuzzRun } from "./fuzz-run.js";

/** The short form of scripts/fuzz-replies.ts, and whether what judges there can judge. */

const FRAMES = 2000;

for (const [mode, seed] of [
  ["rtu", 101],
  ["ascii", 102],
  ["tcp", 103],
] as const) {
  t.test(`${FRAMES} replies, ${mode}, seed ${seed}`, async (t) => {
    const run = new FuzzRun(mode, seed);
    await run.until(FRAMES);
    await run.close();
    t.match(run.result, { wrong: 0, crashes: 0, hangs: 0, faults: [] });
    t.ok(run.result.good > FRAMES / 5, `${run.result.good} good`);
    t.ok(run.result.failed > FRAMES / 5, `${run.result.failed} failed`);
    t.ok(run.result.late > FRAMES / 50, `${run.result.late} late`);
    t.ok(run.result.byChance <= FRAMES / 200, `${run.result.byChance} by chance`);
  });
}

t.test("the same seed gives the same run", async (t) => {
  const run = async (seed: number): Promise<unknown> => {
    const run = new FuzzRun("rtu", seed);
    await run.until(200);
    await run.close();
    const { seed: _, ...result } = run.result;
    return result;
  };
  t.same(await run(5), await run(5));
  t.notSame(await run(5), await run(6));
});

t.test("a driver that asks again while a late reply may come is caught", async (t) => {
  const run = new FuzzRun("rtu", 1, 1);
  await run.until(FRAMES);
  await run.close();
  t.ok(run.result.wrong > 0, `${run.result.wrong} wrong`);
});

t.test("checksums", async (t) => {
  // V1.02, 6.2.2 has no example; these are the check value of CRC-16/MODBUS and a line of minimalmodbus's manual.
  t.equal(crcOf(Buffer.from("123456789")), 0x4b37);
  t.equal(onWire("ascii", Buffer.from("01030000000A", "hex"), 0).toString("latin1"), ":01030000000AF2\r\n");
  t.equal(lrcOf(Uint8Array.of(0xff, 0x01)), 0);
});

t.test("the oracle", async (t) => {
  const asked = { unit: 1, function: 3, address: 4, count: 4, transaction: 7, number: 70_000 };
  const truth = wordsOf(asked);
  const stale = wordsOf({ ...asked, number: 69_999 });
  const damaged = [...truth.slice(0, 3), 1];
  t.ok(areGenuine(stale));
  t.notOk(areGenuine(damaged));
  for (const mode of ["rtu", "ascii", "tcp"] as const) {
    const oracle = new Oracle(mode);
    t.equal(oracle.judge(truth), "wrong", "nothing was asked");
    oracle.asks(asked);
    t.equal(oracle.judge(truth), "right");
    t.equal(oracle.judge(truth.slice(1)), "wrong");
    t.equal(oracle.judge([null, ...truth.slice(1)]), "wrong");
    t.equal(oracle.judge(damaged), "wrong", "such a frame was not on the wire");
    oracle.hears(Buffer.concat([Buffer.from("::"), onWire(mode, replyBody(1, 3, damaged), 7)]));
    t.equal(oracle.judge(damaged), "by_chance", "it was, and it was whole");
    oracle.hears(onWire(mode, replyBody(1, 3, stale), 7));
    t.equal(oracle.judge(stale), "wrong", "nothing excuses the value of another request");
    const spoilt = onWire(mode, replyBody(1, 3, [9, 9, 9, 9]), 8);
    const at = spoilt.length - (mode === "ascii" ? 3 : 1);
    spoilt[at] = (spoilt[at] as number) ^ 1;
    oracle.hears(spoilt);
    t.equal(oracle.judge([9, 9, 9, 9]), "wrong", "wrong checksum, wrong transaction");
  }
});

t.test("the program", async (t) => {
  const script = join(import.meta.dirname, "fuzz-replies.js");
  const run = promisify(execFile);
  const { stdout, stderr } = await run(process.execPath, [script, "--frames", "100", "--seed", "4"]);
  t.match(stderr, /seed 4/);
  t.match(JSON.parse(stdout), { seed: 4, frames: 300, wrong: 0, crashes: 0, hangs: 0, modes: { length: 3 } });
  await t.rejects(run(process.execPath, [script, "--mode", "rs232"]), { code: 2 });
});
