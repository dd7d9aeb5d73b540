import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { append, fillDisk } from "./small-disk-fixture.js";
import { openBuffer } from "./sqlite-buffer.js";
import { optionsIn } from "./testbed.js";

/* Blocks of 1 kB: a hole in what SQLite maps into memory ends the process when the disk has no block for it. */

const env = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

function mounted(parent: string): string | undefined {
  const image = join(parent, "image");
  const folder = join(parent, "mounted");
  mkdirSync(folder);
  writeFileSync(image, "");
  truncateSync(image, 24_000_000);
  try {
    execFileSync("mkfs.ext4", ["-q", "-F", "-b", "1024", image], { env, stdio: "ignore" });
    execFileSync("mount", ["-o", "loop", image, folder], { env, stdio: "ignore" });
    return folder;
  } catch {
    return undefined;
  }
}

t.test(
  "a full disk with small blocks: the index of the log has no holes, and the process lives",
  async (t) => {
    const parent = mkdtempSync(join(tmpdir(), "tram-blocks-"));
    const folder = mounted(parent);
    try {
      if (folder === undefined) {
        t.comment("only root can mount a small disk");
        return;
      }
      const options = optionsIn(folder);
      const buffer = await openBuffer(options);
      await append(buffer, 0, 5_000);
      fillDisk(join(folder, "filler"));
      let last = 0;
      for (let n = 1; n < 60; n++) last = await append(buffer, n, 50);
      const index = statSync(`${options.config.path}-shm`);
      t.ok(index.size >= 65_536, "also for a log beyond its length");
      t.ok(index.blocks * 512 >= index.size, "every block of it is there");
      rmSync(join(folder, "filler"));
      await buffer.durable(last);
      await buffer.close();
      t.equal(buffer.stats().dropped, 0);
    } finally {
      if (folder !== undefined) execFileSync("umount", ["-l", folder], { env });
      rmSync(parent, { recursive: true });
    }
  },
);
