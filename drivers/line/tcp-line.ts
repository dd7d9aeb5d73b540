import { connect, type Socket } from "node:net";
import type { Clock } from "../core/clock.js";
import { asError, LinkError, TramError } from "../core/errors.js";
import type { Line, LineReceiver } from "./line.js";
import { LINE_MESSAGES } from "./messages.js";
import { within } from "./within.js";

export interface TcpSettings {
  readonly host: string;
  readonly port: number;
  /** How long connecting may take, the lookup of the name included, in ms. */
  readonly connect_timeout: number;
}

/** First probe on an idle connection; NAT boxes on 4G forget a silent one within a minute or two. */
const KEEPALIVE_MS = 30_000;
/** What the peer has not taken by then, it will not take: no request of ours is larger than some hundred bytes. */
const MAX_UNSENT_BYTES = 64 * 1024;

/** A TCP connection that we make. */
export class TcpLine implements Line {
  readonly name: string;
  readonly characterMs = 0;
  readonly #settings: TcpSettings;
  readonly #clock: Clock;
  #socket: Socket | undefined;
  #receiver: LineReceiver | undefined;

  constructor(settings: TcpSettings, clock: Clock) {
    const { host, port } = settings;
    this.name = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    this.#settings = settings;
    this.#clock = clock;
  }

  async open(receiver: LineReceiver, signal: AbortSignal): Promise<void> {
    await this.close();
    const { host, port, connect_timeout } = this.#settings;
    const socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEPALIVE_MS,
    });
    this.#socket = socket;
    const opened = new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new LinkError(LINE_MESSAGES.not_open, { name: this.name })));
    });
    const late = (): LinkError =>
      new LinkError(LINE_MESSAGES.tcp_connect_timeout, { name: this.name, ms: connect_timeout });
    try {
      await within(this.#clock, connect_timeout, late, opened, signal);
    } catch (error) {
      socket.on("error", () => {});
      socket.destroy();
      if (error instanceof TramError) throw error;
      const problem = asError(error).message;
      throw new LinkError(
        LINE_MESSAGES.tcp_connect_failed,
        { name: this.name, problem },
        { cause: asError(error) },
      );
    }
    if (this.#socket !== socket) throw new LinkError(LINE_MESSAGES.not_open, { name: this.name });
    this.#receiver = receiver;
    socket.on("data", (bytes: Buffer) => {
      if (this.#socket === socket) receiver.onBytes(bytes);
    });
    const closed = new LinkError(LINE_MESSAGES.tcp_closed, { name: this.name });
    socket.on("error", (error) => {
      const params = { name: this.name, problem: error.message };
      this.#lost(socket, new LinkError(LINE_MESSAGES.tcp_lost, params, { cause: error }));
    });
    socket.on("end", () => this.#lost(socket, closed));
    socket.on("close", () => this.#lost(socket, closed));
  }

  write(bytes: Uint8Array): void {
    const socket = this.#socket;
    if (!socket || !this.#receiver) return;
    if (socket.writableLength > MAX_UNSENT_BYTES) {
      this.#lost(socket, new LinkError(LINE_MESSAGES.tcp_stalled, { name: this.name }));
      return;
    }
    socket.write(bytes);
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#receiver = undefined;
    socket?.destroy();
  }

  #lost(socket: Socket, error: LinkError): void {
    if (this.#socket !== socket) return;
    const receiver = this.#receiver;
    void this.close();
    receiver?.onLost(error);
  }
}
