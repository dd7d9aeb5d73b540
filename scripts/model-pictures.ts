import { Aerator } from "../simulators/process/aerator.js";
import { Analyser } from "../simulators/process/analyser.js";
import { AstroClock } from "../simulators/process/astro-clock.js";
import { Battery } from "../simulators/process/battery.js";
import { Catchment } from "../simulators/process/catchment.js";
import { Drive } from "../simulators/process/drive.js";
import { Gate } from "../simulators/process/gate.js";
import { LampCircuit } from "../simulators/process/lamps.js";
import { LevelControl } from "../simulators/process/level-control.js";
import { Mains } from "../simulators/process/mains.js";
import { Pond } from "../simulators/process/pond.js";
import { Pump } from "../simulators/process/pump.js";
import { Rain } from "../simulators/process/rain.js";
import { River } from "../simulators/process/river.js";
import { Sky } from "../simulators/process/sky.js";
import { Soil } from "../simulators/process/soil.js";
import { Tank } from "../simulators/process/tank.js";
import { Sea } from "../simulators/process/tide.js";
import { Traffic } from "../simulators/process/traffic.js";
import { Valve } from "../simulators/process/valve.js";
import { WasteBin } from "../simulators/process/waste-bin.js";
import { Wastewater } from "../simulators/process/wastewater.js";
import { Boundary } from "../simulators/process/water.js";
import { World } from "../simulators/process/world.js";
import { type Chart, drawChart } from "./svg-chart.js";

const HOUR = 3_600;
const DAY = 86_400;
/** Midnight in Vietnam. */
const WET = Date.UTC(2026, 9, 1, 17);
const DRY = Date.UTC(2026, 2, 10, 17);

/** The pictures of docs/en/models.md and docs/vi/mo-hinh.md, drawn from the models: file name and content. */
export function modelPictures(): ReadonlyMap<string, string> {
  const charts: Readonly<Record<string, () => Chart>> = {
    "tide.svg": tide,
    "salt.svg": salt,
    "pump.svg": pump,
    "gate.svg": gate,
    "rain.svg": rain,
    "soil.svg": soil,
    "oxygen.svg": oxygen,
    "solar-box.svg": solarBox,
    "lamps.svg": lamps,
    "analyser.svg": analyser,
    "bin-and-traffic.svg": binAndTraffic,
  };
  return new Map(Object.entries(charts).map(([file, chart]) => [file, drawChart(chart())]));
}

function worldAt(startMs: number): World {
  return new World({ clock: { now: () => startMs, mono: () => 0 }, seed: 4, stepMs: 1_000 });
}

/** Runs a world and looks at it at equal distances. */
function watch(
  world: World,
  seconds: number,
  points: number,
  names: readonly string[],
  act: (atS: number) => void = () => {},
): number[][] {
  const seen: number[][] = names.map(() => []);
  const every = Math.round(seconds / points);
  for (let at = 0; at <= points; at++) {
    for (const [which, name] of names.entries()) {
      const its = world.signal(name);
      if (!its) throw new RangeError(`there is no ${name}`);
      seen[which]?.push(its.read());
    }
    act(at * every);
    world.run(every);
  }
  return seen;
}

const clockMarks = (hours: number, every: number, from = 0): string[] =>
  Array.from(
    { length: hours / every + 1 },
    (_, at) => `${String((from + at * every) % 24).padStart(2, "0")}:00`,
  );

const dayMarks = (days: number, every = 1): string[] =>
  Array.from({ length: days / every + 1 }, (_, at) => String(at * every));

function tide(): Chart {
  const sea = new Sea();
  const river = new River({ seed: 1, sea, distanceKm: 40 });
  const [coast, inland]: [number[], number[]] = [[], []];
  for (let at = 0; at <= 15 * 24; at++) {
    const now = WET + at * HOUR * 1000;
    sea.step(HOUR, now);
    river.step(HOUR, now);
    coast.push(sea.levelM);
    inland.push(river.surfaceM);
  }
  return {
    title: "15 days of tide · 15 ngày triều",
    panels: [
      { unit: "m", lines: [{ label: "at the coast · ven biển", values: coast }] },
      { unit: "m", lines: [{ label: "40 km up the river · cách biển 40 km", values: inland }] },
    ],
    marks: dayMarks(15, 3),
  };
}

function salt(): Chart {
  const river = new River({ seed: 1, sea: new Sea(), distanceKm: 30 });
  const [reach, highest, discharge]: [number[], number[], number[]] = [[], [], []];
  const start = Date.UTC(2026, 0, 1);
  for (let day = 0; day < 365; day++) {
    let most = 0;
    for (let hour = 0; hour < 24; hour++) {
      river.step(HOUR, start + (day * 24 + hour) * HOUR * 1000);
      most = Math.max(most, river.salinity);
    }
    highest.push(most);
    reach.push(river.state.reachKm);
    discharge.push(river.discharge);
  }
  return {
    title: "A year of salt · Xâm nhập mặn trong một năm",
    panels: [
      { unit: "m³/s", lines: [{ label: "discharge · lưu lượng", values: discharge }], range: [0, 15_000] },
      {
        unit: "km",
        lines: [{ label: "reach of the salt · chiều dài xâm nhập mặn", values: reach }],
        range: [0, 70],
      },
      {
        unit: "g/l",
        lines: [{ label: "day's highest at 30 km · độ mặn cao nhất ngày tại km 30", values: highest }],
        range: [0, 20],
      },
    ],
    marks: ["1/1", "1/4", "1/7", "1/10", "31/12"],
  };
}

function pump(): Chart {
  const world = worldAt(WET);
  const source = world.add("source", new Boundary());
  const outfall = world.add("outfall", new Boundary({ surfaceM: 1.2 }));
  const well = world.add("well", new Tank({ areaM2: 42, depthM: 4, floorM: -2.6, levelM: 2 }));
  world.add("inflow", new Valve({ from: source, to: well, flow: 0.18, open: true }));
  const motor = world.add("drive", new Drive());
  world.add(
    "control",
    new LevelControl({ levelM: () => well.levelM, pumps: [{ motor, startM: 2.4, stopM: 1.6 }] }),
  );
  world.add("pump", new Pump({ from: well, to: outfall, motor, ratedFlow: 0.62, ratedHead: 4 }));
  const names = ["well.level", "drive.frequency", "drive.current"];
  const [level = [], frequency = [], current = []] = watch(world, 1_800, 360, names, (at) => {
    // Water hyacinth: the drive trips; later somebody clears the pump and resets the drive.
    world.input("pump.blocked")?.write(at >= 900 && at < 1_200 ? (at - 900) / 120 : 0);
    if (at === 1_320) world.input("drive.reset")?.write(1);
  });
  return {
    title: "A pump's cycle, and a trip after 15 min · Chu kỳ bơm, và biến tần báo lỗi sau 15 phút",
    panels: [
      { unit: "m", lines: [{ label: "level of the well · mực nước bể hút", values: level }] },
      { unit: "Hz", lines: [{ label: "frequency · tần số", values: frequency }], range: [0, 50] },
      { unit: "A", lines: [{ label: "current · dòng điện", values: current }] },
    ],
    marks: ["0", "5", "10", "15", "20", "25", "30 min"],
  };
}

function gate(): Chart {
  const world = worldAt(DRY);
  const sea = world.add("sea", new Sea());
  const river = world.add("river", new River({ seed: 2, sea, distanceKm: 30 }));
  const canal = world.add(
    "canal",
    new Tank({ areaM2: 60_000, depthM: 5, floorM: -3, levelM: 3, salinity: 1 }),
  );
  const fields = new Boundary({ salinity: 0.5 });
  world.add("seepage", new Valve({ from: fields, to: canal, flow: 0.7, open: true }));
  world.add("gate", new Gate({ from: canal, to: river, widthM: 5, heightM: 2.5, sillM: -2 }));
  world.run(1);
  const names = ["river.level", "canal.surface", "gate.flow", "river.salinity", "canal.salinity"];
  const [outside = [], inside = [], flow = [], salty = [], fresh = []] = watch(world, DAY, 288, names, () => {
    // It drains while the river is lower, and lets no salt in.
    world.input("gate.setpoint")?.write(canal.surfaceM > river.surfaceM && canal.surfaceM > -0.6 ? 30 : 0);
  });
  return {
    title: "A sluice drains at low water and keeps out the salt · Cống tiêu nước lúc chân triều và ngăn mặn",
    panels: [
      {
        unit: "m",
        lines: [
          { label: "river · sông", values: outside },
          { label: "canal · kênh", values: inside },
        ],
      },
      { unit: "m³/s", lines: [{ label: "through the gate · qua cống", values: flow }] },
      {
        unit: "g/l",
        lines: [
          { label: "salinity, river · độ mặn, sông", values: salty },
          { label: "canal · kênh", values: fresh },
        ],
      },
    ],
    marks: clockMarks(24, 4),
  };
}

function rain(): Chart {
  const world = worldAt(WET);
  const shower = world.add("rain", new Rain({ seed: 7, season: "wet", firstAfterMin: 90 }));
  const drain = world.add("drain", new Boundary());
  const canal = world.add("canal", new Tank({ areaM2: 3_000, depthM: 3, levelM: 0.6, overflowTo: drain }));
  world.add(
    "fields",
    new Catchment({ rain: shower, drainTo: canal, areaHa: 12, storageMm: 5, runoffHours: 1.5 }),
  );
  world.add("outlet", new Valve({ from: canal, to: drain, flow: 0.15, headM: 1, open: true }));
  const [intensity = [], runoff = [], level = []] = watch(world, 18 * HOUR, 360, [
    "rain.intensity",
    "fields.runoff",
    "canal.level",
  ]);
  return {
    title: "A shower, the fields' runoff, a canal · Mưa rào, dòng chảy từ ruộng, mực nước kênh",
    panels: [
      { unit: "mm/h", lines: [{ label: "rain · cường độ mưa", values: intensity }] },
      { unit: "m³/s", lines: [{ label: "runoff · dòng chảy", values: runoff }] },
      { unit: "m", lines: [{ label: "canal · mực nước kênh", values: level }] },
    ],
    marks: clockMarks(18, 3),
  };
}

function soil(): Chart {
  const world = worldAt(DRY);
  const sky = world.add("sky", new Sky({ seed: 3, clouds: 0.3 }));
  const [drain, supply] = [new Boundary(), new Boundary({ salinity: 0.9 })];
  const bed = world.add("bed", new Soil({ sky, areaM2: 1_000, drainTo: drain, moisture: 0.34 }));
  world.add("valve", new Valve({ from: supply, to: bed, flow: 0.004 }));
  const names = ["bed.moisture", "bed.ec", "valve.flow"];
  const [moisture = [], ec = [], flow = []] = watch(world, 8 * DAY, 192, names, (at) => {
    // Two hours of irrigation in the morning, when the soil has become dry.
    const hour = (at / HOUR) % 24;
    const wanted = hour >= 6 && hour < 8 && at > 4 * DAY && bed.moisture < 0.34;
    world.input("valve.setpoint")?.write(wanted ? 100 : 0);
  });
  return {
    title: "Soil dries by day, and is watered from the 5th · Đất khô dần ban ngày, tưới từ ngày thứ 5",
    panels: [
      { unit: "%", lines: [{ label: "moisture · độ ẩm đất", values: moisture }] },
      { unit: "dS/m", lines: [{ label: "EC of the soil water · EC nước trong đất", values: ec }] },
      {
        unit: "l/s",
        lines: [{ label: "irrigation · tưới", values: flow.map((one) => one * 1000) }],
        range: [0, 4],
      },
    ],
    marks: dayMarks(8, 2),
  };
}

function oxygen(): Chart {
  const world = worldAt(WET);
  const sky = world.add("sky", new Sky({ seed: 5 }));
  const mains = new Mains({ seed: 1 });
  const aerators = [1, 2, 3].map((k) => world.add(`aerator.${k}`, new Aerator({ supply: mains })));
  world.add("with", new Pond({ sky, aerators }));
  world.add("without", new Pond({ sky, aerators: [] }));
  world.run(12 * HOUR);
  const [aerated = [], still = [], light = []] = watch(
    world,
    2 * DAY,
    288,
    ["with.oxygen", "without.oxygen", "sky.irradiance"],
    (at) => {
      const hour = (12 + at / HOUR) % 24;
      for (const k of [1, 2, 3]) world.input(`aerator.${k}.on`)?.write(hour >= 20 || hour < 6 ? 1 : 0);
    },
  );
  return {
    title: "Two nights of two ponds · Hai đêm của hai ao tôm",
    panels: [
      {
        unit: "mg/l",
        lines: [
          { label: "oxygen with aerators · ôxy, có quạt nước", values: aerated },
          { label: "without · không quạt", values: still },
        ],
      },
      { unit: "W/m²", lines: [{ label: "light · bức xạ mặt trời", values: light }] },
    ],
    marks: clockMarks(48, 6, 12),
  };
}

function solarBox(): Chart {
  const world = worldAt(WET);
  const sky = world.add("sky", new Sky({ seed: 8 }));
  world.add("box", new Battery({ sky, loads: [() => 14], capacityAh: 60, panelW: 110, charge: 0.75 }));
  const names = ["box.voltage", "box.charge", "box.power.solar", "box.power.load"];
  const [voltage = [], charge = [], solar = [], load = []] = watch(world, 5 * DAY, 360, names, (at) => {
    world.input("box.dust")?.write(at >= 2 * DAY && at < 3 * DAY ? 0.8 : 0);
    world.input("box.broken")?.write(at >= 3.4 * DAY ? 1 : 0);
  });
  return {
    title: "Day 3: a dusty panel; day 4: no panel · Ngày 3: tấm pin phủ bụi; ngày 4: mất tấm pin",
    panels: [
      { unit: "V", lines: [{ label: "voltage · điện áp", values: voltage }] },
      { unit: "%", lines: [{ label: "charge · mức sạc", values: charge }], range: [0, 100] },
      {
        unit: "W",
        lines: [
          { label: "from the panel · từ tấm pin", values: solar },
          { label: "load · tải", values: load },
        ],
      },
    ],
    marks: dayMarks(5),
  };
}

function lamps(): Chart {
  const world = worldAt(WET);
  const mains = world.add("mains", new Mains({ seed: 2 }));
  world.add("clock", new AstroClock());
  world.add("circuit", new LampCircuit({ seed: 3, supply: mains, lamps: 40 }));
  world.connect("clock.on", "circuit.on");
  world.connect("clock.dim", "circuit.dim");
  world.run(17 * HOUR);
  const [power = [], light = []] = watch(world, 14 * HOUR, 420, ["circuit.power", "circuit.light"], (at) => {
    world.input("mains.present")?.write(at >= 3 * HOUR && at < 3 * HOUR + 600 ? 0 : 1);
    world.input("circuit.connected")?.write(at >= 9 * HOUR ? 25 : 40);
  });
  return {
    title: "Power cut at 20:00, cable stolen at 02:00 · Mất điện lúc 20:00, mất cáp lúc 02:00",
    panels: [
      {
        unit: "kW",
        lines: [{ label: "power · công suất", values: power.map((one) => one / 1000) }],
        range: [0, 7],
      },
      { unit: "%", lines: [{ label: "light of a lamp · độ sáng mỗi đèn", values: light }], range: [0, 100] },
    ],
    marks: clockMarks(14, 2, 17),
  };
}

function analyser(): Chart {
  const world = worldAt(WET);
  const outlet = world.add("outlet", new Wastewater({ seed: 6 }));
  const of = (): number => outlet.state.cod;
  world.add(
    "cod",
    new Analyser({ seed: 26, unit: "mg/l", fullScale: 300, of, driftPerDay: 0.05, everyHours: 24 }),
  );
  const names = ["outlet.cod", "cod.value", "cod.state"];
  const [water = [], shown = [], state = []] = watch(world, 3 * DAY, 432, names, (at) => {
    world.input("outlet.bypass")?.write(at >= 1.6 * DAY && at < 1.75 * DAY ? 0.25 : 0);
  });
  return {
    title:
      "An analyser drifts and calibrates itself; raw water on day 2 · Máy đo trôi, tự hiệu chuẩn; ngày 2 xả lậu",
    panels: [
      {
        unit: "mg/l",
        lines: [
          { label: "COD of the water · COD của nước", values: water },
          { label: "shown · máy chỉ", values: shown },
        ],
      },
      { unit: "", lines: [{ label: "state: 1 calibrating · 1 hiệu chuẩn", values: state }], range: [0, 1] },
    ],
    marks: dayMarks(3),
  };
}

function binAndTraffic(): Chart {
  const world = worldAt(WET);
  world.add("bin", new WasteBin({ seed: 4 }));
  world.add("road", new Traffic({ seed: 4 }));
  const [fill = [], flow = [], speed = []] = watch(world, 3 * DAY, 432, [
    "bin.fill",
    "road.flow",
    "road.speed",
  ]);
  return {
    title: "Three days of a bin and of a road · Ba ngày của thùng rác và đường",
    panels: [
      { unit: "%", lines: [{ label: "bin · độ đầy thùng rác", values: fill }], range: [0, 100] },
      { unit: "1/h", lines: [{ label: "vehicles · lưu lượng xe", values: flow }] },
      { unit: "km/h", lines: [{ label: "mean speed · tốc độ trung bình", values: speed }] },
    ],
    marks: dayMarks(3),
  };
}
