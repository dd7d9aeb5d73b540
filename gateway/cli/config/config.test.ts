import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import t, { type Test } from "tap";
import { atTerminal, MAIN } from "../testing/at-terminal.js";
import { heldOutput } from "../testing/held-output.js";
import { zeroServer } from "../testing/zero-server.js";

/* The configuration of a gateway that runs as its users start it: shown, compared, applied, taken back, killed meanwhile. */

interface Station {
  readonly folder: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  yaml(more?: { every?: string; id?: string }): string;
  start(): Promise<ChildProcess>;
  tram(...args: string[]): { readonly code: number | null; readonly out: string; readonly err: string };
}

async function station(t: Test): Promise<Station> {
  const folder = mkdtempSync(join(tmpdir(), "tram-cfg-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const port = await zeroServer(t);
  const file = join(folder, "gateway.yaml");
  const env = { PATH: process.env["PATH"] ?? "", XDG_RUNTIME_DIR: folder, USER: "kythuat", LANG: "C.UTF-8" };
  const yaml = ({ every = "1s", id = "g" } = {}): string => `# ghi chú
gateway: {id: ${id}, name: G, clock: trusted}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${port}}}
devices: {a: {connection: plc, every: ${every}, points: [{id: x, address: 0}]}}
uplinks: {files: {url: "file:./out"}}
buffer: {path: ./b.db}
`;
  writeFileSync(file, yaml());
  return {
    folder,
    file,
    env,
    yaml,
    async start() {
      const child = spawn(process.execPath, [MAIN, "run", file, "--json", "--lang", "en"], { env });
      t.teardown(() => child.kill("SIGKILL"));
      for await (const line of createInterface({ input: child.stdout })) {
        if ((JSON.parse(line) as { code: string }).code === "cli.running") break;
      }
      child.stdout.resume();
      return child;
    },
    tram(...args) {
      const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, ...args, "-c", file], {
        encoding: "utf8",
        env,
      });
      return { code: status, out: stdout, err: stderr };
    },
  };
}

t.test("shown in full, compared, and applied only where a gateway runs", async (t) => {
  const { file, folder, tram, yaml } = await station(t);
  const shown = tram("config", "show");
  t.equal(shown.code, 0);
  t.match(shown.out, /every|periodMs: 1000/);
  t.match(heldOutput("config-show", tram("config", "show", "--json").out), {
    devices: { a: { connection: "plc" } },
  });
  t.match(tram("config", "diff"), { code: 0, out: /no difference/ });
  const next = join(folder, "new.yaml");
  writeFileSync(next, yaml({ every: "2s" }));
  const differs = tram("config", "diff", next);
  t.match(differs, {
    code: 1,
    out: /- devices\.a\.points\.x\.periodMs: 1000\n.*\+ devices\.a\.points\.x\.periodMs: 2000/s,
  });
  t.match(heldOutput("config-diff", tram("config", "diff", next, "--json").out), {
    change: { new_revision: true },
  });
  for (const [language, words] of [
    ["vi", "Không có gateway nào đang chạy"],
    ["en", "No gateway runs"],
  ] as const) {
    const refused = tram("config", "apply", next, "--yes", "--lang", language);
    t.match(refused, { code: 2 });
    t.match(refused.err, words);
    t.match(tram("config", "show", "--running", "--lang", language).err, words);
  }
  t.equal(readFileSync(file, "utf8"), yaml());
});

t.test("applied, confirmed; refused; taken back", async (t) => {
  const { file, folder, start, tram, yaml } = await station(t);
  const child = await start();
  const next = join(folder, "new.yaml");
  writeFileSync(next, yaml({ every: "2s" }));
  const applied = tram("config", "apply", next, "--yes", "--json");
  t.match(heldOutput("config-apply", applied.out), {
    pending: { by: "kythuat" },
    change: { connections: { plc: "restart" } },
  });
  t.match(tram("status").out, /is being tried/);
  t.match(tram("config", "apply", next, "--yes").err, /waits for its confirmation already/);
  t.match(heldOutput("config-confirm", tram("config", "confirm", "--json").out), {
    end: "confirmed",
    by: "kythuat",
  });
  t.equal(readFileSync(file, "utf8"), yaml({ every: "2s" }), "comments and all");
  t.notMatch(tram("status").out, /is being tried/);
  t.match(tram("config", "confirm"), { code: 1, err: /No configuration waits/ });
  t.match(tram("config", "apply", "--yes"), { code: 1, err: /runs with this configuration already/ });
  for (const [text, code, words] of [
    [yaml({ id: "h" }), 1, /gateway\.id.*systemctl restart/s],
    ["gateway: {id: [", 2, /other\.yaml/],
  ] as const) {
    const other = join(folder, "other.yaml");
    writeFileSync(other, text);
    const { code: ended, err } = tram("config", "apply", other, "--yes");
    t.equal(ended, code, err);
    t.match(err, words);
  }
  t.match(tram("config", "apply", join(folder, "nowhere.yaml"), "--yes"), { code: 2, err: /nowhere\.yaml/ });
  t.match(tram("config", "apply", next), { code: 2, err: /--yes/ }, "nobody is there to be asked");
  writeFileSync(next, yaml({ every: "3s" }));
  t.equal(tram("config", "apply", next, "--yes").code, 0);
  t.match(tram("config", "revert"), { code: 0, out: /Taken back.*gateway\.yaml\.taken-back/s });
  t.equal(readFileSync(file, "utf8"), yaml({ every: "2s" }));
  const audit = tram("buffer", "audit").out;
  for (const words of [/kythuat .*is applied/, /kythuat .*is confirmed/, /kythuat .*taken back/])
    t.match(audit, words);
  child.kill("SIGTERM");
  await once(child, "exit");
});

t.test("at a terminal: shown, asked, and asked again until it is kept", async (t) => {
  const { env, file, folder, start, yaml } = await station(t);
  const child = await start();
  const next = join(folder, "new.yaml");
  writeFileSync(next, yaml({ every: "2s" }));
  const args = ["config", "apply", next, "-c", file, "--lang", "vi"];
  const seen = await atTerminal(args, {
    env,
    type: [
      [/Áp dụng thử\?/, "c\r"],
      [/Enter: xem lại/, "c\r"],
    ],
  });
  t.equal(seen.code, 0, seen.lines.join("\n"));
  t.match(seen.lines.join("\n"), "Đã giữ cấu hình mới.");
  t.equal(readFileSync(file, "utf8"), yaml({ every: "2s" }));
  writeFileSync(next, yaml({ every: "3s" }));
  const left = await atTerminal(args, {
    env,
    type: [
      [/Áp dụng thử\?/, "c\r"],
      [/Enter: xem lại/, "\u0003"],
    ],
  });
  t.equal(left.code, 1);
  t.match(left.lines.join(" "), /Chưa xác nhận: gateway\s+tự hoàn tác lúc/);
  const dropped = await atTerminal(["config", "apply", next, "-c", file, "--lang", "vi"], {
    env,
    type: [[/Áp dụng thử\?/, "k\r"]],
  });
  t.equal(dropped.code, 1);
  child.kill("SIGKILL");
});

t.test("killed while it waits for the confirmation: the next start runs with the old one", async (t) => {
  const { file, folder, start, tram, yaml } = await station(t);
  const child = await start();
  const next = join(folder, "new.yaml");
  writeFileSync(next, yaml({ every: "2s" }));
  t.equal(tram("config", "apply", next, "--yes").code, 0);
  t.equal(readFileSync(file, "utf8"), yaml({ every: "2s" }));
  // A second gateway that somebody starts by mistake does not touch the change of the first.
  const second = spawnSync(process.execPath, [MAIN, "run", file, "--lang", "en"], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], XDG_RUNTIME_DIR: folder },
  });
  t.equal(second.status, 2);
  t.equal(readFileSync(file, "utf8"), yaml({ every: "2s" }));
  child.kill("SIGKILL");
  await once(child, "exit");
  const again = await start();
  t.equal(readFileSync(file, "utf8"), yaml());
  t.match(heldOutput("config-show", tram("config", "show", "--running", "--json").out), {
    devices: { a: { points: { x: { periodMs: 1000 } } } },
  });
  t.match(tram("buffer", "audit").out, /was not confirmed: it runs with the old one/);
  t.notOk(existsSync(join(folder, ".gateway.yaml.pending")));
  again.kill("SIGTERM");
  await once(again, "exit");
});
