import { ConfigurationError } from "../../../drivers/core/errors.js";
import type { ScanEffort } from "../../../drivers/core/prober.js";
import { type AskedOf, flag, grammar, optional } from "../grammar/command.js";
import { CONNECTION, PROFILE, SERIAL_PORT, text } from "../grammar/kinds.js";
import { CONFIG } from "../grammar/shared-options.js";
import { SCAN_VERB_MESSAGES as M } from "./scan-messages.js";

/** What can be written behind `tram scan`. */
export const SCAN = grammar({
  name: "scan",
  summary: M.summary,
  about: M.about,
  args: { connection: optional(CONNECTION, M.connection) },
  options: {
    config: CONFIG,
    port: optional(SERIAL_PORT, M.port),
    host: optional(text("192.168.10.20:502", M.word_host), M.host),
    baud: optional(text("9600,19200", M.word_list), M.bauds),
    parity: optional(text("none,even", M.word_list), M.parities),
    units: optional(text("1-32,40", M.word_list), M.units),
    quick: flag(M.quick),
    thorough: flag(M.thorough),
    add: flag(M.add),
    "set-address": optional(text("7", M.word_unit), M.set_address),
    profile: optional(PROFILE, M.profile),
    yes: flag(M.yes, { short: "y" }),
    json: flag(M.json),
  },
  forms: [
    ["connection?", "baud?", "parity?", "units?", "quick?", "thorough?", "add?", "config?", "json?"],
    ["port", "baud?", "parity?", "units?", "quick?", "thorough?", "json?"],
    ["host", "units?", "quick?", "thorough?", "json?"],
    ["set-address", "profile", "port?", "yes?", "config?"],
  ],
  examples: [
    "scan --port /dev/ttyUSB0",
    "scan rs485 -c gateway.yaml --units 1-32",
    "scan --set-address 7 --profile xy/md02 --port /dev/ttyUSB0",
  ],
});

export type Parity = "none" | "even" | "odd";

/** What a person wants looked for. */
export interface ScanOrder {
  /** As `-c` says. */
  readonly config?: string;
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
/** Beyond 247 is kept back by V1.02, 2.2; some factories set it all the same. */
const MOST_UNIT = 255;

/** Throws ConfigurationError for what cannot be meant. */
export function scanOrder({ args: { connection }, options }: AskedOf<typeof SCAN>): ScanOrder {
  const { host, port } = options;
  const places = [connection, port, host].filter((place) => place !== undefined);
  if (places.length > 1) throw new ConfigurationError(M.one_place);
  if (options.quick && options.thorough) throw new ConfigurationError(M.quick_or_thorough);
  const listOf = <T>(
    option: "baud" | "parity" | "units" | "set-address",
    read: (word: string) => T | undefined,
  ): readonly T[] | undefined => {
    const text = options[option];
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
  const { add, config, json, profile, yes } = options;
  return {
    ...(config !== undefined && { config }),
    effort: options.quick ? "quick" : options.thorough ? "thorough" : "normal",
    add,
    json,
    yes,
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
