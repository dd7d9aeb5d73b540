import { readFileSync } from "node:fs";

/** What a process has used, of all its threads and the children it has waited for. */
export interface Usage {
  readonly cpuSeconds: number;
  /** Bytes that it caused to be sent to block devices (`write_bytes` of /proc/<pid>/io). */
  readonly bytesWritten: number;
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}

/** USER_HZ: the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

function field(pid: number, file: string, name: string): number {
  const text = readFileSync(`/proc/${pid}/${file}`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
}

/** proc(5): the fields after the name in brackets begin with the third, utime is the 14th. */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
}

/** Throws when the process is gone. */
export function usageOf(pid: number): Usage {
  return {
    cpuSeconds: ticks(pid) / TICKS_PER_SECOND,
    bytesWritten: field(pid, "io", "write_bytes"),
    rssBytes: field(pid, "status", "VmRSS") * 1024,
    peakRssBytes: field(pid, "status", "VmHWM") * 1024,
  };
}
