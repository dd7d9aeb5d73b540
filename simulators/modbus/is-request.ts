import type { Framing } from "./framing.js";
import { requestLength } from "./rtu-frame.js";

/** Unit id and checksum of an RTU frame. */
const AROUND_PDU = 3;

/** Whether a frame is as long as a request of its function: most answers are not, that to a single write is. */
export function isRequest(framing: Framing, frame: Uint8Array): boolean {
  const scan = framing.scan(frame);
  if (scan.kind !== "request" || scan.used !== frame.length) return false;
  const { pdu, unit } = scan.request;
  return requestLength(Uint8Array.of(unit, ...pdu)) === pdu.length + AROUND_PDU;
}
