/** Start bit, 8 data bits, stop bit. */
const CHARACTER_BITS = 10;

/**
 * What a receiver set to `toBaud` makes of bytes sent at `fromBaud`: the line's level is sampled in the middle of
 * each of the receiver's bits, as a UART does. Characters with a wrong stop bit are kept, as terminals keep them.
 */
export function heardAtBaud(bytes: Uint8Array, fromBaud: number, toBaud: number): Uint8Array {
  return sampled(levelOf(bytes), bytes.length * CHARACTER_BITS, fromBaud / toBaud);
}

/**
 * What a receiver makes of bytes when A and B are the wrong way round. Each bit is its opposite while the sender
 * drives the line. While nobody does, the receiver's own bias says "mark" whichever way round the wires are (RS-485
 * receivers with fail-safe inputs). So the start bit is no edge; the receiver takes the first 1 of the data for one,
 * and goes on from there, out of step: other bytes, and fewer, and often a wrong stop bit.
 */
export function heardInverted(bytes: Uint8Array): Uint8Array {
  const level = levelOf(bytes);
  const end = bytes.length * CHARACTER_BITS;
  return sampled((time) => (time < 0 || time >= end ? 1 : 1 - level(time)), end, 1);
}

/** The level of the line at a time in bits of the sender; edges lie at whole numbers. */
function levelOf(bytes: Uint8Array): (time: number) => number {
  const end = bytes.length * CHARACTER_BITS;
  return (time) => {
    if (time < 0 || time >= end) return 1;
    const at = Math.floor(time);
    const within = at % CHARACTER_BITS;
    if (within === 0) return 0;
    if (within === CHARACTER_BITS - 1) return 1;
    return ((bytes[Math.floor(at / CHARACTER_BITS)] ?? 0) >> (within - 1)) & 1;
  };
}

/** `bit`: how long the receiver takes a bit to be. */
function sampled(level: (time: number) => number, end: number, bit: number): Uint8Array {
  const heard: number[] = [];
  for (let edge = 0; edge < end; edge++) {
    if (level(edge) !== 0 || level(edge - 1) !== 1) continue;
    let byte = 0;
    for (let at = 0; at < 8; at++) byte |= level(edge + (at + 1.5) * bit) << at;
    heard.push(byte);
    // The next start bit is looked for from the middle of the stop bit.
    edge = Math.max(edge, Math.ceil(edge + 9.5 * bit) - 1);
  }
  return Uint8Array.from(heard);
}
