import { say } from "../../drivers/core/message.js";
import type { Check, DoctorContext } from "./check.js";
import { HOST_CHECK_MESSAGES as M } from "./host-messages.js";

const MOST_TEXT = 160;

/**
 * What the kernel writes when hardware misbehaves, by driver: usbcore (`USB disconnect, device number`), the hub's
 * over-current, raspberrypi-hwmon (`Under-voltage detected!`, since 6.6 `Undervoltage detected!`), the block layer
 * (`I/O error, dev mmcblk0, sector`), mmc, ext4, the out-of-memory killer.
 */
const SIGNS = [
  { pattern: /usb \S+: USB disconnect/, level: "warning", entry: M.kernel_usb },
  { pattern: /usb.*over-?current/i, level: "warning", entry: M.kernel_overcurrent },
  { pattern: /under-?voltage detected/i, level: "warning", entry: M.kernel_undervoltage },
  {
    pattern: /I\/O error, dev |EXT4-fs error|Remounting filesystem read-only/,
    level: "problem",
    entry: M.kernel_disk,
  },
  { pattern: /mmc\d+: .*(?:error|timeout|timed out)/i, level: "warning", entry: M.kernel_card },
  { pattern: /Out of memory: Kill/, level: "warning", entry: M.kernel_memory },
] as const;

/** What the kernel wrote since the box was switched on. */
export const kernelCheck: Check = {
  name: "kernel",
  title: M.kernel_title,
  deadlineMs: 15_000,
  async *run(context) {
    const lines = await kernelLines(context);
    if (lines === undefined) {
      yield { level: "note", said: say(M.kernel_hidden) };
      return;
    }
    let signs = 0;
    for (const { entry, level, pattern } of SIGNS) {
      const found = lines.filter((line) => pattern.test(line));
      if (found.length === 0) continue;
      signs++;
      const last = (found.at(-1) ?? "").slice(0, MOST_TEXT);
      yield { level, said: say(entry, { count: found.length, last }), facts: { count: found.length, last } };
    }
    if (signs === 0) yield { level: "ok", said: say(M.kernel_good) };
  },
};

/** dmesg is closed to users on Debian (kernel.dmesg_restrict); the journal is open to the groups adm and systemd-journal. */
async function kernelLines({ command }: DoctorContext): Promise<readonly string[] | undefined> {
  for (const [program, ...args] of [
    ["dmesg"],
    ["journalctl", "-k", "-b", "-q", "-o", "short-monotonic", "--no-pager"],
  ] as const) {
    const { outcome, stdout } = await command(program, args);
    if (outcome === "done" && stdout.trim() !== "") return stdout.split("\n");
  }
  return undefined;
}
