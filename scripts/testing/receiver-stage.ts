import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { connectAsync, type MqttClient } from "mqtt";
import type t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { mustHold } from "../../gateway/contract/testing/hold-to-contract.js";
import { Mosquitto } from "../../gateway/forward/testing/mosquitto.js";
import { openReport } from "../receiver-open.js";
import { completeness, type GatewayReport } from "../receiver-report.js";

export type Tap = Pick<typeof t, "teardown" | "fail">;

export interface Worker {
  readonly child: ChildProcess;
  readonly said: readonly string[];
  /** Resolves when it has subscribed: what is sent before that nobody gets. */
  readonly ready: Promise<unknown>;
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
const RECEIVER = join(root, "dist/scripts/receiver.js");
const T = Date.UTC(2026, 10, 23, 2, 51, 20);
const DEADLINE_MS = 60_000;

/** A broker, and a gateway that is nothing but the test. */
export class ReceiverStage {
  private constructor(
    readonly folder: string,
    readonly broker: Mosquitto,
    readonly gateway: MqttClient,
  ) {}

  static async open(t: Tap): Promise<ReceiverStage> {
    const folder = await mkdtemp(join(tmpdir(), "tram-receiver-"));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const config = ["allow_anonymous true", "max_queued_messages 0", "max_inflight_messages 0"];
    const broker = await Mosquitto.start(folder, config);
    t.teardown(() => broker.stop());
    const gateway = await connectAsync(broker.url, { protocolVersion: 5 });
    t.teardown(() => gateway.endAsync(true));
    return new ReceiverStage(folder, broker, gateway);
  }

  async publish(name: string, body: unknown, packed = false): Promise<void> {
    const text = JSON.stringify(body);
    mustHold(`tram/v1/gw/${name}`, text);
    await this.gateway.publishAsync(`tram/v1/gw/${name}`, packed ? gzipSync(text) : text, { qos: 1 });
  }

  async data(seqs: readonly number[], pendingFrom: number, more: object = {}, packed = false): Promise<void> {
    const records = seqs.map((seq) => recordOf(seq, more));
    await this.publish("data", { epoch: "e1", rev: 1, pending_from: pendingFrom, records }, packed);
  }

  run(t: Tap, store: string, ...more: readonly string[]): Worker {
    const args = [RECEIVER, "run", this.broker.url, store, "--grace-ms", "200", "--lang", "en", ...more];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    t.teardown(() => child.kill("SIGKILL"));
    const said: string[] = [];
    const lines = createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
    return { child, said, ready: once(lines, "line") };
  }
}

/** Asks until the report says so; the last one in any case. */
export async function reportOf(
  store: string,
  until: (report: GatewayReport) => boolean,
): Promise<GatewayReport | undefined> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const report = await oneReport(store);
    if ((report && until(report)) || Date.now() > deadline) return report;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Undefined while the store is not there or holds nothing. */
async function oneReport(store: string): Promise<GatewayReport | undefined> {
  try {
    const source = await openReport(store, new SystemClock(""));
    try {
      return (await completeness(source))[0];
    } finally {
      await source.close();
    }
  } catch {
    return undefined;
  }
}

/** The whole program: its exit code, and everything that it said. */
export function receiver(...args: readonly string[]): Promise<[code: number, said: string]> {
  return receiverIn({}, ...args);
}

/** The same, with more in its environment. */
export async function receiverIn(
  env: NodeJS.ProcessEnv,
  ...args: readonly string[]
): Promise<[code: number, said: string]> {
  const child = spawn(process.execPath, [RECEIVER, ...args], { env: { ...process.env, ...env } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const [code] = (await once(child, "close")) as [number];
  return [code, said];
}

/** Waits for what it is to say. */
export async function says({ said }: Worker, wanted: RegExp): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!said.some((line) => wanted.test(line))) {
    if (Date.now() > deadline) throw new Error(`never said ${wanted}: ${said.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function recordOf(seq: number, more: object = {}): object {
  const t = new Date(T + seq * 1_000).toISOString();
  return {
    seq,
    prev: seq === 1 ? null : seq - 1,
    t,
    device: "d",
    v: { a: seq, b: true },
    bad: { c: "stale" },
    ...more,
  };
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
