import { SystemClock } from "../../../drivers/core/clock.js";
import { given } from "../../../drivers/core/given.js";
import type { Said } from "../../../drivers/core/message.js";
import { command } from "../grammar/command.js";
import { verb } from "../grammar/verb.js";
import type { ExitCode, Io } from "../io.js";
import { tellSaid } from "../tell-said.js";
import { placeOfDevice, placesByConnection, type SimulateAsked, whatToSimulate } from "./simulate-choice.js";
import { FLEET } from "./simulate-fleet-grammar.js";
import { LESSON, SIMULATE, UNKNOWN_BUS } from "./simulate-grammar.js";

/** The port that `--broker` means: MQTT's own. */
const BROKER_PORT = 1883;
/** A scenario is of the delta: a moment without a zone is its local time. */
const ZONE = "Asia/Ho_Chi_Minh";

const newClock = (): SystemClock => new SystemClock("simulation");

/** `tram simulate pump-station`, `--profile maker/model`, `--from gateway.yaml`: what is not there, until Ctrl-C. */
export const simulate = verb(
  SIMULATE,
  async (asked, io) => {
    const what = whatToSimulate(asked);
    if (what === "profile") return runDevice(asked, io);
    if (what === "replay") {
      const { simulateReplay } = await import("./simulate-replay.js");
      return simulateReplay(asked.options, newClock(), io);
    }
    return runSite(asked, io);
  },
  {
    lesson: async () =>
      command(LESSON, async ({ args, options }, io) => {
        const { simulateLesson } = await import("./simulate-lesson.js");
        const { "broker-port": brokerPort, ...others } = options;
        return simulateLesson(given({ ...others, ...args, brokerPort }), newClock(), io);
      }),
    "unknown-bus": async () =>
      command(UNKNOWN_BUS, async ({ options }, io) => {
        const { simulateUnknownBus } = await import("./simulate-unknown.js");
        return simulateUnknownBus(options, newClock(), io);
      }),
    fleet: async () =>
      command(FLEET, async (asked, io) => {
        const { simulateFleet } = await import("./simulate-fleet.js");
        return simulateFleet(asked, newClock(), io);
      }),
  },
);

async function runSite({ args, options }: SimulateAsked, io: Io): Promise<ExitCode> {
  const { "broker-port": brokerPort, broker, control, from, json, page, scenario } = options;
  const { seed, speed, start, state } = options;
  const { simulateFrom } = await import("./simulate-from.js");
  const { siteFiles } = await import("./simulate-site.js");
  const files = args.site === undefined ? { file: from ?? "", scenario } : siteFiles(args.site, io.root);
  const wished = {
    ...files,
    ...{ control, page, seed, speed, state },
    start: start?.in(ZONE),
    brokerPort: brokerPort ?? (broker ? BROKER_PORT : undefined),
  };
  return simulateFrom(
    { ...given(wished), file: files.file, json, ports: placesByConnection(options.port) },
    newClock(),
    io,
  );
}

async function runDevice({ options }: SimulateAsked, io: Io): Promise<ExitCode> {
  const { option, profile = "", seed, unit, variant } = options;
  const { port: link, tcpPort } = placeOfDevice(options);
  const { openLibrary } = await import("../profiles/profile-library.js");
  const { findProfile } = await import("../../../simulators/find-profile.js");
  const { runProfile } = await import("../../../simulators/run-profile.js");
  const fitting = given({ variant, options: option.length > 0 ? Object.fromEntries(option) : undefined });
  const found = findProfile(openLibrary(io), profile, fitting);
  const tell = (said: Said): void => tellSaid(io, said);
  await runProfile(found, given({ link, tcpPort, unit, seed }), newClock(), tell, io.signal);
  return 0;
}
