import type { DriverFamily } from "./family.js";
import { readYaml } from "./library.js";
import { lintProfile } from "./lint-profile.js";
import { type ProfilePlace, type ProfileResult, parseSource } from "./parse-profile.js";
import { YamlSource } from "./yaml-source.js";

/** A profile from a file, held against everything that is known of profiles, with the source for its excerpts. */
export function checkProfileFile(
  file: string,
  families: ReadonlyMap<string, DriverFamily>,
  place: Omit<ProfilePlace, "families"> = {},
): ProfileResult & { readonly source?: YamlSource } {
  const text = readYaml(file);
  if (typeof text !== "string") return { problems: [text] };
  const source = new YamlSource(file, text);
  const { profile } = parseSource(source, { families, ...place });
  if (profile) lintProfile(profile, source);
  return { ...(profile && { profile }), problems: source.problems, source };
}
