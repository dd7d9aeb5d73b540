import { Chance, Wandering } from "./chance.js";
import { clamp, decay, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import { HOUR_MS, type Place, SOC_TRANG, type Sun, sunOf, sunSine } from "./sun.js";

export interface SkyOptions {
  readonly seed: number;
  readonly place?: Place;
  /** Mean share of the sky that clouds cover, 0 to 1; 0.45 by default. */
  readonly clouds?: number;
  /** °C over a whole day; 27.5 by default. */
  readonly meanTemperature?: number;
}

/** °C that the air gains in equilibrium from a W/m², and how long it takes: a day's range of some 8 K results. */
const WARMTH = { kelvinPerWatt: 0.011, meanIrradiance: 205, timeConstantS: 9_000 } as const;

/**
 * The solar day. Irradiance of a clear sky by Haurwitz (1945): G0 = 1098 s exp(-0.057 / s) with s the sine of the
 * sun's elevation; under clouds by Kasten and Czeplak (1980): G = G0 (1 - 0.75 n^3.4) with n their share. The air
 * follows the light with a lag. Evaporation from wet grass by Makkink, as de Bruin gives it (1987):
 * ET = 0.65 D / (D + g) G / L, with D the slope of the vapour pressure curve.
 */
export class Sky implements Part {
  readonly state = { drawn: 0, clouds: [0, 0, 0], breeze: [0, 0, 0], cover: 0, warmthK: 0, sunshineHours: 0 };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    elevation: signal("°", () => (Math.asin(clamp(this.#sine, -1, 1)) * 180) / Math.PI),
    irradiance: signal("W/m²", () => this.irradiance),
    clouds: signal("%", () => this.#cover * 100),
    temperature: signal("°C", () => this.temperature),
    sunshine: signal("h", () => this.state.sunshineHours),
    evaporation: signal("mm/h", () => this.evaporation),
  };
  readonly inputs: Readonly<Record<string, WorldInput>>;
  /** W/m² on the flat ground. */
  irradiance = 0;
  /** °C */
  temperature: number;
  /** mm/h that a wet surface loses. */
  evaporation = 0;
  readonly #place: Place;
  readonly #meanTemperature: number;
  readonly #clouds: Wandering;
  readonly #breeze: Wandering;
  #hour = Number.NaN;
  #sun: Sun | undefined;
  #sine = 0;
  #cover = 0;

  constructor(options: SkyOptions) {
    this.#place = options.place ?? SOC_TRANG;
    this.#meanTemperature = options.meanTemperature ?? 27.5;
    this.temperature = this.#meanTemperature;
    this.state.cover = options.clouds ?? 0.45;
    const chance = new Chance(options.seed, this.state);
    // Weather changes within hours.
    this.#clouds = new Wandering(chance, this.state.clouds, 0.25, 7_200, 300);
    this.#breeze = new Wandering(chance, this.state.breeze, 0.5, 3_600, 300);
    this.inputs = { cover: kept(this.state, "cover", "", [0, 1]) };
  }

  step(seconds: number, now: number): void {
    const { state } = this;
    const hour = Math.floor(now / HOUR_MS);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#sun = sunOf(hour * HOUR_MS);
    }
    this.#sine = sunSine(now, this.#place, this.#sun);
    this.#cover = clamp(state.cover + this.#clouds.at(now), 0, 1);
    const clear = this.#sine > 0 ? 1098 * this.#sine * Math.exp(-0.057 / this.#sine) : 0;
    this.irradiance = clear * (1 - 0.75 * this.#cover ** 3.4);
    const warm = (this.irradiance - WARMTH.meanIrradiance) * WARMTH.kelvinPerWatt;
    state.warmthK = warm + (state.warmthK - warm) * decay(seconds, WARMTH.timeConstantS);
    this.temperature = this.#meanTemperature + state.warmthK + this.#breeze.at(now);
    // WMO counts as sunshine what comes with 120 W/m² or more.
    if (this.irradiance >= 120) state.sunshineHours += seconds / 3600;
    this.evaporation = evaporationMm(this.irradiance, this.temperature);
  }
}

/** mm/h. Vapour pressure by Magnus as in FAO paper 56, equations 11 and 13; 0.067 kPa/K is g at sea level. */
function evaporationMm(irradiance: number, celsius: number): number {
  const pressure = 0.6108 * Math.exp((17.27 * celsius) / (celsius + 237.3));
  const slope = (4098 * pressure) / (celsius + 237.3) ** 2;
  const latentMjPerKg = 2.45;
  return (0.65 * (slope / (slope + 0.067)) * irradiance * 0.0036) / latentMjPerKg;
}
