import type { Cancel, Clock } from "../../drivers/core/clock.js";
import type { Random } from "../random.js";
import { mixed, type Utterance } from "./evil-reply.js";
import type { ByteWire } from "./wire.js";

/** Wall and monotonic ms. */
export interface Moment {
  readonly t: number;
  readonly mono: number;
}

export interface Listener {
  /** Just before the last byte is handed over; not when the connection is cut before that. */
  said(moment: Moment): void;
  /** The wire is free again. */
  over(moment: Moment): void;
}

export interface SenderOptions {
  readonly clock: Clock;
  readonly wire: ByteWire;
  /** What a character takes; 0: no time. */
  readonly characterMs: number;
  /** Hand everything over at once, when the last character has passed. */
  readonly whole: boolean;
  readonly random: Random;
}

/**
 * Hands each character over when its last bit would have passed the wire, never earlier. Who speaks while another
 * still does garbles what is left of both.
 */
export class Sender {
  readonly #options: SenderOptions;
  #bytes: Uint8Array = new Uint8Array(0);
  /** When each byte is due, monotonic ms. */
  #due: readonly number[] = [];
  #sent = 0;
  #cutAfter: number | undefined;
  #listeners: Listener[] = [];
  #timer: Cancel | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get active(): boolean {
    return this.#timer !== undefined;
  }

  /** Falls silent at once, also in the middle of an answer. */
  stop(): void {
    this.#timer?.();
    this.#timer = undefined;
    this.#listeners = [];
  }

  send(utterance: Utterance, listener: Listener): void {
    const { characterMs } = this.#options;
    const { bytes, cutAfter, pauses } = utterance;
    // Where nothing takes time there is nothing to schedule.
    if (characterMs === 0 && !this.active && cutAfter === undefined && (pauses?.size ?? 0) === 0) {
      this.#sendAtOnce(bytes, listener);
      return;
    }
    const left = this.#bytes.subarray(this.#sent);
    const joined = this.active;
    this.#timer?.();
    this.#timer = undefined;
    this.#bytes = joined ? mixed(left, utterance.bytes, 0, this.#options.random) : utterance.bytes.slice();
    this.#sent = 0;
    this.#cutAfter = joined ? undefined : utterance.cutAfter;
    this.#due = this.#schedule(utterance.pauses);
    this.#listeners.push(listener);
    this.#step();
  }

  #sendAtOnce(bytes: Uint8Array, listener: Listener): void {
    const { clock, wire } = this.#options;
    const moment = { t: clock.now(), mono: clock.mono() };
    listener.said(moment);
    wire.write(bytes);
    listener.over(moment);
  }

  #schedule(pauses: ReadonlyMap<number, number> = new Map()): readonly number[] {
    const { clock, characterMs, whole } = this.#options;
    const due: number[] = [];
    let at = clock.mono();
    for (let index = 0; index < this.#bytes.length; index++) {
      at += (pauses.get(index) ?? 0) + characterMs;
      due.push(at);
    }
    if (!whole) return due;
    // One packet each, from pause to pause.
    for (let index = due.length - 2; index >= 0; index--) {
      if (!pauses.get(index + 1)) due[index] = due[index + 1] ?? 0;
    }
    return due;
  }

  #step(): void {
    const { clock, wire } = this.#options;
    const now = clock.mono() + 1e-6;
    const end = this.#cutAfter ?? this.#bytes.length;
    let upTo = this.#sent;
    while (upTo < end && (this.#due[upTo] ?? 0) <= now) upTo++;
    // Taken before the write: the other side may be quicker than our next line.
    const moment = { t: clock.now(), mono: clock.mono() };
    const from = this.#sent;
    this.#sent = upTo;
    if (upTo < end) {
      if (upTo > from) wire.write(this.#bytes.subarray(from, upTo));
      this.#timer = clock.after((this.#due[upTo] ?? 0) - clock.mono(), () => this.#step());
      return;
    }
    const listeners = this.#listeners;
    const cut = this.#cutAfter;
    this.#listeners = [];
    this.#timer = undefined;
    if (cut === undefined || cut === this.#bytes.length) for (const each of listeners) each.said(moment);
    if (upTo > from) wire.write(this.#bytes.subarray(from, upTo));
    if (cut !== undefined) wire.cut?.();
    for (const each of listeners) each.over(moment);
  }
}
