import { createServer, type Server } from "node:net";
import { Aedes } from "aedes";

export interface BrokerOptions {
  readonly host?: string;
  /** 0: any free port. */
  readonly port: number;
}

/**
 * An MQTT 3.1.1 broker for demonstrations and tests, on loopback only: everybody may do everything (the
 * package's default), so it never listens to a network unless told.
 */
export class LoopbackBroker {
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly port: number;

  private constructor(aedes: Aedes, server: Server, port: number) {
    this.#aedes = aedes;
    this.#server = server;
    this.port = port;
  }

  /** Rejects with the system's error when the port is taken. */
  static async start(options: BrokerOptions): Promise<LoopbackBroker> {
    const aedes = await Aedes.createBroker();
    const server = createServer(aedes.handle);
    const host = options.host ?? "127.0.0.1";
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(options.port, host, resolve);
      });
    } catch (error) {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      throw error;
    }
    const address = server.address();
    return new LoopbackBroker(
      aedes,
      server,
      typeof address === "object" && address ? address.port : options.port,
    );
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  get clients(): number {
    return this.#aedes.connectedClients;
  }

  /** Cuts all clients off. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    await closed;
  }
}

/** A broker that listens when this resolves. Rejects with the system's error when the port is taken. */
export function startBroker(options: BrokerOptions): Promise<LoopbackBroker> {
  return LoopbackBroker.start(options);
}
