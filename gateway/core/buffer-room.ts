/**
 * How the buffer divides its largest size: a part is kept free, the smaller of a share and of what a fast gateway
 * writes until room was made.
 */
const LEAST_FREE = { share: 0.1, bytes: 16_000_000 } as const;
const ROOMY_FREE = { share: 0.15, bytes: 24_000_000 } as const;

/** Bytes of records beyond which room is made. */
export function usableBytes(maxBytes: number): number {
  return maxBytes - Math.min(maxBytes * LEAST_FREE.share, LEAST_FREE.bytes);
}

/** Bytes of records down to which room is made while something is there that everybody has. */
export function roomyBytes(maxBytes: number): number {
  return maxBytes - Math.min(maxBytes * ROOMY_FREE.share, ROOMY_FREE.bytes);
}

/** The largest size with which so many bytes of records always fit. */
export function sizeFor(bytes: number): number {
  return Math.min(bytes / (1 - ROOMY_FREE.share), bytes + ROOMY_FREE.bytes);
}
