import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { LinkError, RejectedError } from "../../../drivers/core/errors.js";
import { FLEET_VERB_MESSAGES as M } from "./fleet-messages.js";

export interface FleetLinkParts {
  readonly url: string;
  /** Without credentials. */
  readonly shownUrl: string;
  readonly mqtt: IClientOptions;
  readonly topics: readonly string[];
  readonly onMessage: (topic: string, payload: Uint8Array, retained: boolean) => void;
  readonly onState: (state: "up" | "down") => void;
}

const CONNECT_MS = 10_000;
const AGAIN_MS = 2_000;

/** A connection that only listens, and connects again by itself until it is closed. */
export class FleetLink {
  readonly #client: MqttClient;
  readonly #parts: FleetLinkParts;
  readonly #asNeeded = new Set<string>();

  private constructor(client: MqttClient, parts: FleetLinkParts) {
    this.#client = client;
    this.#parts = parts;
    client.on("message", (topic, payload, { retain }) => parts.onMessage(topic, payload, retain));
    client.on("close", () => parts.onState("down"));
    client.on("error", () => {});
  }

  /** Resolves when what is wanted may be read. Throws LinkError and RejectedError; nothing stays open then. */
  static async open(parts: FleetLinkParts): Promise<FleetLink> {
    let problem = "";
    for (const version of [5, 4] as const) {
      const client = connect(parts.url, {
        ...parts.mqtt,
        protocolVersion: version,
        clean: true,
        connectTimeout: CONNECT_MS,
        reconnectPeriod: 0,
        resubscribe: false,
      });
      const link = new FleetLink(client, parts);
      const outcome = await new Promise<string | undefined>((resolve) => {
        client.once("connect", () => resolve(undefined));
        client.once("error", (error) =>
          resolve(error.message || (error as NodeJS.ErrnoException).code || "?"),
        );
        client.once("close", () => resolve("closed"));
      });
      if (outcome === undefined) {
        await link.#listen();
        return link;
      }
      problem = outcome;
      client.end(true);
    }
    throw new LinkError(M.not_connected, { url: parts.shownUrl, problem });
  }

  /** The topics that are read beside the fixed ones, from now on exactly these. */
  alsoRead(topics: readonly string[]): void {
    if (!this.#client.connected) return;
    const wanted = new Set(topics);
    for (const topic of this.#asNeeded) {
      if (wanted.has(topic)) continue;
      this.#asNeeded.delete(topic);
      this.#client.unsubscribe(topic, () => {});
    }
    for (const topic of wanted) {
      if (this.#asNeeded.has(topic)) continue;
      this.#asNeeded.add(topic);
      this.#client.subscribe(topic, { qos: 0 }, () => {});
    }
  }

  /** Resolves also where it was not taken: who is not answered sees that. */
  publish(topic: string, payload: string): Promise<void> {
    return new Promise((resolve) => {
      this.#client.publish(topic, payload, { qos: 1 }, () => resolve());
    });
  }

  close(): void {
    this.#client.end(true);
    this.#client.stream?.destroy();
  }

  async #listen(): Promise<void> {
    const { onState, shownUrl: url, topics } = this.#parts;
    const refused = await this.#subscribe();
    if (refused !== undefined) {
      this.close();
      throw new RejectedError(M.not_subscribed, { url, topic: refused || topics.join(", ") });
    }
    onState("up");
    this.#client.options.reconnectPeriod = AGAIN_MS;
    this.#client.on("connect", () => {
      this.#asNeeded.clear();
      void this.#subscribe();
      onState("up");
    });
  }

  /** The topic that is refused; undefined: none is. */
  #subscribe(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#client.subscribe([...this.#parts.topics], { qos: 0 }, (error, granted) => {
        const refused = granted?.find(({ qos }) => qos >= 128);
        resolve(refused ? refused.topic : error ? "" : undefined);
      });
    });
  }
}
