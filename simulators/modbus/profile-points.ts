import type { DataType } from "../../drivers/core/point.js";
import type { ByteOrder, Table } from "../../drivers/modbus/point-schema.js";
import type { Profile } from "../../drivers/profiles/profile.js";
import type { Signal, SimulatedPoint } from "./device.js";

/** The keys of a written Modbus point that say where and how its value lies; the profile has been checked. */
interface WrittenModbusPoint {
  readonly table?: Table;
  readonly address?: number;
  readonly type?: DataType;
  readonly order?: ByteOrder;
  readonly scale?: number;
  readonly offset?: number;
  readonly bit?: number;
  readonly length?: number;
}

/**
 * The memory of a device as its profile describes it, filled from `signal`. For devices whose map nobody wrote
 * by hand: what the profile has wrong, such a device has wrong too.
 */
export function pointsOfProfile(
  profile: Profile,
  signal: (id: string, type: DataType) => Signal,
): readonly SimulatedPoint[] {
  return [...profile.points].map(([id, point]) => {
    const written = { ...profile.defaults, ...point } as WrittenModbusPoint;
    const { table = "holding", address = 0, order = "ABCD", scale = 1, offset = 0, bit, length } = written;
    const isBit = table === "coil" || table === "discrete" || bit !== undefined;
    const type = isBit ? "bool" : (written.type ?? "u16");
    return {
      id,
      table,
      address,
      type,
      order,
      scale,
      offset,
      ...(bit !== undefined && { bit }),
      ...(length !== undefined && { length }),
      read: () => signal(id, type),
    };
  });
}
