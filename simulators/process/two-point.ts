import { bit, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";

export interface TwoPointOptions {
  /** 0.5 or more: it switches on, or off. Where neither holds it stays as it is; where both do, it is off. */
  readonly onWhen: () => number;
  readonly offWhen: () => number;
  /** What it writes then: 1 and 0 by default. */
  readonly on?: (() => number) | undefined;
  readonly off?: (() => number) | undefined;
  /** The inputs that it moves. */
  readonly moves: readonly ((value: number) => void)[];
}

/**
 * Two-point control, as a relay with a hysteresis or a line of a PLC: on and off each on its own condition. It writes
 * only when it switches: what somebody else writes in between holds until then. By hand (`automatic` 0) it
 * leaves all as it is, and decides anew when it is automatic again.
 */
export class TwoPoint implements Part {
  /** `position` is 1 on, 0 off, -1 not decided. */
  readonly state = { automatic: 1, position: -1, switched: 0 };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    on: bit(() => this.state.position === 1),
    auto: bit(() => this.state.automatic >= 0.5),
    switched: signal("", () => this.state.switched),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    automatic: kept(this.state, "automatic", "", [0, 1]),
  };
  readonly #own: TwoPointOptions;

  constructor(options: TwoPointOptions) {
    this.#own = options;
  }

  step(): void {
    const { state } = this;
    const { onWhen, offWhen } = this.#own;
    if (state.automatic < 0.5) state.position = -1;
    else if (offWhen() >= 0.5) this.#switch(0);
    else if (onWhen() >= 0.5) this.#switch(1);
  }

  #switch(position: 0 | 1): void {
    const { state } = this;
    if (position === state.position) return;
    const { on, off, moves } = this.#own;
    const value = position === 1 ? (on?.() ?? 1) : (off?.() ?? 0);
    if (state.position >= 0) state.switched++;
    state.position = position;
    for (const move of moves) move(value);
  }
}
