/** What a piece of traffic is to the driver that hears it. */
export type FrameKind =
  /** A request of ours. */
  | "request"
  /** The answer to it. */
  | "answer"
  /** The answer to a request that was given up. */
  | "late"
  /** Whole, and meant for nobody here: another client, another device, a doubled answer. */
  | "foreign"
  /** What we sent, heard again. */
  | "echo"
  /** Bytes that are no whole frame: noise, a wrong checksum, a frame cut short. */
  | "damaged";

/** One piece of traffic, in the order in which it passed the wire. */
export interface WireFrame {
  readonly kind: FrameKind;
  readonly direction: "sent" | "received";
  /** As on the wire. Belong to the listener only during the call. */
  readonly bytes: Uint8Array;
  /** Wall and monotonic ms: when it was handed to the wire, or when its last byte came. */
  readonly t: number;
  readonly mono: number;
}

/** Must not throw. */
export type WireTap = (frame: WireFrame) => void;
