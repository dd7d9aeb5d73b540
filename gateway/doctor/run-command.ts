import { execFile } from "node:child_process";

export interface CommandResult {
  /** `missing`: there is no such program here. */
  readonly outcome: "done" | "failed" | "missing";
  readonly stdout: string;
  readonly stderr: string;
}

const ANSWER_MS = 5_000;
const MOST_BYTES = 8_000_000;

/** Runs a program and waits for what it prints, 5 s at most. Never rejects. */
export function runCommand(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<CommandResult> {
  const options = { timeout: ANSWER_MS, env: { ...env, LC_ALL: "C" }, maxBuffer: MOST_BYTES };
  return new Promise((resolve) => {
    execFile(program, [...args], options, (error, stdout, stderr) => {
      const outcome = !error ? "done" : error.code === "ENOENT" ? "missing" : "failed";
      resolve({ outcome, stdout, stderr });
    }).stdin?.end();
  });
}
