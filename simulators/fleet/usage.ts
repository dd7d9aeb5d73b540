import { readdirSync, readFileSync } from "node:fs";

export interface Usage {
  /** Of all threads, user and system, since it began. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** USER_HZ: the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Undefined where the process is gone, or the system has no /proc. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // proc(5): the fields after the name in brackets begin with the third, utime is the 14th.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    return { cpuSeconds: ticks / TICKS_PER_SECOND, rssBytes: kilobytes * 1024 };
  } catch {
    return undefined;
  }
}

/** The only mosquitto of this machine, where there is exactly one: then it is the one that was named. */
export function onlyMosquitto(): number | undefined {
  const found: number[] = [];
  try {
    for (const name of readdirSync("/proc")) {
      if (/^\d+$/.test(name) && nameOf(name) === "mosquitto") found.push(Number(name));
    }
  } catch {
    return undefined;
  }
  return found.length === 1 ? found[0] : undefined;
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}

/** How many files, connections among them, this process may have open. */
export function mostFiles(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
    return soft === undefined || soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
