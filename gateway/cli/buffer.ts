import { distance } from "fastest-levenshtein";
import { ConfigurationError } from "../../drivers/core/errors.js";
import type { Message } from "../../drivers/core/message.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";
import type { ExitCode, Io, Verb } from "./verb.js";

interface Part {
  readonly help: Message<never>;
  run(args: readonly string[], io: Io): Promise<ExitCode>;
}

/** Every part by name, loaded when used. */
const PARTS: Readonly<Record<string, Part>> = {
  show: { help: M.show_help, run: async (...all) => (await import("./buffer-show.js")).show(...all) },
  verify: { help: M.verify_help, run: async (...all) => (await import("./buffer-verify.js")).verify(...all) },
  export: {
    help: M.export_help,
    run: async (...all) => (await import("./buffer-export.js")).exportRecords(...all),
  },
  backup: { help: M.backup_help, run: async (...all) => (await import("./buffer-backup.js")).backup(...all) },
  restore: {
    help: M.restore_help,
    run: async (...all) => (await import("./buffer-restore.js")).restore(...all),
  },
  audit: { help: M.audit_help, run: async (...all) => (await import("./buffer-audit.js")).audit(...all) },
};

/** Longest distance at which another part is suggested. */
const NEAR = 3;

/** `tram buffer <part>`: looks after the file. */
export const buffer: Verb = {
  name: "buffer",
  summary: M.summary,
  help: M.help,
  helpFor: ([name]) => partNamed(name)?.help,
  async run([name, ...rest], io): Promise<ExitCode> {
    const part = partNamed(name);
    if (part) return part.run(rest, io);
    const parts = Object.keys(PARTS);
    if (name === undefined || name.startsWith("-")) {
      throw new ConfigurationError(M.no_part, { parts: parts.join(", ") });
    }
    const [near = ""] = parts.sort((a, b) => distance(a, name) - distance(b, name));
    throw distance(near, name) <= NEAR
      ? new ConfigurationError(M.similar_part, { name, near })
      : new ConfigurationError(M.unknown_part, { name, parts: Object.keys(PARTS).join(", ") });
  },
};

function partNamed(name: string | undefined): Part | undefined {
  return name !== undefined && Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
}
