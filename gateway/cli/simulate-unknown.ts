import type { SystemClock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { render } from "../../drivers/core/message.js";
import { SIMULATOR_MESSAGES as M } from "../../simulators/messages.js";
import { runUnknownBus } from "../../simulators/run-unknown-bus.js";
import { asText, readArguments } from "./arguments.js";
import { openLibrary } from "./profile-library.js";
import type { ExitCode, Io } from "./verb.js";

/** `tram simulate unknown-bus`: five devices as somebody left them, for `tram scan` to find. */
export async function simulateUnknownBus(
  args: readonly string[],
  clock: SystemClock,
  io: Io,
): Promise<ExitCode> {
  const { options, rest } = readArguments("simulate", args, {
    link: { type: "string" },
    seed: { type: "string" },
  });
  const link = asText(options["link"]);
  const seed = asText(options["seed"]) ?? "1";
  const [strange] = rest;
  if (strange !== undefined) throw new ConfigurationError(M.wrong_option, { option: strange });
  if (!/^\d{1,15}$/.test(seed)) throw new ConfigurationError(M.wrong_option, { option: `--seed ${seed}` });
  const library = openLibrary(io);
  const profiles = library.ids().flatMap((id) => library.get(id)?.profile ?? []);
  const own = { seed: Number(seed), ...(link !== undefined && { link }) };
  await runUnknownBus(
    profiles,
    own,
    clock,
    (said) => {
      io.stdout.write(`${render(said, io.language)}\n`);
    },
    io.signal,
  );
  return 0;
}
