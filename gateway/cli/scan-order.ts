import { ConfigurationError } from "../../drivers/core/errors.js";
import type { ScanEffort } from "../../drivers/core/prober.js";
import { type Arguments, asText, readArguments } from "./arguments.js";
import { SCAN_VERB_MESSAGES as M } from "./scan-messages.js";

const OPTIONS = {
  port: { type: "string" },
  host: { type: "string" },
  baud: { type: "string" },
  parity: { type: "string" },
  units: { type: "string" },
  quick: { type: "boolean" },
  thorough: { type: "boolean" },
  add: { type: "boolean" },
  "set-address": { type: "string" },
  profile: { type: "string" },
  yes: { type: "boolean" },
} as const;

export type Parity = "none" | "even" | "odd";

/** What a person wants looked for. */
export interface ScanOrder {
  readonly arguments: Arguments;
  readonly connection?: string;
  readonly port?: string;
  readonly host?: { readonly name: string; readonly port?: number };
  readonly bauds?: readonly number[];
  readonly parities?: readonly Parity[];
  readonly units?: readonly number[];
  readonly effort: ScanEffort;
  readonly add: boolean;
  readonly json: boolean;
  readonly setAddress?: number;
  readonly profile?: string;
  readonly yes: boolean;
}

const PARITIES: readonly Parity[] = ["none", "even", "odd"];
const MOST_UNIT = 247;

/** Throws ConfigurationError for what cannot be meant. */
export function scanOrder(args: readonly string[]): ScanOrder {
  const parsed = readArguments("scan", args, OPTIONS);
  const { options, rest } = parsed;
  const [connection, ...more] = rest;
  const port = asText(options["port"]);
  const host = asText(options["host"]);
  const places = [connection, port, host].filter((place) => place !== undefined);
  if (places.length > 1 || more.length > 0) throw new ConfigurationError(M.one_place);
  if (options["quick"] && options["thorough"]) throw new ConfigurationError(M.quick_or_thorough);
  const listOf = <T>(option: string, read: (word: string) => T | undefined): readonly T[] | undefined => {
    const text = asText(options[option]);
    if (text === undefined) return undefined;
    const values = text.split(",").map((word) => read(word.trim()));
    const known = values.filter((value) => value !== undefined);
    if (known.length < values.length)
      throw new ConfigurationError(M.wrong_list, { option: `--${option}`, text });
    return [...new Set(known.flat() as T[])];
  };
  const bauds = listOf("baud", (word) =>
    /^\d{2,7}$/.test(word) && Number(word) >= 50 ? Number(word) : undefined,
  );
  const parities = listOf("parity", (word) => PARITIES.find((parity) => parity === word));
  const units = listOf<number>("units", (word) => rangeOf(word) as unknown as number | undefined);
  const strange = host === undefined ? undefined : bauds ? "--baud" : parities ? "--parity" : undefined;
  if (strange) throw new ConfigurationError(M.not_on_tcp, { option: strange });
  const setAddress = listOf("set-address", unitOf)?.[0];
  const profile = asText(options["profile"]);
  return {
    arguments: parsed,
    effort: options["quick"] ? "quick" : options["thorough"] ? "thorough" : "normal",
    add: options["add"] === true,
    json: options["json"] === true,
    yes: options["yes"] === true,
    ...(connection !== undefined && { connection }),
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host: hostOf(host) }),
    ...(bauds && { bauds }),
    ...(parities && { parities }),
    ...(units && { units }),
    ...(setAddress !== undefined && { setAddress }),
    ...(profile !== undefined && { profile }),
  };
}

function unitOf(word: string): number | undefined {
  return /^\d{1,3}$/.test(word) && Number(word) >= 1 && Number(word) <= MOST_UNIT ? Number(word) : undefined;
}

/** `1-32` or `7`. */
function rangeOf(word: string): readonly number[] | undefined {
  const [first = "", last = first, ...more] = word.split("-");
  const [from, to] = [unitOf(first), unitOf(last)];
  if (from === undefined || to === undefined || more.length > 0 || to < from) return undefined;
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

/** `192.168.10.20`, `plc.local:1502`, `[fe80::1]:502`; a whole network is not looked through. */
function hostOf(text: string): NonNullable<ScanOrder["host"]> {
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text);
  const name = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  if (name === undefined || (port !== undefined && (port < 1 || port > 65_535))) {
    throw new ConfigurationError(M.wrong_host, { text });
  }
  return port === undefined ? { name } : { name, port };
}
