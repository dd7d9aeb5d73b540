import type { Clock } from "../../../drivers/core/clock.js";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { renderText, type Said } from "../../../drivers/core/message.js";
import { REPLAY_DEVICE_MESSAGES as M } from "../../../simulators/replay/messages.js";
import type { ReplayEvent } from "../../../simulators/replay/run-replay.js";
import type { ExitCode, Io } from "../io.js";
import { tellSaid } from "../tell-said.js";
import { placeOfDevice, refusePair, type SimulateAsked } from "./simulate-choice.js";
import { SIMULATE_MESSAGES as S } from "./simulate-messages.js";

type Options = SimulateAsked["options"];

/** `tram simulate --replay bus.txt`: devices that answer as they did when the bus was recorded. */
export async function simulateReplay(options: Options, clock: Clock, io: Io): Promise<ExitCode> {
  const { exact, json, loop, once, replay: file = "" } = options;
  // A device goes around by itself; what is exact has an end of its own.
  if (loop && !exact) throw new ConfigurationError(S.loop_without_exact);
  if (once && exact) refusePair("--once", "--exact");
  if (exact) return replayExactly(options, clock, io);
  const { runReplay } = await import("../../../simulators/replay/run-replay.js");
  const tell = (event: ReplayEvent): void => {
    if (json) io.stdout.write(`${JSON.stringify(asJson(event, io))}\n`);
    else for (const said of event.said) tellSaid(io, said);
  };
  const how = { file, after: once ? "stay" : "again", ...placeOfDevice(options) } as const;
  await runReplay(how, clock, tell, io.signal);
  return 0;
}

/** Until it was played, or Ctrl-C. */
async function replayExactly(
  { json, loop, port: ports, replay: file = "", tcp }: Options,
  clock: Clock,
  io: Io,
): Promise<ExitCode> {
  if (tcp !== undefined) throw new ConfigurationError(M.exact_on_tcp);
  const { port } = placeOfDevice({ port: ports, tcp });
  const { startReplay } = await import("../../../simulators/modbus/replay.js");
  const { untilAborted } = await import("../../../simulators/until-aborted.js");
  const tell = (said: Said): void => {
    const { code } = said.message;
    const text = renderText(said, io.language);
    if (json) io.stdout.write(`${JSON.stringify({ event: "said", code, text })}\n`);
    else tellSaid(io, said);
  };
  const replay = await startReplay({
    file,
    loop,
    clock,
    tell,
    ...(port !== undefined && { link: port }),
  });
  await Promise.race([replay.finished, untilAborted(io.signal)]);
  await replay.stop();
  return 0;
}

/** One object a line; what only people read is rendered. */
function asJson({ kind, said, ...rest }: ReplayEvent, io: Io): object {
  const facts = "account" in rest ? rest.account : rest;
  return { event: kind, ...facts, text: said.map((each) => renderText(each, io.language)) };
}
