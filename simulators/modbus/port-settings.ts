import { execFile } from "node:child_process";
import type { LineFormat } from "./uart.js";

const DEADLINE_MS = 2000;

/**
 * How whoever opened the port has set it, by stty(1); undefined where that cannot be told. A pseudo-terminal keeps
 * speed and stop bits; the kernel clears its parity (pty_set_termios), which is therefore always none there.
 */
export function portSettings(path: string): Promise<LineFormat | undefined> {
  return new Promise((resolve) => {
    execFile("stty", ["-F", path, "-a"], { timeout: DEADLINE_MS }, (error, text) => {
      resolve(error ? undefined : formatOf(text));
    });
  });
}

export function formatOf(text: string): LineFormat | undefined {
  const baud = Number(/speed (\d+) baud/.exec(text)?.[1]);
  if (!(baud > 0)) return undefined;
  const has = (flag: string): boolean => new RegExp(`(^|\\s)${flag}(\\s|;|$)`, "m").test(text);
  // Without parenb, parodd is what somebody left there before.
  const parity = !has("parenb") ? "none" : has("parodd") ? "odd" : "even";
  return { baud, parity, stopBits: has("cstopb") ? 2 : 1 };
}
