// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in gateway.yaml look like this
import { join } from "node:path";
import t from "tap";
import { loadConfig } from "./load-config.js";
import { conceal, renderProblems } from "./render-problems.js";
import { codes, load, SMALL, sentences } from "./testbed.js";

t.test("ten mistakes are ten errors, each at its place, in both languages", async (t) => {
  const { config, problems } = load(
    t,
    `gateway:
  id: trạm-bơm
  timezon: Asia/Ho_Chi_Minh
connections:
  bus: {driver: modbus-rtu, port: /dev/ttyUSB0, baud: fast}
  plc: {driver: modbus-tpc, host: 10.0.0.2}
devices:
  meter: {connection: bsu, profile: eastron/sdm630}
  well: {connection: bus, unit_id: 7, profile: generic/level-transmiter}
  drive:
    connection: bus
    unit_id: 7
    profile: invt/gd20
    every: 1
    points: [state, {id: sped}]
uplinks:
  centre: {url: "mqtt://me:hunter2@mqtt.example.vn"}
`,
  );
  t.equal(config, undefined);
  t.same(codes(problems), [
    "2:7 error profiles.bad_id",
    "3:3 error profiles.unknown_key",
    "5:55 error profiles.expected_integer",
    "6:17 error config.unknown_driver",
    "8:23 error config.unknown_connection",
    "9:48 error config.unknown_profile",
    "12:14 error config.duplicate_unit_id",
    "14:12 error profiles.expected_period",
    "15:21 error config.unknown_point",
    "17:17 error config.credentials_in_url",
  ]);
  t.same(sentences(problems, "en"), [
    'The id "trạm-bơm" cannot be used. Use letters, digits, - _ . and begin with a letter or digit; 64 characters at most.',
    'There is no key "timezon" here. Is "timezone" meant?',
    '"baud" must be a whole number, not fast.',
    'There is no driver "modbus-tpc". Is "modbus-tcp" meant?',
    'There is no connection "bsu". Is "bus" meant?',
    'There is no profile "generic/level-transmiter". Is "generic/level-transmitter" meant?',
    'Unit id 7 on "bus" already belongs to the device "well" (line 9). Change the unit id of one of the two, in the device and here.',
    '"every" must be a polling period, not 1. Write a number with its unit (500ms, 5s, 10min), or asap: as fast as the connection allows.',
    'The profile "invt/gd20" has no point "sped". Is "speed" meant?',
    "User and password do not belong in the URL. Use the keys user and password, with the password in a file of its own.",
  ]);
  t.same(sentences(problems, "vi"), [
    'Tên "trạm-bơm" không dùng được. Chỉ dùng chữ không dấu, số, - _ . ; bắt đầu bằng chữ hoặc số; tối đa 64 ký tự.',
    'Khóa "timezon" không có ở đây. Có phải là "timezone"?',
    '"baud" phải là số nguyên, không phải fast.',
    'Không có giao thức (driver) "modbus-tpc". Có phải là "modbus-tcp"?',
    'Không có kết nối "bsu". Có phải là "bus"?',
    'Không có mẫu thiết bị "generic/level-transmiter". Có phải là "generic/level-transmitter"?',
    'Địa chỉ Modbus 7 trên "bus" đã thuộc thiết bị "well" (dòng 9). Đổi địa chỉ của một trong hai thiết bị, trên thiết bị và ở đây.',
    '"every" phải là chu kỳ đọc, không phải 1. Viết số kèm đơn vị (500ms, 5s, 10min), hoặc asap: nhanh nhất có thể.',
    'Mẫu "invt/gd20" không có điểm đo "sped". Có phải là "speed"?',
    "Không ghi tên và mật khẩu trong địa chỉ. Dùng khóa user và password, mật khẩu để trong tệp riêng.",
  ]);
});

t.test("each fault is found where it stands", async (t) => {
  /** The example with one change; `expected` are places and codes. */
  // biome-ignore format: a table
  const cases: [name: string, from: string, to: string, ...expected: string[]][] = [
    ["a duplicate key", "  bus:", "  plc:", "4:3 error profiles.duplicate_key"],
    ["bad syntax", "{id: gw-1}", "{id: gw-1", "2:1 error profiles.unclosed"],
    ["no gateway", "gateway: {id: gw-1}\n", "", "1:1 error profiles.missing_key"],
    ["an empty section", "gateway: {id: gw-1}", "gateway:", "1:1 error profiles.empty_value"],
    ["a missing id", "{id: gw-1}", "{name: a}", "1:1 error profiles.missing_key"],
    ["a misspelt required key is one fault", "host:", "hots:", "3:29 error profiles.unknown_key"],
    ["also when the driver hangs on it", "    connection:", "    conection:", "7:5 error profiles.unknown_key"],
    ["a duplicate key in a list", "id: run, table", "id: run, id: again, table", "9:19 error profiles.duplicate_key"],
    ["an alias of nothing", "id: run", "id: *run", "9:14 error profiles.bad_alias"],
    ["a connection without driver", "{driver: modbus-tcp, host: 10.0.0.1}", "{host: a}", "3:3 error profiles.missing_key"],
    ["a number that is none of few", "port: /dev/ttyUSB0", "port: /dev/a, data_bits: 5", "4:54 error profiles.unknown_word"],
    ["an empty text", "{id: gw-1}", '{id: gw-1, name: ""}', "1:27 error profiles.empty_value"],
    ["half a range", "unit: m", "range: [1]", "10:65 error profiles.wrong_length"],
    ["misspelt points are one fault", "    points:", "    pionts:", "8:5 error profiles.unknown_key"],
    ["a list for a map", "{id: gw-1}", "[1]", "1:10 error profiles.expected_map"],
    ["a map for a list", "points:\n", "points: {a: 1}\nx:\n", "8:13 error profiles.expected_list", "9:1 error profiles.unknown_key"],
    ["an id that is no topic level", "  pump:", "  máy/bơm:", "6:3 error profiles.bad_id"],
    ["an id that is too long", "gw-1", "g".repeat(65), "1:15 error profiles.bad_id"],
    ["no such time zone", "gw-1}", "gw-1, timezone: Asia/Soc_Trang}", "1:31 error config.unknown_timezone"],
    ["a place that is not on earth", "gw-1}", "gw-1, location: {latitude: 105.9, longitude: 9.5}}", "1:42 error profiles.too_big"],
    ["too much looking", "10.0.0.1", "10.0.0.1, retry_within: 1s", "3:59 error config.too_short"],
    ["too quick a status", "gw-1}", "gw-1, status_every: 1ms}", "1:35 error config.too_short"],
    ["two connections on one port", "plc: {driver: modbus-tcp, host: 10.0.0.1}", "plc: {driver: modbus-rtu, port: /dev/ttyUSB0}", "4:35 error config.port_taken"],
    ["two links to one host", "bus: {driver: modbus-rtu, port: /dev/ttyUSB0}", "bus: {driver: modbus-tcp, host: 10.0.0.1, port: 502}", "4:51 warning config.port_taken"],
    ["no time to wait", "host: 10.0.0.1", "host: a, timeout: 0s", "3:47 error config.too_short"],
    ["a key of the other driver", "host: 10.0.0.1", "host: a, baud: 9600", "3:38 error profiles.unknown_key"],
    ["neither profile nor points", / {4}points:[\s\S]*?uplinks/.source, "uplinks", "6:3 error config.points_missing"],
    ["a point that is only a name", "{id: run, table: coil, address: 0}", "run", "9:9 error config.point_without_keys"],
    ["a point twice", "id: level", "id: run", "10:9 error profiles.duplicate_point"],
    ["a point without address", "address: 1, ", "", "10:9 error profiles.missing_key"],
    ["neither id nor keys", "{id: run, table: coil, address: 0}", "5", "9:9 error profiles.expected_point"],
    ["an address that is none", "address: 1,", "address: 40001.5,", "10:30 error profiles.expected_integer"],
    ["an address beyond the end", "address: 1,", "address: 65536,", "10:30 error profiles.too_big"],
    ["a fault of meaning", "scale: 0.001", "scale: 0", "10:51 error profiles.scale_zero"],
    ["a quantity that is not in the vocabulary", "unit: m", "quantity: levels", "10:68 error profiles.unknown_word"],
    ["a unit that is not in the table", "unit: m", "unit: ell", "10:64 warning profiles.unknown_unit"],
    ["behind nothing", "connection: plc", "connection: plc\n    behind: plc", "8:13 error config.unknown_device"],
    ["behind itself", "connection: plc", "connection: plc\n    behind: pump", "8:13 error config.behind_itself"],
    ["no URL", '"mqtt://localhost"', "localhost:1883", "12:17 error config.unknown_scheme"],
    ["a URL of nothing", '"mqtt://localhost"', '"mqtt:///x"', "12:17 error config.bad_url"],
    ["a path in the URL", "mqtt://localhost", "mqtt://localhost/v1", "12:17 error config.bad_url"],
    ["not a URL at all", '"mqtt://localhost"', "centre", "12:17 error config.bad_url"],
    ["an unknown scheme", "mqtt:", "https:", "12:17 error config.unknown_scheme"],
    ["no TLS over the network", "localhost", "mqtt.example.vn", "12:17 warning config.no_tls"],
    ["tls that does nothing", 'localhost"', 'localhost", tls: {}', "12:37 error config.tls_needs_mqtts"],
    ["half a pair", '"mqtt://localhost"', '"mqtts://a", tls: {cert: gateway.yaml}', "12:30 error config.tls_pair"],
    ["a certificate that is not there", '"mqtt://localhost"', '"mqtts://a", tls: {ca: ca.pem}', "12:40 error config.secret_unreadable"],
    ["a password in the open", 'localhost"', 'localhost", password: hunter2', "12:47 warning config.plain_password"],
    ["a key without effect", 'localhost"', 'localhost", file_every: 1h', "12:37 warning config.without_effect"],
    ["the same on a file", '"mqtt://localhost"', "file:out, window: 3", "12:27 warning config.without_effect"],
    ["a file of nowhere", '"mqtt://localhost"', '"file:"', "12:17 error config.bad_url"],
    ["a pattern for nothing", 'localhost"', 'localhost", points: [pump.*, meter.*]', "12:54 warning config.pattern_matches_nothing"],
    ["a word for a list of patterns", 'localhost"', 'localhost", points: alle', "12:45 error profiles.unknown_word"],
    ["a window of nothing", 'localhost"', 'localhost", window: 0', "12:45 error profiles.too_small"],
    ["a keep-alive beyond MQTT", 'localhost"', 'localhost", keepalive: 20h', "12:48 error config.too_long"],
    ["a commit that never comes", "uplinks:", "buffer: {commit_every: 1h}\nuplinks:", "11:24 error config.too_long"],
    ["a share of nothing", 'localhost"', 'localhost", backlog: {share: 0%}', "12:54 error profiles.expected_percent"],
    ["a share without its sign", 'localhost"', 'localhost", backlog: {share: 50}', "12:54 error profiles.expected_percent"],
    ["a budget without unit", 'localhost"', 'localhost", backlog: {a_day: 200}', "12:54 error profiles.expected_size"],
    ["a misspelt budget", 'localhost"', 'localhost", backlog: {a_dya: 200MB}', "12:47 error profiles.unknown_key"],
    ["a size without unit", "uplinks:", "buffer: {max_size: 2000}\nuplinks:", "11:20 error profiles.expected_size"],
    ["an endurance without unit", "uplinks:", "buffer: {card: {endurance: 30}}\nuplinks:", "11:28 error profiles.expected_size"],
    ["an endurance in the wrong unit", "uplinks:", "buffer: {card: {endurance: 30MB}}\nuplinks:", "11:28 error config.too_small"],
    ["a misspelt endurance", "uplinks:", "buffer: {card: {endurence: 30TB}}\nuplinks:", "11:17 error profiles.unknown_key"],
    ["a card that is no map", "uplinks:", "buffer: {card: 30TB}\nuplinks:", "11:16 error profiles.expected_map"],
    ["a misspelt key of the audit", "uplinks:", "audit: {kep: 90d}\nuplinks:", "11:9 error profiles.unknown_key"],
    ["an audit that is kept for no time", "uplinks:", "audit: {keep: 1h}\nuplinks:", "11:15 error config.too_short"],
    ["a keep without unit", "uplinks:", "audit: {keep: 12}\nuplinks:", "11:15 error profiles.expected_duration"],
    ["an audit without room", "uplinks:", "audit: {max_size: 10kB}\nuplinks:", "11:19 error config.too_small"],
    ["the audit in the place of the buffer", "uplinks:", "audit: {path: data/gw-1.db}\nuplinks:", "11:15 error config.path_taken"],
    ["the audit in the second place", "uplinks:", "audit: {path: ./gw-1.identity}\nuplinks:", "11:15 error config.path_taken"],
    ["no devices", "devices:\n", "devices: {}\nx:\n", "6:1 error profiles.unknown_key"],
  ];
  for (const [name, from, to, ...expected] of cases) {
    const changed = from.includes("\\s") ? SMALL.replace(new RegExp(from), to) : SMALL.replace(from, to);
    t.not(changed, SMALL, `${name}: the case changes something`);
    const { config, problems } = load(t, changed);
    t.same(codes(problems), expected, name);
    t.equal(
      config === undefined,
      problems.some(({ severity }) => severity === "error"),
      name,
    );
  }
});

t.test("one unit id on one bus", async (t) => {
  const yaml = `gateway: {id: gw-1}
connections: {a: {driver: modbus-rtu, port: /dev/a}, b: {driver: modbus-rtu, port: /dev/b}}
devices:
  one: {connection: a, profile: peacefair/pzem-016}
  two: {connection: a, profile: peacefair/pzem-016}
  three: {connection: b, profile: peacefair/pzem-016}
  four: {connection: b, unit_id: 0, profile: peacefair/pzem-016}
`;
  t.same(codes(load(t, yaml).problems), [
    "5:3 error config.duplicate_unit_id",
    "7:34 error config.broadcast_unit_id",
  ]);
});

t.test("a circle of devices behind each other", async (t) => {
  const device = (id: string, behind: string, unit: number) =>
    `  ${id}: {connection: a, unit_id: ${unit}, behind: ${behind}, profile: peacefair/pzem-016}\n`;
  const yaml = `gateway: {id: gw-1}\nconnections: {a: {driver: modbus-rtu, port: /dev/a}}\ndevices:\n`;
  const { problems } = load(t, yaml + device("x", "y", 1) + device("y", "z", 2) + device("z", "y", 3));
  t.same(
    codes(problems).map((code) => code.split(" ")[2]),
    ["config.behind_itself", "config.behind_itself"],
  );
  t.same(
    problems.map(({ path }) => path[1]),
    ["y", "z"],
    "x only leads into the circle",
  );
});

t.test("a broken profile is told once, at its own place", async (t) => {
  const folder = t.testdir({
    profiles: { a: { "b.yaml": "profile: a/b\ndriver: modbus\nversion: 0\n" } },
    "gateway.yaml": `gateway: {id: gw-1}
connections: {a: {driver: modbus-rtu, port: /dev/a}}
devices:
  one: {connection: a, unit_id: 1, profile: a/b}
  two: {connection: a, unit_id: 2, profile: a/b, points: [anything]}
`,
  });
  const options = { profilesDir: join(folder, "profiles"), env: {} };
  const { problems } = loadConfig(join(folder, "gateway.yaml"), options);
  t.ok(problems.length > 0);
  for (const { file } of problems) t.equal(file, join(folder, "profiles/a/b.yaml"));
  t.same(sentences(problems, "en"), [
    'The key "title" is missing.',
    'The key "confidence" is missing.',
    'The key "sources" is missing.',
    'The key "points" is missing.',
    '"version" is 0, the least is 1.',
  ]);
});

t.test("a password never reaches a message", async (t) => {
  for (const password of ["hunter2", "\n      hunter2", '"hunter2"', "[hunter2]", "{hunter2: 1}"]) {
    for (const more of ["", ", colour: red"]) {
      const yaml = SMALL.replace('localhost"}', `localhost", password: ${password}${more}}`);
      const { problems } = load(t, yaml);
      t.ok(problems.length > 0);
      for (const language of ["vi", "en"] as const) {
        t.notMatch(renderProblems(problems, language, { width: 80 }), "hunter2", password + more);
      }
    }
  }
  t.notMatch(
    renderProblems(load(t, SMALL.replace("mqtt://", "mqtt://u:hunter2@")).problems, "en", { width: 80 }),
    "hunter2",
  );
  t.notMatch(
    renderProblems(load(t, SMALL.replace("mqtt://", "u:hunter2@")).problems, "en", { width: 80 }),
    "hunter2",
  );
  t.equal(conceal("  password: abc # note"), "  password: *** # note");
  t.equal(conceal("password: ${file:x}"), "password: ${file:x}");
  t.equal(conceal('password: "${env:X}"'), 'password: "${env:X}"');
});

t.test("problems are printed for 80 columns", async (t) => {
  const long = `connections: {plc: {driver: modbus-tcp, host: a, connect_timeout: 5s, timeout: 500ms, port: 502, colour: red, more: ${"x".repeat(60)}}}`;
  const { problems, folder } = load(t, `gateway: {id: gw-1, colour: red}\n${long}\n`);
  const text = renderProblems(problems, "vi", { width: 80, from: folder });
  for (const line of text.split("\n")) t.ok([...line].length <= 80, line);
  t.equal(
    text.split("\n").slice(0, 6).join("\n"),
    `gateway.yaml:1:21: lỗi: Khóa "colour" không có ở đây.
    1 | gateway: {id: gw-1, colour: red}
      |                     ^
  → Có thể dùng: id, name, location, timezone, site, clock, status_every,
    health_every.
`,
  );
  const rows = text.split("\n");
  for (const [index, row] of rows.entries()) {
    const caret = row.match(/^ +\| ( *)\^$/);
    if (caret)
      t.match(rows[index - 1]?.slice(row.indexOf("^")), /^(colour|more)/, "the caret stands under the word");
  }
  t.match(
    renderProblems(problems, "en", { width: 80, from: folder }),
    'gateway.yaml:1:21: error: There is no key "colour"',
  );
  const gone = problems.map((problem) => ({ ...problem, file: join(folder, "gone.yaml") }));
  t.match(
    renderProblems(gone, "en", { width: 80 }),
    /There is no key/,
    "without the file there is no line to show",
  );
});
