import { ledgerNumbers, Program } from "./bench-program.js";

/** What `bench-bus` serves; its own text tells more. */
export interface BusOptions {
  readonly baud: number;
  readonly units: number;
  readonly turnaroundMs?: number;
  /** Where it writes what it hears: plug, monotonic ns, bytes. */
  readonly heard?: string;
}

/** As the ledger has them, in the order of `struct ledger`. */
const FIELDS = [
  "requests",
  "replies",
  "registers",
  "refused",
  "unanswered",
  "garbage",
  "broken",
  "smallestNs",
  "busyNs",
  "startedNs",
  "endedNs",
  "lateNs",
  "worstLateNs",
  "dropped",
  "plugs",
] as const;

export type BusCounts = Readonly<Record<(typeof FIELDS)[number], number>> & {
  /** By unit id. */
  readonly units: readonly { readonly requests: number; readonly replies: number }[];
};

/** Start bit, eight data bits, even parity, stop bit: what the specification asks for, and what is configured. */
export const BITS = 11;

/** Modbus over Serial Line V1.02, 2.5.1.1. */
export function silenceOf(baud: number): number {
  return baud > 19_200 ? 1.75 : (3.5 * BITS * 1000) / baud;
}

/** The shortest time that a read of holding registers can take from its first bit to that of the next. */
export function exchangeMs(baud: number, registers: number, turnaroundMs = 0): number {
  const characterMs = (BITS * 1000) / baud;
  const silence = silenceOf(baud);
  return (8 + 5 + 2 * registers) * characterMs + Math.max(silence, turnaroundMs) + silence;
}

/** Exchanges done, of those that the time from one look at the ledger to the other had room for. */
export function shareOf(from: BusCounts, to: BusCounts, oneMs: number): number {
  const elapsedMs = (to.endedNs - from.endedNs) / 1e6;
  return elapsedMs > 0 ? ((to.replies - from.replies) * oneMs) / elapsedMs : 0;
}

/** The bus, a process of its own. */
export class Bus {
  /** A path that leads to the port while it is plugged in. */
  readonly path: string;
  readonly baud: number;
  readonly program: Program;
  readonly #ledger: string;

  constructor(binary: string, path: string, { baud, units, turnaroundMs = 0, heard }: BusOptions) {
    this.path = path;
    this.baud = baud;
    this.#ledger = `${path}.ledger`;
    const numbers = ["-b", baud, "-c", BITS, "-u", units, "-t", turnaroundMs * 1000];
    const log = heard === undefined ? [] : ["-l", heard];
    this.program = new Program(binary, [...numbers.map(String), ...log, path, this.#ledger]);
  }

  /** `dead 8`, `alive 8`, `unplug`, `plug`; resolves when it is done. */
  tell(command: string): Promise<void> {
    return this.program.tell(command);
  }

  counts(): BusCounts {
    const numbers = ledgerNumbers(this.#ledger);
    const units = Array.from({ length: 256 }, (_, unit) => {
      const at = FIELDS.length + 2 * unit;
      return { requests: numbers[at] ?? 0, replies: numbers[at + 1] ?? 0 };
    });
    const named = Object.fromEntries(FIELDS.map((field, at) => [field, numbers[at] ?? 0]));
    return { ...(named as Record<(typeof FIELDS)[number], number>), units };
  }
}
