import { readFileSync, statSync, writeFileSync } from "node:fs";
import type { Layout, ReadingBatch } from "../../drivers/core/reading.js";
import type { Buffer } from "../core/buffer.js";
import type { GatewayEvent } from "../core/event.js";
import type { GatewayRecord } from "../core/record.js";
import { batchOf, lostRuns, numbersIn } from "./testbed.js";

/** What the tests of damage share. */

const POINTS = Array.from({ length: 900 }, (_, at) => ({ id: `p${at}`, type: "f64" as const }));
/** Does not compress. */
const NOISE: Layout = { device: "noise", points: POINTS };
export const batch = (n: number): ReadingBatch =>
  batchOf(n, { layout: NOISE, values: POINTS.map((_, at) => Math.sin(n * 7919 + at * 31) * 1e9) });

export function overwrite(path: string, from: number, bytes: number): void {
  const content = readFileSync(path);
  content.fill(0xee, from, from + bytes);
  writeFileSync(path, content);
}

export const half = (path: string): number => Math.floor(statSync(path).size / 1024) * 512;

/** Everything that comes to an uplink that has nothing, with what is told of what does not. */
export async function whole(buffer: Buffer): Promise<GatewayRecord[]> {
  const records: GatewayRecord[] = [];
  for (let last = -1; last !== buffer.stats().last; ) {
    ({ last } = buffer.stats());
    await buffer.durable(last);
    for (;;) {
      const take = () => buffer.takeBacklog("centre", 7);
      // The first to see damage is refused; who asks again gets what was saved.
      const taken = await take().catch(take);
      if (taken.length === 0) break;
      records.push(...taken);
    }
  }
  return records;
}

export const events = (records: readonly GatewayRecord[]): GatewayEvent[] =>
  records.flatMap((record) => (record.kind === "event" ? [record.event] : []));

/** Every number of `epoch` up to `last` came as it was given, or is told. */
export function judge(
  t: { same(found: unknown, wanted: unknown, message: string): unknown },
  records: readonly GatewayRecord[],
  given: ReadonlyMap<number, unknown>,
  epoch: string,
  told: ReadonlySet<number>,
): void {
  const came = new Map(
    records.filter((record) => record.epoch === epoch).map((record) => [record.seq, record]),
  );
  const wrong: number[] = [];
  const silent: number[] = [];
  for (const [seq, batch] of given) {
    const record = came.get(seq);
    if (record?.kind === "data") {
      if (JSON.stringify(plain(record.batch)) !== JSON.stringify(plain(batch))) wrong.push(seq);
    } else if (!told.has(seq)) silent.push(seq);
  }
  t.same(wrong, [], "what comes is what was given");
  t.same(silent, [], "what does not come is told");
}

const plain = (batch: unknown): unknown =>
  JSON.parse(
    JSON.stringify(batch, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
  );

export const toldOf = (all: readonly GatewayRecord[]): Set<number> => {
  const told = numbersIn(lostRuns(all, "damaged"));
  for (const event of events(all)) {
    if (event.event === "void") for (let seq = event.from; seq <= event.to; seq++) told.add(seq);
    if (event.event === "epoch") for (let seq = 1; seq <= event.old_last; seq++) told.add(seq);
  }
  return told;
};
