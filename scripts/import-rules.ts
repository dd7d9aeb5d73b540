/** The rules of the house: who may import whom, and where each package lives. check-imports.ts judges by them. */

/** A rule over single imports: forbids `to` for `from`. Patterns are regular expressions; `$1` in `unlessTo` is
 * what the first group of `from` matched. */
export interface EdgeRule {
  readonly name: string;
  readonly comment: string;
  readonly from: string;
  readonly unlessFrom?: string;
  readonly to: string;
  readonly unlessTo?: string;
}

/** A rule over chains of static imports that are not only of types: what loading `from` must not load. */
export interface ReachRule {
  readonly name: string;
  readonly comment: string;
  readonly from: string;
  readonly reaches: string;
}

const OURS = "^(?:drivers|gateway|simulators|scripts)/";
const SHELF = "core|codec|profiles|line";
const STAGES = "poll|process|live|buffer|forward|command|health|api|host";
const NATIVE = "better-sqlite3|serialport|modbus-serial|johnny-five|firmata-io|@lydell/node-pty";
const CORES = "^drivers/core/|^gateway/core/";

/** Tests, their helpers, the tests of the whole and scripts may import anything (but make no cycle). */
const TESTS = "\\.test\\.ts$|/testing/|/testbed\\.ts$|-fixture\\.ts$";
export const FREE = new RegExp(`${TESTS}|^gateway/e2e/|^scripts/`);

/** Every file of ours lies in a place that the rules below know. */
export const KNOWN_PLACES = new RegExp(
  `^drivers/(?:registry\\.ts$|[^/]+/)|^gateway/(?:(?:main|running-gateway|pipeline|pipeline-buses)\\.ts$|(?:core|contract|config|change|cli|doctor|e2e|${STAGES})/)|^simulators/|^scripts/`,
);
export const UNKNOWN_PLACE = {
  name: "no-unknown-place",
  comment: "A file lies in a folder that no rule knows: give the folder a place in import-rules.ts first.",
} as const;

export const NO_CYCLES = {
  name: "no-cycles",
  comment:
    "Files import each other in a circle, be it only for types: what they share belongs in a file below.",
} as const;

export const UNDECLARED = {
  name: "packages-are-declared",
  comment: "A package is imported that package.json does not name: it is there by chance, in any version.",
} as const;

function home(name: string, packages: string, places: string, comment: string): EdgeRule {
  return { name, comment, from: OURS, unlessFrom: places, to: `^npm:(?:${packages})$` };
}

export const EDGE_RULES: readonly EdgeRule[] = [
  {
    name: "core-imports-nothing-of-ours",
    comment: "drivers/core is the vocabulary of everybody; it knows nobody.",
    from: "^drivers/core/",
    to: OURS,
    unlessTo: "^drivers/core/",
  },
  {
    name: "codec-is-pure",
    comment: "drivers/codec turns bytes into values and back; it needs the vocabulary and no package.",
    from: "^drivers/codec/",
    to: `${OURS}|^npm:`,
    unlessTo: "^drivers/(?:core|codec)/",
  },
  {
    name: "profiles-know-no-driver",
    comment:
      "The registry hands drivers/profiles the drivers' schemas; what concerns one driver lies in that driver.",
    from: "^drivers/profiles/",
    to: OURS,
    unlessTo: "^drivers/(?:core|profiles)/",
  },
  {
    name: "line-knows-no-protocol",
    comment: "drivers/line carries bytes for every driver and understands none of them.",
    from: "^drivers/line/",
    to: OURS,
    unlessTo: "^drivers/(?:core|line)/",
  },
  {
    name: "driver-stands-alone",
    comment: "A driver uses core, codec, profiles, line and itself; never another driver, never the gateway.",
    from: `^drivers/(?!(?:${SHELF})/)([^/]+)/`,
    to: OURS,
    unlessTo: `^drivers/(?:${SHELF}|$1)/`,
  },
  {
    name: "schema-is-light",
    comment:
      "A driver's schema.ts is read by simulators, editors and tram check: shapes only, no package but TypeBox.",
    from: "^drivers/[^/]+/(?:[a-z]+-)?schema\\.ts$",
    to: "^npm:|^drivers/(?!(?:core|profiles)/)",
    unlessTo: "^npm:@sinclair/typebox$|^drivers/[^/]+/(?:[a-z]+-)?schema\\.ts$",
  },
  {
    name: "registry-knows-only-drivers",
    comment: "drivers/registry.ts lists the drivers; the ground floor knows nothing of the gateway.",
    from: "^drivers/registry\\.ts$",
    to: OURS,
    unlessTo: "^drivers/",
  },
  {
    name: "gateway-core-is-vocabulary",
    comment: "gateway/core holds the interfaces between stages; it may name drivers/core only.",
    from: "^gateway/core/",
    to: OURS,
    unlessTo: CORES,
  },
  {
    name: "contract-stands-alone",
    comment:
      "gateway/contract is what the centre sees, and is used there without a gateway: drivers/core only.",
    from: "^gateway/contract/",
    to: OURS,
    unlessTo: "^drivers/core/|^gateway/contract/",
  },
  {
    name: "stage-knows-no-other-stage",
    comment:
      "Stages meet in gateway/core and are joined in pipeline.ts; a stage uses the cores, contract and itself.",
    from: `^gateway/(${STAGES})/`,
    to: OURS,
    unlessTo: `${CORES}|^gateway/contract/|^gateway/$1/`,
  },
  {
    name: "config-starts-nothing",
    comment:
      "gateway/config checks gateway.yaml with the registry's schemas; it knows no stage and no driver.",
    from: "^gateway/config/",
    to: OURS,
    unlessTo: `${CORES}|^gateway/config/|^drivers/profiles/|^drivers/registry\\.ts$`,
  },
  {
    name: "doctor-looks-from-outside",
    comment:
      "gateway/doctor examines a box beside a gateway: files, sockets, the local API, one login; it starts no stage and no driver.",
    from: "^gateway/doctor/",
    to: OURS,
    unlessTo: `${CORES}|^gateway/(?:contract|config|buffer|forward|api|host|doctor)/|^drivers/profiles/`,
  },
  {
    name: "change-knows-files-and-shapes",
    comment:
      "gateway/change puts another configuration in place and takes it back; what it changes is handed to it.",
    from: "^gateway/change/",
    to: OURS,
    unlessTo: `${CORES}|^gateway/(?:config|change)/|^drivers/profiles/`,
  },
  {
    name: "only-verbs-see-the-doctor",
    comment: "What runs a gateway needs nothing of gateway/doctor; it is there for cli.",
    from: "^gateway/(?!doctor/|cli/)",
    to: "^gateway/doctor/",
  },
  {
    name: "pipeline-joins-stages",
    comment: "gateway/pipeline.ts joins stages; drivers, configuration and sockets are handed to it.",
    from: "^gateway/pipeline(?:-buses)?\\.ts$",
    to: OURS,
    unlessTo: `${CORES}|^gateway/contract/|^gateway/(?:${STAGES})/|^gateway/pipeline-buses\\.ts$`,
  },
  {
    name: "gateway-is-a-part",
    comment:
      "gateway/running-gateway.ts is one gateway of perhaps several in a process: no verb, no file of settings; of drivers it knows the registry and what their lines share.",
    from: "^gateway/running-gateway\\.ts$",
    to: OURS,
    unlessTo: `${CORES}|^gateway/contract/|^gateway/(?:${STAGES})/|^gateway/pipeline\\.ts$|^drivers/registry\\.ts$|^drivers/line/dial-in-ports\\.ts$`,
  },
  {
    name: "main-knows-no-verb",
    comment:
      "gateway/main.ts is the process of tram run; of gateway/cli it knows what a verb is given, and no verb.",
    from: "^gateway/main\\.ts$",
    to: "^gateway/cli/",
    unlessTo: "^gateway/cli/(?:io|messages)\\.ts$",
  },
  {
    name: "two-verbs-see-simulators",
    comment: "Of the composition roots only cli/simulate and cli/fleet see simulators.",
    from: "^gateway/(?:main\\.ts$|cli/)",
    unlessFrom: "^gateway/cli/(?:simulate|fleet)/",
    to: "^simulators/",
  },
  {
    name: "product-needs-no-tools",
    comment: "The program works without scripts/ and without the tests of the whole.",
    from: "^gateway/(?:main\\.ts$|cli/)",
    to: "^scripts/|^gateway/e2e/",
  },
  {
    name: "simulators-share-no-arithmetic",
    comment:
      "A byte-order bug that simulator and driver shared would cancel out: drivers/core, profiles, schema.ts, contract.",
    from: "^simulators/",
    to: OURS,
    unlessTo:
      "^simulators/|^drivers/(?:core|profiles)/|^drivers/[^/]+/(?:[a-z]+-)?schema\\.ts$|^gateway/contract/",
  },
  {
    name: "nothing-imports-tests",
    comment: "Tests and their helpers are for tests.",
    from: OURS,
    to: TESTS,
  },
  home(
    "better-sqlite3-home",
    "better-sqlite3",
    "^gateway/buffer/",
    "Only the buffer touches SQLite: every statement blocks its thread.",
  ),
  home(
    "mqtt-home",
    "mqtt",
    "^gateway/forward/|^gateway/contract/subscriber|^drivers/mqtt/|^simulators/fleet|^gateway/cli/",
    "MQTT is spoken in forward, contract's subscriber, drivers/mqtt, the fleet simulator and cli.",
  ),
  home(
    "aedes-home",
    "aedes",
    "^drivers/mqtt/|^simulators/",
    "The broker in process is for drivers/mqtt and simulators.",
  ),
  home(
    "serialport-home",
    "serialport|@serialport/.+",
    "^drivers/line/|^simulators/",
    "Serial ports are opened by drivers/line and by simulators.",
  ),
  home("modbus-serial-home", "modbus-serial", "^drivers/modbus/", "modbus-serial belongs to drivers/modbus."),
  home(
    "johnny-five-home",
    "johnny-five|firmata-io",
    "^drivers/firmata/",
    "Boards are driven by drivers/firmata.",
  ),
  home(
    "pino-home",
    "pino|pino-.+",
    "^gateway/host/",
    "Everybody logs through drivers/core's Log; pino is behind it.",
  ),
  home(
    "pty-home",
    "@lydell/node-pty.*",
    "^simulators/",
    "Pseudo-terminals stand in for wires, in simulators.",
  ),
  home(
    "postgres-home",
    "postgres",
    "^$",
    "The database of a data centre is spoken to by the reference receiver alone.",
  ),
  home(
    "test-packages-home",
    "tap|@tapjs/.+|@biomejs/.+|typescript",
    "^$",
    "The program needs no package of the workshop.",
  ),
];

export const REACH_RULES: readonly ReachRule[] = [
  {
    name: "registry-loads-drivers-when-used",
    comment: "Naming the drivers loads none of them: import them with import() in drivers/registry.ts.",
    from: "^drivers/registry\\.ts$",
    reaches: `-driver\\.ts$|^npm:(?:${NATIVE}|mqtt|aedes)$`,
  },
  {
    name: "command-loads-verbs-when-used",
    comment:
      "tram --help must not load SQLite, MQTT or a simulator: import() the verbs in gateway/cli/verbs.ts.",
    from: "^gateway/cli/(?:main|verbs)\\.ts$",
    reaches: `^npm:(?:${NATIVE}|mqtt|aedes|pino)$|^simulators/|^gateway/(?:main|running-gateway|pipeline)\\.ts$`,
  },
];
