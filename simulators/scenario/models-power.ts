import { Type } from "@sinclair/typebox";
import { Word } from "../../drivers/core/schema.js";
import { Aerator } from "../process/aerator.js";
import { Battery } from "../process/battery.js";
import { Cabinet } from "../process/cabinet.js";
import { Drive } from "../process/drive.js";
import { LAMPS, LampCircuit } from "../process/lamps.js";
import { Mains, SteadyLoad } from "../process/mains.js";
import { ThreePhaseMeter } from "../process/meter.js";
import { TwoPoint } from "../process/two-point.js";
import { Amount, type Model, model, Needed, optional } from "./model.js";
import { FORMULA, FORMULAS, INPUTS, LOADS, MAINS, SKY, SUPPLY } from "./references.js";

/** What has to do with electricity, and what switches it. */
export const POWER_MODELS: Readonly<Record<string, Model>> = {
  mains: model({}, {}, (_, seed) => new Mains({ seed })),
  "steady-load": model(
    { watts: Needed("W", { minimum: 0 }) },
    { supply: SUPPLY },
    (own) => new SteadyLoad(own),
  ),
  drive: model(
    {
      plate: Type.Optional(
        Type.Object(
          {
            power_kw: Needed("kW", { minimum: 0.01 }),
            current_a: Needed("A", { minimum: 0.01 }),
            poles: Needed("of the motor", { minimum: 2 }),
            maximum_hz: Needed("Hz", { minimum: 1 }),
          },
          { additionalProperties: false, description: "nameplate; of a 37 kW pump by default" },
        ),
      ),
      ramp: Amount("Hz a second; 5 by default, 50 is a motor that is switched onto the mains"),
      setpoint: Amount("Hz at the beginning; 45 by default"),
      energy_kwh: Amount("kWh since installation"),
      run_hours: Amount("h since installation"),
    },
    { supply: optional(SUPPLY) },
    ({ plate, ...own }) =>
      new Drive({
        ...own,
        ...(plate && {
          plate: {
            powerKw: plate.power_kw,
            currentA: plate.current_a,
            poles: plate.poles,
            maximumHz: plate.maximum_hz,
          },
        }),
      }),
  ),
  meter: model(
    { import_kwh: Amount("kWh at installation"), import_kvarh: Amount("kvarh at installation") },
    { mains: MAINS, loads: LOADS, power_factor: optional(FORMULA) },
    (own, seed) => new ThreePhaseMeter({ ...own, seed }),
  ),
  "two-point": model(
    {},
    {
      on_when: FORMULA,
      off_when: FORMULA,
      moves: INPUTS,
      on: optional(FORMULA),
      off: optional(FORMULA),
    },
    (own) => new TwoPoint(own),
  ),
  cabinet: model(
    {},
    { loads: LOADS, outside: optional(FORMULA) },
    (own, seed) => new Cabinet({ ...own, seed }),
  ),
  lamps: model(
    {
      lamps: Needed("how many", { minimum: 1, maximum: 200 }),
      kind: Type.Optional(Word(["sodium", "led"], { description: "`sodium` by default" })),
    },
    { supply: SUPPLY },
    ({ kind = "sodium", ...own }, seed) => new LampCircuit({ ...own, kind: LAMPS[kind], seed }),
  ),
  aerator: model(
    {
      watts: Amount("W", { minimum: 0 }),
      efficiency: Amount("kg of oxygen a kWh; 1.8 by default, of paddle wheels"),
    },
    { supply: SUPPLY },
    (own) => new Aerator(own),
  ),
  battery: model(
    {
      capacity_ah: Amount("Ah at 12 V; 100 by default"),
      panel_w: Amount("W at 1,000 W/m²; 120 by default"),
      charge: Amount("share at the beginning; 0.9 by default", { minimum: 0, maximum: 1 }),
    },
    { sky: SKY, loads_w: FORMULAS },
    ({ loadsW, ...own }) => new Battery({ ...own, loads: loadsW }),
  ),
};
