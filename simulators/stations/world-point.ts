import type { SimulatedPoint } from "../modbus/device.js";
import type { World } from "../process/world.js";

/** How a point of a device shows a value of the world. */
export interface WorldPoint extends Omit<SimulatedPoint, "id" | "read" | "write"> {
  /** By default the name of what it shows. */
  readonly id?: string;
  /** The device's unit for one of the world's: 3,600 from m³/s to m³/h. */
  readonly factor?: number;
}

/**
 * A point that shows the signal or input of this name; who writes it, writes the input. Throws RangeError where the
 * world has neither. The device that has it brings the world up to date: `refresh: () => world.advance()`.
 */
export function worldPoint(world: World, name: string, form: WorldPoint): SimulatedPoint {
  const { factor = 1, ...rest } = form;
  const shown = world.signal(name);
  if (!shown) throw new RangeError(`the world has no ${name}`);
  const input = world.input(name);
  return {
    id: name,
    ...rest,
    read: () => shown.read() * factor,
    ...(input && { write: (value: number) => input.write(value / factor) }),
  };
}
