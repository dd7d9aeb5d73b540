import { realpathSync } from "node:fs";
import { say } from "../../drivers/core/message.js";
import type { Check, DoctorContext, Finding } from "./check.js";
import { HOST_CHECK_MESSAGES as M } from "./host-messages.js";
import { namesIn, readNumber, readText } from "./system-files.js";

/** Further apart, and a start without network begins with a wrong time. */
const MOST_APART_MS = 60_000;
/** A battery clock that was reset begins in 1970 or 2000: before this program was written. */
const LEAST_TIME_MS = Date.UTC(2024, 0, 1);

/** Wall time: whether it may be believed, and what keeps it through a power cut. */
export const clockCheck: Check = {
  name: "clock",
  title: M.clock_title,
  deadlineMs: 15_000,
  async *run(context) {
    const { clock, clockState, config } = context;
    const { source, trusted } = await clockState();
    const now = new Date(clock.now()).toISOString();
    if (source !== undefined)
      yield { level: "ok", said: say(M.clock_good, { source, now }), facts: { source, now } };
    else if (trusted) yield { level: "note", said: say(M.clock_by_config, { now }), facts: { now } };
    else yield { level: "problem", said: say(M.clock_bad, { now }), facts: { now } };
    yield zoneFinding(context, config?.gateway.timezone);
    yield rtcFinding(context, trusted, source !== undefined);
  },
};

function zoneFinding({ system }: DoctorContext, wanted: string | undefined): Finding {
  const own = zoneOf(system);
  if (wanted === undefined || own === wanted)
    return { level: "ok", said: say(M.zone, { zone: own }), facts: { zone: own } };
  return { level: "note", said: say(M.zone_differs, { zone: own, wanted }), facts: { zone: own, wanted } };
}

/** localtime(5): a link into zoneinfo; Debian also keeps the name in /etc/timezone. */
function zoneOf(system: string): string {
  try {
    const name = /zoneinfo\/(.+)$/.exec(realpathSync(`${system}/etc/localtime`))?.[1];
    if (name) return name;
  } catch {
    // No such link: the other place.
  }
  return readText(system, "/etc/timezone")?.trim() || "UTC";
}

/** kernel: Documentation/ABI/testing/sysfs-class-rtc: name, since_epoch in s. */
function rtcFinding({ clock, system }: DoctorContext, trusted: boolean, synchronised: boolean): Finding {
  const [rtc] = namesIn(system, "/sys/class/rtc");
  if (rtc === undefined) {
    return trusted && synchronised
      ? { level: "note", said: say(M.no_rtc) }
      : { level: "warning", said: say(M.no_rtc_no_time) };
  }
  const name = readText(system, `/sys/class/rtc/${rtc}/name`) ?? rtc;
  const seconds = readNumber(system, `/sys/class/rtc/${rtc}/since_epoch`);
  const facts = { rtc: name, seconds: seconds ?? null };
  if (seconds === undefined) return { level: "warning", said: say(M.rtc_unreadable, { name }), facts };
  if (seconds * 1000 < LEAST_TIME_MS) {
    return {
      level: "warning",
      said: say(M.rtc_reset, { name, date: new Date(seconds * 1000).toISOString().slice(0, 10) }),
      facts,
    };
  }
  const apart = Math.round(Math.abs(seconds * 1000 - clock.now()) / 1000);
  return synchronised && apart * 1000 > MOST_APART_MS
    ? { level: "warning", said: say(M.rtc_apart, { name, seconds: apart }), facts }
    : { level: "ok", said: say(M.rtc_good, { name }), facts };
}
