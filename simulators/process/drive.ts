import { NOMINAL_V } from "./mains.js";
import {
  bit,
  decay,
  input,
  kept,
  type Load,
  type Part,
  type Supply,
  signal,
  toward,
  type WorldInput,
  type WorldSignal,
} from "./part.js";

/** Nameplate of a drive and its motor. */
export interface Plate {
  readonly powerKw: number;
  readonly currentA: number;
  readonly poles: number;
  readonly maximumHz: number;
}

/** Of a small drainage pump. */
export const DRIVE_PLATE: Plate = { powerKw: 37, currentA: 70, poles: 6, maximumHz: 50 };

/** Share of the rated current that magnetises the motor, also without load. */
const MAGNETISING = 0.28;
/** W of the drive itself. */
const OWN_W = 65;
const EFFICIENCY = 0.94;

/** Why a drive trips, with the numbers of the INVT Goodrive: OC3, UV, OL1, EF and LL. */
export const FAULT = { overCurrent: 6, underVoltage: 10, overload: 11, external: 17, dryRun: 36 } as const;

/** Times the rated current: at once, and as heat in the long run (10 minutes' time constant). */
const TRIP = { current: 1.8, currentForS: 0.5, heat: 1.32, heatTimeS: 600 } as const;
/** Shares of the supply's nominal voltage: below the first a running drive trips, below the second it is off. */
const LOW_VOLTAGE = { trip: 0.75, off: 0.3 } as const;

/** Words of the status register 2100h of the INVT Goodrive series. */
export type DriveState = "forward" | "stopped" | "fault";

export interface DriveOptions {
  readonly plate?: Plate;
  /** Hz a second; 5 by default, 50 is a motor that is switched onto the mains. */
  readonly ramp?: number;
  /** Hz that it is told at the beginning; 45 by default. */
  readonly setpoint?: number;
  /** Without one it is always fed. */
  readonly supply?: Supply;
  readonly energyKwh?: number;
  readonly runHours?: number;
}

/**
 * A variable-frequency drive and its motor. f follows its set-point along a ramp; with n = f / f_max and the load l
 * that the pump puts on it: P = P0 + Pn l n³ / eta (affinity law) and I = In hypot(m, l n³ sqrt(1 - m²)). Heat of the
 * motor: dT/dt = ((I / In)² - T) / tau.
 */
export class Drive implements Part, Load {
  readonly state = {
    setpoint: 45,
    frequency: 0,
    run: 0,
    faultCode: 0,
    heat: 0,
    overForS: 0,
    energyKwh: 0,
    runHours: 0,
    starts: 0,
    load: 1,
    /** The load of the step that is under way. */
    felt: 1,
  };
  readonly plate: Plate;
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    frequency: signal("Hz", () => this.frequency),
    current: signal("A", () => this.currentA),
    power: signal("W", () => this.powerW),
    energy: signal("kWh", () => this.energyKwh),
    speed: signal("rpm", () => this.rpm),
    hours: signal("h", () => this.runHours),
    starts: signal("", () => this.state.starts),
    heat: signal("%", () => (this.state.heat / TRIP.heat) * 100),
    running: bit(() => this.frequency > 0),
    fault: signal("", () => this.faultCode),
    /** 0 stopped, 1 running, 2 fault. */
    state: signal("", () => ["stopped", "forward", "fault"].indexOf(this.word)),
  };
  readonly inputs: Readonly<Record<string, WorldInput>>;
  readonly #ramp: number;
  readonly #ownW: number;
  readonly #supply: Supply | undefined;

  constructor(options: DriveOptions = {}) {
    this.plate = options.plate ?? DRIVE_PLATE;
    this.#ramp = options.ramp ?? 5;
    // At full speed within a second: a contactor, which has no electronics.
    this.#ownW = this.#ramp >= this.plate.maximumHz ? 0 : OWN_W;
    this.#supply = options.supply;
    this.state.setpoint = options.setpoint ?? 45;
    this.state.energyKwh = options.energyKwh ?? 0;
    this.state.runHours = options.runHours ?? 0;
    this.inputs = {
      run: input(
        "",
        [0, 1],
        () => this.state.run,
        (value) => (value >= 0.5 ? this.start() : this.stop()),
      ),
      setpoint: kept(this.state, "setpoint", "Hz", [0, this.plate.maximumHz]),
      reset: input(
        "",
        [0, 1],
        () => 0,
        (value) => value >= 0.5 && this.reset(),
      ),
      trip: input(
        "",
        [0, 99],
        () => this.faultCode,
        (value) => value >= 1 && this.trip(Math.round(value)),
      ),
    };
  }

  get setpoint(): number {
    return this.state.setpoint;
  }

  set setpoint(hertz: number) {
    this.inputs["setpoint"]?.write(hertz);
  }

  /** 0 without water, 1 at the pump's duty point. Felt from the next step on. */
  get load(): number {
    return this.state.load;
  }

  set load(load: number) {
    this.state.load = load;
  }

  get frequency(): number {
    return this.state.frequency;
  }

  get faultCode(): number {
    return this.state.faultCode;
  }

  get energyKwh(): number {
    return this.state.energyKwh;
  }

  get runHours(): number {
    return this.state.runHours;
  }

  start(): void {
    const { state } = this;
    if (state.faultCode !== 0 || state.run === 1 || this.#volts < LOW_VOLTAGE.trip) return;
    state.run = 1;
    if (state.frequency === 0) state.starts++;
  }

  stop(): void {
    this.state.run = 0;
  }

  /** As over-current or dry running does it: the output is cut, the pump runs out. */
  trip(code: number): void {
    this.state.faultCode = code;
    this.state.run = 0;
  }

  reset(): void {
    this.state.faultCode = 0;
  }

  get word(): DriveState {
    if (this.faultCode !== 0) return "fault";
    return this.running ? "forward" : "stopped";
  }

  /** Told to run, or still running out. */
  get running(): boolean {
    return this.state.run === 1 || this.frequency > 0;
  }

  /** 0 to 1 */
  get speed(): number {
    return this.frequency / this.plate.maximumHz;
  }

  get rpm(): number {
    return (120 * this.frequency * 0.985) / this.plate.poles;
  }

  /** W drawn from the mains: affinity law plus the drive's own losses. */
  get powerW(): number {
    if (this.#volts < LOW_VOLTAGE.off) return 0;
    if (this.frequency <= 0) return this.#ownW;
    return this.#ownW + (this.plate.powerKw * 1000 * this.state.felt * this.speed ** 3) / EFFICIENCY;
  }

  /** A, of the motor. */
  get currentA(): number {
    if (this.frequency <= 0 || this.#volts < LOW_VOLTAGE.off) return 0;
    const torque = this.state.felt * this.speed ** 3;
    return this.plate.currentA * Math.hypot(MAGNETISING, torque * Math.sqrt(1 - MAGNETISING ** 2));
  }

  /** V between motor phases: V/f constant up to the rated frequency. */
  get voltageV(): number {
    return 380 * Math.min(1, this.speed);
  }

  step(seconds: number): void {
    const { state } = this;
    state.felt = state.load;
    this.#protect(seconds);
    const target = state.run === 1 ? state.setpoint : 0;
    state.frequency = toward(state.frequency, target, this.#ramp * seconds);
    if (Math.abs(state.frequency - target) < 1e-9) state.frequency = target;
    state.energyKwh += (this.powerW * seconds) / 3_600_000;
    if (state.frequency > 0) state.runHours += seconds / 3600;
  }

  #protect(seconds: number): void {
    const { state } = this;
    const volts = this.#volts;
    if (volts < LOW_VOLTAGE.off) state.run = 0;
    else if (volts < LOW_VOLTAGE.trip && state.run === 1) this.trip(FAULT.underVoltage);
    const relative = this.currentA / this.plate.currentA;
    state.heat = relative ** 2 + (state.heat - relative ** 2) * decay(seconds, TRIP.heatTimeS);
    state.overForS = relative > TRIP.current ? state.overForS + seconds : 0;
    if (state.overForS >= TRIP.currentForS) this.trip(FAULT.overCurrent);
    else if (state.heat > TRIP.heat && state.run === 1) this.trip(FAULT.overload);
  }

  /** Share of the nominal voltage. */
  get #volts(): number {
    return this.#supply ? this.#supply.voltage / NOMINAL_V : 1;
  }
}
