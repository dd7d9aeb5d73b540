import t from "tap";
import type { Layout, ReadingBatch, Value } from "../../drivers/core/reading.js";
import { LatestValues } from "./latest-values.js";

function layoutOf(device: string, ids: readonly string[]): Layout {
  return { device, points: ids.map((id) => ({ id, type: "u16" })) };
}

function batchOf(layout: Layout, values: readonly Value[], rest: Partial<ReadingBatch> = {}): ReadingBatch {
  return { layout, state: "measuring", t: 1000, mono: 5, boot: "b", values, ...rest };
}

t.test("gives the latest reading of every point, with its quality", async (t) => {
  const live = new LatestValues();
  const layout = layoutOf("well", ["level", "temp"]);
  t.equal(live.get("well", "level"), undefined);
  live.update(batchOf(layout, [1, 2]));
  const flags = [{ at: 1, quality: "bad", reason: "no_answer" }] as const;
  live.update(batchOf(layout, [3, null], { t: 2000, flags }));
  t.match(live.get("well", "level"), { value: 3, quality: "good", t: 2000, reason: undefined });
  t.match(live.get("well", "temp"), { value: null, quality: "bad", reason: "no_answer" });
  t.equal(live.get("meter", "level"), undefined);
  t.equal(live.batches().length, 1);
});

t.test("a request that was split takes the place of the whole", async (t) => {
  const live = new LatestValues();
  live.update(batchOf(layoutOf("well", ["a", "b", "c"]), [1, 2, 3]));
  live.update(batchOf(layoutOf("well", ["a"]), [10]));
  live.update(batchOf(layoutOf("well", ["b", "c"]), [20, 30]));
  t.same(
    live.batches().map(({ values }) => values),
    [[10], [20, 30]],
  );
  t.equal(live.get("well", "c")?.value, 30);
});

t.test("tells its listeners until they leave", async (t) => {
  const live = new LatestValues();
  const layout = layoutOf("well", ["a"]);
  const seen: unknown[] = [];
  const leave = live.subscribe((batch) => seen.push(batch.values[0]));
  live.update(batchOf(layout, [1]));
  leave();
  live.update(batchOf(layout, [2]));
  t.same(seen, [1]);
});
