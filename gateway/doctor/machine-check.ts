import { existsSync } from "node:fs";
import { arch, release } from "node:os";
import { say } from "../../drivers/core/message.js";
import { machineId } from "../host/machine.js";
import type { Check, DoctorContext, Finding } from "./check.js";
import { HOST_CHECK_MESSAGES as M } from "./host-messages.js";
import { namesIn, readNumber, readText } from "./system-files.js";

/** The gateway needs about so much beside what it has. */
const LEAST_FREE_MB = 60;
/** A Raspberry Pi slows down from 80 °C on, hard at 85 (raspberrypi.com, documentation, "Frequency management"). */
const HOT_C = 80;
const TOO_HOT_C = 85;

/** Memory, temperature, watchdog, and which box this is. */
export const machineCheck: Check = {
  name: "machine",
  title: M.machine_title,
  deadlineMs: 10_000,
  async *run(context) {
    const { system } = context;
    const model = readText(system, "/proc/device-tree/model")?.trim() || arch();
    const uptimeS = Number(readText(system, "/proc/uptime")?.split(" ")[0]);
    const hours = Number.isFinite(uptimeS) ? Math.floor(uptimeS / 3600) : 0;
    const params = { model, kernel: release(), node: process.version, hours, id: machineId().slice(0, 8) };
    yield { level: "ok", said: say(M.machine, params), facts: params };
    if (readText(system, "/etc/machine-id")?.trim() === "uninitialized") {
      yield { level: "warning", said: say(M.machine_id_missing) };
    }
    yield* memory(context);
    yield* temperature(context);
    yield watchdog(context);
  },
};

/** proc_meminfo(5): MemAvailable, in kB. */
function* memory({ system }: DoctorContext): Generator<Finding, void> {
  const text = readText(system, "/proc/meminfo") ?? "";
  const megabytes = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]) / 1024);
  const [free, total] = [megabytes("MemAvailable"), megabytes("MemTotal")];
  if (!Number.isFinite(free)) return;
  const facts = { freeMb: free, totalMb: total };
  yield free < LEAST_FREE_MB
    ? { level: "problem", said: say(M.memory_low, { free, total }), facts }
    : { level: "ok", said: say(M.memory, { free, total }), facts };
}

/** kernel: Documentation/driver-api/thermal/sysfs-api.rst: temp in thousandths of °C. The hottest counts. */
function* temperature({ system }: DoctorContext): Generator<Finding, void> {
  const temperatures = namesIn(system, "/sys/class/thermal").flatMap((name) =>
    name.startsWith("thermal_zone") ? (readNumber(system, `/sys/class/thermal/${name}/temp`) ?? []) : [],
  );
  if (temperatures.length === 0) return;
  const celsius = Math.round(Math.max(...temperatures) / 1000);
  const facts = { celsius };
  if (celsius >= TOO_HOT_C) yield { level: "problem", said: say(M.too_hot, { celsius }), facts };
  else if (celsius >= HOT_C) yield { level: "warning", said: say(M.hot, { celsius }), facts };
  else yield { level: "ok", said: say(M.temperature, { celsius }), facts };
}

/** kernel: Documentation/ABI/testing/sysfs-class-watchdog: state is `active` while somebody feeds it. */
function watchdog({ system }: DoctorContext): Finding {
  const [name] = namesIn(system, "/sys/class/watchdog");
  if (name === undefined && !existsSync(`${system}/dev/watchdog`))
    return { level: "note", said: say(M.no_watchdog) };
  const state = readText(system, `/sys/class/watchdog/${name ?? "watchdog0"}/state`) ?? "?";
  return state === "active"
    ? { level: "ok", said: say(M.watchdog_active), facts: { watchdog: state } }
    : { level: "note", said: say(M.watchdog_idle), facts: { watchdog: state } };
}
