import { renderText, say } from "../../drivers/core/message.js";
import { optionRows, paragraphs, tabulated } from "./grammar/help-text.js";
import { EVERYWHERE } from "./grammar/shared-options.js";
import type { Io } from "./io.js";
import { CLI_MESSAGES as M } from "./messages.js";
import { VERBS } from "./verbs.js";

/** What `tram --help` prints: every verb with its line. */
export async function usage({
  columns,
  language,
  version,
}: Pick<Io, "columns" | "language" | "version">): Promise<string> {
  const verbs = await Promise.all(Object.values(VERBS).map((load) => load()));
  const text = (message: Parameters<typeof say<never>>[0]): string => renderText(say(message), language);
  const list = verbs.map(({ name, summary }) => [name, text(summary)] as const);
  const options = optionRows({ options: EVERYWHERE }, language);
  return [
    ...paragraphs(renderText(say(M.usage_title, { version }), language), columns),
    "",
    ...paragraphs(text(M.usage_form), columns),
    "",
    ...tabulated(list, columns),
    "",
    ...tabulated([...options, ["-v, --version", text(M.version_about)]], columns),
    "",
    ...paragraphs(text(M.usage_more), columns),
  ].join("\n");
}
