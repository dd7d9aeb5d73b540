import { Buffer as Bytes } from "node:buffer";
import { Socket } from "node:net";
import { connect, type IClientOptions, type IConnackPacket, type MqttClient } from "mqtt";
import { writeToStream } from "mqtt-packet";
import type { Clock } from "../../drivers/core/clock.js";
import { asError, LinkError, RejectedError } from "../../drivers/core/errors.js";
import type { ForwarderLimits, PeerCertificate } from "../core/forwarder.js";
import { peerOf } from "./certificates.js";
import { within } from "./deadline.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { type CommandListener, listenForCommands } from "./mqtt-commands.js";
import {
  connectError,
  disconnectError,
  NO_MATCHING_SUBSCRIBERS,
  publishError,
  VersionRefused,
} from "./mqtt-errors.js";

// Else mqtt-packet makes 65,536 buffers with the first packet, one for each message id: 8 MB, for a few bytes saved.
writeToStream.cacheNumbers = false;

/** MQTT 3.1.1, 2.2.3: the largest packet there is. */
const LARGEST_PACKET = 268_435_455;
/** MQTT 5, 3.2.2.3.3: when the broker does not say. Message ids have 16 bits. */
const LARGEST_WINDOW = 65_535;
/** Fixed header, topic length, message id, property length and content type of a PUBLISH. */
const PUBLISH_OVERHEAD = 5 + 2 + 2 + 4 + 3 + 32;
/** Longest message name below the gateway's prefix that limits are computed for. */
const LONGEST_NAME = 64;

export interface ConnectionParts {
  readonly url: string;
  readonly prefix: string;
  /** Fresh for each connection: mqtt.js overwrites options in place (pitfalls). */
  readonly options: IClientOptions;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether our own clock may be believed when a certificate's dates do not fit. Believed when absent. */
  readonly clockTrusted?: (() => boolean) | undefined;
  readonly onLost: (error: Error) => void;
}

export interface MqttMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain: boolean;
  readonly contentType?: string;
}

/** One connection to a broker on one client object of its own. Never connects again. */
export class MqttConnection {
  readonly limits: ForwarderLimits;
  readonly #client: MqttClient;
  readonly #parts: ConnectionParts;
  readonly #maxPacket: number;
  readonly #pending = new Set<(error: Error) => void>();
  #state: "open" | "closing" | "closed" = "open";
  #cause: Error | undefined;
  /** Reason code of the last PUBACK. */
  #reason = 0;

  private constructor(client: MqttClient, connack: IConnackPacket, parts: ConnectionParts) {
    this.#client = client;
    this.#parts = parts;
    const { receiveMaximum, maximumPacketSize } = connack.properties ?? {};
    this.#maxPacket = maximumPacketSize ?? LARGEST_PACKET;
    const overhead = PUBLISH_OVERHEAD + Bytes.byteLength(parts.prefix) + LONGEST_NAME;
    this.limits = {
      window: Math.max(1, receiveMaximum ?? LARGEST_WINDOW),
      maxPayload: Math.max(1, this.#maxPacket - overhead),
    };
    client.on("error", (error) => {
      this.#cause ??= asError(error);
      // What mqtt.js cannot parse it only reports: what is unacknowledged then would never settle.
      client.end(true);
    });
    client.on("disconnect", ({ reasonCode = 0 }) => {
      this.#cause = disconnectError(reasonCode, parts.url, parts.options.clientId ?? "");
    });
    // The callback of publish gets the PUBLISH that was stored, not the PUBACK; this comes right before it.
    client.on("packetreceive", (packet) => {
      this.#reason = packet.cmd === "puback" ? (packet.reasonCode ?? 0) : 0;
    });
    client.on("close", () => this.#lost());
  }

  /** Throws VersionRefused, LinkError or RejectedError; nothing stays open then. */
  static open(parts: ConnectionParts): Promise<MqttConnection> {
    return new Promise((resolve, reject) => {
      const { clock, options, signal, timeoutMs, url } = parts;
      if (signal.aborted) {
        reject(new LinkError(M.connect_aborted, { url }));
        return;
      }
      let client: MqttClient;
      try {
        client = connect(url, options);
        // Otherwise TCP holds a small message back until the other side has acknowledged the one before: a round trip.
        if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      } catch (error) {
        reject(connectError(error, url));
        return;
      }
      const settle = (result: () => void): void => {
        cancel();
        signal.removeEventListener("abort", onAbort);
        client.removeListener("connect", onConnect);
        client.removeListener("error", fail);
        client.removeListener("close", onClose);
        result();
      };
      const fail = (error: Error): void =>
        settle(() => {
          // By force: a CONNACK that refuses may leave the socket open (pitfalls, mqtt.js), one that never comes too.
          client.on("error", () => {});
          client.end(true);
          client.stream?.destroy();
          reject(connectError(error, url, parts.clockTrusted?.()));
        });
      const onConnect = (connack: IConnackPacket): void =>
        settle(() => resolve(new MqttConnection(client, connack, parts)));
      // MQTT 5, 4.13 and 3.1.1, 3.1.2.2: a server may close the connection of a version that it does not know.
      const onClose = (): void => fail(new ClosedBeforeConnack("closed before CONNACK"));
      const onAbort = (): void => fail(new LinkError(M.connect_aborted, { url }));
      // One deadline for DNS, TCP, TLS and CONNACK together: each of them hangs on a 4G link.
      const cancel = clock.after(timeoutMs, () =>
        fail(new LinkError(M.connect_timeout, { url, ms: timeoutMs })),
      );
      signal.addEventListener("abort", onAbort, { once: true });
      client.on("connect", onConnect);
      client.on("error", fail);
      client.on("close", onClose);
    });
  }

  /** From now on requests of the centre go to `listener`. */
  listen(topic: string, listener: CommandListener): void {
    listenForCommands(this.#client, topic, listener);
  }

  /** Resolves with true where the broker says that nobody subscribes to the topic. */
  send({ topic, payload, retain, contentType }: MqttMessage): Promise<boolean> {
    const { url } = this.#parts;
    // Never mqtt.js's offline queue: above 65,535 messages it overwrites silently (pitfalls).
    if (this.#state !== "open" || !this.#client.connected) {
      return Promise.reject(new LinkError(M.not_connected, { url }));
    }
    const bytes = typeof payload === "string" ? Bytes.byteLength(payload) : payload.length;
    const room = this.#maxPacket - PUBLISH_OVERHEAD - Bytes.byteLength(topic);
    if (bytes > room) {
      return Promise.reject(new RejectedError(M.message_too_large, { url, topic, bytes, limit: room }));
    }
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      const properties = contentType === undefined ? {} : { properties: { contentType } };
      this.#client.publish(topic, payload as string | Bytes, { qos: 1, retain, ...properties }, (error) => {
        this.#pending.delete(reject);
        if (error) reject(publishError(error, url, topic));
        else resolve(this.#reason === NO_MATCHING_SUBSCRIBERS);
      });
    });
  }

  /** Undefined without TLS. */
  get peer(): PeerCertificate | undefined {
    return peerOf(this.#client.stream);
  }

  /** Any packet is an answer: it came after the question. Settles never where none comes. */
  ping(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#state !== "open" || !this.#client.connected) return;
      this.#client.once("packetreceive", () => resolve());
      this.#client.sendPing();
    });
  }

  /** At QoS 0, for one topic. Rejects where the broker refuses it or the connection is gone. */
  subscribe(topic: string): Promise<void> {
    const { url } = this.#parts;
    return new Promise((resolve, reject) => {
      const gone = new LinkError(M.closed, { url });
      if (this.#state !== "open") reject(gone);
      else
        this.#client.subscribe(topic, { qos: 0 }, (error, granted) =>
          error || granted?.some(({ qos }) => qos >= 0x80) ? reject(error ?? gone) : resolve(),
        );
    });
  }

  unsubscribe(topic: string): void {
    if (this.#state === "open") this.#client.unsubscribe(topic, () => {});
  }

  onMessage(listener: (topic: string, payload: Uint8Array) => void): void {
    this.#client.on("message", listener);
  }

  /** Orderly where the broker plays along, by force where it does not. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "closing";
    const { clock, url } = this.#parts;
    // end() hangs while a message is unacknowledged (pitfalls): half of the time is for the orderly end.
    if (this.#pending.size === 0) await within(clock, deadlineMs / 2, this.#end(false));
    await within(clock, deadlineMs / 2, this.#end(true));
    this.#client.stream?.destroy();
    this.#state = "closed";
    this.#failPending(new LinkError(M.closed, { url }));
  }

  #end(force: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (this.#client.disconnected) resolve();
      else this.#client.end(force, () => resolve());
    });
  }

  /** A lost connection alone does not call back mqtt.js's unacknowledged publishes: end(true) does, and this. */
  #lost(): void {
    if (this.#state === "closed") return;
    const byItself = this.#state === "open";
    this.#state = byItself ? "closed" : this.#state;
    const { onLost, url } = this.#parts;
    const cause = this.#cause;
    const error =
      cause instanceof RejectedError || cause instanceof LinkError
        ? cause
        : new LinkError(M.lost, { url, problem: cause?.message ?? "TCP" });
    this.#client.end(true);
    if (byItself) onLost(error);
    this.#failPending(error);
  }

  #failPending(error: Error): void {
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const reject of pending)
      reject(error instanceof RejectedError ? new LinkError(M.closed, { url: this.#parts.url }) : error);
  }
}

/** No answer and no socket any more: perhaps the version, perhaps a broker that is starting. */
export class ClosedBeforeConnack extends VersionRefused {}
