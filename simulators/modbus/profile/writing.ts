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
  const { table, address, words } = request;
  // As the writer has read it.
  const memory = bank.faults.shown;
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
  const refused: { readonly point: ProfilePoint; readonly exception: ExceptionCode }[] = [];
  for (const point of touched) {
    // Who shares a register with the one that is written is written along, as it was.
    if (isPart(point) && covers(request, point.stretch) && !isChanged(point, bank, after)) continue;
    const exception = refusal(point, bank, request);
    const value = exception === undefined ? point.meant(after) : undefined;
    if (value !== undefined && mayBe(value, point.keys.write)) writes.push({ point, value });
    else refused.push({ point, exception: exception ?? EXCEPTION.illegalValue });
  }
  // A control word may be several points: what one of them knows is right.
  const inEarnest = refused.find(
    ({ point }) => !writes.some((write) => covers(write.point.stretch, point.stretch)),
  );
  return inEarnest ? { exception: inEarnest.exception } : { writes };
}

/** Puts what was judged into the memory: the bits of the points that are written, and set-up registers. */
export function carryOut(bank: PointBank, request: WriteRequest, writes: readonly PointWrite[]): void {
  const { table, address, words } = request;
  const { memory } = bank;
  if (bank.faults.shown === memory) {
    memory.put(table, address, words);
    return;
  }
  // The writer gives back what a fault shows beside them; that is not meant.
  const masks = new Map<number, number>([...bank.setupWords(table)].map((at) => [at, 0xffff]));
  for (const bits of writes.flatMap(({ point }) => [...point.bits()])) {
    if (bits.table === table) masks.set(bits.address, (masks.get(bits.address) ?? 0) | bits.mask);
  }
  for (const [at, word] of words.entries()) {
    const mask = masks.get(address + at) ?? 0;
    memory.set(table, address + at, (memory.get(table, address + at) & ~mask) | (word & mask));
  }
}

function isPart({ field, keys }: ProfilePoint): boolean {
  return keys.bit !== undefined || (field !== undefined && field.width < 16 * field.count);
}

function refusal(point: ProfilePoint, bank: PointBank, request: WriteRequest): ExceptionCode | undefined {
  const { write } = point.keys;
  const { functionCode } = request;
  if (!covers(request, point.stretch)) return EXCEPTION.illegalAddress;
  if (write?.function !== undefined && write.function !== functionCode && functionCode !== 22) {
    return EXCEPTION.illegalFunction;
  }
  if (write?.whole !== undefined && !isWhole(bank, write.whole, request)) return EXCEPTION.illegalValue;
  return undefined;
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
      ((bank.faults.shown.get(table, address) ^ after.get(table, address)) & mask) !== 0,
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
