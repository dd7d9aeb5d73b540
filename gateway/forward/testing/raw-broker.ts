import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

/** What a test does with a PUBLISH; the bytes that it returns are written. */
export interface RawPublish {
  readonly topic: string;
  /** 0 for QoS 0. */
  readonly id: number;
  readonly payload: Buffer;
  readonly socket: Socket;
  /** Which PUBLISH of this broker it is, and which of its connection. */
  readonly nth: number;
  readonly nthOfConnection: number;
}

export interface RawScript {
  /** Called when TCP (and TLS) stand; by default what comes is read and answered. */
  onSocket?(socket: Socket): "deaf" | undefined;
  /** Called with the version of each CONNECT (4 or 5); the bytes that it returns are written. */
  onConnect(version: number, socket: Socket): Uint8Array | undefined;
  onPublish?(publish: RawPublish): Uint8Array | undefined;
  /** SUBSCRIBE and UNSUBSCRIBE, with what stands behind their fixed header, and the version of the connection. */
  onSubscribe?(kind: "subscribe" | "unsubscribe", body: Buffer, version: number): Uint8Array | undefined;
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

/** SUBACK or UNSUBACK for one topic, granted at QoS 0: in MQTT 5 with properties, and UNSUBACK with a reason too. */
export function suback(kind: "subscribe" | "unsubscribe", body: Buffer, version: number): Uint8Array {
  const id = [body[0] ?? 0, body[1] ?? 0];
  const rest = version === 5 ? [0, 0] : kind === "subscribe" ? [0] : [];
  return Uint8Array.of(kind === "subscribe" ? 0x90 : 0xb0, id.length + rest.length, ...id, ...rest);
}

/** A PUBLISH at QoS 0 of MQTT 3.1.1, for payloads below 100 kB. */
export function publish4({ topic, payload }: Pick<RawPublish, "topic" | "payload">): Uint8Array {
  const name = Buffer.from(topic);
  const length = 2 + name.length + payload.length;
  const head = [0x30, (length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14, 0, name.length];
  return Buffer.concat([Uint8Array.from(head), name, payload]);
}

/** A broker of hand-written bytes: it does what a real one does on a bad day. */
export class RawBroker {
  readonly versions: number[] = [];
  /** Connections of TCP that were accepted. */
  accepted = 0;
  readonly published: RawPublish[] = [];
  /** Whether the last connection ended with a DISCONNECT packet. */
  disconnects = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #scheme: "mqtt" | "mqtts";

  private constructor(server: Server, scheme: "mqtt" | "mqtts") {
    this.#server = server;
    this.#scheme = scheme;
  }

  static start(script: RawScript, tls?: TlsOptions): Promise<RawBroker> {
    const server = tls ? createTlsServer(tls) : createServer();
    const broker = new RawBroker(server, tls ? "mqtts" : "mqtt");
    server.on("connection", (socket: Socket) => {
      broker.accepted++;
      broker.#keep(socket);
    });
    server.on(tls ? "secureConnection" : "connection", (socket: Socket) => broker.#serve(socket, script));
    server.on("tlsClientError", () => {});
    return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(broker)));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get open(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // What one turn answers in two pieces would wait 40 ms for the other side's acknowledgement of TCP.
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #serve(socket: Socket, script: RawScript): void {
    socket.on("error", () => {});
    if (script.onSocket?.(socket) === "deaf") {
      socket.resume();
      return;
    }
    const connection = { version: 0, published: 0 };
    let held = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      held = Buffer.concat([held, bytes]);
      for (;;) {
        const packet = firstPacket(held);
        if (!packet) return;
        held = held.subarray(packet.bytes);
        this.#answer(packet, connection, socket, script);
      }
    });
  }

  #answer(
    { type, flags, body }: Packet,
    connection: { version: number; published: number },
    socket: Socket,
    script: RawScript,
  ): void {
    if (type === 0x10) {
      const version = body[6] ?? 0;
      connection.version = version;
      this.versions.push(version);
      const answer = script.onConnect(version, socket);
      if (answer) socket.write(answer);
    } else if (type === 0x30) {
      const nth = this.published.length;
      const nthOfConnection = connection.published++;
      const publish = { ...readPublish(flags, body, connection.version), socket, nth, nthOfConnection };
      this.published.push(publish);
      const answer = script.onPublish?.(publish);
      if (answer) socket.write(answer);
    } else if (type === 0x80 || type === 0xa0) {
      const kind = type === 0x80 ? "subscribe" : "unsubscribe";
      const answer = script.onSubscribe?.(kind, body, connection.version);
      if (answer) socket.write(answer);
    } else if (type === 0xc0) {
      socket.write(Uint8Array.of(0xd0, 0));
    } else if (type === 0xe0) {
      this.disconnects++;
    }
  }
}

/** MQTT, 3.3: topic, message id above QoS 0, in MQTT 5 the properties (here shorter than 128 bytes), payload. */
function readPublish(
  flags: number,
  body: Buffer,
  version: number,
): Pick<RawPublish, "topic" | "id" | "payload"> {
  const length = body.readUInt16BE(0);
  const topic = body.toString("utf8", 2, 2 + length);
  let at = 2 + length;
  let id = 0;
  if (flags & 0x06) {
    id = body.readUInt16BE(at);
    at += 2;
  }
  if (version === 5) at += 1 + (body[at] ?? 0);
  return { topic, id, payload: body.subarray(at) };
}

interface Packet {
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
  readonly bytes: number;
}

/** Fixed header: type, then the remaining length in groups of seven bits (MQTT, 2.2.3). */
function firstPacket(held: Buffer): Packet | undefined {
  let length = 0;
  for (let at = 1; at < Math.min(held.length, 5); at++) {
    const byte = held[at] ?? 0;
    length += (byte & 0x7f) << (7 * (at - 1));
    if (byte & 0x80) continue;
    const bytes = at + 1 + length;
    if (held.length < bytes) return undefined;
    const first = held[0] ?? 0;
    return { type: first & 0xf0, flags: first & 0x0f, body: held.subarray(at + 1, bytes), bytes };
  }
  return undefined;
}
