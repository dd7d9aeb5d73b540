import { type Message, say, type Text, textOf } from "../../../drivers/core/message.js";
import { parseDuration, parsePercent } from "../../../drivers/core/written-values.js";
import { GRAMMAR_MESSAGES as M } from "./messages.js";

/** Where the words come from that a shell may offer. */
export type WordSource =
  | "file"
  | "device"
  | "point"
  | "device-point"
  | "connection"
  | "uplink"
  | "profile"
  | "serial-port"
  | "site"
  | "lesson";

/** How a value is written, what it then is, and how the shell completes it. */
export interface Kind<T> {
  /** Stands for it in a line of usage. */
  readonly word: Text;
  /** Ends the sentence "needed is ...". */
  readonly wants: Text;
  readonly example: string;
  readonly choices?: readonly string[];
  readonly completes?: WordSource;
  /** Undefined: not understood. */
  read(text: string): T | undefined;
}

const some = (text: string): string | undefined => (text.trim() === "" ? undefined : text);

function words(word: Message<never>, wants: Message<never>): Pick<Kind<string>, "word" | "wants" | "read"> {
  return { word: word.text, wants: wants.text, read: some };
}

export const FILE: Kind<string> = {
  ...words(M.word_file, M.wants_file),
  example: "gateway.yaml",
  completes: "file",
};

/** A file that is written: `-` would be standard output, which cannot be. */
export const NEW_FILE: Kind<string> = {
  ...FILE,
  read: (written) => (written === "-" ? undefined : some(written)),
};

export const text = (example: string, word: Message<never> = M.word_text): Kind<string> => ({
  ...words(word, M.wants_text),
  example,
});

const id = (word: Message<never>, completes: WordSource, example: string): Kind<string> => ({
  ...words(word, M.wants_id),
  example,
  completes,
});

/** Ids of the configuration. Whether they are there is checked by who uses them. */
export const DEVICE = id(M.word_device, "device", "well");
export const POINT = id(M.word_point, "point", "well.level");
export const PATTERN = id(M.word_pattern, "point", '"well.*"');
export const CONNECTION = id(M.word_connection, "connection", "rs485");
export const UPLINK = id(M.word_uplink, "uplink", "centre");

export const PROFILE: Kind<string> = {
  ...words(M.word_profile, M.wants_profile),
  example: "eastron/sdm630",
  completes: "profile",
};

/** Longer lists of choices stand in the description. */
const MOST_CHOICES = 24;

/** The path of a serial port, or of a simulated one. */
export const SERIAL_PORT: Kind<string> = {
  ...words(M.word_port, M.wants_port),
  example: "/dev/ttyUSB0",
  completes: "serial-port",
};

/** One of a few words. */
export function choice<const W extends string>(...choices: readonly W[]): Kind<W> {
  const all = choices.join("|");
  return {
    word: all.length <= MOST_CHOICES ? { vi: all, en: all } : M.word_choice.text,
    wants: textOf(say(M.wants_choice, { words: choices.join(", ") })),
    example: choices[0] ?? "",
    choices,
    read: (written) => choices.find((one) => one === written),
  };
}

export function whole(least: number, most: number, example = String(least)): Kind<number> {
  return {
    word: M.word_number.text,
    wants: textOf(say(M.wants_whole, { least, most })),
    example,
    read: (written) =>
      /^\d{1,16}$/.test(written) && Number(written) >= least && Number(written) <= most
        ? Number(written)
        : undefined,
  };
}

/** Above 0. */
export function positive(most: number, example: string): Kind<number> {
  return {
    word: M.word_number.text,
    wants: textOf(say(M.wants_positive, { most })),
    example,
    read: (written) => {
      const number = written.trim() === "" ? Number.NaN : Number(written);
      return number > 0 && number <= most ? number : undefined;
    },
  };
}

/** Milliseconds. The bounds are written as durations too; `0` needs no unit. */
export function duration(least: string, most: string, example: string): Kind<number> {
  const read = (written: string): number | undefined => (written === "0" ? 0 : parseDuration(written));
  const [leastMs = 0, mostMs = 0] = [read(least), read(most)];
  return {
    word: M.word_duration.text,
    wants: textOf(say(M.wants_duration, { least, most })),
    example,
    read: (written) => {
      const ms = read(written);
      return ms !== undefined && ms >= leastMs && ms <= mostMs ? ms : undefined;
    },
  };
}

/** A share from `10%`; `0` needs no sign. */
export function share(most: string, example: string): Kind<number> {
  const read = (written: string): number | undefined =>
    /^0\s?%?$/.test(written) ? 0 : parsePercent(written);
  const mostShare = read(most) ?? 1;
  return {
    word: M.word_share.text,
    wants: textOf(say(M.wants_share, { most })),
    example,
    read: (written) => {
      const value = read(written);
      return value !== undefined && value <= mostShare ? value : undefined;
    },
  };
}

/** `NAME=VALUE`. */
export function pair(example: string): Kind<readonly [name: string, value: string]> {
  return {
    word: M.word_pair.text,
    wants: M.wants_pair.text,
    example,
    read: (written) => {
      const at = written.indexOf("=");
      const [name, value] = [written.slice(0, at).trim(), written.slice(at + 1).trim()];
      return at > 0 && name !== "" && value !== "" ? [name, value] : undefined;
    },
  };
}

export const BROKER: Kind<string> = {
  word: M.word_url.text,
  wants: M.wants_broker.text,
  example: "mqtt://127.0.0.1:1883",
  read: (written) => (/^mqtts?:\/\/[^/]/.test(written) ? written : undefined),
};
