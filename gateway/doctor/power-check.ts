import { say } from "../../drivers/core/message.js";
import type { Check, DoctorContext } from "./check.js";
import { HOST_CHECK_MESSAGES as M } from "./host-messages.js";
import { namesIn, readNumber, readText } from "./system-files.js";

/**
 * get_throttled of the Raspberry Pi's firmware: bits 0-3 hold now, 16-19 since boot (raspberrypi.com, documentation,
 * os.adoc, "get_throttled"): under-voltage, frequency capped, throttled, soft temperature limit.
 */
const BITS = [
  { bit: 0, now: M.undervoltage_now, since: M.undervoltage_since },
  { bit: 1, now: M.capped_now, since: M.capped_since },
  { bit: 2, now: M.throttled_now, since: M.throttled_since },
  { bit: 3, now: M.soft_limit_now, since: M.soft_limit_since },
] as const;
/** Where Raspberry Pi's own kernel shows the same word, in hexadecimal without 0x (drivers/firmware/raspberrypi.c). */
const THROTTLED = "/sys/devices/platform/soc/soc:firmware/get_throttled";

/** Whether the supply of a Raspberry Pi is good. Says nothing of other boxes. */
export const powerCheck: Check = {
  name: "power",
  title: M.power_title,
  deadlineMs: 10_000,
  async *run(context) {
    const word = await throttled(context);
    if (word !== undefined) {
      const facts = { throttled: `0x${word.toString(16)}` };
      for (const { bit, now, since } of BITS) {
        if (word & (1 << bit)) yield { level: "problem", said: say(now), facts };
        else if (word & (1 << (bit + 16))) yield { level: "warning", said: say(since), facts };
      }
      if (word === 0) yield { level: "ok", said: say(M.power_good), facts };
      return;
    }
    const alarm = undervoltageAlarm(context.system);
    if (alarm === undefined) yield { level: "note", said: say(M.power_unknown) };
    else
      yield alarm
        ? { level: "problem", said: say(M.undervoltage_now) }
        : { level: "ok", said: say(M.power_good) };
  },
};

async function throttled({ command, system }: DoctorContext): Promise<number | undefined> {
  const text = readText(system, THROTTLED)?.trim();
  if (text !== undefined && /^(?:0x)?[0-9a-f]+$/i.test(text))
    return Number.parseInt(text.replace(/^0x/i, ""), 16);
  // `throttled=0x50005`; vcgencmd fails for users outside of the group video.
  const { outcome, stdout } = await command("vcgencmd", ["get_throttled"]);
  const hex = outcome === "done" ? /throttled=0x([0-9a-f]+)/i.exec(stdout)?.[1] : undefined;
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
}

/** kernel: Documentation/hwmon/raspberrypi-hwmon.rst: device rpi_volt, in0_lcrit_alarm. */
function undervoltageAlarm(system: string): boolean | undefined {
  for (const name of namesIn(system, "/sys/class/hwmon")) {
    const folder = `/sys/class/hwmon/${name}`;
    if (readText(system, `${folder}/name`) !== "rpi_volt") continue;
    const alarm = readNumber(system, `${folder}/in0_lcrit_alarm`);
    if (alarm !== undefined) return alarm !== 0;
  }
  return undefined;
}
