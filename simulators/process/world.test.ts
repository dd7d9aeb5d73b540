import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { Mains } from "./mains.js";
import { liveADay, province, START_MS } from "./province-fixture.js";
import { Tank } from "./tank.js";
import { Valve } from "./valve.js";
import { Boundary } from "./water.js";
import { World } from "./world.js";

/** A tank that fills at 1 m³/s, 10 m² wide. */
function filling(clock: ManualClock, speed?: number) {
  const world = new World({ clock, seed: 1, stepMs: 500, ...(speed === undefined ? {} : { speed }) });
  const source = world.add("source", new Boundary());
  const tank = new Tank({ areaM2: 10, depthM: 1_000 });
  world.add("inlet", new Valve({ from: source, to: tank, flow: 1, open: true }));
  world.add("tank", tank);
  return { world, tank };
}

t.test("a world follows its clock, at its speed, however often one looks", async (t) => {
  const clock = new ManualClock(START_MS);
  const { world, tank } = filling(clock, 60);
  for (let at = 0; at < 100; at++) {
    await clock.advance(10);
    world.advance();
  }
  t.equal(tank.state.volumeM3, 60, "a minute in a second");
  t.equal(world.now, START_MS + 60_000);
  world.speed = 0;
  await clock.advance(60_000);
  world.advance();
  t.equal(tank.state.volumeM3, 60, "held");
  world.speed = 1;
  await clock.advance(1_000);
  world.advance();
  t.equal(tank.state.volumeM3, 61);
  world.run(10);
  world.advance();
  t.equal(tank.state.volumeM3, 71, "steps by hand are not made twice");
  await clock.advance(1_000);
  world.advance();
  t.equal(tank.state.volumeM3, 72);
});

t.test("what was slept through is skipped beyond two hours, and said", async (t) => {
  const clock = new ManualClock(START_MS);
  const { world, tank } = filling(clock);
  await clock.advance(10 * 3_600_000);
  world.advance();
  t.equal(tank.state.volumeM3, 7_200);
  t.equal(world.skippedS, 8 * 3_600);
  t.equal(world.now, START_MS + 10 * 3_600_000, "time itself is not behind");
});

t.test("signals and inputs have names; writing an actuator changes the world", async (t) => {
  const { world, tank } = filling(new ManualClock(START_MS));
  world.run(10);
  world.input("inlet.setpoint")?.write(0);
  world.run(10);
  const level = world.signal("tank.level");
  t.equal(level?.unit, "m");
  const shut = level?.read() ?? 0;
  t.ok(shut > 1 && shut < 2, "it shuts within 5 s");
  world.run(10);
  t.equal(level?.read(), shut);
  t.equal(level?.read(), tank.levelM);
  t.equal(world.signal("inlet.setpoint")?.read(), 0, "an input can be read back");
  t.equal(world.signal("tank.colour"), undefined);
  t.equal(world.input("tank.level"), undefined, "a signal cannot be written");
  world.input("inlet.setpoint")?.write(1_000);
  t.equal(world.input("inlet.setpoint")?.read(), 100, "to the end of its range");
});

t.test("connections carry a signal to an input before each step", async (t) => {
  const { world, tank } = filling(new ManualClock(START_MS));
  const lid = world.add("lid", new Boundary({ surfaceM: 100 }));
  world.connect("lid.level", "inlet.setpoint");
  lid.state.surfaceM = 0;
  world.run(10);
  const before = tank.state.volumeM3;
  world.run(10);
  t.equal(tank.state.volumeM3, before);
  t.throws(() => world.connect("lid.level", "tank.level"), /no input tank.level/);
  t.throws(() => world.connect("lid.colour", "inlet.setpoint"), /no signal lid.colour/);
  t.throws(() => world.add("lid", new Boundary()), /two parts/);
  t.throws(() => new World({ clock: new ManualClock(), seed: 1, stepMs: 2_000 }), /cannot step/);
  for (const speed of [-1, Number.NaN, 1e9]) t.throws(() => filling(new ManualClock(), speed), /speed of/);
});

t.test("the same seed gives the same bytes, another one another day", async (t) => {
  const day = (seed: number): string => {
    const place = province(seed, 1_000);
    liveADay(place, 3, 13);
    const shown = [...place.world.signals].map(([name, its]) => [name, its.read()]);
    return JSON.stringify([place.world.save(), shown]);
  };
  const first = day(5);
  t.equal(day(5), first);
  t.not(day(6), first);
});

t.test("adding a part does not change the others' chance", async (t) => {
  const seeds = (extra: boolean): number => {
    const world = new World({ clock: new ManualClock(), seed: 3 });
    if (extra) world.add("other", new Mains({ seed: world.seedOf("other") }));
    return world.seedOf("rain");
  };
  t.equal(seeds(true), seeds(false));
});

t.test("a restart keeps totals, and a world that goes on is the one that was never stopped", async (t) => {
  const whole = province(5, 1_000);
  liveADay(whole, 4, 4);
  const kept = JSON.parse(JSON.stringify(whole.world.save())) as unknown;
  const again = province(5, 1_000, whole.world.now);
  t.same(again.world.restore(kept), []);
  t.equal(again.meter.importKwh, whole.meter.importKwh);
  t.equal(again.pumps[0]?.state.totalM3, whole.pumps[0]?.state.totalM3);
  t.equal(again.rain.tips, whole.rain.tips);
  t.ok(again.meter.importKwh > 30 && (again.drives[0]?.runHours ?? 0) > 1 && again.rain.state.totalMm > 0);
  whole.world.run(2 * 3_600);
  again.world.run(2 * 3_600);
  t.same(again.world.save(), whole.world.save(), "to the last digit");
});

t.test("what is no state of this world is refused by name and changes nothing", async (t) => {
  const { world } = filling(new ManualClock(START_MS));
  const before = world.save();
  for (const wrong of [undefined, null, 3, [], {}, { version: 2, parts: {} }, { version: 1, parts: [] }])
    t.same(world.restore(wrong), ["version"]);
  const parts = {
    tank: { volumeM3: "7", saltKg: null, colour: 1, __proto__x: 2 },
    inlet: { totalM3: Number.NaN, opening: [1] },
    pump: { totalM3: 1 },
    source: 3,
  };
  t.same(world.restore({ version: 1, t: 0, parts }), [
    "tank.volumeM3",
    "tank.saltKg",
    "tank.colour",
    "tank.__proto__x",
    "inlet.totalM3",
    "inlet.opening",
    "pump",
    "source",
  ]);
  t.same(world.save(), before);
  t.same(world.restore(JSON.parse('{"version":1,"parts":{"tank":{"__proto__":{"a":1},"volumeM3":5}}}')), [
    "tank.__proto__",
  ]);
  t.equal(({} as Record<string, unknown>)["a"], undefined);
  t.equal(world.signal("tank.level")?.read(), 0.5);
});

t.test("a file that lies cannot hang a world or spoil its sums", async (t) => {
  const { world } = province(5, 1_000);
  const saved = structuredClone(world.save());
  for (const state of Object.values(saved.parts)) {
    for (const [key, value] of Object.entries(state))
      state[key] = Array.isArray(value) ? value.map(() => -1e300) : key === "durationS" ? 0 : -1e300;
  }
  t.same(world.restore(saved), []);
  world.run(3);
  t.pass("it steps");
});

/** Signals that must not depend on the step, and how far they may differ, relative to their size or absolute. */
const TOLERANCES: Readonly<Record<string, readonly [relative: number, absolute: number]>> = {
  "canal.level": [0.002, 0],
  "fields.ponding": [0.002, 0.01],
  "rain.total": [0.001, 0.21],
  "pump.1.total": [0.01, 0],
  "gate.total.out": [0.01, 1],
  "gate.total.in": [0.01, 1],
  "meter.energy": [0.01, 0],
  "pond.1.oxygen": [0.005, 0],
  "pond.2.oxygen": [0.005, 0],
  "pond.1.temperature": [0.001, 0],
  "sky.temperature": [0.001, 0],
  "soil.1.moisture": [0.001, 0],
  "soil.2.ec": [0.005, 0],
  "battery.charge": [0.002, 0],
  "circuit.1.energy": [0.002, 0],
  "river.level": [0, 0.001],
  "river.salinity": [0.01, 0.01],
  "analyser.cod.value": [0.02, 0],
  "traffic.count": [0, 2],
  "bin.3.weight": [0.02, 0],
};

t.test("steps of 1 s and of 0.25 s tell the same story", async (t) => {
  const end = (stepMs: number): Map<string, number> => {
    const place = province(9, stepMs, START_MS + 13 * 3_600_000);
    liveADay(place, 6, 13);
    return new Map([...place.world.signals].map(([name, its]) => [name, its.read()]));
  };
  const [coarse, fine] = [end(1_000), end(250)];
  for (const [name, [relative, absolute]] of Object.entries(TOLERANCES)) {
    const [a = Number.NaN, b = Number.NaN] = [coarse.get(name), fine.get(name)];
    t.ok(Math.abs(a - b) <= relative * Math.abs(b) + absolute, `${name}: ${a} and ${b}`);
  }
});

t.test("fifty parts step more than 10,000 s of their time in a second of the processor's", async (t) => {
  const place = province(5, 1_000);
  t.ok(place.world.parts.size >= 50, `${place.world.parts.size} parts`);
  place.world.run(3_600);
  const before = process.cpuUsage();
  place.world.run(10_000);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  t.comment(`10,000 s in ${seconds.toFixed(3)} s`);
  t.ok(seconds < 1, `${seconds} s`);
});
