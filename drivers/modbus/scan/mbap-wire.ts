import type { Clock } from "../../core/clock.js";
import type { LinkError } from "../../core/errors.js";
import type { Line, LineReceiver } from "../../line/line.js";
import { HEADER, MbapReader } from "../mbap.js";
import { type Answer, type Asker, answerLength, answerOf, pduOf, type Question } from "./question.js";

/** Puts questions to a Modbus TCP server. A server that closes the connection is connected to once more. */
export class MbapWire implements Asker, LineReceiver {
  /** What came is no Modbus TCP. */
  garbage = false;
  readonly #line: Line;
  readonly #clock: Clock;
  #reader: MbapReader;
  #transaction = 0;
  #isOpen = false;
  #onReply: (transaction: number, frame: Buffer) => void = () => {};
  #onEnd: () => void = () => {};

  constructor(line: Line, clock: Clock) {
    this.#line = line;
    this.#clock = clock;
    this.#reader = this.#newReader();
  }

  async open(signal: AbortSignal): Promise<void> {
    this.#reader = this.#newReader();
    await this.#line.open(this, signal);
    this.#isOpen = true;
  }

  close(): Promise<void> {
    this.#isOpen = false;
    return this.#line.close();
  }

  onBytes(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  onLost(_error: LinkError): void {
    this.#isOpen = false;
    this.#onEnd();
  }

  async ask(question: Question, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
    if (!this.#isOpen) await this.open(signal);
    if (signal.aborted) return { kind: "silent" };
    const pdu = pduOf(question);
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const transaction = this.#transaction;
    const request = Buffer.alloc(HEADER + pdu.length);
    request.writeUInt16BE(transaction, 0);
    request.writeUInt16BE(pdu.length + 1, 4);
    request[6] = question.unit;
    request.set(pdu, HEADER);
    const askedMs = this.#clock.mono();
    return new Promise((resolve) => {
      const finish = (answer: Answer): void => {
        cancel();
        signal.removeEventListener("abort", onEnd);
        this.#onReply = () => {};
        this.#onEnd = () => {};
        resolve(answer);
      };
      const onEnd = (): void => finish({ kind: "silent" });
      const cancel = this.#clock.after(timeoutMs, onEnd);
      this.#onEnd = () =>
        finish(this.garbage ? { kind: "damaged", bytes: new Uint8Array(1) } : { kind: "silent" });
      this.#onReply = (id, frame) => {
        // A late reply has the id of its own question.
        if (id !== transaction) return;
        const reply = Uint8Array.from(frame.subarray(HEADER));
        const isWhole = answerLength(question, reply) === reply.length;
        if (!isWhole || frame[6] !== question.unit) finish({ kind: "damaged", bytes: reply });
        else finish(answerOf(question, reply, this.#clock.mono() - askedMs, false));
      };
      signal.addEventListener("abort", onEnd, { once: true });
      this.#line.write(request);
    });
  }

  #newReader(): MbapReader {
    return new MbapReader({
      onFrame: (transaction, frame) => this.#onReply(transaction, frame),
      onGarbage: () => {
        this.garbage = true;
        this.#onEnd();
      },
    });
  }
}
