import { readdir, readFile, readlink, realpath } from "node:fs/promises";

/** A process that has a device open. */
export interface PortUser {
  readonly pid: number;
  /** Its command without its path; empty where nobody may read it. */
  readonly program: string;
}

/**
 * The other processes that have a serial port open, as far as this user may see (/proc, proc(5)); none where that
 * cannot be told.
 */
export async function portUsers(path: string): Promise<readonly PortUser[]> {
  const target = await realpath(path).catch(() => path);
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const users: PortUser[] = [];
  for (const pid of pids) {
    if (Number(pid) === process.pid || !(await hasOpen(pid, target))) continue;
    const program = (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
    users.push({ pid: Number(pid), program });
  }
  return users;
}

async function hasOpen(pid: string, target: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const fd of await readdir(folder).catch(() => [])) {
    if ((await readlink(`${folder}/${fd}`).catch(() => "")) === target) return true;
  }
  return false;
}
