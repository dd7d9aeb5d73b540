import type { SystemClock } from "../../../drivers/core/clock.js";
import { given } from "../../../drivers/core/given.js";
import { renderText, say } from "../../../drivers/core/message.js";
import { runUnknownBus } from "../../../simulators/run-unknown-bus.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import { openLibrary, readLibrary } from "../profiles/profile-library.js";
import { PROFILE_VERB_MESSAGES } from "../profiles/profile-messages.js";
import { tellSaid } from "../tell-said.js";
import type { UNKNOWN_BUS } from "./simulate-grammar.js";

/** `tram simulate unknown-bus`: five devices as somebody left them, for `tram scan` to find. */
export async function simulateUnknownBus(
  { link, mixed, seed }: AskedOf<typeof UNKNOWN_BUS>["options"],
  clock: SystemClock,
  io: Io,
): Promise<ExitCode> {
  const title = renderText(say(PROFILE_VERB_MESSAGES.reading), io.language);
  const { profiles } = await readLibrary(openLibrary(io), io, title);
  const settings = mixed ? "mixed" : "shared";
  await runUnknownBus(
    profiles,
    given({ link, seed, settings } as const),
    clock,
    (said) => tellSaid(io, said),
    io.signal,
  );
  return 0;
}
