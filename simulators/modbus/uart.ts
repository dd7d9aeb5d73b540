/** How characters go over a serial line: a start bit, eight data bits, a parity bit perhaps, stop bits. */
export interface LineFormat {
  readonly baud: number;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

export interface HeardBytes {
  readonly bytes: Uint8Array;
  /** Characters whose parity or stop bit was not what it must be. Terminals keep them, devices drop the frame. */
  readonly errors: number;
}

export function sameFormat(a: LineFormat, b: LineFormat): boolean {
  return a.baud === b.baud && a.parity === b.parity && a.stopBits === b.stopBits;
}

export function characterBits({ parity, stopBits }: Pick<LineFormat, "parity" | "stopBits">): number {
  return 1 + 8 + (parity === "none" ? 0 : 1) + stopBits;
}

/**
 * What a receiver set to `toBaud` makes of bytes sent at `fromBaud`: the line's level is sampled in the middle of
 * each of the receiver's bits, as a UART does. Characters with a wrong stop bit are kept, as terminals keep them.
 */
export function heardAtBaud(bytes: Uint8Array, fromBaud: number, toBaud: number): Uint8Array {
  return heardBetween(bytes, { ...PLAIN, baud: fromBaud }, { ...PLAIN, baud: toBaud }).bytes;
}

const PLAIN: LineFormat = { baud: 9600, parity: "none", stopBits: 1 };

/**
 * What a receiver makes of bytes when A and B are the wrong way round. Each bit is its opposite while the sender
 * drives the line. While nobody does, the receiver's own bias says "mark" whichever way round the wires are (RS-485
 * receivers with fail-safe inputs). So the start bit is no edge; the receiver takes the first 1 of the data for one,
 * and goes on from there, out of step: other bytes, and fewer, and often a wrong stop bit.
 */
export function heardInverted(bytes: Uint8Array): Uint8Array {
  const level = levelOf(bytes, PLAIN);
  const end = bytes.length * characterBits(PLAIN);
  return sampled((time) => (time < 0 || time >= end ? 1 : 1 - level(time)), end, 1, PLAIN).bytes;
}

/** The same for two formats. Bytes are sent without a pause in between. */
export function heardBetween(bytes: Uint8Array, from: LineFormat, to: LineFormat): HeardBytes {
  return sampled(levelOf(bytes, from), bytes.length * characterBits(from), from.baud / to.baud, to);
}

/** The level of the line at a time in bits of the sender; edges lie at whole numbers. */
function levelOf(bytes: Uint8Array, from: LineFormat): (time: number) => number {
  const own = characterBits(from);
  const end = bytes.length * own;
  return (time) => {
    if (time < 0 || time >= end) return 1;
    const at = Math.floor(time);
    return bitOf(bytes[Math.floor(at / own)] ?? 0, at % own, from.parity);
  };
}

/** `bit`: how long the receiver takes a bit to be. */
function sampled(level: (time: number) => number, end: number, bit: number, to: LineFormat): HeardBytes {
  const heard: number[] = [];
  let errors = 0;
  const stopAt = to.parity === "none" ? 9 : 10;
  for (let edge = 0; edge < end; edge++) {
    if (level(edge) !== 0 || level(edge - 1) !== 1) continue;
    let byte = 0;
    for (let at = 0; at < 8; at++) byte |= level(edge + (at + 1.5) * bit) << at;
    heard.push(byte);
    const isRight = to.parity === "none" || level(edge + 9.5 * bit) === parityOf(byte, to.parity);
    if (!isRight || level(edge + (stopAt + 0.5) * bit) === 0) errors++;
    // The next start bit is looked for from the middle of the stop bit.
    edge = Math.max(edge, Math.ceil(edge + (stopAt + 0.5) * bit) - 1);
  }
  return { bytes: Uint8Array.from(heard), errors };
}

/** The level of one bit of a character: start, data with the lowest first, parity, stop. */
function bitOf(byte: number, at: number, parity: LineFormat["parity"]): number {
  if (at === 0) return 0;
  if (at <= 8) return (byte >> (at - 1)) & 1;
  return at === 9 && parity !== "none" ? parityOf(byte, parity) : 1;
}

function parityOf(byte: number, parity: "even" | "odd"): number {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return (ones + (parity === "odd" ? 1 : 0)) & 1;
}
