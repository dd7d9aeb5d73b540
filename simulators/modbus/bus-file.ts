import { readFile, stat } from "node:fs/promises";
import { MAX_BUS_TEXT } from "../../drivers/core/bus-text.js";
import { asError, ConfigurationError } from "../../drivers/core/errors.js";
import { CORE_MESSAGES } from "../../drivers/core/messages.js";
import { REPLAY_MESSAGES as M } from "./messages.js";

/** The text of a recording. Throws ConfigurationError for a file that cannot be read or is too large. */
export async function readBusFile(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_BUS_TEXT) return await readFile(file, "utf8");
  } catch (error) {
    throw new ConfigurationError(M.no_file, { file, problem: asError(error).message }, { cause: error });
  }
  throw new ConfigurationError(CORE_MESSAGES.bus_text_big, { file, most: MAX_BUS_TEXT / 1e6 });
}
