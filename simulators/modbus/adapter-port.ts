import { SerialPort } from "serialport";
import type { Cancel } from "../../drivers/core/clock.js";
import type { SimulatedBus } from "./bus.js";
import { type Carrier, REOPEN_MS } from "./carrier.js";
import type { Conversation } from "./conversation.js";
import { EchoFilter } from "./echo-filter.js";
import { closeAtHangUp } from "./hang-up.js";
import { isRequest } from "./is-request.js";
import { type ByteWire, PACKET_MANNER, type WireManner } from "./wire.js";

export interface AdapterOptions {
  readonly path: string;
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

/** The adapter itself gives every character its time: an answer is handed over in one piece. */
const ADAPTER_MANNER: WireManner = { ...PACKET_MANNER, whenBusy: "collide" };
/** An adapter that takes nothing for so many bytes has a fault. */
const MOST_WAITING = 4096;

/**
 * A bus on a real serial port, behind which a real gateway asks. Its bus is made with `pace: "none"`. Comes back
 * after the adapter was unplugged; does not take for a request what it hears of its own answers.
 */
export class AdapterPort implements Carrier {
  /** Bytes that the adapter did not take. */
  dropped = 0;
  /** Set by who wants to know: it was pulled out, it is back. */
  onChange: (state: "lost" | "back") => void = () => {};
  readonly #bus: SimulatedBus;
  readonly #options: AdapterOptions;
  #port: SerialPort | undefined;
  #echoes: EchoFilter | undefined;
  /** By ports that were closed. */
  #echoedBefore = 0;
  #isLost = false;
  #conversation: Conversation | undefined;
  #reopen: Cancel = () => {};
  #stopped = false;

  constructor(bus: SimulatedBus, options: AdapterOptions) {
    this.#bus = bus;
    this.#options = options;
    bus.unplug = (forMs) => this.unplug(forMs);
  }

  get where(): string {
    return this.#options.path;
  }

  /** Bytes that it heard of what it sent itself: some adapters of two wires do. They are no requests. */
  get echoed(): number {
    return this.#echoedBefore + (this.#echoes?.dropped ?? 0);
  }

  start(): Promise<void> {
    const { baud, ...rest } = this.#options;
    const port = new SerialPort({ ...rest, baudRate: baud, autoOpen: false });
    return new Promise((resolve, reject) => {
      port.open((error) => {
        if (error) reject(error);
        else resolve(this.#opened(port));
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#reopen();
    this.#bus.stop();
    await this.#close();
  }

  unplug(forMs: number): void {
    if (this.#stopped) return;
    void this.#close();
    this.#openAfter(forMs);
  }

  #opened(port: SerialPort): void {
    if (this.#stopped) {
      port.close();
      return;
    }
    this.#port = port;
    closeAtHangUp(port.port);
    port.on("error", () => {});
    port.on("close", () => {
      // Closed by us, it is not the port any more.
      if (this.#port !== port) return;
      this.#port = undefined;
      this.#hangUp();
      this.#openAfter(REOPEN_MS);
      this.#isLost = true;
      this.onChange("lost");
    });
    let hear = (_: Uint8Array): void => {};
    const { clock, framing } = this.#bus;
    const echoes = new EchoFilter({
      clock,
      characterMs: this.#characterMs,
      isRequest: (bytes) => isRequest(framing, bytes),
      pass: (bytes) => hear(bytes),
    });
    this.#echoes = echoes;
    const wire: ByteWire = {
      onData: (listener) => {
        hear = listener;
        port.on("data", (bytes: Buffer) => echoes.hear(bytes));
      },
      write: (bytes) => {
        if (port.writableLength < MOST_WAITING && port.isOpen) {
          echoes.sent(bytes);
          port.write(Buffer.from(bytes));
        } else this.dropped += bytes.length;
      },
    };
    this.#conversation = this.#bus.attach(wire, ADAPTER_MANNER);
    if (this.#isLost) this.onChange("back");
    this.#isLost = false;
  }

  get #characterMs(): number {
    const { baud, dataBits, parity, stopBits } = this.#options;
    return ((1 + dataBits + (parity === "none" ? 0 : 1) + stopBits) * 1000) / baud;
  }

  #hangUp(): void {
    this.#conversation?.stop();
    this.#echoes?.stop();
    this.#echoedBefore = this.echoed;
    this.#echoes = undefined;
  }

  #openAfter(ms: number): void {
    this.#reopen();
    this.#reopen = this.#bus.clock.after(ms, () => {
      this.start().catch(() => {
        if (!this.#stopped) this.#openAfter(REOPEN_MS);
      });
    });
  }

  #close(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    this.#hangUp();
    return new Promise((resolve) => {
      if (!port?.isOpen) resolve();
      else port.close(() => resolve());
    });
  }
}
