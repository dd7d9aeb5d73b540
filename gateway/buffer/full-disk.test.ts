import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { readBuffer } from "./reader.js";
import { append, fillDisk, onSmallDisk } from "./small-disk-fixture.js";
import { batchOf, drain, numbers } from "./testbed.js";

t.test("a full disk, freed soon: records wait, and nothing is lost", async (t) => {
  await onSmallDisk(t, "15m", async (folder, said, open) => {
    const buffer = await open();
    await buffer.durable(buffer.append(batchOf(1), "normal").seq);
    t.ok(existsSync(join(folder, "data", "b.db.ballast")));
    fillDisk(join(folder, "filler"));
    let last = 1;
    for (let n = 0; buffer.stats().disk === "writable" && n < 500; n++) {
      last = await append(buffer, n, 100);
      fillDisk(join(folder, "filler"));
    }
    t.match(buffer.stats(), { disk: "full", durable: true });
    rmSync(join(folder, "filler"));
    await buffer.durable(last);
    t.same(
      numbers(await drain(buffer)),
      Array.from({ length: last }, (_, n) => n + 1),
      "nothing is lost",
    );
    t.same(said.filter((code) => code === "buffer.commit_failed").length <= 1, true, "said once");
    t.match(buffer.stats(), { disk: "writable", dropped: 0 });
    t.ok(existsSync(join(folder, "data", "b.db.ballast")), "and the way out is there again");
  });
});

t.test("a disk that is full at start: the file opens with what was kept for it", async (t) => {
  await onSmallDisk(t, "15m", async (folder, _said, open) => {
    const first = await open();
    await first.durable(first.append(batchOf(1), "normal").seq);
    await first.close();
    fillDisk(join(folder, "filler"));
    const second = await open();
    t.equal(second.stats().durable, true);
    await second.durable(second.append(batchOf(2), "normal").seq);
    t.same(numbers([...readBuffer(join(folder, "data", "b.db"))]), [1, 2]);
  });
});
