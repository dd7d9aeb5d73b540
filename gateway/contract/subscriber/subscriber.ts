import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { type Cancel, type Clock, SystemClock } from "../../../drivers/core/clock.js";
import { asError, LinkError, RejectedError } from "../../../drivers/core/errors.js";
import type { Action } from "./action.js";
import { follow, type Step, tick } from "./follow.js";
import { readMessage } from "./message.js";
import { SUBSCRIBER_MESSAGES as M } from "./messages.js";
import { FOLLOW_DEFAULTS, type FollowOptions } from "./options.js";
import { type GatewayState, restoreState, saveState } from "./state.js";
import type { SubscriberStore } from "./store.js";

export interface SubscriberParts {
  readonly url: string;
  readonly store: SubscriberStore;
  /** Where several workers share the work: a name for all of them. Each has a client id of its own. */
  readonly share?: string;
  /** Credentials, TLS, `protocolVersion: 4` for a broker that knows no MQTT 5. */
  readonly mqtt?: IClientOptions & { readonly clientId: string };
  readonly options?: Partial<FollowOptions>;
  readonly clock?: Clock;
  /** Called for each action after it was kept; must not throw. */
  readonly onAction?: (gateway: string, action: Action) => void;
  /** Called on each connection, when the broker has granted what is followed. */
  readonly onSubscribed?: () => void;
  /** A step could not be kept, or the broker has a problem. It goes on by itself. */
  readonly onProblem?: (error: Error) => void;
}

/** How long the broker keeps what comes while no worker is there, seconds. */
const SESSION_S = 7 * 86_400;
const TICK_MS = 2_000;
const RECONNECT_MS = 1_000;
/** Retained messages do not reach a shared subscription (MQTT 5, 4.8.2): each worker has its own. */
const OWN_TOPICS = ["status", "birth", "birth/+"];
const SHARED_TOPICS = ["data", "event", "reply"];

/**
 * Follows every gateway of a broker. A message is acknowledged to the broker after the store has kept it; one that
 * could not be kept comes again. Connects again by itself until it is closed.
 */
export class Subscriber {
  readonly #parts: SubscriberParts;
  readonly #options: FollowOptions;
  readonly #clock: Clock;
  readonly #client: MqttClient;
  #cancelTick: Cancel | undefined;
  #ticking: Promise<void> = Promise.resolve();
  #connection: "good" | "failed" | "closed" = "good";

  constructor(parts: SubscriberParts) {
    this.#parts = parts;
    this.#options = { ...FOLLOW_DEFAULTS, ...parts.options };
    this.#clock = parts.clock ?? new SystemClock("");
    const persistent = parts.mqtt?.clientId !== undefined;
    this.#client = connect(parts.url, {
      protocolVersion: 5,
      // A session outlives the connection only under a name.
      clean: !persistent,
      ...(persistent &&
        parts.mqtt?.protocolVersion !== 4 && { properties: { sessionExpiryInterval: SESSION_S } }),
      reconnectPeriod: RECONNECT_MS * (1 + Math.random()),
      reconnectOnConnackError: true,
      resubscribe: false,
      ...parts.mqtt,
    });
    // The PUBACK goes out when this calls back (pitfalls: otherwise before an async listener is done).
    this.#client.handleMessage = (packet, done) => this.#handle(packet, done);
    this.#client.on("connect", () => this.#subscribe());
    this.#client.on("error", (error) => this.#parts.onProblem?.(error));
    this.#later();
  }

  /** Sends a request made by the application itself. */
  async publish(topic: string, payload: string): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos: 1 });
  }

  async close(): Promise<void> {
    this.#connection = "closed";
    this.#cancelTick?.();
    await this.#ticking;
    // By force: an orderly end waits for whatever is unacknowledged; the broker keeps it for the next time.
    await this.#client.endAsync(true);
  }

  #subscribe(): void {
    if (this.#connection === "closed") return;
    this.#connection = "good";
    const shared = this.#parts.share === undefined ? "" : `$share/${this.#parts.share}/`;
    const topics = [
      ...OWN_TOPICS.map((name) => `tram/v1/+/${name}`),
      ...SHARED_TOPICS.map((name) => `${shared}tram/v1/+/${name}`),
    ];
    this.#client.subscribe(topics, { qos: 1 }, (error, granted) => {
      const refused = granted?.find(({ qos }) => qos >= 128);
      // On a connection that was given up the reason is told already.
      if (error && this.#connection !== "good") return;
      if (error) this.#problem(error);
      else if (refused) {
        const { qos: code, topic } = refused;
        this.#problem(new RejectedError(M.not_subscribed, { topic, code }));
      } else this.#parts.onSubscribed?.();
    });
  }

  #handle(packet: IPublishPacket, done: (error?: Error) => void): void {
    if (this.#connection !== "good") {
      // What was acknowledged on a connection that is given up could be a later message under the same id.
      done(new LinkError(M.not_kept, { topic: packet.topic }));
      return;
    }
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    const incoming = readMessage(packet.topic, payload);
    if (!incoming) {
      done();
      return;
    }
    this.#step(incoming.gateway, (state) => follow(state, incoming, this.#clock.now(), this.#options)).then(
      () => done(),
      (error: unknown) => {
        this.#fail(error);
        done(new LinkError(M.not_kept, { topic: packet.topic }));
      },
    );
  }

  async #step(gateway: string, run: (state: GatewayState) => Step): Promise<void> {
    const actions = await this.#parts.store.transact(gateway, (saved) => {
      const { actions, state } = run(restoreState(saved));
      return { saved: saveState(state), actions };
    });
    for (const action of actions) {
      // A request that is lost is made again: nobody waits for its receipt.
      if (action.do === "request" && this.#client.connected) {
        this.#client.publish(action.topic, action.payload, { qos: 1 }, (error) => {
          if (error) this.#problem(error);
        });
      }
      this.#parts.onAction?.(gateway, action);
    }
  }

  /** The broker sends again what was not acknowledged, on a new connection. */
  #fail(error: unknown): void {
    if (this.#connection !== "good") return;
    this.#connection = "failed";
    this.#problem(asError(error));
    this.#client.stream?.destroy();
  }

  #later(): void {
    this.#cancelTick = this.#clock.after(TICK_MS, () => {
      this.#ticking = this.#tick().finally(() => {
        if (this.#connection !== "closed") this.#later();
      });
    });
  }

  async #tick(): Promise<void> {
    try {
      for (const gateway of await this.#parts.store.gateways()) {
        await this.#step(gateway, (state) => tick(state, gateway, this.#clock.now(), this.#options));
      }
    } catch (error) {
      this.#problem(asError(error));
    }
  }

  #problem(error: Error): void {
    this.#parts.onProblem?.(error);
  }
}
