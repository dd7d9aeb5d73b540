import { gunzipSync } from "node:zlib";
import { connectAsync, type MqttClient } from "mqtt";
import { contractProblems } from "../gateway/contract/strict.js";
import type { JsonValue } from "./demo-answers.js";

/** A record of a `data` message, as it came. */
export interface ReceivedRecord {
  readonly seq: number;
  readonly prev: number | null;
  readonly t: string;
  readonly device?: string;
  readonly v?: Readonly<Record<string, JsonValue>>;
  readonly bad?: Readonly<Record<string, string>>;
  readonly uncertain?: Readonly<Record<string, string>>;
  readonly event?: string;
}

interface Message {
  readonly epoch?: string;
  readonly snapshot?: boolean;
  readonly records?: readonly ReceivedRecord[];
}

interface StatusJson {
  readonly state?: unknown;
  readonly last?: unknown;
}

interface BirthJson {
  readonly name?: unknown;
  readonly points?: unknown;
}

/** What the centre shows of one point. */
export interface ShownPoint {
  value: JsonValue;
  quality: "good" | "uncertain" | "bad";
  reason?: string;
  /** Wall ms. */
  t: number;
  /** The latest numbers, oldest first, for the sparkline. */
  readonly trail: number[];
}

/** From `birth/<device>`: what a platform needs to show a value that it never saw before. */
export interface BornPoint {
  readonly id: string;
  readonly name?: { readonly vi?: string; readonly en?: string } | string;
  readonly unit?: string;
  readonly decimals?: number;
}

export interface BornDevice {
  readonly name?: string;
  readonly points: readonly BornPoint[];
}

const TRAIL = 12;
/** What a message of at most 128 kB may become. */
const MOST_BYTES = 16e6;

/**
 * The data centre's side: an ordinary MQTT 3.1.1 subscriber that keeps every record it was sent, told apart by
 * epoch and number.
 */
export class DemoCentre {
  /** By epoch, then number. */
  readonly records = new Map<string, Map<number, ReceivedRecord>>();
  readonly births = new Map<string, BornDevice>();
  readonly shown = new Map<string, ShownPoint>();
  online = false;
  messages = 0;
  duplicates = 0;
  /** Records that came again under the same number with other contents. */
  changed = 0;
  /** Payloads that are no JSON of this contract. */
  unreadable = 0;
  /** Whatever in the messages is not as the contract says. */
  offences = 0;
  readonly #client: MqttClient;
  #highest = 0;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic, payload) => this.#receive(topic, payload));
    // It reconnects by itself; what was missed meanwhile shows in the accounts.
    client.on("error", () => {});
  }

  static async connect(url: string): Promise<DemoCentre> {
    const client = await connectAsync(url, { protocolVersion: 4, clientId: "demo-centre", clean: true });
    const centre = new DemoCentre(client);
    await client.subscribeAsync("tram/v1/+/#", { qos: 1 });
    return centre;
  }

  /** Records of all epochs, in the order of their numbers. */
  *inOrder(): Generator<ReceivedRecord> {
    for (const epoch of this.records.values()) {
      yield* [...epoch.values()].sort((a, b) => a.seq - b.seq);
    }
  }

  /** Resolves when `count` records are here, or when `deadlineMs` have passed. */
  receivedAll(count: number, deadlineMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#client.off("message", check);
        resolve();
      };
      const check = (): void => {
        if (this.recordCount >= count) end();
      };
      const timer = setTimeout(end, deadlineMs);
      this.#client.on("message", check);
      check();
    });
  }

  /** The highest number that was received or that a status named. */
  get highestSeq(): number {
    return this.#highest;
  }

  get recordCount(): number {
    let count = 0;
    for (const epoch of this.records.values()) count += epoch.size;
    return count;
  }

  async close(): Promise<void> {
    // `end` waits for what is unacknowledged; by force it does not (pitfalls: mqtt.js, end() hangs).
    await this.#client.endAsync(true);
  }

  #receive(topic: string, payload: Buffer): void {
    this.messages++;
    this.offences += contractProblems(topic, payload).length;
    const [, , , kind, device] = topic.split("/");
    // An empty payload clears a retained message.
    if (payload.length === 0) return;
    let message: unknown;
    try {
      const plain = payload[0] === 0x1f ? gunzipSync(payload, { maxOutputLength: MOST_BYTES }) : payload;
      message = JSON.parse(plain.toString("utf8"));
    } catch {
      this.unreadable++;
      return;
    }
    if (typeof message !== "object" || message === null) this.unreadable++;
    else if (kind === "data" || kind === "event") this.#take(message as Message);
    else if (kind === "status") this.#takeStatus(message as StatusJson);
    else if (kind === "birth" && device) this.#takeBirth(device, message as BirthJson);
  }

  #takeStatus({ state, last }: StatusJson): void {
    this.online = state === "online";
    if (typeof last === "number") this.#highest = Math.max(this.#highest, last);
  }

  #takeBirth(device: string, { name, points }: BirthJson): void {
    if (!Array.isArray(points)) return;
    this.births.set(device, { ...(typeof name === "string" && { name }), points: points as BornPoint[] });
  }

  #take(message: Message): void {
    for (const record of message.records ?? []) {
      if (!message.snapshot) this.#keep(message.epoch ?? "", record);
      if (record.device !== undefined && !record.event) this.#show(record.device, record);
    }
  }

  #keep(epoch: string, record: ReceivedRecord): void {
    const known = this.records.get(epoch) ?? new Map<number, ReceivedRecord>();
    this.records.set(epoch, known);
    const before = known.get(record.seq);
    if (before) {
      this.duplicates++;
      if (JSON.stringify(before.v) !== JSON.stringify(record.v)) this.changed++;
      return;
    }
    known.set(record.seq, record);
    this.#highest = Math.max(this.#highest, record.seq);
  }

  #show(device: string, record: ReceivedRecord): void {
    const t = Date.parse(record.t);
    for (const [point, value] of Object.entries(record.v ?? {})) {
      const reason = record.uncertain?.[point];
      this.#update(`${device}/${point}`, t, value, reason === undefined ? "good" : "uncertain", reason);
    }
    for (const [point, reason] of Object.entries(record.bad ?? {})) {
      this.#update(`${device}/${point}`, t, null, "bad", reason);
    }
  }

  #update(key: string, t: number, value: JsonValue, quality: ShownPoint["quality"], reason?: string): void {
    const trail = this.shown.get(key)?.trail ?? [];
    if (typeof value === "number") trail.push(value);
    if (trail.length > TRAIL) trail.shift();
    this.shown.set(key, { value, quality, ...(reason !== undefined && { reason }), t, trail });
  }
}
