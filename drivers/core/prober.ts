import type { Said, Text } from "./message.js";

/** One way in which a wire can be spoken on, as it would stand in gateway.yaml. */
export interface ScanLine {
  /** For people: `9600 8N1`, `:502 Modbus TCP`. Unique within a scan. */
  readonly name: string;
  /** A name of the driver registry. */
  readonly driver: string;
  /** Keys of that driver's connection. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** A profile that may be the device's. */
export interface Candidate {
  readonly profile: string;
  readonly variant?: string;
  readonly title: Text;
  /** Per cent, 0 to 100: how sure it is beside all other profiles. Those of a device add up to 100 at most. */
  readonly share: number;
  /** Weightiest first. */
  readonly reasons: readonly Said[];
}

export interface FoundDevice {
  readonly line: ScanLine;
  readonly unit: number;
  /** From the end of the question to the end of the answer. */
  readonly roundTripMs: number;
  /** What it says of itself, where it was asked and answered. */
  readonly identity?: string;
  /** It answers to every unit id: the one that stands here is as good as another. */
  readonly anyUnit?: true;
  /** It was asked at an address to which all of its kind answer; this one is its own. */
  readonly ownUnit?: number;
  /** Most probable first; empty where nothing fits or nobody asked. */
  readonly candidates: readonly Candidate[];
}

/** Unit ids of one line, ascending. */
export interface ScannedUnits {
  readonly line: string;
  readonly units: readonly number[];
}

export interface ScanSummary {
  readonly found: number;
  /** Questions put on the wire. */
  readonly questions: number;
  readonly tried: readonly ScannedUnits[];
  /** What was asked for and not tried: stopped before, or a line that could not be opened. */
  readonly untried: readonly ScannedUnits[];
  /** What the whole of it says, and what to do about it. */
  readonly findings: readonly Said[];
}

export type ScanEvent =
  /** The question that is put now; `done` of `total` questions and the estimate of what is left. */
  | {
      readonly kind: "step";
      readonly line: string;
      readonly unit: number;
      readonly done: number;
      readonly total: number;
      readonly leftMs: number;
    }
  /** Something answers; what it is comes as `recognised`. */
  | { readonly kind: "found"; readonly device: FoundDevice }
  | { readonly kind: "recognised"; readonly device: FoundDevice }
  /** Something worth knowing before the end: damaged bytes, a line that cannot be opened. */
  | { readonly kind: "heard"; readonly said: Said }
  /** The last event, also after an abort. */
  | { readonly kind: "end"; readonly summary: ScanSummary };

export interface ScanWish {
  /** In the order in which they are wanted; undefined: the prober's own order, up to what `effort` says. */
  readonly units?: readonly number[];
  /** How much is tried, and how long is waited for an answer. */
  readonly effort: ScanEffort;
  /** For a wire that is set already: how. */
  readonly line?: ScanLine;
  /** Profiles of the driver's family, against which what is found is held; opaque here. */
  readonly profiles: readonly unknown[];
}

export type ScanEffort = "quick" | "normal" | "thorough";

/** Who can look for devices on a wire that it owns. Only asks: nothing that it sends changes anything in a device. */
export interface Prober {
  /**
   * Looks until all that was wished is tried, or the signal is aborted: then at most one question later comes the
   * `end`, which says what is left. Each question has its own deadline. Throws ConfigurationError where nothing of
   * the wish can be done at all, LinkError where the wire is lost for good; whatever was opened is closed on every
   * way out, also when the caller returns early.
   */
  scan(wish: ScanWish, signal: AbortSignal): AsyncGenerator<ScanEvent, void>;
}

/** Drivers that can look for devices say so by having `scan`. */
export function isProber(driver: object): driver is Prober {
  return "scan" in driver && typeof driver.scan === "function";
}
