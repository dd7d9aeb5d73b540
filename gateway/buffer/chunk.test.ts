import t from "tap";
import { shortestF32 } from "../../drivers/core/float.js";
import type { DataType, Priority } from "../../drivers/core/point.js";
import type { Flag, Layout, Value } from "../../drivers/core/reading.js";
import type { GatewayRecord } from "../core/record.js";
import { Book } from "./book.js";
import { decodeChunk, encodeChunk, type KeyStates } from "./chunk.js";
import { PendingRecords } from "./pending-records.js";
import { RangeSet } from "./range-set.js";

/** Mulberry32: small, seeded, good enough to choose test values. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Stored slots need not be those of today's order. */
const SLOTS = [5, 0, 9];

const TYPES: readonly DataType[] = ["bool", "u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64", "string"];

function randomLayout(random: () => number, device: string): Layout {
  const points = Array.from({ length: 1 + Math.floor(random() * 30) }, (_, n) => {
    const type = TYPES[Math.floor(random() * TYPES.length)] ?? "u16";
    const id = `p${n}`;
    const whole = !["bool", "string", "f32", "f64"].includes(type) || random() < 0.2;
    return whole && type !== "bool" && type !== "string"
      ? { id, type, decimals: Math.floor(random() * 5) }
      : { id, type };
  });
  return { device, points };
}

function randomValue(random: () => number, type: DataType, decimals: number | undefined): Value | undefined {
  const odd = random();
  if (odd < 0.05) return undefined;
  if (odd < 0.07) return random() < 0.5 ? 1.1e300 : "surprise";
  if (type === "bool") return random() < 0.5;
  if (type === "string") return random() < 0.5 ? "same" : `Trạm ${Math.floor(random() * 1e6)}`;
  if (type === "u64" || type === "s64")
    return BigInt.asIntN(64, BigInt(Math.floor(random() * 2 ** 53)) << 11n);
  if (decimals !== undefined) return Math.round((random() - 0.5) * 2 ** 40) / 10 ** decimals;
  if (type === "f32")
    return shortestF32(Math.fround((random() - 0.5) * 10 ** Math.floor(random() * 30 - 10)));
  return (random() - 0.5) * 10 ** Math.floor(random() * 600 - 300);
}

function randomRecords(random: () => number, layouts: readonly Layout[], from: number): GatewayRecord[] {
  let seq = from;
  let t = 1.7e12 + from;
  return Array.from({ length: 1 + Math.floor(random() * 40) }, (): GatewayRecord => {
    const prevs = [random() < 0.2 ? -1 : random() < 0.1 ? 0 : seq, -1, seq];
    seq += 1 + Math.floor(random() * 3);
    t += Math.floor((random() - 0.3) * 2000);
    const head = {
      epoch: "k3v9x2m1q8z4a",
      rev: 7,
      seq,
      priority: "normal" as Priority,
      clock: random() < 0.5 ? ("trusted" as const) : ("untrusted" as const),
      prevs,
    };
    const times = { t, mono: Math.floor(random() * 1e9), boot: "boot-1" };
    if (random() < 0.1)
      return { ...head, ...times, kind: "event", event: { event: "device_found", device: "Ö" } };
    const layout = layouts[Math.floor(random() * layouts.length)] as Layout;
    const flags: Flag[] = [];
    const values = layout.points.map(({ type, decimals }, at) => {
      if (random() > 0.05) return randomValue(random, type, decimals);
      flags.push({ at, quality: "bad", reason: "no_answer" });
      return null;
    });
    const batch = {
      ...times,
      layout,
      state: random() < 0.1 ? ("maintenance" as const) : ("measuring" as const),
      values,
      ...(random() < 0.2 ? { sourceT: t - Math.floor(random() * 1e6) } : {}),
      ...(flags.length > 0 ? { flags } : {}),
    };
    return { ...head, kind: "data", batch };
  });
}

t.test("every record comes back exactly, from key chunks and from those that build on them", async (t) => {
  const seed = 20261123;
  t.comment(`seed ${seed}`);
  const random = randomFrom(seed);
  for (let round = 0; round < 60; round++) {
    const layouts = [randomLayout(random, "a"), randomLayout(random, "b"), randomLayout(random, "c")];
    const book = new Book({ layouts: [], runs: [] }, SLOTS);
    const key = randomRecords(random, layouts, 1000);
    const encodedKey = encodeChunk(key, SLOTS, book, new Map());
    const next = randomRecords(random, layouts, 5000);
    const encoded = encodeChunk(next, SLOTS, book, encodedKey.keys);
    const stored = new Book(book.unsaved, SLOTS);
    const noKeys: KeyStates = new Map();
    const decodedKey = decodeChunk(encodedKey.body, 7, stored, noKeys);
    t.same(decodedKey.records, key) || t.bailout(`round ${round}`);
    t.same(decodeChunk(encoded.body, 7, stored, decodedKey.keys).records, next) ||
      t.bailout(`round ${round}`);
  }
});

t.test("a value that moves little takes about a byte", async (t) => {
  const layout: Layout = {
    device: "d",
    points: Array.from({ length: 100 }, (_, n) => ({ id: `p${n}`, type: "u16", decimals: 1 })),
  };
  const book = new Book({ layouts: [], runs: [] }, SLOTS);
  const recordOf = (seq: number): GatewayRecord => ({
    kind: "data",
    epoch: "e",
    rev: 1,
    seq,
    priority: "normal",
    clock: "trusted",
    prevs: [seq - 1],
    batch: {
      layout,
      state: "measuring",
      t: seq,
      mono: seq,
      boot: "b",
      values: layout.points.map((_, at) => (at * 600 + ((seq * at) % 7)) / 10),
    },
  });
  const key = encodeChunk([recordOf(1)], [4], book, new Map());
  t.ok(encodeChunk([recordOf(2)], [4], book, key.keys).body.length < 125);
});

t.test("damaged bytes are an error, never a hang or a wrong record out of nothing", async (t) => {
  const random = randomFrom(7);
  const layouts = [randomLayout(random, "a")];
  const book = new Book({ layouts: [], runs: [] }, SLOTS);
  const { body } = encodeChunk(randomRecords(random, layouts, 1), SLOTS, book, new Map());
  for (let size = 0; size < body.length; size++) {
    t.throws(() => decodeChunk(body.subarray(0, size), 7, book, new Map())) || t.bailout(`${size}`);
  }
});

t.test("a set of numbers is a list of runs", async (t) => {
  const random = randomFrom(3);
  const set = new RangeSet();
  const naive = new Set<number>();
  for (let n = 0; n < 500; n++) {
    const from = Math.floor(random() * 300);
    const to = from + Math.floor(random() * 4) - 1;
    set.add(from, to);
    for (let number = from; number <= to; number++) naive.add(number);
    let missing = 17;
    while (naive.has(missing)) missing++;
    t.equal(set.firstMissing(17), missing);
    t.equal(set.count(50, 120), [...naive].filter((number) => number >= 50 && number <= 120).length);
    t.equal(set.has(99), naive.has(99));
  }
  for (let n = 1; n < set.runs.length; n++) {
    t.ok((set.runs[n]?.[0] ?? 0) > (set.runs[n - 1]?.[1] ?? 0) + 1, "runs neither touch nor overlap");
  }
});

t.test("what waits too long in memory is dropped by priority, but not what is being committed", async (t) => {
  const pending = new PendingRecords();
  const record = (seq: number, priority: Priority): GatewayRecord => ({
    kind: "event",
    epoch: "e",
    rev: 1,
    seq,
    priority,
    clock: "trusted",
    prevs: [],
    event: { event: "device_found", device: "d" },
    t: 0,
    mono: 0,
    boot: "b",
  });
  const numbers = () => pending.begin().flatMap(({ records }) => records.map(({ seq }) => seq));
  pending.add(record(1, "low"), 0);
  t.same(numbers(), [1]);
  pending.add(record(2, "high"), 1000);
  pending.add(record(3, "low"), 1000);
  pending.add(record(4, "low"), 11_001);
  t.same(pending.dropExcess(11_000), []);
  t.same(
    pending.dropExcess(11_001).map(({ seq }) => seq),
    [3, 2],
    "old ones, the low first",
  );
  pending.failed();
  t.equal(pending.ageMs(11_001), 11_001);
  t.same(numbers(), [1, 4], "what failed to be committed comes again, in its order");
  pending.committed();
  t.equal(pending.count, 0);
  t.equal(pending.bytes, 0);
});
