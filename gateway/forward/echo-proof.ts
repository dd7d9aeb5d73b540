import { Buffer as Bytes } from "node:buffer";
import type { Clock } from "../../drivers/core/clock.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { NotAllowed } from "./not-allowed.js";

/** How often the proof is asked for anew. */
const FRESH_MS = 3_600_000;
export const ECHO_MS = 10_000;

/** What the proof needs of a connection. */
export interface EchoPipe {
  /** At QoS 0. Rejects where the broker refuses it or the connection is gone. */
  subscribe(topic: string): Promise<void>;
  /** Best effort. */
  unsubscribe(topic: string): void;
  onMessage(listener: (topic: string, payload: Uint8Array) => void): void;
}

export interface EchoParts {
  readonly pipe: EchoPipe;
  readonly clock: Clock;
  readonly url: string;
  /** Patience after the PUBACK. */
  readonly timeoutMs: number;
}

interface Probe {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly heard: () => void;
  readonly fail: (error: Error) => void;
}

/**
 * MQTT 3.1.1 acknowledges also what its rights forbid (3.3.5: "it MUST either make a positive acknowledgement ... or
 * close the connection"). So the first message of a topic on a connection, and one an hour, must come back to us as
 * it comes to the data centre; until it does, nothing else goes out on that topic. The subscription ends with the
 * probe, so that the link carries one message twice and no more.
 */
export class EchoProof {
  readonly #parts: EchoParts;
  readonly #provenAt = new Map<string, number>();
  readonly #probing = new Map<string, Promise<unknown>>();
  readonly #probes = new Set<Probe>();

  constructor(parts: EchoParts) {
    this.#parts = parts;
    parts.pipe.onMessage((topic, payload) => {
      for (const probe of this.#probes)
        if (probe.topic === topic && Bytes.compare(probe.payload, payload) === 0) probe.heard();
    });
  }

  /** Whether messages of this topic may go out without more ado. */
  isFresh(topic: string): boolean {
    const at = this.#provenAt.get(topic);
    return at !== undefined && this.#parts.clock.mono() - at < FRESH_MS && !this.#probing.has(topic);
  }

  /**
   * Publishes as the probe, or as soon as the running probe has come back. Rejects with NotAllowed where it does
   * not, and as `publish` does.
   */
  async send<T>(topic: string, payload: string | Uint8Array, publish: () => Promise<T>): Promise<T> {
    const running = this.#probing.get(topic);
    if (running !== undefined) {
      await running;
      return publish();
    }
    const bytes = typeof payload === "string" ? Bytes.from(payload) : payload;
    const probe = this.#probe(topic, bytes, publish).finally(() => {
      this.#probing.delete(topic);
      this.#parts.pipe.unsubscribe(topic);
    });
    this.#probing.set(topic, probe);
    const result = await probe;
    this.#provenAt.set(topic, this.#parts.clock.mono());
    return result;
  }

  /** The connection is gone: whoever waits is told. */
  end(error: Error): void {
    for (const probe of this.#probes) probe.fail(error);
  }

  async #probe<T>(topic: string, payload: Uint8Array, publish: () => Promise<T>): Promise<T> {
    const { clock, pipe, timeoutMs, url } = this.#parts;
    let settle: Omit<Probe, "topic" | "payload"> = { heard: () => {}, fail: () => {} };
    const echo = new Promise<void>((heard, fail) => {
      settle = { heard, fail };
    });
    echo.catch(() => {});
    const probe: Probe = { topic, payload, ...settle };
    const missing = (): void => probe.fail(new NotAllowed(M.not_echoed, { url, topic }));
    this.#probes.add(probe);
    let cancel = (): void => {};
    try {
      // Not waited for: the broker reads them in this order (MQTT, 4.6). A refused subscription proves nothing.
      pipe.subscribe(topic).catch(missing);
      const result = await publish();
      cancel = clock.after(timeoutMs, missing);
      await echo;
      return result;
    } finally {
      cancel();
      this.#probes.delete(probe);
    }
  }
}
