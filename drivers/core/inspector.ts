import type { DriverDevice, ReadRequest } from "./driver.js";
import type { ReadingBatch } from "./reading.js";
import type { WriteRequest } from "./writer.js";

/** Registers or bits of one table, addresses as on the wire. */
export interface RawPlace {
  readonly table: string;
  readonly address: number;
  readonly count: number;
}

/** What a request asks of a device, as it stands on the wire. */
export interface WirePlace extends RawPlace {
  readonly unit: number;
  readonly function: number;
}

/** What a device answered: readings, and the words that they were made from. */
export interface Inspected {
  readonly batch: ReadingBatch;
  /** Of the whole request, from its first address on: registers, or 0 and 1 for bits. */
  readonly words: readonly number[];
}

/** A driver whose values can be shown as they lie on the wire. For people before a terminal, not for polling. */
export interface Inspector {
  /** The device with this unit id: a configured one, or one of which nothing but the id is known. Pure. */
  deviceAt(unit: number): DriverDevice;

  /** What is asked, or written. Pure. */
  placeOf(request: ReadRequest | WriteRequest): WirePlace;

  /** Where each point of a request lies, in the order of its layout. Pure. */
  pointPlaces(request: ReadRequest): readonly RawPlace[];

  /** The words of a write. Pure. */
  wordsOf(request: WriteRequest): readonly number[];

  /**
   * A read of words as they are, without points. Pure. Throws ConfigurationError for a place that the protocol
   * cannot ask for.
   */
  planRawRead(device: DriverDevice, place: RawPlace): ReadRequest;

  /** A write of words as they are; for `Writer.write`. Pure. Throws ConfigurationError, also for a broadcast. */
  planRawWrite(device: DriverDevice, place: Omit<RawPlace, "count">, words: readonly number[]): WriteRequest;

  /** Like `Driver.read`, in the same queue. */
  inspect(request: ReadRequest, signal: AbortSignal): Promise<Inspected>;
}
