import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import t from "tap";
import { batchOf, openIn, optionsIn } from "./testbed.js";

/** Locks of this process on a file, as the kernel lists them: type, kind, access, pid, device:inode, range. */
function locksOn(path: string): number {
  const { ino } = statSync(path);
  return readFileSync("/proc/locks", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, kind, , , pid, place]) =>
        kind === "POSIX" && pid === `${process.pid}` && place?.endsWith(`:${ino}`),
    ).length;
}

const READER = `const Database = require("better-sqlite3");
const db = new Database(process.argv[1], { readonly: true });
db.prepare("SELECT count(*) FROM state").get();
db.close();`;

t.test("the locks on an open buffer stay, so that a reader from outside does no harm", async (t) => {
  const options = optionsIn(t.testdir());
  const buffer = await openIn(t, options);
  const index = `${options.config.path}-shm`;
  for (let n = 1; n <= 3; n++) {
    buffer.append(batchOf(n), "normal");
    await buffer.durable(n);
    t.ok(locksOn(index) > 0, "after a commit");
    const { status, stderr } = spawnSync(process.execPath, ["-e", READER, options.config.path], {
      encoding: "utf8",
    });
    t.equal(status, 0, stderr);
    t.ok(statSync(index).size >= 32_768, "the index of the log is not cut short");
  }
});
