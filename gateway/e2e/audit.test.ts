import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { auditReader } from "../buffer/audit-reader.js";
import { loadConfigOrThrow } from "../config/load-config.js";
import { RunningGateway } from "../running-gateway.js";

/** The machine's clock, whose wall time somebody sets. */
class SteppedClock extends SystemClock {
  stepMs = 0;

  override now(): number {
    return super.now() + this.stepMs;
  }
}

interface Site {
  readonly folder: string;
  readonly clock: SteppedClock;
  trusted: boolean;
}

async function site(t: Test): Promise<Site> {
  // A Unix socket's path is short (108 bytes): not below the test's own folder.
  const folder = await mkdtemp(join(tmpdir(), "tram-audit-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return { folder, clock: new SteppedClock("boot-1"), trusted: true };
}

const yamlOf = (id: string, more = ""): string => `gateway: {id: ${id}, health_every: 0s}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: 1}}
devices:
  dev: {connection: plc, every: 1h, points: [{id: a, address: 0}${more}]}
uplinks: {out: {url: "file:out-${id}"}}
`;

async function start(t: Test, own: Site, id: string, more?: string, version = "1"): Promise<RunningGateway> {
  const file = join(own.folder, `${id}.yaml`);
  await writeFile(file, yamlOf(id, more));
  const config = loadConfigOrThrow(file, { profilesDir: "config/profiles", env: {} });
  const gateway = await RunningGateway.start(config, {
    version,
    machineId: "m",
    clock: own.clock,
    clockTrusted: () => own.trusted,
    log: SILENT_LOG,
    lock: new SocketLock(),
    random: Math.random,
    socketPath: join(own.folder, `${id}.sock`),
    onTurn: () => {},
    onFatal: (error) => t.fail(error.message),
  });
  t.teardown(() => gateway.stop(2000));
  return gateway;
}

async function auditOf(own: Site, id: string) {
  const reader = auditReader(join(own.folder, "data", `${id}.audit.jsonl`));
  const entries = [];
  for await (const entry of reader.entries()) entries.push(entry);
  t.equal((await reader.verify()).broken, undefined);
  return entries;
}

t.test("start, change, clock and stop of a gateway are in its audit", async (t) => {
  const own = await site(t);
  const first = await start(t, own, "g");
  const { epoch, hash, rev } = first.status("en");
  await first.stop(4000);
  t.match(await auditOf(own, "g"), [
    {
      n: 1,
      kind: "gateway",
      who: "gateway",
      clock: "trusted",
      code: "audit.started",
      params: { version: "1", config: hash, epoch, rev },
    },
    { n: 2, code: "audit.stopped" },
  ]);

  own.trusted = false;
  const second = await start(t, own, "g", ", {id: b, address: 1}", "2");
  const now = second.status("en");
  own.clock.stepMs = 86_400_000;
  own.trusted = true;
  second.clockTrusted();
  await second.stop(4000);
  const entries = (await auditOf(own, "g")).slice(2);
  t.match(entries, [
    { code: "audit.version_changed", params: { old: "1", new: "2" } },
    {
      kind: "configuration",
      code: "audit.configuration_changed",
      params: { old: hash, new: now.hash, old_rev: rev, rev: rev + 1 },
    },
    { code: "audit.started", clock: "untrusted" },
    { kind: "clock", code: "audit.clock_stepped", params: { by: 86_400, steps: 1 } },
    { kind: "clock", code: "audit.clock_trusted", clock: "trusted" },
    { code: "audit.stopped", mono_ms: Number, boot: "boot-1" },
  ]);
  const { audit } = second.status("en");
  t.match(audit, { last: 8, waiting: 0, missing: 0, hash: entries.at(-1)?.hash });
});

t.test("two gateways in one process have two audits; one file has one gateway", async (t) => {
  const own = await site(t);
  const [a, b] = [await start(t, own, "a"), await start(t, own, "b")];
  await t.rejects(start(t, own, "a"), { code: "core.held_by_process" });
  await Promise.all([a.stop(4000), b.stop(4000)]);
  for (const [id, gateway] of [
    ["a", a],
    ["b", b],
  ] as const) {
    const { epoch } = gateway.status("en");
    t.match(await auditOf(own, id), [
      { code: "audit.started", params: { epoch } },
      { code: "audit.stopped" },
    ]);
  }
  const again = await start(t, own, "a");
  await again.stop(4000);
  t.equal((await auditOf(own, "a")).length, 4, "the lock was given back");
});
