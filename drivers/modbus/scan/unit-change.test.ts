import t from "tap";
import type { ProfiledDevice } from "../../../simulators/modbus/profile/profiled-device.js";
import { SILENT_LOG } from "../../core/log.js";
import { RTU } from "../rtu-frames.js";
import { onSerialLine } from "../serial.js";
import { ModbusSerialDriver } from "../serial-driver.js";
import { format, profileOf, ScanBench } from "./scan-fixture.js";
import { serialPlace } from "./serial-prober.js";
import { changeUnit, planUnitChange, type UnitChangeEvent } from "./unit-change.js";

const LINE = format(9600);
const WAYS = [{ name: "holding 0", table: "holding", address: 0 }] as const;

/** Changes the id of what hangs on the bench; `onEvent` is the hand of the technician. */
async function change(
  bench: ScanBench,
  id: string,
  from: number,
  to: number,
  onEvent: (event: UnitChangeEvent, stop: () => void) => void = () => {},
) {
  const stop = new AbortController();
  const { clock } = bench;
  const lock = { acquire: async () => async () => {} };
  const events: UnitChangeEvent[] = [];
  let isOver = false;
  const parts = {
    clock,
    ways: WAYS,
    place: serialPlace({ port: "bench", clock, lock, lineOf: (own) => bench.line(own) }, LINE),
    driverOf: async (device: ConstructorParameters<typeof ModbusSerialDriver>[1][number]) => {
      const context = {
        connection: "bench",
        clock,
        log: SILENT_LOG,
        lock,
        dialIn: { claim: () => Promise.reject(new Error("none")) },
        onReady: () => {},
      };
      const options = onSerialLine(RTU, { baud: LINE.baud, timeout: 500 });
      return new ModbusSerialDriver(options, [device], context, bench.line(LINE));
    },
  };
  const working = (async () => {
    for await (const event of changeUnit(planUnitChange(profileOf(id), from, to), parts, stop.signal)) {
      events.push(event);
      onEvent(event, () => stop.abort());
    }
  })().finally(() => {
    isOver = true;
  });
  while (!isOver) await clock.advance(200);
  await working;
  const end = events.at(-1);
  const writes = bench.sent.filter((frame) => [5, 6, 15, 16].includes(frame[1] ?? 0));
  return { events, writes, result: end?.kind === "end" ? end.result : undefined };
}

t.test("the new id counts at once, whichever id answers the write", async (t) => {
  for (const id of ["peacefair/pzem-016", "sonbest/sm7901b"]) {
    const profile = profileOf(id);
    const bench = new ScanBench();
    const device = bench.add(id, 3, LINE);
    const { result, writes } = await change(bench, id, 3, 9);
    t.equal(result, "done", id);
    t.equal(device.unit, 9);
    t.equal(writes.length, 1, "it is written once");
    t.equal(writes[0]?.[0], 3, "to the device's own id");
    t.same(
      device.breaches.all.map(({ fault }) => fault).filter((fault) => fault === "write"),
      [],
    );
    t.ok(profile.addressing?.set);
  }
});

t.test("a device that wants its supply switched off and on", async (t) => {
  const bench = new ScanBench();
  const device = bench.add("xy/md02", 1, LINE);
  let waits = 0;
  const { events, result, writes } = await change(bench, "xy/md02", 1, 7, (event) => {
    if (event.kind === "waiting" && ++waits === 3) device.powerCycle();
  });
  t.equal(result, "done");
  t.ok(events.some(({ kind }) => kind === "power_cycle"));
  t.equal(device.unit, 7);
  t.equal(writes.length, 1);
});

t.test("nobody switches it off and on", async (t) => {
  const bench = new ScanBench();
  bench.add("xy/md02", 1, LINE);
  const { result } = await change(bench, "xy/md02", 1, 7);
  t.equal(result, "stays");
});

t.test("a device that does not come back", async (t) => {
  const bench = new ScanBench();
  bench.add("xy/md02", 1, LINE);
  const { result } = await change(bench, "xy/md02", 1, 7, (event) => {
    if (event.kind === "power_cycle") bench.cable.stop();
  });
  t.equal(result, "not_back");
});

t.test("stopped while it waits, nothing is claimed", async (t) => {
  const bench = new ScanBench();
  bench.add("xy/md02", 1, LINE);
  const { result, writes } = await change(bench, "xy/md02", 1, 7, (event, stop) => {
    if (event.kind === "waiting") stop();
  });
  t.equal(result, "stopped");
  t.equal(writes.length, 1);
});

t.test("an id that somebody has is not given again, and two of one id are told", async (t) => {
  const taken = new ScanBench();
  taken.add("xy/md02", 1, LINE);
  taken.add("peacefair/pzem-016", 7, LINE);
  const first = await change(taken, "xy/md02", 1, 7);
  t.equal(first.result, "taken");
  t.same(first.writes, [], "nothing is written");

  const both = new ScanBench();
  const device = both.add("peacefair/pzem-016", 3, LINE);
  let other: ProfiledDevice | undefined;
  const second = await change(both, "peacefair/pzem-016", 3, 9, (event) => {
    if (event.kind === "written") other = both.add("xy/md02", 3, LINE);
  });
  t.equal(second.result, "both");
  t.ok(other && device.unit === 9);
});

t.test("a device that refuses", async (t) => {
  const bench = new ScanBench();
  bench.add("peacefair/pzem-016", 3, LINE, [{ id: "f", spec: { kind: "exception", code: 4 } }]);
  const { result } = await change(bench, "peacefair/pzem-016", 3, 9);
  t.equal(result, "refused");
});

t.test("what is not done: without a way, outside the range, to all devices", async (t) => {
  const withoutWay = "ysi/odo";
  t.throws(() => planUnitChange(profileOf(withoutWay), 1, 5), { code: "scan.no_way" });
  t.throws(() => planUnitChange(profileOf("xy/md02"), 1, 248), { code: "scan.unit_not_allowed" });
  t.throws(() => planUnitChange(profileOf("xy/md02"), 1, 0), { code: "scan.unit_not_allowed" });
  t.throws(() => planUnitChange(profileOf("xy/md02"), 0, 5), { code: "scan.no_broadcast" });
  t.throws(() => planUnitChange(profileOf("peacefair/pzem-016"), 248, 5), { code: "scan.no_broadcast" });
});
