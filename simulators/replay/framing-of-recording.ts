import type { BusTextFrame } from "../../drivers/core/bus-text.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { ASCII_FRAMING } from "../modbus/ascii-framing.js";
import type { Framing, HeardRequest } from "../modbus/framing.js";
import { MBAP_FRAMING } from "../modbus/mbap-framing.js";
import { RTU_FRAMING } from "../modbus/rtu-framing.js";
import { REPLAY_DEVICE_MESSAGES as M } from "./messages.js";

const BY_DRIVER: Readonly<Record<string, Framing>> = {
  "modbus-rtu": RTU_FRAMING,
  "modbus-ascii": ASCII_FRAMING,
  "modbus-tcp": MBAP_FRAMING,
  "modbus-rtu-over-tcp": RTU_FRAMING,
  "modbus-ascii-over-tcp": ASCII_FRAMING,
};
const FRAMINGS = [RTU_FRAMING, ASCII_FRAMING, MBAP_FRAMING];
/** What a modem that dials in carries stands in its settings, not in the file. */
const DIAL_IN = "modbus-dial-in";
/** So many requests tell. */
const LOOKED_AT = 50;

/** Unit, PDU and transaction of a whole frame, of a request as of an answer; undefined: it is none. */
export function frameOf(framing: Framing, bytes: Uint8Array): HeardRequest | undefined {
  // The length of an answer says nothing to who expects requests: what ends with its checksum is whole.
  const scan = framing.name === "rtu" ? framing.onPause(bytes) : framing.scan(bytes);
  return scan.kind === "request" && scan.used === bytes.length ? scan.request : undefined;
}

/**
 * The framing of a recording: its driver's; of one that names none, or a modem's, that by which most requests are whole.
 * Throws ConfigurationError for the driver of something else than Modbus.
 */
export function framingOfRecording(
  driver: string | undefined,
  frames: readonly BusTextFrame[],
  file: string,
): Framing {
  const named = driver === undefined ? undefined : BY_DRIVER[driver];
  if (named) return named;
  if (driver !== undefined && driver !== DIAL_IN) {
    throw new ConfigurationError(M.other_driver, {
      file,
      driver,
      known: [...Object.keys(BY_DRIVER), DIAL_IN].join(", "),
    });
  }
  const requests = frames.filter(({ direction }) => direction === "sent").slice(0, LOOKED_AT);
  const wholeBy = (framing: Framing): number =>
    requests.filter(({ bytes }) => frameOf(framing, bytes)).length;
  return FRAMINGS.reduce((best, next) => (wholeBy(next) > wholeBy(best) ? next : best), RTU_FRAMING);
}

/** Whether it was carried by TCP as it is on a serial line. */
export function isOverTcp(driver: string | undefined): boolean {
  return driver === DIAL_IN || driver?.endsWith("-over-tcp") === true;
}
