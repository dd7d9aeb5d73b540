import { join } from "node:path";
import t from "tap";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { renderHint, renderText } from "../../drivers/core/message.js";
import type { DataType, Point, Priority } from "../../drivers/core/point.js";
import type { Layout, Value } from "../../drivers/core/reading.js";
import { openBuffer } from "../buffer/open-buffer.js";
import type { DeviceConfig } from "../core/config.js";
import { estimateBuffer } from "./buffer-estimate.js";
import { codes, load, SMALL } from "./testbed.js";

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Site {
  readonly name: string;
  readonly devices: number;
  readonly points: readonly {
    readonly type: DataType;
    readonly decimals?: number;
    readonly priority?: Priority;
  }[];
  readonly everyS: number;
  readonly seconds: number;
}

const times = <T>(count: number, one: T): T[] => new Array<T>(count).fill(one);

const SITES: readonly Site[] = [
  { name: "u16", devices: 10, points: times(100, { type: "u16", decimals: 0 }), everyS: 1, seconds: 90 },
  { name: "one point", devices: 1, points: [{ type: "s16", decimals: 3 }], everyS: 1, seconds: 250 },
  { name: "noisy f32", devices: 3, points: times(20, { type: "f32" }), everyS: 1, seconds: 130 },
  { name: "f64, seldom", devices: 5, points: times(10, { type: "f64" }), everyS: 10, seconds: 1300 },
  {
    name: "many devices",
    devices: 60,
    points: times(5, { type: "u32", decimals: 1 }),
    everyS: 1,
    seconds: 150,
  },
  {
    name: "every priority",
    devices: 2,
    points: [
      ...times(10, { type: "f32" as const, priority: "low" as const }),
      ...times(10, { type: "u16" as const, decimals: 0 }),
      ...times(4, { type: "bool" as const, priority: "high" as const }),
      ...times(4, { type: "bool" as const, priority: "alarm" as const }),
    ],
    everyS: 1,
    seconds: 150,
  },
];

function pointsOf({ everyS, points }: Site, device: string): Point[] {
  return points.map(({ decimals, priority = "normal", type }, at) => ({
    id: `p${at}`,
    device,
    type,
    ...(decimals !== undefined && { decimals }),
    kind: "instant",
    scale: 1,
    offset: 0,
    access: "read",
    periodMs: everyS * 1000,
    deadband: 0,
    heartbeatMs: 60_000,
    priority,
    address: at,
  }));
}

/** A value that moves by a few counts; floats are noisy besides. */
function walked({ decimals, type }: Site["points"][number], counts: number, random: () => number): Value {
  if (type === "bool") return counts % 16 < 8;
  if (decimals !== undefined) return counts / 10 ** decimals;
  const noisy = counts / 100 + (random() - 0.5) * 0.1;
  return type === "f32" ? Math.fround(noisy) : noisy;
}

t.test("the estimate is within a factor of two of what a buffer really takes", async (t) => {
  for (const site of SITES) {
    const folder = t.testdir();
    const clock = new ManualClock();
    const random = randomFrom(20261123);
    const config = {
      path: join(folder, "b.db"),
      identity: join(folder, "b.identity"),
      keepAtLeastMs: 60 * 86_400_000,
      maxBytes: 2e9,
      commitEveryMs: 1000,
    };
    const names = Array.from({ length: site.devices }, (_, n) => `d${n}`);
    const buffer = await openBuffer({
      config,
      gatewayId: "g",
      uplinks: [{ id: "centre", carries: () => true }],
      readingsHash: "r",
      description: "{}",
      clock,
      log: SILENT_LOG,
      lock: new SocketLock(),
      machineId: "m",
      clockTrusted: () => true,
    });
    const points = pointsOf(site, "").map(({ decimals, id, type }) => ({
      id,
      type,
      ...(decimals !== undefined && { decimals }),
    }));
    const layouts = names.map((device): Layout => ({ device, points }));
    const counts = names.map(() => site.points.map(() => Math.floor(random() * 30_000)));
    const before = buffer.stats().usedBytes;
    for (let second = 0; second < site.seconds; second += site.everyS) {
      for (const [n, layout] of layouts.entries()) {
        const own = counts[n] as number[];
        for (const priority of ["low", "normal", "high", "alarm"] as const) {
          // One batch for each priority, as `process` gives it.
          const values = site.points.map((point, at) => {
            if ((point.priority ?? "normal") !== priority) return undefined;
            own[at] = Math.max(0, (own[at] ?? 0) + Math.round((random() - 0.5) * 6));
            return walked(point, own[at] ?? 0, random);
          });
          if (values.every((value) => value === undefined)) continue;
          const at = { t: clock.now() + n * 7, mono: clock.mono() + n * 7, boot: clock.boot };
          buffer.append({ layout, state: "measuring", values, ...at }, priority);
        }
      }
      await clock.advance(site.everyS * 1000);
      await buffer.durable(buffer.stats().last);
    }
    const taken = ((buffer.stats().usedBytes - before) / site.seconds) * 86_400;
    await buffer.close();

    const devices = new Map(
      names.map((id) => [id, { id, points: pointsOf(site, id) } as unknown as DeviceConfig]),
    );
    const estimate = estimateBuffer(devices, config);
    const factor = estimate.bytesPerDay / taken;
    t.ok(factor > 0.5 && factor < 2, `${site.name}: estimated ${factor.toFixed(2)} times what it takes`);
  }
});

t.test("keep_at_least and max_size that cannot both hold are told with figures", async (t) => {
  const many = `gateway: {id: gw-1}
connections: {plc: {driver: modbus-tcp, host: 10.0.0.1}}
devices:
  pump:
    connection: plc
    every: 100ms
    points:
${Array.from({ length: 50 }, (_, at) => `      - {id: p${at}, address: ${at * 2}, type: f32}`).join("\n")}
uplinks: {centre: {url: "mqtt://localhost"}}
`;
  const { config, problems } = load(t, `${many}buffer: {max_size: 1GB, keep_at_least: 60d}\n`);
  t.ok(config, "a warning, no error");
  t.same(codes(problems), ["59:20 warning config.keep_does_not_fit"]);
  const [problem] = problems;
  if (!problem) return;
  t.match(renderText(problem.said, "en"), /^About \d days fit into 1GB; keep_at_least is 60 days\.$/);
  const needed = /max_size: (\d+)GB/.exec(renderHint(problem.said, "en") ?? "")?.[1];
  const better = load(t, `${many}buffer: {max_size: ${needed}GB, keep_at_least: 60d}\n`);
  t.same(codes(better.problems), [], "the figure of the hint holds");
  t.match(codes(load(t, `${many}buffer: {max_size: 100MB}\n`).problems), [/config.keep_hours_fit$/]);
  t.same(codes(load(t, SMALL).problems), []);
});

t.test("whether records wait for an uplink, how long, and whose place it takes", async (t) => {
  const uplinks = (text: string): string => SMALL.replace(/uplinks:[\s\S]*/, `uplinks:\n${text}\n`);
  const { config, problems } = load(
    t,
    uplinks(
      '  a: {url: "mqtt://localhost", renamed_from: old}\n  b: {url: "file:x", required: false, keep_for: 7d}',
    ),
  );
  t.same(codes(problems), []);
  t.match(config?.uplinks.get("a"), { required: true, renamedFrom: "old" });
  t.match(config?.uplinks.get("b"), { required: false, keepForMs: 7 * 86_400_000 });
  const wrong = load(
    t,
    uplinks(
      [
        '  a: {url: "mqtt://localhost", keep_for: 7d}',
        '  b: {url: "mqtt://localhost", renamed_from: a}',
        '  c: {url: "mqtt://localhost", renamed_from: x, required: false, keep_for: 1s}',
        '  d: {url: "mqtt://localhost", renamed_from: x}',
      ].join("\n"),
    ),
  );
  t.same(codes(wrong.problems), [
    "12:32 warning config.keep_for_required",
    "13:46 error config.renamed_from_present",
    "14:46 error config.renamed_from_twice",
    "14:76 error config.too_short",
    "15:46 error config.renamed_from_twice",
  ]);
});
