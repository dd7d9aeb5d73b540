import type { Clock } from "../../drivers/core/clock.js";
import type { Random } from "../random.js";
import type { BusDevice } from "./bus-device.js";
import type { FaultSet } from "./fault-set.js";
import type { Framing } from "./framing.js";
import type { ReadLedger } from "./ledger.js";

/** Since start. */
export interface BusStats {
  requests: number;
  answers: number;
  exceptions: number;
  /** Frames for a unit that is not on this bus. */
  foreign: number;
  /** Bytes thrown away: frames cut short, wrong checksums, noise. */
  damagedBytes: number;
  /** Bytes that came while a device was working on an answer or sending it. */
  collidedBytes: number;
  /** Requests that began before the bus had been silent for 3.5 characters after an answer (RTU). */
  silenceBroken: number;
  /** Connections that were ended because no request could be made out any more (Modbus TCP). */
  broken: number;
}

/** What the two ends of a bus share: who hangs on it, how fast it is, and what goes wrong. */
export interface SharedWire {
  readonly stats: BusStats;
  readonly devices: readonly BusDevice[];
  readonly clock: Clock;
  readonly ledger: ReadLedger;
  readonly framing: Framing;
  readonly faults: FaultSet;
  readonly baud: number;
  /** What a character takes on the wire; 0 where there is no serial line, or one that keeps its own time. */
  readonly characterMs: number;
  /** That must lie between two frames, ms. */
  readonly silenceMs: number;
  /** After which a frame is over, ms; undefined where its end is seen otherwise. */
  readonly pauseMs: number | undefined;
  readonly random: Random;
  /** Pulls the wire out for so many ms. */
  readonly unplug: (forMs: number) => void;
}
