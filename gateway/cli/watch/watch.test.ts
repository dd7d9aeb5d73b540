import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import t from "tap";
import { ManualClock } from "../../../drivers/core/manual-clock.js";
import type { ReadingBatch } from "../../../drivers/core/reading.js";
import { FakeBuses } from "../../api/fake-bus-fixture.js";
import { startApi } from "../../api/server.js";
import { socketPath } from "../../api/socket-path.js";
import { loadConfigOrThrow } from "../../config/load-config.js";
import { Meanings } from "../../core/meanings.js";
import type { Io } from "../io.js";
import { alarmLines } from "../status/alarm-lines.js";
import { watch } from "./watch.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const CONFIG = join(ROOT, "config/examples/pump-station.yaml");
const MEANINGS = new Meanings([
  { device: "drive", id: "state", enum: { 3: { key: "boost", vi: "Tăng cường", en: "Boost" } } },
  {
    device: "drive",
    id: "alarms",
    flags: { 0: { key: "dry", vi: "Chạy khô", en: "Dry" }, 3: { key: "hot", vi: "Quá nhiệt", en: "Hot" } },
  },
]);
const BATCH: ReadingBatch = {
  layout: {
    device: "drive",
    points: ["state", "alarms", "other"].map((id) => ({ id, type: "u16" as const, decimals: 0 })),
  },
  state: "measuring",
  t: 1.7e12,
  mono: 1,
  boot: "b",
  values: [3, 9, 3],
};

/** What `tram watch` prints until so many lines have come. */
async function watched(t: Pick<typeof t0, "teardown">, more: Partial<Io>, lines: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tram-watch-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const env = { ...process.env, XDG_RUNTIME_DIR: folder, RUNTIME_DIRECTORY: "" };
  const config = loadConfigOrThrow(CONFIG, { profilesDir: join(ROOT, "config/profiles"), env });
  const live = { update: () => {}, get: () => undefined, batches: () => [BATCH], subscribe: () => () => {} };
  const handle = Object.assign(new FakeBuses(), { live, meanings: MEANINGS });
  const path = socketPath(config.buffer.path, env);
  const api = await startApi({ socketPath: path, handle, version: "1", clock: new ManualClock() });
  t.teardown(() => api.close());
  const abort = new AbortController();
  const stdout = new PassThrough();
  let text = "";
  stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
    if (text.replaceAll("\u001b[K", "\n").split("\n").length > lines) abort.abort();
  });
  const io: Io = {
    stdout,
    stderr: new PassThrough(),
    env,
    language: "vi",
    isTerminal: false,
    colours: false,
    columns: 80,
    signal: abort.signal,
    root: ROOT,
    version: "1",
    ...more,
  };
  await watch.run(["-c", CONFIG], io);
  return text;
}

const t0 = t;

t.test("what a number stands for stands beside it, line by line and in the table", async (t) => {
  const piped = await watched(t, {}, 3);
  t.match(piped, /drive\.state 3 \(Tăng cường\) Tốt\n/);
  t.match(piped, /drive\.alarms 9 \(Chạy khô, Quá nhiệt\) Tốt\n/);
  t.match(piped, /drive\.other 3 Tốt\n/);
  const screen = await watched(t, { isTerminal: true, language: "en" }, 3);
  t.match(screen, /drive\.state +3 \(Boost\) +good/);
  t.match(screen, /drive\.alarms +9 \(Dry, Hot\) +good/);
});

t.test("and in an alarm", async (t) => {
  const alarm = {
    device: "drive",
    point: "state",
    alarm: "high",
    kind: "high",
    severity: "critical",
  } as const;
  const raised = { ...alarm, since: "2026-11-23T02:51:20.123Z", value: 3, limit: 2, meaning: "Boost" };
  t.match(alarmLines([raised], "en", 80)[0], /drive\.state 3 \(Boost\), above 2$/);
});
