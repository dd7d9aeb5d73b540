import { readText } from "./system-files.js";

export interface Listening {
  /** As people write it: `127.0.0.1`, `::`. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

const LISTEN = "0A";

/**
 * Listening TCP sockets, from /proc/net/tcp and tcp6 (kernel: Documentation/networking/proc_net_tcp.rst): local address in
 * hexadecimal words of 32 bits in the order of the machine (little-endian here), port, state, inode as tenth field.
 */
export function listeningSockets(system: string): readonly Listening[] {
  return ["tcp", "tcp6"].flatMap((name) =>
    (readText(system, `/proc/net/${name}`) ?? "")
      .split("\n")
      .slice(1)
      .flatMap((line) => {
        const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
        const [hex = "", port = ""] = local.split(":");
        return state === LISTEN ? [{ address: addressOf(hex), port: Number.parseInt(port, 16), inode }] : [];
      }),
  );
}

function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join(".");
  const groups = Array.from({ length: 8 }, (_, at) =>
    Number.parseInt(`${bytes[2 * at]}${bytes[2 * at + 1]}`, 16),
  );
  // The URL parser writes an IPv6 address in its shortest form (RFC 5952).
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]/`).hostname.slice(1, -1);
}

export type Reach = "this_box" | "one_network" | "everybody";

export function reachOf(address: string): Reach {
  if (/^127\.|^::1$|^::ffff:7f/.test(address)) return "this_box";
  return address === "0.0.0.0" || address === "::" ? "everybody" : "one_network";
}
