import { ConfigurationError } from "../../drivers/core/errors.js";
import { renderText, say } from "../../drivers/core/message.js";
import { parseDuration } from "../../drivers/core/schema.js";
import { LONGEST_MARK_MS } from "../core/device-marks.js";
import type { DeviceStatus } from "../core/status.js";
import { type Arguments, asText, readArguments } from "./arguments.js";
import { localGateway } from "./local-gateway.js";
import { MAINTAIN_MESSAGES as M } from "./maintain-messages.js";
import type { ExitCode, Io, Verb } from "./verb.js";

const STATES: Readonly<Record<string, "maintenance" | "calibrating">> = {
  maintenance: "maintenance",
  calibration: "calibrating",
  calibrating: "calibrating",
};

export const maintain: Verb = {
  name: "maintain",
  summary: M.maintain_summary,
  help: M.maintain_help,
  async run(args, io): Promise<ExitCode> {
    const parsed = readArguments("maintain", args, {
      for: { type: "string" },
      by: { type: "string" },
      state: { type: "string" },
      reason: { type: "string" },
      end: { type: "boolean" },
    });
    const body = requestOf(parsed);
    const gateway = await localGateway("maintain", parsed, io);
    const mark = (await gateway.post(`/v1/device-state?lang=${io.language}`, body)) as DeviceStatus["mark"];
    tell(body, mark, parsed.options["json"] === true, io);
    return 0;
  },
};

interface Body {
  readonly device: string;
  readonly state: "maintenance" | "calibrating" | "measuring";
  readonly by: string;
  readonly for_ms?: number;
  readonly reason?: string;
}

function requestOf({ options, rest }: Arguments): Body {
  const [device, ...more] = rest;
  if (device === undefined || more.length > 0) throw new ConfigurationError(M.one_device);
  const by = asText(options["by"])?.trim();
  if (!by) throw new ConfigurationError(M.who);
  if (options["end"] === true) return { device, state: "measuring", by };
  const word = asText(options["state"]) ?? "maintenance";
  const state = Object.hasOwn(STATES, word) ? STATES[word] : undefined;
  if (!state) throw new ConfigurationError(M.wrong_state, { state: word });
  const text = asText(options["for"]);
  if (text === undefined) throw new ConfigurationError(M.how_long);
  const ms = parseDuration(text);
  if (ms === undefined || ms < 1_000 || ms > LONGEST_MARK_MS) {
    throw new ConfigurationError(M.wrong_duration, { text });
  }
  const reason = asText(options["reason"])?.trim();
  return { device, state, by, for_ms: ms, ...(reason && { reason }) };
}

function tell({ device, state }: Body, mark: DeviceStatus["mark"], json: boolean, io: Io): void {
  if (json) {
    io.stdout.write(`${JSON.stringify({ device, state, ...mark })}\n`);
    return;
  }
  const until = mark?.until === undefined ? "" : new Date(mark.until).toLocaleString("sv-SE");
  const said =
    state === "measuring"
      ? say(M.ended, { device })
      : say(state === "maintenance" ? M.under_maintenance : M.being_calibrated, { device, until });
  io.stdout.write(`${renderText(said, io.language)}\n`);
}
