import { closeSync, openSync, readSync } from "node:fs";

/** What the bus writes of each burst that it hears: plug, monotonic nanoseconds, bytes in hex. */
const HEARD = /^(\d+) (\d+) ([0-9a-f]+)$/;
/** A read request in RTU form: eight bytes in hex. */
const REQUEST = /^[0-9a-f]{16}$/;

/** Reads the bus's own log of what came over the wire, as it grows. */
export class HeardLog {
  readonly #fd: number;
  #rest = "";

  constructor(path: string) {
    this.#fd = openSync(path, "r");
  }

  /** What was heard while the given plug was in, and was not taken yet; what belongs to another is an error. */
  take(plug: number): string[] {
    const chunk = Buffer.alloc(65_536);
    for (let got = readSync(this.#fd, chunk); got > 0; got = readSync(this.#fd, chunk)) {
      this.#rest += chunk.toString("latin1", 0, got);
    }
    const lines = this.#rest.split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.map((line) => {
      const [, at, , bytes = ""] = HEARD.exec(line) ?? [];
      if (Number(at) !== plug) throw new Error(`heard outside of plug ${plug}: ${line}`);
      return bytes;
    });
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/**
 * What is wrong with the traffic of one plug, in words: every request that was heard must be whole, and must be the
 * one that was sent on the connection made since. What is sent at the end may be lost with the wire: `mayBeLost`.
 */
export function faultOf(
  heard: readonly string[],
  sent: readonly string[],
  mayBeLost: number,
): string | undefined {
  for (const [at, bytes] of heard.entries()) {
    if (!REQUEST.test(bytes)) return `burst ${at} is no request: ${bytes}`;
    if (bytes !== sent[at]) return `request ${at} is ${bytes}, sent was ${sent[at] ?? "nothing"}`;
  }
  const lost = sent.length - heard.length;
  return lost > mayBeLost ? `${lost} requests were not heard` : undefined;
}

/** Function 6 (Modbus Application Protocol V1.1b3, 6.6): unit, function, address and value, CRC. */
const WRITE = /^..06....(....)....$/;

/** Values that were asked to be written, each of them once, and what the bus heard of them. */
export class WritesAsked {
  /** The plug that was in when it was asked for; 0 for none. */
  readonly #plugs: number[] = [];
  readonly #heard = new Set<number>();
  /** Heard through a later plug than the one that was in when it was asked for. */
  stale = 0;
  /** Heard more than once. */
  repeated = 0;

  /** A value that was never asked for before. */
  next(plug: number): number {
    return this.#plugs.push(plug) - 1;
  }

  get asked(): number {
    return this.#plugs.length;
  }

  get heard(): number {
    return this.#heard.size;
  }

  take(bursts: readonly string[], plug: number): void {
    for (const bytes of bursts) {
      const hex = WRITE.exec(bytes)?.[1];
      if (hex === undefined) continue;
      const value = Number.parseInt(hex, 16);
      if (this.#plugs[value] !== plug) this.stale++;
      if (this.#heard.has(value)) this.repeated++;
      this.#heard.add(value);
    }
  }
}
