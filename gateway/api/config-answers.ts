import type { IncomingMessage, ServerResponse } from "node:http";
import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { type Language, say } from "../../drivers/core/message.js";
import { changeJson } from "../core/config-change.js";
import {
  type ChangeAnswer,
  type ConfigChanges,
  LONGEST_CONFIRM_MS,
  type PlanAnswer,
  SHORTEST_CONFIRM_MS,
} from "../core/config-changes.js";
import { readBody } from "./device-state.js";
import { give, refusal, refuse } from "./giving.js";
import { API_MESSAGES as M } from "./messages.js";

/*
 * GET /v1/config, and POST /v1/config/plan {text}, /apply {text, by, confirm_ms}, /confirm {by}, /revert {by}. Whoever may open the
 * socket may send them, as with the other requests.
 */

/** A gateway.yaml is smaller. */
const MOST_BYTES = 2_000_000;
const Line = Type.RegExp(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, { minLength: 1, maxLength: 120 });
const STRICT = { additionalProperties: false } as const;
const applyBody = TypeCompiler.Compile(
  Type.Object(
    {
      text: Type.String({ minLength: 1 }),
      by: Line,
      confirm_ms: Type.Integer({ minimum: SHORTEST_CONFIRM_MS, maximum: LONGEST_CONFIRM_MS }),
    },
    STRICT,
  ),
);
const planBody = TypeCompiler.Compile(Type.Object({ text: Type.String({ minLength: 1 }) }, STRICT));
const byBody = TypeCompiler.Compile(Type.Object({ by: Line }, STRICT));

export type ConfigVerb = "plan" | "apply" | "confirm" | "revert";

/** Undefined for every other path. */
export function configVerbOf(path: string): ConfigVerb | undefined {
  const [, verb] = /^\/v1\/config\/(plan|apply|confirm|revert)$/.exec(path) ?? [];
  return verb as ConfigVerb | undefined;
}

export function giveConfig(changes: ConfigChanges, response: ServerResponse): void {
  const [pending, ended] = [changes.pending(), changes.ended()];
  give(response, { ...changes.running(), ...(pending && { pending }), ...(ended && { ended }) });
}

export async function answerConfig(
  changes: ConfigChanges,
  verb: ConfigVerb,
  request: IncomingMessage,
  response: ServerResponse,
  language: Language,
): Promise<void> {
  const body = jsonOf((await readBody(request, MOST_BYTES)) ?? "");
  const answer = await answerOf(changes, verb, body);
  if (!answer) refuse(response, 400, say(M.not_as_it_must_be), language);
  else if ("refused" in answer) give(response, refusal(answer.refused, language), 409);
  else give(response, plain(answer));
}

async function answerOf(
  changes: ConfigChanges,
  verb: ConfigVerb,
  body: unknown,
): Promise<ChangeAnswer | PlanAnswer | undefined> {
  if (verb === "plan") return planBody.Check(body) ? changes.plan(body.text) : undefined;
  if (verb === "apply") {
    if (!applyBody.Check(body)) return undefined;
    return changes.apply({ text: body.text, by: body.by, confirmMs: body.confirm_ms });
  }
  return byBody.Check(body) ? changes[verb](body.by) : undefined;
}

function plain(answer: Exclude<ChangeAnswer | PlanAnswer, { readonly refused: unknown }>): object {
  return "change" in answer ? { ...answer, change: changeJson(answer.change) } : answer;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
