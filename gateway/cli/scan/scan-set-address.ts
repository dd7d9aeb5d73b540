import { SystemClock } from "../../../drivers/core/clock.js";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { SocketLock } from "../../../drivers/core/lock.js";
import { SILENT_LOG } from "../../../drivers/core/log.js";
import { renderText, type Said, say } from "../../../drivers/core/message.js";
import type { FoundDevice } from "../../../drivers/core/prober.js";
import type { LineFormat } from "../../../drivers/modbus/scan/orders.js";
import type { UnitChangeResult, UnitPlan } from "../../../drivers/modbus/scan/unit-change.js";
import type { Profile } from "../../../drivers/profiles/profile.js";
import { AUDIT_MESSAGES } from "../../core/messages.js";
import { scanReport } from "../../core/scan-report.js";
import { ask, canAsk } from "../ask.js";
import { findConfig } from "../find-config.js";
import type { ExitCode, Io } from "../io.js";
import { openLibrary, readLibrary } from "../profiles/profile-library.js";
import { ProgressBar } from "../progress-bar.js";
import { tellSaid } from "../tell-said.js";
import { SCAN_VERB_MESSAGES } from "./scan-messages.js";
import type { ScanOrder } from "./scan-order.js";
import { ScanScreen } from "./scan-screen.js";
import { configOf, onlyPort } from "./scan-source.js";
import { SET_ADDRESS_MESSAGES as M } from "./set-address-messages.js";

/** What proves that more than one device is on the bus, or may be. */
const NOT_ALONE: readonly string[] = ["scan.twins", "scan.garbled", "scan.garbled_alike", "scan.stranger"];

/** `tram scan --set-address`: one device alone on the bus gets a new unit id, step by step. */
export async function setAddress(order: ScanOrder, to: number, io: Io): Promise<ExitCode> {
  const { profile: id } = order;
  if (id === undefined) throw new ConfigurationError(M.needs_profile);
  const port = await portOf(order, io);
  const { profiles } = await readLibrary(
    openLibrary(io),
    io,
    text(say(SCAN_VERB_MESSAGES.reading_profiles), io),
  );
  const profile = profiles.find((one) => one.id === id);
  if (!profile) throw new ConfigurationError(M.unknown_profile, { profile: id });
  const { planUnitChange } = await import("../../../drivers/modbus/scan/unit-change.js");
  const { how } = profile.addressing ?? {};
  if (how && !profile.addressing?.set) tell(say(M.maker_says, { how: how[io.language] }), io);
  // What cannot be done is told before anything is looked for.
  planUnitChange(profile, 1, to);
  const device = await onlyDevice(order, port, profile, profiles, to, io);
  if (!device) return 1;
  const { line, unit } = device;
  if (unit === to) {
    tell(say(M.has_it, { to, line: line.name }), io);
    return 0;
  }
  const plan = planUnitChange(profile, unit, to);
  if (!(await isWanted(order, plan, device, io))) return 1;
  const result = await carryOut(plan, device, port, profiles, io);
  await audit(order, plan, device, result, io);
  return result === "done" ? 0 : 1;
}

async function portOf(order: ScanOrder, io: Io): Promise<string> {
  if (order.host) throw new ConfigurationError(M.serial_only);
  if (order.port !== undefined) return order.port;
  if (order.connection === undefined) return onlyPort();
  const file = findConfig("scan", order.config, io);
  const { driver, settings } = (await configOf(file, io)).connections.get(order.connection) ?? {};
  const { port } = (settings ?? {}) as { readonly port?: unknown };
  if (driver !== "modbus-rtu" || typeof port !== "string") throw new ConfigurationError(M.serial_only);
  return port;
}

/** Scans to prove that exactly one device is there; undefined where that is not so, and it was told. */
async function onlyDevice(
  { bauds, effort, parities }: ScanOrder,
  port: string,
  profile: Profile,
  profiles: readonly Profile[],
  to: number,
  io: Io,
): Promise<FoundDevice | undefined> {
  tell(say(M.explains, { to, port, title: profile.title[io.language] }), io);
  const { SerialProber } = await import("../../../drivers/modbus/scan/serial-prober.js");
  const wire = { port, clock: new SystemClock("scan"), lock: new SocketLock() };
  const prober = new SerialProber({ ...wire, ...(bauds && { bauds }), ...(parities && { parities }) });
  // A quick look at a few ids proves nothing.
  const proving = effort === "quick" ? "normal" : effort;
  const screen = new ScanScreen(io);
  const found: FoundDevice[] = [];
  let isAlone = true;
  try {
    for await (const event of prober.scan({ effort: proving, profiles }, io.signal)) {
      if (event.kind === "recognised") found.push(event.device);
      if (event.kind === "heard" && NOT_ALONE.includes(event.said.message.code)) isAlone = false;
      if (event.kind !== "end") screen.show(scanReport(event, io.language));
    }
  } finally {
    screen.end();
  }
  const [first] = found;
  const units = found.map(({ line, unit }) => `${line.name}: ${unit}`).join(", ");
  if (io.signal.aborted) tell(say(M.not_proved), io);
  else if (!first) tell(say(M.none, { port }), io);
  else if (found.length > 1) tell(say(M.several, { port, units, count: found.length }), io);
  else if (!isAlone) tell(say(M.not_alone, { port }), io);
  else return first;
  return undefined;
}

async function isWanted(
  order: ScanOrder,
  { from, profile, to }: UnitPlan,
  { candidates, line }: FoundDevice,
  io: Io,
): Promise<boolean> {
  const [best] = candidates;
  if (!best) tell(say(M.looks_unknown, { profile: profile.id }), io);
  else if (best.profile !== profile.id)
    tell(say(M.looks_other, { seen: best.profile, profile: profile.id }), io);
  if (order.yes) return true;
  if (!canAsk(io)) {
    tell(say(M.nobody_to_ask), io);
    return false;
  }
  const title = profile.title[io.language];
  const answer = await ask(text(say(M.ask, { from, to, title, line: line.name }), io), io);
  const agrees = /^(?:c|có|co|y|yes)$/i.test(answer ?? "");
  if (!agrees) tell(say(M.not_wanted), io);
  return agrees;
}

async function carryOut(
  plan: UnitPlan,
  { line }: FoundDevice,
  port: string,
  profiles: readonly Profile[],
  io: Io,
): Promise<UnitChangeResult> {
  const [{ changeUnit }, { serialPlace }, { driverOfPort }, { Recogniser }] = await Promise.all([
    import("../../../drivers/modbus/scan/unit-change.js"),
    import("../../../drivers/modbus/scan/serial-prober.js"),
    import("../../../drivers/modbus/scan/port-driver.js"),
    import("../../../drivers/modbus/scan/recogniser.js"),
  ]);
  const clock = new SystemClock("scan");
  const lock = new SocketLock();
  const format = formatOf(line.settings);
  const parts = {
    clock,
    place: serialPlace({ port, clock, lock }, format),
    driverOf: driverOfPort({ port, format, clock, lock, log: SILENT_LOG }),
    ways: new Recogniser(profiles, clock, "quick").ways,
  };
  const bar = new ProgressBar(io);
  const { from, point, to } = plan;
  let exception = 0;
  let result: UnitChangeResult = "stopped";
  for await (const event of changeUnit(plan, parts, io.signal)) {
    switch (event.kind) {
      case "written": {
        exception = event.outcome.exception ?? 0;
        const { confirmed, state } = event.outcome;
        const isSure = confirmed || state === "verified";
        if (state !== "refused") {
          tell(
            isSure ? say(M.written, { point: point.id, from, to }) : say(M.unsure, { point: point.id }),
            io,
          );
        }
        break;
      }
      case "power_cycle":
        tell(say(M.power_cycle, { to }), io);
        break;
      case "waiting": {
        const { ofMs, passedMs } = event;
        bar.show(text(say(M.waiting, { to }), io), { done: passedMs, total: ofMs, leftMs: ofMs - passedMs });
        break;
      }
      case "end":
        result = event.result;
    }
  }
  bar.end();
  tell(sayResult(result, { from, to, line: line.name, exception }), io);
  return result;
}

function formatOf({ baud, parity, stop_bits }: Readonly<Record<string, string | number>>): LineFormat {
  return {
    baud: Number(baud),
    parity: parity === "even" || parity === "odd" ? parity : "none",
    stop_bits: stop_bits === 2 ? 2 : 1,
  };
}

function sayResult(
  result: UnitChangeResult,
  params: { readonly from: number; readonly to: number; readonly line: string; readonly exception: number },
): Said {
  switch (result) {
    case "done":
      return say(M.result_done, params);
    case "refused":
      return say(M.result_refused, params);
    case "not_back":
      return say(M.result_not_back, params);
    case "stays":
      return say(M.result_stays, params);
    case "both":
      return say(M.result_both, params);
    case "taken":
      return say(M.result_taken, params);
    case "stopped":
      return say(M.result_stopped, params);
  }
}

/** Where a configuration was named, its gateway's audit keeps what was done; elsewhere what was printed is all. */
async function audit(
  order: ScanOrder,
  plan: UnitPlan,
  device: FoundDevice,
  result: UnitChangeResult,
  io: Io,
): Promise<void> {
  const named = order.config;
  if (named === undefined && order.connection === undefined) return;
  const config = await configOf(findConfig("scan", named, io), io);
  const { AuditLog } = await import("../../buffer/audit-log.js");
  const { bootId } = await import("../../host/machine.js");
  const clock = new SystemClock(bootId());
  const log = new AuditLog({
    config: config.audit,
    gatewayId: config.gateway.id,
    clock,
    clockTrusted: () => false,
    log: SILENT_LOG,
    lock: new SocketLock(),
  });
  const { from, profile, to } = plan;
  await log.open();
  log.note(
    "device",
    "scan",
    say(AUDIT_MESSAGES.unit_changed, { profile: profile.id, line: device.line.name, from, to, result }),
  );
  await log.close();
}

function text(said: Said, io: Io): string {
  return renderText(said, io.language);
}

function tell(said: Said, io: Io): void {
  tellSaid(io, said, { to: "stderr" });
}
