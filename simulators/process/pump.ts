import { FAULT } from "./drive.js";
import { bit, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import { GRAVITY, move, type Store, WATER_DENSITY } from "./water.js";

/** What turns a pump. */
export interface Motor {
  /** 0 to 1 */
  readonly speed: number;
  /** W on the shaft at a load of 1 and full speed. */
  readonly plate: { readonly powerKw: number };
  load: number;
  trip(code: number): void;
}

export interface PumpOptions {
  readonly from: Store;
  readonly to: Store;
  readonly motor: Motor;
  /** m³/s at full speed against the rated head. */
  readonly ratedFlow: number;
  /** m of static head. */
  readonly ratedHead: number;
  /** m at which nothing flows any more; 1.5 times the rated head by default. */
  readonly shutoffHead?: number;
  /** m above the datum that the water must reach whatever the level behind it: the crest of the pipe. */
  readonly crestM?: number;
  /** m of water above the floor that the pump must have; 0.3 by default. */
  readonly submergenceM?: number;
  /** s that it may run dry before it trips its motor; 20 by default. */
  readonly dryDelayS?: number;
  readonly totalM3?: number;
  readonly wear?: number;
}

/** h at full speed after which a pump is worn out; dry running wears it fifty times as fast. */
const LIFE_HOURS = 15_000;
const DRY_WEAR = 50;
/** Share of the flow that a worn-out pump has lost through its gaps. */
const WORN_LOSS = 0.3;
/** Loads of the motor: with no flow, at the rated flow, without water; what a blocked impeller adds. */
const LOADS = { shut: 0.6, rated: 1, dry: 0.25, blocked: 2.2 } as const;

/**
 * A centrifugal or axial pump between two stores. Its curve by the affinity laws, with the friction of its pipe in
 * it: Q = Qn (1 - 0.3 w) sqrt((Hs n² - H) / (Hs - Hn)), n relative speed, H static head, w wear; a flap keeps it from
 * flowing back. The shaft's load grows with the flow. Without water it runs dry, and trips after a delay.
 */
export class Pump implements Part {
  readonly state = { totalM3: 0, dryForS: 0, wear: 0, blocked: 0 };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    flow: signal("m³/s", () => this.flow),
    "flow.hour": signal("m³/h", () => this.flow * 3600),
    total: signal("m³", () => this.state.totalM3),
    head: signal("m", () => this.headM),
    dry: bit(() => this.state.dryForS > 0),
    vibration: signal("mm/s", () => this.#vibration),
    efficiency: signal("%", () => this.#efficiency),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** 0 new, 1 worn out. */
    wear: kept(this.state, "wear", "", [0, 1]),
    /** Share of the impeller that water hyacinth fills: less flow, more current, until the drive trips. */
    blocked: kept(this.state, "blocked", "", [0, 1]),
  };
  /** m³/s, of what really moved. */
  flow = 0;
  readonly #own: Required<Omit<PumpOptions, "totalM3" | "wear" | "crestM">> & { readonly crestM: number };

  constructor(options: PumpOptions) {
    this.#own = {
      ...options,
      shutoffHead: options.shutoffHead ?? 1.5 * options.ratedHead,
      crestM: options.crestM ?? Number.NEGATIVE_INFINITY,
      submergenceM: options.submergenceM ?? 0.3,
      dryDelayS: options.dryDelayS ?? 20,
    };
    this.state.totalM3 = options.totalM3 ?? 0;
    this.state.wear = options.wear ?? 0;
  }

  /** m from water to water. */
  get headM(): number {
    const { from, to, crestM } = this.#own;
    return Math.max(to.surfaceM, crestM) - from.surfaceM;
  }

  step(seconds: number): void {
    const { from, to, motor, ratedFlow, submergenceM, dryDelayS } = this.#own;
    const { state } = this;
    const turning = motor.speed > 0;
    const dry = turning && from.surfaceM - from.floorM <= submergenceM;
    const wanted = turning && !dry ? this.#wantedFlow() * (1 - state.blocked) : 0;
    const moved = move(from, to, wanted * seconds);
    this.flow = moved / seconds;
    state.totalM3 += moved;
    const lifting = LOADS.shut + (LOADS.rated - LOADS.shut) * Math.min(1.5, this.flow / ratedFlow);
    motor.load = (dry ? LOADS.dry : lifting) + LOADS.blocked * state.blocked;
    state.wear = Math.min(
      1,
      state.wear + (motor.speed ** 3 * (dry ? DRY_WEAR : 1) * seconds) / 3600 / LIFE_HOURS,
    );
    // Air and water come by turns at the limit: a moment with water does not forgive the minutes without.
    state.dryForS = Math.max(0, state.dryForS + (dry ? seconds : -seconds));
    if (!turning) state.dryForS = 0;
    if (state.dryForS >= dryDelayS) motor.trip(FAULT.dryRun);
  }

  #wantedFlow(): number {
    const { motor, ratedFlow, ratedHead, shutoffHead } = this.#own;
    const drive = shutoffHead * motor.speed ** 2 - this.headM;
    if (drive <= 0) return 0;
    return ratedFlow * (1 - WORN_LOSS * this.state.wear) * Math.sqrt(drive / (shutoffHead - ratedHead));
  }

  get #vibration(): number {
    const { speed } = this.#own.motor;
    return speed ** 2 * (1.6 + 6 * this.state.wear + (this.state.dryForS > 0 ? 3 : 0));
  }

  /** Of what the shaft gives, in water lifted. */
  get #efficiency(): number {
    const { motor } = this.#own;
    const shaft = motor.plate.powerKw * 1000 * motor.load * motor.speed ** 3;
    const lifted = WATER_DENSITY * GRAVITY * this.flow * Math.max(0, this.headM);
    return shaft > 0 ? (100 * lifted) / shaft : 0;
  }
}
