import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import t from "tap";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { loadConfigOrThrow } from "../config/load-config.js";
import type { UplinkStatus } from "../core/status.js";
import { FakeBuffer } from "../forward/testing/fake-buffer.js";
import { Pipeline } from "../pipeline.js";
import { ScriptedDriver } from "../poll/testing/scripted-driver.js";

const YAML = `
gateway: {id: g, health_every: 0s}
connections: {a: {driver: modbus-tcp, host: a}, b: {driver: modbus-tcp, host: b}}
devices:
  one: {connection: a, every: 1s, points: [{id: x, address: 0}]}
  two: {connection: b, every: 1s, points: [{id: x, address: 0}]}
uplinks: {centre: {url: "mqtt://localhost"}}
`;

t.test("what several connections answered in one turn is announced once, and counted", async (t) => {
  const file = join(t.testdir({}), "gateway.yaml");
  writeFileSync(file, YAML);
  const config = loadConfigOrThrow(file, { profilesDir: "", env: {} });
  const clock = new ManualClock();
  const buffer = new FakeBuffer({ uplinks: ["centre"] });
  const woken: number[] = [];
  const set: number[] = [];
  const pipeline = new Pipeline({
    config,
    version: "1",
    clock,
    log: SILENT_LOG,
    lock: new SocketLock(),
    dialIn: { claim: () => Promise.reject(new TypeError("dial in")) },
    random: () => 0,
    buffer,
    audit: {
      note: () => {},
      stats: () => ({ path: "", bytes: 0, last: 0, hash: "", waiting: 0, missing: 0 }),
      close: async () => {},
    },
    marks: { read: () => [], write: async () => {} },
    clockTrusted: () => true,
    drivers: new Map([["modbus-tcp", () => new ScriptedDriver(clock)]]),
    makeUplink: () => ({
      start: () => {},
      wake: (records) => woken.push(records),
      trustClock: ({ mono_ms: mono }) => set.push(mono),
      stop: async () => {},
      pause: () => false,
      status: () => ({}) as UplinkStatus,
    }),
    onTurn: () => {},
    onFatal: (error) => t.fail(error.message),
  });
  pipeline.start();
  while (buffer.records.length < 2) await turn();
  await turn();
  t.same(woken, [2], "both first answers together");
  await clock.advance(1000);
  while (buffer.records.length < 4) await turn();
  await turn();
  t.equal(
    woken.reduce((sum, records) => sum + records),
    4,
    "none is forgotten",
  );
  pipeline.clockBecameTrusted();
  t.same(set, [Math.round(clock.mono())], "the uplinks know the right time at once");
  const stopped = pipeline.stop(1000);
  await clock.advance(1000);
  await stopped;
});
