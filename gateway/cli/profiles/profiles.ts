import { ConfigurationError } from "../../../drivers/core/errors.js";
import { flag, optional, repeated } from "../grammar/command.js";
import { FILE, PROFILE, pair, text } from "../grammar/kinds.js";
import { JSON_OUTPUT } from "../grammar/shared-options.js";
import { verb } from "../grammar/verb.js";
import { PROFILE_VERB_MESSAGES as M } from "./profile-messages.js";

/** `tram profiles`: the library of device profiles. Needs no gateway. */
export const profiles = verb(
  {
    name: "profiles",
    summary: M.summary,
    about: M.about,
    // Files, where `--check` stands.
    args: { words: repeated({ ...FILE, word: M.word_words.text }, M.words_about) },
    options: {
      category: optional(text("water", M.word_category), M.category_about),
      show: optional(PROFILE, M.show_about),
      variant: optional(text("big", M.word_variant), M.variant_about),
      option: repeated(pair("tank=two"), M.option_about),
      check: flag(M.check_about),
      json: JSON_OUTPUT,
    },
    forms: [
      ["words", "category?", "json?"],
      ["show", "variant?", "option?", "json?"],
      ["check", "words", "json?"],
    ],
    examples: [
      { vi: "profiles muc nuoc", en: "profiles water level" },
      "profiles --show eastron/sdm630",
      "profiles --check config/profiles/eastron/sdm630.yaml",
    ],
  },
  async ({ args: { words }, options }, io) => {
    const { category, check, json, show: id, variant } = options;
    if (id !== undefined && (check || words.length > 0)) throw new ConfigurationError(M.one_at_a_time);
    if (check) return (await import("./profile-check.js")).checkProfiles(words, json, io);
    if (id !== undefined) {
      const { showProfile } = await import("./profile-show.js");
      const fitted = options.option.length > 0 ? Object.fromEntries(options.option) : undefined;
      return showProfile({ id, json, variant, options: fitted }, io);
    }
    const { listProfiles } = await import("./profile-list.js");
    return listProfiles({ words, category, json }, io);
  },
);
