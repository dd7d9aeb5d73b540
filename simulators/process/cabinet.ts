import { Chance } from "./chance.js";
import {
  bit,
  decay,
  input,
  type Load,
  type Part,
  signal,
  type WorldInput,
  type WorldSignal,
} from "./part.js";

export interface CabinetOptions {
  readonly seed: number;
  /** What loses heat in it. */
  readonly loads: readonly Load[];
  /** °C outside; 34.5 by default, under a tin roof. */
  readonly outside?: () => number;
}

/** Share of a load that becomes heat; K that a W of it brings in the long run; s of the time constant. */
const HEAT = { share: 0.04, kelvinPerWatt: 0.008, timeConstantS: 600 } as const;
/** s that a door stays open and shut: least, and what is drawn on top. */
const DOOR = { open: [5, 45], shut: [600, 7_800] } as const;

/** A switch cabinet: its air warms with what its drives lose, dT/dt = (Ta + r P - T) / tau; somebody opens its door now and then. */
export class Cabinet implements Part {
  readonly state = { drawn: 0, temperature: 36.2, doorOpen: 0, doorLeftS: 6, opened: 0 };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    temperature: signal("°C", () => this.state.temperature),
    door: bit(() => this.doorOpen),
    opened: signal("", () => this.state.opened),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** Opens or shuts it by hand; it is let go of after a while. */
    door: input(
      "",
      [0, 1],
      () => this.state.doorOpen,
      (value) => {
        if (value >= 0.5 !== this.doorOpen) this.#move(value >= 0.5);
      },
    ),
  };
  readonly #own: CabinetOptions;
  readonly #chance: Chance;

  constructor(options: CabinetOptions) {
    this.#own = options;
    this.#chance = new Chance(options.seed, this.state);
  }

  get doorOpen(): boolean {
    return this.state.doorOpen >= 0.5;
  }

  step(seconds: number): void {
    const { state } = this;
    let watts = 0;
    for (const load of this.#own.loads) watts += load.powerW;
    const outside = this.#own.outside?.() ?? 34.5;
    const warm = outside + watts * HEAT.share * HEAT.kelvinPerWatt;
    state.temperature = warm + (state.temperature - warm) * decay(seconds, HEAT.timeConstantS);
    state.doorLeftS -= seconds;
    if (state.doorLeftS <= 0) this.#move(!this.doorOpen);
  }

  #move(open: boolean): void {
    const { state } = this;
    const [least, most] = open ? DOOR.open : DOOR.shut;
    if (open) state.opened++;
    state.doorOpen = open ? 1 : 0;
    state.doorLeftS = this.#chance.between(least, most);
  }
}
