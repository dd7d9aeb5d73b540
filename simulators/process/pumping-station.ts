import type { Clock } from "../../drivers/core/clock.js";
import { Cabinet } from "./cabinet.js";
import { Catchment } from "./catchment.js";
import { Drive, type Plate } from "./drive.js";
import { Gate } from "./gate.js";
import { LevelControl } from "./level-control.js";
import { Mains, SteadyLoad } from "./mains.js";
import { ThreePhaseMeter } from "./meter.js";
import { Pump } from "./pump.js";
import { Rain } from "./rain.js";
import { River } from "./river.js";
import { Tank } from "./tank.js";
import { Sea } from "./tide.js";
import { Valve } from "./valve.js";
import { Boundary } from "./water.js";
import { World } from "./world.js";

/** m in the well: pump 1 starts and stops, pump 2 helps, dry running, the rim. */
export const PUMP_LEVELS = { start: 2.4, stop: 1.6, help: 3, dry: 0.35, rim: 4.2 } as const;
/** m: the well's floor, against the national datum. */
const WELL_FLOOR = -2.6;
/** m², with the canal in front of it. */
const WELL_AREA = 42;
/** m³/s that seep into the canal on any day. */
const SEEPAGE = 0.13;
/** Both pumps: m of head at which they are rated, m at which nothing flows; m above the datum of their pipes' crest. */
const HEADS = { ratedHead: 4, shutoffHead: 7.5, crestM: 1.6, submergenceM: PUMP_LEVELS.dry } as const;
const SECOND_PLATE: Plate = { powerKw: 22, currentA: 43, poles: 6, maximumHz: 50 };
/** W of lamps, PLC and ventilation. */
const HOUSE_LOAD_W = 640;
/** What the counters stood at when the simulation begins. */
const BEFORE = {
  starts: 1_902,
  pumpedM3: 1_284_400,
  inflowM3: 1_310_250,
  kwh: 51_207.4,
  kvarh: 17_930.2,
  tips: 4_318,
};
const DRIVE_BEFORE = { energyKwh: 18_342.6, runHours: 4_211.3 };

/**
 * A drainage pumping station: water from the fields and the rain fills the suction well, pumps lift it into a
 * tidal river, a flap gate lets it out by itself while the river is lower. Call `advance` before reading.
 * Deterministic for a seed and a clock.
 */
export class PumpingStation {
  readonly world: World;
  readonly mains: Mains;
  readonly rain: Rain;
  readonly river: River;
  /** The fields behind it. */
  readonly fields: Catchment;
  readonly well: Tank;
  /** Of pump 1. */
  readonly drive: Drive;
  /** Of pump 2, which is switched onto the mains. */
  readonly second: Drive;
  readonly meter: ThreePhaseMeter;
  readonly cabinet: Cabinet;
  /** m, added to the well level by the PLC. */
  levelOffset = 0;
  readonly #seepage: Valve;
  readonly #pumps: readonly [Pump, Pump];
  readonly #gate: Gate;

  constructor(clock: Clock, seed: number) {
    const world = new World({ clock, seed });
    const seeded = (name: string): { readonly seed: number } => ({ seed: world.seedOf(name) });
    this.world = world;
    const sea = world.add("sea", new Sea());
    this.river = world.add("river", new River({ ...seeded("river"), sea, distanceKm: 40 }));
    // Of the dry season, so that there is salt to be seen on any day.
    this.river.inputs["discharge.held"]?.write(2_400);
    this.mains = world.add("mains", new Mains(seeded("mains")));
    this.rain = world.add(
      "rain",
      new Rain({ ...seeded("rain"), dryHours: 3, firstAfterMin: 3, tips: BEFORE.tips }),
    );
    const well = new Tank({
      areaM2: WELL_AREA,
      depthM: PUMP_LEVELS.rim,
      floorM: WELL_FLOOR,
      levelM: 2.38,
      salinity: 0.2,
      floats: { high: 3.4, low: 1 },
    });
    this.well = well;
    const ground = world.add("ground", new Boundary({ salinity: 0.2 }));
    this.#seepage = world.add("seepage", new Valve({ from: ground, to: well, flow: SEEPAGE, open: true }));
    const fields = {
      drainTo: well,
      areaHa: 9,
      storageMm: 12,
      pondedMm: 12,
      infiltrationMmPerH: 1,
      groundM: 0.4,
    };
    this.fields = world.add("fields", new Catchment({ ...fields, rain: this.rain }));
    world.add("well", well);
    this.drive = new Drive({ supply: this.mains, ...DRIVE_BEFORE });
    this.second = new Drive({ supply: this.mains, plate: SECOND_PLATE, ramp: 50, setpoint: 50 });
    const { start, stop, help } = PUMP_LEVELS;
    const pumps = [
      { motor: this.drive, startM: start, stopM: stop },
      { motor: this.second, startM: help, stopM: stop },
    ];
    world.add("control", new LevelControl({ levelM: () => well.levelM, pumps }));
    world.add("drive", this.drive);
    world.add("drive.2", this.second);
    const pipe = { ...HEADS, from: well, to: this.river };
    this.#pumps = [
      world.add(
        "pump.1",
        new Pump({ ...pipe, motor: this.drive, ratedFlow: 0.62, totalM3: BEFORE.pumpedM3, wear: 0.15 }),
      ),
      world.add("pump.2", new Pump({ ...pipe, motor: this.second, ratedFlow: 0.43 })),
    ];
    const opening = { widthM: 1, heightM: 0.8, sillM: -2 };
    this.#gate = world.add(
      "gate",
      new Gate({ ...opening, from: well, to: this.river, kind: "flap", speed: 2 }),
    );
    this.cabinet = world.add("cabinet", new Cabinet({ ...seeded("cabinet"), loads: [this.drive] }));
    const house = world.add("house", new SteadyLoad({ supply: this.mains, watts: HOUSE_LOAD_W }));
    this.meter = world.add(
      "meter",
      new ThreePhaseMeter({
        ...seeded("meter"),
        mains: this.mains,
        loads: [this.drive, this.second, house],
        powerFactor: () =>
          this.drive.frequency > 0 || this.secondPumpRunning ? 0.9 + 0.06 * this.drive.speed : 0.82,
        importKwh: BEFORE.kwh,
        importKvarh: BEFORE.kvarh,
      }),
    );
    // So that there is something to read at once.
    world.run(world.stepMs / 1000);
  }

  /** m above the well's floor. */
  get wellLevel(): number {
    return this.well.levelM;
  }

  /** m above the national datum. */
  get riverLevel(): number {
    return this.river.surfaceM;
  }

  /** m³/s into the well. */
  get inflow(): number {
    return this.#seepage.flow + this.fields.runoff;
  }

  /** m³ that came in since installation. */
  get inflowVolume(): number {
    return BEFORE.inflowM3 + this.#seepage.state.totalM3 + this.fields.state.drainedM3;
  }

  /** m³/s */
  get pumpFlow(): number {
    return this.#pumps[0].flow + this.#pumps[1].flow;
  }

  /** m³ that the pumps have lifted since installation. */
  get pumpedVolume(): number {
    return this.#pumps[0].state.totalM3 + this.#pumps[1].state.totalM3;
  }

  get pumpStarts(): number {
    return BEFORE.starts + this.drive.state.starts;
  }

  get secondPumpRunning(): boolean {
    return this.second.frequency > 0;
  }

  /** 0 to 100 % */
  get gateOpening(): number {
    return this.#gate.state.opening;
  }

  /** What the gate is held to, 0 to 100 %. */
  get gateSetpoint(): number {
    return this.#gate.state.setpoint;
  }

  set gateSetpoint(percent: number) {
    this.#gate.inputs["setpoint"]?.write(percent);
  }

  get doorOpen(): boolean {
    return this.cabinet.doorOpen;
  }

  get floatHigh(): boolean {
    return this.well.floatHigh;
  }

  get floatLow(): boolean {
    return this.well.floatLow;
  }

  /** Brings the station up to the clock. */
  advance(): void {
    this.world.advance();
  }
}
