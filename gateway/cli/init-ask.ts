import { resolve } from "node:path";
import { type Said, say } from "../../drivers/core/message.js";
import type { InitAnswers, SerialAnswer } from "./init-answers.js";
import { caParser, defaultName, defaultSize, defaultTimezone, freeBytesAt } from "./init-defaults.js";
import type { Dialogue } from "./init-dialogue.js";
import { INIT_MESSAGES as M } from "./init-messages.js";
import {
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
import type { Io } from "./io.js";
import { number } from "./table.js";

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

/** Every question in its order. Throws Interrupted. */
export async function askAll(dialogue: Dialogue, io: Io, options: AskOptions): Promise<Asked> {
  const { folder, secret } = options;
  const name = await dialogue.ask({
    about: say(M.about_name),
    ask: say(M.ask_name),
    byDefault: defaultName(io.language),
    parse: parseName,
  });
  const id = await dialogue.ask({
    about: say(M.about_id),
    ask: say(M.ask_id),
    byDefault: idFrom(name),
    parse: parseId,
  });
  const kind = await dialogue.ask({
    about: say(M.about_kind),
    ask: say(M.ask_kind),
    byDefault: kindFrom(name),
    parse: parseName,
  });
  const location = await dialogue.ask({
    about: say(M.about_location),
    ask: say(M.ask_location),
    byDefault: "",
    parse: parsePlace,
  });
  const timezone = await dialogue.ask({
    about: say(M.about_timezone),
    ask: say(M.ask_timezone),
    byDefault: defaultTimezone(),
    parse: parseTimezone,
  });
  const serial = await askPorts(dialogue, options.ports);
  const tcp = await dialogue.ask({
    about: say(M.about_tcp),
    ask: say(M.ask_tcp),
    byDefault: "",
    parse: parseTcp,
  });
  const broker = await dialogue.ask({
    about: say(M.about_broker),
    ask: say(M.ask_broker),
    byDefault: "",
    parse: parseBroker,
  });
  let user = id;
  let ca: string | undefined;
  let password: string | undefined;
  if (broker !== undefined) {
    user = await dialogue.ask({
      about: say(M.about_user),
      ask: say(M.ask_user),
      byDefault: id,
      parse: parseName,
    });
    if (broker.startsWith("mqtts:")) {
      ca = await dialogue.ask({
        about: say(M.about_ca),
        ask: say(M.ask_ca),
        byDefault: "",
        parse: caParser(folder),
      });
    }
    const about = say(secret.exists ? M.about_password_kept : M.about_password, { file: secret.path });
    password = (await dialogue.secret(about, say(M.ask_password))) || undefined;
  }
  const bufferPath = await dialogue.ask({
    about: say(M.about_buffer),
    ask: say(M.ask_buffer),
    byDefault: `./data/${id}.db`,
    parse: parsePath,
  });
  const free = freeBytesAt(resolve(folder, bufferPath));
  const freeText = `${number(Math.round(free / 1e6), io.language)} MB`;
  const bufferSize = await dialogue.ask({
    about: say(M.about_size, { free: freeText }),
    ask: say(M.ask_size),
    byDefault: defaultSize(free),
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

async function askPorts(dialogue: Dialogue, ports: readonly SeenPort[]): Promise<readonly SerialAnswer[]> {
  if (ports.length === 0) return askOtherPort(dialogue, say(M.about_no_ports));
  dialogue.say(say(M.ports_found, { count: ports.length }));
  const used: SerialAnswer[] = [];
  for (const { device, maker, path } of ports) {
    const port = [path, ...(device === path ? [] : [`= ${device}`]), ...(maker ? [`(${maker})`] : [])].join(
      " ",
    );
    // A port of the board itself is often a console.
    const likely = path !== device || /^\/dev\/tty(?:USB|ACM)/.test(device);
    if (await dialogue.confirm(say(M.ask_use, { port }), likely, say(M.about_use))) {
      used.push({ port: path, ...(await askFrame(dialogue)) });
    }
  }
  return used.length > 0 ? used : askOtherPort(dialogue, say(M.about_other_port));
}

async function askOtherPort(dialogue: Dialogue, about: Said): Promise<readonly SerialAnswer[]> {
  const [named] = await dialogue.ask({ about, ask: say(M.ask_port), byDefault: "", parse: parseSerial });
  return named ? [{ ...named, ...(await askFrame(dialogue)) }] : [];
}

function askFrame(dialogue: Dialogue): Promise<Omit<SerialAnswer, "port">> {
  return dialogue.ask({
    about: say(M.about_frame),
    ask: say(M.ask_frame),
    byDefault: "9600 8N1",
    parse: parseFrame,
  });
}
