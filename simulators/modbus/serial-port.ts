import type { Cancel } from "../../drivers/core/clock.js";
import { PseudoTerminal } from "../pty.js";
import type { SimulatedBus } from "./bus.js";
import { type Carrier, REOPEN_MS } from "./carrier.js";
import type { Conversation } from "./conversation.js";
import { SERIAL_MANNER } from "./wire.js";

/** A bus on a pseudo-terminal: a serial port that may be unplugged, and comes back under the same link. */
export class SimulatedSerialPort implements Carrier {
  readonly #bus: SimulatedBus;
  readonly #link: string;
  #pty: PseudoTerminal | undefined;
  #conversation: Conversation | undefined;
  #replug: Cancel = () => {};
  #stopped = false;
  /** How often it was pulled out: what is being opened then is not wanted any more. */
  #unplugged = 0;

  constructor(bus: SimulatedBus, link: string) {
    this.#bus = bus;
    this.#link = link;
    bus.unplug = (forMs) => this.unplug(forMs);
  }

  get where(): string {
    return this.#link;
  }

  async start(): Promise<void> {
    const unplugged = this.#unplugged;
    const pty = await PseudoTerminal.open(this.#link);
    if (this.#stopped || this.#unplugged !== unplugged) return pty.close();
    this.#pty = pty;
    this.#conversation = this.#bus.attach(pty, SERIAL_MANNER);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#replug();
    this.#bus.stop();
    await this.#pty?.close();
  }

  unplug(forMs: number): void {
    if (this.#stopped) return;
    this.#unplugged++;
    this.#conversation?.stop();
    void this.#pty?.close();
    this.#plugIn(forMs);
  }

  #plugIn(afterMs: number): void {
    this.#replug();
    this.#replug = this.#bus.clock.after(afterMs, () => {
      this.start().catch(() => {
        if (!this.#stopped) this.#plugIn(REOPEN_MS);
      });
    });
  }
}
