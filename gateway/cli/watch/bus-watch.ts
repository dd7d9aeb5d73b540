import { ConfigurationError } from "../../../drivers/core/errors.js";
import { type Said, say } from "../../../drivers/core/message.js";
import type { BusEvent } from "../../api/bus-stream.js";
import type { ApiClient } from "../../api/client.js";
import { type Asked, optional, type Values } from "../grammar/command.js";
import { CONNECTION, FILE, positive } from "../grammar/kinds.js";
import type { ExitCode, Io } from "../io.js";
import { CLI_MESSAGES as M } from "../messages.js";
import { tellSaid } from "../tell-said.js";
import { writeOut } from "../write-out.js";
import { type BusLook, frameLines, skippedLine } from "./bus-lines.js";
import { BusRecorder } from "./bus-recorder.js";

/** A day; who wants more starts it again. */
const MOST_SECONDS = 86_400;

export const BUS_OPTIONS = {
  bus: optional(CONNECTION, M.watch_bus),
  record: optional(FILE, M.watch_record),
  seconds: optional(positive(MOST_SECONDS, "60"), M.watch_seconds),
} satisfies Values;

export interface BusWish {
  readonly connection: string;
  readonly record?: string;
  readonly seconds?: number;
}

/** What was asked of a bus; undefined without `--bus`. Throws ConfigurationError. */
export function busWish(
  patterns: readonly string[],
  { bus, record, seconds }: Asked<Values, typeof BUS_OPTIONS>["options"],
): BusWish | undefined {
  if (bus === undefined) {
    if (record === undefined && seconds === undefined) return undefined;
    throw new ConfigurationError(M.bus_options);
  }
  if (patterns.length > 0) throw new ConfigurationError(M.bus_options);
  return {
    connection: bus,
    ...(record === undefined ? {} : { record }),
    ...(seconds === undefined ? {} : { seconds }),
  };
}

/** `tram watch --bus`: traffic until Ctrl-C, the time is over, or the gateway ends, which is a failure. */
export async function watchBus(
  gateway: Pick<ApiClient, "bus">,
  wish: BusWish,
  json: boolean,
  io: Io,
): Promise<ExitCode> {
  const signal =
    wish.seconds === undefined
      ? io.signal
      : AbortSignal.any([io.signal, AbortSignal.timeout(wish.seconds * 1000)]);
  const show = json ? jsonOf : plainOf(io);
  let recorder: BusRecorder | undefined;
  try {
    for await (const event of gateway.bus(wish.connection, io.language, signal)) {
      if (event.event === "head" && wish.record !== undefined) {
        recorder = await BusRecorder.create(wish.record, event.head);
        tell(io, say(M.recording, { connection: wish.connection, file: wish.record }));
      } else if (event.event === "frame") await recorder?.frame(event.frame);
      else if (event.event === "skipped") await recorder?.skip(event.frames);
      await writeOut(io.stdout, show(event), signal);
    }
  } catch (error) {
    if (!signal.aborted || error instanceof ConfigurationError) throw error;
  } finally {
    await close(recorder, io);
  }
  if (signal.aborted) return 0;
  tell(io, say(M.gateway_ended));
  return 1;
}

async function close(recorder: BusRecorder | undefined, io: Io): Promise<void> {
  if (!recorder) return;
  await recorder.close();
  const { file, frames, skipped } = recorder;
  tell(io, say(M.recorded, { frames, file }));
  if (skipped > 0) tell(io, say(M.frames_skipped, { count: skipped }));
}

function tell(io: Io, said: Said): void {
  tellSaid(io, said, { hint: false, to: "stderr" });
}

function jsonOf(event: BusEvent): string {
  switch (event.event) {
    case "head":
      return "";
    case "frame":
      return `${JSON.stringify(event.frame)}\n`;
    case "skipped":
      return `${JSON.stringify({ skipped: event.frames })}\n`;
  }
}

function plainOf(io: Io): (event: BusEvent) => string {
  const { colours, columns, language } = io;
  const look: BusLook = io.isTerminal ? { language, colours, columns } : { language, colours: false };
  return (event) => {
    switch (event.event) {
      case "head":
        return "";
      case "frame":
        return `${frameLines(event.frame, look).join("\n")}\n`;
      case "skipped":
        return `${skippedLine(event.frames, look)}\n`;
    }
  };
}
