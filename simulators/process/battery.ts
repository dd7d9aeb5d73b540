import {
  bit,
  clamp,
  input,
  kept,
  type Load,
  type Part,
  type Supply,
  signal,
  type WorldInput,
  type WorldSignal,
} from "./part.js";
import type { Sky } from "./sky.js";

export interface BatteryOptions {
  readonly sky: Sky;
  readonly loads: readonly (Load | (() => number))[];
  /** Ah at 12 V; 100 by default. */
  readonly capacityAh?: number;
  /** W at 1,000 W/m²; 120 by default. */
  readonly panelW?: number;
  /** Share of the charge at the beginning; 0.9 by default. */
  readonly charge?: number;
}

/** Of a lead-acid battery and its charge controller; V. */
const VOLTS = {
  empty: 11.7,
  knee: 0.9,
  full: 12.8,
  absorption: 14.4,
  float: 13.6,
  cutOff: 11.4,
  reconnect: 12.5,
} as const;
/** Ohms: what the voltage gives way under current. */
const RESISTANCE = 0.04;
/** Share of the charge that comes back out; h for the last of it to go in; share of the capacity that ends absorption. */
const CHARGE = { efficiency: 0.88, taperHours: 1.6, tailShare: 0.01 } as const;
/** Share of a panel's power that a hot, dusty one gives. */
const PANEL_SHARE = 0.82;

/**
 * A box on a solar panel. Charge: C ds/dt = eta I_in - I_out. Voltage: U = U0 + (U1 - U0) s - k e^(-s/0.04) + R (I_in - I_out). The controller
 * gives all there is (bulk) until the voltage is at its limit, then only what the battery still takes,
 * I = C (1 - s) / tau (absorption), then keeps it (float). Below 11.4 V it cuts the load off until 12.5 V.
 */
export class Battery implements Part, Supply {
  readonly state = {
    charge: 0.9,
    connected: 1,
    dust: 0,
    load: 1,
    stage: 0,
    chargedAh: 0,
    usedAh: 0,
    solarKwh: 0,
    loadKwh: 0,
    cuts: 0,
    broken: 0,
    terminalV: 12.6,
  };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    voltage: signal("V", () => this.state.terminalV),
    charge: signal("%", () => this.state.charge * 100),
    current: signal("A", () => this.#inA - this.#outA),
    "current.solar": signal("A", () => this.#inA),
    "power.solar": signal("W", () => this.#inA * this.state.terminalV),
    "power.load": signal("W", () => this.#outA * this.state.terminalV),
    /** 0 night, 1 bulk, 2 absorption, 3 float. */
    stage: signal("", () => this.state.stage),
    connected: bit(() => this.#feeds),
    "energy.solar": signal("kWh", () => this.state.solarKwh),
    "energy.load": signal("kWh", () => this.state.loadKwh),
    cuts: signal("", () => this.state.cuts),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** Share of the light that dust or a branch takes from the panel. */
    dust: kept(this.state, "dust", "", [0, 1]),
    /** 1: the panel's cable is cut, or the panel is gone. */
    broken: kept(this.state, "broken", "", [0, 1]),
    /** The load's switch: 0 cuts it off by hand, whatever the battery has. */
    load: kept(this.state, "load", "", [0, 1]),
    charge: input(
      "%",
      [0, 100],
      () => this.state.charge * 100,
      (value) => {
        this.state.charge = value / 100;
      },
    ),
  };
  readonly capacityAh: number;
  readonly #own: BatteryOptions;
  readonly #panelW: number;
  #inA = 0;
  #outA = 0;

  constructor(options: BatteryOptions) {
    this.#own = options;
    this.capacityAh = options.capacityAh ?? 100;
    this.#panelW = options.panelW ?? 120;
    this.state.charge = clamp(options.charge ?? 0.9, 0, 1);
  }

  /** V for the load; 0 while it is cut off. */
  get voltage(): number {
    return this.#feeds ? this.state.terminalV : 0;
  }

  /** Neither the controller nor a hand has cut the load off. */
  get #feeds(): boolean {
    return this.state.connected >= 0.5 && this.state.load >= 0.5;
  }

  step(seconds: number): void {
    const { state } = this;
    const hours = seconds / 3600;
    const open =
      VOLTS.empty + (VOLTS.full - VOLTS.empty) * state.charge - VOLTS.knee * Math.exp(-state.charge / 0.04);
    this.#outA = this.#feeds && state.charge > 0 ? this.#loadW / Math.max(10, this.state.terminalV) : 0;
    this.#inA = this.#charging(open);
    this.state.terminalV = this.#voltageAt(open);
    const change = (CHARGE.efficiency * this.#inA - this.#outA) * hours;
    state.charge = clamp(state.charge + change / this.capacityAh, 0, 1);
    state.chargedAh += CHARGE.efficiency * this.#inA * hours;
    state.usedAh += this.#outA * hours;
    state.solarKwh += (this.#inA * this.state.terminalV * hours) / 1000;
    state.loadKwh += (this.#outA * this.state.terminalV * hours) / 1000;
    this.#switchLoad();
  }

  get #loadW(): number {
    let watts = 0;
    for (const load of this.#own.loads) watts += typeof load === "function" ? load() : load.powerW;
    return watts;
  }

  /** A that the controller lets through. */
  #charging(open: number): number {
    const { state } = this;
    const light = state.broken >= 0.5 ? 0 : this.#own.sky.irradiance * (1 - state.dust);
    const available = ((this.#panelW * light) / 1000) * (PANEL_SHARE / Math.max(open, 10));
    // What the battery still takes goes with what is missing; the load's share comes on top.
    const accepted = ((1 - state.charge) * this.capacityAh) / CHARGE.taperHours / CHARGE.efficiency;
    const kept = this.#outA / CHARGE.efficiency;
    if (available < 0.02) state.stage = 0;
    else if (available < accepted + kept) state.stage = 1;
    else state.stage = accepted > CHARGE.tailShare * this.capacityAh ? 2 : 3;
    return Math.min(available, accepted + kept);
  }

  #voltageAt(open: number): number {
    const { state } = this;
    if (state.stage === 2) return VOLTS.absorption;
    if (state.stage === 3) return VOLTS.float;
    return Math.min(VOLTS.absorption, open + RESISTANCE * (this.#inA - this.#outA) + 0.6 * this.#bulkShare);
  }

  /** Under way to absorption the voltage rises with the charge. */
  get #bulkShare(): number {
    return this.#inA > this.#outA ? this.state.charge : 0;
  }

  #switchLoad(): void {
    const { state } = this;
    if (state.connected >= 0.5 && (this.state.terminalV < VOLTS.cutOff || state.charge <= 0)) {
      state.connected = 0;
      state.cuts++;
    } else if (state.connected < 0.5 && this.state.terminalV > VOLTS.reconnect) state.connected = 1;
  }
}
