import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { ConfigurationError } from "../core/errors.js";
import { renderText, say } from "../core/message.js";
import type { DriverFamily } from "./family.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import { type ProfilePlace, type ProfileResult, parseProfile } from "./parse-profile.js";
import type { Problem } from "./problem.js";
import type { Profile } from "./profile.js";

/** The folder of profiles, `<maker>/<model>.yaml`. Reads each file once. */
export class ProfileLibrary {
  readonly #folder: string;
  readonly #families: ReadonlyMap<string, DriverFamily>;
  readonly #read = new Map<string, ProfileResult>();
  #ids: readonly string[] | undefined;

  constructor(folder: string, families: ReadonlyMap<string, DriverFamily>) {
    this.#folder = folder;
    this.#families = families;
  }

  /** Ids of all profiles, sorted; empty when the folder is not there. */
  ids(): readonly string[] {
    this.#ids ??= listIds(this.#folder);
    return this.#ids;
  }

  fileOf(id: string): string {
    return join(this.#folder, `${id}.yaml`);
  }

  /** The profile and what is wrong in its file; undefined when there is no such file. */
  get(id: string): ProfileResult | undefined {
    if (!this.ids().includes(id)) return undefined;
    let result = this.#read.get(id);
    if (!result) {
      // A profile that extends itself, over however many others, finds nothing to extend.
      this.#read.set(id, { problems: [] });
      result = readProfile(this.fileOf(id), {
        families: this.#families,
        expectedId: id,
        find: (base) => this.get(base),
      });
      this.#read.set(id, result);
    }
    return result;
  }
}

/** Loads one profile file. Throws ConfigurationError with the first fault. */
export function loadProfile(path: string, families: ReadonlyMap<string, DriverFamily>): Profile {
  const { profile, problems } = readProfile(path, { families });
  if (profile) return profile;
  const { said, line } = problems.find((problem) => problem.severity === "error") as Problem;
  throw new ConfigurationError(M.bad_profile, { file: path, line, detail: renderText(said, "en") });
}

function readProfile(path: string, place: ProfilePlace): ProfileResult {
  const text = readYaml(path);
  return typeof text === "string" ? parseProfile(path, text, place) : { problems: [text] };
}

/** No file of ours comes near it: a log or an image given by mistake is not read into memory. */
const MAX_BYTES = 8_000_000;

/** The text of a YAML file, or the problem that kept it from being read. */
export function readYaml(file: string): string | Problem {
  const problem = (said: Problem["said"]): Problem => ({
    file,
    line: 1,
    column: 1,
    said,
    severity: "error",
    path: [],
  });
  try {
    if (statSync(file).size > MAX_BYTES) return problem(say(M.too_large, { limit: "8 MB" }));
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    return problem(
      say(M.unreadable, { file, cause: (error as NodeJS.ErrnoException).code ?? String(error) }),
    );
  }
}

function listIds(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => name.slice(0, -".yaml".length).split(sep).join("/"))
      .sort();
  } catch {
    return [];
  }
}
