import { type Asked, areGenuine, crcOf, lrcOf, type Mode, replyBody, wordsOf } from "./fuzz-frames.js";

/** What a value that was reported is. */
export type Verdict =
  /** The registers of this very request. */
  | "right"
  /** Other registers, in a frame that is right in all that the protocol has to tell it by. */
  | "by_chance"
  | "wrong";

/** Most bytes that are remembered of an exchange. */
const MAX_HEARD = 65_536;

/** Remembers what was on the wire since the last request, and says which values may come of it. */
export class Oracle {
  readonly #mode: Mode;
  #asked: Asked | undefined;
  #heard: Buffer[] = [];
  #length = 0;

  constructor(mode: Mode) {
    this.#mode = mode;
  }

  /** A new request. On a serial line what came before it cannot belong to it; a TCP stream goes on. */
  asks(asked: Asked): void {
    this.#asked = asked;
    if (this.#mode !== "tcp" || this.#length > MAX_HEARD) this.forget();
  }

  hears(bytes: Uint8Array): void {
    this.#heard.push(Buffer.from(bytes));
    this.#length += bytes.length;
  }

  /** A new connection. */
  forget(): void {
    this.#heard = [];
    this.#length = 0;
  }

  judge(values: readonly unknown[]): Verdict {
    const asked = this.#asked;
    const words = values.map(Number);
    if (!asked) return "wrong";
    const truth = wordsOf(asked);
    if (words.length === truth.length && words.every((word, at) => word === truth[at])) return "right";
    // The registers of another request: a reply was taken for another one, and nothing excuses that.
    if (areGenuine(words)) return "wrong";
    const body = replyBody(asked.unit, asked.function, words);
    return this.#wasHeard(body, asked.transaction) ? "by_chance" : "wrong";
  }

  #wasHeard(body: Buffer, transaction: number): boolean {
    const heard = Buffer.concat(this.#heard);
    switch (this.#mode) {
      case "rtu":
        return occurrences(heard, body).some((at) => {
          const end = at + body.length;
          return end + 2 <= heard.length && heard.readUInt16LE(end) === crcOf(body);
        });
      case "ascii":
        return heard
          .toString("latin1")
          .split(":")
          .some((line) => {
            const [hex = ""] = /^[0-9A-Fa-f]*(?=\r\n)/.exec(line) ?? [];
            const bytes = Buffer.from(hex, "hex");
            const found = bytes.subarray(0, -1);
            return hex.length % 2 === 0 && found.equals(body) && bytes.at(-1) === lrcOf(found);
          });
      case "tcp":
        // Where frames begin in a stream with damaged lengths is a matter of reading: anywhere will do.
        return occurrences(heard, body).some((at) => {
          if (at < 6) return false;
          const header = heard.subarray(at - 6, at);
          return (
            header.readUInt16BE(0) === transaction &&
            header.readUInt16BE(2) === 0 &&
            header.readUInt16BE(4) === body.length
          );
        });
    }
  }
}

function occurrences(heard: Buffer, body: Buffer): number[] {
  const found: number[] = [];
  for (let at = heard.indexOf(body); at >= 0; at = heard.indexOf(body, at + 1)) found.push(at);
  return found;
}
