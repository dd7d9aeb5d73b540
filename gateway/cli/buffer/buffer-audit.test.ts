import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import t, { type Test } from "tap";
import { SystemClock } from "../../../drivers/core/clock.js";
import { SocketLock } from "../../../drivers/core/lock.js";
import { SILENT_LOG } from "../../../drivers/core/log.js";
import type { Language } from "../../../drivers/core/message.js";
import { say } from "../../../drivers/core/message.js";
import { AuditLog } from "../../buffer/audit-log.js";
import { AUDIT_MESSAGES as A } from "../../core/messages.js";
import type { Io } from "../io.js";
import { heldOutput } from "../testing/held-output.js";
import { buffer as verb } from "./buffer.js";

class Output extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(language: Language, ...args: string[]) {
  const stdout = new Output();
  const io: Io = {
    stdout,
    stderr: new Output(),
    env: {},
    language,
    isTerminal: false,
    colours: false,
    columns: 80,
    signal: new AbortController().signal,
    root: "",
    version: "1",
  };
  const code = await verb.run(["audit", ...args], io);
  return { code, lines: stdout.text.trimEnd().split("\n") };
}

async function written(t: Test, entries: number): Promise<string> {
  const path = join(t.testdir({}), "g.audit.jsonl");
  const audit = new AuditLog({
    config: { path, keepMs: 1e12, maxBytes: 1e7 },
    gatewayId: "gw",
    clock: new SystemClock("boot-1"),
    clockTrusted: () => false,
    log: SILENT_LOG,
    lock: new SocketLock(),
  });
  await audit.open();
  for (let n = 1; n < entries; n++) {
    audit.note("gateway", "gateway", say(A.version_changed, { old: `${n}`, new: `${n + 1}` }));
  }
  audit.note("gateway", "gateway", say(A.stopped));
  await audit.close();
  return path;
}

t.test("the latest entries in the language asked for, and that the chain is whole", async (t) => {
  const path = await written(t, 60);
  const { code, lines } = await run("vi", path);
  t.equal(code, 0);
  t.equal(lines.length, 51);
  t.match(
    lines[0],
    /^11 {2}\S+Z\? {2}gateway {2}Phiên bản đổi từ 11 sang 12\.$/,
    "a time that is not trusted",
  );
  t.match(lines[49], /^60 .*Gateway dừng theo lệnh\.$/);
  t.match(lines[50], /nguyên vẹn từ mục 1 đến 60; mã băm cuối [0-9a-f]{64}/);
  t.equal((await run("en", path, "--all")).lines.length, 61);
  const json = (await run("en", path, "--all", "--json")).lines.map((line) =>
    heldOutput("buffer-audit", line),
  );
  t.match(json[0], { n: 1, kind: "gateway", code: "audit.version_changed", params: { old: "1" } });
  t.match(json[60], { path, last: 60, after: 0, hash: json[59].hash });
  t.equal((await run("en", path, "--kind", "clock")).lines.length, 1, "no entry, and the verdict");
});

t.test("a changed entry is found", async (t) => {
  const path = await written(t, 5);
  writeFileSync(path, readFileSync(path, "utf8").replace('"old":"3"', '"old":"4"'));
  const { code, lines } = await run("en", path);
  t.equal(code, 1);
  t.equal(lines.length, 3, "what stands before it, and the verdict");
  t.match(lines[2], /broken at entry 3\. .*Keep it/);
});

t.test("no such file: what to do", async (t) => {
  await t.rejects(run("en", join(t.testdir({}), "none.jsonl")), { code: "cli_buffer.no_audit" });
});
