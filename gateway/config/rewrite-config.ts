import { constants, copyFileSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Problem } from "../../drivers/profiles/problem.js";
import { syncFolder, writeDurably } from "./durable-file.js";
import { type LoadOptions, loadConfig } from "./load-config.js";

export type Rewritten =
  | { readonly state: "written"; readonly backup: string }
  /** What would be wrong with the new text; the file is as it was. */
  | { readonly state: "refused"; readonly problems: readonly Problem[] }
  /** Somebody else has changed the file meanwhile. */
  | { readonly state: "changed" };

/**
 * Puts a new text in the place of a gateway.yaml: checked first, beside the old one so that all paths mean the same,
 * then renamed over it in one step; the old text is kept as a file beside it. Throws the system's error where it
 * cannot be written; the file is whole then, old or new.
 */
export function rewriteConfig(file: string, before: string, after: string, options: LoadOptions): Rewritten {
  const part = join(dirname(file), `.${basename(file)}.${process.pid}.new`);
  try {
    writeDurably(part, after, statSync(file).mode & 0o777);
    const problems = loadConfig(part, options).problems.filter(({ severity }) => severity === "error");
    if (problems.length > 0) {
      return {
        state: "refused",
        problems: problems.map((problem) => (problem.file === part ? { ...problem, file } : problem)),
      };
    }
    if (readFileSync(file, "utf8") !== before) return { state: "changed" };
    const backup = keptAs(file);
    renameSync(part, file);
    syncFolder(dirname(file));
    return { state: "written", backup };
  } finally {
    rmSync(part, { force: true });
  }
}

/** `gateway.yaml.bak`, or the first with a number that is free: a backup never replaces another. */
function keptAs(file: string): string {
  for (let n = 0; ; n++) {
    const backup = n === 0 ? `${file}.bak` : `${file}.bak.${n}`;
    try {
      copyFileSync(file, backup, constants.COPYFILE_EXCL);
      return backup;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
