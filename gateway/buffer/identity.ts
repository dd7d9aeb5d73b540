import { createHash } from "node:crypto";
import { closeSync, constants, fsyncSync, openSync, readSync, writeSync } from "node:fs";

/**
 * The second place: what must be known when the buffer file is lost. A file of fixed size, rewritten in place by
 * two alternating slots with a checksum each, so that it works on a full disk and one torn write loses nothing.
 */
export interface Identity {
  readonly epoch: string;
  readonly rev: number;
  readonly readingsHash: string;
  /** End of the reservation: no higher number was ever given under `epoch`. */
  readonly reserved: number;
  readonly machineId: string;
  /** By uplink: the lowest number not acknowledged when this was written. */
  readonly pendingFrom: Readonly<Record<string, number>>;
}

interface Slot {
  readonly count: number;
  readonly identity: Identity;
}

const SLOT_BYTES = 4096;
const CHECKSUM_BYTES = 32;

/** The newer of the two slots that are whole, or undefined when there is none. Never throws. */
export function readIdentity(path: string): Identity | undefined {
  return newest(path)?.identity;
}

/** Overwrites the older slot and waits for the disk. Throws the system's error. */
export function writeIdentity(path: string, identity: Identity): void {
  const count = (newest(path)?.count ?? 0) + 1;
  const text = Buffer.from(JSON.stringify({ count, identity } satisfies Slot));
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.writeUInt32LE(text.length, 0);
  if (text.length + 4 + CHECKSUM_BYTES > SLOT_BYTES) throw new RangeError("identity is too large");
  text.copy(slot, 4);
  checksum(slot).copy(slot, SLOT_BYTES - CHECKSUM_BYTES);
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o640);
  try {
    writeSync(fd, slot, 0, SLOT_BYTES, (count % 2) * SLOT_BYTES);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function newest(path: string): Slot | undefined {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const slots = [0, 1].flatMap((index) => readSlot(fd, index) ?? []);
    return slots.sort((a, b) => b.count - a.count)[0];
  } finally {
    closeSync(fd);
  }
}

function readSlot(fd: number, index: number): Slot | undefined {
  const slot = Buffer.alloc(SLOT_BYTES);
  try {
    if (readSync(fd, slot, 0, SLOT_BYTES, index * SLOT_BYTES) < SLOT_BYTES) return undefined;
    if (!checksum(slot).equals(slot.subarray(SLOT_BYTES - CHECKSUM_BYTES))) return undefined;
    return JSON.parse(slot.subarray(4, 4 + slot.readUInt32LE(0)).toString("utf8")) as Slot;
  } catch {
    return undefined;
  }
}

function checksum(slot: Buffer): Buffer {
  return createHash("sha256")
    .update(slot.subarray(0, SLOT_BYTES - CHECKSUM_BYTES))
    .digest();
}
