import { type Language, render, type Said, say } from "../../drivers/core/message.js";
import { writtenDown } from "../core/health.js";
import { configFile } from "./config/config-file.js";
import { optional } from "./grammar/command.js";
import { FILE } from "./grammar/kinds.js";
import { CONFIG, JSON_OUTPUT } from "./grammar/shared-options.js";
import { verb } from "./grammar/verb.js";
import { CLI_MESSAGES as M } from "./messages.js";
import { number } from "./table.js";
import { codesOf } from "./tell-error.js";
import { tellSaid } from "./tell-said.js";

/** Longer than a box lives. */
const MOST_DAYS = 36_500;

export const check = verb(
  {
    name: "check",
    summary: M.check_summary,
    about: M.check_about,
    args: { file: optional(FILE, M.file_about) },
    options: { config: CONFIG, json: JSON_OUTPUT },
    examples: ["check config/examples/pump-station.yaml"],
  },
  async ({ args, options: { config: named, json } }, io) => {
    const file = configFile("check", args.file, named, io);
    const { loadConfig } = await import("../config/load-config.js");
    const { config, problems } = loadConfig(file, { profilesDir: `${io.root}/config/profiles`, env: io.env });
    const errors = problems.filter(({ severity }) => severity === "error").length;
    if (json) {
      const list = problems.map(({ column, file: where, line, said, severity }) => ({
        file: where,
        line,
        column,
        severity,
        code: said.message.code,
        text: render(said, io.language),
      }));
      const { estimateBuffer } = await import("../config/buffer-estimate.js");
      const buffer = config ? estimateBuffer(config.devices, config.buffer) : null;
      const answer = { file, errors, problems: list, hash: config?.hash ?? null, buffer };
      io.stdout.write(`${JSON.stringify(answer)}\n`);
      return errors > 0 ? 2 : 0;
    }
    if (problems.length > 0) {
      const { renderProblems } = await import("../config/render-problems.js");
      io.stdout.write(
        `${renderProblems(problems, io.language, { width: io.columns, from: process.cwd(), ...codesOf(io) })}\n\n`,
      );
    }
    if (!config) {
      const said = say(M.check_bad, { errors, warnings: problems.length - errors });
      tellSaid(io, said);
      return 2;
    }
    const { estimateBuffer } = await import("../config/buffer-estimate.js");
    const { bytesPerDay, days, keepAtLeastDays } = estimateBuffer(config.devices, config.buffer);
    const room = say(M.check_room, {
      daily: number(Math.round(bytesPerDay / 1e5) / 10, io.language),
      size: number(Math.round(config.buffer.maxBytes / 1e6), io.language),
      days: number(Math.floor(Math.min(days, MOST_DAYS)), io.language),
      keep: number(Math.round(keepAtLeastDays * 10) / 10, io.language),
    });
    tellSaid(io, summary(config, file, io.language));
    tellSaid(io, room);
    return 0;
  },
);

function summary(config: import("../core/config.js").GatewayConfig, file: string, language: Language): Said {
  const { connections, devices } = writtenDown(config);
  const points = devices.flatMap((device) => device.points);
  const rate = points.reduce((sum, { periodMs }) => sum + (periodMs > 0 ? 1000 / periodMs : 0), 0);
  return say(M.check_good, {
    file,
    connections: connections.length,
    devices: devices.length,
    points: points.length,
    rate: number(Math.round(rate * 10) / 10, language),
  });
}
