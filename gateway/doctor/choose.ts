import type { Message, ParamValue, Said } from "../../drivers/core/message.js";

/** As `say`, for one of several entries: `params` has what any of them needs. */
export function choose(entry: Message<never>, params: Readonly<Record<string, ParamValue>>): Said {
  return { message: entry as Message, params };
}
