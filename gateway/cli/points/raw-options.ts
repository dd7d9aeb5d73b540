import { ConfigurationError } from "../../../drivers/core/errors.js";
import type { RawPlace } from "../../../drivers/core/inspector.js";
import { type Asked, optional, type Values } from "../grammar/command.js";
import { choice, SERIAL_PORT, text } from "../grammar/kinds.js";
import { READ_MESSAGES as M } from "./read-messages.js";

/** Options of a connection that stands in no file. */
export const PLACE_OPTIONS = {
  port: optional(SERIAL_PORT, M.port),
  host: optional(text("192.168.10.20:502", M.word_host), M.host),
  unit: optional(text("7", M.word_unit), M.unit),
  baud: optional(text("9600"), M.as_in_file),
  parity: optional(choice("none", "even", "odd"), M.as_in_file),
  "stop-bits": optional(choice("1", "2"), M.as_in_file),
  timeout: optional(text("500ms"), M.as_in_file),
  driver: optional(text("modbus-rtu"), M.as_in_file),
};

type PlaceOptions = Asked<Values, typeof PLACE_OPTIONS>["options"];

/** By name, by function code, and by the first digit of a maker's number. */
const TABLES: Readonly<Record<string, string>> = {
  coil: "coil",
  coils: "coil",
  "1": "coil",
  fc1: "coil",
  discrete: "discrete",
  "2": "discrete",
  fc2: "discrete",
  "1x": "discrete",
  holding: "holding",
  "3": "holding",
  fc3: "holding",
  "4x": "holding",
  input: "input",
  "4": "input",
  fc4: "input",
  "3x": "input",
};

export interface PlaceOption {
  /** For sentences. */
  readonly name: string;
  /** As in gateway.yaml. */
  readonly written: Readonly<Record<string, string | number>>;
}

/** The connection that `--port` or `--host` names; undefined without one. Throws ConfigurationError. */
export function placeOption(options: PlaceOptions): PlaceOption | undefined {
  const { baud, driver, host, parity, port, "stop-bits": stopBits, timeout } = options;
  if (port !== undefined && host !== undefined) throw new ConfigurationError(M.one_place);
  const more = timeout === undefined ? {} : { timeout };
  if (port !== undefined) {
    const line = {
      driver: driver ?? "modbus-rtu",
      port,
      ...(baud !== undefined && { baud: numberOption("--baud", baud, 50, 4_000_000) }),
      ...(parity !== undefined && { parity }),
      ...(stopBits !== undefined && { stop_bits: numberOption("--stop-bits", stopBits, 1, 2) }),
    };
    return { name: port, written: { ...line, ...more } };
  }
  if (host === undefined) return undefined;
  const [, name = host, tcpPort] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(host) ?? [];
  const written = {
    driver: driver ?? "modbus-tcp",
    host: name.replace(/^\[|\]$/g, ""),
    ...(tcpPort !== undefined && { port: numberOption("--host", tcpPort, 1, 65_535) }),
  };
  return { name: host, written: { ...written, ...more } };
}

/** `--unit`, undefined where it is absent. Throws ConfigurationError. */
export function unitOption({ unit }: Pick<PlaceOptions, "unit">): number | undefined {
  return unit === undefined ? undefined : numberOption("--unit", unit, 0, 255);
}

/** `holding 0 10`: table, first address, count (1 where it is absent). Throws ConfigurationError. */
export function rawPlace([table, address, count, ...more]: readonly string[]): RawPlace {
  if (table === undefined || address === undefined || more.length > 0)
    throw new ConfigurationError(M.raw_what);
  return {
    table: tableWord(table),
    address: numberOption("--raw", address, 0, 65_535),
    count: count === undefined ? 1 : numberOption("--raw", count, 1, 2_000),
  };
}

export function tableWord(text: string): string {
  const word = text.toLowerCase();
  const table = Object.hasOwn(TABLES, word) ? TABLES[word] : undefined;
  if (table === undefined) throw new ConfigurationError(M.wrong_table, { text });
  return table;
}

/** Decimal, or with 0x, or with the H of makers behind it. */
export function numberOption(option: string, text: string, least: number, most: number): number {
  const [, hex] = /^0x([0-9a-f]+)$/i.exec(text) ?? /^([0-9a-f]+)h$/i.exec(text) ?? [];
  const value =
    hex === undefined ? (/^\d+$/.test(text) ? Number(text) : Number.NaN) : Number.parseInt(hex, 16);
  if (value >= least && value <= most) return value;
  throw new ConfigurationError(M.wrong_number, { option, text, least, most });
}
