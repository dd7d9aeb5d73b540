import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { SILENT_LOG } from "../../drivers/core/log.js";
import type { Said } from "../../drivers/core/message.js";
import { openBuffer } from "./open-buffer.js";
import { append, fillDisk } from "./small-disk-fixture.js";
import { optionsIn } from "./testbed.js";

/* Blocks of 1 kB: a hole in what SQLite maps into memory ends the process when the disk has no block for it. */

/** One byte of each 4 kB of the index finds its block, the rest of it does not. */
const SPARE_BYTES = 18_432;

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

async function onSmallBlocks(t: Test, run: (folder: string) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), "tram-blocks-"));
  const folder = mounted(parent);
  try {
    if (folder === undefined) t.comment("only root can mount a small disk");
    else await run(folder);
  } finally {
    if (folder !== undefined) execFileSync("umount", ["-l", folder], { env });
    rmSync(parent, { recursive: true });
  }
}

t.test("a full disk with small blocks: the index of the log has no holes, and the process lives", (t) =>
  onSmallBlocks(t, async (folder) => {
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
  }),
);

t.test("opened where too few blocks are left for its index: it waits, and the process lives", (t) =>
  onSmallBlocks(t, async (folder) => {
    const said: string[] = [];
    const error = ({ message }: Said): void => void said.push(message.code);
    const options = optionsIn(folder, { log: { ...SILENT_LOG, error } });
    const first = await openBuffer(options);
    await append(first, 0, 5_000);
    await first.close();
    rmSync(`${options.config.path}.ballast`);
    writeFileSync(join(folder, "spare"), Buffer.alloc(SPARE_BYTES, 1));
    fillDisk(join(folder, "filler"));
    execFileSync("sync", ["-f", folder]);
    fillDisk(join(folder, "filler"));
    rmSync(join(folder, "spare"));
    execFileSync("sync", ["-f", folder]);
    const second = await openBuffer(options);
    await append(second, 1, 500);
    t.same(said, ["buffer.cannot_open"]);
    t.equal(second.stats().durable, false);
    await second.close();
    rmSync(join(folder, "filler"));
    const third = await openBuffer(options);
    t.equal(third.stats().durable, true);
    await third.close();
  }),
);
