import type { PduAnswer, RegisterBank } from "./pdu.js";

/** How a request reached a device. */
export interface Heard {
  readonly unit: number;
  /** Meant for all: it is carried out and not answered. */
  readonly broadcast: boolean;
  /** Monotonic ms at which its first byte was there. */
  readonly mono: number;
}

/** What a bus needs of a device that hangs on it. */
export interface BusDevice extends RegisterBank {
  readonly id: string;
  readonly unit: number;
  /** From the end of a request to the first byte of the answer, ms: shortest and longest; else its wire's. */
  readonly turnaroundMs?: readonly [number, number] | undefined;
  /** The same for this request alone; undefined: as always. */
  turnaroundOf?(pdu: Uint8Array): number | undefined;
  /** Whether a request for this unit is for it; absent: for its own unit only. */
  answersTo?(unit: number): boolean;
  /** Whether this unit means all devices; unit 0 always does on a serial line. */
  isBroadcast?(unit: number): boolean;
  /** Answers in place of its memory alone; undefined: it says nothing. */
  answer?(pdu: Uint8Array, heard: Heard): PduAnswer | undefined;
  /** Somebody has opened a connection to it. */
  connected?(mono: number): void;
  /** Its answer has left. */
  said?(mono: number): void;
}
