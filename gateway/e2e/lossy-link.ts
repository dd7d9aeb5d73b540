import { connect, createServer, type Server, type Socket } from "node:net";

/** PUBLISH and PUBACK (MQTT 5, 2.1.2: the upper four bits of the first byte). */
const PUBLISH = 3;
const PUBACK = 0x40;

/**
 * Stands between a broker and its subscribers and, while it is told to, swallows what is published to them on some
 * topics and acknowledges it in their name: as a broker does whose queue is full.
 */
export class LossyLink {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  #loses: RegExp | undefined;
  #lost = 0;

  private constructor(server: Server, port: number, sockets: Set<Socket>) {
    this.#server = server;
    this.port = port;
    this.#sockets = sockets;
  }

  static async start(brokerPort: number): Promise<LossyLink> {
    const sockets = new Set<Socket>();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("no port");
    const link = new LossyLink(server, address.port, sockets);
    server.on("connection", (near) => link.#join(near, connect(brokerPort, "127.0.0.1")));
    return link;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Messages that were swallowed. */
  get lost(): number {
    return this.#lost;
  }

  lose(topics: RegExp | undefined): void {
    this.#loses = topics;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket, far: Socket): void {
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    near.on("data", (bytes) => far.write(bytes));
    let rest: Buffer = Buffer.alloc(0);
    far.on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (let size = sizeOf(rest); size !== undefined && size <= rest.length; size = sizeOf(rest)) {
        this.#pass(rest.subarray(0, size), near, far);
        rest = rest.subarray(size);
      }
    });
  }

  #pass(packet: Buffer, near: Socket, far: Socket): void {
    const first = packet[0] ?? 0;
    if (first >> 4 === PUBLISH && this.#loses) {
      let at = 1;
      while ((packet[at] ?? 0) >= 0x80) at++;
      const topicEnd = at + 3 + packet.readUInt16BE(at + 1);
      if (this.#loses.test(packet.toString("utf8", at + 3, topicEnd))) {
        this.#lost++;
        // QoS 1: the packet's number stands behind the topic.
        if (first & 0x06)
          far.write(Buffer.from([PUBACK, 2, packet[topicEnd] ?? 0, packet[topicEnd + 1] ?? 0]));
        return;
      }
    }
    near.write(packet);
  }
}

/** Of the first packet, header included (MQTT 5, 2.1.4); undefined while that is not there. */
function sizeOf(bytes: Buffer): number | undefined {
  let length = 0;
  for (let at = 1; at <= 4; at++) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if (byte < 0x80) return at + 1 + length;
  }
  throw new RangeError("not MQTT");
}
