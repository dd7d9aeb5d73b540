import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { seededRandom } from "../random.js";
import type { SimulatedDevice } from "./device.js";
import type { LedgerEntry, ReadLedger } from "./ledger.js";
import { answerPdu, type PduAnswer } from "./pdu.js";
import { crcHolds, MAX_RTU_FRAME, requestLength, rtuFrame, silenceMs } from "./rtu-frame.js";

/** The wire as the server sees it: what is written has left at once, the server itself paces its bytes. */
export interface ByteWire {
  onData(listener: (bytes: Uint8Array) => void): void;
  write(bytes: Uint8Array): void;
}

export interface RtuServerOptions {
  readonly wire: ByteWire;
  readonly devices: readonly SimulatedDevice[];
  readonly clock: Clock;
  readonly ledger: ReadLedger;
  readonly baud?: number;
  /** A character on the wire: 11 bits (V1.02, 2.5.1), 10 for 8N1 as most makers send it. */
  readonly bitsPerCharacter?: number;
  readonly seed?: number;
}

/** Wall and monotonic ms. */
type Moment = Pick<LedgerEntry, "t" | "mono">;

/** Since start. */
export interface RtuServerStats {
  requests: number;
  answers: number;
  exceptions: number;
  /** Frames for a unit that is not on this bus. */
  foreign: number;
  /** Bytes thrown away: frames cut short, wrong checksums, noise. */
  damagedBytes: number;
  /** Bytes that came while a device was working on an answer or sending it. */
  collidedBytes: number;
  /** Requests that began before the bus had been silent for 3.5 characters after an answer. */
  silenceBroken: number;
}

/**
 * A bus of devices on a byte stream that has no speed of its own (a pseudo-terminal): requests take their time
 * on the wire, devices their turnaround, answers leave character by character at the baud rate.
 */
export class RtuServer {
  readonly stats: RtuServerStats = {
    requests: 0,
    answers: 0,
    exceptions: 0,
    foreign: 0,
    damagedBytes: 0,
    collidedBytes: 0,
    silenceBroken: 0,
  };
  readonly #options: RtuServerOptions;
  readonly #characterMs: number;
  readonly #silenceMs: number;
  readonly #random: () => number;
  #heard = new Uint8Array(0);
  /** When the first byte of what was heard arrived. */
  #heardSince = 0;
  #lastSent = Number.NEGATIVE_INFINITY;
  #silence: Cancel = () => {};
  #sending: Cancel | undefined;
  #stopped = false;

  constructor(options: RtuServerOptions) {
    this.#options = options;
    const { baud = 9600, bitsPerCharacter = 11 } = options;
    this.#characterMs = (bitsPerCharacter * 1000) / baud;
    this.#silenceMs = silenceMs(baud, bitsPerCharacter);
    this.#random = seededRandom(options.seed ?? 1);
    options.wire.onData((bytes) => this.#hear(bytes));
  }

  /** Falls silent at once, also in the middle of an answer. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#silence();
    this.#sending?.();
  }

  #hear(bytes: Uint8Array): void {
    if (this.#stopped) return;
    if (this.#sending) {
      this.stats.collidedBytes += bytes.length;
      return;
    }
    const now = this.#options.clock.mono();
    if (this.#heard.length === 0) {
      this.#heardSince = now;
      if (now - this.#lastSent < this.#silenceMs) this.stats.silenceBroken++;
    }
    const heard = new Uint8Array(this.#heard.length + bytes.length);
    heard.set(this.#heard);
    heard.set(bytes, this.#heard.length);
    this.#heard = heard;
    this.#silence();
    const expected = requestLength(heard);
    if (heard.length > MAX_RTU_FRAME) this.#discard();
    else if (expected === heard.length && crcHolds(heard)) this.#serve();
    else this.#silence = this.#options.clock.after(this.#silenceMs, () => this.#onSilence());
  }

  /** Silence ends a frame whose length could not be told: an unknown function, or a piece of one. */
  #onSilence(): void {
    if (crcHolds(this.#heard)) this.#serve();
    else this.#discard();
  }

  #discard(): void {
    this.stats.damagedBytes += this.#heard.length;
    this.#heard = new Uint8Array(0);
  }

  #serve(): void {
    const frame = this.#heard;
    this.#heard = new Uint8Array(0);
    this.stats.requests++;
    const { clock, devices } = this.#options;
    const unit = frame[0] ?? 0;
    const request = frame.subarray(1, -2);
    // V1.02, 2.1: a broadcast is carried out by all and answered by nobody.
    if (unit === 0) {
      for (const device of devices) answerPdu(device, request);
      return;
    }
    const device = devices.find((other) => other.unit === unit);
    if (!device) {
      this.stats.foreign++;
      return;
    }
    const [shortest, longest] = device.turnaroundMs;
    const turnaround = Math.max(this.#silenceMs, shortest + (longest - shortest) * this.#random());
    // The stream delivered the request in no time; on a wire its last character ends this much later.
    const requestEnd = Math.max(clock.mono(), this.#heardSince + frame.length * this.#characterMs);
    this.#sending = clock.after(requestEnd - clock.mono() + turnaround, () => {
      const answer = answerPdu(device, request);
      this.#send(rtuFrame(unit, answer.reply), (moment) => this.#account(device, answer, moment));
    });
  }

  /** Hands each character over when its last bit would have passed the wire, never earlier. */
  #send(frame: Uint8Array, done: (moment: Moment) => void): void {
    const { clock, wire } = this.#options;
    const start = clock.mono();
    let sent = 0;
    const step = (): void => {
      const due = Math.min(frame.length, Math.floor((clock.mono() - start) / this.#characterMs + 1e-9));
      // Taken before the write: the other side may be quicker than our next line.
      const moment = { t: clock.now(), mono: clock.mono() };
      if (due > sent) wire.write(frame.subarray(sent, due));
      sent = Math.max(sent, due);
      if (sent < frame.length) {
        this.#sending = clock.after(start + (sent + 1) * this.#characterMs - clock.mono(), step);
        return;
      }
      this.#sending = undefined;
      this.#lastSent = moment.mono;
      done(moment);
    };
    step();
  }

  #account(device: SimulatedDevice, answer: PduAnswer, moment: Moment): void {
    this.stats.answers++;
    if (answer.exception) this.stats.exceptions++;
    if (!answer.read) return;
    this.#options.ledger.record({ ...answer.read, ...moment, device: device.id, unit: device.unit });
  }
}
