import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { say } from "../../../drivers/core/message.js";
import { flag, optional, repeated } from "../grammar/command.js";
import { FILE, text } from "../grammar/kinds.js";
import { CONFIG, JSON_OUTPUT } from "../grammar/shared-options.js";
import { verb } from "../grammar/verb.js";
import type { ExitCode, Io } from "../io.js";
import { tellSaid } from "../tell-said.js";
import type { Asked, SeenPort } from "./init-ask.js";
import { secretPath } from "./init-defaults.js";
import { INIT_MESSAGES as M } from "./init-messages.js";
import { setsOf } from "./init-set.js";

export const init = verb(
  {
    name: "init",
    summary: M.init_summary,
    about: M.about,
    args: { file: optional(FILE, M.file_about) },
    options: {
      config: CONFIG,
      yes: flag(M.yes, { short: "y" }),
      set: repeated(text('name="Cống Rạch Mọp"', M.word_set), M.set),
      replace: flag(M.replace),
      json: JSON_OUTPUT,
    },
    examples: ["init", 'init --yes --set name="Cống Rạch Mọp" --set broker=mqtt.province.vn'],
  },
  async ({ args, options }, io) => {
    const sets = setsOf(options.set);
    const file = resolve(args.file ?? options.config ?? "gateway.yaml");
    const { json, replace } = options;
    const { listPorts } = await import("../../../drivers/line/list-ports.js");
    if (options.yes) {
      if (existsSync(file) && !replace) throw new ConfigurationError(M.file_exists, { file });
      const { answersFrom } = await import("./init-set.js");
      const answers = answersFrom(sets, dirname(file), await listPorts(), io);
      return finish(file, { answers, password: undefined }, json, io);
    }
    if (sets.size > 0) throw new ConfigurationError(M.set_needs_yes);
    const input = io.stdin ?? process.stdin;
    if (!("isTTY" in input && input.isTTY === true) || !io.isTerminal)
      throw new ConfigurationError(M.needs_terminal);
    const asked = await askOnTerminal(file, replace, await listPorts(), io);
    return asked ? finish(file, asked, json, io) : 1;
  },
);

/** Undefined when it was given up. */
async function askOnTerminal(
  file: string,
  replace: boolean,
  ports: readonly SeenPort[],
  io: Io,
): Promise<Asked | undefined> {
  const { Dialogue, Interrupted } = await import("./init-dialogue.js");
  const { askAll } = await import("./init-ask.js");
  const dialogue = new Dialogue(io);
  const secret = secretPath(file);
  try {
    dialogue.say(say(M.welcome));
    const willing =
      replace || !existsSync(file) || (await dialogue.confirm(say(M.ask_replace, { file }), false));
    if (willing) {
      const options = { folder: dirname(file), ports, secret: { path: secret, exists: existsSync(secret) } };
      let asked: Asked | undefined;
      do {
        asked = await askAll(dialogue, io, options, asked);
        if (await dialogue.confirm(say(M.ask_write, { file }), true)) return asked;
      } while (await dialogue.confirm(say(M.ask_again), true, say(M.about_again)));
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    io.stdout.write("\n");
  } finally {
    dialogue.close();
  }
  tellSaid(io, say(M.interrupted));
  return undefined;
}

async function finish(file: string, { answers, password }: Asked, json: boolean, io: Io): Promise<ExitCode> {
  const { writeInit } = await import("./init-write.js");
  const { initYaml } = await import("./init-yaml.js");
  const secret = secretPath(file);
  const hasPassword = password !== undefined || existsSync(secret);
  const schema = `${io.root.replace(/\/$/, "")}/config/schema/gateway.schema.json`;
  const yaml = initYaml(answers, { language: io.language, schema, hasPassword });
  const { backup } = await writeInit({ file, yaml, secret: { path: secret, password } }, io);
  if (json) {
    io.stdout.write(`${JSON.stringify({ file, backup: backup ?? null, id: answers.id })}\n`);
    return 0;
  }
  const near = relative(process.cwd(), file);
  const shown = near.length < file.length && !near.startsWith("..") ? near : file;
  io.stdout.write("\n");
  tellSaid(io, say(M.written, { file: shown }));
  if (backup !== undefined) tellSaid(io, say(M.kept_old, { file: backup }));
  if (password !== undefined) tellSaid(io, say(M.secret_written, { file: secret }));
  else if (answers.broker !== undefined && !hasPassword)
    tellSaid(io, say(M.password_later, { file: secret }));
  io.stdout.write("\n");
  tellSaid(io, say(M.next_steps, { file: shown, path: file }));
  return 0;
}
