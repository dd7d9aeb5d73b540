import type { Language } from "../drivers/core/message.js";

export interface DemoOptions {
  /** Of config/examples. */
  readonly site: string;
  /** Absent: what the scenario says. */
  readonly speed?: number;
  readonly seed?: number;
  /** 0: until Ctrl-C. */
  readonly seconds: number;
  readonly json: boolean;
  readonly keep: boolean;
  readonly help: boolean;
  readonly language: Language;
  /** An option that nobody knows. */
  readonly wrong?: string;
}

const DEFAULT_SECONDS = 30;
const DEFAULT_SITE = "pump-station";

/** Reads the command line; the language follows LC_ALL, LC_MESSAGES, LANG unless told. */
export function parseDemoOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DemoOptions {
  const { LC_ALL, LC_MESSAGES, LANG } = env;
  const locale = LC_ALL || LC_MESSAGES || LANG || "";
  const options: { -readonly [K in keyof DemoOptions]: DemoOptions[K] } = {
    site: "",
    seconds: DEFAULT_SECONDS,
    json: false,
    keep: false,
    help: false,
    language: locale.startsWith("vi") ? "vi" : "en",
  };
  const rest = args.flatMap((arg) => (/^--\w+=/.test(arg) ? splitAtEquals(arg) : [arg]));
  for (let at = 0; at < rest.length; at++) {
    const arg = rest[at] ?? "";
    const value = rest[at + 1] ?? "";
    if (arg === "--json" || arg === "--keep" || arg === "--help") options[arg.slice(2) as "json"] = true;
    else if (arg === "-h") options.help = true;
    else if (arg === "--seconds" && /^\d+(\.\d+)?$/.test(value)) {
      options.seconds = Number(value);
      at++;
    } else if (arg === "--speed" && /^\d+(\.\d+)?$/.test(value) && Number(value) <= 3600) {
      options.speed = Number(value);
      at++;
    } else if (arg === "--seed" && /^\d{1,15}$/.test(value)) {
      options.seed = Number(value);
      at++;
    } else if (!arg.startsWith("-") && options.site === "") {
      options.site = arg;
    } else if (arg === "--lang" && (value === "vi" || value === "en")) {
      options.language = value;
      at++;
    } else return { ...options, wrong: value === "" ? arg : `${arg} ${value}` };
  }
  return { ...options, site: options.site || DEFAULT_SITE };
}

function splitAtEquals(arg: string): string[] {
  const at = arg.indexOf("=");
  return [arg.slice(0, at), arg.slice(at + 1)];
}
