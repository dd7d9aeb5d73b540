import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import t from "tap";
import type { BufferStats } from "../core/buffer.js";
import { openBufferReader } from "./reader.js";
import { lostRuns, numbers, numbersIn } from "./testbed.js";

t.test(
  "a file that may not grow: readings go on, what is dropped is told, and it heals by itself",
  async (t) => {
    const folder = t.testdir();
    const fixture = new URL("./full-file-fixture.js", import.meta.url).pathname;
    // No right is needed for this: a write beyond the limit fails, whoever writes.
    const child = spawn("bash", [
      "-c",
      `ulimit -S -f 2600; exec "$0" "$1" "$2"`,
      process.execPath,
      fixture,
      folder,
    ]);
    t.teardown(() => child.kill("SIGKILL"));
    const steps = new Map<string, BufferStats>();
    for await (const line of createInterface({ input: child.stdout })) {
      const { step, ...stats } = JSON.parse(line) as BufferStats & { step: string };
      steps.set(step, stats);
      if (step === "dropping")
        execFileSync("prlimit", ["--pid", String(child.pid), "--fsize=unlimited:unlimited"]);
    }
    if (child.exitCode === null) await once(child, "exit");
    t.equal(child.exitCode, 0);
    t.match(steps.get("dropping"), { durable: true });
    t.ok((steps.get("dropping")?.uncommittedBytes ?? 0) <= 32_000_000);
    const { dropped = 0, last = 0 } = steps.get("durable") ?? {};
    t.ok(dropped >= 50);

    const reader = openBufferReader(join(folder, "data", "b.db"));
    const records = [...reader.records()];
    reader.close();
    const there = new Set(numbers(records));
    const runs = lostRuns(records, "disk_stalled");
    const told = numbersIn(runs);
    for (let seq = 1; seq <= last; seq++) {
      if (there.has(seq) === told.has(seq)) t.fail(`${seq} is missing, or told and there`);
    }
    t.equal(
      runs.reduce((sum, { count }) => sum + count, 0),
      dropped,
    );
  },
);
