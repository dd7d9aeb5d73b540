import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import { writtenDown } from "../../gateway/core/health.js";
import { RunningGateway } from "../../gateway/running-gateway.js";
import { isSame } from "../modbus/profile/gateway-bench-fixture.js";
import { accountOf } from "./account.js";
import { configured, freePorts } from "./configured-fixture.js";
import { CountingLedger } from "./device-count.js";
import { StandIn } from "./stand-in.js";

const DEADLINE_MS = 20_000;

t.test(
  "a gateway reads every device of its configuration, on every transport, as it truly was",
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "tram-from-"));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const [tcp, overTcp, asciiOverTcp, dialIn] = await freePorts(4);
    const { config, wanted } = configured(
      folder,
      `connections:
  rs485: {driver: modbus-rtu, port: ${folder}/rs485, baud: 115200}
  old: {driver: modbus-ascii, port: ./ascii, baud: 115200}
  plc: {driver: modbus-tcp, host: localhost, port: ${tcp}}
  server: {driver: modbus-rtu-over-tcp, host: 127.0.0.1, port: ${overTcp}}
  older: {driver: modbus-ascii-over-tcp, host: 127.0.0.1, port: ${asciiOverTcp}}
  modem: {driver: modbus-dial-in, listen: "127.0.0.1:${dialIn}", identity: "hex: 01 A2 FF", heartbeat: beat}
  router: {driver: modbus-dial-in, framing: tcp, listen: "127.0.0.1:${dialIn}", identity: router-7}
devices:
  meter:
    connection: rs485
    unit_id: 1
    profile: eastron/sdm630
    every: 300ms
    points: [voltage.l1, {id: frequency, decimals: 1}, energy.active.import]
  drive: {connection: rs485, unit_id: 3, profile: invt/gd20, every: 300ms}
  flow: {connection: server, unit_id: 2, profile: tuf/tuf-2000m, options: {temperature: fitted}, every: 300ms}
  thing:
    connection: old
    unit_id: 4
    every: 300ms
    points: [{id: temperature, address: 3, type: s16, scale: 0.1, unit: °C}, {id: door, address: 4, bit: 3}]
  station:
    connection: plc
    every: 300ms
    points:
      - {id: run, table: coil, address: 0}
      - {id: "gate.{n}", for: {n: 1..3}, table: input, address: "10 + 2 * n", type: f32, order: CDAB, unit: m, range: [0, 5]}
      - {id: total, table: input, address: 40, type: u64, scale: 0.001, unit: kWh, kind: counter}
      - {id: version, address: 60, type: string, length: 4}
  well: {connection: older, unit_id: 7, profile: generic/level-transmitter, every: 300ms}
  remote: {connection: modem, unit_id: 9, profile: peacefair/pzem-016, every: 300ms}
  far: {connection: router, unit_id: 1, points: [{id: level, address: 0, unit: m}], every: 300ms}
`,
    );
    const clock = new SystemClock("test");
    const ledger = new CountingLedger(10_000);
    const standIn = await StandIn.start(wanted, { clock, ledger, seed: 5, ports: {} });
    t.teardown(() => standIn.stop());
    const gateway = await RunningGateway.start(config, {
      version: "0",
      machineId: "m",
      clock,
      clockTrusted: () => true,
      log: SILENT_LOG,
      lock: new SocketLock(),
      random: Math.random,
      socketPath: join(folder, "api.sock"),
      onTurn: () => {},
      onFatal: (error) => t.fail(error.message),
    });
    t.teardown(() => gateway.stop(2000));
    const points = new Map(
      writtenDown(config)
        .devices.flatMap((device) => device.points)
        .filter(({ access }) => access !== "write")
        .map((point) => [`${point.device}.${point.id}`, point]),
    );
    const read = new Set<string>();
    const strange: string[] = [];
    const take = ({ flags = [], layout, values }: ReadingBatch): void => {
      for (const [at, { id }] of layout.points.entries()) {
        const key = `${layout.device}.${id}`;
        const point = points.get(key);
        const value = values[at];
        if (!point || value === undefined) continue;
        const flag = flags.find((each) => each.at === at);
        // A modem is called for before it has called.
        if (flag?.reason === "link_down") continue;
        const truths = [...ledger.entries(layout.device)].map((entry) => entry.truths?.get(id));
        const isTrue = truths.some((truth) => truth?.quality === "good" && isSame(value, truth.value, point));
        if (flag || !isTrue) strange.push(`${key}: ${value} ${flag?.reason ?? ""}`);
        read.add(key);
      }
    };
    // Settings, which are asked every ten minutes, have their turn later.
    const missing = (): readonly string[] =>
      [...points].flatMap(([key, { periodMs }]) => (periodMs > 1000 || read.has(key) ? [] : [key]));
    const all = new Promise<void>((resolve) => {
      gateway.live.subscribe((batch) => {
        take(batch);
        if (missing().length === 0) resolve();
      });
    });
    const given = new AbortController();
    await Promise.race([all, clock.sleep(DEADLINE_MS, given.signal).catch(() => {})]);
    given.abort();
    t.same(missing(), []);
    t.same(strange, []);
    const account = accountOf(standIn, ledger);
    t.same(
      account.devices.map(({ breaches, device, kinds }) => ({ breaches, device, kinds })),
      wanted.flatMap(({ devices }) => devices.map(({ id }) => ({ breaches: 0, device: id, kinds: {} }))),
    );
    t.ok(account.devices.every(({ reads }) => reads > 0));
    t.equal(account.exceptions + account.damaged + account.foreign, 0);
  },
);
