import { say } from "../../drivers/core/message.js";
import type { Finding } from "./check.js";
import { DISK_MESSAGES as M } from "./disk-messages.js";
import { namesIn, readNumber, readText } from "./system-files.js";

/** From here on a card is replaced at the next visit. */
const WORN_PERCENT = 80;

/** What memory cards and ext4 say of themselves. SD cards do not tell their wear; eMMC does. */
export function* healthFindings(system: string): Generator<Finding, void> {
  for (const disk of namesIn(system, "/sys/block")) {
    if (/^mmcblk\d+$/.test(disk)) yield* cardFindings(system, disk);
  }
  for (const name of namesIn(system, "/sys/fs/ext4")) {
    const errors = readNumber(system, `/sys/fs/ext4/${name}/errors_count`);
    if (errors !== undefined) yield ext4Finding(system, name, errors);
  }
}

/**
 * kernel: Documentation/driver-api/mmc/mmc-dev-attrs.rst: life_time and pre_eol_info of eMMC 5.0 (JEDEC JESD84-B51,
 * 7.4.43 ff.: EXT_CSD 268 and 269 in tenths of the life used, 0x0B is beyond it; 267: 1 normal, 2 = 80 % of the reserved
 * blocks used, 3 = 90 %).
 */
function* cardFindings(system: string, disk: string): Generator<Finding, void> {
  const folder = `/sys/block/${disk}/device`;
  const type = readText(system, `${folder}/type`) ?? "?";
  const name = readText(system, `${folder}/name`) ?? disk;
  const tenths = (readText(system, `${folder}/life_time`) ?? "").match(/0x[0-9a-f]+/gi)?.map(Number) ?? [];
  const spare = readNumber(system, `${folder}/pre_eol_info`);
  const worst = Math.max(0, ...tenths);
  const used = worst * 10;
  const facts = { disk, type, name, lifeTime: tenths, preEol: spare ?? null };
  if (worst === 0) {
    yield { level: "note", said: say(M.card_mute, { disk, name, type }), facts };
    return;
  }
  if (worst > 10 || spare === 3)
    yield { level: "problem", said: say(M.card_worn_out, { disk, name }), facts };
  else if (used > WORN_PERCENT || spare === 2)
    yield { level: "warning", said: say(M.card_wears, { disk, name, used }), facts };
  else yield { level: "ok", said: say(M.card_good, { disk, name, used }), facts };
}

/** kernel: Documentation/ABI/testing/sysfs-fs-ext4: counts since the last fsck; times in s since 1970. */
function ext4Finding(system: string, disk: string, errors: number): Finding {
  if (errors === 0) return { level: "ok", said: say(M.ext4_good, { disk }), facts: { disk, errors } };
  const lastS = readNumber(system, `/sys/fs/ext4/${disk}/last_error_time`) ?? 0;
  const last = lastS > 0 ? new Date(lastS * 1000).toISOString() : "-";
  return {
    level: "problem",
    said: say(M.ext4_errors, { disk, errors, last }),
    facts: { disk, errors, last },
  };
}
