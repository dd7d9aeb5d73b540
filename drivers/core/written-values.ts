/** Values as people write them, in YAML and on the command line. Loads nothing. */

export const RATIO = /^(-?\d+(?:\.\d+)?)\s?\/\s?(\d+(?:\.\d+)?)$/;

const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, min: 6e4, h: 36e5, d: 864e5 };
const SIZE_BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Milliseconds, or undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  return parseWith(DURATION_MS, text);
}

/** Bytes, or undefined where the text is no size. */
export function parseSize(text: string): number | undefined {
  return parseWith(SIZE_BYTES, text);
}

/** The share, or undefined where the text is no percentage from 1 to 100. */
export function parsePercent(text: string): number | undefined {
  const match = /^(\d{1,3})\s?%$/.exec(text);
  const percent = Number(match?.[1]);
  return match && percent >= 1 && percent <= 100 ? percent / 100 : undefined;
}

/** `300/51200`: the quotient, or undefined where the text is no ratio of two numbers. */
export function parseRatio(text: string): number | undefined {
  const match = RATIO.exec(text);
  const quotient = Number(match?.[1]) / Number(match?.[2]);
  return match && Number.isFinite(quotient) ? quotient : undefined;
}

function parseWith(units: Readonly<Record<string, number>>, text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s?([A-Za-z]+)$/.exec(text);
  const factor = match && Object.hasOwn(units, match[2] ?? "") ? units[match[2] ?? ""] : undefined;
  return match && factor !== undefined ? Math.round(Number(match[1]) * factor) : undefined;
}
