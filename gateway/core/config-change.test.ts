import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { loadConfigOrThrow } from "../config/load-config.js";
import type { GatewayConfig } from "./config.js";
import { isNothing, planChange } from "./config-change.js";
import { configTree, treeChanges } from "./config-tree.js";

const PROFILES = fileURLToPath(new URL("../../../config/profiles", import.meta.url));
const YAML = `gateway: {id: g, name: G, clock: trusted}
connections:
  one: {driver: modbus-tcp, host: 127.0.0.1, port: 5020}
  two: {driver: modbus-tcp, host: 127.0.0.1, port: 5021}
devices:
  a: {connection: one, every: 1s, points: [{id: x, address: 0, unit: m}, {id: y, address: 1}]}
  b: {connection: one, unit_id: 2, every: 1s, points: [{id: x, address: 0}]}
  c: {connection: two, every: 1s, points: [{id: x, address: 0}]}
uplinks:
  centre: {url: "mqtt://127.0.0.1:1883", password: "\${env:SESAME}", window: 8}
  files: {url: "file:./out"}
buffer: {path: ./b.db}
`;

const FOLDER = mkdtempSync(join(tmpdir(), "tram-change-"));
t.teardown(() => rmSync(FOLDER, { recursive: true, force: true }));

function configOf(yaml: string): GatewayConfig {
  const file = join(FOLDER, "gateway.yaml");
  writeFileSync(file, yaml);
  return loadConfigOrThrow(file, { profilesDir: PROFILES, env: { SESAME: "sesame" } });
}

const BASE = configOf(YAML);
const changed = (from: string | RegExp, to: string): GatewayConfig => {
  const yaml = YAML.replace(from, to);
  if (yaml === YAML) throw new Error(`${from} is not there`);
  return configOf(yaml);
};

t.test("each change touches what it must, and nothing else", async (t) => {
  t.ok(isNothing(planChange(BASE, configOf(`# a comment\n${YAML}`))));
  const cases: readonly (readonly [string | RegExp, string, object])[] = [
    [
      "port: 5021",
      "port: 5022",
      {
        connections: { one: "keep", two: "restart" },
        newRevision: false,
        uplinks: { centre: "keep", files: "keep" },
      },
    ],
    [
      "address: 1}",
      "address: 9}",
      { connections: { one: "restart", two: "keep" }, newRevision: true, uplinks: { centre: "restart" } },
    ],
    [/ {2}c: .*\n/, "", { connections: { one: "keep", two: "restart" }, newRevision: true }],
    [
      / {2}two: .*\n([\s\S]*) {2}c: .*\n/,
      "$1",
      { connections: { one: "keep", two: "stop" }, newRevision: true },
    ],
    [
      "  two:",
      "  three: {driver: modbus-tcp, host: 127.0.0.1, port: 1}\n  two:",
      { connections: { three: "start" }, newRevision: false },
    ],
    [
      "window: 8",
      "window: 9",
      {
        uplinks: { centre: "restart", files: "keep" },
        newRevision: false,
        connections: { one: "keep", two: "keep" },
      },
    ],
    [
      "name: G",
      "name: H",
      { uplinks: { centre: "restart", files: "restart" }, newRevision: false, connections: { one: "keep" } },
    ],
    [
      / {2}files: .*\n/,
      "",
      { uplinks: { files: "stop", centre: "restart" }, newRevision: true, connections: { one: "keep" } },
    ],
    ["id: g,", "id: h,", { needsRestart: ["gateway.id"] }],
    ["{path: ./b.db}", "{path: ./b.db, max_size: 3GB}", { needsRestart: ["buffer.maxBytes"] }],
    [", clock: trusted", "", { needsRestart: ["gateway.clock"] }],
  ];
  for (const [from, to, wanted] of cases) {
    const { connections, keptDevices, uplinks, ...rest } = planChange(BASE, changed(from, to));
    t.match(
      { ...rest, connections: Object.fromEntries(connections), uplinks: Object.fromEntries(uplinks) },
      wanted,
      `${from}`,
    );
    t.equal(keptDevices.has("a"), connections.get("one") === "keep");
  }
});

t.test("a change and its way back undo each other", async (t) => {
  const mirror = { keep: "keep", restart: "restart", start: "stop", stop: "start" } as const;
  for (const other of [
    changed("port: 5021", "port: 1"),
    changed(/ {2}c: .*\n/, ""),
    changed(/ {2}files: .*\n/, ""),
  ]) {
    const [there, back] = [planChange(BASE, other), planChange(other, BASE)];
    for (const [id, part] of there.connections) t.equal(back.connections.get(id), mirror[part]);
    for (const [id, part] of there.uplinks) t.equal(back.uplinks.get(id), mirror[part]);
    t.equal(back.newRevision, there.newRevision);
  }
});

t.test("the tree says everything but secrets, and what differs", async (t) => {
  const tree = configTree(BASE);
  t.notMatch(JSON.stringify(tree), /sesame|"hash"/);
  t.match(tree, {
    connections: { one: { settings: { port: 5020 } } },
    devices: { a: { points: { x: { unit: "m", periodMs: 1000 } } } },
  });
  t.notMatch(JSON.stringify(tree), "health", "what nobody wrote");
  t.same(treeChanges(tree, configTree(changed("unit: m", "unit: cm")))[0], {
    path: ["devices", "a", "points", "x", "unit"],
    before: "m",
    after: "cm",
  });
  const [gone] = treeChanges(tree, configTree(changed(/ {2}c: .*\n/, "")));
  t.match(gone, { path: ["devices", "c"], before: { connection: "two" } });
  t.equal(gone?.after, undefined);
  t.same(treeChanges(tree, tree), []);
});
