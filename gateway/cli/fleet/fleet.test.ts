import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { connectAsync, type MqttClient } from "mqtt";
import t from "tap";
import type { Language } from "../../../drivers/core/message.js";
import { mustHold } from "../../contract/testing/hold-to-contract.js";
import { Mosquitto } from "../../forward/testing/mosquitto.js";
import type { ExitCode, Io } from "../io.js";
import { displayWidth } from "../table.js";
import { heldOutput } from "../testing/held-output.js";
import { fleet } from "./fleet.js";
import { FleetBoard } from "./fleet-board.js";
import { age, fleetLines, plainWords } from "./fleet-lines.js";

const NOW = Date.UTC(2026, 10, 26, 3);
const STATUS = {
  ...{ state: "online", since: "2026-11-26T01:00:00.000Z", epoch: "e1", rev: 2, pending_from: 11, last: 10 },
  ...{ kept_from: 1, durable: true, version: "0.1.0", config: "f".repeat(64) },
};

/** These mostly wait: side by side they take as long as the slowest. */
t.jobs = 4;
const ASIDE = { buffered: true };

interface Ran {
  readonly code: ExitCode;
  readonly text: string;
}

async function run(args: readonly string[], more: Partial<Io> = {}, language: Language = "en"): Promise<Ran> {
  let text = "";
  const stdout = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const io: Io = {
    ...{ stdout, stderr: stdout, env: {}, language, isTerminal: false, colours: false, columns: 80 },
    ...{ signal: new AbortController().signal, root: ".", version: "0.1.0", ...more },
  };
  return { code: await fleet.run(args, io), text };
}

/** What a gateway would have said; retained unless it is said otherwise. */
async function say(client: MqttClient, topic: string, body: unknown, retain = true): Promise<void> {
  const payload = JSON.stringify(body);
  mustHold(`tram/v1/${topic}`, payload);
  await client.publishAsync(`tram/v1/${topic}`, payload, { qos: 1, retain });
}

function birth(name: string): object {
  return { epoch: "e1", rev: 2, site: { name, timezone: "Asia/Ho_Chi_Minh" }, devices: ["meter"] };
}

t.test("a fleet on a broker: well, ill, filtered, in both languages", ASIDE, async (t) => {
  const broker = await Mosquitto.start(t.testdir());
  const client = await connectAsync(broker.url);
  t.teardown(async () => {
    await client.endAsync(true);
    await broker.stop();
  });
  const nobody = await run([broker.url]);
  t.equal(nobody.code, 1);
  t.match(nobody.text, /No gateway was heard/);
  for (const id of ["bom-01", "bom-02", "den-01"]) {
    await say(client, `${id}/status`, STATUS);
    await say(client, `${id}/birth`, birth(id === "den-01" ? "Tủ đèn Mỹ Tú" : `Trạm bơm ${id}`));
  }
  await say(client, "bom-02/status", { state: "offline", epoch: "e1" });
  await say(client, "ho-01/status", { ...STATUS, state: "offline" });
  await say(client, "ho-02/status", { ...STATUS, durable: false, pending_from: 1, last: 5_000 });
  const ill = await run([broker.url], {}, "vi");
  t.equal(ill.code, 1);
  t.match(ill.text, /5 gateway, 3 đang nối, 3 có vấn đề\n/);
  const order = ill.text
    .split("\n")
    .slice(3, 6)
    .map((line) => line.split(" ")[0]);
  t.same(order, ["bom-02", "ho-01", "ho-02"], "the worst first");
  t.match(
    ill.text,
    /bom-02 +Trạm bơm bom-02 +đứt kết nối +- /,
    "when it went is not known to who was not there",
  );
  t.match(ill.text, /ho-02 .*đĩa không ghi, chờ gửi nhiều .* 5\.000 /);

  const well = await run([broker.url, "tu", "MY TU"]);
  t.equal(well.code, 0, "without case and tone marks; only who was asked for counts");
  t.match(well.text, /1 gateways, 1 online, 0 ill\n/);
  t.match(well.text, /den-01 +Tủ đèn Mỹ Tú +well +\S+ +0 +- +0\.1\.0 +2 +- +-\n/);
  const named = heldOutput("fleet", (await run([broker.url, "bom", "--json", "--top", "1"])).text);
  t.match(named, { gateways: 2, online: 1, ill: 1, rows: [{ id: "bom-02", ills: ["gone"] }] });
  t.equal(named.rows.length, 1);
});

t.test("--ask: lost devices and alarms in the gateways' own words", ASIDE, async (t) => {
  const broker = await Mosquitto.start(t.testdir());
  const client = await connectAsync(broker.url);
  t.teardown(async () => {
    await client.endAsync(true);
    await broker.stop();
  });
  const devices = { one: [{ id: "a", state: "answering" }], two: [{ id: "b", state: "lost" }], three: [] };
  client.on("message", (topic, payload) => {
    const id = topic.split("/")[2] ?? "";
    mustHold(topic, payload);
    const alarms = id === "three" ? [{ device: "d", point: "p", alarm: "high", severity: "critical" }] : [];
    const diagnostics = { devices: devices[id as "one"], alarms };
    const reply = { id: JSON.parse(payload.toString()).id, state: "done", diagnostics };
    void say(client, `${id}/reply`, reply, false);
  });
  await client.subscribeAsync("tram/v1/+/command");
  for (const id of Object.keys(devices)) await say(client, `${id}/status`, STATUS);
  const { code, text } = await run([broker.url, "--ask", "--json"]);
  t.equal(code, 1);
  t.match(heldOutput("fleet", text).rows, [
    { id: "two", ills: ["devices"], lostDevices: ["b"], alarms: [] },
    { id: "three", ills: ["alarm"], lostDevices: [], alarms: ["d.p.high"] },
    { id: "one", ills: [], lostDevices: [] },
  ]);
});

t.test("on a terminal it is drawn in place, within 80 columns, until Ctrl-C", ASIDE, async (t) => {
  const broker = await Mosquitto.start(t.testdir());
  const client = await connectAsync(broker.url);
  t.teardown(async () => {
    await client.endAsync(true);
    await broker.stop();
  });
  for (let n = 100; n < 160; n++) {
    await say(client, `gw-${n}/status`, n === 130 ? { ...STATUS, pending_from: 3, last: 6 } : STATUS);
    await say(client, `gw-${n}/birth`, birth(`Cống ngăn mặn ${n}`));
  }
  const abort = new AbortController();
  let text = "";
  const stdout = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      // When it listens to the data of the one with a backlog, a reading comes; when that is shown, it is enough.
      if (/gw-130 .* 4 +- /.test(text) && !/gw-130 .* 4 +\d+d /.test(text)) {
        const record = {
          seq: 3,
          prev: 2,
          t: "2020-01-01T00:00:00.000Z",
          device: "meter",
          v: { p: 1 },
          historical: true,
        };
        void say(client, "gw-130/data", { epoch: "e1", rev: 2, pending_from: 3, records: [record] }, false);
      } else if (/gw-130 .* 4 +\d+d /.test(text)) abort.abort();
      done();
    },
  });
  const { code } = await run([broker.url], { stdout, isTerminal: true, signal: abort.signal });
  t.equal(code, 0);
  t.ok(
    text.startsWith("\u001b[?1049h\u001b[?25l") && text.endsWith("\u001b[?25h\u001b[?1049l"),
    "as it was before",
  );
  const screens = text.split("\u001b[H").slice(1);
  for (const line of (screens.at(-1) ?? "").split("\n")) {
    const bare = line.split("\u001b[J")[0]?.replaceAll("\u001b[K", "") ?? "";
    t.ok(displayWidth(bare) <= 80, bare);
  }
  t.match(screens.at(-1), /gw-130 +Cống n\S* /, "the id stands whole, the site gives way");
  t.match(screens.at(-1), /… and \d+ more: 0 ill, \d+ well/);
});

t.test("who may not is told so; credentials come from a file or the environment", ASIDE, async (t) => {
  const folder = t.testdir({ wrong: "nope\n", right: "secret\n" });
  const passwords = join(folder, "passwords");
  writeFileSync(passwords, "");
  spawnSync("mosquitto_passwd", ["-b", passwords, "viewer", "secret"]);
  const broker = await Mosquitto.start(folder, ["allow_anonymous false", `password_file ${passwords}`]);
  t.teardown(() => broker.stop());
  const access = ["--user", "viewer", "--password-file"];
  await t.rejects(run([broker.url, ...access, join(folder, "wrong")]), { code: "fleet_verb.not_connected" });
  t.match((await run([broker.url, ...access, join(folder, "right")])).text, /0 gateways/);
  const env = { TRAM_MQTT_USERNAME: "viewer", TRAM_MQTT_PASSWORD: "secret" };
  t.match((await run([broker.url], { env })).text, /0 gateways/);
  await t.rejects(run([broker.url, ...access, join(folder, "none")]), { code: "fleet_verb.file_unreadable" });
  await t.rejects(run([]), { code: "cli.missing_argument" });
  await t.rejects(run(["http://x"]), { code: "cli.wrong_argument" });
  await t.rejects(run(["mqtt://127.0.0.1:1"]), { code: "fleet_verb.not_connected" });
});

t.test("hostile payloads are counted and never shown raw", ASIDE, async (t) => {
  const board = new FleetBoard({ backlog: 1_000, now: () => NOW, mono: () => 0 });
  const hear = (topic: string, body: unknown): void =>
    board.hear(`tram/v1/${topic}`, Buffer.from(typeof body === "string" ? body : JSON.stringify(body)), true);
  hear("a/status", {
    ...STATUS,
    version: "\u001b[2J\u001b]0;x\u0007\u202e1.0",
    since: "2026-99-99T99:99:99.999Z",
  });
  hear("a/birth", birth(`\u001b[31m${"x".repeat(5_000)}\nnext\u2028line`));
  hear(`${"long".repeat(99)}/status`, STATUS);
  hear("b/status", "{not json");
  hear("b/birth", '{"epoch":1}');
  hear("c/status", { ...STATUS, last: "many" });
  hear("d/event", "x".repeat(300_000));
  hear("d/event", { epoch: "e", rev: 1, pending_from: 1, records: [{ seq: 1, prev: null, t: "now" }] });
  board.hear("tram/v1/e/status", Uint8Array.of(0x1f, 0x8b, 0, 1, 2), true);
  board.hear("tram/v1/f/reply", Buffer.from("null"), false);
  board.hear("tram/v1/\u001b[2J/status", Buffer.from("{}"), true);
  hear("g/event", {
    ...{ epoch: "e1", rev: 1, pending_from: 1 },
    records: [
      {
        seq: 1,
        prev: null,
        t: "2026-11-26T01:00:00.000Z",
        event: "alarm",
        device: "\u001bd",
        state: "raised",
      },
    ],
  });
  t.equal(board.unreadable, 8);
  const rows = board.rows();
  t.same(
    rows.map(({ id, ills: [worst] }) => [id, worst]),
    [
      ["b", "unreadable"],
      ["c", "unreadable"],
      ["e", "unreadable"],
      ["d", "no_status"],
      ["f", "no_status"],
      ["g", "no_status"],
      ["a", undefined],
    ],
  );
  const shown = {
    url: "u",
    rows,
    board,
    connection: "down",
    language: "en",
    columns: 80,
    top: 99,
    now: NOW,
  } as const;
  const text = fleetLines(shown).join("\n");
  t.notMatch(text, /[^\P{C}\n]/u, "no control character at all");
  t.notMatch(JSON.stringify(rows), /\\u001b/);
  t.match(text, /8 messages that could not be read/);
  t.match(text, /connecting again/);
  t.match(fleetLines({ ...shown, top: 1 }).join("\n"), /… and 6 more: 5 ill, 1 well\n/);
});

t.test("events that come late or twice do not undo later ones", ASIDE, async (t) => {
  let mono = 0;
  const board = new FleetBoard({ backlog: 1_000, now: () => NOW, mono: () => mono });
  const hear = (name: string, body: unknown): void =>
    board.hear(`tram/v1/a/${name}`, Buffer.from(JSON.stringify(body)), false);
  const event = (seq: number, body: object, epoch = "e1"): void => {
    const record = { seq, prev: seq - 1 || null, t: "2026-11-26T01:00:00.000Z", ...body };
    hear("event", { epoch, rev: 1, pending_from: 1, records: [record] });
  };
  const row = () => board.rows()[0];
  hear("status", STATUS);
  t.equal(row()?.lostDevices, undefined, "nothing is known yet");
  event(5, { event: "device_found", device: "meter" });
  event(4, { event: "device_lost", device: "meter", historical: true });
  t.same(row()?.lostDevices, [], "the later one holds");
  event(6, { event: "device_lost", device: "meter" });
  t.same(row()?.ills, ["devices"]);
  const alarm = {
    event: "alarm",
    device: "d",
    point: "p",
    alarm: "high",
    severity: "critical",
    state: "raised",
  };
  event(7, alarm);
  t.same(row()?.ills, ["devices", "alarm"]);
  event(8, { event: "alarms", active: [] });
  t.same(row()?.alarms, [], "the gateway started: its alarms are over");
  event(7, alarm);
  t.same(row()?.alarms, []);
  hear("status", { ...STATUS, epoch: "e2" });
  t.equal(row()?.lostDevices, undefined, "numbers of another epoch cannot be compared");
  mono = 200_000;
  t.same(row()?.ills, ["silent"], "no status for three minutes");
  hear("status", { state: "offline", epoch: "e2" });
  t.match(row(), { ills: ["gone"], since: NOW, online: false });
});

t.test("ages and words", ASIDE, async (t) => {
  t.same([0, 99_000, 100_000, 7_200_000, 172_800_000].map(age), ["0s", "99s", "2min", "2h", "2d"]);
  t.equal(age(-5), "0s");
  t.equal(plainWords("Trạm ĐO mặn"), "tram do man");
});
