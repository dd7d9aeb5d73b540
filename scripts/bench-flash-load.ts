import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { shortestF32 } from "../drivers/core/float.js";
import { SocketLock } from "../drivers/core/lock.js";
import { SILENT_LOG } from "../drivers/core/log.js";
import { ManualClock } from "../drivers/core/manual-clock.js";
import type { Layout } from "../drivers/core/reading.js";
import { openBuffer } from "../gateway/buffer/open-buffer.js";
import { randomFrom } from "./seeded-random.js";

const DEVICES = 10;
const POINTS = 100;

export interface FlashVariant {
  readonly name: string;
  readonly kind: "u16" | "f32";
  readonly pageSize: number;
  readonly compress: boolean;
  /** Seconds between two readings of a device. */
  readonly everyS: number;
}

/** Bytes are of one reading. */
export interface FlashCost {
  /** On the block device, journals included; absent where it does not tell. */
  readonly deviceBytes?: number;
  readonly handedBytes: number;
  readonly fileBytes: number;
  readonly gigabytesADay: number;
  readonly cpuSecondsAMillion: number;
  readonly commitMs: number;
}

/** Bytes written to the device under `folder` since boot, everything flushed; undefined where it does not tell. */
function deviceBytes(folder: string): number | undefined {
  execFileSync("sync", ["-f", folder]);
  const { dev } = statSync(folder);
  const major = Number((BigInt(dev) >> 8n) & 0xfffn);
  const minor = Number((BigInt(dev) & 0xffn) | ((BigInt(dev) >> 12n) & 0xfff00n));
  const path = `/sys/dev/block/${major}:${minor}/stat`;
  if (!existsSync(path)) return undefined;
  // Documentation/block/stat.rst of the kernel: the 7th field counts sectors of 512 bytes written.
  return Number(readFileSync(path, "utf8").trim().split(/\s+/)[6]) * 512;
}

/**
 * 10 devices of 100 points, read each second of a clock that is stepped, one real commit for each second, in a folder
 * of its own below `parent`.
 */
export async function flashCost(parent: string, variant: FlashVariant, seconds: number): Promise<FlashCost> {
  const folder = mkdtempSync(join(parent, "tram-flash-"));
  const clock = new ManualClock();
  const random = randomFrom(20261123);
  const type = variant.kind;
  const layouts: Layout[] = Array.from({ length: DEVICES }, (_, n) => ({
    device: `device-${n}`,
    points: Array.from({ length: POINTS }, (_, at) =>
      type === "u16" ? { id: `p${at}`, type, decimals: 0 } : { id: `p${at}`, type },
    ),
  }));
  const state = layouts.map(() => Array.from({ length: POINTS }, () => Math.floor(random() * 60_000)));
  const buffer = await openBuffer({
    config: {
      path: join(folder, "b.db"),
      identity: join(folder, "b.identity"),
      keepAtLeastMs: 60 * 86_400_000,
      maxBytes: 2e9,
      commitEveryMs: 1000,
    },
    gatewayId: "g",
    uplinks: [{ id: "centre", carries: () => true }],
    readingsHash: "r",
    description: "{}",
    clock,
    log: SILENT_LOG,
    lock: new SocketLock(),
    machineId: "m",
    clockTrusted: () => true,
    tuning: { pageSize: variant.pageSize, compress: variant.compress },
  });
  buffer.setLive("centre", true);
  const before = deviceBytes(folder);
  const cpu = process.cpuUsage();
  const started = performance.now();
  let readings = 0;
  for (let second = 0; second < seconds; second++) {
    let seq = 0;
    for (const [n, layout] of layouts.entries()) {
      const own = state[n] as number[];
      // At 10 readings/s each device gives one of its 100 points a second, in turn.
      const share = variant.everyS === 1 ? POINTS : 1;
      const values: (number | undefined)[] = new Array(POINTS).fill(undefined);
      for (let at = 0; at < share; at++) {
        const point = variant.everyS === 1 ? at : second % POINTS;
        const next = Math.min(65_535, Math.max(0, (own[point] ?? 0) + Math.round((random() - 0.5) * 6)));
        own[point] = next;
        values[point] = type === "u16" ? next : shortestF32(Math.fround(next / 100 + (random() - 0.5) * 0.1));
        readings++;
      }
      const { boot } = clock;
      const batch = {
        layout,
        state: "measuring" as const,
        t: clock.now() + n * 7,
        mono: clock.mono() + n * 7,
        boot,
        values,
      };
      ({ seq } = buffer.append(batch, "normal"));
    }
    const live = buffer.takeLive("centre", 1000).map((record) => record.seq);
    buffer.settle("centre", live, "acknowledged");
    await clock.advance(1000);
    await buffer.durable(seq);
  }
  const { user, system } = process.cpuUsage(cpu);
  const { bytesWritten, fileBytes } = buffer.stats();
  const after = deviceBytes(folder);
  const tookMs = performance.now() - started;
  await buffer.close();
  rmSync(folder, { recursive: true });
  const onDevice = before === undefined || after === undefined ? undefined : (after - before) / readings;
  const perReading = onDevice ?? bytesWritten / readings;
  return {
    ...(onDevice !== undefined && { deviceBytes: onDevice }),
    handedBytes: bytesWritten / readings,
    fileBytes: fileBytes / readings,
    gigabytesADay: (perReading * (readings / seconds) * 86_400) / 1e9,
    cpuSecondsAMillion: (user + system) / 1e6 / (readings / 1e6),
    commitMs: tookMs / seconds,
  };
}
