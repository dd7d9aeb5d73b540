import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import t from "tap";

/** The short forms of the proofs under scripts/prove; docs/en/proofs.md tells the long ones. */
const root = fileURLToPath(new URL("../../..", import.meta.url));

type Counts = Readonly<Record<"library_stored" | "receiver_records" | "records" | "duplicates", number>>;

async function lastLine(command: string, args: readonly string[]): Promise<[code: number, result: unknown]> {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number];
  return [code, JSON.parse(text.trim().split("\n").at(-1) ?? "null")];
}

t.test("late replies are never a value", { timeout: 60_000 }, async (t) => {
  for (const mode of ["rtu", "tcp"]) {
    const args = ["dist/scripts/prove-late-replies.js", "--mode", mode, "--polls", "800", "--scale", "0.1"];
    const [code, result] = await lastLine(process.execPath, args);
    t.match(result, { wrong: 0, polls: 800 }, mode);
    t.equal(code, 0);
  }
});

t.test("the adapter unplugged and plugged in again under load", { timeout: 120_000 }, async (t) => {
  const args = ["--no-warnings", "dist/scripts/prove-unplug.js", "--rounds", "6", "--seed", "3"];
  const [code, result] = await lastLine(process.execPath, args);
  t.match(result, { rounds: 6, stale: 0, wrong: 0, silences_broken: 0, wire_faults: [], leaks: [] });
  t.match(result, { writes: { asked: 30, stale: 0, repeated: 0 } });
  t.equal(code, 0);
});

t.test(
  "the broker stopped and the gateway killed: all comes, or lies in an announced void",
  { timeout: 120_000 },
  async (t) => {
    const [code, result] = await lastLine("/usr/bin/python3", [
      "scripts/prove/outages",
      "--seconds",
      "40",
      "--json",
    ]);
    t.match(result, { faults: 0, texts: [], unexplained: 0, kills: 4, bad_readings: 0 });
    t.match(result, { offences: 0, library_gaps_open: 0, library_conflicts: 0, receiver_complete: true });
    const { library_stored: stored, receiver_records: received, records, duplicates } = result as Counts;
    t.equal(stored, records - duplicates, "the library and the walk agree");
    t.equal(received, stored, "and the reference receiver has each of them once");
    t.ok((result as { delivered: number }).delivered > 500);
    t.equal(code, 0);
  },
);
