import type { Clock } from "../../drivers/core/clock.js";
import { PseudoTerminal } from "../pty.js";
import type { SimulatedBus } from "./bus.js";
import { Cable } from "./cable.js";
import type { Carrier } from "./carrier.js";
import { portSettings } from "./port-settings.js";
import type { LineFormat } from "./uart.js";

/** After such a silence somebody may have opened the port with other settings. */
const LOOK_AGAIN_MS = 20;
const MOST_WAITING = 4096;

/**
 * A pseudo-terminal whose speed counts: devices hear what is sent at their own setting, and a port that is opened at
 * another hears garbage of them. Parity cannot be seen on a pseudo-terminal (see `portSettings`), and does not count.
 */
export class MixedPort implements Carrier {
  readonly #link: string;
  readonly #clock: Clock;
  readonly #cable = new Cable();
  #pty: PseudoTerminal | undefined;
  #waiting: Uint8Array[] = [];
  #isLooking = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(link: string, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  get where(): string {
    return this.#link;
  }

  attach(bus: SimulatedBus, format: LineFormat): void {
    this.#cable.attach(bus, { ...format, parity: "none" });
  }

  async start(): Promise<void> {
    const pty = await PseudoTerminal.open(this.#link);
    if (this.#stopped) return pty.close();
    this.#pty = pty;
    this.#cable.onBytes = (bytes) => {
      this.#lastMs = this.#clock.mono();
      pty.write(bytes);
    };
    pty.onData((bytes) => this.#hear(Uint8Array.from(bytes)));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cable.stop();
    await this.#pty?.close();
  }

  unplug(forMs: number): void {
    if (this.#stopped) return;
    void this.#pty?.close();
    this.#pty = undefined;
    this.#clock.after(forMs, () => {
      this.start().catch(() => {});
    });
  }

  #hear(bytes: Uint8Array): void {
    if (this.#waiting.length > MOST_WAITING) return;
    this.#waiting.push(bytes);
    const isFresh = this.#clock.mono() - this.#lastMs < LOOK_AGAIN_MS;
    this.#lastMs = this.#clock.mono();
    if (this.#isLooking) return;
    if (isFresh) this.#pass();
    else void this.#look();
  }

  async #look(): Promise<void> {
    const { path } = this.#pty ?? {};
    if (path === undefined) return;
    this.#isLooking = true;
    const format = await portSettings(path);
    this.#isLooking = false;
    if (format) this.#cable.client = format;
    this.#pass();
  }

  /** Bytes of one frame that came in portions are heard as the one burst that they were on the wire. */
  #pass(): void {
    const sent = Buffer.concat(this.#waiting);
    this.#waiting = [];
    if (sent.length > 0 && !this.#stopped) this.#cable.send(sent);
  }
}
