import type { Framing, Scan } from "./framing.js";

/** MODBUS Messaging on TCP/IP V1.0b, 3.1.3: transaction, protocol 0, length of what follows, unit id. */
const MBAP = 7;
const MAX_ADU = 260;

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export const MBAP_FRAMING: Framing = {
  name: "tcp",
  serial: false,
  bitsPerCharacter: 8,
  scan(heard): Scan {
    if (heard.length < 6) return { kind: "more" };
    const length = word(heard, 4);
    if (word(heard, 2) !== 0 || length < 2 || length > MAX_ADU - 6) return { kind: "broken" };
    const used = 6 + length;
    if (heard.length < used) return { kind: "more" };
    const raw = heard.subarray(0, used);
    const request = { unit: raw[6] ?? 0, pdu: raw.subarray(MBAP), raw, transaction: word(raw, 0) };
    return { kind: "request", used, request };
  },
  onPause: () => ({ kind: "more" }),
  pauseMs: () => undefined,
  silenceMs: () => 0,
  encode(unit, pdu, transaction) {
    const frame = new Uint8Array(MBAP + pdu.length);
    frame[0] = transaction >> 8;
    frame[1] = transaction;
    frame[4] = (pdu.length + 1) >> 8;
    frame[5] = pdu.length + 1;
    frame[6] = unit;
    frame.set(pdu, MBAP);
    return frame;
  },
  spoil: (frame) => frame,
};
