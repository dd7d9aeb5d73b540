import { gunzipSync } from "node:zlib";
import type { TSchema } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { MESSAGE_SCHEMAS, type MessageName, messageName } from "./message-schemas.js";
import { strict } from "./strict-schema.js";
import { parseTopic } from "./topics.js";

type Check = ReturnType<typeof TypeCompiler.Compile<TSchema>>;

const checks = new Map<MessageName, Check>();

/**
 * What is wrong with a message that a gateway publishes: for tests and demonstrations. Unlike a reader, which
 * ignores keys that it does not know, this refuses them: whatever is published stands in the schemas.
 */
export function contractProblems(topic: string, payload: string | Uint8Array): readonly string[] {
  const parsed = parseTopic(topic);
  if (!parsed) return [`${topic} is no topic of the contract`];
  const device = "device" in parsed ? parsed.device : undefined;
  // Clears the birth of a device that was removed.
  if (payload.length === 0) return device === undefined ? [`${topic}: empty`] : [];
  let body: unknown;
  try {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    const text = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (error) {
    return [`${topic}: ${error instanceof Error ? error.message : String(error)}`];
  }
  const name = messageName(parsed.kind, device, body);
  if (!name) return [`${topic}: no message goes there`];
  const problems = [...strictCheck(name).Errors(body)].map(
    ({ message, path }) => `${topic}${path}: ${message}`,
  );
  const told = (body as { device?: unknown }).device;
  if (name === "birth-device" && told !== device) problems.push(`${topic}: is about ${String(told)}`);
  return problems;
}

function strictCheck(name: MessageName): Check {
  const known = checks.get(name);
  if (known) return known;
  const check = TypeCompiler.Compile(strict(MESSAGE_SCHEMAS[name]));
  checks.set(name, check);
  return check;
}
