/** MBAP header (Modbus Messaging on TCP/IP V1.0b, 3.1.3): transaction, protocol 0, length, unit. */
export const HEADER = 7;
/** Largest frame: header and a PDU of 253 bytes. */
const MAX_ADU = HEADER + 253;

export interface MbapSink {
  /** A whole frame; a view that is valid during the call. */
  onFrame(transaction: number, frame: Buffer): void;
  /** What came is no Modbus TCP; nothing more is read from this stream. */
  onGarbage(): void;
}

/** Cuts a TCP stream into frames, in whatever portions it comes. One for each connection. */
export class MbapReader {
  readonly #sink: MbapSink;
  readonly #rest = Buffer.alloc(MAX_ADU);
  #have = 0;
  #broken = false;

  constructor(sink: MbapSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (!this.#broken && at < chunk.length) {
      if (this.#have === 0 && chunk.length - at >= HEADER) {
        const length = frameLength(chunk, at);
        if (length === undefined) {
          this.#break();
          return;
        }
        if (chunk.length - at >= length) {
          this.#sink.onFrame(chunk.readUInt16BE(at), chunk.subarray(at, at + length));
          at += length;
          continue;
        }
      }
      at += this.#gather(chunk, at);
    }
  }

  /** Takes what belongs to the frame that has begun; returns how many bytes that were. */
  #gather(chunk: Buffer, at: number): number {
    const before = this.#have;
    const head = before < HEADER ? HEADER : (frameLength(this.#rest, 0) as number);
    const taken = Math.min(head - before, chunk.length - at);
    chunk.copy(this.#rest, before, at, at + taken);
    this.#have += taken;
    if (this.#have < HEADER) return taken;
    const length = frameLength(this.#rest, 0);
    if (length === undefined) {
      this.#break();
      return taken;
    }
    if (this.#have === length) {
      this.#have = 0;
      this.#sink.onFrame(this.#rest.readUInt16BE(0), this.#rest.subarray(0, length));
    }
    return taken;
  }

  #break(): void {
    this.#broken = true;
    this.#sink.onGarbage();
  }
}

/** The whole length by the header; undefined when it is no header: protocol not 0, or an impossible length. */
function frameLength(bytes: Buffer, at: number): number | undefined {
  const length = bytes.readUInt16BE(at + 4);
  // Unit, function and at least one byte more; no PDU is longer than 253 bytes.
  if (bytes.readUInt16BE(at + 2) !== 0 || length < 3 || length > 254) return undefined;
  return HEADER - 1 + length;
}
