import type { TSchema } from "@sinclair/typebox";
import type { Said } from "../core/message.js";
import type { Access, DataType } from "../core/point.js";

/** One thing that is wrong with a point, at one of its keys. */
export interface PointFault {
  readonly key: string;
  readonly said: Said;
}

/** A point as its driver's family checks it: schema-checked, defaults filled in. */
export interface AddressedPoint {
  readonly type: DataType;
  readonly access: Access;
  readonly address: Readonly<Record<string, unknown>>;
}

/**
 * What drivers share that speak the same protocol over different wires, and what a profile is written for:
 * `driver: modbus` fits modbus-rtu and modbus-tcp. Made by the driver registry.
 */
export interface DriverFamily {
  readonly name: string;
  /** Keys of a device besides those of every device. */
  readonly device: TSchema;
  /** Keys of a point that make its address. */
  readonly address: TSchema;
  /** The type that the address itself implies (a coil is a bool); else undefined. Pure. */
  impliedType(address: Readonly<Record<string, unknown>>): DataType | undefined;
  /** What the schema cannot say. Pure, called once for each point. */
  checkPoint(point: AddressedPoint): readonly PointFault[];
}
