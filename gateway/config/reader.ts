import type { Static, TSchema } from "@sinclair/typebox";
import { isMap, isScalar } from "yaml";
import { say } from "../../drivers/core/message.js";
import { ID_PATTERN } from "../../drivers/core/schema.js";
import { type CheckOptions, check } from "../../drivers/profiles/check.js";
import { MAX_ID } from "../../drivers/profiles/common-schema.js";
import { PROFILE_MESSAGES } from "../../drivers/profiles/messages.js";
import { formatPath, type Path } from "../../drivers/profiles/problem.js";
import { keyText, type YamlSource } from "../../drivers/profiles/yaml-source.js";
import { Secret } from "../core/secret.js";
import type { Expander } from "./expand.js";
import { CONFIG_MESSAGES as M } from "./messages.js";

/** What the readers of the sections share: the file, and how its texts are read. */
export class SectionReader {
  readonly source: YamlSource;
  readonly expander: Expander;
  /** Folder of the YAML file: paths in it are relative to this. */
  readonly folder: string;

  constructor(source: YamlSource, expander: Expander, folder: string) {
    this.source = source;
    this.expander = expander;
    this.folder = folder;
  }

  check<S extends TSchema>(path: Path, schema: S, options: CheckOptions = {}): Partial<Static<S>> {
    const forms = { secret: (text: string) => new Secret(text) };
    return check(this.source, path, schema, { expand: this.expander.expand, forms, ...options }).value;
  }

  /** The keys of a section whose keys are ids; those that cannot be one are reported, and given all the same. */
  ids(section: string): readonly string[] {
    const node = this.source.nodeAt([section]);
    if (!isMap(node)) return [];
    const ids = [...new Set(node.items.map(keyText))];
    for (const id of ids) {
      if (new RegExp(ID_PATTERN).test(id) && id.length <= MAX_ID) continue;
      const said = say(PROFILE_MESSAGES.bad_id, { id, limit: MAX_ID });
      this.source.report([section, id], said, { on: "key" });
    }
    return ids;
  }

  /** The text at a path as it will be read, without reporting anything that is wrong with it. */
  text(path: Path): string | undefined {
    const node = this.source.nodeAt(path);
    if (!isScalar(node) || node.value === null) return undefined;
    return String(node.value);
  }

  has(path: Path): boolean {
    return this.source.nodeAt(path) !== undefined;
  }

  /** Whether an unknown key of the map at `path` was reported as probably meaning `key`. */
  misspelt(path: Path, key: string): boolean {
    const place = formatPath(path);
    return this.source.problems.some(
      ({ path: at, hint }) => hint?.params["near"] === key && formatPath(at.slice(0, -1)) === place,
    );
  }

  /** Reports a duration outside its bounds; an absent one is within. */
  bounds(path: Path, ms: number | undefined, least: number, most = Number.POSITIVE_INFINITY): void {
    if (ms === undefined) return;
    const key = String(path.at(-1));
    if (ms < least) this.source.report(path, say(M.too_short, { key, limit: durationText(least) }));
    if (ms > most) this.source.report(path, say(M.too_long, { key, limit: durationText(most) }));
  }

  /** Reports a size below its bound; an absent one is within. */
  atLeast(path: Path, bytes: number | undefined, least: number): void {
    if (bytes === undefined || bytes >= least) return;
    const limit = least % 1e9 === 0 ? `${least / 1e9}GB` : `${least / 1e6}MB`;
    this.source.report(path, say(M.too_small, { key: String(path.at(-1)), limit }));
  }
}

function durationText(ms: number): string {
  if (ms % 86_400_000 === 0) return `${ms / 86_400_000}d`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
