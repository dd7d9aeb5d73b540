import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { type FlashCost, type FlashVariant, flashCost } from "./bench-flash-load.js";

/**
 * How many bytes a reading costs on the disk, the journal of SQLite and that of the file system included: 10
 * devices of 100 points, read each second of a clock that is stepped, one real commit for each second. What the
 * block device says is believed; on a machine that does other things meanwhile, use a disk of its own:
 *
 *   truncate -s 1G disk.img && mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 disk.img && mkdir disk && sudo mount -o loop disk.img disk
 *   node dist/scripts/bench-flash.js --folder disk
 */

const VARIANTS: readonly FlashVariant[] = [
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

function rowOf(name: string, cost: FlashCost): string {
  const cells = [
    name.padEnd(32),
    cost.deviceBytes?.toFixed(1) ?? "?",
    cost.handedBytes.toFixed(1),
    cost.fileBytes.toFixed(2),
    cost.gigabytesADay.toFixed(2),
    cost.cpuSecondsAMillion.toFixed(2),
    cost.commitMs.toFixed(1),
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
  process.stdout.write(`${rowOf(variant.name, await flashCost(args.folder, variant, seconds))}\n`);
}
