import { join } from "node:path";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import type { Layout, ReadingBatch, Value } from "../../drivers/core/reading.js";
import type { Buffer } from "../core/buffer.js";
import type { LostRun } from "../core/event.js";
import type { GatewayRecord } from "../core/record.js";
import type { BufferOptions } from "./buffer-options.js";
import { openBuffer } from "./open-buffer.js";

/** What the tests of this folder share. */

export const LAYOUT: Layout = {
  device: "well",
  points: [
    { id: "level", type: "u16", decimals: 3 },
    { id: "temp", type: "f32" },
    { id: "total", type: "u64", decimals: 0 },
    { id: "run", type: "bool" },
    { id: "name", type: "string" },
  ],
};

export function batchOf(n: number, rest: Partial<ReadingBatch> = {}): ReadingBatch {
  const values: Value[] = [n / 1000, 20.1, BigInt(n), n % 2 === 0, "a"];
  return { layout: LAYOUT, state: "measuring", t: 1.7e12 + n, mono: n, boot: "boot-1", values, ...rest };
}

export function optionsIn(folder: string, rest: Partial<BufferOptions> = {}): BufferOptions {
  return {
    config: {
      path: join(folder, "data", "b.db"),
      identity: join(folder, "b.identity"),
      keepAtLeastMs: 86_400_000,
      maxBytes: 1e9,
      commitEveryMs: 20,
    },
    gatewayId: "g",
    uplinks: [{ id: "centre", carries: () => true }],
    readingsHash: "r1",
    description: '{"rev":1}',
    clock: new SystemClock("boot-1"),
    log: SILENT_LOG,
    lock: new SocketLock(),
    machineId: "m1",
    clockTrusted: () => true,
    ...rest,
  };
}

export async function openIn(
  t: { teardown(close: () => Promise<void>): void },
  options: BufferOptions,
): Promise<Buffer> {
  const buffer = await openBuffer(options);
  t.teardown(() => buffer.close());
  return buffer;
}

export async function drain(buffer: Buffer, uplink = "centre"): Promise<GatewayRecord[]> {
  const all: GatewayRecord[] = [];
  for (;;) {
    const records = await buffer.takeBacklog(uplink, 7);
    if (records.length === 0) return all;
    all.push(...records);
  }
}

export const numbers = (records: readonly GatewayRecord[]): number[] => records.map(({ seq }) => seq);

/** The runs of all `lost` events with this reason. */
export function lostRuns(records: readonly GatewayRecord[], reason: string): LostRun[] {
  return records.flatMap((record) =>
    record.kind === "event" && record.event.event === "lost" && record.event.reason === reason
      ? record.event.runs
      : [],
  );
}

export function numbersIn(runs: readonly LostRun[]): Set<number> {
  const all = new Set<number>();
  for (const { from, to } of runs) for (let seq = from; seq <= to; seq++) all.add(seq);
  return all;
}
