import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../drivers/core/clock.js";
import type { SimulatedDevice } from "./device.js";
import type { ReadLedger } from "./ledger.js";
import { answerPdu, EXCEPTION, refuse } from "./pdu.js";

export interface TcpServerOptions {
  readonly devices: readonly SimulatedDevice[];
  readonly clock: Clock;
  readonly ledger: ReadLedger;
  readonly host?: string;
  /** 0: any free port. */
  readonly port: number;
}

/** MODBUS Messaging on TCP/IP V1.0b, 3.1.3: transaction, protocol 0, length of what follows, unit id. */
const MBAP = 7;
const MAX_ADU = 260;
/** A real device serves a handful of clients and refuses more. */
const MAX_CLIENTS = 16;

/** A Modbus TCP server: several clients, pipelined requests answered in their order, without pause. */
export class ModbusTcpServer {
  /** Since start. */
  readonly stats = { requests: 0, exceptions: 0, broken: 0 };
  readonly #options: TcpServerOptions;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();

  constructor(options: TcpServerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = MAX_CLIENTS;
  }

  /** Resolves with the port. Rejects with the system's error when it is taken. */
  start(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#options.port, this.#options.host ?? "127.0.0.1", () => {
        this.#server.off("error", reject);
        const address = this.#server.address();
        resolve(typeof address === "object" && address ? address.port : this.#options.port);
      });
    });
  }

  /** Cuts all clients off. Idempotent. */
  stop(): Promise<void> {
    for (const socket of this.#clients) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    let heard: Buffer = Buffer.alloc(0);
    this.#clients.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#clients.delete(socket));
    socket.on("drain", () => socket.resume());
    socket.on("data", (chunk: Buffer) => {
      heard = heard.length === 0 ? chunk : Buffer.concat([heard, chunk]);
      let at = 0;
      while (heard.length - at >= MBAP + 1) {
        const length = heard.readUInt16BE(at + 4);
        if (heard.readUInt16BE(at + 2) !== 0 || length < 2 || length > MAX_ADU - 6) {
          this.stats.broken++;
          socket.destroy();
          return;
        }
        if (heard.length - at < 6 + length) break;
        const room = this.#serve(socket, heard.subarray(at, at + 6 + length));
        at += 6 + length;
        if (!room) socket.pause();
      }
      heard = heard.subarray(at);
    });
  }

  #serve(socket: Socket, frame: Buffer): boolean {
    this.stats.requests++;
    const { clock, devices, ledger } = this.#options;
    const unit = frame[6] ?? 0;
    const device = devices.find((other) => other.unit === unit);
    const answer = device
      ? answerPdu(device, frame.subarray(MBAP))
      : refuse(frame[MBAP] ?? 0, EXCEPTION.targetNoAnswer);
    if (answer.exception) this.stats.exceptions++;
    const reply = Buffer.alloc(MBAP + answer.reply.length);
    frame.copy(reply, 0, 0, 4);
    reply.writeUInt16BE(answer.reply.length + 1, 4);
    reply[6] = unit;
    reply.set(answer.reply, MBAP);
    // Before the write: the other side may be quicker than our next line.
    if (device && answer.read) {
      ledger.record({ ...answer.read, device: device.id, unit, t: clock.now(), mono: clock.mono() });
    }
    return socket.write(reply);
  }
}
