import type { DriverDevice } from "../core/driver.js";
import type { ExchangeWindow } from "../core/exchange-account.js";
import type { WindowCounts } from "../core/exchange-tally.js";
import { type Said, say } from "../core/message.js";
import { MODBUS_MESSAGES as M } from "./messages.js";
import type { ModbusDevice } from "./schema.js";

/** A wire of ours with A and B; or TCP, also where a serial line lies behind it. */
export type BusKind = "serial" | "tcp";

/** What a diagnosis must know of the connection beside what happened on it. */
export interface DiagnosedBus {
  readonly connection: string;
  readonly kind: BusKind;
  /** By id; settings of this family. */
  readonly devices: ReadonlyMap<string, DriverDevice>;
  /** The connection's, for devices without one of their own. */
  readonly timeoutMs: number;
}

/** A device that does not answer is asked every 30 s: ten times in the window. */
const MIN_SILENT = 5;
/** Damaged answers before anything is said about them. */
const MIN_DAMAGED = 5;
/** Requests of one kind before shares of them are compared. */
const MIN_SAMPLE = 20;
/** Good answers of others, before one device is called the odd one out. */
const MIN_OTHERS_GOOD = 10;
/** From this share of damaged answers on a device is garbled. */
const GARBLED = 0.2;
/** Up to this share of damaged answers a device or a length is fine. */
const CLEAN = 0.02;
/** Long answers suffer at least so often, and so many times as often as short ones. */
const LONG_SUFFERS = 0.05;
const LONG_FACTOR = 4;
const MIN_LATE = 5;
const LATE = 0.05;
const MIN_FOREIGN = 10;
const FOREIGN = 0.02;
const MIN_BUSY = 10;
const BUSY = 0.1;
const MIN_ECHOES = 10;
/** A timeout is proposed with so much room above the latest answer, in round steps. */
const TIMEOUT_ROOM = 1.5;
const TIMEOUT_STEP_MS = 100;
/** More silent devices than this are told in one sentence: a segment of the cable, not each device by itself. */
const SINGLY = 2;
const NAMED = 5;

interface Seen {
  readonly id: string;
  readonly unit: number;
  readonly timeoutMs: number;
  readonly counts: WindowCounts;
}

/**
 * What the pattern of faults says, in plain words. Pure. Says nothing where the pattern is not clear: a few
 * failures, a mixture of faults, too few requests to compare.
 */
export function diagnose(window: ExchangeWindow, bus: DiagnosedBus): readonly Said[] {
  const seen: Seen[] = [];
  for (const [id, { settings }] of bus.devices) {
    const counts = window.devices[id];
    const { unit_id: unit, timeout = bus.timeoutMs } = settings as ModbusDevice;
    if (counts) seen.push({ id, unit, timeoutMs: timeout, counts });
  }
  const whole = ofWhole(window.bus, bus);
  const said = whole ? [whole] : [...silentOnes(seen, bus), ...garbledOnes(window.bus, seen, bus)];
  return [...said, ...lateOnes(seen, bus), ...busyOnes(seen, bus), ...strangers(window.bus, bus)];
}

/** A device or a bus that is there: something of it was understood. */
function understood(counts: WindowCounts): number {
  return counts.good + counts.exceptions + counts.late;
}

/** Nothing is understood from anybody: one fault that all share. */
function ofWhole(counts: WindowCounts, { connection, kind }: DiagnosedBus): Said | undefined {
  if (understood(counts) > 0 || counts.foreign > 0) return undefined;
  const params = { connection, count: counts.requests };
  // Of an echo the bytes are heard, but nobody else's. Less than a byte a request is noise of a silent line.
  const heard = counts.echoes === 0 && counts.heardBytes >= counts.requests && counts.heardBytes > 0;
  if (counts.damaged >= MIN_DAMAGED || (heard && counts.requests >= MIN_DAMAGED)) {
    return kind === "serial" ? say(M.all_garbled, params) : say(M.all_garbled_tcp, params);
  }
  if (heard || counts.requests < MIN_SILENT || counts.timeouts < MIN_SILENT) return undefined;
  return kind === "serial" ? say(M.all_silent, params) : say(M.all_silent_tcp, params);
}

/** Nothing at all comes from some, while others answer. */
function silentOnes(seen: readonly Seen[], { connection, kind }: DiagnosedBus): readonly Said[] {
  const answering = seen.filter(({ counts }) => counts.good > 0).length;
  const othersGood = seen.reduce((sum, { counts }) => sum + counts.good, 0);
  if (othersGood < MIN_OTHERS_GOOD) return [];
  const silent = seen.filter(
    ({ counts }) => counts.timeouts >= MIN_SILENT && understood(counts) === 0 && counts.damaged === 0,
  );
  if (silent.length <= SINGLY) {
    return silent.map(({ id: device, unit, counts: { requests: count } }) => {
      const params = { device, unit, connection, count };
      return kind === "serial" ? say(M.one_silent, params) : say(M.one_silent_tcp, params);
    });
  }
  const named = silent.slice(0, NAMED).map(({ id }) => id);
  const devices = silent.length > NAMED ? `${named.join(", ")}, ...` : named.join(", ");
  const params = { connection, count: silent.length, devices, answering };
  return [kind === "serial" ? say(M.some_silent, params) : say(M.some_silent_tcp, params)];
}

/** Damaged answers, while others are understood: by length, or of one device. */
function garbledOnes(
  total: WindowCounts,
  seen: readonly Seen[],
  { connection, kind }: DiagnosedBus,
): readonly Said[] {
  if (kind !== "serial") return [];
  if (growsWithLength(total)) {
    return [
      say(M.long_garbled, { connection, long: percent(longShare(total)), short: percent(shortShare(total)) }),
    ];
  }
  return seen
    .filter(({ counts }) => counts.damaged >= MIN_DAMAGED && counts.damaged >= GARBLED * counts.requests)
    .filter((odd) => othersAreFine(odd, seen))
    .map(({ id: device, unit, counts }) =>
      say(M.one_garbled, { device, unit, connection, count: counts.damaged, requests: counts.requests }),
    );
}

function growsWithLength(counts: WindowCounts): boolean {
  const enough =
    counts.shortGood + counts.shortDamaged >= MIN_SAMPLE &&
    counts.longGood + counts.longDamaged >= MIN_SAMPLE;
  if (!enough || counts.longDamaged < MIN_DAMAGED) return false;
  const long = longShare(counts);
  return long >= LONG_SUFFERS && long >= LONG_FACTOR * shortShare(counts);
}

function longShare({ longDamaged, longGood }: WindowCounts): number {
  return longDamaged / (longDamaged + longGood);
}

function shortShare({ shortDamaged, shortGood }: WindowCounts): number {
  return shortDamaged / (shortDamaged + shortGood);
}

function othersAreFine(odd: Seen, seen: readonly Seen[]): boolean {
  const others = seen.filter((device) => device !== odd);
  const good = others.reduce((sum, { counts }) => sum + counts.good, 0);
  return (
    good >= MIN_OTHERS_GOOD &&
    others.every(({ counts }) => counts.damaged <= CLEAN * Math.max(counts.requests, MIN_SAMPLE))
  );
}

/** Answers come, and too late for the deadline. */
function lateOnes(seen: readonly Seen[], { connection }: DiagnosedBus): readonly Said[] {
  return seen
    .filter(({ counts }) => counts.late >= MIN_LATE && counts.late >= LATE * counts.requests)
    .map(({ id: device, unit, timeoutMs, counts }) => {
      const p99 = counts.roundTrip?.p99Ms ?? 0;
      // Where nobody measured how late it was, only that the present timeout does not do.
      const slowest = counts.worstLateMs > 0 ? Math.max(counts.worstLateMs, p99) : timeoutMs;
      const proposed = Math.ceil((slowest * TIMEOUT_ROOM) / TIMEOUT_STEP_MS) * TIMEOUT_STEP_MS;
      const params = { device, unit, connection, count: counts.late, timeout: timeoutMs, proposed };
      return counts.roundTrip
        ? say(M.answers_late, { ...params, p99: Math.round(p99) })
        : say(M.all_late, params);
    });
}

function busyOnes(seen: readonly Seen[], { connection }: DiagnosedBus): readonly Said[] {
  return seen
    .filter(({ counts }) => counts.busy >= MIN_BUSY && counts.busy >= BUSY * counts.requests)
    .map(({ id: device, unit, counts: { busy, requests } }) =>
      say(M.often_busy, { device, unit, connection, count: busy, requests }),
    );
}

/** What was heard that nobody here had asked for. */
function strangers({ echoes, foreign, requests }: WindowCounts, bus: DiagnosedBus): readonly Said[] {
  const { connection, kind } = bus;
  const said: Said[] = [];
  if (foreign >= MIN_FOREIGN && foreign >= FOREIGN * requests) {
    const params = { connection, count: foreign };
    said.push(kind === "serial" ? say(M.other_client, params) : say(M.other_client_tcp, params));
  }
  if (kind === "serial" && echoes >= MIN_ECHOES) said.push(say(M.hears_itself, { connection }));
  return said;
}

function percent(share: number): number {
  return Math.round(share * 100);
}
