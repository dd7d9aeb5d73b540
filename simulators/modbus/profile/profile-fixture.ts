import { ManualClock } from "../../../drivers/core/manual-clock.js";
import type { Profile } from "../../../drivers/profiles/profile.js";
import type { PduAnswer } from "../pdu.js";
import type { PointKeys, ProfileKeys } from "./keys.js";
import { ProfiledDevice, type ProfiledDeviceOptions } from "./profiled-device.js";

/** A device of a profile that is written in a test, asked without any wire. */
export interface Bench {
  readonly device: ProfiledDevice;
  readonly clock: ManualClock;
  /** The answer in hex; undefined: silence. */
  ask(hex: string, unit?: number): string | undefined;
  whole(hex: string, unit?: number): PduAnswer | undefined;
  /** The kinds of all breaches so far. */
  breaches(): readonly string[];
}

export function benchOf(
  points: readonly PointKeys[],
  more: Partial<ProfileKeys> = {},
  options: Partial<ProfiledDeviceOptions> = {},
): Bench {
  const keys: ProfileKeys = {
    id: "maker/model",
    device: {},
    defaults: {},
    points: new Map(points.map((point) => [point.id, point])),
    ...more,
  };
  const clock = new ManualClock();
  // A test writes only the keys that matter to a device.
  const profile = keys as unknown as Profile;
  const device = new ProfiledDevice({ profile, clock, pace: "each-read", ...options });
  const whole = (hex: string, unit = device.unit): PduAnswer | undefined => {
    const pdu = Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    const broadcast = device.isBroadcast(unit);
    const answer = device.answer(pdu, { unit, broadcast, mono: clock.mono() });
    if (answer) device.said(clock.mono());
    return answer;
  };
  const ask = (hex: string, unit?: number): string | undefined => {
    const answer = whole(hex, unit);
    return answer && Buffer.from(answer.reply).toString("hex");
  };
  return { device, clock, ask, whole, breaches: () => device.breaches.all.map(({ fault }) => fault) };
}
