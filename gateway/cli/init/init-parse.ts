import { type Said, say } from "../../../drivers/core/message.js";
import { ID_PATTERN } from "../../../drivers/core/schema.js";
import { parseSize } from "../../../drivers/core/written-values.js";
import type { Place, SerialAnswer, TcpAnswer } from "./init-answers.js";
import { INIT_MESSAGES as M } from "./init-messages.js";

/** What a text says, or why it does not. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: Said };

const PARITIES: Readonly<Record<string, SerialAnswer["parity"]>> = { N: "none", E: "even", O: "odd" };
const LONGEST_ID = 64;
const MODBUS_PORT = 502;
/** An empty answer, said aloud: for --set, and for who wants to take a default away. */
export const NONE = /^(?:-|none|không)$/i;

/** `Trạm bơm Mỹ Xuyên 01` is `bom-my-xuyen-01`: ASCII, lower case, one topic level. */
export function idFrom(name: string): string {
  const plain = name
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return (
    plain
      .replace(/^tram-(?=.)/, "")
      .slice(0, LONGEST_ID)
      .replace(/-+$/, "") || "gateway"
  );
}

/** What stands at the place, guessed from its name. */
export function kindFrom(name: string): string {
  const plain = idFrom(name);
  const signs: readonly (readonly [RegExp, string])[] = [
    [/\bbom\b|pump/, "pump-station"],
    [/\bcong\b|sluice/, "sluice"],
    [/\bmua\b|rain/, "rain-gauge"],
    [/\bden\b|chieu-sang|light/, "streetlight-cabinet"],
    [/\bman\b|salin/, "salinity-station"],
    [/thuy-van|muc-nuoc|river|level/, "river-station"],
    [/khi-tuong|weather/, "weather-station"],
    [/ruong|vuon|farm|field/, "farm-plot"],
    [/nuoc-thai|waste/, "wastewater-outlet"],
  ];
  return signs.find(([pattern]) => pattern.test(plain))?.[1] ?? "station";
}

export function parseName(text: string): Parsed<string> {
  const value = text.normalize("NFC").trim();
  return value === "" || /\p{Cc}/u.test(value) ? { wrong: say(M.wrong_name) } : { value };
}

export function parseId(text: string): Parsed<string> {
  if (new RegExp(ID_PATTERN).test(text) && text.length <= LONGEST_ID) return { value: text };
  return { wrong: say(M.wrong_id, { text, proposal: idFrom(text) }) };
}

/** `9.5563, 105.9872`; a phone that writes decimal commas gives `9,5563 105,9872`. */
export function parsePlace(text: string): Parsed<Place | undefined> {
  if (text === "" || NONE.test(text)) return { value: undefined };
  const parts = /[;\s]/.test(text.trim()) ? text.trim().split(/[;,]?\s+|;/) : text.split(",");
  const [latitude, longitude, ...more] = parts.map((part) =>
    Number(part.trim().replace(",", ".") || Number.NaN),
  );
  const good =
    latitude !== undefined &&
    longitude !== undefined &&
    more.length === 0 &&
    Math.abs(latitude) <= 90 &&
    Math.abs(longitude) <= 180;
  return good ? { value: { latitude, longitude } } : { wrong: say(M.wrong_place, { text }) };
}

export function parseTimezone(text: string): Parsed<string> {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return { value: text };
  } catch {
    return { wrong: say(M.wrong_timezone, { text }) };
  }
}

/** `9600 8N1`, `19200`: as the manual of a meter writes it. */
export function parseFrame(text: string): Parsed<Omit<SerialAnswer, "port">> {
  const [, baud, dataBits, parity, stopBits] =
    /^(\d+)(?:[\s-]+([78])([NEO])([12]))?$/i.exec(text.trim()) ?? [];
  const speed = Number(baud);
  if (baud === undefined || speed < 50 || speed > 4_000_000) return { wrong: say(M.wrong_frame, { text }) };
  return {
    value: {
      baud: speed,
      dataBits: dataBits === "7" ? 7 : 8,
      parity: PARITIES[(parity ?? "N").toUpperCase()] ?? "none",
      stopBits: stopBits === "2" ? 2 : 1,
    },
  };
}

/** `9600 8N1` */
export function frameText({ baud, dataBits, parity, stopBits }: Omit<SerialAnswer, "port">): string {
  return `${baud} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
}

/** `/dev/serial/by-id/x@9600-8N1, /dev/ttyS1`, or none. */
export function parseSerial(text: string): Parsed<readonly SerialAnswer[]> {
  if (text === "" || NONE.test(text)) return { value: [] };
  const ports: SerialAnswer[] = [];
  for (const part of text.split(",").map((one) => one.trim())) {
    const [port = "", frame = "9600 8N1"] = part.split("@");
    const parsed = parseFrame(frame);
    if ("wrong" in parsed) return parsed;
    if (!/^\.{0,2}\/\S+$/.test(port)) return { wrong: say(M.wrong_port, { text: port }) };
    if (ports.some((other) => other.port === port)) return { wrong: say(M.port_twice, { text: port }) };
    ports.push({ port, ...parsed.value });
  }
  return { value: ports };
}

/** `192.168.10.20, plc.local:1502`, or none. */
export function parseTcp(text: string): Parsed<readonly TcpAnswer[]> {
  if (text === "" || NONE.test(text)) return { value: [] };
  const targets: TcpAnswer[] = [];
  for (const part of text.split(",").map((one) => one.trim())) {
    const [, host, port] = /^([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(\d{1,5}))?$/.exec(part) ?? [];
    const number = port === undefined ? MODBUS_PORT : Number(port);
    // Four numbers that are no address would be looked up as a name, in vain.
    const numbers = host !== undefined && /^[\d.]+$/.test(host) ? host.split(".") : undefined;
    const bad = numbers && (numbers.length !== 4 || numbers.some((one) => one === "" || Number(one) > 255));
    if (host === undefined || bad || number < 1 || number > 65_535)
      return { wrong: say(M.wrong_tcp, { text: part }) };
    targets.push({ host, port: number });
  }
  return { value: targets };
}

/** A host alone means TLS on its usual port. */
export function parseBroker(text: string): Parsed<string | undefined> {
  if (text === "" || NONE.test(text)) return { value: undefined };
  const written = text.includes("://") ? text : `mqtts://${text}`;
  if (/:\/\/[^/]*@/.test(written)) return { wrong: say(M.broker_with_password) };
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const known = url?.protocol === "mqtt:" || url?.protocol === "mqtts:";
  const bare =
    url && url.hostname !== "" && /^\/?$/.test(url.pathname) && url.search === "" && url.hash === "";
  if (!known || !bare) return { wrong: say(M.wrong_broker, { text }) };
  const port = url.port || (url.protocol === "mqtts:" ? "8883" : "1883");
  return { value: `${url.protocol}//${url.hostname}:${port}` };
}

export function parsePath(text: string): Parsed<string> {
  // What belongs to a shell was typed into the wrong place.
  return text === "" || /[\p{Cc}|<>*?"`;&]/u.test(text) || text.endsWith("/")
    ? { wrong: say(M.wrong_path, { text }) }
    : { value: text };
}

/** At least what a day of a small station needs. */
export function parseBufferSize(text: string): Parsed<string> {
  const bytes = parseSize(text);
  return bytes === undefined || bytes < 50e6 ? { wrong: say(M.wrong_size, { text }) } : { value: text };
}
