import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { shortestF32 } from "../drivers/core/float.js";
import { SocketLock } from "../drivers/core/lock.js";
import { SILENT_LOG } from "../drivers/core/log.js";
import { ManualClock } from "../drivers/core/manual-clock.js";
import type { Layout } from "../drivers/core/reading.js";
import { openBuffer } from "../gateway/buffer/sqlite-buffer.js";
import { randomFrom } from "./seeded-random.js";

/**
 * How many bytes a reading costs on the disk, the journal of SQLite and that of the file system included: 10
 * devices of 100 points, read each second of a clock that is stepped, one real commit for each second. What the
 * block device says is believed; on a machine that does other things meanwhile, use a disk of its own:
 *
 *   truncate -s 1G disk.img && mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 disk.img && mkdir disk && sudo mount -o loop disk.img disk
 *   node dist/scripts/bench-flash.js --folder disk
 */

const DEVICES = 10;
const POINTS = 100;

interface Variant {
  readonly name: string;
  readonly kind: "u16" | "f32";
  readonly pageSize: number;
  readonly compress: boolean;
  /** Seconds between two readings of a device. */
  readonly everyS: number;
}

const VARIANTS: readonly Variant[] = [
  { name: "u16, 1 kB pages, deflate", kind: "u16", pageSize: 1024, compress: true, everyS: 1 },
  { name: "u16, 512 B pages, deflate", kind: "u16", pageSize: 512, compress: true, everyS: 1 },
  { name: "noisy f32, 512 B pages, deflate", kind: "f32", pageSize: 512, compress: true, everyS: 1 },
  { name: "u16, 10 readings/s, 512 B pages", kind: "u16", pageSize: 512, compress: true, everyS: 100 },
  { name: "u16, 4 kB pages, deflate", kind: "u16", pageSize: 4096, compress: true, everyS: 1 },
  { name: "u16, 1 kB pages, plain", kind: "u16", pageSize: 1024, compress: false, everyS: 1 },
  { name: "u16, 4 kB pages, plain", kind: "u16", pageSize: 4096, compress: false, everyS: 1 },
  { name: "noisy f32, 1 kB pages, deflate", kind: "f32", pageSize: 1024, compress: true, everyS: 1 },
  { name: "noisy f32, 4 kB pages, deflate", kind: "f32", pageSize: 4096, compress: true, everyS: 1 },
  { name: "u16, 10 readings/s, 1 kB pages", kind: "u16", pageSize: 1024, compress: true, everyS: 100 },
  { name: "u16, 10 readings/s, 4 kB pages", kind: "u16", pageSize: 4096, compress: true, everyS: 100 },
];

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

async function measure(parent: string, variant: Variant, seconds: number): Promise<string> {
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
  const cells = [
    variant.name.padEnd(32),
    onDevice === undefined ? "?" : onDevice.toFixed(1),
    (bytesWritten / readings).toFixed(1),
    (fileBytes / readings).toFixed(2),
    (((onDevice ?? bytesWritten / readings) * (readings / seconds) * 86_400) / 1e9).toFixed(2),
    ((user + system) / 1e6 / (readings / 1e6)).toFixed(2),
    (tookMs / seconds).toFixed(1),
  ];
  return `| ${cells.join(" | ")} |`;
}

const { values: args } = parseArgs({
  options: {
    minutes: { type: "string", default: "2" },
    folder: { type: "string", default: tmpdir() },
    only: { type: "string", default: "" },
  },
});
const seconds = Math.round(Number(args.minutes) * 60);
process.stdout.write(
  `${seconds} s of the clock, one commit a second\n\n` +
    "| what | bytes/reading, block device | handed to storage | file grew | GB/day | CPU-s/million | ms/commit |\n" +
    "| --- | --- | --- | --- | --- | --- | --- |\n",
);
for (const variant of VARIANTS.filter(({ name }) => name.includes(args.only))) {
  process.stdout.write(`${await measure(args.folder, variant, seconds)}\n`);
}
