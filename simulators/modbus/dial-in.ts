import { connect, type Socket } from "node:net";
import type { Cancel } from "../../drivers/core/clock.js";
import type { SimulatedBus } from "./bus.js";
import type { Carrier } from "./carrier.js";
import { tcpWire } from "./tcp-wire.js";
import { PACKET_MANNER } from "./wire.js";

export interface DialInOptions {
  readonly bus: SimulatedBus;
  readonly host: string;
  readonly port: number;
  /** Sent first on each connection: by this text a centre knows the modem. */
  readonly registration?: string | undefined;
  /** Sent again and again while connected, so that the mobile network keeps the connection. */
  readonly heartbeat?: { readonly text: string; readonly everyMs: number } | undefined;
  /** From a loss, or a failed attempt, to the next attempt. */
  readonly reconnectMs: number;
}

/** An attempt that has not ended by then has failed. */
const CONNECT_MS = 10_000;

/**
 * A serial server that has no address of its own (a 4G modem): it connects to the centre, says who it is, and
 * carries frames from then on. Comes back after a loss.
 */
export class DialIn implements Carrier {
  /** Connections that were made, and those that were lost or never came about. */
  readonly stats = { connected: 0, lost: 0 };
  readonly #options: DialInOptions;
  #socket: Socket | undefined;
  #again: Cancel = () => {};
  #stopped = false;

  constructor(options: DialInOptions) {
    this.#options = options;
    options.bus.unplug = (forMs) => this.unplug(forMs);
  }

  get where(): string {
    return `${this.#options.host}:${this.#options.port}`;
  }

  /** Begins to dial; whether somebody answers there is not waited for. */
  async start(): Promise<void> {
    this.#dial();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#again();
    this.#options.bus.stop();
    const socket = this.#socket;
    if (!socket || socket.closed) return;
    await new Promise<void>((resolve) => {
      socket.once("close", () => resolve());
      socket.destroy();
    });
  }

  unplug(forMs: number): void {
    if (this.#stopped) return;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
    this.#dialAfter(forMs);
  }

  #dialAfter(ms: number): void {
    this.#again();
    this.#again = this.#options.bus.clock.after(ms, () => this.#dial());
  }

  #dial(): void {
    const { bus, host, port, registration, heartbeat, reconnectMs } = this.#options;
    const { clock } = bus;
    const socket = connect(port, host);
    this.#socket = socket;
    let beat: Cancel = () => {};
    const giveUp = clock.after(CONNECT_MS, () => socket.destroy());
    const wire = tcpWire(socket);
    let end = (): void => {};
    socket.on("connect", () => {
      giveUp();
      this.stats.connected++;
      if (registration) wire.write(Buffer.from(registration, "latin1"));
      const keepAlive = (): void => {
        if (!heartbeat) return;
        beat = clock.after(heartbeat.everyMs, () => {
          wire.write(Buffer.from(heartbeat.text, "latin1"));
          keepAlive();
        });
      };
      keepAlive();
      const conversation = bus.attach(wire, PACKET_MANNER);
      end = () => conversation.stop();
    });
    socket.on("close", () => {
      giveUp();
      beat();
      end();
      this.stats.lost++;
      if (!this.#stopped && this.#socket === socket) this.#dialAfter(reconnectMs);
    });
  }
}
