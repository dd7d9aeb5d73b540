import type { LinkError } from "../core/errors.js";
import type { ManualClock } from "../core/manual-clock.js";
import type { Line, LineReceiver } from "./line.js";

/** What a scripted line does about one write: bytes that come back so many ms later. */
export type Script = (sent: Buffer, line: FakeLine) => void;

/** A line for tests: each write is answered by a script, on a clock that is stepped by hand. */
export class FakeLine implements Line {
  readonly name = "fake";
  readonly characterMs: number;
  readonly sent: Buffer[] = [];
  /** When each write came, and how long the line had been without a byte. */
  readonly silences: number[] = [];
  opened = 0;
  isOpen = false;
  refuse: LinkError | undefined;
  script: Script = () => {};
  readonly #clock: ManualClock;
  #receiver: LineReceiver | undefined;
  #lastByteMs = 0;

  constructor(clock: ManualClock, characterMs = 1.1) {
    this.#clock = clock;
    this.characterMs = characterMs;
  }

  async open(receiver: LineReceiver): Promise<void> {
    if (this.refuse) throw this.refuse;
    this.#receiver = receiver;
    this.opened++;
    this.isOpen = true;
  }

  write(bytes: Uint8Array): void {
    this.silences.push(this.#clock.mono() - this.#lastByteMs);
    this.#lastByteMs = this.#clock.mono() + bytes.length * this.characterMs;
    const sent = Buffer.from(bytes);
    this.sent.push(sent);
    this.script(sent, this);
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.#receiver = undefined;
  }

  /** Bytes that arrive `delayMs` from now, all at once. */
  after(delayMs: number, bytes: Uint8Array): void {
    this.#clock.after(delayMs, () => this.give(bytes));
  }

  give(bytes: Uint8Array): void {
    this.#lastByteMs = this.#clock.mono();
    // Bytes belong to the receiver only during the call: whoever keeps a view of them is found out.
    const lent = Buffer.from(bytes);
    this.#receiver?.onBytes(lent);
    lent.fill(0xee);
  }

  lose(error: LinkError): void {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    this.isOpen = false;
    receiver?.onLost(error);
  }
}
