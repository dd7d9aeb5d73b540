import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import t from "tap";
import { declaredPackages, judgeImports, type Offence } from "./check-imports.js";
import { readImportGraph } from "./import-graph.js";
import { EDGE_RULES, NO_CYCLES, REACH_RULES, UNDECLARED, UNKNOWN_PLACE } from "./import-rules.js";

type How = "value" | "type" | "dynamic" | "typeof" | "reexport" | "worker";
type Plant = readonly [from: string, to: string, how?: How];

interface Case {
  /** The first is the import that the rule must find; the others lie on its way. */
  readonly offence: readonly Plant[];
  /** Imports that no rule may find. */
  readonly allowed: readonly Plant[];
}

/** For every rule: what must be found, and what must not. */
const CASES: Readonly<Record<string, Case>> = {
  "core-imports-nothing-of-ours": {
    offence: [["drivers/core/a.ts", "drivers/codec/x.ts", "type"]],
    allowed: [["drivers/core/a.ts", "drivers/core/x.ts"]],
  },
  "codec-is-pure": {
    offence: [["drivers/codec/a.ts", "npm:yaml"]],
    allowed: [["drivers/codec/a.ts", "drivers/core/x.ts"]],
  },
  "profiles-know-no-driver": {
    offence: [["drivers/profiles/a.ts", "drivers/modbus/schema.ts", "typeof"]],
    allowed: [
      ["drivers/profiles/a.ts", "drivers/core/x.ts"],
      ["drivers/profiles/a.ts", "npm:yaml"],
    ],
  },
  "line-knows-no-protocol": {
    offence: [["drivers/line/a.ts", "drivers/codec/x.ts"]],
    allowed: [["drivers/line/a.ts", "drivers/core/x.ts"]],
  },
  "driver-stands-alone": {
    offence: [["drivers/modbus/a.ts", "drivers/firmata/x.ts"]],
    allowed: [
      ["drivers/modbus/a.ts", "drivers/line/x.ts"],
      ["drivers/modbus/a.ts", "drivers/codec/x.ts"],
      ["drivers/modbus/a.ts", "drivers/profiles/x.ts"],
      ["drivers/modbus/a.ts", "drivers/modbus/x.ts", "reexport"],
      ["drivers/modbus/a.test.ts", "gateway/poll/x.ts"],
    ],
  },
  "schema-is-light": {
    offence: [["drivers/firmata/schema.ts", "drivers/firmata/x.ts"]],
    allowed: [
      ["drivers/firmata/schema.ts", "npm:@sinclair/typebox"],
      ["drivers/firmata/schema.ts", "drivers/core/x.ts"],
    ],
  },
  "registry-knows-only-drivers": {
    offence: [["drivers/registry.ts", "gateway/core/x.ts", "type"]],
    allowed: [["drivers/registry.ts", "drivers/modbus/schema.ts"]],
  },
  "gateway-core-is-vocabulary": {
    offence: [["gateway/core/a.ts", "gateway/contract/x.ts", "type"]],
    allowed: [["gateway/core/a.ts", "drivers/core/x.ts"]],
  },
  "contract-stands-alone": {
    offence: [["gateway/contract/a.ts", "gateway/core/x.ts"]],
    allowed: [["gateway/contract/a.ts", "drivers/core/x.ts"]],
  },
  "stage-knows-no-other-stage": {
    offence: [["gateway/forward/a.ts", "gateway/buffer/x.ts", "type"]],
    allowed: [
      ["gateway/forward/a.ts", "gateway/core/x.ts"],
      ["gateway/forward/a.ts", "gateway/contract/x.ts"],
      ["gateway/host/a.ts", "drivers/core/x.ts"],
      ["gateway/e2e/a.ts", "gateway/buffer/x.ts"],
    ],
  },
  "config-starts-nothing": {
    offence: [["gateway/config/a.ts", "drivers/modbus/x.ts"]],
    allowed: [
      ["gateway/config/a.ts", "drivers/registry.ts"],
      ["gateway/config/a.ts", "drivers/profiles/x.ts"],
      ["gateway/config/a.ts", "gateway/core/x.ts"],
    ],
  },
  "change-knows-files-and-shapes": {
    offence: [["gateway/change/a.ts", "gateway/buffer/x.ts"]],
    allowed: [
      ["gateway/change/a.ts", "gateway/core/x.ts"],
      ["gateway/change/a.ts", "gateway/config/x.ts"],
      ["gateway/main.ts", "gateway/change/x.ts"],
    ],
  },
  "doctor-looks-from-outside": {
    offence: [["gateway/doctor/a.ts", "gateway/running-gateway.ts", "dynamic"]],
    allowed: [
      ["gateway/doctor/a.ts", "gateway/core/x.ts"],
      ["gateway/doctor/a.ts", "gateway/config/x.ts"],
      ["gateway/doctor/a.ts", "gateway/forward/x.ts"],
      ["gateway/doctor/a.ts", "gateway/buffer/x.ts", "dynamic"],
      ["gateway/cli/doctor/doctor.ts", "gateway/doctor/x.ts"],
    ],
  },
  "only-verbs-see-the-doctor": {
    offence: [["gateway/main.ts", "gateway/doctor/x.ts"]],
    allowed: [["gateway/cli/doctor/doctor.ts", "gateway/doctor/y.ts"]],
  },
  "pipeline-joins-stages": {
    offence: [["gateway/pipeline.ts", "gateway/config/x.ts"]],
    allowed: [
      ["gateway/pipeline.ts", "gateway/poll/x.ts"],
      ["gateway/pipeline.ts", "gateway/core/x.ts"],
    ],
  },
  "gateway-is-a-part": {
    offence: [["gateway/running-gateway.ts", "gateway/config/x.ts"]],
    allowed: [
      ["gateway/running-gateway.ts", "gateway/pipeline.ts"],
      ["gateway/running-gateway.ts", "gateway/buffer/a.ts"],
      ["gateway/running-gateway.ts", "drivers/registry.ts"],
      ["gateway/running-gateway.ts", "drivers/line/dial-in-ports.ts"],
    ],
  },
  "main-knows-no-verb": {
    offence: [["gateway/main.ts", "gateway/cli/x.ts"]],
    allowed: [
      ["gateway/main.ts", "gateway/running-gateway.ts"],
      ["gateway/main.ts", "gateway/config/a.ts"],
      ["gateway/main.ts", "gateway/cli/io.ts"],
    ],
  },
  "two-verbs-see-simulators": {
    offence: [["gateway/cli/run.ts", "simulators/x.ts", "dynamic"]],
    allowed: [
      ["gateway/cli/simulate/simulate-from.ts", "simulators/x.ts"],
      ["gateway/cli/fleet/fleet-run.ts", "simulators/x.ts"],
    ],
  },
  "product-needs-no-tools": {
    offence: [["gateway/cli/run.ts", "scripts/x.ts"]],
    allowed: [["scripts/a.ts", "gateway/main.ts"]],
  },
  "simulators-share-no-arithmetic": {
    offence: [["simulators/a.ts", "drivers/codec/x.ts"]],
    allowed: [
      ["simulators/a.ts", "drivers/modbus/schema.ts"],
      ["simulators/a.ts", "drivers/core/x.ts"],
      ["simulators/a.ts", "drivers/profiles/x.ts"],
      ["simulators/a.ts", "gateway/contract/x.ts"],
    ],
  },
  "nothing-imports-tests": {
    offence: [["gateway/poll/a.ts", "gateway/poll/testing/x.ts"]],
    allowed: [["gateway/poll/a.test.ts", "gateway/poll/testing/x.ts"]],
  },
  "better-sqlite3-home": {
    offence: [["gateway/cli/run.ts", "npm:better-sqlite3"]],
    allowed: [["gateway/buffer/a.ts", "npm:better-sqlite3"]],
  },
  "mqtt-home": {
    offence: [["gateway/main.ts", "npm:mqtt"]],
    allowed: [
      ["gateway/forward/a.ts", "npm:mqtt"],
      ["gateway/contract/subscriber.ts", "npm:mqtt"],
      ["drivers/mqtt/a.ts", "npm:mqtt"],
      ["simulators/fleet/a.ts", "npm:mqtt"],
      ["gateway/cli/watch.ts", "npm:mqtt"],
    ],
  },
  "aedes-home": {
    offence: [["gateway/forward/a.ts", "npm:aedes"]],
    allowed: [
      ["drivers/mqtt/a.ts", "npm:aedes"],
      ["simulators/a.ts", "npm:aedes"],
      ["scripts/a.ts", "npm:aedes"],
    ],
  },
  "serialport-home": {
    offence: [["drivers/modbus/a.ts", "npm:serialport"]],
    allowed: [
      ["drivers/line/a.ts", "npm:serialport"],
      ["simulators/a.ts", "npm:serialport"],
    ],
  },
  "modbus-serial-home": {
    offence: [["simulators/a.ts", "npm:modbus-serial"]],
    allowed: [["drivers/modbus/a.ts", "npm:modbus-serial"]],
  },
  "johnny-five-home": {
    offence: [["drivers/modbus/a.ts", "npm:johnny-five"]],
    allowed: [["drivers/firmata/a.ts", "npm:johnny-five"]],
  },
  "pino-home": {
    offence: [["gateway/main.ts", "npm:pino"]],
    allowed: [["gateway/host/a.ts", "npm:pino"]],
  },
  "pty-home": {
    offence: [["drivers/line/a.ts", "npm:@lydell/node-pty"]],
    allowed: [["simulators/a.ts", "npm:@lydell/node-pty"]],
  },
  "postgres-home": {
    offence: [["gateway/buffer/a.ts", "npm:postgres"]],
    allowed: [["scripts/a.ts", "npm:postgres"]],
  },
  "test-packages-home": {
    offence: [["gateway/live/a.ts", "npm:tap"]],
    allowed: [["gateway/live/a.test.ts", "npm:tap"]],
  },
  "registry-loads-drivers-when-used": {
    offence: [
      ["drivers/registry.ts", "drivers/modbus/tcp-driver.ts"],
      ["drivers/registry.ts", "drivers/modbus/rtu-driver.ts", "dynamic"],
    ],
    allowed: [["drivers/registry.ts", "drivers/modbus/rtu-driver.ts", "dynamic"]],
  },
  "command-loads-verbs-when-used": {
    offence: [
      ["gateway/cli/main.ts", "gateway/cli/watch.ts"],
      ["gateway/cli/watch.ts", "npm:mqtt"],
    ],
    allowed: [
      ["gateway/cli/main.ts", "gateway/cli/watch.ts", "dynamic"],
      ["gateway/cli/watch.ts", "npm:mqtt"],
    ],
  },
  "packages-are-declared": {
    offence: [["gateway/poll/a.ts", "npm:undeclared"]],
    allowed: [["gateway/poll/a.ts", "npm:yaml"]],
  },
  "no-unknown-place": {
    offence: [["gateway/utils/a.ts", "drivers/core/x.ts"]],
    allowed: [["gateway/live/a.ts", "drivers/core/x.ts"]],
  },
  "no-cycles": {
    offence: [
      ["gateway/buffer/a.ts", "gateway/buffer/b.ts"],
      ["gateway/buffer/b.ts", "gateway/buffer/c.ts", "worker"],
      ["gateway/buffer/c.ts", "gateway/buffer/a.ts", "type"],
    ],
    allowed: [
      ["gateway/buffer/a.ts", "gateway/buffer/b.ts"],
      ["gateway/buffer/a.ts", "gateway/buffer/c.ts"],
      ["gateway/buffer/b.ts", "gateway/buffer/c.ts"],
    ],
  },
};

const DECLARED = new Set(
  Object.values(CASES)
    .flatMap(({ offence, allowed }) => [...offence, ...allowed])
    .flatMap(([, to]) => (to.startsWith("npm:") ? [to.slice(4)] : []))
    .filter((name) => name !== "undeclared"),
);

function statement([from, to, how = "value"]: Plant, n: number): string {
  let specifier = to.slice(4);
  if (!to.startsWith("npm:")) {
    const path = posix.relative(posix.dirname(from), to).replace(/\.ts$/, ".js");
    specifier = path.startsWith(".") ? path : `./${path}`;
  }
  switch (how) {
    case "value":
      return `import { held as held${n} } from "${specifier}"; export const keep${n} = held${n};`;
    case "type":
      return `import type { held as held${n} } from "${specifier}"; export type Keep${n} = typeof held${n};`;
    case "typeof":
      return `export type Keep${n} = typeof import("${specifier}").held;`;
    case "dynamic":
      return `export const load${n} = () => import("${specifier}");`;
    case "reexport":
      return `export { held as kept${n} } from "${specifier}";`;
    case "worker":
      return `export const worker${n} = new URL("${specifier}", import.meta.url);`;
  }
}

/** Writes a tree of modules with these imports; what is imported exists. */
function plant(root: string, plants: readonly Plant[]): void {
  const modules = new Map<string, string[]>();
  const module = (path: string): string[] => {
    const lines = modules.get(path) ?? ["export const held = 1;"];
    modules.set(path, lines);
    return lines;
  };
  for (const [index, entry] of plants.entries()) {
    const [from, to] = entry;
    module(from).push(statement(entry, index));
    if (to.startsWith("npm:")) {
      const name = to.slice(4);
      modules.set(`node_modules/${name}/index.d.ts`, ["export const held: number;"]);
      modules.set(`node_modules/${name}/package.json`, [
        JSON.stringify({ name, version: "1.0.0", type: "module", exports: { types: "./index.d.ts" } }),
      ]);
    } else {
      module(to);
    }
  }
  const compilerOptions = { module: "nodenext", target: "es2022", types: [], noLib: true, noEmit: true };
  modules.set("package.json", [JSON.stringify({ type: "module" })]);
  modules.set("tsconfig.json", [
    JSON.stringify({ compilerOptions, include: ["drivers", "gateway", "simulators", "scripts"] }),
  ]);
  for (const [path, lines] of modules) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${lines.join("\n")}\n`);
  }
}

const judged = (root: string): Offence[] => judgeImports(readImportGraph(root), DECLARED);

t.test("every rule has a name, a comment and a case here", async (t) => {
  const rules = [...EDGE_RULES, ...REACH_RULES, NO_CYCLES, UNDECLARED, UNKNOWN_PLACE];
  t.same(rules.map(({ name }) => name).sort(), Object.keys(CASES).sort());
  for (const { name, comment } of rules) t.match(comment, /^\S.{20,}\.$/, `${name} says why`);
});

for (const [rule, { offence }] of Object.entries(CASES)) {
  t.test(rule, async (t) => {
    const root = t.testdir();
    plant(root, offence);
    const [found, ...others] = judged(root);
    t.same([found?.rule, ...others.map((other) => other.rule)], [rule], "this rule and no other");
    t.equal(found?.from, offence[0]?.[0]);
    const named = rule === UNKNOWN_PLACE.name ? (offence[0]?.[0] ?? "") : (offence[0]?.[1] ?? "");
    t.ok(found?.to.startsWith(named), `${found?.to} names ${named}`);
  });
}

t.test("what is allowed", async (t) => {
  const plants = Object.values(CASES).flatMap(({ allowed }) => allowed);
  const root = t.testdir();
  plant(root, plants);
  t.same(judged(root), []);
  const seen = new Set(readImportGraph(root).imports.map(({ from, to }) => `${from} -> ${to}`));
  for (const [from, to] of plants) t.ok(seen.has(`${from} -> ${to}`), `saw ${from} -> ${to}`);
});

t.test("an import of a value counts more than one of a type", async (t) => {
  const root = t.testdir();
  plant(root, [
    ["gateway/cli/main.ts", "gateway/cli/run.ts", "type"],
    ["gateway/cli/main.ts", "gateway/cli/run.ts", "dynamic"],
    ["gateway/cli/run.ts", "gateway/main.ts"],
  ]);
  t.same(judged(root), [], "types and import() load nothing at once");
  t.equal(readImportGraph(root).imports.find(({ to }) => to === "gateway/cli/run.ts")?.kind, "dynamic");
});

t.test("a tree in which the compiler finds nothing is no success", async (t) => {
  t.throws(() => readImportGraph(t.testdir()), /no file of ours/);
});

t.test("the packages of a tree are those of its package.json", async (t) => {
  const root = t.testdir({ "package.json": '{"dependencies": {"a": "1"}, "devDependencies": {"b": "1"}}' });
  t.same(declaredPackages(root), new Set(["a", "b"]));
});
