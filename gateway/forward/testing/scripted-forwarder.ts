import { Buffer as Bytes } from "node:buffer";
import { mustHold } from "../../contract/testing/hold-to-contract.js";
import { topicOf } from "../../contract/topics.js";
import type { Forwarder, ForwarderLimits, Outbound } from "../../core/forwarder.js";

/** One message that was sent, and what the other side will do about it. */
export interface Sent {
  readonly message: Outbound;
  readonly text: string;
  acknowledge(): void;
  fail(error: Error): void;
}

/**
 * A forwarder whose other side is a test: it answers what it is told, when it is told. Every message is held
 * against the contract.
 */
export class ScriptedForwarder implements Forwarder {
  readonly proves = "acknowledged";
  readonly sent: Sent[] = [];
  readonly wills: (Outbound | undefined)[] = [];
  limits: ForwarderLimits = { window: 1_000, maxPayload: 1_000_000 };
  connects = 0;
  closes = 0;
  /** What `connect` does; by default it succeeds. */
  onConnect: (signal: AbortSignal) => Promise<void> = async () => {};
  /** What happens to each message; by default nothing. */
  onSend: (sent: Sent) => void = () => {};
  /** What `close` does; by default it is done at once. */
  onClose: () => Promise<void> = async () => {};
  /** Signs of life that were asked for, and whether they come. */
  pings = 0;
  answersPings = true;
  #onLost: (error: Error) => void = () => {};
  #onCommand: (payload: Uint8Array) => void = () => {};

  async connect(signal: AbortSignal, will?: Outbound): Promise<ForwarderLimits> {
    this.connects++;
    this.wills.push(will);
    if (will) mustHold(topicOf("gw", will.topic), will.payload);
    await this.onConnect(signal);
    return this.limits;
  }

  send(message: Outbound): Promise<void> {
    mustHold(topicOf("gw", message.topic), message.payload);
    return new Promise((resolve, reject) => {
      const text = typeof message.payload === "string" ? message.payload : "";
      const sent: Sent = { message, text, acknowledge: resolve, fail: reject };
      this.sent.push(sent);
      this.onSend(sent);
    });
  }

  ping(): Promise<void> {
    this.pings++;
    return this.answersPings ? Promise.resolve() : new Promise(() => {});
  }

  onLost(listener: (error: Error) => void): void {
    this.#onLost = listener;
  }

  onCommand(listener: (payload: Uint8Array) => void): void {
    this.#onCommand = listener;
  }

  /** The centre asks. */
  command(request: unknown): void {
    this.#onCommand(Bytes.from(JSON.stringify(request)));
  }

  lose(error: Error): void {
    this.#onLost(error);
  }

  async close(): Promise<void> {
    this.closes++;
    await this.onClose();
  }

  /** `topic` or `topic retained`, in the order of sending. */
  get order(): readonly string[] {
    return this.sent.map(({ message: { topic, retain } }) => (retain ? `${topic} retained` : topic));
  }

  /** Numbers of the records that were sent on a topic, in the order of sending. */
  seqs(
    topic: "data" | "event",
    wanted: (record: { historical?: true }) => boolean = () => true,
  ): readonly number[] {
    return this.sent
      .filter(({ message }) => message.topic === topic)
      .flatMap(({ text }) => {
        const { records, snapshot } = JSON.parse(text);
        return snapshot ? [] : records.filter(wanted).map(({ seq }: { seq: number }) => seq);
      });
  }
}
