import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, open, rename, rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { asError, RejectedError } from "../../../drivers/core/errors.js";
import { render } from "../../../drivers/core/message.js";
import { loadConfig } from "../../config/load-config.js";
import type { Io } from "../io.js";
import { INIT_MESSAGES as M } from "./init-messages.js";

export interface Written {
  /** Where the file that was there before is kept. */
  readonly backup: string | undefined;
}

export interface InitFiles {
  readonly file: string;
  readonly yaml: string;
  readonly secret: { readonly path: string; readonly password: string | undefined };
}

/**
 * Writes the configuration and the password aside, has the first checked as `tram check` does, and only then puts them in
 * their places. On any failure nothing is left behind. Throws RejectedError.
 */
export async function writeInit({ file, secret, yaml }: InitFiles, io: Io): Promise<Written> {
  const aside = `${file}.new-${process.pid}`;
  const folder = dirname(secret.path);
  const made: string[] = [];
  let secretAside: string | undefined;
  try {
    for (const path of [dirname(file), ...(secret.password === undefined ? [] : [folder])]) {
      const first = await mkdir(path, { recursive: true, mode: path === folder ? 0o700 : 0o777 });
      if (first !== undefined) made.unshift(path);
    }
    if (secret.password !== undefined) {
      // The check reads it under its own name.
      secretAside = existsSync(secret.path) ? `${secret.path}.new-${process.pid}` : secret.path;
      await writeDurably(secretAside, `${secret.password}\n`, 0o600);
    }
    await writeDurably(aside, yaml, 0o644);
    const { config, problems } = loadConfig(aside, {
      profilesDir: `${io.root}/config/profiles`,
      env: io.env,
    });
    if (!config) {
      const [first] = problems.filter(({ severity }) => severity === "error");
      const problem = first ? render(first.said, io.language) : "";
      throw new RejectedError(M.not_accepted, { problem });
    }
    const backup = existsSync(file) ? await keepOld(file) : undefined;
    if (secretAside !== undefined && secretAside !== secret.path) await rename(secretAside, secret.path);
    secretAside = undefined;
    await rename(aside, file);
    return { backup };
  } catch (thrown) {
    // What cannot be taken away was not made either: below a file, on a disk that is gone.
    for (const path of [aside, ...(secretAside === undefined ? [] : [secretAside])]) {
      await rm(path, { force: true }).catch(() => {});
    }
    for (const path of made) await rmdir(path).catch(() => {});
    if (thrown instanceof RejectedError) throw thrown;
    throw new RejectedError(M.write_failed, { file, problem: asError(thrown).message }, { cause: thrown });
  }
}

async function writeDurably(path: string, text: string, mode: number): Promise<void> {
  const handle = await open(path, "wx", mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(path, mode);
}

/** A copy, so that there is a configuration at every moment: `gateway.yaml.bak`, `.bak-2` ... */
async function keepOld(file: string): Promise<string> {
  for (let n = 1; ; n++) {
    const backup = `${file}.bak${n === 1 ? "" : `-${n}`}`;
    if (existsSync(backup)) continue;
    await copyFile(file, backup);
    return backup;
  }
}
