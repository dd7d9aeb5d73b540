/** One request as it was heard. */
export interface HeardRequest {
  readonly unit: number;
  readonly pdu: Uint8Array;
  /** All its bytes. */
  readonly raw: Uint8Array;
  /** Modbus TCP: what tells its answer from others. */
  readonly transaction: number;
}

/** What the bytes heard so far are. `used` of them are done with. */
export type Scan =
  | { readonly kind: "more" }
  | { readonly kind: "request"; readonly used: number; readonly request: HeardRequest }
  | { readonly kind: "damaged"; readonly used: number }
  /** What follows cannot be made out any more: the connection has to end. */
  | { readonly kind: "broken" };

/** How requests and answers lie on a wire. Pure. */
export interface Framing {
  readonly name: FramingName;
  /** A serial line: one request at a time, broadcasts, nobody answers for an absent unit. */
  readonly serial: boolean;
  /** Bits of a character with start, parity and stop bits. */
  readonly bitsPerCharacter: number;
  scan(heard: Uint8Array): Scan;
  /** What `heard` was, when no byte followed it for as long as `pauseMs`. */
  onPause(heard: Uint8Array): Scan;
  /** The pause that ends what was heard; undefined: a pause means nothing. */
  pauseMs(baud: number, bitsPerCharacter: number): number | undefined;
  /** Silence that must lie between frames, ms. */
  silenceMs(baud: number, bitsPerCharacter: number): number;
  encode(unit: number, pdu: Uint8Array, transaction: number): Uint8Array;
  /** The frame with a checksum that does not hold; the same frame where there is no checksum. */
  spoil(frame: Uint8Array): Uint8Array;
}

export const FRAMINGS = ["rtu", "ascii", "tcp"] as const;
export type FramingName = (typeof FRAMINGS)[number];
