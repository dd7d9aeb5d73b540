import { ManualClock } from "../../../drivers/core/manual-clock.js";
import type { Table } from "../../../drivers/modbus/point-schema.js";
import {
  fitted,
  type Profile,
  type ProfileExchange,
  type ProfileVector,
} from "../../../drivers/profiles/profile.js";
import { decimalText, subtract, toNumber, written } from "../exact.js";
import type { Truth } from "../truth.js";
import type { ProfilePoint } from "./point.js";
import { ProfiledDevice } from "./profiled-device.js";

/**
 * The frames of the makers, and those that were recorded: what is in them means to the simulated device what the
 * profile says that it means, and the device puts the same values into the same bits.
 */

const TABLES: Readonly<Record<number, Table>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };

/** Nobody has asked it for long, and it has no reason to sleep. */
const AWAKE_MS = 1e6;

/** Puts what a device answered into the memory of another one; false: it was no read. */
function learn(device: ProfiledDevice, { request, reply }: ProfileExchange): boolean {
  const table = TABLES[request[1] ?? 0];
  if (!table || reply[1] !== request[1] || request.length !== 8) return false;
  const [address, count] = [Buffer.from(request).readUInt16BE(2), Buffer.from(request).readUInt16BE(4)];
  const isBit = table === "coil" || table === "discrete";
  for (let at = 0; at < count; at++) {
    const word = isBit
      ? ((reply[3 + (at >> 3)] ?? 0) >> (at & 7)) & 1
      : Buffer.from(reply).readUInt16BE(3 + 2 * at);
    device.bank.memory.set(table, address + at, word);
  }
  return true;
}

function shown(truth: Truth): string {
  if (truth.quality === "bad") return `bad ${truth.reason}`;
  const value = typeof truth.value === "object" ? toNumber(truth.value) : truth.value;
  return truth.quality === "good" ? String(value) : `uncertain ${truth.reason} ${value}`;
}

function isAs(
  truth: Truth,
  expected: ProfileVector["expect"][string],
  { keys, type }: ProfilePoint,
): boolean {
  if (typeof expected === "object") {
    if (expected.bad !== undefined) return truth.quality === "bad" && truth.reason === expected.bad;
    return truth.quality === "uncertain" && truth.reason === expected.uncertain;
  }
  if (truth.quality !== "good") return false;
  const { value } = truth;
  if (typeof value !== "object" || typeof expected === "boolean") return value === expected;
  const wanted = written(expected);
  const difference = Math.abs(toNumber(subtract(value, wanted)));
  // A float of a printed example is rounded, and so is a value with fewer decimals than its registers have.
  const isFloat = type === "f32" || type === "f64";
  if (isFloat && difference <= Math.abs(toNumber(wanted)) * 2 ** -22) return true;
  const places = keys.decimals ?? 15;
  return decimalText(value, places) === decimalText(wanted, places);
}

/** The bits of the point alone. */
function bitsOf(device: ProfiledDevice, point: ProfilePoint): readonly number[] {
  return [...point.bits()].map(({ table, address, mask }) => device.bank.memory.get(table, address) & mask);
}

/** How many frames were tried. */
export interface FrameCount {
  read: number;
  put: number;
  written: number;
  commands: number;
}

/** Tries all frames of a profile at a simulated device; gives what is not as the profile says. */
export function tryFrames(profile: Profile, count: FrameCount): readonly string[] {
  const devices = new Map<string, { readonly device: ProfiledDevice; readonly restore: () => void }>();
  return profile.vectors.flatMap((vector) => {
    const { variant, options } = vector;
    const key = JSON.stringify([variant, options]);
    const own = fitted(profile, { variant, options });
    const made = devices.get(key) ?? deviceOf(own);
    devices.set(key, made);
    made.restore();
    const wrong = tryFrame(own, made.device, vector, count);
    return wrong.map((said) => `${vector.source.slice(0, 40)}: ${said}`);
  });
}

function deviceOf(profile: Profile) {
  const device = new ProfiledDevice({ profile, clock: new ManualClock() });
  return { device, restore: device.bank.memory.snapshot() };
}

function tryFrame(
  profile: Profile,
  device: ProfiledDevice,
  vector: ProfileVector,
  count: FrameCount,
): readonly string[] {
  const [unit = 1] = vector.request;
  const { bank } = device;
  for (const exchange of vector.before) learn(device, exchange);
  const wrong: string[] = [];
  const isCommand = vector.command !== undefined && profile.commands[vector.command]?.raw !== undefined;
  const isWrite = Object.keys(vector.writes).length > 0 && (vector.reply[1] ?? 0) < 0x80;
  if (isCommand || isWrite) {
    const pdu = vector.request.subarray(1, -2);
    const { reply = [] } = device.answer(pdu, { unit, broadcast: false, mono: AWAKE_MS }) ?? {};
    const [said, expected] = [reply, vector.reply.subarray(1, -2)].map((one) =>
      Buffer.from(one).toString("hex"),
    );
    if (said !== expected) wrong.push(`answered with ${said}, not ${expected}`);
    count[isCommand ? "commands" : "written"]++;
  }
  if (!learn(device, vector)) return wrong;
  for (const [id, expected] of Object.entries(vector.expect)) {
    const point = bank.point(id);
    const truth = bank.truth(id);
    if (!isAs(truth, expected, point))
      wrong.push(`${id} is ${shown(truth)}, not ${JSON.stringify(expected)}`);
    count.read++;
    if (typeof expected === "object" || !isExact(point)) continue;
    const before = bitsOf(device, point);
    point.put(
      bank.memory,
      point.place.kind === "number" ? written(expected as string) : (expected as boolean),
    );
    const after = bitsOf(device, point);
    if (String(before) !== String(after)) wrong.push(`${id} is put as ${after}, not ${before}`);
    count.put++;
  }
  return wrong;
}

/** Whether only one pattern of bits stands for its value: not of rounded ones, and texts are padded in two ways. */
function isExact(point: ProfilePoint): boolean {
  const isFloat = [point.field, ...point.parts].some((field) => field?.type.startsWith("f"));
  const { kind } = point.place;
  return (kind === "number" || kind === "bool") && !isFloat && point.keys.decimals === undefined;
}
