import t from "tap";
import { liveADay, type Province, province } from "./province-fixture.js";

/** Of what went through: rounding of doubles over a day of steps, nothing more. */
const RELATIVE = 1e-9;

const HOURS = 24;

function around(hours = HOURS, seed = 7, stepMs = 1_000) {
  const place = province(seed, stepMs);
  const before = structuredClone(place.world.save());
  liveADay(place, hours);
  return { place, before, after: place.world.save() };
}

const lived = around();

/** A number of the state, summed over the parts that have it under these names. */
function sum(of: "before" | "after", parts: readonly string[], key: string): number {
  return parts.reduce((total, part) => total + number(of, part, key), 0);
}

function number(of: "before" | "after", part: string, key: string): number {
  const value = lived[of].parts[part]?.[key];
  if (typeof value !== "number") throw new RangeError(`${part} has no ${key}`);
  return value;
}

function change(parts: readonly string[], key: string): number {
  return sum("after", parts, key) - sum("before", parts, key);
}

const STORES = ["canal", "well", "fields", "pond.1", "pond.2", "soil.1", "soil.2", "soil.3"];
const ENDS = ["river", "drain", "supply"];
const PONDS = ["pond.1", "pond.2"];
const SOILS = ["soil.1", "soil.2", "soil.3"];

t.test("water: what came in less what went out is what is there more", async (t) => {
  const rained = change(["fields", ...PONDS, ...SOILS], "rainM3");
  const gone =
    change(["fields", ...PONDS], "evaporatedM3") +
    change(SOILS, "usedM3") +
    change(["fields"], "infiltratedM3");
  const crossed = change(ENDS, "outM3") - change(ENDS, "inM3");
  const stored = change(STORES, "volumeM3");
  const through = rained + gone + change(ENDS, "outM3") + change(ENDS, "inM3");
  t.ok(through > 10_000, `${through} m³ went through`);
  t.ok(rained > 100 && change(SOILS, "receivedM3") > 10 && Math.abs(crossed) > 100, "and all of it moved");
  t.ok(
    Math.abs(rained - gone + crossed - stored) < RELATIVE * through,
    `${rained - gone + crossed - stored} m³ off`,
  );
});

t.test("salt: none is made and none is lost", async (t) => {
  const crossed = change(ENDS, "outKg") - change(ENDS, "inKg");
  const stored = change(STORES, "saltKg");
  const through = change(ENDS, "outKg") + change(ENDS, "inKg");
  const off = crossed - stored - change(["fields"], "infiltratedKg");
  t.ok(through > 1_000, `${through} kg went through`);
  t.ok(Math.abs(off) < RELATIVE * through, `${off} kg off`);
});

t.test("a store's own account: pump, valve, gate and spill against the level", async (t) => {
  const well = change(["well"], "volumeM3");
  const pumped = change(["pump.1", "pump.2", "pump.3"], "totalM3");
  const came = change(["intake"], "totalM3");
  t.ok(pumped > 1_000, `${pumped} m³ pumped`);
  t.ok(Math.abs(came - pumped - well) < RELATIVE * came, "the well");
  const canal = change(["canal"], "volumeM3");
  const gate = change(["gate"], "outM3") - change(["gate"], "inM3");
  const irrigated = change(["irrigation.2", "irrigation.3"], "totalM3");
  const into = change(["fields"], "drainedM3");
  t.ok(change(["canal"], "spilledM3") > 10, "it overflows in the storm");
  const out = came + gate + irrigated + change(["canal"], "spilledM3");
  t.ok(Math.abs(into - out - canal) < RELATIVE * (into + Math.abs(out)), "the canal");
});

t.test("oxygen: produced, respired, through the surface, by aerators, with the water", async (t) => {
  for (const pond of PONDS) {
    const of = (key: string): number => change([pond], key);
    const sources = of("producedG") + of("surfaceG") + of("aeratedG") + of("exchangedG");
    const off = sources - of("respiredG") - of("oxygenG");
    t.ok(of("producedG") > 10_000 && of("aeratedG") > 1_000, `${pond}: it lived`);
    t.ok(Math.abs(off) < RELATIVE * (of("producedG") + of("respiredG")), `${pond}: ${off} g off`);
  }
});

t.test("energy: the meter's total is the integral of its power, and what its loads have used", async (t) => {
  const loads = [1, 2, 3].flatMap((k) => [`drive.${k}`, `circuit.${k}`]);
  const used = change(
    [...loads, "aerator.1", "aerator.2", "aerator.3", "aerator.4", "house", "gate"],
    "energyKwh",
  );
  const metered = change(["meter"], "importKwh");
  t.ok(metered > 300, `${metered} kWh`);
  t.ok(Math.abs(metered - used) < RELATIVE * metered, `${metered - used} kWh off`);
  const { world, meter } = lived.place;
  const start = meter.importKwh;
  let integral = 0;
  for (let at = 0; at < 600; at++) {
    world.run(1);
    integral += meter.power / 3_600_000;
  }
  t.ok(Math.abs(meter.importKwh - start - integral) < 1e-9 * meter.importKwh);
});

t.test("battery: charge is what went in, as far as it comes back out, less what went out", async (t) => {
  const stored = change(["battery"], "charge") * lived.place.battery.capacityAh;
  const off = change(["battery"], "chargedAh") - change(["battery"], "usedAh") - stored;
  t.ok(change(["battery"], "chargedAh") > 5);
  t.ok(Math.abs(off) < RELATIVE * change(["battery"], "usedAh"), `${off} Ah off`);
});

t.test(
  "a flowmeter's total is the integral of its rate; bags that were thrown are in the bin, beside it or gone",
  async (t) => {
    const { world, flowmeter } = lived.place;
    const start = flowmeter.state.forwardM3;
    let integral = 0;
    for (let at = 0; at < 1_200; at++) {
      world.run(1);
      integral += flowmeter.rate / 3_600;
    }
    t.ok(integral > 10, `${integral} m³`);
    t.ok(Math.abs(flowmeter.state.forwardM3 - start - integral) < 1e-9 * flowmeter.state.forwardM3);
    for (const { state } of lived.place.bins) {
      t.ok(state.broughtL > 50);
      t.ok(Math.abs(state.broughtL - state.litres - state.besideL - state.takenL) < 1e-6);
    }
  },
);

t.test("no limit is ever passed, and every number is one", async (t) => {
  const place: Province = province(11, 1_000);
  const { world } = place;
  // One pulls at everything: each input to a drawn place of its range, once in ten minutes.
  let drawn = 1;
  const next = (): number => {
    drawn = (drawn * 48_271) % 2_147_483_647;
    return drawn / 2_147_483_647;
  };
  const between: Readonly<Record<string, readonly [number, number]>> = {
    "canal.volume": [0, 52_000.001],
    "well.volume": [0, 270],
    "gate.opening": [0, 100],
    "pond.1.level": [0, 1.8],
    "pond.1.oxygen": [0, 30],
    "pond.2.oxygen": [0, 30],
    "soil.1.moisture": [19.99, 48.01],
    "soil.2.moisture": [19.99, 48.01],
    "battery.charge": [0, 100],
    "battery.voltage": [10, 14.41],
    "bin.1.fill": [0, 100],
    "river.salinity": [0, 40],
    "traffic.speed": [25, 60],
    "analyser.cod.value": [0, 500],
    "sky.irradiance": [0, 1_120],
    "drive.1.frequency": [0, 50],
    "fields.ponding": [0, 1e6],
  };
  for (let round = 0; round < 40; round++) {
    for (const [name, { range }] of world.inputs) {
      if (name === "battery.charge" || next() < 0.5) continue;
      world.input(name)?.write(range[0] + (range[1] - range[0]) * next());
    }
    for (let minute = 0; minute < 10; minute++) {
      world.run(60);
      for (const [name, its] of world.signals) {
        const value = its.read();
        const [least, most] = between[name] ?? [-1e12, 1e12];
        if (!(value >= least && value <= most)) t.fail(`${name} is ${value} in round ${round}`);
      }
    }
  }
  for (const [name] of Object.entries(between)) t.ok(world.signal(name), name);
  for (const [name, its] of world.inputs) {
    its.write(Number.NaN);
    t.ok(Number.isFinite(its.read()), `${name}: what is no number is not taken`);
    its.write(1e300);
    t.ok(its.read() <= its.range[1], `${name} has an upper end`);
  }
});
