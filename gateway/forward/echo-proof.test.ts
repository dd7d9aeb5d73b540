import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { connectAsync } from "mqtt";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { LinkError } from "../../drivers/core/errors.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { type EchoPipe, EchoProof } from "./echo-proof.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { MqttForwarder } from "./mqtt-forwarder.js";
import { FakeBuffer } from "./testing/fake-buffer.js";
import { Mosquitto } from "./testing/mosquitto.js";
import { Bench, describe } from "./testing/uplink-bench.js";
import { Uplink } from "./uplink.js";

/** A connection whose other side the test plays. */
class Pipe implements EchoPipe {
  readonly done: string[] = [];
  refuses = false;
  #listener: (topic: string, payload: Uint8Array) => void = () => {};
  async subscribe(topic: string): Promise<void> {
    this.done.push(`subscribe ${topic}`);
    if (this.refuses) throw new Error("0x80");
  }
  unsubscribe(topic: string): void {
    this.done.push(`unsubscribe ${topic}`);
  }
  onMessage(listener: (topic: string, payload: Uint8Array) => void): void {
    this.#listener = listener;
  }
  echo(topic: string, payload: string): void {
    this.#listener(topic, Buffer.from(payload));
  }
  readonly publish = (name: string) => async (): Promise<string> => {
    this.done.push(`publish ${name}`);
    return name;
  };
}

function proofOf(pipe = new Pipe()) {
  const clock = new ManualClock();
  return { clock, pipe, proof: new EchoProof({ pipe, clock, url: "mqtt://x", timeoutMs: 10_000 }) };
}

t.test("the first message must come back; others of its topic wait for it, in order", async (t) => {
  const { clock, pipe, proof } = proofOf();
  t.notOk(proof.isFresh("data"));
  const sent = ["a", "b", "c"].map((name) => proof.send("data", name, pipe.publish(name)));
  const other = proof.send("event", "e", pipe.publish("e"));
  await turn();
  t.same(pipe.done, ["subscribe data", "publish a", "subscribe event", "publish e"]);
  pipe.echo("data", "somebody else's");
  pipe.echo("event", "a");
  await turn();
  t.equal(pipe.done.length, 4, "only the very bytes on the very topic count");
  pipe.echo("data", "a");
  t.same(await Promise.all(sent), ["a", "b", "c"]);
  t.same(pipe.done.slice(4), ["unsubscribe data", "publish b", "publish c"]);
  t.ok(proof.isFresh("data"));
  t.notOk(proof.isFresh("event"));
  pipe.echo("event", "e");
  await other;
  await clock.advance(3_599_000);
  t.ok(proof.isFresh("data"));
  await clock.advance(1_000);
  t.notOk(proof.isFresh("data"), "asked for again once an hour");
  t.equal(clock.pending, 0);
});

t.test("no echo, a refused subscription, a lost connection: nothing counts as acknowledged", async (t) => {
  const { clock, pipe, proof } = proofOf();
  const denied = Promise.allSettled([
    proof.send("data", "a", pipe.publish("a")),
    proof.send("data", "b", pipe.publish("b")),
  ]);
  await clock.advance(10_000);
  for (const result of await denied) {
    t.match(result, { status: "rejected", reason: { name: "NotAllowed", code: "forward.not_echoed" } });
  }
  t.notOk(pipe.done.includes("publish b"), "what waited was not even sent");
  t.equal(pipe.done.at(-1), "unsubscribe data");

  const unread = proofOf();
  unread.pipe.refuses = true;
  await t.rejects(unread.proof.send("data", "a", unread.pipe.publish("a")), { name: "NotAllowed" });

  const lost = proofOf();
  const waiting = lost.proof.send("data", "a", lost.pipe.publish("a"));
  await turn();
  lost.proof.end(new LinkError(M.closed, { url: "mqtt://x" }));
  await t.rejects(waiting, { name: "LinkError" });
  t.equal(lost.clock.pending, 0);
});

for (const protocol of ["3.1.1", "5"] as const) {
  t.test(`mosquitto with an ACL that denies writing, MQTT ${protocol}`, async (t) => {
    const folder = t.testdir();
    const acl = join(folder, "acl");
    const allow = (topics: readonly string[]): void => {
      const lines = topics.map((topic) => `pattern readwrite tram/v1/%u/${topic}\n`);
      writeFileSync(acl, `${lines.join("")}user centre\ntopic read tram/#\n`);
      chmodSync(acl, 0o644);
    };
    allow(["status", "birth/#", "birth", "event"]);
    const broker = await Mosquitto.start(folder, ["allow_anonymous true", `acl_file ${acl}`]);
    t.teardown(() => broker.stop());
    const centre = await connectAsync(broker.url, { username: "centre", protocolVersion: 5 });
    t.teardown(() => centre.endAsync(true));
    const heard: { seq: number }[] = [];
    centre.on("message", (topic, payload) => {
      const { records, snapshot } = JSON.parse(payload.toString() || "{}");
      if (/(data|event)$/.test(topic) && !snapshot) heard.push(...records);
    });
    await centre.subscribeAsync("tram/#", { qos: 1 });

    const clock = new SystemClock("boot");
    const buffer = new FakeBuffer({ uplinks: ["centre"] });
    buffer.revisions.set(1, describe(["well"]));
    const { parts } = new Bench({ url: broker.url, protocol });
    const log = SILENT_LOG;
    const mqtt = { uplink: parts.config, gatewayId: "gw", clock, log, echoTimeoutMs: 300 };
    const forwarder = new MqttForwarder(mqtt);
    // The wait after a refusal is 30 s and more; here a new connection tries again.
    const uplink = new Uplink({ ...parts, buffer, clock, forwarder });
    const until = async (what: () => boolean): Promise<void> => {
      const deadline = clock.mono() + 15_000;
      while (!what()) {
        if (clock.mono() > deadline) throw new Error(`heard ${heard.length}`);
        await wait(5);
      }
    };
    for (let n = 0; n < 20; n++) buffer.append(new Bench().batch(), "normal");
    uplink.start();
    await until(() => uplink.status("en").problem !== undefined);
    t.match(uplink.status("en"), { state: "up", pending: 20, problem: /write|refuses/ });
    t.same(buffer.outcomeOf("acknowledged"), [], "no record counts as delivered");
    t.same(buffer.outcomeOf("rejected"), [], "and none as undeliverable");
    t.same(heard, []);
    await uplink.stop(1_000);

    allow(["#"]);
    process.kill(broker.pid, "SIGHUP");
    const second = new Uplink({ ...parts, buffer, clock, forwarder: new MqttForwarder(mqtt) });
    t.teardown(() => second.stop(1_000));
    second.start();
    await until(() => buffer.progress("centre").pending === 0);
    await until(() => heard.length >= 20);
    t.equal(new Set(heard.map(({ seq }) => seq)).size, 20, "all of it arrives when the right is there");
    t.equal(second.status("en").problem, undefined);
  });
}
