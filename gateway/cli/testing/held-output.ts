import { TypeCompiler } from "@sinclair/typebox/compiler";
import { strict } from "../../contract/strict-schema.js";
import { OUTPUTS, type OutputName } from "../output/outputs.js";

const checks = new Map<OutputName, ReturnType<typeof TypeCompiler.Compile>>();

/** What a verb printed with `--json`, parsed and held against its schema: a key that stands in none is refused too. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into what they expect
export function heldOutput(name: OutputName, printed: string): any {
  const value: unknown = JSON.parse(printed);
  const check = checks.get(name) ?? TypeCompiler.Compile(strict(OUTPUTS[name]));
  checks.set(name, check);
  const [first, ...others] = [...check.Errors(value)];
  if (!first) return value;
  const problem = `${first.path || "/"}: ${first.message}, found ${JSON.stringify(first.value)?.slice(0, 200)}`;
  throw new Error(`${name}: ${problem}${others.length > 0 ? ` and ${others.length} more` : ""}`);
}
