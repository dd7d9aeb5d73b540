import { basename } from "node:path";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import type { ProfileLibrary } from "../../../drivers/profiles/library.js";
import { type Fitting, fitted, type Profile, pointsOf } from "../../../drivers/profiles/profile.js";
import { nearest } from "../../../drivers/profiles/suggest.js";
import type { ExitCode, Io } from "../io.js";
import { openLibrary } from "./profile-library.js";
import { PROFILE_VERB_MESSAGES as M } from "./profile-messages.js";
import { profileLines } from "./profile-page.js";
import { numberOf } from "./profile-points.js";

export interface ShowWish extends Fitting {
  readonly id: string;
  readonly json: boolean;
}

/** Prints one profile. Throws ConfigurationError for an id, a variant or an option that is not there. */
export function showProfile({ id, json, ...fitting }: ShowWish, io: Io): ExitCode {
  const profile = fittedOf(profileNamed(openLibrary(io), id), fitting);
  io.stdout.write(
    json
      ? `${JSON.stringify(profileJson(profile))}\n`
      : `${profileLines(profile, fitting, io.language, io.columns).join("\n")}\n`,
  );
  return 0;
}

/** By its id, or by the model alone where only one maker has such. */
function profileNamed(library: ProfileLibrary, name: string): Profile {
  const ids = library.ids();
  const models = ids.filter((one) => basename(one) === name);
  const id = ids.includes(name) || models.length !== 1 ? name : (models[0] ?? name);
  const result = library.get(id);
  if (result?.profile) return result.profile;
  if (result) throw new ConfigurationError(M.faulty_profile, { id, file: library.fileOf(id) });
  const near = nearest(name, ids) ?? ids.find((one) => basename(one) === nearest(name, ids.map(modelOf)));
  throw near === undefined
    ? new ConfigurationError(M.unknown_profile, { id })
    : new ConfigurationError(M.similar_profile, { id, near });
}

function modelOf(id: string): string {
  return basename(id);
}

function fittedOf(profile: Profile, fitting: Fitting): Profile {
  const { id, options, variants } = profile;
  const { variant } = fitting;
  if (variant !== undefined && !Object.hasOwn(variants, variant)) {
    throw new ConfigurationError(M.unknown_variant, { id, variant, known: knownOf(Object.keys(variants)) });
  }
  for (const [name, value] of Object.entries(fitting.options ?? {})) {
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option && Object.hasOwn(option.values, value)) continue;
    const known = option ? Object.keys(option.values).map((one) => `${name}=${one}`) : Object.keys(options);
    throw new ConfigurationError(M.unknown_option, { id, option: `${name}=${value}`, known: knownOf(known) });
  }
  return fitted(profile, fitting);
}

function knownOf(words: readonly string[]): string {
  return words.length > 0 ? words.join(", ") : "-";
}

function profileJson(profile: Profile): Readonly<Record<string, unknown>> {
  const { family, noVectors, points: _, vectors, written: __, ...rest } = profile;
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  return {
    ...rest,
    driver: family.name,
    points: pointsOf(profile, profile.id).map((point) => {
      const { device: _device, periodMs, ...own } = point;
      const period = Number.isFinite(periodMs) ? periodMs : null;
      return { ...own, periodMs: period, number: numberOf(profile, point) || null };
    }),
    vectors: vectors.map(({ before, reply, request, ...vector }) => ({
      ...vector,
      request: hex(request),
      reply: hex(reply),
      before: before.map((pair) => ({ request: hex(pair.request), reply: hex(pair.reply) })),
    })),
    noVectors: noVectors ?? null,
  };
}
