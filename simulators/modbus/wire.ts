/** The wire as a bus sees it: what is written has left at once, the bus itself paces its bytes. */
export interface ByteWire {
  onData(listener: (bytes: Uint8Array) => void): void;
  write(bytes: Uint8Array): void;
  /** Ends the connection at once; absent where nothing can be cut. */
  cut?(): void;
  /** Stops taking bytes from the other side, so that they pile up there; false: takes them again. */
  deafen?(on: boolean): void;
}

/** How bytes travel on this kind of wire. */
export interface WireManner {
  /** True: an answer is handed over in one packet when its last character would have passed, as serial servers do. */
  readonly whole: boolean;
  /** What happens to bytes that come while a device is answering: lost in a collision, or kept until it is done. */
  readonly whenBusy: "collide" | "keep";
}

/** A serial port: each character when it has passed. */
export const SERIAL_MANNER: WireManner = { whole: false, whenBusy: "collide" };

/** A TCP connection, also one with a serial line behind it. */
export const PACKET_MANNER: WireManner = { whole: true, whenBusy: "keep" };
