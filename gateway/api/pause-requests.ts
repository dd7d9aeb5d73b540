import type { IncomingMessage, ServerResponse } from "node:http";
import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { type Language, say } from "../../drivers/core/message.js";
import { LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS, type UplinkPauses } from "../core/uplink-pause.js";
import { readBody } from "./device-state.js";
import { give, refuse } from "./giving.js";
import { API_MESSAGES as M } from "./messages.js";

/*
 * POST /v1/uplinks/<id>/pause {seconds, by} and POST /v1/uplinks/<id>/resume {by}. Whoever may open the socket may send
 * them, as with the other requests.
 */

const Line = Type.RegExp(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, { minLength: 1, maxLength: 120 });
const STRICT = { additionalProperties: false } as const;
const Seconds = Type.Number({ minimum: SHORTEST_PAUSE_MS / 1000, maximum: LONGEST_PAUSE_MS / 1000 });
const pauseBody = TypeCompiler.Compile(Type.Object({ seconds: Seconds, by: Line }, STRICT));
const resumeBody = TypeCompiler.Compile(Type.Object({ by: Line }, STRICT));

export interface PausePath {
  readonly uplink: string;
  readonly verb: "pause" | "resume";
}

/** Undefined for every other path. */
export function pausePathOf(path: string): PausePath | undefined {
  const [, uplink, verb] = /^\/v1\/uplinks\/([A-Za-z0-9._-]{1,100})\/(pause|resume)$/.exec(path) ?? [];
  return uplink === undefined || (verb !== "pause" && verb !== "resume") ? undefined : { uplink, verb };
}

export async function answerPause(
  pauses: UplinkPauses,
  { uplink, verb }: PausePath,
  request: IncomingMessage,
  response: ServerResponse,
  language: Language,
): Promise<void> {
  const body = jsonOf((await readBody(request)) ?? "");
  const answer =
    verb === "pause"
      ? pauseBody.Check(body) && pauses.pause({ uplink, forMs: Math.round(body.seconds * 1000), by: body.by })
      : resumeBody.Check(body) && pauses.resume(uplink, body.by);
  if (!answer) refuse(response, 400, say(M.bad_pause), language);
  else if ("refused" in answer) refuse(response, 409, answer.refused, language);
  else give(response, answer.pause);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
