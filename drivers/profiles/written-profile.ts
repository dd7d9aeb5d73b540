import type { Text } from "../core/message.js";
import type { Safety } from "../core/point.js";
import type { Confidence } from "./common-schema.js";
import type { Numbering } from "./numbering.js";
import type { WrittenPoint } from "./point-schema.js";

export interface ProfileLink {
  readonly baud?: number;
  readonly data_bits?: number;
  readonly parity?: "none" | "even" | "odd";
  readonly stop_bits?: number;
  readonly port?: number;
  readonly unit_id?: number;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** How a unit id is given to a device. */
export interface Addressing {
  readonly range?: readonly number[];
  readonly broadcast?: readonly number[];
  /** The unit id to which a device answers whatever its own is. */
  readonly any?: number;
  readonly set?: {
    readonly point: string;
    readonly answers_from?: "old" | "new";
    readonly effect?: "now" | "power-cycle";
  };
  readonly how?: Text;
}

export interface ProfileOption {
  readonly title: Text;
  readonly values: Readonly<Record<string, Text>>;
  readonly default: string;
}

/** A step of a command; `wait` in milliseconds after it. */
export interface CommandStep {
  readonly point: string;
  readonly value: number | string | boolean;
  readonly wait?: number;
}

/** What a person asks of a device that is more than one value. */
export interface ProfileCommand {
  readonly title: Text;
  readonly safety: Safety;
  readonly effect?: "reversible" | "irreversible";
  readonly local?: boolean;
  readonly steps?: readonly CommandStep[];
  /** A request of its own: PDUs in hexadecimal, without unit id and CRC. */
  readonly raw?: {
    readonly pdu: string;
    readonly reply?: string;
    readonly error?: string;
    readonly units?: readonly number[];
  };
}

/** The device's own fail-safe. */
export interface Watchdog {
  readonly point?: string;
  /** Seconds. */
  readonly within?: readonly number[];
  readonly does: Text;
}

/** A question by which a device is recognised. */
export interface Identification {
  readonly read: Readonly<Record<string, unknown>>;
  readonly is?: number | string;
  readonly in?: readonly (number | string)[];
  readonly between?: readonly number[];
  readonly matches?: string;
  readonly score: number;
  readonly variant?: string;
}

/** A register that must hold a value. */
export interface SetupRegister {
  readonly is: number;
  readonly text: Text;
  readonly write?: { readonly keeps?: "nvram" | "ram"; readonly effect?: "now" | "power-cycle" };
  readonly [key: string]: unknown;
}

export const ORIGINS = ["recorded", "printed", "computed"] as const;

/** A good value, or why there is none, or a doubtful one and why. */
export type Expected =
  | number
  | string
  | boolean
  | { readonly bad?: string; readonly uncertain?: string; readonly value?: number | string | boolean };

export interface WrittenExchange {
  readonly request: string;
  readonly reply: string;
}

export interface WrittenVector extends WrittenExchange {
  readonly expect?: Readonly<Record<string, Expected>>;
  readonly writes?: Readonly<Record<string, number | string | boolean>>;
  readonly command?: string;
  readonly before?: readonly WrittenExchange[];
  readonly variant?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly origin: (typeof ORIGINS)[number];
  readonly source: string;
}

/** A profile as it is written, checked key by key; variants and what it extends not yet laid over it. */
export interface WrittenProfile {
  readonly profile: string;
  readonly version: number;
  readonly title: Text;
  readonly extends?: string;
  readonly category?: string;
  readonly also?: readonly string[];
  readonly confidence: Confidence;
  readonly safety?: Safety;
  readonly sources: readonly string[];
  readonly links?: readonly ProfileLink[];
  readonly addressing?: Addressing;
  readonly broadcast?: { readonly functions: readonly number[]; readonly addresses: readonly number[] };
  readonly numbering?: Numbering;
  readonly wiring?: Text;
  readonly notes?: Text;
  readonly device?: Readonly<Record<string, unknown>>;
  readonly sentinels?: "none" | Readonly<Record<string, unknown>>;
  readonly defaults?: WrittenPoint;
  readonly options?: Readonly<Record<string, ProfileOption>>;
  readonly setup?: readonly SetupRegister[];
  readonly points?: readonly (WrittenPoint | undefined)[];
  readonly without?: readonly string[];
  readonly commands?: Readonly<Record<string, ProfileCommand>>;
  readonly watchdog?: Watchdog;
  readonly identify?: readonly Identification[];
  readonly variants?: Readonly<Record<string, Overlay & { readonly title: Text }>>;
  readonly vectors?: readonly WrittenVector[];
  readonly no_vectors?: Text;
}

/** What a variant, or a profile that extends another, says anew. */
export type Overlay = Partial<WrittenProfile>;
