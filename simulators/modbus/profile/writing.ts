import type { Table } from "../../../drivers/modbus/point-schema.js";
import { compare, divide, type Exact, subtract, written } from "../exact.js";
import { EXCEPTION, type ExceptionCode } from "../pdu.js";
import type { TruthValue } from "../truth.js";
import type { WriteKeys } from "./keys.js";
import { covers, overlaps, type Stretch } from "./memory.js";
import type { ProfilePoint } from "./point.js";
import type { PointBank } from "./point-bank.js";

export interface WriteRequest extends Stretch {
  readonly words: readonly number[];
  readonly functionCode: number;
}

export interface PointWrite {
  readonly point: ProfilePoint;
  readonly value: TruthValue;
}

export type Judgement =
  | { readonly exception: ExceptionCode }
  | { readonly exception?: undefined; readonly writes: readonly PointWrite[] };

/**
 * Whether a device takes a write, and what it means. Refused: what is not for writing or lies in part only
 * (exception 2), another function than the profile names (1), a value that may not be written and a group that is
 * not written as a whole (3). All or nothing.
 */
export function judgeWrite(bank: PointBank, request: WriteRequest): Judgement {
  const { table, address, words, functionCode } = request;
  const { memory } = bank;
  const after = memory.overlay();
  after.put(table, address, words);
  const touched = [...bank.points.values()].filter(
    (point) => point.isWritable && overlaps(point.stretch, request),
  );
  const masks = new Map<number, number>();
  for (const point of touched) {
    for (const bits of point.bits()) {
      if (bits.table === table) masks.set(bits.address, (masks.get(bits.address) ?? 0) | bits.mask);
    }
  }
  const setup = bank.setupWords(table);
  for (const [at, word] of words.entries()) {
    const mask = setup.has(address + at) ? 0xffff : masks.get(address + at);
    const changed = word ^ memory.get(table, address + at);
    if (mask === undefined || (changed & ~mask & 0xffff) !== 0)
      return { exception: EXCEPTION.illegalAddress };
  }
  const writes: PointWrite[] = [];
  for (const point of touched) {
    const { write } = point.keys;
    if (!covers(request, point.stretch)) return { exception: EXCEPTION.illegalAddress };
    // Who shares a register with the one that is written is written along, as it was.
    const isShared = point.field !== undefined && point.field.width < 16 * point.field.count;
    if ((isShared || point.keys.bit !== undefined) && !isChanged(point, bank, after)) continue;
    if (write?.function !== undefined && write.function !== functionCode && functionCode !== 22) {
      return { exception: EXCEPTION.illegalFunction };
    }
    if (write?.whole !== undefined && !isWhole(bank, write.whole, request)) {
      return { exception: EXCEPTION.illegalValue };
    }
    const value = point.meant(after);
    if (value === undefined || !mayBe(value, write)) return { exception: EXCEPTION.illegalValue };
    writes.push({ point, value });
  }
  return { writes };
}

/** All points of the group, and nothing beside them, in one function 16. */
function isWhole(bank: PointBank, group: string, request: WriteRequest): boolean {
  const points = [...bank.points.values()].filter(
    ({ keys }) => keys.group === group || keys.write?.whole === group,
  );
  const first = Math.min(...points.map(({ stretch }) => stretch.address));
  const end = Math.max(...points.map(({ stretch }) => stretch.address + stretch.count));
  return request.functionCode === 16 && request.address === first && request.count === end - first;
}

function isChanged(
  point: ProfilePoint,
  bank: PointBank,
  after: { get(table: Table, address: number): number },
): boolean {
  return [...point.bits()].some(
    ({ table, address, mask }) =>
      ((bank.memory.get(table, address) ^ after.get(table, address)) & mask) !== 0,
  );
}

function mayBe(value: TruthValue, write: WriteKeys | undefined): boolean {
  if (!write) return true;
  const is = (listed: number | string | boolean): boolean =>
    typeof value === "object"
      ? typeof listed === "number" && compare(value, written(listed)) === 0
      : value === listed;
  if (write.forbid?.some(is)) return false;
  if (write.edge?.some(is)) return true;
  if (write.values) return write.values.some(is);
  if (typeof value !== "object" || !write.range) return true;
  const [least, most] = write.range;
  const isInside = compare(value, written(least)) >= 0 && compare(value, written(most)) <= 0;
  return isInside && isOnStep(value, write.step, least);
}

function isOnStep(value: Exact, step: number | undefined, least: number): boolean {
  return step === undefined || divide(subtract(value, written(least)), written(step)).d === 1n;
}
