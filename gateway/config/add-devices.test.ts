import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { type Additions, withAdditions } from "./add-devices.js";
import { loadConfig } from "./load-config.js";
import { rewriteConfig } from "./rewrite-config.js";

const OPTIONS = { profilesDir: fileURLToPath(new URL("../../../config/profiles", import.meta.url)), env: {} };
const MORE: Additions = {
  connections: [{ id: "rs485-2", keys: { driver: "modbus-rtu", port: "/dev/ttyUSB1", baud: 4800 } }],
  devices: [
    { id: "md02", keys: { name: "Nhiệt độ: kho", connection: "rs485-2", unit_id: 7, profile: "xy/md02" } },
  ],
};

const HEAD = `# đầu tệp
gateway: {id: t-01, name: Trạm, timezone: Asia/Ho_Chi_Minh}   # một dòng
`;
const BLOCKS = `${HEAD}connections:
  rs485:            # đường số 1
    driver: modbus-rtu
    port: /dev/ttyUSB0   # cổng
devices:
    well:           # thụt bốn cột
        connection: rs485
        unit_id: 1
        profile: generic/level-transmitter   # cuối

# các nơi nhận
uplinks: {out: {url: "file:./out"}}
# hết`;

/** Every text is a good configuration before and after, and no line of it is changed. */
const KEPT: Readonly<Record<string, string>> = {
  "sections in lines": BLOCKS,
  "line ends of Windows": BLOCKS.replaceAll("\n", "\r\n"),
  "devices last, without a line end": `${HEAD}connections: 
  rs485: {driver: modbus-rtu, port: /dev/ttyUSB0}
uplinks: {out: {url: "file:./out"}}
devices:
  well: {connection: rs485, unit_id: 1, profile: generic/level-transmitter}`,
  "a list and a comment at the end": `${HEAD}connections:
  rs485: {driver: modbus-rtu, port: /dev/ttyUSB0}
uplinks: {out: {url: "file:./out"}}
devices:
  well:
    connection: rs485
    every: 1s
    points:
      - {id: a, address: 1}
      - id: b   # hai
        address: 2
  # để dành
`,
};

for (const [name, text] of Object.entries(KEPT)) {
  t.test(`what stood there stays: ${name}`, async (t) => {
    const file = join(t.testdir({ "gateway.yaml": text }), "gateway.yaml");
    t.same(errorsOf(file), []);
    const after = withAdditions(text, MORE);
    writeFileSync(file, after);
    const { config } = loadConfig(file, OPTIONS);
    t.same(errorsOf(file), [], after);
    t.same([...(config?.devices.keys() ?? [])].filter((id) => !id.startsWith("gateway")).slice(0, 2), [
      "well",
      "md02",
    ]);
    t.equal(config?.devices.get("md02")?.name, "Nhiệt độ: kho");
    const lines = after.split("\n");
    let at = 0;
    for (const line of text.split("\n")) {
      const found = lines.indexOf(line, at);
      t.ok(found >= 0, `kept: ${line}`);
      at = found + 1;
    }
    t.equal(after.includes("\r\n"), text.includes("\r\n"));
  });
}

t.test("sections that are missing, and sections in one line", async (t) => {
  const bare = join(t.testdir({ "gateway.yaml": "" }), "gateway.yaml");
  for (const text of [
    `${HEAD}uplinks: {out: {url: "file:./out"}}\n`,
    `${HEAD}# giữ lại\nconnections: {}   # trống\ndevices: {}\nuplinks: {out: {url: "file:./out"}}\n`,
    `${HEAD}uplinks: {out: {url: "file:./out"}}\nconnections: {rs485: {driver: modbus-rtu, port: /dev/ttyUSB0}}   # giữ\n`,
  ]) {
    const after = withAdditions(text, MORE);
    writeFileSync(bare, after);
    t.same(errorsOf(bare), [], after);
    for (const comment of text.match(/# .*/g) ?? []) t.ok(after.includes(comment), comment);
  }
});

t.test("the old text is kept, the new one is there whole, rights stay", async (t) => {
  const folder = t.testdir({ "gateway.yaml": BLOCKS });
  const file = join(folder, "gateway.yaml");
  chmodSync(file, 0o640);
  const after = withAdditions(BLOCKS, MORE);
  t.same(rewriteConfig(file, BLOCKS, after, OPTIONS), { state: "written", backup: `${file}.bak` });
  t.equal(readFileSync(file, "utf8"), after);
  t.equal(readFileSync(`${file}.bak`, "utf8"), BLOCKS);
  t.equal(statSync(file).mode & 0o777, 0o640);
  const more = {
    connections: [],
    devices: [{ id: "third", keys: { connection: "rs485", unit_id: 9, profile: "xy/md02" } }],
  };
  const second = rewriteConfig(file, after, withAdditions(after, more), OPTIONS);
  t.match(second, { state: "written", backup: `${file}.bak.1` });
  t.equal(readFileSync(`${file}.bak`, "utf8"), BLOCKS, "a backup is never replaced");
});

t.test("a good file is never made a bad one, nor is another's change lost", async (t) => {
  const folder = t.testdir({ "gateway.yaml": BLOCKS });
  const file = join(folder, "gateway.yaml");
  const wrong = { connections: [], devices: [{ id: "bad", keys: { connection: "nowhere", unit_id: 9 } }] };
  const refused = rewriteConfig(file, BLOCKS, withAdditions(BLOCKS, wrong), OPTIONS);
  t.equal(refused.state, "refused");
  if (refused.state === "refused") t.ok(refused.problems.every((problem) => problem.file === file));
  t.equal(rewriteConfig(file, `${BLOCKS} `, withAdditions(BLOCKS, MORE), OPTIONS).state, "changed");
  t.equal(readFileSync(file, "utf8"), BLOCKS);
  t.same(readdirSync(folder), ["gateway.yaml"], "nothing is left lying about");
  t.notOk(existsSync(`${file}.bak`));
});

function errorsOf(file: string): readonly string[] {
  return loadConfig(file, OPTIONS)
    .problems.filter(({ severity }) => severity === "error")
    .map(({ line, said }) => `${line}: ${said.message.code}`);
}

t.test("a connection's setting is changed in its place", async (t) => {
  const keys = { baud: 4800, parity: "even" };
  const changed = (connection: string): string => {
    const text = `${HEAD}connections:\n  rs485:${connection}\n# sau\nuplinks: {out: {url: "file:./out"}}\n`;
    return withAdditions(text, { connections: [], devices: [], changed: [{ id: "rs485", keys }] });
  };
  t.match(
    changed("   # bus\n    driver: modbus-rtu\n    baud: 9600   # cũ\n    port: /dev/a # cổng"),
    "  rs485:   # bus\n    driver: modbus-rtu\n    baud: 4800   # cũ\n    port: /dev/a # cổng\n    parity: even\n# sau\n",
  );
  t.match(
    changed(" {driver: modbus-rtu, baud: 9600, port: /dev/a}"),
    "baud: 4800, port: /dev/a, parity: even}",
  );
  for (const text of [" {driver: modbus-rtu, port: /dev/a}", "\n    driver: modbus-rtu\n    port: /dev/a"]) {
    const file = join(t.testdir({ "gateway.yaml": changed(text) }), "gateway.yaml");
    t.match(loadConfig(file, OPTIONS).config?.connections.get("rs485")?.settings, keys);
  }
  t.equal(withAdditions(HEAD, { connections: [], devices: [], changed: [{ id: "rs485", keys }] }), HEAD);
});
