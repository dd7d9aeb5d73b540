import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs a proof of the buffer (scripts/prove) in a short form; its exit code and its line of JSON. */
export async function prove(
  script: string,
  ...args: readonly string[]
): Promise<[code: number, result: unknown]> {
  const child = spawn("/usr/bin/python3", [`scripts/prove/${script}`, "--json", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number];
  return [code, JSON.parse(text.trim().split("\n").at(-1) ?? "null")];
}

/** What every proof says of itself when nothing is wrong. */
export const CLEAN = { lost: 0, wrong: 0, duplicated: 0, reused: 0 };

/** Its sentences about what is wrong. */
export function faultsOf(result: unknown): unknown {
  return typeof result === "object" && result !== null && "faults" in result ? result.faults : undefined;
}
