import type { RawPlace, WirePlace } from "../../drivers/core/inspector.js";
import type { Language } from "../../drivers/core/message.js";
import type { Quality, Reason } from "../../drivers/core/reading.js";
import type { PlainValue } from "./plain-value.js";

/** Which points: a device and points or patterns of it, or patterns of `device.point`. */
export interface ReadWish {
  readonly names: readonly string[];
}

/** Words as they are, of a configured device, or of a unit id on a connection. */
export interface RawReadWish extends RawPlace {
  readonly of: { readonly device: string } | { readonly connection: string; readonly unit: number };
}

/** A sentence with what to do next, in the language that was asked for. */
export interface Told {
  readonly code: string;
  readonly text: string;
}

/** One point as the device gave it just now. */
export interface TakenReading {
  readonly device: string;
  readonly point: string;
  readonly name?: string;
  readonly value: PlainValue;
  readonly meaning?: string;
  readonly unit?: string;
  readonly quality: Quality;
  readonly reason?: Reason;
  readonly problem?: Told;
  /** ISO 8601 UTC: when the answer was complete, or was no longer waited for. */
  readonly t: string;
  /** Where the value lies, and the request that brought it; absent where the driver cannot tell. */
  readonly wire?: WirePlace;
  readonly request?: WirePlace;
  /** Registers, or 0 and 1 for bits; absent where no answer came. */
  readonly words?: readonly number[];
}

export interface ReadAnswer {
  readonly readings: readonly TakenReading[];
  /** What the traffic of the connections says, where something was wrong. */
  readonly findings: readonly string[];
}

export interface RawAnswer extends WirePlace {
  readonly device: string;
  readonly connection: string;
  readonly t: string;
  readonly words?: readonly number[];
  readonly reason?: Reason;
  readonly problem?: Told;
  readonly findings: readonly string[];
}

/** Who wants it and why: both stand in the audit. */
interface Asked {
  readonly by: string;
  readonly reason?: string;
  /** Made anew for each write: the same id is never carried out twice. Absent: only shown, nothing is written. */
  readonly id?: string;
}

export type WriteWish = Asked &
  (
    | { readonly device: string; readonly point: string; readonly value: string | number | boolean }
    | { readonly device: string; readonly raw: Omit<RawPlace, "count">; readonly words: readonly number[] }
  );

/** What a write would do, before it is done. */
export interface WritePlan {
  readonly device: string;
  readonly deviceName: string;
  readonly connection: string;
  /** Absent for raw words. */
  readonly point?: string;
  readonly name?: string;
  readonly unit?: string;
  readonly value: PlainValue;
  readonly meaning?: string;
  readonly present?: TakenReading | RawAnswer;
  /** What may be written, for people. */
  readonly bounds?: string;
  readonly request: WirePlace;
  readonly words: readonly number[];
  /** `nvram`: wears with each write. */
  readonly keeps?: "nvram" | "ram";
  /** What writing can do. */
  readonly safety?: "read-only" | "benign" | "actuator" | "dangerous";
  /** How it is known what became of it: read back, read at another point, or not at all. */
  readonly verify: "point" | "none" | { readonly at: string };
}

/**
 * `shown`: nothing was written. `not_sent`: nothing reached the wire. `confirmed`: by a device that cannot be read
 * back. `unknown`: it may have been carried out.
 */
export type WriteState =
  | "shown"
  | "verified"
  | "confirmed"
  | "different"
  | "refused"
  | "unknown"
  | "not_sent";

export interface WriteAnswer {
  readonly state: WriteState;
  readonly plan: WritePlan;
  /** The device itself said that it has done it. */
  readonly confirmed: boolean;
  readonly readBack?: PlainValue;
  readonly readBackWords?: readonly number[];
  readonly exception?: number;
  readonly problem?: Told;
}

/**
 * Reads and writes by hand: of a running gateway, or of a connection that was opened for it. Reads pass the one queue
 * of the connection among its polls. Every call has a deadline. Throws ConfigurationError for a wish that cannot be:
 * an unknown name, a value out of bounds; BusyError where too many wait. What a device does is an answer.
 */
export interface PointAccess {
  read(wish: ReadWish, language: Language, signal: AbortSignal): Promise<ReadAnswer>;
  readRaw(wish: RawReadWish, language: Language, signal: AbortSignal): Promise<RawAnswer>;
  /** Without `id` nothing is written. Audited with it. */
  write(wish: WriteWish, language: Language): Promise<WriteAnswer>;
}
