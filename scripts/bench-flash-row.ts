import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure, Row } from "./bench-figure.js";
import { type FlashVariant, flashCost } from "./bench-flash-load.js";

/** Simulated seconds for each second that a row may take; a commit of the disk takes some milliseconds. */
const STEPS_A_SECOND = 30;

interface Case {
  readonly what: string;
  readonly variant: Pick<FlashVariant, "kind" | "everyS">;
  readonly most?: number;
  readonly mostGigabytes?: number;
}

const CASES: readonly Case[] = [
  { what: "u16, 1,000/s: bytes a reading", variant: { kind: "u16", everyS: 1 }, most: 12 },
  { what: "noisy f32, 1,000/s", variant: { kind: "f32", everyS: 1 }, most: 16 },
  { what: "u16, 10/s", variant: { kind: "u16", everyS: 100 }, mostGigabytes: 1 },
];

/** An ext4 of its own on a loop device, whose sectors nobody else writes. Needs root. */
function ownDisk(folder: string): string {
  const image = join(folder, "disk.img");
  const disk = join(folder, "disk");
  execFileSync("truncate", ["-s", "1G", image]);
  execFileSync("mkfs.ext4", ["-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image]);
  execFileSync("mkdir", [disk]);
  execFileSync("mount", ["-o", "loop", image, disk]);
  return disk;
}

export const FLASH: Row = {
  name: "flash",
  about: "bytes on the block device, journals and checkpoints included (root: a disk of its own)",
  async measure(seconds) {
    const folder = mkdtempSync(join(tmpdir(), "tram-flash-disk-"));
    let disk: string | undefined;
    try {
      disk = process.getuid?.() === 0 ? ownDisk(folder) : undefined;
      const figures: Figure[] = [];
      for (const { what, variant, most, mostGigabytes } of CASES) {
        const steps = Math.max(60, Math.round(seconds * STEPS_A_SECOND));
        const whole = { ...variant, name: what, pageSize: 512, compress: true };
        const cost = await flashCost(disk ?? folder, whole, steps);
        const bytes = disk === undefined ? cost.handedBytes : (cost.deviceBytes ?? cost.handedBytes);
        figures.push({ what, gateway: bytes, digits: 1, ...(most !== undefined && { reach: { most } }) });
        const day = { what: "  GB a day", gateway: cost.gigabytesADay, digits: 2 };
        figures.push(mostGigabytes === undefined ? day : { ...day, reach: { most: mostGigabytes } });
      }
      return figures;
    } finally {
      if (disk !== undefined) execFileSync("umount", ["-l", disk]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
