import { bit, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import { localDay, localHour, type Place, SOC_TRANG, sunHours } from "./sun.js";

/**
 * The time switch of a streetlight cabinet: on from sunset to sunrise, each with an offset, by the equations of sun.ts;
 * late at night it dims. `mode` 1 and 2 hold it on and off, as the switch in the cabinet does.
 */
export class AstroClock implements Part {
  readonly state = {
    onOffsetMin: 0,
    offOffsetMin: 0,
    mode: 0,
    dimPercent: 60,
    dimFromHour: 23,
    dimToHour: 4.5,
    on: 0,
    dim: 100,
  };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    on: bit(() => this.state.on === 1),
    dim: signal("%", () => this.state.dim),
    /** Minutes after midnight. */
    sunrise: signal("min", () => this.#rise * 60),
    sunset: signal("min", () => this.#set * 60),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    "offset.on": kept(this.state, "onOffsetMin", "min", [-120, 120]),
    "offset.off": kept(this.state, "offOffsetMin", "min", [-120, 120]),
    /** 0 by the sun, 1 on, 2 off. */
    mode: kept(this.state, "mode", "", [0, 2]),
    "dim.percent": kept(this.state, "dimPercent", "%", [10, 100]),
    "dim.from": kept(this.state, "dimFromHour", "h", [18, 24]),
    "dim.to": kept(this.state, "dimToHour", "h", [0, 8]),
  };
  readonly #place: Place;
  #day = Number.NaN;
  #rise = 6;
  #set = 18;

  constructor(options: { readonly place?: Place } = {}) {
    this.#place = options.place ?? SOC_TRANG;
  }

  step(_seconds: number, now: number): void {
    const { state } = this;
    const day = localDay(now);
    if (day !== this.#day) {
      const { rise, set } = sunHours(now, this.#place);
      [this.#day, this.#rise, this.#set] = [day, rise, set];
    }
    const hour = localHour(now);
    const night = hour >= this.#set + state.onOffsetMin / 60 || hour < this.#rise + state.offOffsetMin / 60;
    const mode = Math.round(state.mode);
    state.on = mode === 1 || (mode === 0 && night) ? 1 : 0;
    const late = hour >= state.dimFromHour || hour < state.dimToHour;
    state.dim = late ? state.dimPercent : 100;
  }
}
