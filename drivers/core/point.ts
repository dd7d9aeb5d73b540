import type { Text } from "./message.js";

/** What a point holds, named by its width on the wire; `bool` also for coils, bits and inputs. */
export type DataType = "bool" | "u16" | "s16" | "u32" | "s32" | "u64" | "s64" | "f32" | "f64" | "string";

export type Access = "read" | "write" | "read-write";

/** Decides which batch a reading travels in, what is committed at once (`alarm`), what is evicted first. */
export type Priority = "low" | "normal" | "high" | "alarm";

export const PRIORITIES: readonly Priority[] = ["low", "normal", "high", "alarm"];

/** What a value says about time: of an instant, a statistic over `intervalMs`, or a running counter. */
export type Kind = "instant" | "mean" | "min" | "max" | "sum" | "count" | "counter";

/** Closed interval in engineering units; a reading outside is bad with reason `out_of_range`. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What may be written to the point, in engineering units. */
export type WriteBounds =
  | { readonly range: Range }
  | { readonly values: readonly (number | string | boolean)[] };

/** What writing can do: nothing, to a setting, to a machine, to people. */
export type Safety = "read-only" | "benign" | "actuator" | "dangerous";

/** How a value is written, besides what may be written. */
export interface WriteRules {
  readonly step?: number;
  readonly forbid?: readonly (number | string | boolean)[];
  /** The only Modbus function code that the device takes. */
  readonly function?: 5 | 6 | 15 | 16;
  /** The group of points that are written together. */
  readonly whole?: string;
  /** `nvram` wears with each write. */
  readonly keeps?: "nvram" | "ram";
  readonly ram_address?: number;
  /** Values that are written one after the other; the last is that of rest. */
  readonly edge?: readonly (number | string | boolean)[];
  /** Milliseconds. */
  readonly dwell?: number;
  readonly once?: boolean;
  readonly verify?: boolean | { readonly within?: number; readonly at?: string };
  /** The command that must come before. */
  readonly needs?: string;
  readonly local?: boolean;
  readonly rest?: number | string | boolean;
}

/** What a number or a bit stands for. */
export interface Meaning extends Text {
  /** A stable word for programs. */
  readonly key: string;
}

export type AlarmSeverity = "info" | "warning" | "critical";

/** What an alarm compares with its limit: the value, its change a minute, or the time without a good reading. */
export type AlarmKind = "high" | "low" | "rate" | "stale";

/** A limit on a point that somebody must know of. */
export interface Alarm {
  /** Unique within the point. */
  readonly id: string;
  readonly kind: AlarmKind;
  /** In the point's unit; `rate`: a minute, in either direction; `stale`: seconds. */
  readonly limit: number;
  /** Raised when it has been so for this long; cleared at once. */
  readonly delayMs: number;
  /** Cleared only when the value is so far on the good side. */
  readonly hysteresis: number;
  readonly severity: AlarmSeverity;
  readonly text?: Text;
}

/**
 * A configured point of one device, complete and immutable. `A` is the address, opaque to the gateway and
 * typed by the driver that reads it.
 *
 * The engineering value is `raw * scale + offset`, rounded to `decimals` places. Integers always have
 * `decimals` (0 without a scale), so that they are exact decimals; f32 and f64 may have none.
 */
export interface Point<A = unknown> {
  /** Unique within the device: `voltage.l1`. */
  readonly id: string;
  readonly device: string;
  readonly name?: Text;
  readonly type: DataType;
  /** As people write it: `°C`, `m³/h`. */
  readonly unit?: string;
  /** The same unit as a UCUM code: `Cel`, `m3/h`. */
  readonly ucum?: string;
  /** From the fixed vocabulary of `quantity.ts`. */
  readonly quantity?: string;
  readonly kind: Kind;
  /** Over which time a `mean`, `min`, `max`, `sum` or `count` was taken. */
  readonly intervalMs?: number;
  readonly scale: number;
  readonly offset: number;
  readonly decimals?: number;
  /** Pairs of raw and engineering value, straight in between; then scale is 1 and offset 0. */
  readonly curve?: readonly (readonly number[])[];
  /** By number. A number that is not here is published all the same. */
  readonly enum?: Readonly<Record<string, Meaning>>;
  /** By bit, 0 is the lowest. */
  readonly flags?: Readonly<Record<string, Meaning>>;
  readonly access: Access;
  /** How often it is asked; 0 is as fast as the connection allows, infinite only on demand. */
  readonly periodMs: number;
  /** Smallest change worth reporting, in engineering units; 0 reports every reading. */
  readonly deadband: number;
  /** With a deadband: reported at least so often. */
  readonly heartbeatMs: number;
  readonly range?: Range;
  readonly write?: WriteBounds;
  readonly writeRules?: WriteRules;
  /** Of what can be written. */
  readonly safety?: Safety;
  readonly priority: Priority;
  readonly alarms?: readonly Alarm[];
  readonly address: A;
}
