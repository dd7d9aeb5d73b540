import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Said, say } from "../../drivers/core/message.js";
import type { World } from "../process/world.js";
import { SCENARIO_MESSAGES as M } from "./messages.js";

const MOST_BYTES = 16e6;

/** Keeps what a world remembers over a restart: counters, levels, wear. Written aside and renamed. */
export class WorldFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes over what was saved, where there is something; says what was taken and what could not be. */
  restore(world: World): readonly Said[] {
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    if (!stat) return [];
    const file = this.#path;
    try {
      if (stat.size > MOST_BYTES)
        return [say(M.state_unreadable, { file, problem: `> ${MOST_BYTES / 1e6} MB` })];
      const saved: unknown = JSON.parse(readFileSync(this.#path, "utf8"));
      const refused = world.restore(saved);
      if (refused.includes("version")) return [say(M.state_unreadable, { file, problem: "version" })];
      const taken = say(M.state_taken, { file, saved: new Date((saved as { t: number }).t).toISOString() });
      return refused.length === 0
        ? [taken]
        : [taken, say(M.state_foreign, { file, names: refused.join(", ") })];
    } catch (error) {
      return [say(M.state_unreadable, { file, problem: (error as Error).message })];
    }
  }

  /** Throws ConfigurationError where it cannot be written. */
  save(world: World): void {
    try {
      writeFileSync(`${this.#path}.part`, JSON.stringify(world.save()));
      renameSync(`${this.#path}.part`, this.#path);
    } catch (error) {
      const problem = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new ConfigurationError(M.state_unwritable, { file: this.#path, problem }, { cause: error });
    }
  }
}
