import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import t from "tap";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { UplinkConfig } from "../core/config.js";
import type { Outbound } from "../core/forwarder.js";
import { createForwarder } from "./create-forwarder.js";

const never = new AbortController().signal;

async function forwarderFor(folder: string, id = "archive", clock = new ManualClock()) {
  const uplink: UplinkConfig = {
    id,
    url: pathToFileURL(folder).href,
    format: "json",
    compress: "none",
    protocol: "auto",
    user: "gw-1",
    keepaliveMs: 30_000,
    gatherMs: 0,
    backlog: { share: 1 },
    reconnectSpreadMs: 1_000,
    window: 16,
    points: ["*"],
    required: true,
    keepForMs: 0,
    fileEveryMs: 60_000,
    hash: "",
  };
  const forwarder = await createForwarder(uplink, { gatewayId: "gw-1", clock, log: SILENT_LOG });
  return { forwarder, clock };
}

const data = (n: number): Outbound => ({ topic: "data", retain: false, payload: JSON.stringify({ n }) });

function lines(file: string): unknown[] {
  const text = readFileSync(file, "utf8");
  if (!text.endsWith("\n")) throw new RangeError("torn");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Steps the clock once to the sync of what waits: after that only the disk takes its time, as long as it likes. */
async function settled<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  await clock.advance(1_000);
  return work;
}

t.test("lines in one file an interval, renamed when it is complete", async (t) => {
  const folder = join(t.testdir(), "new", "folder");
  const { forwarder, clock } = await forwarderFor(folder);
  t.equal(forwarder.proves, "written");
  const limits = await forwarder.connect(never);
  t.ok(limits.window > 0 && limits.maxPayload >= 128_000);
  await settled(clock, Promise.all([1, 2, 3].map((n) => forwarder.send(data(n)))));
  const [part] = readdirSync(folder);
  t.match(part, /^gw-1~archive~20261123T\d{6}\d{3}Z\.jsonl\.part$/);
  t.equal(lines(join(folder, part ?? "")).length, 3, "a receipt means that it is in the file");

  await settled(clock, forwarder.send({ topic: "birth/well", retain: true, payload: "" }));
  await clock.advance(60_000);
  while (readdirSync(folder).some((name) => name.endsWith(".part"))) await turn();
  const [first] = readdirSync(folder);
  t.match(first, /\.jsonl$/);
  t.same(lines(join(folder, first ?? "")), [
    { topic: "tram/v1/gw-1/data", retain: false, payload: { n: 1 } },
    { topic: "tram/v1/gw-1/data", retain: false, payload: { n: 2 } },
    { topic: "tram/v1/gw-1/data", retain: false, payload: { n: 3 } },
    { topic: "tram/v1/gw-1/birth/well", retain: true, payload: null },
  ]);

  const gzip = forwarder.send({ topic: "data", retain: false, payload: Uint8Array.of(0x1f, 0x8b) });
  await settled(clock, Promise.all([gzip, forwarder.close(10_000)]));
  const names = readdirSync(folder).sort();
  t.equal(names.length, 2, "a new interval is a new file; close completes it");
  t.same(lines(join(folder, names[1] ?? "")), [{ topic: "tram/v1/gw-1/data", retain: false, gzip: "H4s=" }]);
  await t.rejects(forwarder.send(data(1)), { name: "LinkError" });
  t.equal(clock.pending, 0, "no timer is left");

  clock.stepWall(-clock.mono());
  await forwarder.connect(never);
  await settled(clock, forwarder.send(data(9)));
  await settled(clock, forwarder.close(10_000));
  t.equal(readdirSync(folder).length, 3, "a clock that was set back overwrites nothing");
});

t.test("what a crash left is completed, its torn end cut, and nobody else's file touched", async (t) => {
  const whole = '{"topic":"a","retain":false,"payload":{"n":1}}\n';
  const cases: Record<string, [content: string | Buffer, kept: string | undefined]> = {
    whole: [whole + whole, whole + whole],
    torn: [`${whole}{"topic":"a","ret`, whole],
    // Blocks that the file system had given but not written when the power went.
    zeros: [Buffer.concat([Buffer.from(whole), Buffer.alloc(8_192)]), whole],
    "zeros-between": [Buffer.concat([Buffer.from(whole), Buffer.alloc(4_096), Buffer.from("}}\n")]), whole],
    nothing: ["", undefined],
    "one-torn": ['{"topic"', undefined],
    big: [
      `{"topic":"${"x".repeat(1_500_000)}"}\n${whole}${"y".repeat(900_000)}`,
      `{"topic":"${"x".repeat(1_500_000)}"}\n${whole}`,
    ],
  };
  for (const [name, [content, kept]] of Object.entries(cases)) {
    const folder = t.testdir();
    const file = join(folder, `gw-1~archive~${name}.jsonl`);
    const foreign = join(folder, "gw-1~archive-2~x.jsonl.part");
    writeFileSync(`${file}.part`, content);
    writeFileSync(foreign, "{");
    const { forwarder } = await forwarderFor(folder);
    await forwarder.connect(never);
    t.same(
      readdirSync(folder).sort(),
      kept === undefined
        ? ["gw-1~archive-2~x.jsonl.part"]
        : ["gw-1~archive-2~x.jsonl.part", `gw-1~archive~${name}.jsonl`],
      name,
    );
    if (kept !== undefined)
      t.ok(readFileSync(file, "utf8") === kept, `${name}: whole lines are kept, and only they`);
    t.equal(statSync(foreign).size, 1);
    await forwarder.close(100);
  }
});

t.test("a folder that fails: sends are not acknowledged, and the pipe says that it is lost", async (t) => {
  const folder = t.testdir();
  const target = join(folder, "out");
  writeFileSync(target, "a file where the folder should be");
  const { forwarder, clock } = await forwarderFor(target);
  await t.rejects(forwarder.connect(never), { name: "LinkError", code: "forward.folder_failed" });
  rmSync(target);
  await forwarder.connect(never);
  const lost = new Promise<Error>((resolve) => forwarder.onLost(resolve));
  rmSync(target, { recursive: true });
  const sends = await settled(clock, Promise.allSettled([forwarder.send(data(1)), forwarder.send(data(2))]));
  t.same(
    sends.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  t.match(await lost, { name: "LinkError" });
  mkdirSync(target);
  await forwarder.connect(never);
  await settled(clock, forwarder.send(data(3)));
  await settled(clock, forwarder.close(1_000));
  t.equal(readdirSync(target).length, 1);
  t.equal(clock.pending, 0);
});

t.test("a scheme that nobody knows is the configuration's fault", async (t) => {
  const uplink = { url: "ftp://x" } as UplinkConfig;
  const context = { gatewayId: "gw-1", clock: new ManualClock(), log: SILENT_LOG };
  await t.rejects(createForwarder(uplink, context), { name: "ConfigurationError" });
});
