import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the kernel says of the disk on which a file lies. */
export interface DeviceCount {
  /** Tells one card from another as far as the disk has a number of its own. */
  readonly id: string;
  readonly boot: string;
  /** Since boot: bytes written by everybody, and how long that is. */
  readonly bytes: number;
  readonly ms: number;
}

/** In which `stat` counts, whatever the disk's own sectors are (kernel: Documentation/block/stat.rst). */
const SECTOR_BYTES = 512;
/** Sectors written: the seventh number. */
const SECTORS_WRITTEN = 6;

/** Finds the disk once; the count is read at each call. Files in memory and in the network have none. */
export function deviceOf(path: string, system = ""): (() => DeviceCount | undefined) | undefined {
  try {
    const { dev } = statSync(path);
    // gnu_dev_major and gnu_dev_minor of the C library, for numbers below 2^32.
    const major = (dev >>> 8) & 0xfff;
    const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
    return deviceAt(`${major}:${minor}`, system);
  } catch {
    return undefined;
  }
}

/** `name`: major:minor. `system`: a folder that holds `sys` and `proc`. */
export function deviceAt(name: string, system = ""): (() => DeviceCount | undefined) | undefined {
  try {
    const own = realpathSync(`${system}/sys/dev/block/${name}`);
    // A card wears as a whole.
    const disk = existsSync(join(own, "partition")) ? dirname(own) : own;
    // The number of a memory card; of another disk; else the disk's place.
    const id =
      firstOf(join(disk, "device", "cid"), join(disk, "device", "serial"), join(disk, "wwid")) ?? disk;
    return () => count(disk, id, system);
  } catch {
    return undefined;
  }
}

function count(disk: string, id: string, system: string): DeviceCount | undefined {
  try {
    const sectors = Number(readFileSync(join(disk, "stat"), "utf8").trim().split(/\s+/)[SECTORS_WRITTEN]);
    const ms = Number(readFileSync(`${system}/proc/uptime`, "utf8").split(" ")[0]) * 1000;
    const boot = readFileSync(`${system}/proc/sys/kernel/random/boot_id`, "utf8").trim();
    if (!Number.isFinite(sectors) || !Number.isFinite(ms)) return undefined;
    return { id, boot, bytes: sectors * SECTOR_BYTES, ms };
  } catch {
    return undefined;
  }
}

function firstOf(...paths: readonly string[]): string | undefined {
  for (const path of paths) {
    try {
      const text = readFileSync(path, "utf8").trim();
      if (text) return text;
    } catch {
      // The next one.
    }
  }
  return undefined;
}
