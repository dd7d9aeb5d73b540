import type { Clock } from "../../drivers/core/clock.js";
import { type Random, seededRandom } from "../random.js";
import type { BusDevice } from "./bus-device.js";
import { Conversation } from "./conversation.js";
import type { FaultOptions } from "./fault.js";
import { FaultSet } from "./fault-set.js";
import type { Framing } from "./framing.js";
import type { ReadLedger } from "./ledger.js";
import type { BusStats, SharedWire } from "./shared-wire.js";
import type { ByteWire, WireManner } from "./wire.js";

/** An adapter hands over what it has heard every 16 ms: such a pause within a frame means nothing. */
const ADAPTER_PAUSE_MS = 20;

export interface BusOptions {
  readonly devices: readonly BusDevice[];
  readonly clock: Clock;
  readonly ledger: ReadLedger;
  readonly framing: Framing;
  readonly baud?: number | undefined;
  /** A character on a serial wire; else what the framing asks for. Many makers send 8N1: 10. */
  readonly bitsPerCharacter?: number | undefined;
  /** `none`: the wire gives characters their time itself. By default the bus does, on a serial line. */
  readonly pace?: "bus" | "none";
  readonly seed?: number | undefined;
  readonly faults?: readonly FaultOptions[];
}

/** Devices that hang on one wire, or answer at one address, and what goes wrong there. */
export class SimulatedBus implements SharedWire {
  readonly stats: BusStats = {
    requests: 0,
    answers: 0,
    exceptions: 0,
    foreign: 0,
    damagedBytes: 0,
    collidedBytes: 0,
    silenceBroken: 0,
    broken: 0,
  };
  readonly devices: readonly BusDevice[];
  readonly clock: Clock;
  readonly ledger: ReadLedger;
  readonly framing: Framing;
  readonly faults: FaultSet;
  readonly baud: number;
  /** What a character takes on the wire; 0 where there is no serial line. */
  readonly characterMs: number;
  readonly silenceMs: number;
  readonly pauseMs: number | undefined;
  readonly random: Random;
  /** Set by who owns the wire: pulls it out for so many ms. */
  unplug: (forMs: number) => void = () => {};
  readonly #conversations = new Set<Conversation>();

  constructor(options: BusOptions) {
    const { framing, baud = 9600, bitsPerCharacter = framing.bitsPerCharacter, seed = 1 } = options;
    this.devices = options.devices;
    this.clock = options.clock;
    this.ledger = options.ledger;
    this.framing = framing;
    this.baud = baud;
    const isPaced = options.pace !== "none";
    this.characterMs = framing.serial && isPaced ? (bitsPerCharacter * 1000) / baud : 0;
    this.silenceMs = framing.silenceMs(baud, bitsPerCharacter);
    const pauseMs = framing.pauseMs(baud, bitsPerCharacter);
    this.pauseMs = pauseMs === undefined || isPaced ? pauseMs : Math.max(pauseMs, ADAPTER_PAUSE_MS);
    this.random = seededRandom(seed);
    this.faults = new FaultSet(options.faults ?? [], options.clock, seed);
  }

  /** Answers what comes over `wire` until the conversation, or the bus, is stopped. */
  attach(wire: ByteWire, manner: WireManner): Conversation {
    const conversation = new Conversation(this, wire, manner, () => this.#conversations.delete(conversation));
    this.#conversations.add(conversation);
    return conversation;
  }

  /** Falls silent at once, also in the middle of an answer. Idempotent. */
  stop(): void {
    for (const conversation of [...this.#conversations]) conversation.stop();
  }
}
