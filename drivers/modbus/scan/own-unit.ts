import { Flaw } from "../../codec/flaw.js";
import type { DriverDevice } from "../../core/driver.js";
import type { Point } from "../../core/point.js";
import type { Profile } from "../../profiles/profile.js";
import type { Span } from "../planner.js";
import type { ModbusAddress } from "../point-schema.js";
import { planned } from "./point-trials.js";
import type { Trial } from "./trial.js";

/** How a device that was asked at an address to which all of its kind answer says which one is its own. */
export interface OwnUnit {
  /** The address to which all of its kind answer. */
  readonly any: number;
  readonly read: Pick<Trial, "table" | "address" | "count">;
  /** Undefined: no address of a single device. */
  unitIn(data: Uint8Array): number | undefined;
}

/** Undefined where the profile knows no such address, or no register of the device's own. */
export function ownUnitOf(
  { addressing }: Profile,
  device: DriverDevice,
  points: readonly Point<ModbusAddress>[],
): OwnUnit | undefined {
  const { any, range: [least = 1, most = 247] = [], set } = addressing ?? {};
  const point = points.find(({ id }) => id === set?.point);
  if (any === undefined || !point) return undefined;
  const [request] = planned(device, [point]);
  if (!request) return undefined;
  const { address, count, decoders, offsets, table } = request.detail as Span;
  return {
    any,
    read: { table, address, count },
    unitIn: (data) => {
      const value = decoders[0]?.(data, offsets[0] as number, []) ?? null;
      const unit = value instanceof Flaw ? Number.NaN : Number(value ?? Number.NaN);
      return Number.isInteger(unit) && unit >= least && unit <= most && unit !== any ? unit : undefined;
    },
  };
}
