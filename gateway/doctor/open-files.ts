import { readlinkSync } from "node:fs";
import { namesIn, readText } from "./system-files.js";

/** Who has a file open, as far as this user may see. */
export interface Holders {
  readonly holders: readonly number[];
  /** Processes whose open files this user may not see. */
  readonly hidden: number;
}

/** The other end of a pseudo-terminal (pts(4)). */
const MASTER = /^\/dev\/(?:pts\/)?ptmx$/;

/**
 * Looks through /proc/<pid>/fd (proc_pid_fd(5)): each entry is a link that names the open file. Who has the other end of a
 * pseudo-terminal is the simulated device, and no rival.
 */
export function holdersOf(system: string, path: string): Holders {
  const holders: number[] = [];
  const isPty = path.startsWith("/dev/pts/");
  let hidden = 0;
  for (const pid of processes(system)) {
    const links = linksOf(system, pid);
    if (links === undefined) hidden++;
    else if (links.includes(path) && !(isPty && links.some((link) => MASTER.test(link)))) holders.push(pid);
  }
  return { holders, hidden };
}

/** Inodes of the sockets that a process has open; undefined where this user may not see them. */
export function socketsOf(system: string, pid: number): ReadonlySet<string> | undefined {
  const links = linksOf(system, pid);
  return links && new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

export function processes(system: string): readonly number[] {
  return namesIn(system, "/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Its name (at most 15 characters) and the program it runs; of the words behind it one may be a password. */
export function programOf(system: string, pid: number): { readonly name: string; readonly command: string } {
  const name = readText(system, `/proc/${pid}/comm`) ?? "?";
  const command = readText(system, `/proc/${pid}/cmdline`)?.split(" ")[0] ?? "";
  return { name, command };
}

/** Undefined where they may not be seen; empty for a process that has just ended. */
function linksOf(system: string, pid: number): readonly string[] | undefined {
  const folder = `${system}/proc/${pid}/fd`;
  const names = namesIn(system, `/proc/${pid}/fd`);
  // Everybody has something open: a list without entries is one that may not be read, or of a process that is gone.
  if (names.length === 0)
    return readText(system, `/proc/${pid}/comm`) === undefined ? [] : kernelThread(system, pid);
  return names.flatMap((name) => {
    try {
      return readlinkSync(`${folder}/${name}`);
    } catch {
      return [];
    }
  });
}

/** Threads of the kernel have no command line and no files (proc_pid_cmdline(5)). */
function kernelThread(system: string, pid: number): readonly string[] | undefined {
  return readText(system, `/proc/${pid}/cmdline`) === "" ? [] : undefined;
}
