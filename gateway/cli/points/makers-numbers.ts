import type { GatewayConfig } from "../../core/config.js";
import type { Io } from "../io.js";
import { openLibrary } from "../profiles/profile-library.js";
import { numberOf } from "../profiles/profile-points.js";

/** The numbers by which the makers' documents call registers. */
export interface MakersNumbers {
  of(point: { readonly device: string; readonly point: string }): string | undefined;
  /** For a reading in JSON. */
  json(point: { readonly device: string; readonly point: string }): { readonly makers_number?: string };
}

/** From the profiles of the configuration, each read when it is first needed. */
export function makersNumbers({ devices }: GatewayConfig, io: Io): MakersNumbers {
  const library = openLibrary(io);
  const of: MakersNumbers["of"] = ({ device, point }) => {
    const config = devices.get(device);
    const found = config?.points.find(({ id }) => id === point);
    const profile = config?.profile && library.get(config.profile.id)?.profile;
    const number = profile && found ? numberOf(profile, found) : "";
    return number === "" ? undefined : number;
  };
  return {
    of,
    json: (point) => {
      const number = of(point);
      return number === undefined ? {} : { makers_number: number };
    },
  };
}
