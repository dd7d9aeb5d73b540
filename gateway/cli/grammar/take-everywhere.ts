import type { Language } from "../../../drivers/core/message.js";

export interface TakenEverywhere {
  /** Without what was taken out; a wrong `--lang` stays, for the verb to refuse. */
  readonly args: readonly string[];
  readonly language: Language;
  readonly colours: "as the terminal can" | "none";
}

/** Takes out what every verb takes, wherever it stands before `--`: the language of the very first error follows. */
export function takeEverywhere(
  all: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): TakenEverywhere {
  const args = [...all];
  const end = (): number => (args.includes("--") ? args.indexOf("--") : args.length);
  let language = languageOf(env);
  let colours: TakenEverywhere["colours"] = env["NO_COLOR"] ? "none" : "as the terminal can";
  for (let at = 0; at < end(); at++) {
    const [, inline] = /^--lang=(.*)$/s.exec(args[at] ?? "") ?? [];
    const named = args[at] === "--lang" ? args[at + 1] : inline;
    if (named === "vi" || named === "en") {
      language = named;
      args.splice(at--, inline === undefined ? 2 : 1);
    } else if (args[at] === "--no-color") {
      colours = "none";
      args.splice(at--, 1);
    }
  }
  return { args, language, colours };
}

function languageOf({ LANG, LC_ALL, LC_MESSAGES }: Readonly<Record<string, string | undefined>>): Language {
  return (LC_ALL || LC_MESSAGES || LANG || "").startsWith("vi") ? "vi" : "en";
}
