import { ConfigurationError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { DeviceStatus } from "../core/status.js";
import { type Asked, defaulted, flag, optional, required } from "./grammar/command.js";
import { choice, DEVICE, duration, type Kind, text } from "./grammar/kinds.js";
import { CONFIG, JSON_OUTPUT } from "./grammar/shared-options.js";
import { verb } from "./grammar/verb.js";
import type { Io } from "./io.js";
import { localGateway } from "./local-gateway.js";
import { MAINTAIN_MESSAGES as M } from "./maintain-messages.js";
import { tellSaid } from "./tell-said.js";

/** The state's own word is understood too. */
const STATE: Kind<"maintenance" | "calibrating"> = {
  ...choice("maintenance", "calibration"),
  read: (written) =>
    written === "maintenance"
      ? written
      : written === "calibration" || written === "calibrating"
        ? "calibrating"
        : undefined,
};

const ARGS = { device: required(DEVICE, M.maintain_device) };
const OPTIONS = {
  config: CONFIG,
  for: optional(duration("1s", "31d", "2h"), M.maintain_for),
  by: required(text('"Nguyễn Văn A"', M.word_name), M.maintain_by),
  state: defaulted(STATE, M.maintain_state, "maintenance"),
  reason: optional(text('"thay cảm biến"'), M.maintain_reason),
  end: flag(M.maintain_end),
  json: JSON_OUTPUT,
};

export const maintain = verb(
  {
    name: "maintain",
    summary: M.maintain_summary,
    about: M.maintain_about,
    args: ARGS,
    options: OPTIONS,
    forms: [
      ["device", "for", "by", "state?", "reason?", "config?", "json?"],
      ["device", "end", "by", "config?", "json?"],
    ],
    examples: [
      {
        vi: 'maintain well --for 2h --by "Nguyễn Văn A" --reason "thay cảm biến" -c gateway.yaml',
        en: 'maintain well --for 2h --by "Nguyễn Văn A" --reason "new sensor" -c gateway.yaml',
      },
    ],
  },
  async ({ args, options }, io) => {
    const body = requestOf({ args, options });
    const gateway = await localGateway("maintain", { options }, io);
    const mark = (await gateway.post(`/v1/device-state?lang=${io.language}`, body)) as DeviceStatus["mark"];
    tell(body, mark, options.json, io);
    return 0;
  },
);

interface Body {
  readonly device: string;
  readonly state: "maintenance" | "calibrating" | "measuring";
  readonly by: string;
  readonly for_ms?: number;
  readonly reason?: string;
}

function requestOf({ args: { device }, options }: Asked<typeof ARGS, typeof OPTIONS>): Body {
  const by = options.by.trim();
  if (options.end) return { device, state: "measuring", by };
  if (options.for === undefined) throw new ConfigurationError(M.how_long);
  const reason = options.reason?.trim();
  return { device, state: options.state, by, for_ms: options.for, ...(reason && { reason }) };
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
  tellSaid(io, said, { hint: false });
}
