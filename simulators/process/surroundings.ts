import { type Random, wander } from "../random.js";

/** What the station's other instruments see: air in the cabinet, salt in the river, water on the fields. */
export class Surroundings {
  /** °C in the cabinet. */
  cabinetTemperature = 36.2;
  /** g/l on the river side. */
  salinity = 2.1;
  /** m above the national datum, on the field side. */
  fieldLevel = 0.42;
  #noise = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** `heatW` is what the drive loses into the cabinet; `pumpedM3` and `rainMmPerH` move the fields. */
  step(seconds: number, riverLevel: number, heatW: number, pumpFlow: number, rainMmPerH: number): void {
    // 12 K above the air outside at 1.5 kW of losses, with a time constant of ten minutes.
    const warm = 34.5 + heatW * 0.008;
    this.cabinetTemperature += ((warm - this.cabinetTemperature) * seconds) / 600;
    this.#noise = wander(this.#noise, 0.05, 0.01, this.#random);
    // The flood tide brings the sea: salt follows the level, a quarter of an hour behind.
    const wanted = Math.max(0.1, 2 + 1.6 * riverLevel);
    this.salinity += ((wanted - this.salinity) * seconds) / 900 + this.#noise * 0.001 * seconds;
    this.fieldLevel += (((rainMmPerH / 1000) * 0.3 + 0.002 - pumpFlow * 0.004) * seconds) / 3600;
    this.fieldLevel = Math.max(-0.5, Math.min(1.5, this.fieldLevel));
  }
}
