import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { Clock } from "../../drivers/core/clock.js";
import type { Outgoing } from "./record-text.js";
import { within } from "./within.js";

/** How the broker is reached; the same for all gateways of a fleet. */
export interface BrokerAccess {
  readonly url: string;
  /** MQTT 5, or 3.1.1. */
  readonly version: 4 | 5;
  /** Absent: each gateway's id, where there is a password. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly ca?: Buffer | undefined;
}

export interface LinkParts {
  readonly access: BrokerAccess;
  readonly id: string;
  readonly will: Outgoing;
  /** What is subscribed to. */
  readonly commands: string;
  readonly clock: Clock;
  readonly onOpen: () => void;
  readonly onCommand: (payload: Uint8Array) => void;
  /** Once, when the connection is gone or was not made. */
  readonly onClosed: (problem: Error | undefined) => void;
}

const CONNECT_MS = 30_000;
const KEEPALIVE_S = 60;
/** MQTT 5, 3.1.2.11: what the centre asks is short. */
const MOST_PACKET_IN = 65_536;
const FAREWELL_MS = 2_000;

/** Bytes of MQTT in both directions, as the socket counts them. */
export interface LinkBytes {
  readonly sent: number;
  readonly received: number;
}

/** One connection of one gateway on one client object, as a gateway makes it. Never connects again. */
export class MqttLink {
  readonly #parts: LinkParts;
  readonly #client: MqttClient;
  readonly #cancel: () => void;
  #state: "opening" | "open" | "closed" = "opening";
  #problem: Error | undefined;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    const { access, clock } = parts;
    this.#client = connect(access.url, optionsOf(parts));
    this.#cancel = clock.after(CONNECT_MS, () => this.cut());
    this.#client.on("error", (error) => {
      this.#problem ??= error;
      this.cut();
    });
    this.#client.on("close", () => this.#closed());
    this.#client.on("connect", () => this.#opened());
  }

  get isOpen(): boolean {
    return this.#state === "open" && this.#client.connected;
  }

  get bytes(): LinkBytes {
    const socket = this.#client.stream as { readonly bytesWritten?: number; readonly bytesRead?: number };
    return { sent: socket?.bytesWritten ?? 0, received: socket?.bytesRead ?? 0 };
  }

  /** At QoS 1; called back once, with an error where it was not acknowledged. */
  send({ payload, retain, topic }: Outgoing, done: (error?: Error) => void): void {
    this.#client.publish(topic, payload, { qos: 1, retain }, (error) => done(error ?? undefined));
  }

  /** The cable is pulled: no DISCONNECT, so that the broker says the last will. */
  cut(): void {
    this.#client.stream?.destroy();
    this.#client.end(true);
    this.#closed();
  }

  /** An orderly end: the broker says no last will. */
  async close(): Promise<void> {
    const { clock } = this.#parts;
    if (this.isOpen) {
      const ended = new Promise<void>((resolve) => this.#client.end(false, () => resolve()));
      await within(clock, FAREWELL_MS, ended);
    }
    this.cut();
  }

  #opened(): void {
    if (this.#state !== "opening") return;
    this.#state = "open";
    this.#cancel();
    const { commands, onCommand, onOpen } = this.#parts;
    this.#client.on("message", (topic, payload, packet) => {
      // What was retained was asked at a time that nobody knows.
      if (topic === commands && !packet.retain) onCommand(payload);
    });
    this.#client.subscribe(commands, { qos: 1 }, () => {});
    onOpen();
  }

  #closed(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#cancel();
    this.#client.end(true);
    this.#parts.onClosed(this.#problem);
  }
}

function optionsOf({ access, id, will }: LinkParts): IClientOptions {
  const { ca, password, user, version } = access;
  return {
    protocolVersion: version,
    clientId: id,
    ...(password !== undefined && { username: user ?? id, password }),
    ...(ca && { ca }),
    clean: true,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    connectTimeout: 2 * CONNECT_MS,
    timerVariant: "native",
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: will.retain },
    ...(version === 5 && { properties: { maximumPacketSize: MOST_PACKET_IN } }),
  };
}
