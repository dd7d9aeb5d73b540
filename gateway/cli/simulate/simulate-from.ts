import type { Clock } from "../../../drivers/core/clock.js";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { renderText, type Said, say } from "../../../drivers/core/message.js";
import type { StandInRow } from "../../../simulators/configured/account.js";
import type { ControlPort } from "../../../simulators/configured/control-port.js";
import { CONFIGURED_MESSAGES as M } from "../../../simulators/configured/messages.js";
import type { StandInEvent, StandInPage } from "../../../simulators/configured/run-stand-in.js";
import { SCENARIO_MESSAGES } from "../../../simulators/scenario/messages.js";
import type { Scene } from "../../../simulators/scenario/scene.js";
import { wrapText } from "../../core/wrap-text.js";
import type { ExitCode, Io } from "../io.js";
import { tableLines } from "../table.js";
import { toldText } from "../tell-said.js";
import { loadWanted, openBroker, openScene, showProblems } from "./simulate-world.js";

export interface FromOptions {
  readonly file: string;
  /** The world in which the devices stand. */
  readonly scenario?: string;
  /** The name of what comes with the program. */
  readonly site?: string;
  readonly seed?: number;
  readonly speed?: number;
  /** Wall time of the world, ms. */
  readonly start?: number;
  readonly state?: string;
  /** A broker runs beside it, at this port of loopback. */
  readonly brokerPort?: number;
  /** By connection. */
  readonly ports: Readonly<Record<string, string>>;
  /** `-`: standard input; else the path of a socket. */
  readonly control?: string;
  /** Port of a page of this machine; 0: any free one. */
  readonly page?: number;
  readonly json: boolean;
}

const SEED = 1;
/** Local time of the delta is UTC+7. */
const LOCAL_MS = 7 * 3_600_000;

/** `tram simulate --from gateway.yaml`: every device of a configuration, where the gateway looks for it. */
export async function simulateFrom(options: FromOptions, clock: Clock, io: Io): Promise<ExitCode> {
  const { json, ports } = options;
  const wanted = await loadWanted(options.file, io);
  if (wanted.every(({ devices }) => devices.length === 0)) {
    throw new ConfigurationError(M.nothing, { file: options.file });
  }
  const { runStandIn } = await import("../../../simulators/configured/run-stand-in.js");
  const tell = (event: StandInEvent): void => {
    io.stdout.write(json ? `${JSON.stringify(asJson(event, io))}\n` : asText(event, io));
  };
  const scene =
    options.scenario === undefined ? undefined : await openScene(options.scenario, options, clock, io);
  const control = await controlOf(options, io);
  const seed = options.seed ?? scene?.world.seed ?? SEED;
  const page = options.page === undefined ? undefined : await pageOf(options.page, scene, io);
  const how = {
    file: options.file,
    seed,
    ports,
    ...(control && { control }),
    ...(scene && { scene }),
    ...(page && { page }),
  };
  const broker = await openBroker(options.brokerPort, (said) => tell({ kind: "said", said }));
  try {
    if (scene) tellAbout(scene, json, io);
    await runStandIn(wanted, how, clock, tell, io.signal);
  } catch (error) {
    if (scene && scene.scenario.errors > 0) await showProblems(scene.scenario.problems, io);
    throw error;
  } finally {
    await broker?.stop();
  }
  return 0;
}

function tellAbout({ scenario, world }: Scene, json: boolean, io: Io): void {
  const { about, name } = scenario.written;
  const { speed, seed } = world;
  if (json) {
    const start = new Date(world.now).toISOString();
    io.stdout.write(`${JSON.stringify({ event: "scenario", name, about, start, speed, seed })}\n`);
    return;
  }
  const at = new Date(world.now + LOCAL_MS).toISOString().slice(0, 16).replace("T", " ");
  const lines = wrapText("", about?.[io.language] ?? "", io.columns, "");
  const begins = renderText(say(SCENARIO_MESSAGES.begins, { at, speed }), io.language);
  io.stdout.write(`${[name[io.language], ...lines, begins].filter(Boolean).join("\n")}\n\n`);
}

/** A page that shows the world and its devices, and takes orders. */
async function pageOf(port: number, scene: Scene | undefined, io: Io): Promise<StandInPage> {
  const { PAGE_MESSAGES } = await import("../../../simulators/page/messages.js");
  const { PageServer } = await import("../../../simulators/page/page-server.js");
  const { sceneJson } = await import("../../../simulators/page/world-json.js");
  let server: InstanceType<typeof PageServer> | undefined;
  return {
    async open(standIn, desk) {
      const html = `${io.root}/simulators/page/index.html`;
      const { language } = io;
      server = new PageServer({ port, language, html, scene: () => sceneJson(standIn, scene?.world), desk });
      await server.start();
      return say(PAGE_MESSAGES.at, { url: server.url });
    },
    close: async () => server?.stop(),
  };
}

async function controlOf({ control, json }: FromOptions, io: Io): Promise<ControlPort | undefined> {
  if (control === undefined) return undefined;
  const { SocketControl, StreamControl } = await import("../../../simulators/configured/control-port.js");
  if (control !== "-") return new SocketControl(control, io.language);
  const input = io.stdin ?? process.stdin;
  const answers = json ? io.stderr : io.stdout;
  return new StreamControl(input, (text) => void answers.write(text), io.language);
}

function asText(event: StandInEvent, io: Io): string {
  const line = (said: Said): string => toldText(io, said);
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
