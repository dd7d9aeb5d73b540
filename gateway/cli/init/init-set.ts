import { resolve } from "node:path";
import { ConfigurationError, type TramError } from "../../../drivers/core/errors.js";
import type { Io } from "../io.js";
import type { InitAnswers } from "./init-answers.js";
import type { SeenPort } from "./init-ask.js";
import { caParser, defaultName, defaultSize, defaultTimezone, freeBytesAt } from "./init-defaults.js";
import { INIT_MESSAGES as M } from "./init-messages.js";
import * as parse from "./init-parse.js";

const KEYS: readonly string[] = [
  ...[
    "name",
    "id",
    "kind",
    "location",
    "timezone",
    "serial",
    "tcp",
    "broker",
    "user",
    "ca",
    "buffer",
    "size",
  ],
];

/** What `--set KEY=VALUE` says. Throws ConfigurationError for what cannot be set. */
export function setsOf(texts: readonly string[]): ReadonlyMap<string, string> {
  const sets = new Map<string, string>();
  for (const text of texts) {
    const split = text.indexOf("=");
    if (split < 1) throw new ConfigurationError(M.set_form, { text });
    const key = text.slice(0, split);
    if (/pass|secret/i.test(key)) throw new ConfigurationError(M.set_password);
    if (!KEYS.includes(key)) throw new ConfigurationError(M.set_unknown, { key, keys: KEYS.join(", ") });
    sets.set(key, text.slice(split + 1));
  }
  return sets;
}

/** Defaults, but for what was set. Throws ConfigurationError where that cannot be understood. */
export function answersFrom(
  sets: ReadonlyMap<string, string>,
  folder: string,
  ports: readonly SeenPort[],
  { language }: Pick<Io, "language">,
): InitAnswers {
  const value = <T>(key: string, byDefault: string, read: (text: string) => parse.Parsed<T>): T => {
    const parsed = read((sets.get(key) ?? byDefault).normalize("NFC").trim());
    if ("value" in parsed) return parsed.value;
    throw wrong(parsed.wrong);
  };
  const name = value("name", defaultName(language), parse.parseName);
  const id = value("id", parse.idFrom(name), parse.parseId);
  const bufferPath = value("buffer", `./data/${id}.db`, parse.parsePath);
  // Only adapters: a port of the board itself is often a console.
  const plugged = ports.filter(
    ({ device, path }) => path !== device || /^\/dev\/tty(?:USB|ACM)/.test(device),
  );
  return {
    name,
    id,
    kind: value("kind", parse.kindFrom(name), parse.parseName),
    location: value("location", "", parse.parsePlace),
    timezone: value("timezone", defaultTimezone(), parse.parseTimezone),
    serial: value("serial", plugged.map(({ path }) => path).join(", "), parse.parseSerial),
    tcp: value("tcp", "", parse.parseTcp),
    broker: value("broker", "", parse.parseBroker),
    user: value("user", id, parse.parseName),
    ca: value("ca", "", caParser(folder)),
    bufferPath,
    bufferSize: value("size", defaultSize(freeBytesAt(resolve(folder, bufferPath))), parse.parseBufferSize),
  };
}

function wrong({ message, params }: TramError["said"]): ConfigurationError {
  return new ConfigurationError(message, params);
}
