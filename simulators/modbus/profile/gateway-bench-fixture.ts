import type { DriverDevice, ReadRequest } from "../../../drivers/core/driver.js";
import { ManualClock } from "../../../drivers/core/manual-clock.js";
import type { DataType, Point } from "../../../drivers/core/point.js";
import type { ReadingBatch, Value } from "../../../drivers/core/reading.js";
import { FakeLine } from "../../../drivers/line/fake-line.js";
import type { ModbusTcpSettings } from "../../../drivers/modbus/schema.js";
import { ModbusTcpDriver } from "../../../drivers/modbus/tcp-driver.js";
import { contextOf } from "../../../drivers/modbus/test-devices.js";
import { deviceDefaults, type Fitting, type Profile, pointsOf } from "../../../drivers/profiles/profile.js";
import { decimalText, type Exact, multiply, subtract, toNumber, written } from "../exact.js";
import { MBAP_FRAMING } from "../mbap-framing.js";
import type { Truth, TruthValue } from "../truth.js";
import { ProfiledDevice } from "./profiled-device.js";

const SETTINGS: ModbusTcpSettings = {
  host: "127.0.0.1",
  port: 502,
  timeout: 3000,
  pipeline: 1,
  connect_timeout: 1000,
};

/** A simulated device, and the gateway's own driver for Modbus TCP that reads it, on a clock that is stepped. */
export interface GatewayBench {
  readonly device: ProfiledDevice;
  readonly clock: ManualClock;
  /** All points that can be read. */
  readonly points: readonly Point[];
  plan(points: readonly Point[]): readonly ReadRequest[];
  /** Reads the points as the driver plans it; says what differs from what the device truly said. */
  round(points?: readonly Point[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** `made`: the profile from which the device is made, where it is not the one that the gateway has. */
export async function gatewayBench(profile: Profile, seed: number, made = profile): Promise<GatewayBench> {
  const clock = new ManualClock();
  const device = new ProfiledDevice({ profile: made, clock, seed, pace: "each-read", id: "device" });
  const settings = { ...deviceDefaults(profile, profile.family), unit_id: device.unit };
  const driverDevice: DriverDevice = { id: "device", settings };
  const line = new FakeLine(clock, 0);
  const { signal } = new AbortController();
  const driver = new ModbusTcpDriver(SETTINGS, [driverDevice], contextOf(clock), line);
  const answered: { truths: ReadonlyMap<string, Truth> }[] = [];
  line.script = (sent) => {
    const scan = MBAP_FRAMING.scan(sent);
    if (scan.kind !== "request") throw new Error(`no request: ${sent.toString("hex")}`);
    const { unit, pdu, transaction } = scan.request;
    const answer = device.answer(pdu, { unit, broadcast: false, mono: clock.mono() });
    if (!answer) return;
    device.said(clock.mono());
    answered.push({ truths: answer.read?.truths ?? new Map() });
    line.give(MBAP_FRAMING.encode(answer.unit ?? unit, answer.reply, transaction));
  };
  const settle = async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    const end = promise.finally(() => {
      isOver = true;
    });
    end.catch(() => {});
    await new Promise(setImmediate);
    while (!isOver) await clock.advance(100);
    return end;
  };
  device.connected(clock.mono());
  const points = pointsOf(profile, "device").filter(({ access }) => access !== "write");
  device.asked = new Set(points.map(({ id }) => id));
  await settle(driver.connect(signal));
  const plan = (wanted: readonly Point[]): readonly ReadRequest[] => driver.plan(driverDevice, wanted);
  const round = async (wanted = points): Promise<readonly string[]> => {
    const differences: string[] = [];
    for (const request of plan(wanted)) {
      const batch = await settle(driver.read(request, signal)).catch((error: Error) => error);
      if (batch instanceof Error) {
        differences.push(`${request.points.map(({ id }) => id)}: ${batch.message}`);
        continue;
      }
      differences.push(...differencesOf(batch, answered.at(-1)?.truths ?? new Map(), request.points));
    }
    return differences;
  };
  return { device, clock, points, plan, round, close: () => driver.close() };
}

/** Everything that a profile describes: itself, its variants, and each of its options once. */
export function fittingsOf(profile: Profile): readonly Fitting[] {
  const variants = Object.keys(profile.variants).map((variant) => ({ variant }));
  const options = Object.entries(profile.options).flatMap(([name, { values, default: usual }]) =>
    Object.keys(values)
      .filter((value) => value !== usual)
      .map((value) => ({ options: { [name]: value } })),
  );
  return [{}, ...variants, ...options];
}

function differencesOf(
  { layout, values, flags = [] }: ReadingBatch,
  truths: ReadonlyMap<string, Truth>,
  points: readonly Point[],
): readonly string[] {
  return layout.points.flatMap(({ id, type, decimals }, at): readonly string[] => {
    const truth = truths.get(id);
    if (!truth) return [`${id}: the device was not asked for it`];
    const flag = flags.find((each) => each.at === at);
    const got = flag ? `${flag.quality} ${flag.reason}` : "good";
    const meant = truth.quality === "good" ? "good" : `${truth.quality} ${truth.reason}`;
    const value = values[at];
    if (got !== meant) return [`${id}: ${got} ${value}, and it was ${meant} ${shown(truth)}`];
    if (truth.quality === "bad") return value === null ? [] : [`${id}: a bad one has the value ${value}`];
    const { address } = points[at] as { address?: unknown };
    return isSame(value, truth.value, { type, decimals })
      ? []
      : [`${id}: ${value}, and it was ${shown(truth)}, ${JSON.stringify(address)}`];
  });
}

/** Whether a reading has the value that a point truly had. */
export function isSame(
  value: Value | undefined,
  own: TruthValue,
  { type, decimals }: { readonly type: DataType; readonly decimals?: number | undefined },
): boolean {
  if (typeof own !== "object") return value === own;
  if (typeof value === "bigint")
    return String(value) === decimalText(multiply(own, written(10n ** BigInt(decimals ?? 0))), 0);
  const isFloat = type === "f32" || type === "f64";
  return (
    typeof value === "number" &&
    (isEqual(value, own, decimals) || (isFloat && isNear(value, own, type, decimals)))
  );
}

/** The same decimal, to the last digit. */
function isEqual(value: number, own: Exact, decimals: number | undefined): boolean {
  return decimals === undefined ? value === toNumber(own) : value === Number(decimalText(own, decimals));
}

/**
 * Floats: within what their own width can tell, and on either side where they lie between two decimals: 0.125 as a
 * float of 32 bits is a little more or less.
 */
function isNear(value: number, own: Exact, type: string, decimals: number | undefined): boolean {
  if (decimals !== undefined && Number(value.toFixed(decimals)) !== value) return false;
  const difference = Math.abs(toNumber(subtract(written(value), own)));
  const size = Math.abs(toNumber(own)) * (type === "f32" ? 2 ** -23 : 1e-13);
  return difference <= size + (decimals === undefined ? 0 : 0.5 * 10 ** -decimals);
}

function shown(truth: Truth): string {
  if (truth.quality === "bad") return "";
  const { value } = truth;
  return typeof value === "object" ? decimalText(value, 12) : String(value);
}
