import type { Random } from "../random.js";
import type { Struck } from "./fault-set.js";
import type { Framing, HeardRequest } from "./framing.js";

/** Bytes to be sent, and how. */
export interface Utterance {
  readonly bytes: Uint8Array;
  /** Wait so many ms before the byte at this index. */
  readonly pauses?: ReadonlyMap<number, number>;
  /** End the connection when so many bytes have been sent. */
  readonly cutAfter?: number | undefined;
}

/** Longest PDU (V1.1b3, 4.1). */
const MAX_PDU = 253;
const LAST_UNIT = 247;

/** The frame of an answer after the faults that concern its content. Without faults: the honest frame. */
export function replyFrame(
  framing: Framing,
  request: HeardRequest,
  honest: Uint8Array,
  struck: Struck,
  random: Random,
): Uint8Array {
  if (struck.isNothing) return framing.encode(request.unit, honest, request.transaction);
  const wrongUnit = struck.get("wrong_unit");
  const unit = wrongUnit ? (wrongUnit.unit ?? (request.unit % LAST_UNIT) + 1) : request.unit;
  const pdu = wrongPdu(honest, struck, random);
  const transaction = (request.transaction + (struck.get("wrong_transaction")?.by ?? 0)) & 0xffff;
  const whole = framing.encode(unit, pdu, transaction);
  const frame = struck.get("bad_checksum") ? framing.spoil(whole) : whole;
  if (!struck.get("twin")) return frame;
  const other = pdu.map((byte, at) => (at < 2 ? byte : Math.floor(random() * 256)));
  return mixed(frame, framing.encode(unit, other, transaction), 1 + Math.floor(random() * 3), random);
}

/** What of a frame is sent, and how: the faults that concern the wire. */
export function utter(frame: Uint8Array, struck: Struck, random: Random): Utterance {
  if (struck.isNothing) {
    // As many draws as below: what strikes does not move what strikes later.
    random();
    random();
    return { bytes: frame };
  }
  const truncated = struck.get("truncated");
  const keep = truncated?.keep ?? 1 + Math.floor(random() * (frame.length - 1));
  const said = truncated ? frame.subarray(0, keep) : frame;
  const pauses = new Map<number, number>();
  const doubled = struck.get("doubled");
  if (doubled) pauses.set(said.length, doubled.pause);
  const { where, bytes: count = 0 } = struck.get("noise") ?? {};
  const noise = Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
  const twice = doubled ? [said, said] : [said];
  const parts = where === "instead" ? [noise] : [...twice];
  if (where === "before") {
    parts.unshift(noise);
    if (doubled) {
      pauses.clear();
      pauses.set(noise.length + said.length, doubled.pause);
    }
  }
  if (where === "after") parts.push(noise);
  const bytes = Uint8Array.from(Buffer.concat(parts));
  const trickle = struck.get("trickle");
  if (trickle) {
    for (let at = trickle.bytes; at < bytes.length; at += trickle.bytes) pauses.set(at, trickle.pause);
  }
  const when = struck.get("close")?.when;
  const middle = 1 + Math.floor(random() * (bytes.length - 1));
  return { bytes, pauses, cutAfter: when && (when === "mid_reply" ? middle : bytes.length) };
}

/**
 * What is heard when two talk at once, the second beginning `offset` characters after the first: where both are
 * on the wire the levels fight, and characters that do not begin together become others.
 */
export function mixed(first: Uint8Array, second: Uint8Array, offset: number, random: Random): Uint8Array {
  return Uint8Array.from({ length: Math.max(first.length, second.length + offset) }, (_, at) => {
    const [one, two] = [first[at], second[at - offset]];
    if (one === undefined || two === undefined) return one ?? two ?? Math.floor(random() * 256);
    return random() < 0.5 ? one & two : Math.floor(random() * 256);
  });
}

function wrongPdu(honest: Uint8Array, struck: Struck, random: Random): Uint8Array {
  const [code = 0, count = 0] = honest;
  let pdu = honest;
  const { by } = struck.get("wrong_length") ?? {};
  if (by !== undefined) {
    // Of a read the byte count goes along: the frame is well formed, and not what was asked for.
    const isRead = (code >= 1 && code <= 4) || code === 23;
    const length = Math.max(isRead ? 2 : 1, Math.min(MAX_PDU, honest.length + by));
    pdu = Uint8Array.from({ length }, (_, at) => honest[at] ?? Math.floor(random() * 256));
    if (isRead) pdu[1] = Math.max(0, count + length - honest.length);
  }
  const other = struck.get("wrong_function");
  if (other) {
    pdu = pdu.slice();
    pdu[0] = other.code ?? ((code & 0x7f) % 4) + 1;
  }
  return pdu;
}
