import { createServer, type Server, type Socket } from "node:net";

/** What a test does with a PUBLISH; the bytes that it returns are written. */
export interface RawPublish {
  readonly topic: string;
  readonly id: number;
  readonly socket: Socket;
  readonly nth: number;
}

export interface RawScript {
  /** Called with the version of each CONNECT (4 or 5); the bytes that it returns are written. */
  onConnect(version: number, socket: Socket): Uint8Array | undefined;
  onPublish?(publish: RawPublish): Uint8Array | undefined;
}

/** CONNACK of MQTT 5: flags, reason, properties. */
export function connack5(reason: number, properties: readonly number[] = []): Uint8Array {
  return Uint8Array.of(0x20, 3 + properties.length, 0, reason, properties.length, ...properties);
}

/** CONNACK of MQTT 3.1.1: flags, return code. */
export function connack4(code: number): Uint8Array {
  return Uint8Array.of(0x20, 2, 0, code);
}

export function puback5(id: number, reason: number): Uint8Array {
  return reason === 0
    ? Uint8Array.of(0x40, 2, id >> 8, id & 0xff)
    : Uint8Array.of(0x40, 3, id >> 8, id & 0xff, reason);
}

/** A broker of hand-written bytes: it does what a real one does on a bad day. */
export class RawBroker {
  readonly versions: number[] = [];
  readonly published: RawPublish[] = [];
  /** Whether the last connection ended with a DISCONNECT packet. */
  disconnects = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static start(script: RawScript): Promise<RawBroker> {
    const server = createServer();
    const broker = new RawBroker(server);
    server.on("connection", (socket) => broker.#serve(socket, script));
    return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(broker)));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  get open(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket, script: RawScript): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    let held = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      held = Buffer.concat([held, bytes]);
      for (;;) {
        const packet = firstPacket(held);
        if (!packet) return;
        held = held.subarray(packet.bytes);
        this.#answer(packet.type, packet.body, socket, script);
      }
    });
  }

  #answer(type: number, body: Buffer, socket: Socket, script: RawScript): void {
    if (type === 0x10) {
      const version = body[6] ?? 0;
      this.versions.push(version);
      const answer = script.onConnect(version, socket);
      if (answer) socket.write(answer);
    } else if (type === 0x30) {
      const length = body.readUInt16BE(0);
      const topic = body.toString("utf8", 2, 2 + length);
      const publish = { topic, id: body.readUInt16BE(2 + length), socket, nth: this.published.length };
      this.published.push(publish);
      const answer = script.onPublish?.(publish);
      if (answer) socket.write(answer);
    } else if (type === 0xc0) {
      socket.write(Uint8Array.of(0xd0, 0));
    } else if (type === 0xe0) {
      this.disconnects++;
    }
  }
}

/** Fixed header: type, then the remaining length in groups of seven bits (MQTT, 2.2.3). */
function firstPacket(held: Buffer): { type: number; body: Buffer; bytes: number } | undefined {
  let length = 0;
  for (let at = 1; at < Math.min(held.length, 5); at++) {
    const byte = held[at] ?? 0;
    length += (byte & 0x7f) << (7 * (at - 1));
    if (byte & 0x80) continue;
    const bytes = at + 1 + length;
    if (held.length < bytes) return undefined;
    return { type: (held[0] ?? 0) & 0xf0, body: held.subarray(at + 1, bytes), bytes };
  }
  return undefined;
}
