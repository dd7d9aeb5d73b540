import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { SystemClock } from "../../../drivers/core/clock.js";
import { SocketLock } from "../../../drivers/core/lock.js";
import { SILENT_LOG } from "../../../drivers/core/log.js";
import { say } from "../../../drivers/core/message.js";
import { AuditLog } from "../../buffer/audit-log.js";
import { openBuffer } from "../../buffer/open-buffer.js";
import { batchOf, optionsIn } from "../../buffer/testbed.js";
import { AUDIT_MESSAGES as A } from "../../core/messages.js";
import { machineId } from "../../host/machine.js";
import type { Io } from "../io.js";
import { heldOutput } from "../testing/held-output.js";
import { buffer as verb } from "./buffer.js";

/* The audit goes with a backup of the buffer, and comes with a restore. */

const YAML = `
gateway: {id: g, name: G}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1}}
devices:
  well:
    connection: plc
    every: 1s
    points: [{id: level, table: holding, address: 1, type: u16}]
uplinks: {centre: {url: "mqtt://127.0.0.1:1"}}
buffer: {path: data/b.db, identity: b.identity}
audit: {path: data/g.audit.jsonl}
`;

class Output extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** A station in a folder of its own, with a buffer and so many entries in its audit. */
class Site {
  readonly audit: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.audit = join(folder, "data/g.audit.jsonl");
    mkdirSync(join(folder, "data"), { recursive: true });
    writeFileSync(join(folder, "gateway.yaml"), YAML);
  }

  async fill(): Promise<void> {
    const buffer = await openBuffer(optionsIn(this.#folder, { machineId: machineId() }));
    await buffer.durable(buffer.append(batchOf(1), "normal").seq);
    await buffer.close();
  }

  async note(entries: number): Promise<void> {
    const audit = new AuditLog({
      config: { path: this.audit, keepMs: 1e12, maxBytes: 1e7 },
      gatewayId: "g",
      clock: new SystemClock("boot-1"),
      clockTrusted: () => false,
      log: SILENT_LOG,
      lock: new SocketLock(),
    });
    await audit.open();
    for (let n = 0; n < entries; n++) audit.note("gateway", "gateway", say(A.stopped));
    await audit.close();
  }

  async run(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
    const stdout = new Output();
    const io: Io = {
      stdout,
      stderr: new Output(),
      env: {},
      language: "en",
      isTerminal: false,
      colours: false,
      columns: 80,
      signal: new AbortController().signal,
      root: fileURLToPath(new URL("../../../../", import.meta.url)),
      version: "1",
    };
    const code = await verb.run([...args, "-c", join(this.#folder, "gateway.yaml")], io);
    return { code, out: stdout.text };
  }

  text(): string {
    return readFileSync(this.audit, "utf8");
  }

  asides(): string[] {
    return readdirSync(join(this.#folder, "data")).filter((name) => name.includes("audit.jsonl.replaced-"));
  }
}

async function backedUp(t: Test, entries: number): Promise<[file: string, source: Site, box: Site]> {
  const folder = t.testdir();
  const source = new Site(join(folder, "source"));
  await source.fill();
  await source.note(entries);
  const file = join(folder, "b.bak");
  const { code, out } = await source.run("backup", "-o", file);
  t.equal(code, 0);
  t.match(out, new RegExp(`b.bak.audit.jsonl, up to entry ${entries}, its chain whole`));
  return [file, source, new Site(join(folder, "box"))];
}

t.test("the audit goes with a backup and comes with a restore", async (t) => {
  const [file, source, box] = await backedUp(t, 7);
  t.equal(readFileSync(`${file}.audit.jsonl`, "utf8"), source.text());
  t.match(JSON.parse(readFileSync(`${file}.json`, "utf8")), {
    audit: { file: "b.bak.audit.jsonl", after: 0, last: 7 },
  });
  await t.rejects(source.run("backup", "-o", file), { code: "buffer_care.file_exists" });
  const { out } = await box.run("restore", file, "--json");
  t.match(heldOutput("buffer-restore", out), { audit: "restored", auditSetAside: null });
  t.equal(box.text(), source.text());
  await box.note(1);
  t.equal((await box.run("audit")).code, 0, "the chain goes on");
});

t.test("a longer chain stays, a shorter one is set aside", async (t) => {
  const [file, source, box] = await backedUp(t, 7);
  await box.note(9);
  const longer = box.text();
  t.match((await box.run("restore", file)).out, /goes at least as far .* it was kept/s);
  t.equal(box.text(), longer);
  t.match(heldOutput("buffer-restore", (await box.run("restore", file, "--force", "--json")).out), {
    audit: "restored",
    auditSetAside: /replaced-/,
  });
  t.equal(box.text(), source.text());
  rmSync(box.audit);
  await box.note(3);
  const shorter = box.text();
  t.match(heldOutput("buffer-restore", (await box.run("restore", file, "--json")).out), {
    audit: "restored",
  });
  t.equal(box.text(), source.text());
  const kept = box.asides().map((name) => readFileSync(join(box.audit, "..", name), "utf8"));
  t.same(new Set(kept), new Set([longer, shorter]), "nothing is deleted");
  t.match(
    heldOutput("buffer-restore", (await box.run("restore", file, "--json")).out),
    { audit: "kept" },
    "again",
  );
});

t.test("a chain that does not hold, or is missing, replaces nothing", async (t) => {
  const [file, source, box] = await backedUp(t, 7);
  await box.note(2);
  const own = box.text();
  const copy = `${file}.audit.jsonl`;
  const whole = readFileSync(copy, "utf8");
  writeFileSync(copy, whole.replace('"n":3', '"n":4'));
  await t.rejects(box.run("restore", file), { code: "buffer_care.wrong_sha256" });
  rmSync(copy);
  await t.rejects(box.run("restore", file), { code: "buffer_care.audit_missing" });
  t.equal(box.text(), own);
  t.notOk(existsSync(join(box.audit, "../b.db")), "nor the buffer");

  writeFileSync(source.audit, whole.replace('"n":3', '"n":4'));
  const { code, out } = await source.run("backup", "-o", file, "--force");
  t.equal(code, 1);
  t.match(out, /broken at entry 3/);
  t.match((await box.run("restore", file)).out, /the audit in the backup is broken/);
  t.equal(box.text(), own);
});
