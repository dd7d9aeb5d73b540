import { say } from "../../drivers/core/message.js";
import { check } from "../../drivers/profiles/check.js";
import { nearest } from "../../drivers/profiles/suggest.js";
import { World, type WorldOptions } from "../process/world.js";
import { MODELS } from "./catalogue.js";
import { parseFormula } from "./formula.js";
import { SCENARIO_MESSAGES as M } from "./messages.js";
import { Parts, ReferenceProblem, unknownInput, unknownSignal } from "./parts.js";
import type { ScenarioFile } from "./scenario-file.js";
import { partSchema } from "./schema.js";

/** Part of a signal's name, so no `-`, which formulas subtract with. */
const PART_NAME = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;

/**
 * The world that a scenario describes, joined and set, after it has run for so long. What is wrong is reported to the file;
 * undefined then.
 */
export function buildWorld(scenario: ScenarioFile, options: WorldOptions, settleMs = 0): World | undefined {
  const { written, source } = scenario;
  const before = scenario.errors;
  const world = new World(options);
  const parts = new Parts(world);
  for (const name of Object.keys(written.parts)) addPart(scenario, world, parts, name);
  // A part that is missing would be told again by all who are joined to it.
  if (scenario.errors > before) return undefined;
  for (const { part, problem } of parts.unknownNames()) scenario.report(["parts", part], problem);
  for (const [input, formula] of Object.entries(written.connect ?? {})) {
    const path = ["connect", input];
    scenario.tell(path, () => join(world, input, String(formula)));
  }
  for (const [input, value] of Object.entries(written.set ?? {})) {
    const found = world.input(input);
    if (found) found.write(value);
    else scenario.report(["set", input], unknownInput(world, input));
  }
  if (source.errors > before) return undefined;
  world.run(Math.max(world.stepMs, settleMs) / 1000);
  return world;
}

function addPart(scenario: ScenarioFile, world: World, parts: Parts, name: string): void {
  const { source } = scenario;
  const path = ["parts", name];
  if (!PART_NAME.test(name)) {
    source.report(path, say(M.bad_name, { name }), { on: "key" });
    return;
  }
  const word = source.document.getIn([...path, "model"]);
  const model = MODELS.get(String(word));
  const schema = partSchema(String(word));
  if (!model || !schema) {
    const near = nearest(String(word), MODELS.keys());
    const hint =
      near === undefined ? say(M.known, { names: [...MODELS.keys()].join(", ") }) : say(M.similar, { near });
    source.report([...path, "model"], say(M.unknown_model, { name: String(word ?? "") }), { hint });
    return;
  }
  const { ok, value } = check(source, path, schema);
  if (!ok) return;
  parts.of(name, () =>
    scenario.tell(path, () => {
      world.add(name, model.make(value, parts, world.seedOf(name)));
    }),
  );
}

function join(world: World, input: string, text: string): void {
  const formula = parseFormula(text);
  if (typeof formula === "string") throw new ReferenceProblem(say(M.bad_formula, { text, at: formula }));
  if (!world.input(input)) throw unknownInput(world, input);
  const missing = formula.names.find((name) => !world.signal(name));
  if (missing !== undefined) throw unknownSignal(world, missing);
  world.drive(input, () => formula.compute((name) => world.signal(name)?.read() ?? 0));
}
