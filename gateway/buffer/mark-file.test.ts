import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { type Log, SILENT_LOG } from "../../drivers/core/log.js";
import type { StoredMark } from "../core/device-marks.js";
import { MarkFile } from "./mark-file.js";

const MARK: StoredMark = {
  device: "well",
  state: "maintenance",
  by: "Nguyễn Văn A",
  reason: "thay cảm biến",
  since: 1.7e12,
  until: 1.7e12 + 7_200_000,
  leftMs: 7_200_000,
  trusted: true,
};

class Warnings {
  readonly codes: string[] = [];
  readonly log: Log = { ...SILENT_LOG, warn: ({ message }) => void this.codes.push(message.code) };
}

t.test("marks outlast a restart; the last of several writes wins", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tram-marks-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "b.marks.json");
  const { codes, log } = new Warnings();
  const file = new MarkFile(path, log);
  t.same(file.read(), [], "there is none yet");
  const writes = [file.write([]), file.write([MARK, MARK]), file.write([MARK])];
  await Promise.all(writes);
  t.same(new MarkFile(path, log).read(), [MARK]);
  await file.write([]);
  t.same(file.read(), []);
  t.same(await readdir(folder), ["b.marks.json"], "nothing half written is left");
  t.same(codes, []);
});

t.test("a file that is damaged or forged gives nothing wrong, and is told", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tram-marks-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "b.marks.json");
  const { codes, log } = new Warnings();
  const file = new MarkFile(path, log);
  for (const text of [
    "",
    "{",
    "null",
    "[]",
    '{"version":2,"devices":[]}',
    '{"version":1}',
    "\0".repeat(99),
  ]) {
    await writeFile(path, text);
    t.same(file.read(), [], text.slice(0, 20).replaceAll("\0", "."));
  }
  t.equal(codes.length, 7);
  const forged = [
    null,
    7,
    { ...MARK, state: "measuring" },
    { ...MARK, leftMs: 1e15 },
    { ...MARK, until: "soon" },
    { ...MARK, until: 1e300 },
    { ...MARK, by: 5 },
    { ...MARK, trusted: "yes" },
    MARK,
  ];
  await writeFile(path, JSON.stringify({ version: 1, devices: forged }));
  t.same(file.read(), [MARK]);
  await rm(path);
  await rm(folder, { recursive: true });
  await writeFile(folder, "in the way");
  await file.write([MARK]);
  t.equal(codes.at(-1), "buffer_care.marks_file", "a disk that does not take it stops nothing");
});
