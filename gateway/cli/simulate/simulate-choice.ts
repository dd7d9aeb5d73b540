import { ConfigurationError } from "../../../drivers/core/errors.js";
import type { Text } from "../../../drivers/core/message.js";
import type { AskedOf } from "../grammar/command.js";
import type { SIMULATE } from "./simulate-grammar.js";
import { SIMULATE_MESSAGES as M } from "./simulate-messages.js";

export type SimulateAsked = AskedOf<typeof SIMULATE>;
type Option = keyof SimulateAsked["options"];
/** What is simulated. */
type What = "site" | "from" | "profile" | "replay";

const SITES: readonly What[] = ["site", "from"];
const DEVICES: readonly What[] = ["profile", "replay"];

/** What each option goes with; those that choose are not among them. */
const GOES_WITH: Readonly<Record<Exclude<Option, What>, readonly What[]>> = {
  scenario: ["from"],
  variant: ["profile"],
  option: ["profile"],
  unit: ["profile"],
  once: ["replay"],
  exact: ["replay"],
  loop: ["replay"],
  port: [...SITES, ...DEVICES],
  tcp: DEVICES,
  speed: SITES,
  start: SITES,
  seed: [...SITES, "profile"],
  state: SITES,
  broker: SITES,
  "broker-port": SITES,
  control: SITES,
  page: SITES,
  json: [...SITES, "replay"],
};

/** Without a world nothing has a time of its own. */
const OF_A_WORLD = ["speed", "start", "state"] as const;

/** Which of the four is wanted. Throws ConfigurationError: nothing that was written is ignored in silence. */
export function whatToSimulate({ args, options }: SimulateAsked): What {
  const chosen = (["site", "from", "profile", "replay"] as const).filter((what) =>
    isGiven(what === "site" ? args.site : options[what]),
  );
  const [what, other] = chosen;
  if (what === undefined) throw new ConfigurationError(M.nothing_chosen);
  if (other !== undefined) {
    throw new ConfigurationError(M.two_chosen, { one: wordOf(what), other: wordOf(other) });
  }
  for (const [option, goesWith] of Object.entries(GOES_WITH)) {
    if (!isGiven(options[option as Option]) || goesWith.includes(what)) continue;
    const words = { option: `--${option}`, chosen: wordOf(what), with: listed(goesWith.map(wordOf)) };
    throw new ConfigurationError(M.strange_option, words);
  }
  const ofWorld = OF_A_WORLD.find((option) => isGiven(options[option]));
  if (what === "from" && options.scenario === undefined && ofWorld !== undefined) {
    throw new ConfigurationError(M.needs_scenario, { option: `--${ofWorld}` });
  }
  return what;
}

/** Of a site: by connection. Throws ConfigurationError. */
export function placesByConnection(ports: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ports.map((written) => {
      const [, id, place] = /^([^/=]+)=(.+)$/s.exec(written) ?? [];
      if (id === undefined || place === undefined) throw new ConfigurationError(M.port_of_which, { written });
      return [id, place];
    }),
  );
}

/** Of one device: a port or none. Throws ConfigurationError. */
export function placeOfDevice({ port, tcp }: Pick<SimulateAsked["options"], "port" | "tcp">): {
  readonly port?: string;
  readonly tcpPort?: number;
} {
  const [written, more] = port;
  if (written !== undefined && tcp !== undefined) refusePair("--tcp", "--port");
  if (more !== undefined) refusePair(`--port ${written}`, `--port ${more}`);
  if (written !== undefined && (/^\d/.test(written) || /^[^/=]+=/.test(written))) {
    throw new ConfigurationError(M.not_a_path, { written });
  }
  return { ...(written !== undefined && { port: written }), ...(tcp !== undefined && { tcpPort: tcp }) };
}

export function refusePair(option: string, other: string): never {
  throw new ConfigurationError(M.not_together, { option, other });
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

function wordOf(what: What): Text {
  return what === "site" ? M.word_site.text : { vi: `--${what}`, en: `--${what}` };
}

function listed(words: readonly Text[]): Text {
  const all = (language: keyof Text): string => words.map((word) => word[language]).join(", ");
  return { vi: all("vi"), en: all("en") };
}
