import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";

/** The kernel's identity of this boot (random(4)); a random one where there is none. */
export function bootId(): string {
  return firstLine("/proc/sys/kernel/random/boot_id") ?? `${Date.now()}-${process.pid}`;
}

/**
 * What tells this box from another that runs a copy of its memory card. The serial number of the board, which a
 * copied card does not carry along; else the machine id of the system; else name and hardware addresses. Hashed,
 * because it is stored.
 */
export function machineId(): string {
  const board = firstLine("/sys/firmware/devicetree/base/serial-number")?.replace(/\0/g, "");
  const identity = board || firstLine("/etc/machine-id") || fallback();
  return createHash("sha256").update(`tram ${identity}`).digest("hex").slice(0, 32);
}

function fallback(): string {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal }) => !internal)
    .map(({ mac }) => mac);
  return [hostname(), ...new Set(addresses)].join(" ");
}

function firstLine(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").split("\n")[0]?.trim() || undefined;
  } catch {
    return undefined;
  }
}
