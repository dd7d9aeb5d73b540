import { Type } from "@sinclair/typebox";
import { Word } from "../../drivers/core/schema.js";
import { Catchment } from "../process/catchment.js";
import { Flowmeter } from "../process/flowmeter.js";
import { Gate } from "../process/gate.js";
import { LevelControl } from "../process/level-control.js";
import { Pond } from "../process/pond.js";
import { Pump } from "../process/pump.js";
import { Soil } from "../process/soil.js";
import { Tank } from "../process/tank.js";
import { Valve } from "../process/valve.js";
import { Boundary } from "../process/water.js";
import { Amount, type Model, model, Needed, optional } from "./model.js";
import { AERATORS, DUTIES, FORMULA, MOTOR, RAIN, SKY, STORE, SUPPLY } from "./references.js";

/** Models that hold, move and measure water. */
export const WATER_MODELS: Readonly<Record<string, Model>> = {
  boundary: model(
    { surface_m: Amount("m above the datum"), salinity: Amount("g/l", { minimum: 0 }) },
    {},
    (own) => new Boundary(own),
  ),
  tank: model(
    {
      area_m2: Needed("m² of its surface", { minimum: 0.01 }),
      depth_m: Needed("m from floor to rim", { minimum: 0.01 }),
      floor_m: Amount("m above the datum, of its floor; 0 by default"),
      level_m: Amount("m above its floor, at the beginning", { minimum: 0 }),
      salinity: Amount("g/l at the beginning", { minimum: 0 }),
      floats: Type.Optional(
        Type.Object(
          { high: Needed("m above the floor"), low: Needed("m above the floor") },
          {
            additionalProperties: false,
            description: "where the floats switch; by default at 90 % and 10 %",
          },
        ),
      ),
    },
    { overflow_to: optional(STORE) },
    (own) => new Tank(own),
  ),
  pump: model(
    {
      rated_flow: Needed("m³/s at full speed against the rated head", { minimum: 0 }),
      rated_head: Needed("m of static head", { minimum: 0 }),
      shutoff_head: Amount("m at which nothing flows; 1.5 times the rated head by default"),
      crest_m: Amount("m above the datum that the water must reach: the crest of the pipe"),
      submergence_m: Amount("m of water above the floor that it must have; 0.3 by default"),
      dry_delay_s: Amount("s that it may run dry before it trips its drive; 20 by default"),
      total_m3: Amount("m³ pumped since installation"),
      wear: Amount("0 to 1", { minimum: 0, maximum: 1 }),
    },
    { from: STORE, to: STORE, motor: MOTOR },
    (own) => new Pump(own),
  ),
  "level-control": model(
    {},
    { level: FORMULA, pumps: DUTIES },
    ({ level, pumps }) => new LevelControl({ levelM: level, pumps }),
  ),
  valve: model(
    {
      flow: Needed("m³/s when open", { minimum: 0 }),
      head_m: Amount("m of head at which that flows; without it the pressure is steady"),
      travel_s: Amount("s from shut to open; 5 by default"),
      open: Type.Optional(Type.Boolean({ description: "at the beginning" })),
    },
    { from: STORE, to: STORE },
    (own) => new Valve(own),
  ),
  gate: model(
    {
      width_m: Needed("m", { minimum: 0.01 }),
      height_m: Needed("m", { minimum: 0.01 }),
      sill_m: Needed("m above the datum, of the sill"),
      speed: Amount("% a second; 0.5 by default"),
      kind: Type.Optional(
        Word(["driven", "flap"], { description: "`flap` swings open toward `to` by itself" }),
      ),
    },
    { from: STORE, to: STORE, supply: optional(SUPPLY) },
    (own) => new Gate(own),
  ),
  flowmeter: model(
    {
      cut_off: Amount("m³/h below which it shows 0; 0.5 by default"),
      total_m3: Amount("m³ at installation"),
    },
    { flow: FORMULA },
    (own, seed) => new Flowmeter({ ...own, seed }),
  ),
  catchment: model(
    {
      area_ha: Needed("ha", { minimum: 0 }),
      storage_mm: Amount("mm that stay on the ground: 5 on a paved yard, 50 behind the bunds of a paddy"),
      runoff_hours: Amount("h in which two thirds of what stands above that have run off"),
      infiltration_mm_per_h: Amount("mm/h that the ground swallows"),
      ground_m: Amount("m above the datum, of the ground"),
      ponded_mm: Amount("mm of water on it at the beginning"),
    },
    { rain: RAIN, sky: optional(SKY), drain_to: STORE },
    (own) => new Catchment(own),
  ),
  soil: model(
    {
      area_m2: Needed("m²", { minimum: 0.01 }),
      root_depth_m: Amount("m; 0.4 by default, of vegetables"),
      moisture: Amount("share of the volume at the beginning", { minimum: 0, maximum: 1 }),
      salinity: Amount("g/l in the soil water, at the beginning", { minimum: 0 }),
      crop: Amount("crop coefficient; 1 by default", { minimum: 0, maximum: 1.3 }),
    },
    { sky: SKY, rain: optional(RAIN), drain_to: STORE },
    (own) => new Soil(own),
  ),
  pond: model(
    {
      area_m2: Amount("m²; 3,000 by default"),
      depth_m: Amount("m"),
      level_m: Amount("m of water at the beginning"),
      salinity: Amount("g/l at the beginning", { minimum: 0 }),
      floor_m: Amount("m above the datum, of the bottom"),
    },
    { sky: SKY, rain: optional(RAIN), aerators: AERATORS },
    (own) => new Pond(own),
  ),
};
