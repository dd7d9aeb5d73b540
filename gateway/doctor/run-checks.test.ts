// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in gateway.yaml look like this
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { LinkError } from "../../drivers/core/errors.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { messages, say } from "../../drivers/core/message.js";
import type { Check, Finding } from "./check.js";
import { configCheck } from "./config-check.js";
import { gatewayCheck } from "./gateway-check.js";
import { runChecks } from "./run-checks.js";
import { codesOf, contextOf, findingsOf } from "./testing/doctor-bench.js";

const M = messages("run_checks_test", {
  title: { vi: "thử", en: "test" },
  seen: { vi: "thấy {n}", en: "seen {n}" },
  gone: { vi: "mất", en: "gone" },
});

const seen = (n: number): Finding => ({ level: "ok", said: say(M.seen, { n }) });
function check(name: string, run: Check["run"], deadlineMs = 1_000): Check {
  return { name, title: M.title, deadlineMs, run };
}

t.test("one that throws and one that hangs are findings, and stop no other", async (t) => {
  const clock = new ManualClock();
  let left = 0;
  const checks = [
    check("throws", async function* () {
      yield seen(1);
      throw new TypeError("no such thing");
    }),
    check("refuses", async function* () {
      yield seen(2);
      throw new LinkError(M.gone);
    }),
    check("hangs", async function* (_context, signal) {
      yield seen(3);
      signal.addEventListener("abort", () => left++);
      await new Promise(() => {});
    }),
    check("works", async function* () {
      yield seen(4);
    }),
  ];
  const context = contextOf(t.testdir(), "gateway: {id: g}\n", { clock });
  const told: string[] = [];
  const run = (async () => {
    for await (const event of runChecks(checks, context, new AbortController().signal)) {
      if (event.kind === "begin") told.push(`${event.check.name} ${event.at}/${event.of}`);
      if (event.kind === "finding") told.push(...codesOf([event.finding]));
    }
  })();
  for (let n = 0; n < 50 && !told.includes("works 4/4"); n++) await clock.advance(100);
  await run;
  t.same(told, [
    ...["throws 1/4", "ok run_checks_test.seen", "warning check_failed"],
    ...["refuses 2/4", "ok run_checks_test.seen", "warning run_checks_test.gone"],
    ...["hangs 3/4", "ok run_checks_test.seen", "warning check_late"],
    ...["works 4/4", "ok run_checks_test.seen"],
  ]);
  t.equal(left, 1, "who hangs is told");
  t.equal(clock.pending, 0);
});

t.test("Ctrl-C ends it at once, also while something hangs", async (t) => {
  const abort = new AbortController();
  const checks = [
    check("hangs", async function* () {
      yield seen(1);
      abort.abort();
      await new Promise(() => {});
    }),
    check("never", async function* () {
      yield seen(2);
    }),
  ];
  const kinds: string[] = [];
  for await (const event of runChecks(checks, contextOf(t.testdir(), "gateway: {id: g}\n"), abort.signal))
    kinds.push(`${event.kind} ${event.check.name}`);
  t.same(kinds, ["begin hangs", "finding hangs", "end hangs"]);
});

t.test("the configuration: where it is wrong, and who can read its secrets", async (t) => {
  const folder = t.testdir({ secrets: { mqtt: "hunter2", old: "x" } });
  chmodSync(join(folder, "secrets/mqtt"), 0o644);
  const yaml =
    'gateway: {id: g}\nuplinks: {centre: {url: "mqtt://127.0.0.1", password: "${file:secrets/mqtt}"}}\n# password: ${file:secrets/old}\n';
  const context = contextOf(folder, yaml);
  const open = await findingsOf(configCheck, context);
  t.same(codesOf(open), ["warning config_problem", "ok config_good", "warning secret_open"]);
  t.match(open[2]?.said.params, { file: join(folder, "secrets/mqtt"), mode: "644" });
  chmodSync(join(folder, "secrets/mqtt"), 0o600);
  t.same(codesOf(await findingsOf(configCheck, context)).at(-1), "ok secret_closed");

  const wrong = await findingsOf(configCheck, contextOf(folder, "gateway: {id: g, nmae: x}\n"));
  t.same(codesOf(wrong)[0], "problem config_problem");
  t.match(wrong[0]?.said.params["place"], /gateway\.yaml:1:\d+$/);
  t.match(wrong[0]?.said.params["text"], /nmae.*name/s);
  rmSync(join(folder, "gateway.yaml"));
  const { file: _, config: _config, ...bare } = context;
  t.same(codesOf(await findingsOf(configCheck, { ...bare, problems: [] })), ["problem no_config_file"]);
});

t.test("what the running gateway says", async (t) => {
  const context = contextOf(t.testdir(), "gateway: {id: g}\n");
  const status = {
    name: "G",
    pid: 7,
    version: "1",
    started: "2026-11-23T02:51:20Z",
    id: "g",
    epoch: "e",
    config: context.file,
    hash: context.config?.hash,
    connections: [
      { id: "rs485", problem: "port gone", findings: [] },
      { id: "plc", findings: ["one silent"] },
    ],
    devices: [
      { id: "well", connection: "rs485", state: "lost", failures: 9, points: 3 },
      { id: "m", state: "answering", points: 4 },
    ],
    uplinks: [{ id: "centre", state: "down", problem: "no way" }],
    buffer: { durable: false, dropped: 3 },
    alarms: [{}],
  };
  const answered = (more: object) => ({
    ...context,
    gateway: async () => ({ state: "running", status: { ...status, ...more } }) as never,
  });
  t.same(codesOf(await findingsOf(gatewayCheck, answered({}))), [
    "ok gateway_running",
    "problem gateway_trouble",
    "problem gateway_trouble",
    "problem gateway_device_lost",
    "problem gateway_trouble",
    "problem gateway_not_durable",
    "warning gateway_dropped",
    "note gateway_alarms",
  ]);
  const well = {
    connections: [],
    devices: [],
    uplinks: [],
    alarms: [],
    buffer: { durable: true, dropped: 0 },
  };
  t.same(codesOf(await findingsOf(gatewayCheck, answered({ ...well, hash: "other" }))).slice(1), [
    "warning gateway_older_config",
  ]);
  t.same(codesOf(await findingsOf(gatewayCheck, answered({ ...well, config: "/x" }))).slice(1), [
    "warning gateway_other_file",
  ]);
  t.same(codesOf(await findingsOf(gatewayCheck, answered(well))), ["ok gateway_running"]);
  const silent = {
    ...context,
    gateway: async () => ({ state: "silent", thrown: new Error("EACCES") }) as const,
  };
  t.same(codesOf(await findingsOf(gatewayCheck, silent)), ["problem gateway_silent"]);
  t.same(codesOf(await findingsOf(gatewayCheck, context)), ["note gateway_absent"]);
});
