import { findConfig } from "../find-config.js";
import { command, repeated } from "../grammar/command.js";
import { text } from "../grammar/kinds.js";
import { type Verb, verbOf } from "../grammar/verb.js";
import type { Io } from "../io.js";
import { CLI_MESSAGES as M } from "../messages.js";
import { BASH_SCRIPT, FILES_TOO } from "./completion-script.js";
import { completionAt, type Lookup } from "./completion-words.js";

/** An empty word is one too: the cursor stands behind a space. */
const TYPED = { ...text("run"), read: (written: string) => written };

/** `tram completion bash`: what a shell needs to complete a line of any of `verbs`. */
export function completionOf(verbs: Readonly<Record<string, () => Promise<Verb>>>): Verb {
  return verbOf({
    name: "completion",
    summary: M.completion_summary,
    about: M.completion_about,
    args: {},
    options: {},
    examples: ["completion bash"],
    parts: {
      bash: async () =>
        command(
          {
            name: "bash",
            summary: M.completion_bash_summary,
            about: M.completion_bash_about,
            args: {},
            options: {},
            examples: ["completion bash > ~/.local/share/bash-completion/completions/tram"],
          },
          async (_asked, io) => {
            io.stdout.write(BASH_SCRIPT);
            return 0;
          },
        ),
      words: async () =>
        command(
          {
            name: "words",
            summary: M.completion_words_summary,
            about: M.completion_words_about,
            args: { words: repeated(TYPED, M.completion_typed) },
            options: {},
            examples: ["completion words -- buffer sh"],
          },
          async ({ args: { words } }, io) => {
            const { files, words: fitting } = await completionAt(words, verbs, lookupOf(io));
            for (const word of fitting) io.stdout.write(`${word}\n`);
            if (files) io.stdout.write(`${FILES_TOO}\n`);
            return 0;
          },
        ),
    },
  });
}

function lookupOf(io: Io): Lookup {
  return async (source, typed, named) => {
    const { configuredWords } = await import("./configured-words.js");
    return configuredWords(source, typed, {
      config: configInUse(named, io),
      root: io.root,
    });
  };
}

function configInUse(named: string | undefined, io: Io): string | undefined {
  try {
    return findConfig("completion", named, io);
  } catch {
    return undefined;
  }
}
