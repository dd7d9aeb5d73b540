import type { DataType } from "../../../drivers/core/point.js";
import type { ByteOrder, Table } from "../../../drivers/modbus/point-schema.js";
import type { Profile } from "../../../drivers/profiles/profile.js";

/**
 * The keys of a checked profile as the simulator reads them: named as in the grammar, durations in ms. A device is
 * made from these alone.
 */

export type OneOrMany<T> = T | readonly T[];

/** A small number in registers. */
export interface OperandKeys {
  readonly table?: Table;
  readonly address: number;
  readonly type?: DataType;
  readonly order?: ByteOrder;
  readonly bit?: number;
  readonly bits?: readonly [number, number];
  readonly byte?: "high" | "low";
  readonly coding?: Coding;
  /** Registers of a text. */
  readonly length?: number;
  readonly chars?: "high" | "low" | "utf16";
}

export type Coding = "binary" | "bcd" | "sign-magnitude";

export type DateField =
  | "year"
  | "month"
  | "day"
  | "hour"
  | "minute"
  | "second"
  | "millisecond"
  | "millisecond_of_minute"
  | "skip";
/** A part of a byte or of a register: all of it, or so many bits. */
export interface DatePart {
  readonly field: DateField;
  readonly bits?: readonly number[];
}
export type DateItem = DateField | DatePart | readonly DatePart[];

export interface DateKeys {
  readonly bytes?: readonly DateItem[];
  readonly words?: readonly DateItem[];
  readonly seconds_since?: string;
  readonly coding?: "bcd" | "binary";
  readonly century?: number;
}

export interface ScaleByKeys extends OperandKeys {
  readonly power_of_ten?: 1 | -1;
  readonly plus?: number;
  readonly times?: number;
  readonly over?: number;
  readonly map?: Readonly<Record<string, number>>;
}

export type UnitKeys = string | { readonly scale?: number | string; readonly offset?: number };

export interface UnitFromKeys extends OperandKeys {
  readonly map: Readonly<Record<string, UnitKeys>>;
}

export interface OrderFromKeys extends OperandKeys {
  readonly map: Readonly<Record<string, ByteOrder>>;
}

export interface GateKeys extends OperandKeys {
  readonly is?: OneOrMany<number>;
  readonly not?: OneOrMany<number>;
  readonly at_least?: number;
  readonly at_most?: number;
  readonly reason?: string;
  readonly quality?: "bad" | "uncertain";
}

export type SentinelKeys =
  | number
  | string
  | { readonly raw: number | string; readonly reason?: string }
  | { readonly from: OperandKeys; readonly reason?: string };

export type Sentinels = "none" | readonly SentinelKeys[];

export interface WriteKeys {
  readonly range?: readonly [number, number];
  readonly values?: readonly (number | string | boolean)[];
  readonly step?: number;
  readonly forbid?: readonly (number | string | boolean)[];
  readonly function?: 5 | 6 | 15 | 16;
  readonly whole?: string;
  readonly edge?: readonly number[];
  readonly rest?: number | string | boolean;
  readonly keeps?: "nvram" | "ram";
  readonly ram_address?: number;
  readonly verify?: false | { readonly within?: number; readonly at?: string };
}

export interface SimulateKeys {
  readonly start?: number | string | boolean;
  readonly swing?: number;
  /** ms */
  readonly period?: number;
  /** An hour. */
  readonly rate?: number;
}

export interface PointKeys extends Omit<OperandKeys, "address"> {
  readonly id: string;
  readonly address?: number;
  readonly number?: number | string;
  readonly unit?: string;
  readonly quantity?: string;
  readonly kind?: string;
  readonly scale?: number | string;
  readonly offset?: number;
  readonly decimals?: number;
  readonly access?: "read" | "write" | "read-write";
  readonly range?: readonly [number, number];
  readonly date?: DateKeys;
  readonly curve?: readonly (readonly [number, number])[];
  readonly enum?: Readonly<Record<string, unknown>>;
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly sentinels?: Sentinels;
  readonly add?: OneOrMany<OperandKeys & { readonly scale?: number | string }>;
  readonly scale_by?: OneOrMany<ScaleByKeys>;
  readonly unit_from?: UnitFromKeys;
  readonly order_from?: OrderFromKeys;
  readonly valid_when?: OneOrMany<GateKeys>;
  readonly group?: string;
  readonly alone?: boolean;
  readonly alias?: boolean;
  readonly every?: number | string;
  readonly write?: WriteKeys;
  readonly simulate?: SimulateKeys;
}

export interface DeviceKeys {
  readonly unit_id?: number;
  readonly max_registers?: number;
  readonly max_bits?: number;
  readonly max_gap?: number;
  readonly min_gap?: number;
  readonly even_start?: boolean;
  readonly windows?: readonly { readonly table?: Table; readonly from: number; readonly to: number }[];
  readonly blocks?: readonly { readonly table?: Table; readonly address: number; readonly count: number }[];
  readonly after_connect?: number;
  readonly after_write?: number;
  readonly wake?: { readonly after: number; readonly pause?: number };
  readonly min_every?: number;
  /** Registers that must hold a value, or no reading counts. */
  readonly setup?: readonly SetupKeys[];
  /** By which its instrument says that it does not measure. */
  readonly states?: readonly (OperandKeys & { readonly is: OneOrMany<number> })[];
}

export interface SetupKeys extends OperandKeys {
  readonly is: number;
  readonly write?: { readonly effect?: "now" | "power-cycle" };
}

export interface IdentifyKeys {
  readonly read: OperandKeys;
  readonly is?: number | string;
  readonly in?: readonly (number | string)[];
  readonly between?: readonly [number, number];
  readonly matches?: string;
  /** It speaks for this variant alone. */
  readonly variant?: string;
}

export interface CommandKeys {
  readonly raw?: {
    readonly pdu: string;
    readonly reply?: string;
    readonly error?: string;
    readonly units?: readonly number[];
  };
}

export interface AddressingKeys {
  readonly range?: readonly [number, number];
  readonly broadcast?: readonly number[];
  readonly any?: number;
  readonly set?: {
    readonly point: string;
    readonly answers_from?: "old" | "new";
    readonly effect?: "now" | "power-cycle";
  };
}

export interface ProfileKeys {
  readonly id: string;
  readonly device: DeviceKeys;
  readonly numbering?: {
    readonly first?: number;
    readonly wire?: string;
    readonly tables?: Readonly<Record<string, { readonly first: number }>>;
  };
  readonly defaults: Partial<PointKeys>;
  readonly points: ReadonlyMap<string, PointKeys>;
  readonly links?: readonly { readonly unit_id?: number; readonly port?: number; readonly baud?: number }[];
  readonly sentinels?: "none" | Readonly<Record<string, Sentinels>>;
  readonly identify?: readonly IdentifyKeys[];
  readonly commands?: Readonly<Record<string, CommandKeys>>;
  readonly addressing?: AddressingKeys;
  readonly broadcast?: { readonly functions?: readonly number[]; readonly addresses?: readonly number[] };
  readonly watchdog?: { readonly point: string; readonly within?: readonly [number, number] };
}

/** The profile has been checked when it was loaded: what is there has its right form. */
export function keysOf(profile: Profile): ProfileKeys {
  return profile as unknown as ProfileKeys;
}

export function many<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
