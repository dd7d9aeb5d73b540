import type { Random } from "../random.js";
import type { FaultSet } from "./fault-set.js";
import { heardAtBaud, heardInverted } from "./uart.js";

/**
 * What the other end of the wire makes of these bytes, with the faults of the whole wire; the same array where it
 * has none. `heard`: by the devices; `sent`: by them.
 */
export function acrossLine(
  faults: FaultSet,
  bytes: Uint8Array,
  direction: "heard" | "sent",
  baud: number,
): Uint8Array {
  let arrived = bytes;
  const wrong = faults.state("wrong_baud");
  if (wrong && (wrong.spec.direction === "both" || wrong.spec.direction === direction)) {
    wrong.fault.made++;
    const { baud: own } = wrong.spec;
    arrived = direction === "heard" ? heardAtBaud(arrived, baud, own) : heardAtBaud(arrived, own, baud);
  }
  // Twice the wrong way round is right.
  const swapped = faults.states("swapped");
  if (swapped.length % 2 === 1) {
    for (const { fault } of swapped) fault.made++;
    arrived = heardInverted(arrived);
  }
  for (const { fault, spec } of faults.states("bit_errors")) {
    const damaged = withBitErrors(arrived, spec.share, fault.random);
    if (damaged !== arrived) fault.made++;
    arrived = damaged;
  }
  return arrived;
}

/** The same array where nothing was hit. Two numbers are drawn for each character, hit or not. */
function withBitErrors(bytes: Uint8Array, share: number, random: Random): Uint8Array {
  let damaged = bytes;
  for (let at = 0; at < bytes.length; at++) {
    const [isHit, bit] = [random() < share, Math.floor(random() * 8)];
    if (!isHit) continue;
    if (damaged === bytes) damaged = bytes.slice();
    damaged[at] = (bytes[at] ?? 0) ^ (1 << bit);
  }
  return damaged;
}
