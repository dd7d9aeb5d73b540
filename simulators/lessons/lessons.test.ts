import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { parseDocument } from "yaml";
import { type Clock, SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { renderText } from "../../drivers/core/message.js";
import { lessonFiles } from "../../gateway/cli/simulate/simulate-lesson.js";
import { loadConfigOrThrow } from "../../gateway/config/load-config.js";
import { RunningGateway } from "../../gateway/running-gateway.js";
import { writeDemoConfig } from "../../scripts/demo-config.js";
import { type RunningSite, startSite } from "../../scripts/demo-site.js";
import { FaultDesk } from "../configured/fault-desk.js";
import { written } from "../modbus/exact.js";
import { Lesson } from "./lesson.js";
import { LessonFile } from "./lesson-file.js";

const ROOT = join(import.meta.dirname, "../../..");
const DEADLINE_MS = 30_000;
const LOOK_MS = 100;
/** Slow enough that nothing is too late before the solution, fast when it must last. */
const SPEED = { before: 30, after: 1200 } as const;

/** Resolves when it is true; false at the deadline. */
async function until(clock: Clock, isTrue: () => boolean): Promise<boolean> {
  const end = clock.mono() + DEADLINE_MS;
  while (!isTrue()) {
    if (clock.mono() > end) return false;
    await clock.sleep(LOOK_MS);
  }
  return true;
}

/** A gateway.yaml with these things in it changed. */
function changed(file: string, changes: Readonly<Record<string, unknown>>): string {
  const document = parseDocument(readFileSync(file, "utf8"));
  for (const [key, value] of Object.entries(changes)) document.setIn(key.split("."), value);
  const path = file.replace(/\.yaml$/, ".changed.yaml");
  writeFileSync(path, String(document));
  return path;
}

function startGateway(file: string, folder: string, clock: Clock): Promise<RunningGateway> {
  const config = loadConfigOrThrow(file, { profilesDir: join(ROOT, "config/profiles"), env: {} });
  return RunningGateway.start(config, {
    version: "0",
    machineId: "m",
    clock,
    clockTrusted: () => true,
    log: SILENT_LOG,
    lock: new SocketLock(),
    random: Math.random,
    socketPath: join(folder, "api.sock"),
    onTurn: () => {},
    onFatal: (error) => t.fail(error.message),
  });
}

/** As a client writes it: function 6 or 16 to the point's own registers. */
function write({ standIn }: RunningSite, id: string, point: string, value: string): void {
  const one = standIn.devices.find(({ wanted }) => wanted.id === id);
  if (!one) throw new Error(`no device ${id}`);
  const { bank } = one.device;
  const memory = bank.memory.overlay();
  const isBit = bank.point(point).type === "bool";
  bank.point(point).put(memory, isBit ? value === "1" : written(value));
  const { table, address, count } = bank.point(point).stretch;
  const words = memory.words(table, address, count);
  const failed = one.device.write(table === "coil" ? "coil" : "holding", address, words);
  if (failed !== undefined) throw new Error(`${id}.${point} refuses ${value}`);
}

// They wait for each other's gateways no longer than their own.
t.jobs = 5;
for (const [number, path] of lessonFiles(ROOT)) {
  const file = LessonFile.read(path);
  t.test(`lesson ${number}: not solved before, solved after`, { buffered: true }, async (t) => {
    if (!(file instanceof LessonFile) || file.errors > 0) {
      const problems = file instanceof LessonFile ? file.problems : file;
      t.same(
        problems.map(({ line, said }) => `${line}: ${renderText(said, "en")}`),
        [],
      );
      return;
    }
    const { changes = {}, seed, site: name, solution } = file.written;
    const folder = mkdtempSync(join(tmpdir(), "tram-lesson-"));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const clock = new SystemClock("test");
    const site = await startSite({
      site: name,
      clock,
      root: ROOT,
      folder,
      language: "en",
      speed: SPEED.before,
      script: file.script,
      ...(seed !== undefined && { seed }),
      ...(file.written.settle !== undefined && { settleMs: file.written.settle }),
      ...(file.startMs !== undefined && { startMs: file.startMs }),
    });
    t.teardown(() => site.stop());
    const lesson = new Lesson(file, site.scene, { clock, number, quit: () => {} });
    lesson.join(site.standIn.banks);
    lesson.start(new FaultDesk(site.standIn, site.scene.clock), () => {}, site.ledger);
    t.teardown(() => lesson.stop());
    const example = writeDemoConfig(folder, site);
    let gateway = await startGateway(changed(example, changes), folder, clock);
    t.teardown(() => gateway.stop(5000));
    t.ok(await until(clock, () => site.ledger.total > 20), "the gateway reads");
    t.notOk(lesson.check().isSolved, "nobody has found anything");
    for (const order of solution) {
      const [verb, ...words] = order.split(" ");
      const [first = "", second = "", third = ""] = words;
      if (verb === "edit") {
        await gateway.stop(5000);
        const value: unknown = parseDocument(words.slice(1).join(" ")).toJS();
        gateway = await startGateway(changed(example, { ...changes, [first]: value }), folder, clock);
      } else if (verb === "write") write(site, first, second, third);
      else t.notMatch(lesson.do(order)[0]?.message.code, /not_understood|unknown/, order);
    }
    site.scene.world.speed = SPEED.after;
    await until(clock, () => lesson.check().isSolved);
    const { isSolved, said } = lesson.check();
    t.ok(isSolved, said.map((one) => renderText(one, "en")).join("\n"));
  });
}
