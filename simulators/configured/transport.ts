import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { ConfigurationError } from "../../drivers/core/errors.js";
import type {
  ModbusDialInSettings,
  ModbusOverTcpSettings,
  ModbusSerialSettings,
} from "../../drivers/modbus/schema.js";
import { ASCII_FRAMING } from "../modbus/ascii-framing.js";
import type { Framing } from "../modbus/framing.js";
import { MBAP_FRAMING } from "../modbus/mbap-framing.js";
import { RTU_FRAMING } from "../modbus/rtu-framing.js";
import { CONFIGURED_MESSAGES as M } from "./messages.js";
import type { WantedConnection } from "./wanted.js";

export interface SerialPlace {
  readonly kind: "serial";
  readonly framing: Framing;
  readonly path: string;
  /** Named on the command line: a real adapter may be there. */
  readonly chosen: boolean;
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

export interface ListenPlace {
  readonly kind: "listen";
  readonly framing: Framing;
  readonly host: string;
  readonly port: number;
  /** `host:port` of the configuration, where that is elsewhere. */
  readonly meant?: string;
}

export interface DialPlace {
  readonly kind: "dial";
  readonly framing: Framing;
  readonly host: string;
  readonly port: number;
  /** Latin-1: each character is a byte. */
  readonly registration?: string;
  readonly heartbeat?: string;
}

/** Where a simulated bus is met. */
export type Place = SerialPlace | ListenPlace | DialPlace;

const FRAMINGS = { rtu: RTU_FRAMING, ascii: ASCII_FRAMING, tcp: MBAP_FRAMING } as const;
const LOOPBACK = "127.0.0.1";
const MAX_PORT = 65_535;

/**
 * Where the devices of a connection are met: where the configuration says, or where `at` (what `--port` names for
 * this connection) says. Throws ConfigurationError for what cannot be.
 */
export function placeOf(connection: WantedConnection, at: string | undefined): Place {
  const { driver, settings } = connection;
  switch (driver) {
    case "modbus-rtu":
    case "modbus-ascii":
      return serialPlace(settings as ModbusSerialSettings, driver === "modbus-rtu" ? "rtu" : "ascii", at);
    case "modbus-tcp":
      return listenPlace(connection, MBAP_FRAMING, at);
    case "modbus-rtu-over-tcp":
      return listenPlace(connection, RTU_FRAMING, at);
    case "modbus-ascii-over-tcp":
      return listenPlace(connection, ASCII_FRAMING, at);
    case "modbus-dial-in":
      return dialPlace(connection, at);
    default:
      throw new ConfigurationError(M.not_simulated, { place: connection.place, id: connection.id, driver });
  }
}

function serialPlace(
  { port, baud, data_bits, parity, stop_bits }: ModbusSerialSettings,
  framing: "rtu" | "ascii",
  at: string | undefined,
): SerialPlace {
  return {
    kind: "serial",
    framing: FRAMINGS[framing],
    path: at ?? port,
    chosen: at !== undefined,
    baud,
    dataBits: data_bits,
    parity: parity as SerialPlace["parity"],
    stopBits: stop_bits,
  };
}

function listenPlace(connection: WantedConnection, framing: Framing, at: string | undefined): ListenPlace {
  const { host, port } = connection.settings as ModbusOverTcpSettings;
  if (at !== undefined) return { kind: "listen", framing, ...endpoint(connection, at) };
  const own = addressHere(host);
  if (own !== undefined) return { kind: "listen", framing, host: own, port };
  return { kind: "listen", framing, host: LOOPBACK, port, meant: `${host}:${port}` };
}

function dialPlace(connection: WantedConnection, at: string | undefined): DialPlace {
  const { framing, listen, identity, heartbeat } = connection.settings as ModbusDialInSettings;
  const { host, port } = endpoint(connection, at ?? listen);
  return {
    kind: "dial",
    framing: FRAMINGS[framing as keyof typeof FRAMINGS],
    // The gateway listens at all of its addresses: at this one, too.
    host: host === "0.0.0.0" || host === "::" ? LOOPBACK : host,
    port,
    ...(identity !== undefined && { registration: latin1Of(identity) }),
    ...(heartbeat !== undefined && { heartbeat: latin1Of(heartbeat) }),
  };
}

/** `port` or `address:port`. */
function endpoint({ id, place }: WantedConnection, text: string): { host: string; port: number } {
  const [, host = LOOPBACK, digits = ""] = /^(?:(\S+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > MAX_PORT) throw new ConfigurationError(M.not_a_port, { place, id, text });
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port };
}

/** The address of this machine that a host is; undefined: it is another machine. */
function addressHere(host: string): string | undefined {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  if (bare === "localhost") return LOOPBACK;
  if (isIP(bare) === 0) return undefined;
  if (bare === "::1" || bare.startsWith("127.")) return bare;
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  return own.includes(bare) ? bare : undefined;
}

/** A text, or the bytes after `hex:`. */
function latin1Of(text: string): string {
  const hex = /^hex:((?:\s*[0-9A-Fa-f]{2})+)\s*$/.exec(text)?.[1];
  const bytes = hex === undefined ? Buffer.from(text, "utf8") : Buffer.from(hex.replace(/\s/g, ""), "hex");
  return bytes.toString("latin1");
}
