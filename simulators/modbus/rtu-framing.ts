import type { Framing, HeardRequest, Scan } from "./framing.js";
import { crcHolds, MAX_RTU_FRAME, requestLength, rtuFrame, silenceMs } from "./rtu-frame.js";

function requestOf(frame: Uint8Array): HeardRequest {
  return { unit: frame[0] ?? 0, pdu: frame.subarray(1, -2), raw: frame, transaction: 0 };
}

/** MODBUS over Serial Line V1.02, 2.5.1: silence ends a frame, its length may tell the end earlier. */
export const RTU_FRAMING: Framing = {
  name: "rtu",
  serial: true,
  // 2.5.1: start, 8 data, parity or a second stop bit, stop.
  bitsPerCharacter: 11,
  scan(heard): Scan {
    if (heard.length > MAX_RTU_FRAME) return { kind: "damaged", used: heard.length };
    if (requestLength(heard) !== heard.length || !crcHolds(heard)) return { kind: "more" };
    return { kind: "request", used: heard.length, request: requestOf(heard) };
  },
  /** A frame whose length could not be told: an unknown function, or a piece of one. */
  onPause(heard): Scan {
    return crcHolds(heard)
      ? { kind: "request", used: heard.length, request: requestOf(heard) }
      : { kind: "damaged", used: heard.length };
  },
  pauseMs: silenceMs,
  silenceMs,
  encode: rtuFrame,
  spoil(frame) {
    const spoiled = frame.slice();
    spoiled[frame.length - 1] = (frame.at(-1) ?? 0) ^ 0x5a;
    return spoiled;
  },
};
