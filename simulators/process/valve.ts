import { kept, type Part, signal, toward, type WorldInput, type WorldSignal } from "./part.js";
import { move, type Store } from "./water.js";

export interface ValveOptions {
  readonly from: Store;
  readonly to: Store;
  /** m³/s when open. */
  readonly flow: number;
  /** m of head at which that flows; without it the supply's pressure is steady. */
  readonly headM?: number;
  /** s from shut to open; 5 by default. */
  readonly travelS?: number;
  readonly open?: boolean;
}

/** A valve, or an inflow that is always there: Q = a Qn, and under a head of its own Q = a Qn sqrt(H / Hn). */
export class Valve implements Part {
  readonly state = { setpoint: 0, opening: 0, totalM3: 0 };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    opening: signal("%", () => this.state.opening),
    flow: signal("m³/s", () => this.flow),
    total: signal("m³", () => this.state.totalM3),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    setpoint: kept(this.state, "setpoint", "%", [0, 100]),
  };
  /** m³/s */
  flow = 0;
  readonly #own: ValveOptions;

  constructor(options: ValveOptions) {
    this.#own = options;
    this.state.setpoint = options.open ? 100 : 0;
    this.state.opening = this.state.setpoint;
  }

  step(seconds: number): void {
    const { from, to, flow, headM, travelS = 5 } = this.#own;
    const { state } = this;
    state.opening = toward(state.opening, state.setpoint, (100 / travelS) * seconds);
    const head = Math.max(0, from.surfaceM - to.surfaceM);
    const wanted = (state.opening / 100) * flow * (headM ? Math.sqrt(head / headM) : 1);
    const moved = move(from, to, wanted * seconds);
    state.totalM3 += moved;
    this.flow = moved / seconds;
  }
}
