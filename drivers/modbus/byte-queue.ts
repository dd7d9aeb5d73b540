/** The bytes that came and are no frame yet: bounded; the oldest are given up when room is needed. */
export class ByteQueue {
  /** Told each run of bytes that is given up; they are valid during the call. */
  onNoise: ((bytes: Uint8Array) => void) | undefined;
  readonly #bytes: Buffer;
  #start = 0;
  #end = 0;
  #noise = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** What is there, oldest first; valid until the next `push`. */
  view(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  push(bytes: Uint8Array): void {
    const capacity = this.#bytes.length;
    const from = Math.max(0, bytes.length - capacity);
    const size = bytes.length - from;
    if (this.length + size > capacity) this.giveUp(this.length + size - capacity);
    this.#noteNoise(bytes.subarray(0, from));
    if (this.#end + size > capacity) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#bytes.set(from === 0 ? bytes : bytes.subarray(from), this.#end);
    this.#end += size;
  }

  /** The first `size` bytes belong to a frame: they leave the queue, valid until the next `push`. */
  take(size: number): Buffer {
    const taken = this.#bytes.subarray(this.#start, this.#start + size);
    this.#start += size;
    return taken;
  }

  /** The first `size` bytes are no frame. */
  giveUp(size: number): void {
    this.#noteNoise(this.take(size));
  }

  /** Bytes that were given up since the last call. */
  noiseSince(): number {
    const noise = this.#noise;
    this.#noise = 0;
    return noise;
  }

  #noteNoise(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#noise += bytes.length;
    this.onNoise?.(bytes);
  }
}
