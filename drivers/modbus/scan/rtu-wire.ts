import type { Clock } from "../../core/clock.js";
import { type LinkError, TransientError } from "../../core/errors.js";
import type { Line, LineReceiver } from "../../line/line.js";
import { appendCrc, crcHolds } from "../crc.js";
import { frameAt } from "../rtu-frames.js";
import { waitUntil } from "../silence.js";
import { SCAN_MESSAGES as M } from "./messages.js";
import {
  type Answer,
  type Asker,
  answerLength,
  answerOf,
  type Overheard,
  pduOf,
  type Question,
} from "./question.js";

/** Nothing for so long, and what came is all there is: adapters hand over what they hear every 16 ms. */
const REST_MS = 35;
/** Who talks on and on is cut off so long after the deadline. */
const LONGEST_TALK_MS = 400;
/** A second device with the same unit id begins within this time after the first. */
const TWIN_MS = 60;
const MOST_BYTES = 1024;

export interface RtuWireOptions {
  readonly line: Line;
  readonly clock: Clock;
  /** Silence before a question. */
  readonly silenceMs: number;
}

/** Puts questions on a line in RTU frames and hears whatever comes, also what is no frame. */
export class RtuWire implements Asker, LineReceiver {
  readonly #options: RtuWireOptions;
  #bytes: Buffer = Buffer.alloc(0);
  #lastByteMs = 0;
  #lost: LinkError | undefined;
  #wake: () => void = () => {};

  constructor(options: RtuWireOptions) {
    this.#options = options;
  }

  async open(signal: AbortSignal): Promise<void> {
    this.#lost = undefined;
    this.#bytes = Buffer.alloc(0);
    await this.#options.line.open(this, signal);
    this.#lastByteMs = this.#options.clock.mono();
  }

  close(): Promise<void> {
    return this.#options.line.close();
  }

  onBytes(bytes: Buffer): void {
    this.#lastByteMs = this.#options.clock.mono();
    if (this.#bytes.length < MOST_BYTES) this.#bytes = Buffer.concat([this.#bytes, bytes]);
    this.#wake();
  }

  onLost(error: LinkError): void {
    this.#lost = error;
    this.#wake();
  }

  /** `wantTwin`: waits a little longer, whether a second one answers as well. */
  async ask(
    question: Question,
    timeoutMs: number,
    signal: AbortSignal,
    wantTwin = false,
  ): Promise<Answer & { heard?: Overheard }> {
    // V1.02, 2.2: unit 0 is for all, and nobody answers.
    if (question.unit < 1 || question.unit > 255) throw new TransientError("no_answer", M.not_asked);
    const { clock, line } = this.#options;
    await this.#untilSilent();
    if (this.#lost) throw this.#lost;
    if (signal.aborted) return { kind: "silent" };
    const request = requestOf(question);
    this.#bytes = Buffer.alloc(0);
    const sentMs = clock.mono() + request.length * line.characterMs;
    this.#lastByteMs = sentMs;
    line.write(request);
    const reply = new Reply(question, request);
    await this.#until(sentMs + timeoutMs, signal, () => reply.take(this.#bytes));
    if (this.#lost) throw this.#lost;
    const elapsedMs = clock.mono() - sentMs;
    const heard = { units: reply.others, echoed: reply.echoed };
    if (!reply.pdu) {
      return reply.rest.length > 0
        ? { kind: "damaged", bytes: reply.rest, heard }
        : { kind: "silent", heard };
    }
    if (wantTwin) {
      const before = this.#bytes.length;
      await this.#until(clock.mono() + TWIN_MS, signal, () => this.#bytes.length > before);
    }
    const twice = reply.isTwice(this.#bytes);
    return { ...answerOf(question, reply.pdu, elapsedMs, twice), heard };
  }

  async #untilSilent(): Promise<void> {
    const { clock, silenceMs } = this.#options;
    const giveUpMs = clock.mono() + LONGEST_TALK_MS;
    for (;;) {
      const untilMs = this.#lastByteMs + silenceMs;
      const now = clock.mono();
      if (now >= untilMs || now >= giveUpMs || this.#lost) return;
      await waitUntil(clock, Math.min(untilMs, giveUpMs));
    }
  }

  /**
   * Until `done`; or the deadline has passed and nothing comes any more; or what came stays no answer and the line
   * has been quiet for a while.
   */
  #until(deadlineMs: number, signal: AbortSignal, done: () => boolean): Promise<void> {
    const { clock, silenceMs } = this.#options;
    const restMs = REST_MS + silenceMs;
    return new Promise((resolve) => {
      let cancel = (): void => {};
      const finish = (): void => {
        cancel();
        signal.removeEventListener("abort", finish);
        this.#wake = () => {};
        resolve();
      };
      const look = (): void => {
        cancel();
        if (done() || this.#lost || signal.aborted) {
          finish();
          return;
        }
        const now = clock.mono();
        const quietMs = this.#lastByteMs + restMs;
        const untilMs =
          this.#bytes.length === 0
            ? deadlineMs
            : Math.min(Math.max(deadlineMs, quietMs), deadlineMs + LONGEST_TALK_MS);
        if (now >= untilMs) finish();
        else cancel = clock.after(untilMs - now, look);
      };
      this.#wake = look;
      signal.addEventListener("abort", finish, { once: true });
      look();
    });
  }
}

function requestOf(question: Question): Buffer {
  const pdu = pduOf(question);
  const frame = Buffer.alloc(pdu.length + 3);
  frame[0] = question.unit;
  frame.set(pdu, 1);
  appendCrc(frame, pdu.length + 1);
  return frame;
}

/** Takes what was heard after one question apart. */
class Reply {
  echoed = false;
  pdu: Uint8Array | undefined;
  readonly others: number[] = [];
  /** What belongs to no frame. */
  rest: Uint8Array = new Uint8Array(0);
  readonly #question: Question;
  readonly #request: Buffer;

  constructor(question: Question, request: Buffer) {
    this.#question = question;
    this.#request = request;
  }

  /** Whether the answer is there. Reads from the beginning each time: there are a few hundred bytes at most. */
  take(bytes: Buffer): boolean {
    this.others.length = 0;
    this.echoed = false;
    const rest: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      if (!this.echoed && bytes.subarray(at, at + this.#request.length).equals(this.#request)) {
        this.echoed = true;
        at += this.#request.length;
        continue;
      }
      const own = this.#answerAt(bytes, at);
      if (own) {
        this.pdu = own;
        return true;
      }
      const other = frameAt(bytes, at, bytes.length);
      if (other > 0) {
        this.others.push(bytes[at] as number);
        at += other;
      } else rest.push(bytes[at++] as number);
    }
    this.rest = Uint8Array.from(rest);
    return false;
  }

  /** A second answer, whole or not, came behind the first. */
  isTwice(bytes: Buffer): boolean {
    const length = (this.pdu?.length ?? 0) + 3;
    return bytes.length - (this.echoed ? this.#request.length : 0) >= length + MIN_TWIN_BYTES;
  }

  #answerAt(bytes: Buffer, at: number): Uint8Array | undefined {
    if (bytes[at] !== this.#question.unit) return undefined;
    const pduLength = answerLength(this.#question, bytes.subarray(at + 1));
    if (!pduLength || at + pduLength + 3 > bytes.length) return undefined;
    if (!crcHolds(bytes, at, at + pduLength + 3)) return undefined;
    return Uint8Array.from(bytes.subarray(at + 1, at + 1 + pduLength));
  }
}

/** Fewer stray bytes are the noise of a line that changes direction. */
const MIN_TWIN_BYTES = 4;
