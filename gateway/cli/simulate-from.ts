import { basename, resolve } from "node:path";
import type { Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { render, renderText, type Said, say } from "../../drivers/core/message.js";
import type { StandInRow } from "../../simulators/configured/account.js";
import type { ControlPort } from "../../simulators/configured/control-port.js";
import { CONFIGURED_MESSAGES as M } from "../../simulators/configured/messages.js";
import type { StandInEvent } from "../../simulators/configured/run-stand-in.js";
import type { WantedConnection } from "../../simulators/configured/wanted.js";
import type { LoadResult } from "../config/load-config.js";
import { writtenDown } from "../core/health.js";
import { tableLines } from "./table.js";
import type { ExitCode, Io } from "./verb.js";

export interface FromOptions {
  readonly file: string;
  readonly seed: number;
  /** By connection. */
  readonly ports: Readonly<Record<string, string>>;
  /** `-`: standard input; else the path of a socket. */
  readonly control?: string;
  readonly json: boolean;
}

/** `tram simulate --from gateway.yaml`: every device of a configuration, where the gateway looks for it. */
export async function simulateFrom(options: FromOptions, clock: Clock, io: Io): Promise<ExitCode> {
  const { json, ports, seed } = options;
  const { loadConfig } = await import("../config/load-config.js");
  const path = resolve(options.file);
  const loaded = loadConfig(path, { profilesDir: `${io.root}/config/profiles`, env: io.env });
  if (!loaded.config) {
    const { renderProblems } = await import("../config/render-problems.js");
    const shown = { width: io.columns, from: process.cwd() };
    io.stderr.write(`${renderProblems(loaded.problems, io.language, shown)}\n\n`);
    const errors = loaded.problems.filter(({ severity }) => severity === "error").length;
    throw new ConfigurationError(M.invalid, { file: options.file, errors });
  }
  const wanted = wantedOf(loaded, path);
  if (wanted.every(({ devices }) => devices.length === 0)) {
    throw new ConfigurationError(M.nothing, { file: options.file });
  }
  const { runStandIn } = await import("../../simulators/configured/run-stand-in.js");
  const tell = (event: StandInEvent): void => {
    io.stdout.write(json ? `${JSON.stringify(asJson(event, io))}\n` : asText(event, io));
  };
  const control = await controlOf(options, io);
  const how = { file: options.file, seed, ports, ...(control && { control }) };
  await runStandIn(wanted, how, clock, tell, io.signal);
  return 0;
}

/** What of a checked configuration is to be stood in for. */
export function wantedOf(
  { config, described, lineOf }: LoadResult,
  path: string,
): readonly WantedConnection[] {
  if (!config || !described || !lineOf) return [];
  const { connections, devices } = writtenDown(config);
  const placeOf = (section: string, id: string): string => `${basename(path)}:${lineOf([section, id])}`;
  return connections.map(({ id, driver, settings }) => ({
    id,
    place: placeOf("connections", id),
    driver,
    settings,
    devices: devices
      .filter(({ connection }) => connection === id)
      .flatMap((device) => {
        const profile = described.get(device.id);
        if (!profile) return [];
        const { unit_id } = device.settings as { readonly unit_id: number };
        const asked = new Set(device.points.map((point) => point.id));
        return [{ id: device.id, place: placeOf("devices", device.id), profile, unit: unit_id, asked }];
      }),
  }));
}

async function controlOf({ control, json }: FromOptions, io: Io): Promise<ControlPort | undefined> {
  if (control === undefined) return undefined;
  const { SocketControl, StreamControl } = await import("../../simulators/configured/control-port.js");
  if (control !== "-") return new SocketControl(control, io.language);
  const input = io.stdin ?? process.stdin;
  const answers = json ? io.stderr : io.stdout;
  return new StreamControl(input, (text) => void answers.write(text), io.language);
}

function asText(event: StandInEvent, io: Io): string {
  const line = (said: Said): string => `${render(said, io.language)}\n`;
  if (event.kind === "begun") return `${line(event.said)}\n${table(event.rows, io)}\n\n`;
  if (event.kind === "ended") return event.said.map(line).join("");
  return line(event.said);
}

/** As wide as it must be: half a path leads nowhere. */
function table(rows: readonly StandInRow[], { language }: Io): string {
  const word = (message: typeof M.own_points): string => renderText(say(message), language);
  const head = [
    { title: word(M.title_connection) },
    { title: word(M.title_driver) },
    { title: word(M.title_where) },
    { title: word(M.title_device) },
    { title: word(M.title_profile) },
    { title: word(M.title_unit), right: true },
  ];
  const cells = rows.map(({ connection, device, driver, profile, unit, where }) => [
    connection,
    driver,
    where,
    device,
    profile ?? word(M.own_points),
    String(unit),
  ]);
  return tableLines(head, cells, Number.POSITIVE_INFINITY).join("\n");
}

/** One object a line; what only people read is left to the text. */
function asJson(event: StandInEvent, io: Io): object {
  const { kind } = event;
  switch (event.kind) {
    case "begun":
      return { event: kind, devices: event.rows, seed: event.said.params["seed"] };
    case "said":
      return { event: kind, code: event.said.message.code, text: renderText(event.said, io.language) };
    case "breach":
      return { event: kind, device: event.device, ...event.breach };
    default:
      return { event: kind, ...event.account };
  }
}
