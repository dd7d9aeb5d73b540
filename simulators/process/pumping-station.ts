import type { Clock } from "../../drivers/core/clock.js";
import { seededRandom, wander } from "../random.js";
import { Drive } from "./drive.js";
import { ThreePhaseMeter } from "./meter.js";
import { Rain } from "./rain.js";
import { Surroundings } from "./surroundings.js";
import { riverLevel } from "./tide.js";

/** Physics advance in steps of this size, however often somebody looks: the same seed gives the same day. */
const STEP_MS = 100;
/** After a longer pause (a laptop that slept) the rest is skipped. */
const MOST_STEPS = 36_000;

/** m² of the suction well, with the canal in front of it. */
const WELL_AREA = 42;
/** m³/s of one pump at rated speed against the design head. */
const PUMP_FLOW = 0.62;
/** m: the well's floor, against the national datum. */
const WELL_FLOOR = -2.6;
/** m in the well: pump 1 starts and stops, pump 2 helps, dry running, the rim. */
export const PUMP_LEVELS = { start: 2.4, stop: 1.6, help: 3, dry: 0.35, rim: 4.2 } as const;
/** m in the well at which the floats switch. */
const FLOATS = { high: 3.4, low: 1 } as const;

/** W of lamps, PLC and ventilation. */
const HOUSE_LOAD_W = 640;
/** W of pump 2, which has no drive. */
const SECOND_PUMP_W = 21_500;

/**
 * A drainage pumping station: water from the fields and the rain fills the suction well, pumps lift it into a
 * tidal river, a flap gate lets it out by itself while the river is lower. Call `advance` before reading;
 * everything else is plain fields. Deterministic for a seed and a clock.
 */
export class PumpingStation {
  /** Of pump 1. */
  readonly drive = new Drive();
  readonly meter: ThreePhaseMeter;
  readonly rain: Rain;
  readonly surroundings: Surroundings;
  /** m above the well's floor. */
  wellLevel = 2.38;
  /** m³/s into the well. */
  inflow = 0.16;
  /** m³/s */
  pumpFlow = 0;
  /** m³ that the pumps have lifted since installation. */
  pumpedVolume = 1_284_400;
  /** m³ that came in since installation. */
  inflowVolume = 1_310_250;
  pumpStarts = 1_902;
  secondPumpRunning = false;
  /** 0 to 100 % */
  gateOpening = 0;
  /** What the gate is held to, 0 to 100 %. */
  gateSetpoint = 100;
  /** m, added to the well level by the PLC. */
  levelOffset = 0;
  doorOpen = false;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #startMono: number;
  readonly #startWall: number;
  #steps = 0;
  #doorLeftS = 6;
  #inflowNoise = 0;

  constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.#random = seededRandom(seed);
    this.meter = new ThreePhaseMeter(seededRandom(seed + 1));
    this.rain = new Rain(seededRandom(seed + 2));
    this.surroundings = new Surroundings(seededRandom(seed + 3));
    this.#startMono = clock.mono();
    this.#startWall = clock.now();
    this.#measure(0);
  }

  /** m above the national datum. */
  get riverLevel(): number {
    return riverLevel(this.#startWall + this.#steps * STEP_MS);
  }

  get floatHigh(): boolean {
    return this.wellLevel >= FLOATS.high;
  }

  get floatLow(): boolean {
    return this.wellLevel <= FLOATS.low;
  }

  /** Brings the station up to the clock. */
  advance(): void {
    const due = Math.floor((this.#clock.mono() - this.#startMono) / STEP_MS);
    if (due - this.#steps > MOST_STEPS) this.#steps = due - MOST_STEPS;
    for (; this.#steps < due; this.#steps++) this.#step(STEP_MS / 1000);
  }

  #step(seconds: number): void {
    const river = this.riverLevel;
    this.rain.step(seconds);
    this.#runPumps(seconds, river);
    this.#moveGate(seconds, river);
    this.#openDoor(seconds);
    this.#inflowNoise = wander(this.#inflowNoise, 0.02, 0.005, this.#random);
    // 9 ha drain into the well; a tenth of the rain runs off at once.
    const runoff = (this.rain.intensity / 1000 / 3600) * 90_000 * 0.1;
    this.inflow = Math.max(0.02, 0.16 + this.#inflowNoise + runoff);
    const out = this.pumpFlow + this.#gateFlow(river);
    const next = this.wellLevel + ((this.inflow - out) * seconds) / WELL_AREA;
    this.wellLevel = Math.min(PUMP_LEVELS.rim, Math.max(0, next));
    this.pumpedVolume += this.pumpFlow * seconds;
    this.inflowVolume += this.inflow * seconds;
    this.surroundings.step(seconds, river, this.drive.powerW * 0.04, this.pumpFlow, this.rain.intensity);
    this.#measure(seconds);
  }

  #runPumps(seconds: number, river: number): void {
    const { drive, wellLevel } = this;
    const wasRunning = drive.running;
    if (wellLevel >= PUMP_LEVELS.start) drive.start();
    else if (wellLevel <= PUMP_LEVELS.stop) drive.stop();
    if (wellLevel <= PUMP_LEVELS.dry) drive.stop();
    if (!wasRunning && drive.running) this.pumpStarts++;
    if (wellLevel >= PUMP_LEVELS.help) this.secondPumpRunning = true;
    else if (wellLevel <= PUMP_LEVELS.stop) this.secondPumpRunning = false;
    // Against a high river a pump lifts less and works harder.
    const head = river - (wellLevel + WELL_FLOOR);
    drive.load = Math.min(1.1, Math.max(0.6, 0.86 + 0.03 * (head - 2)));
    drive.step(seconds);
    const first = Math.max(0, drive.speed - 0.45) / 0.55;
    const second = this.secondPumpRunning ? 0.7 : 0;
    this.pumpFlow = PUMP_FLOW * (first + second) * Math.max(0.3, 1.1 - 0.05 * Math.max(0, head));
  }

  /** It opens by itself while the river is lower than the well, up to what it is held to. */
  #moveGate(seconds: number, river: number): void {
    const wanted = river < this.wellLevel + WELL_FLOOR - 0.05 ? this.gateSetpoint : 0;
    const change = 2 * seconds;
    this.gateOpening += Math.max(-change, Math.min(change, wanted - this.gateOpening));
  }

  #gateFlow(river: number): number {
    const fall = this.wellLevel + WELL_FLOOR - river;
    return fall <= 0 ? 0 : (this.gateOpening / 100) * 0.4 * Math.sqrt(2 * 9.81 * fall);
  }

  #openDoor(seconds: number): void {
    this.#doorLeftS -= seconds;
    if (this.#doorLeftS > 0) return;
    this.doorOpen = !this.doorOpen;
    this.#doorLeftS = this.doorOpen ? 5 + 40 * this.#random() : 600 + 7_200 * this.#random();
  }

  #measure(seconds: number): void {
    const second = this.secondPumpRunning ? SECOND_PUMP_W : 0;
    const pumping = this.drive.frequency > 0 || this.secondPumpRunning;
    const powerFactor = pumping ? 0.9 + 0.06 * this.drive.speed : 0.82;
    this.meter.step(seconds, this.drive.powerW + HOUSE_LOAD_W + second, powerFactor);
  }
}
