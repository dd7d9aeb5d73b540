import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { say } from "../../drivers/core/message.js";
import { suggestion } from "../../drivers/profiles/check.js";
import { formatPath, type Path } from "../../drivers/profiles/problem.js";
import type { YamlSource } from "../../drivers/profiles/yaml-source.js";
import { CONFIG_MESSAGES as M } from "./messages.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A secret is a line, a key is a page: whoever names a bigger file has named the wrong one. */
const MAX_BYTES = 65_536;

/** Replaces `${file:PATH}` (relative to the YAML file) and `${env:NAME}` in texts, and remembers where. */
export class Expander {
  readonly #source: YamlSource;
  readonly #folder: string;
  readonly #env: Environment;
  readonly #expanded = new Set<string>();

  constructor(source: YamlSource, folder: string, env: Environment) {
    this.#source = source;
    this.#folder = folder;
    this.#env = env;
  }

  /** The text with its references replaced; undefined when one of them failed and was reported. */
  readonly expand = (text: string, path: Path): string | undefined => {
    if (!text.includes("${")) return text;
    let failed = false;
    const result = text.replace(/\$\{([^}]*)\}?/g, (reference, name: string) => {
      const value = this.#lookUp(reference, name, path);
      failed ||= value === undefined;
      return value ?? "";
    });
    this.#expanded.add(formatPath(path));
    return failed ? undefined : result;
  };

  /** Whether the value at `path` came from somewhere else than the YAML file. */
  cameFromOutside(path: Path): boolean {
    return this.#expanded.has(formatPath(path));
  }

  #lookUp(reference: string, name: string, path: Path): string | undefined {
    if (name.startsWith("file:")) return this.#file(name.slice("file:".length), path);
    if (name.startsWith("env:")) {
      const variable = name.slice("env:".length);
      const value = Object.hasOwn(this.#env, variable) ? this.#env[variable] : undefined;
      if (value === undefined) this.#source.report(path, say(M.env_missing, { name: variable }));
      return value;
    }
    const [word = ""] = name.split(":");
    const hint = word === "" ? undefined : suggestion(word, ["file", "env"]);
    this.#source.report(path, say(M.bad_reference, { reference }), { hint });
    return undefined;
  }

  #file(name: string, path: Path): string | undefined {
    const file = resolve(this.#folder, name);
    try {
      const { size } = statSync(file);
      if (size > MAX_BYTES) throw Object.assign(new Error(), { code: "EFBIG" });
      const text = readFileSync(file, "utf8").replace(/\r?\n$/, "");
      if (text !== "") return text;
      this.#source.report(path, say(M.secret_empty, { file }));
    } catch (error) {
      const cause = (error as NodeJS.ErrnoException).code ?? String(error);
      this.#source.report(path, say(M.secret_unreadable, { file, cause }));
    }
    return undefined;
  }
}
