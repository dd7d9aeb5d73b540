import { Aerator } from "./aerator.js";
import { Analyser } from "./analyser.js";
import { AstroClock } from "./astro-clock.js";
import { Battery } from "./battery.js";
import { Cabinet } from "./cabinet.js";
import { Catchment } from "./catchment.js";
import { Drive } from "./drive.js";
import { Flowmeter } from "./flowmeter.js";
import { Gate } from "./gate.js";
import { LAMPS, LampCircuit } from "./lamps.js";
import { LevelControl } from "./level-control.js";
import { Mains, SteadyLoad } from "./mains.js";
import { ThreePhaseMeter } from "./meter.js";
import { Pond } from "./pond.js";
import { Pump } from "./pump.js";
import { Rain } from "./rain.js";
import { River } from "./river.js";
import { Sky } from "./sky.js";
import { Soil } from "./soil.js";
import { Tank } from "./tank.js";
import { Sea } from "./tide.js";
import { Traffic } from "./traffic.js";
import { TwoPoint } from "./two-point.js";
import { Valve } from "./valve.js";
import { WasteBin } from "./waste-bin.js";
import { Wastewater } from "./wastewater.js";
import { Boundary } from "./water.js";
import { World } from "./world.js";

/** 00:00 in Vietnam on the 2nd of October 2026, in the wet season. */
export const START_MS = Date.UTC(2026, 9, 1, 17);

/** One world with every model in it, wired together: 52 parts. */
export function province(seed: number, stepMs: number, startMs = START_MS) {
  const world = new World({ clock: { now: () => startMs, mono: () => 0 }, seed, stepMs });
  const seeded = (name: string): { readonly seed: number } => ({ seed: world.seedOf(name) });
  const sea = world.add("sea", new Sea());
  const river = world.add("river", new River({ ...seeded("river"), sea, distanceKm: 30 }));
  const mains = world.add("mains", new Mains(seeded("mains")));
  const rain = world.add("rain", new Rain({ ...seeded("rain"), season: "wet", firstAfterMin: 40 }));
  const sky = world.add("sky", new Sky(seeded("sky")));
  const drain = world.add("drain", new Boundary());
  const supply = world.add("supply", new Boundary({ salinity: 0.2 }));
  const canal = world.add(
    "canal",
    new Tank({ areaM2: 20_000, depthM: 2.6, floorM: -2, levelM: 2.2, salinity: 1, overflowTo: drain }),
  );
  const well = world.add(
    "well",
    new Tank({ areaM2: 60, depthM: 4.5, floorM: -2.6, levelM: 1.9, salinity: 1 }),
  );
  const fields = world.add(
    "fields",
    new Catchment({ rain, sky, drainTo: canal, areaHa: 40, storageMm: 20, pondedMm: 25 }),
  );
  world.add("intake", new Valve({ from: canal, to: well, flow: 0.7, headM: 1, open: true }));
  const gate = world.add(
    "gate",
    new Gate({ from: canal, to: river, widthM: 4, heightM: 2, sillM: -1.5, supply: mains }),
  );
  const drives = [1, 2, 3].map((k) =>
    world.add(
      `drive.${k}`,
      new Drive({ supply: mains, ramp: k === 3 ? 50 : 5, setpoint: k === 3 ? 50 : 45 }),
    ),
  );
  const duty = drives.map((motor, at) => ({ motor, startM: 2 + 0.3 * at, stopM: 1.4 }));
  world.add("control", new LevelControl({ levelM: () => well.levelM, pumps: duty }));
  const pumps = drives.map((motor, at) =>
    world.add(
      `pump.${at + 1}`,
      new Pump({
        from: well,
        to: river,
        motor,
        ratedFlow: 0.4,
        ratedHead: 4,
        crestM: 1.5,
        submergenceM: 0.4,
      }),
    ),
  );
  const flow = (): number => pumps.reduce((sum, pump) => sum + pump.flow, 0);
  const flowmeter = world.add("flowmeter", new Flowmeter({ ...seeded("flowmeter"), flow }));
  const soils = [1, 2, 3].map((k) =>
    world.add(
      `soil.${k}`,
      new Soil({ sky, ...(k === 1 ? {} : { rain }), areaM2: 2_000, drainTo: drain, moisture: 0.25 }),
    ),
  );
  const irrigations = soils.map((soil, at) =>
    world.add(`irrigation.${at + 1}`, new Valve({ from: at === 0 ? supply : canal, to: soil, flow: 0.006 })),
  );
  const aerators = [1, 2, 3, 4].map((k) => world.add(`aerator.${k}`, new Aerator({ supply: mains })));
  const ponds = [1, 2].map((k) =>
    world.add(
      `pond.${k}`,
      new Pond({ sky, rain, aerators: aerators.slice(2 * k - 2, 2 * k), salinity: 14, floorM: 0.2 }),
    ),
  );
  world.add(
    "oxygen.control",
    new TwoPoint({
      onWhen: () => Number((ponds[1]?.oxygen ?? 9) < 4),
      offWhen: () => Number((ponds[1]?.oxygen ?? 9) > 5.5),
      moves: [(value) => world.input("aerator.4.on")?.write(value)],
    }),
  );
  world.add("pond.inlet", new Valve({ from: river, to: ponds[0] as Pond, flow: 0.02 }));
  world.add("pond.outlet", new Valve({ from: ponds[0] as Pond, to: drain, flow: 0.02 }));
  world.add("astro", new AstroClock());
  const circuits = [1, 2, 3].map((k) =>
    world.add(
      `circuit.${k}`,
      new LampCircuit({
        ...seeded(`circuit.${k}`),
        supply: mains,
        lamps: 30,
        kind: k === 3 ? LAMPS.led : LAMPS.sodium,
      }),
    ),
  );
  for (const k of [1, 2, 3]) {
    world.connect("astro.on", `circuit.${k}.on`);
    world.connect("astro.dim", `circuit.${k}.dim`);
  }
  const house = world.add("house", new SteadyLoad({ supply: mains, watts: 800 }));
  const loads = [...drives, ...aerators, ...circuits, house, gate];
  const meter = world.add("meter", new ThreePhaseMeter({ ...seeded("meter"), mains, loads }));
  world.add(
    "cabinet",
    new Cabinet({ ...seeded("cabinet"), loads: drives, outside: () => sky.temperature + 6 }),
  );
  const battery = world.add("battery", new Battery({ sky, loads: [() => 9] }));
  const bins = [1, 2, 3].map((k) =>
    world.add(`bin.${k}`, new WasteBin({ ...seeded(`bin.${k}`), everyDays: k })),
  );
  const traffic = world.add("traffic", new Traffic(seeded("traffic")));
  const outlet = world.add("outlet", new Wastewater({ ...seeded("outlet"), rain }));
  const analyser = (name: "cod" | "ph" | "tss" | "ammonium", unit: string, fullScale: number): Analyser =>
    world.add(
      `analyser.${name}`,
      new Analyser({ ...seeded(`analyser.${name}`), unit, fullScale, of: () => outlet.state[name] }),
    );
  const analysers = [
    analyser("cod", "mg/l", 500),
    analyser("ph", "", 14),
    analyser("tss", "mg/l", 400),
    analyser("ammonium", "mg/l", 60),
  ];
  return {
    world,
    stores: { canal, well, fields, ponds, soils },
    ends: [river, drain, supply],
    river,
    rain,
    sky,
    mains,
    gate,
    drives,
    pumps,
    flowmeter,
    irrigations,
    aerators,
    circuits,
    loads,
    meter,
    battery,
    bins,
    traffic,
    outlet,
    analysers,
  };
}

export type Province = ReturnType<typeof province>;

/** Somebody works in it: things are switched at fixed times, so that all of it moves. */
export function liveADay(place: Province, hours = 24, from = 0): void {
  const { world } = place;
  const set = (name: string, value: number): void => world.input(name)?.write(value);
  for (let hour = from; hour < from + hours; hour++) {
    const h = hour % 24;
    set("gate.setpoint", h % 6 < 3 ? 40 : 0);
    set("irrigation.1.setpoint", h === 5 ? 100 : 0);
    set("irrigation.2.setpoint", h === 6 ? 100 : 0);
    for (const k of [1, 2, 3]) set(`aerator.${k}.on`, h >= 18 || h < 6 ? 1 : 0);
    set("pond.inlet.setpoint", h === 8 ? 100 : 0);
    set("pond.outlet.setpoint", h === 7 ? 100 : 0);
    set("rain.storm", h === 14 ? 60 : 0);
    set("mains.present", h === 15 ? 0 : 1);
    world.run(3_600);
  }
}
