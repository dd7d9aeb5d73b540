import { existsSync } from "node:fs";
import t from "tap";
import { CLEAN, faultsOf, prove } from "./prove.js";

/** The short forms of the proofs of the buffer on disks that fail; docs/en/proofs.md tells the long ones. */

t.test("storage calls that fail", async (t) => {
  const [code, result] = await prove("storage-calls", "--errors", "EIO", "--runs", "4", "--step", "53");
  t.same(faultsOf(result), []);
  t.match(result, CLEAN);
  t.ok((result as { rounds: number }).rounds > 2);
  t.equal(code, 0);
});

/** To serve a disk and to mount it. */
if (process.getuid?.() === 0 && existsSync("/dev/fuse")) {
  t.test("power cuts of a disk whose write cache is lost", async (t) => {
    const [code, result] = await prove("power-cuts", "--rounds", "3", "--phases", "checkpoint,migration");
    t.same(faultsOf(result), []);
    t.match(result, { ...CLEAN, rounds: 3, how: "disk" });
    t.equal(code, 0);
  });

  t.test("a disk that cannot be written at start", async (t) => {
    const [code, result] = await prove("disk-faults", "--only", "read-only", "--seconds", "6");
    t.same(faultsOf(result), []);
    t.match(result, { ...CLEAN, durable_at_start: false });
    t.equal(code, 0);
  });
}
