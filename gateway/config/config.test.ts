// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in gateway.yaml look like this
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import t from "tap";
import { renderText } from "../../drivers/core/message.js";
import { canonicalJson } from "./freeze.js";
import { loadConfig, loadConfigOrThrow } from "./load-config.js";
import { CONFIG_MESSAGES } from "./messages.js";
import { renderProblems } from "./render-problems.js";
import { codes, load, loadGood, PROFILES, SMALL } from "./testbed.js";

t.test("what is left out gets its default", async (t) => {
  const config = loadGood(t, SMALL);
  const folder = join(config.file, "..");
  t.same(config.gateway, {
    id: "gw-1",
    name: "gw-1",
    timezone: "Asia/Ho_Chi_Minh",
    clock: "auto",
    statusEveryMs: 60_000,
  });
  t.same(config.buffer, {
    path: join(folder, "data/gw-1.db"),
    identity: join(folder, "gw-1.identity"),
    keepAtLeastMs: 60 * 86_400_000,
    maxBytes: 2e9,
    commitEveryMs: 1000,
  });
  t.same(config.audit, {
    path: join(folder, "data/gw-1.audit.jsonl"),
    keepMs: 365 * 86_400_000,
    maxBytes: 64e6,
  });
  t.match(config.connections.get("plc")?.settings, {
    host: "10.0.0.1",
    port: 502,
    timeout: 500,
    connect_timeout: 5000,
  });
  t.match(config.connections.get("bus")?.settings, {
    baud: 9600,
    data_bits: 8,
    parity: "none",
    stop_bits: 1,
  });
  t.equal(config.connections.get("plc")?.retryWithinMs, 60_000);
  t.match(config.devices.get("pump"), {
    name: "pump",
    connection: "plc",
    settings: { unit_id: 1, max_registers: 125 },
  });
  const { hash: _hash, ...uplink } = config.uplinks.get("centre") ?? { hash: "" };
  t.same(uplink, {
    id: "centre",
    url: "mqtt://localhost",
    format: "json",
    compress: "none",
    protocol: "auto",
    user: "gw-1",
    keepaliveMs: 30_000,
    gatherMs: 0,
    backlog: { share: 1 },
    reconnectSpreadMs: 10_000,
    window: 16,
    points: ["*"],
    required: true,
    keepForMs: 30 * 86_400_000,
    fileEveryMs: 3_600_000,
  });
});

t.test("what the backlog may take of a link", (t) => {
  const centre = (backlog: string) =>
    loadGood(t, SMALL.replace('localhost"', `localhost", backlog: ${backlog}`)).uplinks.get("centre")
      ?.backlog;
  t.same(centre("{share: 50%, a_day: 200MB}"), { share: 0.5, dayBytes: 200e6 });
  t.same(centre("{a_day: 1GB}"), { share: 1, dayBytes: 1e9 });
  t.same(centre("{share: 5 %}"), { share: 0.05 });
  t.end();
});

t.test("the audit lies beside the buffer unless it is told otherwise", (t) => {
  const config = loadGood(t, `${SMALL}buffer: {path: /var/lib/tram/b.db, card: {endurance: 30TB}}\n`);
  t.equal(config.audit.path, "/var/lib/tram/b.audit.jsonl");
  t.equal(config.buffer.cardEnduranceBytes, 30e12);
  const other = loadGood(t, `${SMALL}audit: {path: logs/audit, keep: 730d, max_size: 5MB}\n`);
  t.same(other.audit, {
    path: join(other.file, "../logs/audit"),
    keepMs: 730 * 86_400_000,
    maxBytes: 5e6,
  });
  t.end();
});

t.test("profile, device and point each have their say", async (t) => {
  const config = loadGood(
    t,
    `gateway: {id: gw-1}
connections: {bus: {driver: modbus-rtu, port: ./tty}}
devices:
  drive:
    connection: bus
    profile: invt/gd20
    max_gap: 2
    every: 2s
    points:
      - speed
      - {id: frequency.output, every: asap, deadband: 0.5, unit: kHz, scale: 0.00001}
      - {id: extra, address: 9, type: u32}
  all: {connection: bus, unit_id: 2, profile: invt/gd20, behind: drive}
`,
  );
  const drive = config.devices.get("drive");
  t.match(drive?.profile, { id: "invt/gd20", version: 1, title: { en: /GD20/ } });
  t.match(drive?.settings, { unit_id: 1, max_registers: 16, max_gap: 2 });
  t.match(drive?.points, [
    {
      id: "speed",
      device: "drive",
      periodMs: 2000,
      ucum: "/min",
      address: { address: 0x3005, table: "holding" },
    },
    { id: "frequency.output", periodMs: 0, deadband: 0.5, decimals: 5, unit: "kHz", quantity: "frequency" },
    { id: "extra", type: "u32", periodMs: 2000 },
  ]);
  const all = config.devices.get("all");
  t.equal(all?.points.length, 25);
  t.equal(all?.points.find(({ id }) => id === "setting.frequency.max")?.periodMs, 600_000);
  t.equal(all?.points.find(({ id }) => id === "frequency.set")?.periodMs, 10_000);
  t.match(config.connections.get("bus")?.settings, { port: join(config.file, "../tty") });
});

t.test("the gateway.yaml of the design loads", async (t) => {
  const files = { secrets: { mqtt: "hunter2\n" }, "ca.pem": "", "gateway.pem": "", "gateway.key": "" };
  const config = loadGood(
    t,
    `# yaml-language-server: $schema=../schema/gateway.schema.json
gateway:
  id: bom-my-xuyen-01              # unique in the province; topic level and MQTT user
  name: Trạm bơm Mỹ Xuyên 01
  location: {latitude: 9.5563, longitude: 105.9872}
  timezone: Asia/Ho_Chi_Minh
  site: {kind: pump-station, owner: Chi cục Thủy lợi, codes: {national: "123456"}}
connections:
  rs485:
    driver: modbus-rtu
    port: /dev/serial/by-id/usb-FTDI_FT232R-if00-port0
    baud: 9600                     # data_bits 8, parity none, stop_bits 1 by default
    timeout: 500ms
  plc:
    driver: modbus-tcp
    host: 192.168.10.20
    port: 502
devices:
  meter:
    name: Đồng hồ điện             # also: location, serial, asset, behind: <device>
    connection: rs485
    unit_id: 1
    profile: eastron/sdm630
    every: 5s
    points:                        # optional: which of the profile's points, and overrides
      - voltage.l1
      - {id: power.active.total, every: 1s, deadband: 10, heartbeat: 5min}
  well:
    name: Bể hút
    connection: rs485
    unit_id: 7
    every: 1s                      # asap: as fast as the connection allows
    points:                        # a device without a profile: points in place
      - {id: level, table: holding, address: 1, type: s16, scale: 0.001, unit: m, range: [0, 5], priority: high}
      - {id: pump.run, table: coil, address: 0}
uplinks:
  centre:
    url: mqtts://mqtt.example.vn:8883
    format: json
    protocol: auto                 # MQTT 5, then 3.1.1
    password: \${file:secrets/mqtt}
    tls: {ca: ca.pem, cert: gateway.pem, key: gateway.key}
    gather: 0ms
    window: 16
    points: all                    # or a list of patterns: [meter.*, well.level]
buffer:
  path: ./data/bom-my-xuyen-01.db
  keep_at_least: 60d
  max_size: 2GB
  commit_every: 1s
`,
    { files },
  );
  t.same(config.gateway.site, {
    kind: "pump-station",
    owner: "Chi cục Thủy lợi",
    codes: { national: "123456" },
  });
  t.match(config.devices.get("meter")?.points, [
    { id: "voltage.l1", periodMs: 5000, type: "f32", decimals: 2, range: { min: 0, max: 500 } },
    { id: "power.active.total", periodMs: 1000, deadband: 10, heartbeatMs: 300_000 },
  ]);
  t.match(config.devices.get("well")?.points, [
    { id: "level", priority: "high", decimals: 3, ucum: "m" },
    { id: "pump.run", type: "bool", address: { table: "coil", address: 0 } },
  ]);
});

t.test("references to files and to the environment", async (t) => {
  const uplink = (text: string) => SMALL.replace('{url: "mqtt://localhost"}', text);
  const secret = uplink('{url: "mqtt://localhost", password: "${file:secrets/mqtt}", user: "${env:WHO}-1"}');
  const files = { secrets: { mqtt: "hunter2\n" }, empty: "", big: "x".repeat(70_000) };
  const config = loadGood(t, secret, { files, env: { WHO: "me" } });
  const centre = config.uplinks.get("centre");
  t.equal(centre?.password?.reveal(), "hunter2", "without the newline of the file");
  t.equal(centre?.user, "me-1");
  for (const text of [
    JSON.stringify(config),
    JSON.stringify(centre),
    inspect(config, { depth: 9 }),
    inspect(centre),
    `${centre?.password}`,
    canonicalJson(config),
  ]) {
    t.notMatch(text, "hunter2");
  }
  const fails = (reference: string, code: string) => {
    const { problems, config } = load(t, uplink(`{url: "mqtt://localhost", password: "${reference}"}`), {
      files,
    });
    t.same(codes(problems), [`12:47 error config.${code}`], reference);
    t.equal(config, undefined);
    return problems[0]?.hint && renderText(problems[0].hint, "en");
  };
  fails("${file:secrets/none}", "secret_unreadable");
  fails("${file:secrets}", "secret_unreadable");
  fails("${file:big}", "secret_unreadable");
  fails("${file:empty}", "secret_empty");
  fails("${env:NONE}", "env_missing");
  fails("${env:toString}", "env_missing");
  fails("${env:WHO", "env_missing");
  t.equal(fails("${fiel:x}", "bad_reference"), 'Is "file" meant?');
});

t.test("a file uplink and TLS files are absolute", async (t) => {
  const yaml = SMALL.replace(
    '{url: "mqtt://localhost"}',
    "{url: file:./out, file_every: 10min}\n  safe: {url: 'mqtts://Broker.Example:8883/', tls: {ca: ca.pem, cert: c.pem, key: k.pem}, points: [pump.*]}",
  );
  const files = { "ca.pem": "", "c.pem": "", "k.pem": "" };
  const config = loadGood(t, yaml, { files });
  const folder = join(config.file, "..");
  t.equal(config.uplinks.get("centre")?.url, `file://${folder}/out`);
  t.equal(config.uplinks.get("centre")?.fileEveryMs, 600_000);
  t.match(config.uplinks.get("safe"), {
    url: /^mqtts:\/\/broker\.example:8883$/i,
    tls: { ca: join(folder, "ca.pem"), cert: join(folder, "c.pem"), key: join(folder, "k.pem") },
    points: ["pump.*"],
  });
});

t.test("the configuration cannot be changed", async (t) => {
  const config = loadGood(t, SMALL);
  t.throws(() => Object.assign(config, { hash: "" }), TypeError);
  t.throws(() => Object.assign(config.gateway, { id: "" }), TypeError);
  t.throws(() => Object.assign(config.devices.get("pump")?.points[0] ?? {}, { id: "" }), TypeError);
  t.throws(
    () => Object.assign(config.devices.get("pump")?.points[0]?.address ?? {}, { table: "" }),
    TypeError,
  );
  const points = (config.devices.get("pump")?.points ?? []) as unknown[];
  t.throws(() => points.push(1), TypeError);
  const devices = config.devices as Map<string, unknown>;
  t.throws(() => devices.delete("pump"), TypeError);
  t.throws(() => devices.set("x", 1), TypeError);
  t.throws(() => devices.clear(), TypeError);
  t.same([...config.devices.keys()], ["pump", "health.plc"]);
});

t.test("hashes follow what counts", async (t) => {
  const folder = t.testdir({});
  const hashes = (yaml: string) => {
    writeFileSync(join(folder, "gateway.yaml"), yaml);
    const { config, problems } = loadConfig(join(folder, "gateway.yaml"), { profilesDir: PROFILES, env: {} });
    if (!config) throw new Error(codes(problems).join());
    return config;
  };
  const base = hashes(SMALL);
  t.match(base.hash, /^[0-9a-f]{64}$/);
  const same = hashes(`# a comment
uplinks:
  centre: {url: "mqtt://localhost"}
devices:
  pump:
    points:
      - {address: 0, table: coil, id: run}
      - id: level        # another
        address: 0x1
        scale: 1.0e-3
        unit: "m"
        type: s16
    connection: plc
connections:
  bus: {port: /dev/ttyUSB0, driver: modbus-rtu}
  plc: {host: 10.0.0.1, driver: modbus-tcp}
gateway: {id: gw-1}
`);
  t.equal(same.hash, base.hash, "key order, comments and spelling do not count");
  t.equal(same.readingsHash, base.readingsHash);
  t.equal(same.devices.get("pump")?.hash, base.devices.get("pump")?.hash);

  const changes: [string, string, string, boolean][] = [
    ["the gateway's name", "{id: gw-1}", "{id: gw-1, name: x}", false],
    ["the broker", "mqtt://localhost", "mqtt://127.0.0.1", false],
    ["the port of a connection", "/dev/ttyUSB0", "/dev/ttyUSB1", false],
    ["how soon is looked again", "host: 10.0.0.1", "host: 10.0.0.1, retry_within: 20s", false],
    ["how often is committed", "uplinks:", "buffer: {commit_every: 2s}\nuplinks:", false],
    ["points said in another way", 'localhost"', 'localhost", points: ["pump.*", "health.*"]', false],
    ["a scale", "0.001", "0.01", true],
    ["an alarm", "table: coil,", "table: coil, alarm: {stale: 1min},", true],
    ["a period", "table: coil,", "table: coil, every: 1s,", true],
    ["the name of a device", "connection: plc", "connection: plc\n    name: Bơm", true],
    ["the points of an uplink", 'localhost"', 'localhost", points: [pump.run]', true],
  ];
  for (const [name, from, to, readings] of changes) {
    const changed = hashes(SMALL.replace(from, to));
    const points = name === "points said in another way";
    t.not(changed.hash, base.hash, name);
    t.equal(
      changed.readingsHash !== base.readingsHash,
      readings,
      `${name}: ${readings ? "is" : "is not"} a new rev`,
    );
    if (points) t.not(changed.uplinks.get("centre")?.hash, base.uplinks.get("centre")?.hash);
  }
  const moved = hashes(SMALL.replace("/dev/ttyUSB0", "/dev/ttyUSB1"));
  t.equal(
    moved.connections.get("plc")?.hash,
    base.connections.get("plc")?.hash,
    "only what changed has a new hash",
  );
  t.not(moved.connections.get("bus")?.hash, base.connections.get("bus")?.hash);
});

t.test("files that are no configuration", async (t) => {
  const folder = t.testdir({
    "empty.yaml": "",
    "text.yaml": "hello",
    "bytes.yaml": "\u0000\u0001\u0002",
    dir: {},
  });
  const options = { profilesDir: PROFILES, env: {} };
  for (const name of ["none.yaml", "empty.yaml", "text.yaml", "bytes.yaml", "dir"]) {
    const { config, problems } = loadConfig(join(folder, name), options);
    t.equal(config, undefined, name);
    t.ok(
      problems.some(({ severity }) => severity === "error"),
      name,
    );
    t.ok(renderProblems(problems, "vi", { width: 80 }).length > 0);
  }
  t.throws(() => loadConfigOrThrow(join(folder, "empty.yaml"), options), {
    code: "config.invalid",
    class: "configuration",
  });
  const levels = Array.from(
    { length: 30 },
    (_, i) =>
      `a${i}: &a${i} [${Array(9)
        .fill(i === 0 ? "x" : `*a${i - 1}`)
        .join(", ")}]`,
  );
  const bomb = `${levels.join("\n")}\ngateway: {id: g, site: {codes: {a: *a29}}}\nconnections: {c: {driver: modbus-tcp, host: a}}\ndevices: {d: {connection: c, points: *a29}, e: *a29}\n`;
  writeFileSync(join(folder, "bomb.yaml"), bomb);
  t.equal(
    loadConfig(join(folder, "bomb.yaml"), options).config,
    undefined,
    "a few lines that stand for 9^30",
  );
  const proto = SMALL.replace("gw-1}", "gw-1, site: {codes: {__proto__: x}}}");
  t.ok(Object.hasOwn(loadGood(t, proto).gateway.site?.codes ?? {}, "__proto__"));
});

t.test("texts", async (t) => {
  for (const { code, text, hint } of Object.values(CONFIG_MESSAGES)) {
    const names = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    t.same(names(text.vi), names(text.en), `${code} has the same parameters`);
    if (hint) t.same(names(hint.vi), names(hint.en), `${code} has the same parameters in its hint`);
    t.equal(text.vi, text.vi.normalize("NFC"));
  }
});
