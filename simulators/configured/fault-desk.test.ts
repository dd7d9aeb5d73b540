import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { render } from "../../drivers/core/message.js";
import { PseudoTerminal } from "../pty.js";
import { type DeskBench, deskBench, registersOf } from "./desk-fixture.js";
import { FaultDesk } from "./fault-desk.js";

/** What strikes a request to the device now. */
function struck({ standIn }: DeskBench, device: string): readonly string[] {
  const bus = standIn.buses.find(({ devices }) => devices.some(({ wanted }) => wanted.id === device));
  return bus?.bus.faults.strike(device).kinds ?? ["no bus"];
}

t.test("faults of the bus begin, end by themselves, and are healed", async (t) => {
  const bench = deskBench(t);
  t.equal(bench.say("silent meter for 60 s"), "Fault 1: silent meter for 60 s");
  t.same(struck(bench, "meter"), ["silence"]);
  t.same(struck(bench, "well"), [], "another device has none");
  await bench.clock.advance(59_000);
  t.same(struck(bench, "meter"), ["silence"]);
  t.equal(bench.say("faults"), "Fault 1: silent meter for 60 s (1s left)");
  await bench.clock.advance(1001);
  t.same(struck(bench, "meter"), []);
  t.equal(bench.say("faults"), "There are no faults.");
  bench.say("drop 50 % of meter");
  const dropped = Array.from({ length: 200 }, () => struck(bench, "meter").length).filter(Boolean).length;
  t.ok(dropped > 60 && dropped < 140, `${dropped} of 200`);
  bench.say("late 800 ms of well");
  t.equal(bench.say("heal meter"), "Faults ended: 1.");
  t.same(struck(bench, "meter"), []);
  t.same(struck(bench, "well"), ["late"]);
  t.equal(bench.say("heal"), "Faults ended: 1.");
  t.same(struck(bench, "well"), []);
  t.same(
    bench.standIn.buses[0]?.bus.faults.made(),
    { silence: 2 + dropped, late: 1 },
    "what was made is kept",
  );
  bench.say("silent meter for 1h");
  bench.say("heal");
  t.equal(bench.clock.pending, 0, "no timer is left");
});

t.test("a whole connection, and which fault is healed", async (t) => {
  const bench = deskBench(t);
  bench.say("late 100ms on rs485");
  bench.say("garble meter");
  bench.say("stuck meter level for 1h");
  bench.say("offset meter course 3");
  t.same(
    [struck(bench, "meter"), struck(bench, "well"), struck(bench, "pump")],
    [["late", "bad_checksum"], ["late"], []],
  );
  const since = bench.clock.now();
  t.same(bench.desk.list(), [
    { id: 1, line: "late 100ms on rs485", of: "rs485", since },
    { id: 2, line: "garble meter", of: "meter", since },
    {
      id: 3,
      line: "stuck meter level for 1h",
      of: "meter",
      point: "level",
      since,
      endsAt: since + 3_600_000,
    },
    { id: 4, line: "offset meter course 3", of: "meter", point: "course", since },
  ]);
  t.equal(bench.say("heal 2"), "Faults ended: 1.");
  t.equal(bench.say("heal 2"), 'There is no fault 2. Type "faults" for those that there are.');
  t.equal(bench.say("heal meter level"), "Faults ended: 1.");
  t.equal(bench.say("heal meter level"), "meter level has no faults.");
  t.equal(
    bench.say("heal of rs485"),
    "There is no device or connection rs485. There are: rs485, meter, drive, well, quick, old, pump, far, fast, slow, plc, server.",
  );
  t.equal(bench.say("heal rs485"), "Faults ended: 1.");
  t.same(
    bench.desk.list().map(({ id }) => id),
    [4],
  );
  bench.desk.close();
  t.same(bench.desk.list(), []);
});

t.test("an order that cannot be done says why, and does nothing", async (t) => {
  const { desk, say, standIn } = deskBench(t);
  for (const [line, problem] of [
    ["silent pomp", /^There is no device or connection pomp. There are: pump, meter, drive/],
    ["silent of pomp", /^There is no device pomp. There are: pump, meter/],
    ["silent of rs485", /^There is no device rs485/],
    ["silent on meter", /^There is no connection meter. There are: /],
    ["stuck meter levle", "meter has no point levle. Similar: level."],
    ["stuck rs485 level", /^There is no device rs485/],
    ["unplug bus for 1 s", /^There is no connection bus. There are: rs485, fast/],
    ["address plc 9", /^There is no device plc/],
    ["sentinel well level", 'well: its profile names no value for "not measured" of level.'],
    [
      "sentinel meter level broken",
      "meter: no value of level says broken. There are: overrange, open_circuit.",
    ],
    ["stuck drive start", "drive: start can be written only; nobody reads it."],
    ["offset meter name 3", "meter: name is no number."],
    ["drift meter run 3 per h", "meter: run is no number."],
    ["rollover meter level", "meter: level is no counter (kind: counter)."],
    ["reset meter course", /is no counter/],
    ["garble of pump", "garble: Modbus TCP has no checksum, and plc is Modbus TCP."],
    ["wrong-transaction of meter", "wrong-transaction: only Modbus TCP has transaction ids; rs485 has none."],
    ["wrong-transaction of far", /only Modbus TCP/],
    ["wrong-baud 4800 on plc", "wrong-baud happens on serial lines only; plc is Modbus TCP."],
    ["wrong-baud 9600 on rs485", "rs485 runs at 9600 baud: nothing would be wrong."],
    ["half-open on rs485", "half-open happens to TCP connections only; rs485 is a serial port."],
    ["close of meter", /happens to TCP connections only/],
    ["swap plc", /serial lines only/],
    ["twin of pump", /serial lines only/],
    ["echo on plc", /serial lines only/],
    ["break rs485 after pump", "pump does not hang on rs485. There are: meter, drive, well."],
    ["break rs485 after well", "No device hangs behind well."],
    ["unterminated slow", "slow runs at 1200 baud: so slow that reflections do no harm."],
    ["explode", /^Not understood: explode Type "help"/],
  ] as const) {
    if (typeof problem === "string") t.equal(say(line), problem, line);
    else t.match(say(line), problem, line);
    const checked = desk.check(line);
    t.equal(checked && render(checked, "en"), say(line), `${line}: told beforehand`);
  }
  t.match(render(desk.do("explode")[0] as never, "vi"), /^Không hiểu: explode/);
  t.same(desk.list(), []);
  t.same(
    standIn.buses.flatMap(({ bus }) => bus.faults.all),
    [],
  );
  t.equal(desk.check("silent meter"), undefined);
  t.equal(desk.check("help"), undefined);
  t.same(desk.list(), [], "who asks whether it could be done does nothing");
  t.notMatch(say("heal \u001b[31m\u202e"), /\p{Cc}|\p{Cf}/u, "no terminal is told anything");
  for (let n = 0; n < 100; n++) say("silent meter");
  t.equal(say("silent meter"), 'There are 100 faults already. Type "heal" first.');
  t.equal(say("heal"), "Faults ended: 100.");
});

t.test("faults last by the time of the world, where the devices stand in one", async (t) => {
  const bench = deskBench(t);
  const world = new ManualClock();
  const desk = new FaultDesk(bench.standIn, world);
  desk.do("silent meter for 1h");
  desk.do("drift meter level 0.6 per min");
  await bench.clock.advance(3_600_000);
  t.same(struck(bench, "meter"), ["silence"]);
  await world.advance(3_599_999);
  t.same(struck(bench, "meter"), ["silence"]);
  await world.advance(1);
  t.same(struck(bench, "meter"), []);
  t.same(registersOf(await bench.ask("rs485", 1)), [250 + 3600]);
});

t.test("help tells all, and one order with what it takes", async (t) => {
  const { say } = deskBench(t);
  t.match(say("help"), /\n {2}late 800ms of meter +it answers later\n/);
  t.equal(
    say("help noise"),
    [
      "random bytes before, after, instead",
      "Written: noise [before|after|instead] [8] [20% | every 5] of meter | on rs485 [for 60s]",
      "8: from 1 to 1000",
    ].join("\n"),
  );
  t.match(say("help faults"), /those that there are/);
});

t.test("an instrument's values: stuck, no measurement, and as they were", async (t) => {
  const bench = deskBench(t);
  const { clock, say } = bench;
  const courses = async (): Promise<ReadonlySet<number | undefined>> => {
    const seen = new Set<number | undefined>();
    for (let n = 0; n < 20; n++) {
      await clock.advance(60_000);
      seen.add(registersOf(await bench.ask("rs485", 1, 3))[0]);
    }
    return seen;
  };
  t.ok((await courses()).size > 5, "it moves");
  say("stuck meter course");
  t.equal((await courses()).size, 1, "it stands still");
  say("heal");
  t.ok((await courses()).size > 5);
  say("sentinel meter level for 10 s");
  t.same(registersOf(await bench.ask("rs485", 1)), [32_767]);
  say("sentinel meter level open_circuit for 1h");
  t.same(registersOf(await bench.ask("rs485", 1)), [32_768], "the newest");
  await clock.advance(10_001);
  t.same(registersOf(await bench.ask("rs485", 1)), [32_768]);
  say("heal");
  t.same(registersOf(await bench.ask("rs485", 1)), [250]);
});

/** Opening a pseudo-terminal takes the system's own time. */
async function untilThere(path: string): Promise<boolean> {
  for (let turn = 0; turn < 500 && !existsSync(path); turn++) await setTimeout(10);
  return existsSync(path);
}

/** As long as a port that is being opened takes, and once more. */
async function untilOpened(): Promise<void> {
  for (let n = 0; n < 2; n++) await (await PseudoTerminal.open()).close();
}

t.test("a wire is pulled out and put back", async (t) => {
  const { clock, desk, say, standIn } = deskBench(t);
  await standIn.open();
  const path = standIn.buses[0]?.carrier.where ?? "";
  t.ok(existsSync(path));
  t.equal(say("unplug rs485 for 1 s"), "rs485 is pulled out, and put back in 1 s.");
  t.equal(say("unplug rs485"), "Fault 2: unplug rs485");
  t.notOk(existsSync(path), "the port is gone");
  await clock.advance(1000);
  t.same(
    desk.list().map(({ id }) => id),
    [2],
  );
  await untilOpened();
  t.notOk(existsSync(path), "somebody else still has it out");
  say("heal rs485");
  await clock.advance(0);
  t.ok(await untilThere(path), "it is there again");
});

t.test("a wire that is pulled out again while it is put back stays out", async (t) => {
  const { clock, say, standIn } = deskBench(t);
  await standIn.open();
  const path = standIn.buses[0]?.carrier.where ?? "";
  say("unplug rs485");
  say("heal");
  // The port is being opened now.
  const opening = clock.advance(0);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  say("unplug rs485");
  await opening;
  await untilOpened();
  t.notOk(existsSync(path));
  say("heal");
  await clock.advance(0);
  t.ok(await untilThere(path));
});
