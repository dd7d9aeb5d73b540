import type { Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { render, renderText, type Said } from "../../drivers/core/message.js";
import { SIMULATOR_MESSAGES } from "../../simulators/messages.js";
import { REPLAY_DEVICE_MESSAGES as M } from "../../simulators/replay/messages.js";
import type { ReplayEvent } from "../../simulators/replay/run-replay.js";
import { asText, readArguments } from "./arguments.js";
import type { ExitCode, Io } from "./verb.js";

interface ReplayOptions {
  readonly file: string;
  readonly port?: string;
  readonly tcpPort?: number;
  readonly isLoop: boolean;
  readonly isOnce: boolean;
  readonly json: boolean;
}

const MAX_PORT = 65_535;

/** `tram simulate --replay bus.txt`: devices that answer as they did when the bus was recorded. */
export async function simulateReplay(args: readonly string[], clock: Clock, io: Io): Promise<ExitCode> {
  const { isExact, ...options } = parse(args);
  if (isExact) return replayExactly(options, clock, io);
  const { file, isOnce, json, port, tcpPort } = options;
  const { runReplay } = await import("../../simulators/replay/run-replay.js");
  const tell = (event: ReplayEvent): void => {
    if (json) io.stdout.write(`${JSON.stringify(asJson(event, io))}\n`);
    else for (const said of event.said) io.stdout.write(`${render(said, io.language)}\n`);
  };
  const place = { ...(port !== undefined && { port }), ...(tcpPort !== undefined && { tcpPort }) };
  await runReplay({ file, after: isOnce ? "stay" : "again", ...place }, clock, tell, io.signal);
  return 0;
}

/** Nothing is ignored in silence. `isExact`: byte by byte in the recorded order, instead of a device. */
function parse(args: readonly string[]): ReplayOptions & { readonly isExact: boolean } {
  const { options, rest } = readArguments("simulate", args, {
    replay: { type: "string" },
    port: { type: "string" },
    tcp: { type: "string" },
    exact: { type: "boolean" },
    loop: { type: "boolean" },
    once: { type: "boolean" },
  });
  const [strange] = rest;
  if (strange !== undefined) wrong(strange);
  if (options["config"] !== undefined) wrong("-c");
  const [file, port, tcp] = [options["replay"], options["port"], options["tcp"]].map(asText);
  if (!file) wrong("--replay");
  if (port === "") wrong("--port");
  if (tcp !== undefined && (!/^\d{1,5}$/.test(tcp) || Number(tcp) > MAX_PORT)) wrong(`--tcp ${tcp}`);
  if (tcp !== undefined && port !== undefined) wrong("--tcp");
  const has = (name: string): boolean => options[name] === true;
  // A device goes around by itself; what is exact has an end of its own.
  if (has("loop") && !has("exact")) wrong("--loop");
  if (has("once") && has("exact")) wrong("--once");
  return {
    file,
    isExact: has("exact"),
    isLoop: has("loop"),
    isOnce: has("once"),
    json: has("json"),
    ...(port !== undefined && { port }),
    ...(tcp !== undefined && { tcpPort: Number(tcp) }),
  };
}

function wrong(option: string): never {
  throw new ConfigurationError(SIMULATOR_MESSAGES.wrong_option, { option });
}

/** Until it was played, or Ctrl-C. */
async function replayExactly(
  { file, isLoop, json, port, tcpPort }: ReplayOptions,
  clock: Clock,
  io: Io,
): Promise<ExitCode> {
  if (tcpPort !== undefined) throw new ConfigurationError(M.exact_on_tcp);
  const { startReplay } = await import("../../simulators/modbus/replay.js");
  const { untilAborted } = await import("../../simulators/until-aborted.js");
  const tell = (said: Said): void => {
    const { code } = said.message;
    const text = json
      ? JSON.stringify({ event: "said", code, text: renderText(said, io.language) })
      : render(said, io.language);
    io.stdout.write(`${text}\n`);
  };
  const replay = await startReplay({
    file,
    loop: isLoop,
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
