import { ConfigurationError } from "../drivers/core/errors.js";
import type { ProfileLibrary } from "../drivers/profiles/library.js";
import { type Fitting, fitted, type Profile } from "../drivers/profiles/profile.js";
import { nearest } from "../drivers/profiles/suggest.js";
import { SIMULATOR_MESSAGES as M } from "./messages.js";

/** The profile of a device that is to be simulated. Throws ConfigurationError where there is no such. */
export function findProfile(library: ProfileLibrary, id: string, fitting: Fitting): Profile {
  const result = library.get(id);
  if (!result) {
    const near = nearest(id, library.ids()) ?? library.ids().slice(0, 8).join(", ");
    throw new ConfigurationError(M.unknown_profile, { id, near });
  }
  const { profile, problems } = result;
  if (!profile) {
    const { line = 1 } = problems.find(({ severity }) => severity === "error") ?? {};
    throw new ConfigurationError(M.wrong_profile, { id, line });
  }
  if (profile.family.name !== "modbus") {
    throw new ConfigurationError(M.not_simulated, { id, family: profile.family.name });
  }
  const known = (word: string, words: readonly string[]): void => {
    if (words.includes(word)) return;
    throw new ConfigurationError(M.unknown_fitting, { id, word, known: words.join(", ") || "-" });
  };
  const { variant, options = {} } = fitting;
  if (variant !== undefined) known(variant, Object.keys(profile.variants));
  for (const [name, value] of Object.entries(options)) {
    known(name, Object.keys(profile.options));
    known(value, Object.keys(profile.options[name]?.values ?? {}));
  }
  return fitted(profile, fitting);
}
