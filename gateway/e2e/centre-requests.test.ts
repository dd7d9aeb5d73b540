import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { Value } from "@sinclair/typebox/value";
import { connectAsync, type MqttClient } from "mqtt";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { loadConfigOrThrow } from "../config/load-config.js";
import type { ReplyMessage } from "../contract/command.js";
import { MESSAGE_SCHEMAS, messageName } from "../contract/message-schemas.js";
import { parseTopic } from "../contract/topics.js";
import { Mosquitto } from "../forward/testing/mosquitto.js";
import { RunningGateway } from "../running-gateway.js";

/** The centre is mosquitto_pub and a subscriber; the gateway reads its own health, so that no device is needed. */
type Tap = Pick<typeof t, "teardown" | "fail">;

const run = promisify(execFile);

async function startGateway(t: Tap, folder: string, url: string, protocol: string): Promise<RunningGateway> {
  const file = join(folder, "gateway.yaml");
  await writeFile(
    file,
    `gateway: {id: ask-01, name: Ask, clock: trusted, health_every: 1s}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: 9}}
devices: {plc: {name: plc, connection: plc, every: 100ms, points: [{id: a, address: 0}]}}
uplinks: {centre: {url: "${url}", protocol: "${protocol}"}}
buffer: {path: ./data/ask.db, commit_every: 50ms}
`,
  );
  const config = loadConfigOrThrow(file, { profilesDir: "config/profiles", env: {} });
  const gateway = await RunningGateway.start(config, {
    version: "0",
    machineId: "m",
    clock: new SystemClock("boot"),
    clockTrusted: () => true,
    log: SILENT_LOG,
    lock: new SocketLock(),
    random: Math.random,
    socketPath: join(folder, "api.sock"),
    onTurn: () => {},
    onFatal: (error) => t.fail(error.message),
  });
  t.teardown(() => gateway.stop(2_000));
  return gateway;
}

interface Seen {
  readonly kind: string;
  readonly retain: boolean;
  readonly body: Record<string, unknown>;
}

/** Everything on the gateway's topics, held against the schemas. */
async function listen(t: Tap, url: string) {
  const client: MqttClient = await connectAsync(url, { protocolVersion: 5 });
  t.teardown(() => client.endAsync(true));
  const seen: Seen[] = [];
  let wake = (): void => {};
  client.on("message", (topic, payload, { retain }) => {
    const parsed = parseTopic(topic);
    if (!parsed || parsed.kind === "command" || payload.length === 0) return;
    const body = JSON.parse(payload.toString());
    const name = messageName(parsed.kind, "device" in parsed ? parsed.device : undefined, body);
    if (!name || !Value.Check(MESSAGE_SCHEMAS[name], body)) t.fail(`${topic}: ${payload.toString()}`);
    seen.push({ kind: parsed.kind, retain, body });
    wake();
  });
  await client.subscribeAsync("tram/v1/ask-01/#", { qos: 1, rap: true });
  const until = async <T>(find: (seen: readonly Seen[]) => T | undefined): Promise<T> => {
    for (;;) {
      const found = find(seen);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const reply = (id: string | null, nth = 0): Promise<ReplyMessage> =>
    until((all) => {
      const replies = all.filter(({ body, kind }) => kind === "reply" && body["id"] === id);
      return replies[nth]?.body as ReplyMessage | undefined;
    });
  return { seen, until, reply };
}

for (const protocol of ["5", "3.1.1"]) {
  t.test(`the centre asks with mosquitto_pub, MQTT ${protocol}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "tram-ask-"));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const broker = await Mosquitto.start(folder);
    t.teardown(() => broker.stop());
    const send = (...args: string[]) =>
      run("mosquitto_pub", [
        ...["-h", "127.0.0.1", "-p", String(broker.port), "-q", "1", "-t", "tram/v1/ask-01/command"],
        ...args,
      ]);
    const publish = (message: string) => send("-m", message);
    // Kept by the broker from who knows when: it must not be carried out.
    await send("-r", "-m", '{"id":"old","request":"diagnostics"}');
    const centre = await listen(t, broker.url);
    const gateway = await startGateway(t, folder, broker.url, protocol);
    const records = await centre.until((all) => {
      const found = all.filter(({ body, kind }) => kind === "data" && !("snapshot" in body));
      return found.length >= 3 ? found : undefined;
    });
    const epoch = String(records[0]?.body["epoch"]);
    const numbered = records.flatMap(({ body }) => body["records"] as { seq: number }[]);
    const last = Math.max(...numbered.map(({ seq }) => seq));
    const first = Math.min(...numbered.map(({ seq }) => seq));
    // What is not on the disk yet cannot be sent again.
    const deadline = Date.now() + 10_000;
    while (gateway.status("en").buffer.durableSeq < last && Date.now() < deadline) await nextTurn();

    await publish(JSON.stringify({ id: "r1", request: "resend", epoch, from: first, to: last }));
    const done = await centre.reply("r1");
    t.match(done, { state: "done" });
    const again = centre.seen
      .filter(({ kind }) => kind === "data" || kind === "event")
      .flatMap(({ body }) => body["records"] as { seq: number; resend?: true }[])
      .filter(({ resend }) => resend)
      .map(({ seq }) => seq);
    t.equal(again.length, done.sent);
    t.ok(
      numbered.every(({ seq }) => again.includes(seq)),
      "every number came again, before the reply",
    );

    await publish(JSON.stringify({ id: "r1", request: "resend", epoch, from: first, to: last }));
    t.same(await centre.reply("r1", 1), done, "asked twice: answered twice, done once");
    const snapshots = () => centre.seen.filter(({ body }) => "snapshot" in body).length;
    const before = snapshots();
    await publish('{"id":"s1","request":"snapshot","expires":"2099-01-01T00:00:00Z"}');
    t.match(await centre.reply("s1"), { state: "done" });
    t.equal(snapshots(), before + 1);
    await publish('{"id":"b1","request":"birth"}');
    t.match(await centre.reply("b1"), { state: "done" });
    await publish('{"id":"b2","request":"birth","rev":99}');
    t.match(await centre.reply("b2"), { state: "rejected", reason: "unknown_rev" });
    await publish('{"id":"d1","request":"diagnostics"}');
    t.match(await centre.reply("d1"), { state: "done", diagnostics: { id: "ask-01", epoch } });
    await publish('{"id":"w1","request":"write","point":"plc.a","value":1}');
    t.match(await centre.reply("w1"), { state: "rejected", reason: "unknown_request" });
    await publish('{"id":"e1","request":"snapshot","expires":"2020-01-01T00:00:00Z"}');
    t.match(await centre.reply("e1"), { state: "expired" });
    await publish("not json");
    t.match(await centre.reply(null), { state: "rejected", reason: "not_json" });
    await writeFile(join(folder, "large"), "x".repeat(200_000));
    await send("-f", join(folder, "large"));
    await publish('{"id":"s2","request":"snapshot"}');
    t.match(await centre.reply("s2"), { state: "done" }, "what is far too large harms nothing");
    t.notOk(
      centre.seen.some(({ body, kind }) => kind === "reply" && body["id"] === "old"),
      "what was retained is not carried out",
    );
    await gateway.stop(2_000);
    const audit = await readFile(join(folder, "data/ask.audit.jsonl"), "utf8");
    for (const id of ["r1", "s1", "b1", "b2", "d1", "w1", "e1", "s2"]) t.match(audit, new RegExp(`"${id}"`));
  });
}
