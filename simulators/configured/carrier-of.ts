import { lstatSync, readlinkSync, type Stats, statSync } from "node:fs";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { AdapterPort } from "../modbus/adapter-port.js";
import type { SimulatedBus } from "../modbus/bus.js";
import type { Carrier } from "../modbus/carrier.js";
import { DialIn } from "../modbus/dial-in.js";
import { SimulatedSerialPort } from "../modbus/serial-port.js";
import { TcpListener } from "../modbus/tcp-listener.js";
import { CONFIGURED_MESSAGES as M } from "./messages.js";
import type { Place, SerialPlace } from "./transport.js";

const REDIAL_MS = 2000;
const HEARTBEAT_MS = 30_000;

/** Who says it, in an error. */
export interface Owner {
  readonly id: string;
  readonly place: string;
}

/** What is at a path now: `link` leads to a pseudo-terminal, or nowhere. */
type Found = "nothing" | "link" | "device" | "other";

function whatIsAt(path: string): Found {
  const own = lookAt(path);
  // What cannot be looked at cannot be made either: that is told when it is tried.
  if (!own) return "nothing";
  if (own.isCharacterDevice()) return "device";
  if (!own.isSymbolicLink()) return "other";
  const end = statSync(path, { throwIfNoEntry: false });
  if (!end || readlinkSync(path).startsWith("/dev/pts/")) return "link";
  return end.isCharacterDevice() ? "device" : "other";
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Whether a real adapter carries the bus: it was named on the command line, and is there. */
export function isAdapter(place: Place): place is SerialPlace {
  if (place.kind !== "serial" || !place.chosen) return false;
  return (
    lookAt(place.path) !== undefined &&
    (statSync(place.path, { throwIfNoEntry: false })?.isCharacterDevice() ?? false)
  );
}

/** Throws ConfigurationError where something real lies at the path of a pseudo-terminal. */
export function carrierOf(place: Place, bus: SimulatedBus, owner: Owner): Carrier {
  switch (place.kind) {
    case "serial": {
      const { path } = place;
      if (isAdapter(place)) return new AdapterPort(bus, place);
      const found = whatIsAt(path);
      if (found === "device") throw new ConfigurationError(M.device_there, { ...owner, path });
      if (found === "other") throw new ConfigurationError(M.path_taken, { ...owner, path });
      return new SimulatedSerialPort(bus, path);
    }
    case "listen":
      return new TcpListener({ bus, host: place.host, port: place.port });
    case "dial": {
      const { registration, heartbeat: text, host, port } = place;
      const heartbeat = text === undefined ? undefined : { text, everyMs: HEARTBEAT_MS };
      return new DialIn({
        bus,
        host,
        port,
        registration,
        reconnectMs: REDIAL_MS,
        ...(heartbeat && { heartbeat }),
      });
    }
  }
}

/** The system's error, as a person reads it. */
export function cannotStart(error: unknown, place: Place, owner: Owner): ConfigurationError {
  const { code, message } = error as NodeJS.ErrnoException;
  const where = place.kind === "serial" ? place.path : `${place.host}:${place.port}`;
  const cause = { cause: error };
  const about = { ...owner, where };
  // What opens serial ports says the system's words, without its codes.
  const problem = code ?? message.replace(/^Error:? /, "");
  if (/permission denied/i.test(problem)) return new ConfigurationError(M.path_forbidden, about, cause);
  if (code === "EADDRINUSE" || /cannot lock/i.test(problem))
    return new ConfigurationError(M.port_taken, about, cause);
  if (code === "EACCES" && place.kind === "listen")
    return new ConfigurationError(M.port_forbidden, about, cause);
  if (code === "EACCES") return new ConfigurationError(M.path_forbidden, about, cause);
  return new ConfigurationError(M.not_opened, { ...about, problem }, cause);
}
