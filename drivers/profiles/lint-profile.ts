import { type Said, say } from "../core/message.js";
import type { Point } from "../core/point.js";
import type { StatedPoint } from "./family.js";
import { LINT_MESSAGES as L } from "./lint-messages.js";
import { lintReferences, lintRules } from "./lint-references.js";
import type { WrittenPoint } from "./point-schema.js";
import type { Path, Severity } from "./problem.js";
import {
  deviceDefaults,
  type Fitting,
  fitted,
  type Profile,
  type ProfileVector,
  pointsOf,
} from "./profile.js";
import type { YamlSource } from "./yaml-source.js";

const MOVING: readonly unknown[] = ["actuator", "dangerous"];

/**
 * What the parts of a profile say of each other, and whether its vectors give what it says: reported to the source
 * that it was parsed from. Errors are untruths, warnings are what a careful author would add.
 */
export function lintProfile(profile: Profile, source: YamlSource): void {
  const own = source.document.toJS({ maxAliasCount: 100 }) as Written;
  lintFile(profile, source);
  const places = placesOf(own.points ?? [], []);
  for (const fitting of fittingsOf(profile)) {
    const { variant } = fitting;
    const one = fitted(profile, fitting);
    const changed = variant === undefined ? [] : (own.variants?.[variant]?.points ?? []);
    const inVariant = placesOf(changed, ["variants", String(variant)]);
    const told = (id: string, key: string, said: Said, severity: Severity): void => {
      const at = inVariant(id) ?? places(id);
      source.report(at ? [...at, key] : variant === undefined ? ["points"] : ["variants", variant], said, {
        severity,
      });
    };
    const points = pointsOf(one, one.id);
    lintPoints(one, points, told);
    lintReferences(one, points, (path, said) => source.report(path, said));
  }
  const known = new Map<string, Fitted>();
  for (const [index, vector] of profile.vectors.entries()) {
    const written = profile.written.vectors?.length ?? 0;
    const variant = index < written ? undefined : vector.variant;
    const path: Path = variant === undefined ? ["vectors", index] : ["variants", variant];
    for (const said of faultsOfVector(profile, vector, known))
      source.report(path, said, { severity: "error" });
  }
}

/** The device as it comes, each variant, and each thing that can be fitted to it. */
function fittingsOf({ options, variants }: Profile): readonly Fitting[] {
  const ofOptions = Object.entries(options).flatMap(([name, { values }]) =>
    Object.keys(values).map((value) => ({ options: { [name]: value } })),
  );
  return [{}, ...Object.keys(variants).map((variant) => ({ variant })), ...ofOptions];
}

interface Fitted {
  readonly profile: Profile;
  readonly points: readonly Point[];
}

/** What does not come of a vector that its profile says comes of it. `known`: the points of each fitting, once. */
function faultsOfVector(
  profile: Profile,
  vector: ProfileVector,
  known: Map<string, Fitted>,
): readonly Said[] {
  const { command, options, variant } = vector;
  const name = JSON.stringify([variant, options]);
  let one = known.get(name);
  if (!one) {
    const own = fitted(profile, { variant, options });
    one = { profile: own, points: pointsOf(own, own.id) };
    known.set(name, one);
  }
  const { raw, steps } = (command === undefined ? undefined : one.profile.commands[command]) ?? {};
  const { family } = one.profile;
  return family.tryVector(one.points, deviceDefaults(one.profile, family), { ...vector, raw, steps });
}

function lintFile(profile: Profile, source: YamlSource): void {
  const warn = (path: Path, said: Said): void => source.report(path, said, { severity: "warning" });
  const { confidence, vectors } = profile;
  if (profile.category === undefined) warn(["profile"], say(L.no_category));
  if (!profile.wiring) warn(["profile"], say(L.no_wiring));
  if (vectors.length < 2 && !profile.noVectors && !profile.notes) {
    warn(vectors.length > 0 ? ["vectors"] : ["profile"], say(L.few_vectors, { count: vectors.length }));
  }
  if (confidence === "A" && vectors.every(({ origin }) => origin === "computed")) {
    source.report(["confidence"], say(L.only_computed));
  }
  for (const [index, question] of profile.identify.entries()) {
    const { between, in: among, is, matches } = question;
    const forms = [between, among, is, matches].filter((form) => form !== undefined);
    if (forms.length !== 1) source.report(["identify", index], say(L.identify_one_form));
  }
  if (confidence !== "C") return;
  const moves = (path: Path, what: string, safety: string | undefined): void => {
    if (MOVING.includes(safety))
      source.report(path, say(L.uncertain_moves, { what, safety: String(safety) }));
  };
  moves(["safety"], profile.id, profile.safety);
  for (const [id, { safety }] of Object.entries(profile.commands)) moves(["commands", id], id, safety);
}

type Told = (id: string, key: string, said: Said, severity: Severity) => void;

function lintPoints(profile: Profile, points: readonly Point[], told: Told): void {
  const stated: StatedPoint[] = points.map((point) => {
    const written = profile.points.get(point.id);
    return { point, stated: new Set(Object.keys({ ...profile.defaults, ...written })) };
  });
  const settings = deviceDefaults(profile, profile.family);
  for (const { point, key, said, severity = "warning" } of profile.family.lint(stated, settings)) {
    told(point, key, said, severity);
  }
  for (const point of points) {
    const written = profile.points.get(point.id);
    if (point.periodMs === 0) told(point.id, "every", say(L.asap_in_profile), "warning");
    if (typeof written?.name !== "object") told(point.id, "name", say(L.one_language), "warning");
    if (point.quantity === undefined) told(point.id, "quantity", say(L.no_quantity), "warning");
    for (const said of lintRules(profile, points, point)) told(point.id, "write", said, "error");
    if (point.access === "read") continue;
    const confidence = written?.confidence ?? profile.confidence;
    if (confidence === "C" && MOVING.includes(point.safety)) {
      const params = { what: point.id, safety: String(point.safety) };
      told(point.id, "safety", say(L.uncertain_moves, params), "error");
    }
  }
}

type Entries = readonly (WrittenPoint | null)[];

interface Written {
  readonly points?: Entries;
  readonly variants?: Readonly<Record<string, { readonly points?: Entries } | null>>;
}

/** Where the entry stands that a point came from: by its id as written, or by that of its family. */
function placesOf(entries: Entries, above: Path): (id: string) => Path | undefined {
  const patterns = entries.map((entry) => {
    const id = String(entry?.id ?? "").replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    return new RegExp(`^${id.replace(/\{[^}]*\}/g, "-?\\d+")}$`);
  });
  return (id) => {
    const index = patterns.findIndex((pattern) => pattern.test(id));
    return index < 0 ? undefined : [...above, "points", index];
  };
}
