import { ConfigurationError } from "../../drivers/core/errors.js";
import { asText, readArguments } from "./arguments.js";
import { PROFILE_VERB_MESSAGES as M } from "./profile-messages.js";
import type { ExitCode, Io, Verb } from "./verb.js";

/** `tram profiles`: the library of device profiles. Needs no gateway. */
export const profiles: Verb = {
  name: "profiles",
  summary: M.summary,
  help: M.help,
  async run(args, io): Promise<ExitCode> {
    const { chosen, others } = optionsOf(args);
    const { options, rest } = readArguments("profiles", others, {
      category: { type: "string" },
      show: { type: "string" },
      variant: { type: "string" },
      check: { type: "boolean" },
    });
    const json = options["json"] === true;
    const id = asText(options["show"]);
    const isCheck = options["check"] === true;
    if (id !== undefined && (isCheck || rest.length > 0)) throw new ConfigurationError(M.one_at_a_time);
    if (isCheck) return (await import("./profile-check.js")).checkProfiles(rest, json, io);
    if (id !== undefined) return show(id, asText(options["variant"]), chosen, json, io);
    const { listProfiles } = await import("./profile-list.js");
    return listProfiles({ words: rest, category: asText(options["category"]), json }, io);
  },
};

async function show(
  id: string,
  variant: string | undefined,
  chosen: readonly string[],
  json: boolean,
  io: Io,
): Promise<ExitCode> {
  const { showProfile } = await import("./profile-show.js");
  const pairs = chosen.map((text): [string, string] => {
    const [name = "", ...value] = text.split("=");
    return [name.trim(), value.join("=").trim()];
  });
  const options = pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
  return showProfile({ id, json, variant, options }, io);
}

/** `--option` may be there several times. */
function optionsOf(args: readonly string[]): { chosen: readonly string[]; others: readonly string[] } {
  const chosen: string[] = [];
  const others: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--option") chosen.push(args[++at] ?? "");
    else if (arg.startsWith("--option=")) chosen.push(arg.slice("--option=".length));
    else others.push(arg);
  }
  return { chosen, others };
}
