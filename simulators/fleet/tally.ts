import type { Outgoing } from "./record-text.js";

/** What a whole fleet has done. Counts only grow. */
export interface Counts {
  readonly messages: number;
  /** Payload and topic. */
  readonly bytes: number;
  readonly records: number;
  readonly acknowledgedRecords: number;
  readonly historicalRecords: number;
  readonly requests: number;
  readonly answers: number;
  readonly connections: number;
  readonly failedConnections: number;
  readonly readings: number;
  readonly crashes: number;
  readonly alarms: number;
  readonly lostDevices: number;
  readonly evictions: number;
  /** MQTT in both directions on connections that have ended, as their sockets counted. */
  readonly socketSent: number;
  readonly socketReceived: number;
}

/** One for a fleet: every gateway counts in it. */
export class Tally {
  readonly #counts: { -readonly [K in keyof Counts]: number } = {
    messages: 0,
    bytes: 0,
    records: 0,
    acknowledgedRecords: 0,
    historicalRecords: 0,
    requests: 0,
    answers: 0,
    connections: 0,
    failedConnections: 0,
    readings: 0,
    crashes: 0,
    alarms: 0,
    lostDevices: 0,
    evictions: 0,
    socketSent: 0,
    socketReceived: 0,
  };
  #problem: string | undefined;

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** Why a connection failed or ended last, in the words of the system. */
  get problem(): string | undefined {
    return this.#problem;
  }

  add(what: keyof Counts, count = 1): void {
    this.#counts[what] += count;
  }

  sent({ payload, topic }: Outgoing): void {
    this.#counts.messages++;
    this.#counts.bytes += Buffer.byteLength(payload) + topic.length;
  }

  failed(problem: Error | undefined): void {
    this.#counts.failedConnections++;
    if (problem) this.#problem = problem.message;
  }
}
