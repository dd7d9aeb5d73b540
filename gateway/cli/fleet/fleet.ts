import { verb } from "../grammar/verb.js";
import { FLEET } from "./fleet-grammar.js";

/** `tram fleet URL`: every gateway of a broker. */
export const fleet = verb(FLEET, async (...all) => (await import("./fleet-run.js")).runFleet(...all));
