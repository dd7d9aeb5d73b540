import { readFile } from "node:fs/promises";
import type { IClientOptions } from "mqtt";
import type { Clock } from "../../drivers/core/clock.js";
import { asError, LinkError, RejectedError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import { topicOf } from "../contract/topics.js";
import type { UplinkConfig } from "../core/config.js";
import type { Forwarder, ForwarderLimits, Outbound, PeerCertificate, Topic } from "../core/forwarder.js";
import { ECHO_MS, type EchoPipe, EchoProof } from "./echo-proof.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { MOST_IN, MOST_PACKET_IN } from "./mqtt-commands.js";
import { ClosedBeforeConnack, MqttConnection } from "./mqtt-connection.js";
import { VersionRefused } from "./mqtt-errors.js";
import { acceptMoreReasonCodes } from "./mqtt-reason-codes.js";

const CONNECT_MS = 20_000;

export interface MqttForwarderParts {
  readonly uplink: UplinkConfig;
  /** Topic level and client id. */
  readonly gatewayId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly clockTrusted?: () => boolean;
  /** For DNS, TCP, TLS and CONNACK together. */
  readonly connectTimeoutMs?: number;
  /** MQTT 3.1.1: how long the echo of a message may take after its acknowledgement. */
  readonly echoTimeoutMs?: number;
}

type Version = 5 | 4;

/** MQTT 5 or 3.1.1, QoS 1: a thin pipe over mqtt.js. */
export class MqttForwarder implements Forwarder {
  readonly proves = "acknowledged";
  readonly #parts: MqttForwarderParts;
  readonly #topics = new Map<Topic, string>();
  readonly #unheard = new Set<string>();
  #connection: MqttConnection | undefined;
  /** MQTT 3.1.1 only: MQTT 5 says what is forbidden. */
  #echo: EchoProof | undefined;
  #version: Version | undefined;
  #onLost: (error: Error) => void = () => {};
  #onPeer: (peer: PeerCertificate) => void = () => {};
  #onCommand: ((payload: Uint8Array) => void) | undefined;

  constructor(parts: MqttForwarderParts) {
    this.#parts = parts;
    acceptMoreReasonCodes();
  }

  onLost(listener: (error: Error) => void): void {
    this.#onLost = listener;
  }

  onPeer(listener: (peer: PeerCertificate) => void): void {
    this.#onPeer = listener;
  }

  onCommand(listener: (payload: Uint8Array) => void): void {
    this.#onCommand = listener;
  }

  async connect(signal: AbortSignal, will?: Outbound): Promise<ForwarderLimits> {
    await this.close(0);
    const { uplink } = this.#parts;
    const tls = await this.#readTls();
    const versions: readonly Version[] =
      uplink.protocol === "auto" ? (this.#version === 4 ? [4] : [5, 4]) : [uplink.protocol === "5" ? 5 : 4];
    let refused: VersionRefused | undefined;
    for (const version of versions) {
      try {
        const connection = await this.#open(version, tls, signal, will);
        // Only a broker that said so is remembered as an old one: one that is just starting closes sockets too.
        if (version === 5 || !(refused instanceof ClosedBeforeConnack)) this.#version = version;
        this.#connection = connection;
        this.#echo = version === 4 ? this.#proofOn(connection) : undefined;
        this.#listen(connection);
        const { peer } = connection;
        if (peer) this.#onPeer(peer);
        return connection.limits;
      } catch (error) {
        if (!(error instanceof VersionRefused)) throw error;
        refused = error;
      }
    }
    this.#version = undefined;
    const version = versions.map((tried) => (tried === 5 ? "5" : "3.1.1")).join(", ");
    throw refused instanceof ClosedBeforeConnack
      ? new LinkError(M.connect_failed, { url: uplink.url, problem: refused.message })
      : new RejectedError(M.version_refused, { url: uplink.url, version });
  }

  async send(message: Outbound): Promise<void> {
    const { log, uplink } = this.#parts;
    const connection = this.#connection;
    if (!connection) throw new LinkError(M.not_connected, { url: uplink.url });
    const topic = this.#topicOf(message.topic);
    const publish = (): Promise<boolean> => connection.send({ ...message, topic });
    const proof = message.topic === "data" || message.topic === "event" ? this.#echo : undefined;
    const unheard = await (!proof || proof.isFresh(topic)
      ? publish()
      : proof.send(topic, message.payload, publish));
    if (!unheard || this.#unheard.has(message.topic)) return;
    // The broker has it, so it counts; that nobody listens is said once for each topic and connection.
    this.#unheard.add(message.topic);
    log.warn(say(M.no_subscriber, { url: uplink.url, topic }));
  }

  ping(): Promise<void> {
    return this.#connection?.ping() ?? new Promise(() => {});
  }

  async close(deadlineMs: number): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#unheard.clear();
    this.#echo?.end(new LinkError(M.closed, { url: this.#parts.uplink.url }));
    this.#echo = undefined;
    await connection?.close(deadlineMs);
  }

  #proofOn(pipe: EchoPipe): EchoProof {
    const { clock, echoTimeoutMs = ECHO_MS, uplink } = this.#parts;
    return new EchoProof({ pipe, clock, url: uplink.url, timeoutMs: echoTimeoutMs });
  }

  #listen(connection: MqttConnection): void {
    const listener = this.#onCommand;
    if (!listener) return;
    const { gatewayId, log, uplink } = this.#parts;
    const topic = topicOf(gatewayId, "command");
    // Without the right to listen everything else goes on.
    const facts = { url: uplink.url, topic };
    connection.listen(topic, {
      take: listener,
      onRetained: () => log.warn(say(M.retained_command, facts)),
      onRefused: (problem) => log.warn(say(M.commands_refused, { ...facts, problem })),
    });
  }

  #topicOf(name: Topic): string {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      topic = topicOf(this.#parts.gatewayId, name);
      this.#topics.set(name, topic);
    }
    return topic;
  }

  #open(version: Version, tls: TlsFiles, signal: AbortSignal, will?: Outbound): Promise<MqttConnection> {
    const { clock, connectTimeoutMs = CONNECT_MS, gatewayId, uplink } = this.#parts;
    const options: IClientOptions = {
      ...tls,
      protocolVersion: version,
      clientId: gatewayId,
      username: uplink.user,
      ...(uplink.password && { password: uplink.password.reveal() }),
      // Only `command` is subscribed to for longer than a probe, anew on each connection, and what is unacknowledged is
      // sent again from the buffer: no session is kept.
      clean: true,
      keepalive: Math.max(1, Math.ceil(uplink.keepaliveMs / 1_000)),
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      // Ours comes first; this one only keeps its timer from being the default.
      connectTimeout: connectTimeoutMs * 2,
      timerVariant: "native",
      // MQTT 5, 3.1.2.11: what the centre asks is short; a broker must not send more, nor many at once.
      ...(version === 5 && { properties: { maximumPacketSize: MOST_PACKET_IN, receiveMaximum: MOST_IN } }),
      ...(will && {
        will: {
          topic: this.#topicOf(will.topic),
          payload: will.payload as Buffer,
          qos: 1,
          retain: will.retain,
        },
      }),
    };
    return MqttConnection.open({
      url: uplink.url,
      prefix: topicOf(gatewayId, "birth"),
      options,
      clock,
      timeoutMs: connectTimeoutMs,
      signal,
      clockTrusted: this.#parts.clockTrusted,
      onLost: (error) => {
        this.#connection = undefined;
        this.#onLost(error);
        this.#echo?.end(new LinkError(M.closed, { url: uplink.url }));
        this.#echo = undefined;
      },
    });
  }

  /** Read anew for each connection: certificates are replaced while the gateway runs. */
  async #readTls(): Promise<TlsFiles> {
    const { tls } = this.#parts.uplink;
    const files: TlsFiles = {};
    for (const name of ["ca", "cert", "key"] as const) {
      const file = tls?.[name];
      if (file === undefined) continue;
      try {
        files[name] = await readFile(file);
      } catch (error) {
        throw new RejectedError(
          M.tls_file_unreadable,
          { file, problem: asError(error).message },
          { cause: error },
        );
      }
    }
    return files;
  }
}

interface TlsFiles {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
}
