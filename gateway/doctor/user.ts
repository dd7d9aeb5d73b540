import { userInfo } from "node:os";
import type { User } from "./check.js";
import { readText } from "./system-files.js";

/** The name under which a gateway runs as a service. */
const SERVICE = "tram";

/**
 * For whom rights are judged: who asks, and for root (who may do everything) the service's own user where the box has
 * one. passwd(5): name, -, uid, gid; group(5): name, -, gid, members.
 */
export function judgedUser(system: string): User {
  const uid = process.getuid?.() ?? 0;
  const service = uid === 0 ? rows(system, "/etc/passwd").find(([name]) => name === SERVICE) : undefined;
  if (!service)
    return {
      name: ownName(),
      uid,
      gids: [...new Set([process.getgid?.() ?? 0, ...(process.getgroups?.() ?? [])])],
    };
  const groups = rows(system, "/etc/group").filter(([, , , members = ""]) =>
    members.split(",").includes(SERVICE),
  );
  return {
    name: SERVICE,
    uid: Number(service[2]),
    gids: [...new Set([Number(service[3]), ...groups.map(([, , gid]) => Number(gid))])],
  };
}

export function groupName(system: string, gid: number): string {
  return rows(system, "/etc/group").find(([, , own]) => own === `${gid}`)?.[0] ?? `${gid}`;
}

/** What the rights of a file let a user do (path_resolution(7), permissions). */
export function mayUse(
  { gid, mode, uid }: { readonly uid: number; readonly gid: number; readonly mode: number },
  user: User,
): { readonly read: boolean; readonly write: boolean } {
  if (user.uid === 0) return { read: true, write: true };
  const shift = uid === user.uid ? 6 : user.gids.includes(gid) ? 3 : 0;
  const bits = (mode >> shift) & 7;
  return { read: (bits & 4) !== 0, write: (bits & 2) !== 0 };
}

function rows(system: string, path: string): readonly string[][] {
  return (readText(system, path) ?? "").split("\n").map((line) => line.split(":"));
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    // A uid that no name belongs to, as in a container.
    return String(process.getuid?.() ?? "");
  }
}
