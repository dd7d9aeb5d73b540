import type { Text } from "../core/message.js";
import { say } from "../core/message.js";
import { check, defaultsOf, suggestion } from "./check.js";
import type { DriverFamily } from "./family.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import type { WrittenPoint } from "./point-schema.js";
import type { Problem } from "./problem.js";
import { type CONFIDENCES, type ORIGINS, profileSchema } from "./profile-schema.js";
import { resolvePoint } from "./resolve-point.js";
import { YamlSource } from "./yaml-source.js";

export interface ProfileLink {
  readonly baud?: number;
  readonly data_bits?: number;
  readonly parity?: "none" | "even" | "odd";
  readonly stop_bits?: number;
  readonly port?: number;
  readonly unit_id?: number;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** A frame pair by which a profile is tested, with CRC, as on the RTU wire. */
export interface ProfileVector {
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
  readonly expect: Readonly<Record<string, number | string | boolean>>;
  readonly origin: (typeof ORIGINS)[number];
  readonly source: string;
}

/** A checked profile. Its points are completed for a device by `resolvePoint`. */
export interface Profile {
  readonly id: string;
  readonly version: number;
  readonly title: Text;
  readonly family: DriverFamily;
  readonly confidence: (typeof CONFIDENCES)[number];
  readonly sources: readonly string[];
  readonly links: readonly ProfileLink[];
  readonly numbering?: { readonly style: string; readonly first: number };
  readonly wiring?: Text;
  readonly notes?: Text;
  /** Keys of the family's device schema, checked form; what is absent takes the schema's default. */
  readonly device: Readonly<Record<string, unknown>>;
  readonly defaults: WrittenPoint;
  readonly points: ReadonlyMap<string, WrittenPoint>;
  readonly vectors: readonly ProfileVector[];
}

export interface ProfileResult {
  readonly profile?: Profile;
  readonly problems: readonly Problem[];
}

/** Checks the text of a profile. `expectedId` is what its place among the files says, where that is known. */
export function parseProfile(
  file: string,
  text: string,
  families: ReadonlyMap<string, DriverFamily>,
  expectedId?: string,
): ProfileResult {
  const source = new YamlSource(file, text);
  const { problems } = source;
  if (!source.wellFormed) return { problems };
  const family = familyOf(source, families);
  if (!family) return { problems };

  const { value, ok } = check(source, [], profileSchema(family), { defaults: false });
  const written = value as unknown as WrittenProfile;
  if (expectedId !== undefined && written.profile !== undefined && written.profile !== expectedId) {
    const said = say(M.profile_id_differs, { id: written.profile, expected: `${written.profile}.yaml` });
    source.report(["profile"], said);
  }
  const points = new Map<string, WrittenPoint>();
  for (const [index, point] of (written.points ?? []).entries()) {
    if (point?.id === undefined) continue;
    const path = ["points", index] as const;
    if (points.has(point.id)) {
      const first = [...points.keys()].indexOf(point.id);
      const line = source.lineOf(["points", first]);
      source.report([...path, "id"], say(M.duplicate_point, { id: point.id, line }));
      continue;
    }
    points.set(point.id, point);
    // Of a point with a faulty key nothing further can be said.
    if (source.hasErrorsIn(path)) continue;
    const layers = [point];
    resolvePoint(
      { device: "", family, defaults: written.defaults ?? {}, layers, devicePeriodMs: undefined },
      (key, said, options) => source.report([...path, key], said, options),
    );
  }
  for (const [index, vector] of (written.vectors ?? []).entries()) {
    for (const id of Object.keys(vector?.expect ?? {})) {
      if (points.has(id)) continue;
      const hint = suggestion(id, [...points.keys()]);
      source.report(["vectors", index, "expect", id], say(M.vector_unknown_point, { id }), {
        on: "key",
        hint,
      });
    }
  }
  if (!ok || source.errors > 0) return { problems };
  const { profile: id, version, title, confidence, sources, numbering, wiring, notes } = written;
  const profile: Profile = {
    id,
    version,
    title,
    family,
    confidence,
    sources,
    links: written.links ?? [],
    ...(numbering && { numbering }),
    ...(wiring && { wiring }),
    ...(notes && { notes }),
    device: written.device ?? {},
    defaults: written.defaults ?? {},
    points,
    vectors: written.vectors.map((vector) => ({
      ...vector,
      request: bytesOf(vector.request),
      reply: bytesOf(vector.reply),
    })),
  };
  return { profile, problems };
}

/** Settings of a device before gateway.yaml is read: the profile's, then the defaults of the family. */
export function deviceDefaults(profile: Profile | undefined, family: DriverFamily): Record<string, unknown> {
  return { ...defaultsOf(family.device), ...profile?.device };
}

interface WrittenProfile {
  readonly profile: string;
  readonly version: number;
  readonly title: Text;
  readonly confidence: Profile["confidence"];
  readonly sources: readonly string[];
  readonly links?: readonly ProfileLink[];
  readonly numbering?: { readonly style: string; readonly first: number };
  readonly wiring?: Text;
  readonly notes?: Text;
  readonly device?: Readonly<Record<string, unknown>>;
  readonly defaults?: WrittenPoint;
  readonly points: readonly (WrittenPoint | undefined)[];
  readonly vectors: readonly {
    readonly request: string;
    readonly reply: string;
    readonly expect: Readonly<Record<string, number | string | boolean>>;
    readonly origin: ProfileVector["origin"];
    readonly source: string;
  }[];
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

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replace(/\s/g, ""), "hex"));
}
