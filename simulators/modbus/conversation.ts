import type { Cancel } from "../../drivers/core/clock.js";
import { acrossLine } from "./across-line.js";
import { AnsweredEntry } from "./answered-entry.js";
import type { BusDevice, Heard } from "./bus-device.js";
import { mixed, replyFrame, utter } from "./evil-reply.js";
import type { Struck } from "./fault-set.js";
import type { HeardRequest, Scan } from "./framing.js";
import { answerPdu, EXCEPTION, type PduAnswer, refuse } from "./pdu.js";
import { type Moment, Sender } from "./sender.js";
import type { SharedWire } from "./shared-wire.js";
import type { ByteWire, WireManner } from "./wire.js";

/** Where neither the device nor the file says how long an answer takes, ms. */
const SERIAL_TURNAROUND: readonly [number, number] = [10, 25];
const TCP_TURNAROUND: readonly [number, number] = [0, 0];
/** Kept for later, at most: beyond it the other side is made to wait, or loses bytes. */
const MAX_KEPT = 65_536;
/** How often a connection that is dead by configuration looks whether it lives again. */
const DEAD_CHECK_MS = 50;

interface Spoken {
  readonly device: BusDevice;
  readonly answer: PduAnswer;
}

/** One wire's end of a bus: hears requests, lets devices answer, one at a time. */
export class Conversation {
  readonly #bus: SharedWire;
  readonly #wire: ByteWire;
  readonly #manner: WireManner;
  readonly #sender: Sender;
  readonly #onStop: () => void;
  /** Dead by probability: decided once for each connection. */
  readonly #bornDead: boolean;
  #heard: Uint8Array = new Uint8Array(0);
  /** When the first byte of what was heard began on the wire. */
  #heardSince = 0;
  /** When the last character of the request being served has passed. */
  #requestEnd = 0;
  #lastSent = Number.NEGATIVE_INFINITY;
  #pause: Cancel = () => {};
  #turning: Cancel | undefined;
  readonly #timers = new Set<Cancel>();
  #scanning = false;
  /** Why nothing is taken from the other side. */
  readonly #deaf = new Set<"dead" | "full">();
  #stopped = false;

  constructor(bus: SharedWire, wire: ByteWire, manner: WireManner, onStop: () => void) {
    this.#bus = bus;
    this.#wire = wire;
    this.#manner = manner;
    this.#onStop = onStop;
    const { clock, characterMs, random } = bus;
    this.#sender = new Sender({ clock, wire, characterMs, whole: manner.whole, random });
    this.#bornDead = bus.faults.state("half_open")?.fault.strikes() ?? false;
    if (this.#bornDead) this.#playDead();
    for (const device of bus.devices) device.connected?.(clock.mono());
    wire.onData((bytes) => this.#hear(bytes));
  }

  /** Falls silent at once, also in the middle of an answer. Idempotent. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#pause();
    this.#turning?.();
    this.#sender.stop();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#onStop();
  }

  get #busy(): boolean {
    return this.#turning !== undefined || this.#sender.active;
  }

  #hear(arrived: Uint8Array): void {
    if (this.#stopped || this.#playDead()) return;
    const { stats } = this.#bus;
    const bytes = acrossLine(this.#bus.faults, arrived, "heard", this.#bus.baud);
    if (this.#busy && this.#manner.whenBusy === "collide") {
      stats.collidedBytes += bytes.length;
      return;
    }
    const now = this.#bus.clock.mono();
    if (this.#heard.length === 0 && !this.#busy) {
      this.#heardSince = now;
      if (now - this.#lastSent < this.#bus.silenceMs) stats.silenceBroken++;
    }
    const kept = Math.min(bytes.length, 2 * MAX_KEPT - this.#heard.length);
    stats.collidedBytes += bytes.length - kept;
    this.#heard = joined(this.#heard, bytes.subarray(0, kept));
    this.#scan();
    this.#deafen("full", this.#heard.length > MAX_KEPT);
  }

  /** Serves what was heard, request after request, until an answer takes its time. */
  #scan(): void {
    if (this.#scanning) return;
    this.#scanning = true;
    this.#pause();
    while (!this.#stopped && !this.#busy && this.#heard.length > 0) {
      const scan = this.#bus.framing.scan(this.#heard);
      if (scan.kind === "more") {
        const { pauseMs, clock } = this.#bus;
        if (pauseMs !== undefined) this.#pause = clock.after(pauseMs, () => this.#onPause());
        break;
      }
      this.#take(scan);
    }
    this.#scanning = false;
    this.#deafen("full", this.#heard.length > MAX_KEPT);
  }

  #onPause(): void {
    this.#take(this.#bus.framing.onPause(this.#heard));
    this.#scan();
  }

  #take(scan: Scan): void {
    switch (scan.kind) {
      case "more":
        return;
      case "broken":
        this.#bus.stats.broken++;
        this.#heard = new Uint8Array(0);
        this.#wire.cut?.();
        return;
      case "damaged":
        this.#bus.stats.damagedBytes += scan.used;
        this.#heard = this.#heard.subarray(scan.used);
        return;
      case "request":
        this.#heard = this.#heard.subarray(scan.used);
        this.#serve(scan.request);
    }
  }

  #serve(request: HeardRequest): void {
    const { clock, devices, faults, framing, stats, characterMs, random } = this.#bus;
    stats.requests++;
    const now = clock.mono();
    // The stream delivered the request in no time; on a wire its last character ends this much later.
    this.#requestEnd = Math.max(now, this.#heardSince + request.raw.length * characterMs);
    // V1.02, 2.1: a broadcast is carried out by all and answered by nobody.
    const broadcast =
      framing.serial && (request.unit === 0 || devices.some((device) => device.isBroadcast?.(request.unit)));
    const isMeant = (device: BusDevice): boolean =>
      device.answersTo?.(request.unit) ?? device.unit === request.unit;
    const named = broadcast ? [] : devices.filter(isMeant);
    const heard: Heard = { unit: request.unit, broadcast, mono: this.#heardSince };
    const isThere = ({ id }: BusDevice): boolean => !faults.isOff(id);
    const own = (framing.serial ? named : named.slice(0, 1)).filter(isThere);
    const struck = faults.strike(own[0]?.id);
    if (struck.get("echo")) this.#later(this.#requestEnd - now, () => this.#wire.write(request.raw));
    if (broadcast) {
      for (const device of devices.filter(isThere)) answerOf(device, request.pdu, heard);
      return;
    }
    if (named.length > 0 && own.length === 0) return;
    if (own.length === 0) {
      stats.foreign++;
      if (!framing.serial) this.#refuseAbsent(request, struck);
      return;
    }
    const unplug = struck.get("unplug");
    if (unplug) {
      this.#bus.unplug(unplug.for);
      return;
    }
    // Of several with one unit id each has faults of its own: one that is silent leaves the answer to the others.
    const speaking = own.filter(
      (device, at) => !(at === 0 ? struck : faults.strike(device.id)).get("silence"),
    );
    if (speaking.length === 0) return;
    const usual = framing.serial ? SERIAL_TURNAROUND : TCP_TURNAROUND;
    const turnarounds = speaking.map((device) => {
      const [shortest, longest] = device.turnaroundMs ?? usual;
      const ms = device.turnaroundOf?.(request.pdu) ?? shortest + (longest - shortest) * random();
      return Math.max(this.#bus.silenceMs, ms);
    });
    const first = Math.min(...turnarounds);
    const wait = this.#requestEnd - now + first;
    const speak = (): void => {
      this.#turning = undefined;
      this.#speak(request, heard, speaking, struck, (at) => (turnarounds[at] ?? first) - first);
    };
    if (wait > 0) this.#turning = clock.after(wait, speak);
    else speak();
  }

  /** V1.1b3, 7: a gateway says exception 11 for a unit that does not answer. */
  #refuseAbsent(request: HeardRequest, struck: Struck): void {
    const { framing, random, stats } = this.#bus;
    const { reply } = refuse(request.pdu[0] ?? 0, EXCEPTION.targetNoAnswer);
    stats.exceptions++;
    this.#say(replyFrame(framing, request, reply, struck, random), struck, []);
  }

  /** `delays`: how much later than the first the n-th device begins, ms. */
  #speak(
    request: HeardRequest,
    heard: Heard,
    own: readonly BusDevice[],
    struck: Struck,
    delays: (at: number) => number,
  ): void {
    const { framing, random, characterMs } = this.#bus;
    const forced = struck.get("exception")?.code ?? (struck.get("busy") && EXCEPTION.busy);
    const spoken = own.flatMap((device): readonly Spoken[] => {
      const answer = forced ? refuse(request.pdu[0] ?? 0, forced) : answerOf(device, request.pdu, heard);
      return answer ? [{ device, answer }] : [];
    });
    if (spoken.length === 0) {
      this.#resume();
      return;
    }
    const frames = spoken.map(({ answer }) => {
      const { unit = request.unit } = answer;
      return replyFrame(framing, { ...request, unit }, answer.reply, struck, random);
    });
    const frame = frames.reduce((all, next, at) =>
      mixed(all, next, Math.round(delays(at) / (characterMs || 1)), random),
    );
    const late = struck.get("late");
    if (!late) {
      this.#say(frame, struck, spoken);
      return;
    }
    // Meanwhile the wire is free, and other requests are heard and answered.
    this.#later(late.after, () => {
      if (this.#turning && this.#bus.clock.mono() < this.#requestEnd) {
        // It speaks into a request that is still on the wire: nobody understands that one.
        this.#turning();
        this.#turning = undefined;
        this.#bus.stats.collidedBytes += request.raw.length;
      }
      this.#say(frame, struck, spoken);
    });
    this.#resume();
  }

  #say(frame: Uint8Array, struck: Struck, spoken: readonly Spoken[]): void {
    const { baud, faults, random } = this.#bus;
    const utterance = utter(frame, struck, random);
    const bytes = acrossLine(faults, utterance.bytes, "sent", baud);
    // Pauses lie between characters: with other characters they lie nowhere.
    this.#sender.send(bytes.length === utterance.bytes.length ? { ...utterance, bytes } : { bytes }, {
      said: (moment) => {
        for (const each of spoken) this.#account(each, moment, struck, spoken.length > 1);
      },
      over: ({ mono }) => {
        this.#lastSent = mono;
        this.#resume();
      },
    });
  }

  #account({ device, answer }: Spoken, moment: Moment, struck: Struck, twins: boolean): void {
    const { stats, ledger } = this.#bus;
    stats.answers++;
    device.said?.(moment.mono);
    if (answer.exception) stats.exceptions++;
    if (!answer.read) return;
    const faults = twins ? [...struck.kinds, "twin"] : struck.kinds;
    ledger.record(new AnsweredEntry(answer.read, device, moment, faults.length > 0 ? faults : undefined));
  }

  /** The wire is free: what was kept begins now. */
  #resume(): void {
    if (this.#stopped || this.#busy || this.#heard.length === 0) return;
    this.#heardSince = this.#bus.clock.mono() + this.#bus.silenceMs;
    this.#scan();
  }

  /** Whether this connection is dead now; looks again later where it has stopped reading. */
  #playDead(): boolean {
    const state = this.#bus.faults.state("half_open");
    const dead = state !== undefined && (this.#bornDead || !state.fault.drawn);
    if (!dead || state.spec.reads || this.#deaf.has("dead")) return dead;
    this.#deafen("dead", true);
    const check = (): void => {
      if (this.#bus.faults.state("half_open")) this.#later(DEAD_CHECK_MS, check);
      else this.#deafen("dead", false);
    };
    this.#later(DEAD_CHECK_MS, check);
    return true;
  }

  #deafen(why: "dead" | "full", on: boolean): void {
    if (this.#deaf.has(why) === on) return;
    if (on) this.#deaf.add(why);
    else this.#deaf.delete(why);
    this.#wire.deafen?.(this.#deaf.size > 0);
  }

  #later(delayMs: number, run: () => void): void {
    if (delayMs <= 0) {
      run();
      return;
    }
    const cancel = this.#bus.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function answerOf(device: BusDevice, pdu: Uint8Array, heard: Heard): PduAnswer | undefined {
  return device.answer ? device.answer(pdu, heard) : answerPdu(device, pdu);
}
