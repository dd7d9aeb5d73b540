import { type Said, say } from "../core/message.js";
import { check, suggestion } from "./check.js";
import { expandPoint } from "./expand-point.js";
import type { DriverFamily } from "./family.js";
import { GRAMMAR_MESSAGES as G } from "./grammar-messages.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import { overlaid } from "./overlay.js";
import type { WrittenPoint } from "./point-schema.js";
import type { Path, Problem } from "./problem.js";
import { type Profile, profileOf, sharedOf } from "./profile.js";
import { profileSchema } from "./profile-schema.js";
import { resolvePoint } from "./resolve-point.js";
import type { WrittenProfile, WrittenVector } from "./written-profile.js";
import { YamlSource } from "./yaml-source.js";

export interface ProfileResult {
  readonly profile?: Profile;
  readonly problems: readonly Problem[];
}

/** What parsing a profile needs to know of its surroundings. */
export interface ProfilePlace {
  readonly families: ReadonlyMap<string, DriverFamily>;
  /** What its place among the files says that its id is, where that is known. */
  readonly expectedId?: string | undefined;
  /** Finds the profile that this one extends; undefined where there is none. */
  readonly find?: ((id: string) => ProfileResult | undefined) | undefined;
}

/** Checks the text of a profile. */
export function parseProfile(file: string, text: string, place: ProfilePlace): ProfileResult {
  return parseSource(new YamlSource(file, text), place);
}

/** The same for a file that is read already; problems are told to the source as well. */
export function parseSource(source: YamlSource, place: ProfilePlace): ProfileResult {
  const { problems } = source;
  if (!source.wellFormed) return { problems };
  const family = familyOf(source, place.families);
  if (!family) return { problems };

  const extending = source.nodeAt(["extends"]) !== undefined;
  const schema = profileSchema(family, extending ? "extending" : "whole");
  const { value, ok } = check(source, [], schema, { defaults: false });
  const own = value as unknown as WrittenProfile;
  const { expectedId } = place;
  if (expectedId !== undefined && own.profile !== undefined && own.profile !== expectedId) {
    const said = say(M.profile_id_differs, { id: own.profile, expected: `${own.profile}.yaml` });
    source.report(["profile"], said);
  }
  const base = own.extends === undefined ? undefined : baseOf(source, own.extends, place);
  if (own.extends !== undefined && !base) return { problems };
  const written = base ? overlaid(base.written, own) : own;

  new Checker(source, family, written).all(own);
  if (!ok || source.errors > 0) return { problems };
  return { profile: profileOf(written, family), problems };
}

/** Holds what is written against itself: points, variants, options, vectors, commands. */
class Checker {
  constructor(
    readonly source: YamlSource,
    readonly family: DriverFamily,
    readonly written: WrittenProfile,
  ) {}

  all(own: WrittenProfile): void {
    const whole = this.points(this.written, own.points ?? [], []);
    const known = new Set(whole.keys());
    for (const [id, variant] of Object.entries(own.variants ?? {})) {
      const { title: _, ...over } = variant;
      const points = this.points(overlaid(this.written, over), over.points ?? [], ["variants", id]);
      for (const point of points.keys()) known.add(point);
      this.vectors(over.vectors ?? [], ["variants", id, "vectors"], points);
    }
    this.vectors(own.vectors ?? [], ["vectors"], whole);
    for (const [id, option] of Object.entries(own.options ?? {})) {
      const values = Object.keys(option?.values ?? {});
      if (option && !values.includes(option.default)) {
        this.#unknown(["options", id, "default"], option.default, values);
      }
    }
    for (const [id, command] of Object.entries(own.commands ?? {})) {
      if (!command) continue;
      if ((command.steps === undefined) === (command.raw === undefined)) {
        this.source.report(["commands", id], say(G.command_one_form));
      }
      for (const [index, step] of (command.steps ?? []).entries()) {
        if (!known.has(step.point))
          this.#unknown(["commands", id, "steps", index, "point"], step.point, [...known]);
      }
    }
    for (const [path, point] of [
      [["watchdog", "point"], own.watchdog?.point],
      [["addressing", "set", "point"], own.addressing?.set?.point],
    ] as const) {
      if (point !== undefined && !known.has(point)) this.#unknown(path, point, [...known]);
    }
  }

  /** Checks the entries of one place; returns all points of the whole by id. */
  points(
    whole: WrittenProfile,
    entries: readonly (WrittenPoint | undefined)[],
    place: Path,
  ): ReadonlyMap<string, WrittenPoint> {
    const merged = new Map((whole.points ?? []).map((point) => [point?.id, point] as const));
    const known = new Map<string, WrittenPoint>();
    const lines = new Map<string, number>();
    for (const [index, entry] of entries.entries()) {
      if (entry?.id === undefined) continue;
      const path = [...place, "points", index];
      const line = this.source.lineOf(path);
      // Of a point with a faulty key nothing further can be said.
      const broken = this.source.hasErrorsIn(path);
      const report = (key: string, said: Said, options = {}): void =>
        this.source.report([...path, key], said, options);
      this.#conditions(entry, whole, path);
      for (const point of expandPoint(merged.get(entry.id) ?? entry, broken ? () => {} : report)) {
        const id = String(point.id);
        const first = lines.get(id);
        if (first !== undefined && entry.if === undefined) {
          this.source.report([...path, "id"], say(M.duplicate_point, { id, line: first }));
          break;
        }
        lines.set(id, line);
        known.set(id, point);
        if (!broken) this.#resolve(point, whole, report);
      }
    }
    const own = new Set(entries.map((entry) => entry?.id));
    for (const point of merged.values()) {
      if (point && !own.has(point.id))
        for (const one of expandPoint(point, () => {})) known.set(String(one.id), one);
    }
    return known;
  }

  #resolve(
    point: WrittenPoint,
    whole: WrittenProfile,
    report: (key: string, said: Said, options: object) => void,
  ): void {
    const shared = sharedOf({ ...whole, safety: whole.safety ?? "benign" } as unknown as Profile);
    const sources = { ...shared, defaults: whole.defaults ?? {} };
    resolvePoint(
      { ...sources, device: "", family: this.family, layers: [point], devicePeriodMs: undefined },
      report,
    );
  }

  #conditions(entry: WrittenPoint, whole: WrittenProfile, path: Path): void {
    const conditions = (entry.if ?? {}) as Readonly<Record<string, string | readonly string[]>>;
    for (const [name, values] of Object.entries(conditions)) {
      const option = whole.options?.[name];
      if (!option) {
        this.#unknown([...path, "if", name], name, Object.keys(whole.options ?? {}));
        continue;
      }
      for (const value of [values].flat()) {
        if (!Object.hasOwn(option.values ?? {}, value)) {
          this.#unknown([...path, "if", name], value, Object.keys(option.values ?? {}));
        }
      }
    }
  }

  vectors(
    vectors: readonly (WrittenVector | undefined)[],
    place: Path,
    points: ReadonlyMap<string, WrittenPoint>,
  ): void {
    for (const [index, vector] of vectors.entries()) {
      if (!vector) continue;
      const path = [...place, index];
      const { variant, command, expect, writes } = vector;
      if (expect === undefined && writes === undefined && command === undefined) {
        this.source.report(path, say(G.vector_says_nothing));
      }
      const variants = Object.keys(this.written.variants ?? {});
      if (variant !== undefined && !variants.includes(variant)) {
        this.#unknown([...path, "variant"], variant, variants);
        continue;
      }
      const commands = Object.keys(this.written.commands ?? {});
      if (command !== undefined && !commands.includes(command)) {
        this.#unknown([...path, "command"], command, commands);
      }
      // A variant may have points that the profile itself has not.
      const own = variant === undefined ? points : profileOf(this.written, this.family, { variant }).points;
      for (const key of ["expect", "writes"] as const) {
        for (const id of Object.keys(vector[key] ?? {})) {
          if (own.has(id) || points.has(id)) continue;
          const hint = suggestion(id, [...own.keys()]);
          const options = { on: "key" as const, hint };
          this.source.report([...path, key, id], say(M.vector_unknown_point, { id }), options);
        }
      }
    }
  }

  #unknown(path: Path, word: string, known: readonly string[]): void {
    const key = String(path.at(-1));
    this.source.report(path, say(M.unknown_word, { key, word }), { hint: suggestion(word, known) });
  }
}

function baseOf(source: YamlSource, id: string, place: ProfilePlace): Profile | undefined {
  const result = place.find?.(id);
  if (result?.profile) return result.profile;
  const message = result ? G.base_is_faulty : G.base_unknown;
  source.report(["extends"], say(message, { profile: id }));
  return undefined;
}

/** The family is read first: it decides what the other keys are. */
function familyOf(source: YamlSource, families: ReadonlyMap<string, DriverFamily>): DriverFamily | undefined {
  const node = source.nodeAt(["driver"]);
  const name = node === undefined ? undefined : source.document.get("driver");
  if (name === undefined) {
    source.report([], say(M.missing_key, { key: "driver" }), { on: "key" });
    return undefined;
  }
  const family = families.get(String(name));
  if (!family) {
    const hint = suggestion(String(name), [...families.keys()]);
    source.report(["driver"], say(M.unknown_family, { family: String(name) }), { hint });
  }
  return family;
}
