import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { connectAsync, type MqttClient } from "mqtt";
import t from "tap";
import { holdToContract, mustHold } from "../gateway/contract/testing/hold-to-contract.js";
import { Mosquitto } from "../gateway/forward/testing/mosquitto.js";
import type { GatewayReport } from "./receiver-report.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const receiver = join(root, "dist/scripts/receiver.js");
const T = Date.UTC(2026, 10, 23, 2, 51, 20);

type Tap = Pick<typeof t, "teardown" | "fail">;

/** A broker, and a gateway that is nothing but this test. */
class Stage {
  private constructor(
    readonly folder: string,
    readonly broker: Mosquitto,
    readonly gateway: MqttClient,
  ) {}

  static async open(t: Tap): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), "tram-receiver-"));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const config = ["allow_anonymous true", "max_queued_messages 0", "max_inflight_messages 0"];
    const broker = await Mosquitto.start(folder, config);
    t.teardown(() => broker.stop());
    const gateway = await connectAsync(broker.url, { protocolVersion: 5 });
    t.teardown(() => gateway.endAsync(true));
    return new Stage(folder, broker, gateway);
  }

  async publish(name: string, body: unknown, packed = false): Promise<void> {
    const text = JSON.stringify(body);
    mustHold(`tram/v1/gw/${name}`, text);
    await this.gateway.publishAsync(`tram/v1/gw/${name}`, packed ? gzipSync(text) : text, { qos: 1 });
  }

  async data(seqs: readonly number[], pendingFrom: number, more: object = {}, packed = false): Promise<void> {
    const records = seqs.map((seq) => recordOf(seq, more));
    await this.publish("data", { epoch: "e1", rev: 1, pending_from: pendingFrom, records }, packed);
  }

  /** `ready` resolves when it has subscribed: what is sent before that nobody gets. */
  run(
    t: Tap,
    file: string,
    ...more: string[]
  ): { child: ChildProcess; said: string[]; ready: Promise<unknown> } {
    const args = [receiver, "run", this.broker.url, file, "--grace-ms", "200", "--lang", "en", ...more];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    t.teardown(() => child.kill("SIGKILL"));
    const said: string[] = [];
    const lines = createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
    return { child, said, ready: once(lines, "line") };
  }

  /** Asks until the report says so; the last one in any case. */
  async report(file: string, until: (report: GatewayReport) => boolean): Promise<GatewayReport | undefined> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const child = spawn(process.execPath, [receiver, "report", file, "--json"]);
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      await once(child, "close");
      const [report] = (text === "" ? [] : JSON.parse(text)) as GatewayReport[];
      if ((report && until(report)) || Date.now() > deadline) return report;
    }
  }
}

function recordOf(seq: number, more: object): object {
  const t = new Date(T + seq * 1_000).toISOString();
  return {
    seq,
    prev: seq === 1 ? null : seq - 1,
    t,
    device: "d",
    v: { a: seq, b: true },
    bad: { c: "stale" },
    ...more,
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

t.test(
  "the receiver stores each record once, asks for what is missing, and survives being killed",
  async (t) => {
    const stage = await Stage.open(t);
    const file = join(stage.folder, "centre.db");
    const first = stage.run(t, file);
    await first.ready;
    const asked: { id: string; from: number; to: number }[] = [];
    holdToContract(stage.gateway).on("message", (topic, payload) => {
      if (topic.endsWith("/command")) asked.push(JSON.parse(payload.toString()));
    });
    await stage.gateway.subscribeAsync("tram/v1/gw/command", { qos: 1 });
    await stage.data(range(1, 50), 51);
    await stage.data(range(40, 60), 61, {}, true);
    await stage.data(range(101, 120), 121);
    const gappy = await stage.report(file, ({ open_gaps: gaps }) => gaps.length > 0);
    t.match(gappy, {
      complete: false,
      records: 80,
      duplicates: 11,
      open_gaps: [{ epoch: "e1", from: 61, to: 100 }],
    });
    t.match(gappy?.hours, [{ records: 80, readings: 240, bad: 80, complete: false }]);
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    await stage.data(range(121, 130), 131);
    const second = stage.run(t, file);
    await stage.report(file, ({ records }) => records === 90);
    t.match(asked[0], { from: 61, to: 100 });
    for (const { from, to } of asked.slice(0, 1)) await stage.data(range(from, to), 131, { resend: true });
    const whole = await stage.report(file, ({ complete }) => complete);
    t.match(whole, {
      complete: true,
      records: 130,
      readings: 390,
      gaps_told: 1,
      conflicts: 0,
      open_gaps: [],
    });
    await stage.data([130], 131, { v: { a: -1 } });
    const told = await stage.report(file, ({ conflicts }) => conflicts > 0);
    t.match(told, { complete: false, conflicts: 1, records: 130 });
    t.match(second.said.join("\n"), /gw: 61 to 100 are missing no more \(came\)/);
    t.match(second.said.join("\n"), /gw: 130 came with two different contents/);
    second.child.kill("SIGTERM");
    t.same(await once(second.child, "exit"), [0, null]);
  },
);

t.test("three workers on a shared subscription lose and double nothing", async (t) => {
  const stage = await Stage.open(t);
  const file = join(stage.folder, "centre.db");
  const workers = ["w1", "w2", "w3"].map((id) => stage.run(t, file, "--share", "centre", "--client-id", id));
  await Promise.all(workers.map(({ ready }) => ready));
  const batches = Array.from({ length: 100 }, (_, at) => range(1 + at * 5, 5 + at * 5));
  const sent = batches.map((seqs) => stage.data(seqs, (seqs.at(-1) ?? 0) + 1));
  workers[0]?.child.kill("SIGKILL");
  await Promise.all(sent);
  // What the killed one held goes to another when its session ends, or is asked for: here it is sent again.
  for (const seqs of batches) await stage.data(seqs, 501, { historical: true });
  const whole = await stage.report(file, ({ complete, records }) => complete && records === 500);
  t.match(whole, { complete: true, records: 500, readings: 1_500, conflicts: 0, open_gaps: [] });
});

t.test("the example program of the page", async (t) => {
  const stage = await Stage.open(t);
  const child = spawn(process.execPath, [join(root, "docs/examples/subscriber.mjs"), stage.broker.url]);
  t.teardown(() => child.kill("SIGKILL"));
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on("line", (line) => lines.push(line));
  const until = async (wanted: RegExp): Promise<void> => {
    while (!lines.some((line) => wanted.test(line))) await once(output, "line");
  };
  await stage.gateway.publishAsync(
    "tram/v1/gw/status",
    JSON.stringify({ state: "online", epoch: "e1", rev: 1, last: 0, pending_from: 1, kept_from: 1 }),
    { qos: 1, retain: true },
  );
  await subscribed(stage, "example");
  await stage.data([1, 2, 4], 5);
  await until(/^gw 4 .*"a":4/);
  await until(/^gw MISSING 3 to 3$/);
  await stage.data([3], 5, { resend: true });
  await until(/^gw no longer missing 3 to 3 came$/);
  child.kill("SIGINT");
  await once(child, "close");
  t.equal(lines.at(-1), "8 readings");
  t.equal(lines.filter((line) => /^gw \d/.test(line)).length, 4);
});

t.test("wrong use", async (t) => {
  for (const [args, code, text] of [
    [["--help"], 0, /report/],
    [["run", "x"], 2, /run x/],
    [["report", "x", "--wrong"], 2, /--wrong/],
    [["report", "/nowhere/x.db"], 2, /\/nowhere\/x\.db/],
    [["run", "mqtt://127.0.0.1:1", "/nowhere/x.db"], 2, /\/nowhere\/x\.db/],
  ] as const) {
    const child = spawn(process.execPath, [receiver, ...args, "--lang", "vi"]);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
    }
    t.same(await once(child, "close"), [code, null], args.join(" "));
    t.match(said, text);
  }
});

/** MQTT 5 says when nobody listens (reason 0x10): a probe that a subscriber takes is acknowledged with 0. */
async function subscribed({ broker }: Stage, who: string): Promise<void> {
  const probe = await connectAsync(broker.url, { protocolVersion: 5 });
  const deadline = Date.now() + 30_000;
  try {
    for (;;) {
      const reason = await new Promise<number>((resolve) => {
        probe.once("packetreceive", ({ cmd, ...packet }) => {
          if (cmd === "puback") resolve((packet as { reasonCode?: number }).reasonCode ?? 0);
        });
        probe.publish("tram/v1/probe/reply", JSON.stringify({ id: "p", state: "done" }), { qos: 1 });
      });
      if (reason === 0) return;
      if (Date.now() > deadline) throw new Error(`${who}: nobody subscribes`);
    }
  } finally {
    await probe.endAsync(true);
  }
}
