import { say } from "../core/message.js";
import type { WriteOutcome } from "../core/writer.js";
import type { Ask } from "./ask.js";
import { BUSY_CODES, whereOf } from "./failures.js";
import type { Reply } from "./pdu-client.js";
import { WRITE_MESSAGES as M } from "./write-messages.js";

/** What is to be said of the reply to a write, undefined for none; nothing of a confirmation. Pure. */
export function writeProblem(
  ask: Ask,
  reply: Reply | undefined,
  connection: string,
): Pick<WriteOutcome, "problem"> {
  if (reply?.kind === "data") return {};
  const where = whereOf(ask, connection);
  if (reply?.kind !== "exception") return { problem: say(M.not_confirmed, where) };
  const { exception } = reply;
  const facts = { ...where, exception, function: ask.function };
  if (BUSY_CODES.includes(exception)) return { problem: say(M.busy, facts) };
  switch (exception) {
    case 1:
      return { problem: say(M.refused_function, facts) };
    case 2:
      return { problem: say(M.refused_address, facts) };
    case 3:
      return { problem: say(M.refused_value, facts) };
    case 10:
    case 11:
      return { problem: say(M.refused_gateway, facts) };
    default:
      return { problem: say(M.refused_failure, facts) };
  }
}
