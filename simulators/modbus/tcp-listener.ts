import { createServer, type Server, type Socket } from "node:net";
import type { Cancel } from "../../drivers/core/clock.js";
import type { SimulatedBus } from "./bus.js";
import { type Carrier, REOPEN_MS } from "./carrier.js";
import { tcpWire } from "./tcp-wire.js";
import { PACKET_MANNER } from "./wire.js";

export interface TcpListenerOptions {
  readonly bus: SimulatedBus;
  readonly host?: string;
  /** 0: any free port. */
  readonly port: number;
}

/** A real device serves a handful of clients and refuses more. */
const MAX_CLIENTS = 16;

/**
 * A bus behind a TCP port: a Modbus TCP server, or a serial server that carries the frames of its serial line as
 * they are. A serial line has one client: a new one puts the old one out, as serial servers do.
 */
export class TcpListener implements Carrier {
  readonly #bus: SimulatedBus;
  readonly #host: string;
  #port: number;
  #server: Server | undefined;
  readonly #clients = new Set<Socket>();
  #replug: Cancel = () => {};
  #stopped = false;

  constructor({ bus, host = "127.0.0.1", port }: TcpListenerOptions) {
    this.#bus = bus;
    this.#host = host;
    this.#port = port;
    bus.unplug = (forMs) => this.unplug(forMs);
  }

  get port(): number {
    return this.#port;
  }

  get where(): string {
    return `${this.#host}:${this.#port}`;
  }

  start(): Promise<void> {
    const server = createServer((socket) => this.#accept(socket));
    server.maxConnections = MAX_CLIENTS;
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, this.#host, () => {
        server.off("error", reject);
        const address = server.address();
        // After an unplugging clients come back to the same port.
        if (typeof address === "object" && address) this.#port = address.port;
        resolve();
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#replug();
    this.#bus.stop();
    await this.#close();
  }

  unplug(forMs: number): void {
    if (this.#stopped) return;
    void this.#close();
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

  #close(): Promise<void> {
    const server = this.#server;
    for (const socket of this.#clients) socket.destroy();
    return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  #accept(socket: Socket): void {
    if (this.#bus.framing.serial) for (const other of this.#clients) other.destroy();
    this.#clients.add(socket);
    const conversation = this.#bus.attach(tcpWire(socket), PACKET_MANNER);
    socket.on("close", () => {
      this.#clients.delete(socket);
      conversation.stop();
    });
  }
}
