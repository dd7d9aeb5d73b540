import t from "tap";
import { Aerator } from "./aerator.js";
import { Analyser } from "./analyser.js";
import { AstroClock } from "./astro-clock.js";
import { Battery } from "./battery.js";
import { Catchment } from "./catchment.js";
import { Drive, FAULT } from "./drive.js";
import { Gate } from "./gate.js";
import { LAMPS, LampCircuit } from "./lamps.js";
import { LevelControl } from "./level-control.js";
import { Mains } from "./mains.js";
import type { Part } from "./part.js";
import { Pond, saturationOf } from "./pond.js";
import { Pump } from "./pump.js";
import { Rain } from "./rain.js";
import { ESTUARY, River, reachOf } from "./river.js";
import { Sky } from "./sky.js";
import { SOIL, Soil } from "./soil.js";
import { SOC_TRANG, sunHours, sunSine } from "./sun.js";
import { Tank } from "./tank.js";
import { CONSTITUENTS, Sea, tideM } from "./tide.js";
import { Traffic } from "./traffic.js";
import { Valve } from "./valve.js";
import { WasteBin } from "./waste-bin.js";
import { Wastewater } from "./wastewater.js";
import { Boundary } from "./water.js";
import { World } from "./world.js";

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** 00:00 in Vietnam: the 2nd of October, and the 11th of March. */
const WET = Date.UTC(2026, 9, 1, 17);
const DRY = Date.UTC(2026, 2, 10, 17);

const worldAt = (startMs = WET, stepMs = 1_000): World =>
  new World({ clock: { now: () => startMs, mono: () => 0 }, seed: 1, stepMs });
/** Long times of single parts, which take any step. */
function coarsely(parts: readonly Part[], startMs: number, seconds: number): void {
  for (let at = 0; at < seconds; at += 120) for (const part of parts) part.step(120, startMs + at * 1000);
}
const ever = { voltage: 230 };

function pumping(
  options: { readonly inflow?: number; readonly levelM?: number; readonly wear?: number } = {},
) {
  const world = worldAt();
  const [source, outfall] = [new Boundary(), new Boundary({ surfaceM: 1 })];
  const well = world.add(
    "well",
    new Tank({ areaM2: 40, depthM: 5, floorM: -3, levelM: options.levelM ?? 3 }),
  );
  world.add("inflow", new Valve({ from: source, to: well, flow: options.inflow ?? 0, open: true }));
  const mains = world.add("mains", new Mains({ seed: 1 }));
  const drive = world.add("drive", new Drive({ supply: mains, setpoint: 50 }));
  const pump = world.add(
    "pump",
    new Pump({
      from: well,
      to: outfall,
      motor: drive,
      ratedFlow: 0.5,
      ratedHead: 4,
      wear: options.wear ?? 0,
    }),
  );
  return { world, well, drive, pump, mains };
}

t.test(
  "start the pump and the level falls; it runs dry, trips after its delay, and stays off until reset",
  async (t) => {
    const { world, well, drive, pump } = pumping();
    world.input("drive.run")?.write(1);
    world.run(60);
    t.ok(well.levelM < 2.6 && pump.flow > 0.4, `${well.levelM} m`);
    t.equal(drive.word, "forward");
    world.run(400);
    t.equal(drive.word, "fault");
    t.equal(drive.faultCode, FAULT.dryRun);
    t.ok(well.levelM > 0.2 && well.levelM <= 0.3, "at the pump's mouth");
    world.input("drive.run")?.write(1);
    world.run(10);
    t.equal(drive.frequency, 0);
    world.input("drive.reset")?.write(1);
    world.input("drive.run")?.write(1);
    world.run(10);
    t.ok(drive.frequency > 0 && drive.faultCode === 0, "runs again");
    world.run(15);
    t.equal(drive.faultCode, FAULT.dryRun, "and trips again");
  },
);

t.test("a pump gives less against more head, when worn, and nothing at too low a speed", async (t) => {
  const flowOf = (change: (all: ReturnType<typeof pumping>) => void, wear = 0): number => {
    const all = pumping({ inflow: 0.4, wear });
    all.drive.start();
    change(all);
    all.world.run(20);
    return all.pump.flow;
  };
  const usual = flowOf(() => {});
  t.ok(flowOf(({ drive }) => drive.inputs["setpoint"]?.write(42)) < 0.9 * usual);
  t.equal(
    flowOf(({ drive }) => drive.inputs["setpoint"]?.write(15)),
    0,
    "its flap keeps it from flowing back",
  );
  t.ok(flowOf(() => {}, 1) < 0.75 * usual);
  t.ok(flowOf(() => {}, 0.5) < 0.9 * usual && flowOf(() => {}, 0.5) > 0.8 * usual);
  const wearOf = (levelM: number): number => {
    const { world, drive, pump } = pumping({ levelM, inflow: levelM > 1 ? 0.5 : 0 });
    drive.start();
    world.run(19);
    return pump.state.wear;
  };
  t.ok(wearOf(3) > 0 && wearOf(0.2) > 20 * wearOf(3), "it wears by its hours, and most without water");
  const { world, pump, drive } = pumping({ inflow: 0.45 });
  drive.start();
  for (let at = 0; at < 200; at++) {
    world.run(1);
    if ((world.signal("pump.efficiency")?.read() ?? 0) > 90) t.fail("it lifts more than its shaft gives");
  }
  t.ok(pump.state.totalM3 > 60);
});

t.test("a drive trips: over-current, overload, under-voltage; a power cut only stops it", async (t) => {
  const blocked = pumping({ inflow: 0.5 });
  blocked.drive.start();
  blocked.world.run(30);
  blocked.world.input("pump.blocked")?.write(1);
  blocked.world.run(5);
  t.equal(blocked.drive.faultCode, FAULT.overCurrent);
  t.equal(blocked.world.signal("drive.state")?.read(), 2);

  const hot = pumping({ inflow: 0.5 });
  hot.drive.start();
  hot.world.input("pump.blocked")?.write(0.25);
  hot.world.run(120);
  t.equal(hot.drive.word, "forward", "it takes its time");
  hot.world.run(3_600);
  t.equal(hot.drive.faultCode, FAULT.overload);

  const low = pumping({ inflow: 0.5 });
  low.drive.start();
  low.world.run(20);
  low.world.input("mains.nominal")?.write(150);
  low.world.run(2);
  t.equal(low.drive.faultCode, FAULT.underVoltage);

  const cut = pumping({ inflow: 0.5 });
  cut.drive.start();
  cut.world.run(20);
  cut.world.input("mains.present")?.write(0);
  cut.world.run(20);
  t.equal(cut.drive.powerW, 0);
  t.equal(cut.drive.word, "stopped");
  cut.drive.start();
  cut.world.run(5);
  t.equal(cut.drive.frequency, 0, "without power it does not start");
  cut.world.input("mains.present")?.write(1);
  cut.world.run(1);
  cut.drive.start();
  cut.drive.start();
  cut.world.run(20);
  t.ok(cut.drive.frequency > 40);
  t.equal(cut.drive.state.starts, 2);
});

t.test(
  "the automatic starts and stops by level, helps with a second pump, and leaves alone by hand",
  async (t) => {
    const { world, well, drive } = pumping({ inflow: 0.25, levelM: 2 });
    const second = world.add("drive.2", new Drive({ setpoint: 50 }));
    const pumps = [
      { motor: drive, startM: 2.4, stopM: 1.6 },
      { motor: second, startM: 3, stopM: 1.6 },
    ];
    world.add("control", new LevelControl({ levelM: () => well.levelM, pumps }));
    const seen = new Set<string>();
    for (let at = 0; at < 1_200; at++) {
      world.run(1);
      if (well.levelM > 2.5 || well.levelM < 1.5) t.fail(`${well.levelM} m`);
      seen.add(drive.word);
    }
    t.same([...seen].sort(), ["forward", "stopped"]);
    t.equal(second.frequency, 0);
    world.input("control.automatic")?.write(0);
    drive.stop();
    world.run(600);
    t.ok(well.levelM > 3.2, "by hand nobody starts it");
    world.input("control.automatic")?.write(1);
    world.run(2);
    t.ok(drive.running && second.running);
  },
);

t.test("the tide: mixed, mainly semidiurnal, springs of 2.5 to 3.5 m after full and new moon", async (t) => {
  const { M2, S2, K1, O1 } = CONSTITUENTS;
  const form = (K1.amplitude + O1.amplitude) / (M2.amplitude + S2.amplitude);
  t.ok(form > 0.25 && form < 1.5, `form ${form}`);
  const ranges: number[] = [];
  const lows: number[] = [];
  const highs: number[] = [];
  for (let day = 0; day < 59; day++) {
    const levels = Array.from({ length: 150 }, (_, at) => tideM(WET + day * DAY * 1000 + at * 600_000));
    ranges.push(Math.max(...levels) - Math.min(...levels));
    for (let at = 1; at < 149; at++) {
      const [before = 0, here = 0, after = 0] = levels.slice(at - 1, at + 2);
      if (here > before && here >= after) highs.push(here);
      if (here < before && here <= after) lows.push(here);
    }
  }
  const springs = Math.max(...ranges);
  t.ok(springs > 2.5 && springs < 3.6, `springs ${springs} m`);
  t.ok(Math.min(...ranges) < 2.2, `neaps ${Math.min(...ranges)} m`);
  t.ok(highs.length > 105 && highs.length < 130, `${highs.length} highs in 59 days`);
  const spread = (all: readonly number[]): number => Math.max(...all) - Math.min(...all);
  t.ok(spread(lows) > spread(highs) + 0.5, "the daily inequality is that of the lows");
  // M2 and S2 are in phase a day and a half after the new moon of 2026-10-10 15:50 UTC.
  const semidiurnal = (at: number): number => {
    const phase = (at - Date.UTC(2026, 9, 10, 15, 50)) / DAY / 1000;
    return (((phase * 24.3815) % 360) + 360) % 360;
  };
  const springDay = S2.lag - M2.lag;
  t.ok(Math.abs(semidiurnal(Date.UTC(2026, 9, 12, 4)) - springDay) < 5);
});

t.test(
  "the estuary: the tide comes later and smaller up the river, the salt with the dry season",
  async (t) => {
    const sea = new Sea();
    const rivers = [0, 40, 80].map((distanceKm) => new River({ seed: 1, sea, distanceKm }));
    const highest = rivers.map(() => ({ level: -9, at: 0 }));
    for (let at = 0; at < DAY; at += 300) {
      const now = DRY + at * 1000;
      sea.step(300, now);
      for (const [which, river] of rivers.entries()) {
        river.step(300, now);
        const most = highest[which];
        // Later high waters only: from the second hour on.
        if (most && river.surfaceM > most.level) Object.assign(most, { level: river.surfaceM, at });
      }
    }
    const [mouth, middle, far] = highest;
    t.ok(middle && mouth && far && mouth.level > middle.level && middle.level > far.level);
    const lag = ((middle?.at ?? 0) - (mouth?.at ?? 0)) / 60;
    t.ok(Math.abs(lag - 40_000 / ESTUARY.celerity / 60) < 15, `${lag} min later at 40 km`);
    t.ok(
      (rivers[0]?.salinity ?? 0) > (rivers[1]?.salinity ?? 0) &&
        (rivers[1]?.salinity ?? 0) > (rivers[2]?.salinity ?? 0),
    );
    t.ok(reachOf(2_000) > 55 && reachOf(14_000) < 20, "km");
    const river = new River({ seed: 1, sea, distanceKm: 40 });
    river.step(1, DRY);
    t.ok(river.salinity > 1, `dry season, 40 km: ${river.salinity} g/l`);
    river.inputs["discharge.held"]?.write(14_000);
    const before = river.state.reachKm;
    river.step(DAY, DRY);
    t.ok(river.state.reachKm < before && river.state.reachKm > 40, "it gives way within days, not at once");
    river.step(30 * DAY, DRY);
    t.ok(river.salinity < 0.2);
  },
);

t.test(
  "a gate flows whichever way the water falls, moves in its time, and stands without power",
  async (t) => {
    const world = worldAt();
    const river = world.add("river", new Boundary({ surfaceM: 0.2, salinity: 10 }));
    const canal = world.add(
      "canal",
      new Tank({ areaM2: 5_000, depthM: 4, floorM: -2, levelM: 3, salinity: 0 }),
    );
    const supply = { voltage: 230 };
    const gate = world.add(
      "gate",
      new Gate({ from: canal, to: river, widthM: 3, heightM: 2, sillM: -1.5, supply }),
    );
    world.input("gate.setpoint")?.write(50);
    world.run(50);
    t.equal(gate.state.opening, 25, "half a per cent a second");
    t.ok(gate.flow > 2);
    // Q = 0.61 b e sqrt(2 g dh)
    const wanted = 0.61 * 3 * 0.5 * Math.sqrt(2 * 9.81 * (canal.surfaceM - 0.2));
    t.ok(Math.abs(gate.flow - wanted) < 0.02 * wanted, `${gate.flow} and ${wanted} m³/s`);
    supply.voltage = 0;
    world.run(60);
    t.equal(gate.state.opening, 25);
    river.state.surfaceM = 1.9;
    world.run(HOUR);
    t.ok(gate.state.inM3 > 100 && canal.salinity > 0.1, "the river comes in with its salt");
    t.ok(canal.surfaceM < 1.9 + 1e-9 && canal.surfaceM > 1.7);
    const flap = new Gate({
      from: canal,
      to: river,
      widthM: 3,
      heightM: 2,
      sillM: -1.5,
      kind: "flap",
      speed: 5,
    });
    river.state.surfaceM = 2.5;
    for (let at = 0; at < 60; at++) flap.step(1);
    t.equal(flap.state.inM3, 0, "a flap lets nothing in");
    river.state.surfaceM = 0;
    for (let at = 0; at < 60; at++) flap.step(1);
    t.ok(flap.state.opening === 100 && flap.state.outM3 > 100);
  },
);

t.test("rain falls in showers of the season; fields hold it and let it run off", async (t) => {
  const yearOf = (seed: number): readonly [number, number] => {
    const rain = new Rain({ seed });
    let [wet, dry] = [0, 0];
    let last = 0;
    for (let at = 0; at < 365 * 24 * 6; at++) {
      const now = Date.UTC(2026, 0, 1) + at * 600_000;
      rain.step(600, now);
      const month = new Date(now).getUTCMonth();
      if (month >= 4 && month <= 10) wet += rain.state.totalMm - last;
      else dry += rain.state.totalMm - last;
      last = rain.state.totalMm;
    }
    return [wet, dry];
  };
  const years = [1, 2, 3, 4].map(yearOf);
  const mean = years.reduce((sum, [wet, dry]) => sum + wet + dry, 0) / 4;
  t.ok(mean > 1_200 && mean < 2_600, `${mean} mm a year`);
  for (const [wet, dry] of years) t.ok(wet > 8 * dry, `${wet} and ${dry} mm`);

  const rain = new Rain({ seed: 1, season: "dry", firstAfterMin: 6_000 });
  const canal = new Boundary();
  const fields = new Catchment({
    rain,
    drainTo: canal,
    areaHa: 1,
    storageMm: 30,
    infiltrationMmPerH: 0,
    runoffHours: 1,
  });
  const hours = (many: number): void => {
    for (let at = 0; at < many * HOUR; at++) {
      rain.step(1, WET);
      fields.step(1);
    }
  };
  rain.inputs["storm"]?.write(20);
  hours(1);
  t.equal(fields.runoff, 0, "the bunds hold 30 mm");
  hours(2);
  rain.inputs["storm"]?.write(0);
  t.ok(fields.runoff > 0.02 && fields.pondedMm > 30);
  const [ponded, first] = [fields.pondedMm, fields.runoff];
  hours(1);
  t.ok(Math.abs(fields.runoff / first - Math.exp(-1)) < 1e-3, "a linear reservoir");
  t.ok(fields.pondedMm < ponded);
  fields.inputs["bund"]?.write(0);
  hours(8);
  t.ok(fields.pondedMm < 0.1, "the farmers open the bunds");
  t.equal(rain.tips, Math.floor(rain.state.totalMm / 0.2 + 1e-6));
});

t.test("the sun: hours of rise and set, noon, and what clouds leave", async (t) => {
  const at = (iso: string): { rise: number; set: number } => sunHours(Date.parse(iso), SOC_TRANG);
  // Length of day from the almanac's formula for 9.6 N: 11 h 33 min and 12 h 42 min.
  const winter = at("2026-12-21T05:00:00Z");
  const summer = at("2026-06-21T05:00:00Z");
  t.ok(Math.abs(winter.set - winter.rise - 11.55) < 0.05, `${winter.set - winter.rise} h`);
  t.ok(Math.abs(summer.set - summer.rise - 12.7) < 0.05, `${summer.set - summer.rise} h`);
  t.ok(winter.rise > 6 && winter.rise < 6.4 && winter.set > 17.5 && winter.set < 17.9);
  for (const { rise, set } of [winter, summer]) t.ok(Math.abs((rise + set) / 2 - 11.93) < 0.2);
  t.ok(sunSine(Date.parse("2026-04-15T05:00:00Z"), SOC_TRANG) > 0.99, "overhead in April");
  const light = (cover: number): number => {
    const world = worldAt(DRY);
    world.add("sky", new Sky({ seed: 1, clouds: cover }));
    world.run(12 * HOUR);
    return world.signal("sky.irradiance")?.read() ?? 0;
  };
  t.ok(light(0) > 900 && light(0) < 1_100, `${light(0)} W/m²`);
  t.ok(light(1) < 0.6 * light(0));
  const world = worldAt(DRY);
  const sky = world.add("sky", new Sky({ seed: 1 }));
  const temperatures: number[] = [];
  let evaporated = 0;
  for (let hour = 0; hour < 72; hour++) {
    world.run(HOUR);
    temperatures.push(sky.temperature);
    evaporated += sky.evaporation;
  }
  const [coolest, warmest] = [Math.min(...temperatures), Math.max(...temperatures)];
  t.ok(warmest < 36 && warmest > 29 && coolest > 22, `${coolest} to ${warmest} °C`);
  t.ok(evaporated / 3 > 2.5 && evaporated / 3 < 6, `${evaporated / 3} mm a day`);
});

t.test(
  "soil dries by day to the wilting point, drains to the field capacity, and salt stays behind",
  async (t) => {
    const world = worldAt(DRY);
    const sky = world.add("sky", new Sky({ seed: 1 }));
    const drain = world.add("drain", new Boundary());
    const soil = world.add(
      "soil",
      new Soil({ sky, areaM2: 100, drainTo: drain, moisture: 0.45, rootDepthM: 0.1 }),
    );
    const valve = new Valve({ from: new Boundary({ salinity: 2 }), to: soil, flow: 0.001 });
    world.add("valve", valve);
    world.run(5 * HOUR);
    const night = soil.moisture;
    t.ok(night < 0.42 && night > SOIL.field, "at night it only drains");
    coarsely([sky, soil], world.now, 6 * DAY);
    t.ok(soil.moisture < SOIL.field && soil.moisture > SOIL.wilting);
    const stressed = world.signal("soil.stress")?.read() ?? 0;
    t.ok(stressed > 0, `${stressed} %`);
    const ec = world.signal("soil.ec")?.read() ?? 0;
    coarsely([sky, soil], world.now, 20 * DAY);
    t.ok(soil.moisture >= SOIL.wilting && soil.moisture < SOIL.wilting + 0.01);
    t.ok((world.signal("soil.ec")?.read() ?? 0) > ec, "the less water, the saltier");
    world.input("valve.setpoint")?.write(100);
    world.run(4 * HOUR);
    t.ok(soil.moisture > SOIL.field && soil.moisture <= SOIL.saturated);
    t.ok(drain.state.inKg > 0, "surplus water leaches");
  },
);

t.test(
  "a pond without aerators is short of oxygen before dawn, with them it is not; by day it is full of it",
  async (t) => {
    const world = worldAt();
    const sky = world.add("sky", new Sky({ seed: 5 }));
    const aerators = [1, 2, 3].map((k) => world.add(`aerator.${k}`, new Aerator({ supply: ever })));
    const [helped, alone] = [new Pond({ sky, aerators }), new Pond({ sky, aerators: [] })];
    world.add("helped", helped);
    world.add("alone", alone);
    world.run(15.5 * HOUR);
    const afternoon = alone.oxygen;
    t.ok(afternoon > saturationOf(30, 15), `${afternoon} mg/l at half past three`);
    for (const { inputs } of aerators) inputs["on"]?.write(1);
    world.run(14 * HOUR);
    t.ok(alone.oxygen < 3.5, `alone ${alone.oxygen} mg/l at half past five`);
    t.ok(helped.oxygen > 4, `helped ${helped.oxygen} mg/l`);
    world.input("aerator.1.broken")?.write(1);
    world.input("aerator.2.broken")?.write(1);
    world.run(60);
    t.equal(aerators[0]?.powerW, 500, "a lost gear shows in the current");
    t.ok(aerators[0] && aerators[0].standardKgPerH < 0.01);
    t.ok(helped.state.temperature > 26 && helped.state.temperature < 34, `${helped.state.temperature} °C`);
    // Benson and Krause: 7.56 mg/l in fresh water of 30 °C, 9.09 at 20 °C, about 6.9 with 15 g/l at 30 °C.
    t.ok(Math.abs(saturationOf(30, 0) - 7.56) < 0.15 && Math.abs(saturationOf(20, 0) - 9.09) < 0.15);
    t.ok(Math.abs(saturationOf(30, 15) - 6.95) < 0.15);
  },
);

t.test("lamps warm up, dim, die of age and come back with new ones; the clock is the sun's", async (t) => {
  const world = worldAt();
  const mains = world.add("mains", new Mains({ seed: 2 }));
  world.add("clock", new AstroClock());
  const circuit = world.add("circuit", new LampCircuit({ seed: 3, supply: mains, lamps: 40 }));
  world.connect("clock.on", "circuit.on");
  world.connect("clock.dim", "circuit.dim");
  world.run(12 * HOUR);
  t.equal(circuit.powerW, 0, "noon");
  const sunset = world.signal("clock.sunset")?.read() ?? 0;
  t.ok(sunset > 17.4 * 60 && sunset < 18.2 * 60, `${sunset} min`);
  world.run(Math.ceil(sunset * 60 - 12 * HOUR) + 5);
  const cold = circuit.powerW;
  world.run(1_200);
  t.ok(cold > 0 && circuit.powerW > 1.5 * cold && circuit.powerW <= 40 * LAMPS.sodium.watts);
  world.input("circuit.connected")?.write(10);
  world.run(1);
  t.ok(circuit.powerW < 0.3 * 40 * LAMPS.sodium.watts, "a stolen cable");
  world.input("clock.offset.on")?.write(120);
  world.run(2);
  t.equal(circuit.powerW, 0, "two hours after sunset");
  world.input("clock.mode")?.write(1);
  world.run(2);
  t.ok(circuit.powerW > 0, "held on");
  t.equal(world.signal("circuit.failed")?.read(), 0);
  for (let at = 0; at < 40; at++) circuit.state.ages[at] = (circuit.state.ages[at] ?? 0) + 12_000;
  world.run(1);
  const failed = world.signal("circuit.failed")?.read() ?? 0;
  t.ok(failed > 4 && failed < 36, `${failed} of 40 have died`);
  world.input("circuit.replace")?.write(1);
  world.run(1);
  t.equal(world.signal("circuit.failed")?.read(), 0);
});

t.test("a solar box charges in stages, lives through a dark day, is cut off and comes back", async (t) => {
  const world = worldAt();
  const sky = world.add("sky", new Sky({ seed: 8, clouds: 0.2 }));
  const box = world.add("box", new Battery({ sky, loads: [{ powerW: 9 }], capacityAh: 60, charge: 0.7 }));
  const stages = new Set<number>();
  for (let minute = 0; minute < 24 * 60; minute++) {
    world.run(60);
    stages.add(box.state.stage);
  }
  t.same([...stages].sort(), [0, 1, 2, 3]);
  t.ok(box.state.charge > 0.8);
  world.input("box.broken")?.write(1);
  world.run(5 * DAY);
  t.equal(box.voltage, 0, "the load is cut off");
  t.equal(box.state.cuts, 1);
  t.ok(box.state.charge >= 0 && box.state.charge < 0.1);
  world.input("box.broken")?.write(0);
  world.run(DAY);
  t.ok(box.voltage > 12);
  world.input("box.load")?.write(0);
  world.run(1);
  t.equal(box.voltage, 0, "cut off by hand");
  t.equal(world.signal("box.connected")?.read(), 0);
  t.equal(world.signal("box.power.load")?.read(), 0);
  t.equal(box.state.cuts, 1, "which is no cut of the controller");
  world.input("box.load")?.write(1);
  world.run(1);
  t.ok(box.voltage > 12);
});

t.test("an analyser drifts, calibrates itself on schedule and on demand, and says so", async (t) => {
  const world = worldAt();
  const cod = world.add(
    "cod",
    new Analyser({ seed: 26, unit: "mg/l", fullScale: 300, of: () => 60, driftPerDay: 0.1, everyHours: 12 }),
  );
  const states = new Map<string, number>();
  let solutions = 0;
  for (let minute = 0; minute < 2 * 24 * 60; minute++) {
    world.run(60);
    states.set(cod.word, (states.get(cod.word) ?? 0) + 1);
    if (cod.state.value > 200) solutions++;
  }
  t.ok((states.get("calibrating") ?? 0) >= 4 * 30 - 2, `${states.get("calibrating")} min of calibration`);
  t.ok(solutions > 30, "then it shows the span solution, not the water");
  t.equal(states.size, 2);
  cod.state.drift = 0.2;
  world.run(HOUR);
  t.ok(cod.state.value > 100, "a drift is an error of the value");
  t.equal(world.input("cod.calibrate")?.read(), 0);
  world.input("cod.calibrate")?.write(1);
  t.equal(world.input("cod.calibrate")?.read(), 1, "it is read back at once");
  world.run(10);
  t.equal(world.signal("cod.state")?.read(), 1);
  for (let left = HOUR; cod.word !== "measuring" && left > 0; left -= 10) world.run(10);
  t.ok(Math.abs(cod.state.value - 60) < 15, `${cod.state.value}: rinsed before it measures again`);
  world.run(HOUR);
  t.ok(Math.abs(cod.state.value - 60) < 12, `${cod.state.value} afterwards`);
  world.input("cod.maintenance")?.write(1);
  t.equal(cod.word, "maintenance");
  world.input("cod.fault")?.write(1);
  t.equal(cod.word, "fault");
  const frozen = cod.state.value;
  world.run(600);
  t.equal(cod.state.value, frozen, "a fault shows its last value");
});

t.test("waste water: an illegal discharge is seen in all that is measured", async (t) => {
  const world = worldAt();
  const outlet = world.add("outlet", new Wastewater({ seed: 1 }));
  world.run(DAY);
  t.ok(Math.abs(outlet.state.totalM3 - 1_800) < 250, `${outlet.state.totalM3} m³ a day`);
  const { cod, ph, tss } = outlet.state;
  t.ok(cod < 110 && ph > 6.3 && ph < 8.2 && tss < 70);
  world.input("outlet.bypass")?.write(0.5);
  world.run(HOUR);
  t.ok(outlet.state.cod > 2.5 * cod && outlet.state.ph < ph - 0.4 && outlet.state.tss > 2 * tss);
});

t.test("a bin fills by day and is emptied; a road has its peaks and slows when it is narrow", async (t) => {
  const world = worldAt();
  const bin = world.add("bin", new WasteBin({ seed: 4 }));
  const road = world.add("road", new Traffic({ seed: 4 }));
  const counts: number[] = [];
  let last = 0;
  for (let hour = 0; hour < 72; hour++) {
    world.run(HOUR);
    const count = world.signal("road.count")?.read() ?? 0;
    counts.push(count - last);
    last = count;
    if (bin.state.litres > 660) t.fail("it is more than full");
  }
  t.ok(bin.state.rounds >= 1 && bin.state.rounds <= 2 && bin.state.broughtL > 500);
  const friday = counts.slice(0, 24);
  t.ok(Math.abs(friday.reduce((sum, one) => sum + one, 0) - 14_000) < 600, "a working day");
  t.ok((friday[7] ?? 0) > 8 * (friday[2] ?? 0) && (friday[17] ?? 0) > (friday[12] ?? 0));
  const sunday = counts.slice(48).reduce((sum, one) => sum + one, 0);
  t.ok(sunday < 11_500, "a Sunday");
  const { counts: byClass } = road.state;
  t.ok((byClass[0] ?? 0) > 3 * (byClass[1] ?? 0) && (byClass[1] ?? 0) > (byClass[2] ?? 0));
  world.run(7 * HOUR);
  const free = road.state.speed;
  world.input("road.capacity")?.write(0.3);
  world.run(600);
  t.ok(road.state.speed < free - 10, `${free} and ${road.state.speed} km/h`);
  world.input("bin.use")?.write(10);
  world.run(10 * HOUR);
  t.ok(bin.state.besideL > 0 && bin.state.litres > 655, "what does not fit lies beside it");
  world.input("bin.empty")?.write(1);
  t.equal(bin.state.litres, 0);
  const full = new WasteBin({ seed: 4, capacityL: 200, fill: 0.8 });
  t.equal(full.state.litres, 160, "at the beginning");
  t.equal(full.state.broughtL, 160, "which somebody brought");
});
