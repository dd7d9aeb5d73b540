import type { SimulatedPoint } from "../modbus/device.js";

/** Codes of register 2: which unit register 4 is in. */
const METRES_OF_WATER = 7;
/** Register 1: 0 is 1200, 3 is 9600, 4 is 19200. */
const BAUD_19200 = 4;
/** Register 3: the value is raw / 10^decimals. */
const DECIMALS = 3;

/**
 * A submersible level transmitter of the common RS-485 kind (QDY30A and its clones), holding registers (FC03):
 * 0 address, 1 baud code, 2 unit, 3 decimals, 4 the level as s16, 5 and 6 zero and full scale.
 */
export function levelTransmitterPoints(unit: number, levelM: () => number): readonly SimulatedPoint[] {
  const register = (id: string, address: number, read: () => number, scale = 1): SimulatedPoint => ({
    id,
    table: "holding",
    address,
    type: "s16",
    scale,
    read,
  });
  return [
    register("address", 0, () => unit),
    register("baud", 1, () => BAUD_19200),
    register("setting.unit", 2, () => METRES_OF_WATER),
    register("setting.decimals", 3, () => DECIMALS),
    register("level", 4, levelM, 10 ** -DECIMALS),
    register("zero", 5, () => 0),
    register("full_scale", 6, () => 5, 10 ** -DECIMALS),
  ];
}
