import type { ScanLine } from "../../core/prober.js";
import type { Asker } from "./question.js";

/** A wire that can be asked on and that must be closed. */
export interface OpenWire extends Asker {
  close(): Promise<void>;
  /** What comes is of another protocol. */
  readonly garbage?: boolean;
}

/** One way of asking: a port with its settings, a TCP port with a protocol, the wire of a running driver. */
export interface ScanPlace {
  readonly line: ScanLine;
  readonly isSerial: boolean;
  /** Bytes of a question and its answer on the wire, both silences. */
  readonly exchangeMs: number;
  /** Of places of one group only one can be right. */
  readonly group?: string;
  /** Throws LinkError, or ConfigurationError where somebody else holds it. */
  open(signal: AbortSignal): Promise<OpenWire>;
}
