import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { say } from "../../drivers/core/message.js";
import { type LoadResult, loadConfig } from "../config/load-config.js";
import type { GatewayConfig } from "../core/config.js";
import { type ConfigChange, planChange } from "../core/config-change.js";
import type { ChangeAnswer } from "../core/config-changes.js";
import { CHANGE_MESSAGES } from "../core/messages.js";
import type { GatewayStatus } from "../core/status.js";
import { type Changeable, ConfigDesk } from "./config-desk.js";
import { readPending, takeBackPending, writePending } from "./pending-file.js";

const PROFILES = fileURLToPath(new URL("../../../config/profiles", import.meta.url));
const yaml = (port: number, more = ""): string => `# giữ lại
gateway: {id: g, name: G, clock: trusted}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${port}}}
devices: {a: {connection: plc, every: 1s, points: [{id: x, address: 0}]}}
uplinks: {centre: {url: "mqtt://127.0.0.1:1"}}
buffer: {path: ./b.db}
${more}`;

/** A gateway in figures: what answers and what is connected is said by the test. */
class Figures implements Changeable {
  config: GatewayConfig;
  rev = 1;
  readonly notes: string[] = [];
  readonly audit = {
    note: (_kind: unknown, by: string, { message }: { message: { code: string } }) =>
      void this.notes.push(`${by} ${message.code}`),
  };
  isAnswering = true;
  isUp = true;
  fails: Error | undefined;

  constructor(config: GatewayConfig) {
    this.config = config;
  }

  status(): GatewayStatus {
    const devices = [...this.config.devices.keys()].filter((id) => id === "a");
    return {
      devices: devices.map((id) => ({
        id,
        connection: "plc",
        state: this.isAnswering ? "answering" : "lost",
      })),
      uplinks: [{ id: "centre", state: this.isUp ? "up" : "down" }],
    } as unknown as GatewayStatus;
  }

  async change(next: GatewayConfig): Promise<ConfigChange> {
    if (this.fails) throw this.fails;
    const change = planChange(this.config, next);
    this.config = next;
    return change;
  }
}

function station(t: Test) {
  const folder = t.testdir({ "gateway.yaml": yaml(5020) });
  const file = join(folder, "gateway.yaml");
  const load = (path: string): LoadResult => loadConfig(path, { profilesDir: PROFILES, env: {} });
  const { config } = load(file);
  if (!config) throw new TypeError("the station's own file");
  const gateway = new Figures(config);
  const clock = new ManualClock();
  const desk = new ConfigDesk({ gateway, file, text: yaml(5020), load, clock, log: SILENT_LOG });
  t.teardown(() => desk.close());
  const text = (): string => readFileSync(file, "utf8");
  const port = (): unknown =>
    (gateway.config.connections.get("plc")?.settings as { port?: number } | undefined)?.port;
  const apply = (text: string, confirmMs = 300_000) => desk.apply({ text, by: "A", confirmMs });
  return { folder, file, gateway, clock, desk, text, port, apply };
}

const codeOf = (answer: ChangeAnswer): string =>
  "refused" in answer ? answer.refused.message.code : "accepted";

t.test("applied, confirmed, final", async (t) => {
  const { apply, clock, desk, file, gateway, port, text } = station(t);
  const answer = await apply(yaml(5021));
  t.match(answer, { pending: { by: "A", missing: [] } });
  t.equal(port(), 5021);
  t.equal(text(), yaml(5021));
  t.equal(readPending(file)?.before, yaml(5020));
  t.equal(
    statSync(join(file, "..", ".gateway.yaml.pending")).mode & 0o077,
    0,
    "it may hold what gateway.yaml holds",
  );
  await clock.advance(60_000);
  t.match(desk.pending(), { missing: [] });
  t.match(await desk.confirm("B"), { ended: { end: "confirmed", by: "B" } });
  t.equal(readPending(file), undefined);
  await clock.advance(600_000);
  t.equal(port(), 5021);
  t.equal(text(), yaml(5021));
  t.same(gateway.notes, ["A audit.config_applied", "B audit.config_confirmed"]);
  t.equal(codeOf(await desk.confirm("B")), "change.nothing_pending");
});

t.test("nobody confirms: it is taken back, file and all", async (t) => {
  const { apply, clock, desk, file, folder, port, text } = station(t);
  await apply(yaml(5021), 60_000);
  await clock.advance(59_000);
  t.equal(port(), 5021);
  await clock.advance(2_000);
  t.equal(port(), 5020);
  t.equal(text(), yaml(5020));
  t.match(desk.ended(), { end: "reverted", by: "gateway", why: /in time/ });
  t.equal(readPending(file), undefined);
  t.equal(readFileSync(`${file}.taken-back`, "utf8"), yaml(5021), "the work is not lost");
  t.equal(readdirSync(folder).length, 2);
});

t.test("a device or an uplink that is not reached again takes it back at once", async (t) => {
  for (const part of ["isAnswering", "isUp"] as const) {
    const { apply, clock, desk, gateway, port } = station(t);
    const text = part === "isUp" ? yaml(5020).replace("127.0.0.1:1", "127.0.0.1:2") : yaml(5021);
    await apply(text);
    gateway[part] = false;
    await clock.advance(20_000);
    gateway[part] = true;
    await clock.advance(20_000);
    t.ok(desk.pending(), "it came back within the grace");
    gateway[part] = false;
    await clock.advance(10_000);
    t.equal(desk.pending()?.missing.length, 1);
    await clock.advance(25_000);
    t.match(desk.ended(), { end: "reverted", why: /not reached any more: (?:a|centre)/ });
    t.equal(port(), 5020);
  }
});

t.test("what did not answer before holds nothing up", async (t) => {
  const { apply, clock, desk, gateway } = station(t);
  gateway.isAnswering = false;
  await apply(yaml(5021));
  await clock.advance(100_000);
  t.match(desk.pending(), { missing: [] });
});

t.test("taken back by hand", async (t) => {
  const { apply, desk, gateway, port, text } = station(t);
  await apply(yaml(5021));
  t.match(await desk.revert("B"), { ended: { end: "reverted", by: "B" } });
  t.equal(port(), 5020);
  t.equal(text(), yaml(5020));
  t.equal(gateway.notes.at(-1), "B audit.config_reverted");
});

t.test("what cannot be is refused, and the file is as it was", async (t) => {
  const { apply, desk, folder, gateway, port, text } = station(t);
  const refused = async (what: string, code: string): Promise<void> => {
    t.equal(codeOf(await apply(what)), code, code);
    t.equal(text(), yaml(5020));
    t.equal(port(), 5020);
    t.same(
      readdirSync(folder).filter((name) => name !== "gateway.yaml.taken-back"),
      ["gateway.yaml"],
    );
  };
  await refused("gateway: {id: [", "change.not_valid");
  await refused(yaml(5020).replace("address: 0", "adress: 0"), "change.not_valid");
  await refused(yaml(5020).replace("id: g,", "id: h,"), "change.needs_restart");
  await refused(yaml(5020), "change.nothing_changes");
  gateway.fails = new ConfigurationError(CHANGE_MESSAGES.nothing_changes);
  await refused(yaml(5021), "change.nothing_changes");
  gateway.fails = new TypeError("our fault");
  await refused(yaml(5021), "change.failed");
  gateway.fails = undefined;
  const [first, second] = await Promise.all([apply(yaml(5021)), apply(yaml(5022))]);
  t.same([codeOf(first), codeOf(second)], ["accepted", "change.busy"]);
  t.equal(codeOf(await apply(yaml(5022))), "change.pending_already");
  desk.close();
  t.equal(codeOf(await desk.confirm("A")), "change.busy", "it stops");
});

t.test("a folder that cannot be written: refused, nothing is changed", async (t) => {
  const { apply, file, port, text } = station(t);
  // Not even root writes a file where a folder stands.
  mkdirSync(join(file, "..", ".gateway.yaml.pending"));
  t.equal(codeOf(await apply(yaml(5021))), "change.not_writable");
  t.equal(text(), yaml(5020));
  t.equal(port(), 5020);
});

t.test("a comment alone is a change of the text", async (t) => {
  const { apply, text } = station(t);
  t.match(await apply(yaml(5020, "# mới\n")), { pending: {} });
  t.match(text(), "# mới");
});

t.test("a process that ended while it was pending: the next start takes it back", async (t) => {
  const folder = t.testdir({ "gateway.yaml": yaml(5021) });
  const file = join(folder, "gateway.yaml");
  const pending = { by: "A", since: "2026-11-26T01:00:00Z", before: yaml(5020), buffer: "/b.db" };
  writePending(file, pending);
  writeFileSync(file, yaml(5022));
  t.match(takeBackPending(file), pending);
  t.equal(readFileSync(file, "utf8"), yaml(5020));
  t.equal(readFileSync(`${file}.taken-back`, "utf8"), yaml(5022), "what somebody edited meanwhile");
  t.equal(takeBackPending(file), undefined, "once");
  writePending(file, pending);
  t.ok(takeBackPending(file));
  t.equal(existsSync(`${file}.pending`), false);
  writeFileSync(join(folder, ".gateway.yaml.pending"), "{");
  t.equal(takeBackPending(file), undefined, "half a mark is none");
  t.equal(say(CHANGE_MESSAGES.busy).message.code, "change.busy");
});
