import { resolve } from "node:path";
import { type Said, say } from "../../../drivers/core/message.js";
import type { Io } from "../io.js";
import { number } from "../table.js";
import type { InitAnswers, SerialAnswer } from "./init-answers.js";
import { caParser, defaultName, defaultSize, defaultTimezone, freeBytesAt } from "./init-defaults.js";
import type { Dialogue } from "./init-dialogue.js";
import { INIT_MESSAGES as M } from "./init-messages.js";
import {
  frameText,
  idFrom,
  kindFrom,
  parseBroker,
  parseBufferSize,
  parseFrame,
  parseId,
  parseName,
  parsePath,
  parsePlace,
  parseSerial,
  parseTcp,
  parseTimezone,
} from "./init-parse.js";

export interface Asked {
  readonly answers: InitAnswers;
  /** Typed now; undefined: none, or the one that is there already. */
  readonly password: string | undefined;
}

/** The way of a serial port into a question: what `listPorts` found. */
export interface SeenPort {
  readonly path: string;
  readonly device: string;
  readonly maker?: string;
}

export interface AskOptions {
  /** In which the configuration will lie. */
  readonly folder: string;
  readonly ports: readonly SeenPort[];
  /** Path of a password that is there already. */
  readonly secret: { readonly path: string; readonly exists: boolean };
}

/** Every question in its order; what was answered before stands there as the default. Throws Interrupted. */
export async function askAll(
  dialogue: Dialogue,
  io: Io,
  options: AskOptions,
  before?: Asked,
): Promise<Asked> {
  const { folder, secret } = options;
  const old = before?.answers;
  const name = await dialogue.ask({
    about: say(M.about_name),
    ask: say(M.ask_name),
    byDefault: old?.name ?? defaultName(io.language),
    parse: parseName,
  });
  const id = await dialogue.ask({
    about: say(M.about_id),
    ask: say(M.ask_id),
    byDefault: old?.name === name ? old.id : idFrom(name),
    parse: parseId,
  });
  const kind = await dialogue.ask({
    about: say(M.about_kind),
    ask: say(M.ask_kind),
    byDefault: old?.name === name ? old.kind : kindFrom(name),
    parse: parseName,
  });
  const location = await dialogue.ask({
    about: say(M.about_location),
    ask: say(M.ask_location),
    byDefault: old?.location ? `${old.location.latitude}, ${old.location.longitude}` : "",
    parse: parsePlace,
  });
  const timezone = await dialogue.ask({
    about: say(M.about_timezone),
    ask: say(M.ask_timezone),
    byDefault: old?.timezone ?? defaultTimezone(),
    parse: parseTimezone,
  });
  const serial = await askPorts(dialogue, options.ports, old?.serial ?? []);
  const tcp = await dialogue.ask({
    about: say(M.about_tcp),
    ask: say(M.ask_tcp),
    byDefault: (old?.tcp ?? []).map(({ host, port }) => `${host}:${port}`).join(", "),
    parse: parseTcp,
  });
  const broker = await dialogue.ask({
    about: say(M.about_broker),
    ask: say(M.ask_broker),
    byDefault: old?.broker ?? "",
    parse: parseBroker,
  });
  let user = id;
  let ca: string | undefined;
  let password: string | undefined;
  if (broker !== undefined) {
    user = await dialogue.ask({
      about: say(M.about_user),
      ask: say(M.ask_user),
      byDefault: old && old.user !== old.id ? old.user : id,
      parse: parseName,
    });
    if (broker.startsWith("mqtts:")) {
      ca = await dialogue.ask({
        about: say(M.about_ca),
        ask: say(M.ask_ca),
        byDefault: old?.ca ?? "",
        parse: caParser(folder),
      });
    }
    const isThere = secret.exists || before?.password !== undefined;
    const about = say(isThere ? M.about_password_kept : M.about_password, { file: secret.path });
    password = (await dialogue.secret(about, say(M.ask_password))) || before?.password;
  }
  const bufferPath = await dialogue.ask({
    about: say(M.about_buffer),
    ask: say(M.ask_buffer),
    byDefault: old?.id === id ? old.bufferPath : `./data/${id}.db`,
    parse: parsePath,
  });
  const free = freeBytesAt(resolve(folder, bufferPath));
  const freeText = `${number(Math.round(free / 1e6), io.language)} MB`;
  const bufferSize = await dialogue.ask({
    about: say(M.about_size, { free: freeText }),
    ask: say(M.ask_size),
    byDefault: old?.bufferSize ?? defaultSize(free),
    parse: parseBufferSize,
  });
  const answers = {
    name,
    id,
    kind,
    location,
    timezone,
    serial,
    tcp,
    broker,
    user,
    ca,
    bufferPath,
    bufferSize,
  };
  return { answers, password };
}

async function askPorts(
  dialogue: Dialogue,
  ports: readonly SeenPort[],
  old: readonly SerialAnswer[],
): Promise<readonly SerialAnswer[]> {
  const [other] = old.filter(({ port }) => !ports.some(({ path }) => path === port));
  if (ports.length === 0) return askOtherPort(dialogue, say(M.about_no_ports), other);
  dialogue.say(say(M.ports_found, { count: ports.length }));
  const used: SerialAnswer[] = [];
  for (const { device, maker, path } of ports) {
    const port = [path, ...(device === path ? [] : [`= ${device}`]), ...(maker ? [`(${maker})`] : [])].join(
      " ",
    );
    const before = old.find((one) => one.port === path);
    // A port of the board itself is often a console.
    const likely = old.length > 0 ? before !== undefined : isAdapter(path, device);
    if (await dialogue.confirm(say(M.ask_use, { port }), likely, say(M.about_use))) {
      used.push({ port: path, ...(await askFrame(dialogue, before)) });
    }
  }
  return used.length > 0 ? used : askOtherPort(dialogue, say(M.about_other_port), other);
}

function isAdapter(path: string, device: string): boolean {
  return path !== device || /^\/dev\/tty(?:USB|ACM)/.test(device);
}

async function askOtherPort(
  dialogue: Dialogue,
  about: Said,
  old: SerialAnswer | undefined,
): Promise<readonly SerialAnswer[]> {
  const [named] = await dialogue.ask({
    about,
    ask: say(M.ask_port),
    byDefault: old?.port ?? "",
    parse: parseSerial,
  });
  return named ? [{ ...named, ...(await askFrame(dialogue, old)) }] : [];
}

function askFrame(dialogue: Dialogue, old: SerialAnswer | undefined): Promise<Omit<SerialAnswer, "port">> {
  return dialogue.ask({
    about: say(M.about_frame),
    ask: say(M.ask_frame),
    byDefault: old ? frameText(old) : "9600 8N1",
    parse: parseFrame,
  });
}
