import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

const DEMO = join(dirname(fileURLToPath(import.meta.url)), "demo.js");

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function demo(args: readonly string[], tmp: string): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, TMPDIR: tmp, LC_ALL: "C.UTF-8" };
    const options = { env, timeout: 90_000, killSignal: "SIGKILL" } as const;
    const child = execFile(process.execPath, [DEMO, ...args], options, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

t.test(
  "the demonstration: every reading that was answered arrives, and the temporary folder goes",
  async (t) => {
    const tmp = mkdtempSync(join(t.testdir(), "tmp-"));
    const { code, out, err } = await demo(["--seconds", "4", "--json"], tmp);
    t.equal(code, 0, err);
    t.equal(out.trimEnd().split("\n").length, 1, "one line");
    const line = JSON.parse(out) as Readonly<Record<string, number | string>>;
    t.match(line, { missing: 0, wrong: 0, chain: "complete", duplicates: 0, exit: 0 });
    const { delivered, stored } = line;
    t.ok(Number(delivered) > 50, `${delivered} delivered`);
    t.equal(stored, delivered, "what the buffer file holds is what was delivered");
    t.same(
      readdirSync(tmp).filter((name) => name.startsWith("tram-demo-")),
      [],
    );
  },
);

t.test("wrong use says what is wrong and where help is", async (t) => {
  const { code, out, err } = await demo(["--fast"], t.testdir());
  t.equal(code, 2);
  t.equal(out, "");
  t.match(err, /--fast.*--help/);
});
