import type { IncomingMessage, ServerResponse } from "node:http";
import { asError, TramError } from "../../drivers/core/errors.js";
import { type Language, say } from "../../drivers/core/message.js";
import type { PointAccess } from "../core/point-access.js";
import { readBody } from "./device-state.js";
import { give, refusal, refuse } from "./giving.js";
import { API_MESSAGES } from "./messages.js";
import { parseReadWish, parseWriteWish } from "./point-requests.js";

/** POST /v1/read. A client that leaves is no longer asked for. */
export async function answerRead(
  access: PointAccess,
  request: IncomingMessage,
  response: ServerResponse,
  language: Language,
): Promise<void> {
  const text = await readBody(request);
  const wish = text === undefined ? undefined : parseReadWish(text);
  if (!wish) {
    refuse(response, 400, say(API_MESSAGES.not_as_it_must_be), language);
    return;
  }
  const left = new AbortController();
  response.once("close", () => left.abort());
  await answer(response, language, () =>
    "names" in wish ? access.read(wish, language, left.signal) : access.readRaw(wish, language, left.signal),
  );
}

/** POST /v1/write. What was asked for is carried out and audited, whether or not the client waits for the answer. */
export async function answerWrite(
  access: PointAccess,
  request: IncomingMessage,
  response: ServerResponse,
  language: Language,
): Promise<void> {
  const text = await readBody(request);
  const wish = text === undefined ? undefined : parseWriteWish(text);
  if (!wish) {
    refuse(response, 400, say(API_MESSAGES.not_as_it_must_be), language);
    return;
  }
  await answer(response, language, () => access.write(wish, language));
}

async function answer(
  response: ServerResponse,
  language: Language,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    give(response, await work());
  } catch (thrown) {
    const error = asError(thrown);
    if (!(error instanceof TramError)) {
      refuse(response, 500, say(API_MESSAGES.failed, { problem: error.message }), language);
      return;
    }
    const status = error.class === "configuration" ? 400 : 503;
    give(response, { ...refusal(error.said, language), class: error.class }, status);
  }
}
