import type { TObject, TSchema } from "@sinclair/typebox";
import type { Said } from "../core/message.js";
import type { Access, DataType, Point } from "../core/point.js";
import type { Severity } from "./problem.js";
import type { Expected } from "./written-profile.js";

/** One thing that is wrong with a point, at one of its keys. */
export interface PointFault {
  readonly key: string;
  readonly said: Said;
}

/** The same of a point of a profile, which has a name. */
export interface PointRemark extends PointFault {
  readonly point: string;
  /** `warning` by default. */
  readonly severity?: Severity;
}

/** A point as its driver's family checks it: schema-checked, defaults filled in. */
export interface AddressedPoint {
  readonly type: DataType;
  readonly access: Access;
  readonly unit?: string | undefined;
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
  /** Where a number stands by which a device is set up or recognised. */
  readonly operand: TObject;
  /** Raw values that are no measurement, for one type. */
  readonly sentinels: TSchema;
  /** The type that the address itself implies (a coil is a bool); else undefined. Pure. */
  impliedType(address: Readonly<Record<string, unknown>>): DataType | undefined;
  /** What the schema cannot say. Pure, called once for each point. */
  checkPoint(point: AddressedPoint): readonly PointFault[];
  /** Whether its value is computed from more than the raw one, so that its places do not follow from the scale. */
  isComputed(address: Readonly<Record<string, unknown>>): boolean;
  /** Whether the value is only a part of its registers: what the whole says of itself does not concern it. */
  isPart(address: Readonly<Record<string, unknown>>): boolean;
  /** The name of the points that must be of one moment; undefined for a point that stands alone. */
  groupOf(address: Readonly<Record<string, unknown>>): string | undefined;
  /** What a careful author would not have written: about the points of a profile together. */
  lint(points: readonly StatedPoint[], settings: Readonly<Record<string, unknown>>): readonly PointRemark[];
  /** How many requests read all points once. Throws ConfigurationError for what `lint` calls an error. Pure. */
  countRequests(points: readonly Point[], settings: Readonly<Record<string, unknown>>): number;
  /** What does not come of a frame pair that the profile says comes of it; empty where all does. Pure. */
  tryVector(
    points: readonly Point[],
    settings: Readonly<Record<string, unknown>>,
    vector: TriedVector,
  ): readonly Said[];
}

/** A point, and which keys its file says of it, itself or for all. */
export interface StatedPoint {
  readonly point: Point;
  readonly stated: ReadonlySet<string>;
}

/** A frame pair as on the RTU wire, with CRC, and what must come of it. */
export interface TriedVector {
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
  readonly before: readonly { readonly request: Uint8Array; readonly reply: Uint8Array }[];
  readonly expect: Readonly<Record<string, Expected>>;
  readonly writes: Readonly<Record<string, number | string | boolean>>;
  /** PDU of the command that the request is. */
  readonly raw?: { readonly pdu: string; readonly reply?: string } | undefined;
  /** Values of which the request writes one: the steps of a command. */
  readonly steps?:
    | readonly { readonly point: string; readonly value: number | string | boolean }[]
    | undefined;
}
