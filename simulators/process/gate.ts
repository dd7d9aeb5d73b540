import {
  clamp,
  kept,
  type Load,
  type Part,
  type Supply,
  signal,
  toward,
  type WorldInput,
  type WorldSignal,
} from "./part.js";
import { GRAVITY, levellingM3, move, type Store } from "./water.js";

export interface GateOptions {
  /** Flow from here to there counts as positive: from the field side to the river side. */
  readonly from: Store;
  readonly to: Store;
  readonly widthM: number;
  readonly heightM: number;
  /** m above the datum, of the sill. */
  readonly sillM: number;
  /** % a second; 0.5 by default. */
  readonly speed?: number;
  /** `flap`: swings open toward `to` by itself, up to the set-point, and shuts against the other side. */
  readonly kind?: "driven" | "flap";
  /** A driven gate without power stands still. */
  readonly supply?: Supply;
}

/** Of a sharp-edged opening. */
const DISCHARGE = 0.61;
/** m that a flap's weight wants. */
const FLAP_FALL_M = 0.05;
/** W of the hoist while it moves. */
const HOIST_W = 2_200;

/**
 * A sluice gate between two waters: Q = C b e sqrt(2 g dh), with b the width, e the part of the opening that is under
 * water on the higher side, dh the fall between both sides. It flows whichever way the fall points, and in one
 * step never more than what makes both sides level.
 */
export class Gate implements Part, Load {
  readonly state = { opening: 0, setpoint: 0, outM3: 0, inM3: 0, stuck: 0, energyKwh: 0 };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    opening: signal("%", () => this.state.opening),
    flow: signal("m³/s", () => this.flow),
    "total.out": signal("m³", () => this.state.outM3),
    "total.in": signal("m³", () => this.state.inM3),
    fall: signal("m", () => this.#own.from.surfaceM - this.#own.to.surfaceM),
    power: signal("W", () => this.powerW),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    setpoint: kept(this.state, "setpoint", "%", [0, 100]),
    /** 1: something is under the gate, it does not move. */
    stuck: kept(this.state, "stuck", "", [0, 1]),
  };
  /** m³/s, positive toward `to`. */
  flow = 0;
  powerW = 0;
  readonly #own: GateOptions;

  constructor(options: GateOptions) {
    this.#own = options;
    this.state.setpoint = options.kind === "flap" ? 100 : 0;
  }

  step(seconds: number): void {
    this.#travel(seconds);
    const { from, to } = this.#own;
    const outward = from.surfaceM >= to.surfaceM;
    const [high, low] = outward ? [from, to] : [to, from];
    const wanted = Math.min(this.#flow(high, low) * seconds, levellingM3(high, low));
    const moved = move(high, low, wanted);
    this.flow = ((outward ? 1 : -1) * moved) / seconds;
    if (outward) this.state.outM3 += moved;
    else this.state.inM3 += moved;
    this.state.energyKwh += (this.powerW * seconds) / 3_600_000;
  }

  #travel(seconds: number): void {
    const { state } = this;
    const { from, to, kind, supply, speed = 0.5 } = this.#own;
    const flap = kind === "flap";
    const wanted = flap && from.surfaceM <= to.surfaceM + FLAP_FALL_M ? 0 : state.setpoint;
    const moves = state.stuck < 0.5 && (flap || !supply || supply.voltage > 0) && wanted !== state.opening;
    this.powerW = moves && !flap ? HOIST_W : 0;
    if (moves) state.opening = toward(state.opening, wanted, speed * seconds);
  }

  /** m³/s */
  #flow(high: Store, low: Store): number {
    const { widthM, heightM, sillM, kind } = this.#own;
    if (kind === "flap" && high !== this.#own.from) return 0;
    const open = (this.state.opening / 100) * heightM;
    const depth = clamp(high.surfaceM - sillM, 0, open);
    const fall = high.surfaceM - Math.max(low.surfaceM, sillM);
    return fall <= 0 ? 0 : DISCHARGE * widthM * depth * Math.sqrt(2 * GRAVITY * fall);
  }
}
