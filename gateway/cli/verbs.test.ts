import t from "tap";
import type { Language } from "../../drivers/core/message.js";
import type { Command, Value } from "./grammar/command.js";
import { ANY_OPTIONS, exampleText } from "./grammar/help-text.js";
import { readCommand, route } from "./grammar/read-command.js";
import { helpOf } from "./grammar/verb.js";
import { displayWidth } from "./table.js";
import { usage } from "./usage.js";
import { VERBS } from "./verbs.js";

const LANGUAGES: readonly Language[] = ["vi", "en"];

/** Every verb and part, under its name. */
async function allCommands(): Promise<ReadonlyMap<string, Command>> {
  const found = new Map<string, Command>();
  const add = async (name: string, command: Command): Promise<void> => {
    found.set(name, command);
    for (const [part, load] of Object.entries(command.parts ?? {}))
      await add(`${name} ${part}`, await load());
  };
  for (const [name, load] of Object.entries(VERBS)) {
    const verb = await load();
    t.equal(verb.name, name);
    await add(name, verb.command);
  }
  return found;
}

/** As a shell would split it, without what the shell does itself. */
function wordsOf(line: string): string[] {
  const [own = ""] = line.split(" > ");
  return (own.match(/(?:"[^"]*"|[^\s"])+/g) ?? []).map((word) => word.replaceAll('"', ""));
}

t.test("what is declared is understood: examples, defaults, forms", async (t) => {
  const commands = await allCommands();
  t.ok(commands.size >= 13, `${commands.size} commands`);
  for (const [name, command] of commands) {
    t.ok(command.examples.length > 0, `${name} has an example`);
    for (const example of command.examples.flatMap((one) => LANGUAGES.map((l) => exampleText(one, l)))) {
      const [verb = "", ...args] = wordsOf(example);
      const top = commands.get(verb);
      t.ok(top && name.startsWith(verb), `${name}: ${example}`);
      if (!top) continue;
      const routed = await route(top, verb, args);
      t.doesNotThrow(() => readCommand(routed.command, routed.verb, routed.args), example);
    }
    for (const [option, { kind, otherwise, short }] of Object.entries<Value>(command.options)) {
      t.match(option, /^[a-z][a-z0-9-]*$/);
      if (short !== undefined) t.match(short, /^[a-z]$/);
      if (otherwise !== undefined)
        t.not(kind?.read(otherwise), undefined, `${name} --${option} ${otherwise}`);
      if (kind)
        t.not(kind.read(kind.example.replaceAll('"', "")), undefined, `${name} --${option}: its example`);
    }
    const known = [...Object.keys(command.args), ...Object.keys(command.options)];
    for (const word of (command.forms ?? []).flat()) {
      const isKnown = word === ANY_OPTIONS || known.includes(word.replace(/\?$/, ""));
      t.ok(isKnown, `${name}: ${word} of its forms`);
    }
  }
});

t.test("the same word means the same in each verb", async (t) => {
  const shorts = new Map<string, string>();
  const names = new Map<string, boolean>();
  for (const [name, { options }] of await allCommands()) {
    for (const [option, { kind, short }] of Object.entries<Value>(options)) {
      t.equal(
        kind !== undefined,
        names.get(option) ?? kind !== undefined,
        `${name} --${option} takes a value`,
      );
      names.set(option, kind !== undefined);
      if (short === undefined) continue;
      t.equal(shorts.get(short) ?? option, option, `${name} -${short}`);
      shorts.set(short, option);
    }
  }
  t.equal(shorts.get("c"), "config");
  t.equal(shorts.get("o"), "out");
});

t.test("help fits the terminal, in both languages", async (t) => {
  for (const language of LANGUAGES) {
    for (const [name, command] of await allCommands()) {
      const wide = await helpOf(command, name, { columns: 80, language });
      const narrow = await helpOf(command, name, { columns: 40, language });
      for (const line of wide.split("\n")) t.ok(displayWidth(line) <= 80, line);
      // What would be wrong when it is broken stays whole: a path, an option with its choices.
      const long = narrow.split("\n").filter((line) => displayWidth(line) > 40);
      for (const line of long) {
        t.match(line, /^ *(?:\[?-\S+ )?\S+$/, `${name}: ${line}`);
        t.ok(displayWidth(line) <= 60, line);
      }
      for (const option of Object.keys(command.options)) t.match(wide, `--${option}`, name);
      t.match(wide, `tram ${name}`);
      t.notMatch(wide, /\{\w+\}|undefined|\u00a0/);
    }
    for (const columns of [40, 80]) {
      const whole = await usage({ columns, language, version: "1" });
      for (const line of whole.split("\n")) t.ok(displayWidth(line) <= columns, line);
      for (const name of Object.keys(VERBS)) t.match(whole, new RegExp(`^ {2}${name}\\b`, "m"));
    }
  }
});
