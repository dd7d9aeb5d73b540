import { join } from "node:path";
import t from "tap";
import { renderText } from "../core/message.js";
import type { Point } from "../core/point.js";
import { ProfileLibrary } from "../profiles/library.js";
import { deviceDefaults, fitted, type Profile, type ProfileVector, pointsOf } from "../profiles/profile.js";
import { DRIVER_FAMILIES } from "../registry.js";
import type { ModbusAddress } from "./point-schema.js";
import { tryModbusVector } from "./try-vector.js";

const FOLDER = join(import.meta.dirname, "../../../config/profiles");
const ORDERS = ["ABCD", "BADC", "CDAB", "DCBA"] as const;

interface Fitted {
  readonly own: Profile;
  readonly points: readonly Point[];
}

const known = new Map<string, Fitted>();

/** The device that a vector is of, and its points. */
function fittedTo(profile: Profile, { options, variant }: ProfileVector): Fitted {
  const name = JSON.stringify([profile.id, variant, options]);
  let found = known.get(name);
  if (!found) {
    const own = fitted(profile, { variant, options });
    found = { own, points: pointsOf(own, "device") };
    known.set(name, found);
  }
  return found;
}

function tried(profile: Profile, vector: ProfileVector, order?: (typeof ORDERS)[number]) {
  const { own, points: all } = fittedTo(profile, vector);
  const used = all.filter(({ id }) => id in vector.expect || id in vector.writes);
  const points = used.map((point) => {
    const address = point.address as ModbusAddress;
    return order === undefined ? point : { ...point, address: { ...address, order } };
  });
  const raw = vector.command === undefined ? undefined : own.commands[vector.command]?.raw;
  return tryModbusVector(points, deviceDefaults(own, own.family), { ...vector, raw }).map((said) =>
    renderText(said, "en"),
  );
}

const library = new ProfileLibrary(FOLDER, DRIVER_FAMILIES);
const profiles = library.ids().flatMap((id) => library.get(id)?.profile ?? []);
const modbus = profiles.filter((profile) => profile.family.name === "modbus");
t.equal(modbus.length, library.ids().length, "every profile is right");

for (const profile of modbus) {
  t.test(profile.id, async (t) => {
    for (const vector of profile.vectors) {
      t.same(tried(profile, vector), [], `${Object.keys({ ...vector.expect, ...vector.writes })}`);
      // A wrong byte order must not give the right value.
      const { points } = fittedTo(profile, vector);
      for (const [id, expected] of Object.entries(vector.expect)) {
        const point = points.find((one) => one.id === id);
        const { order, order_from } = (point?.address ?? {}) as ModbusAddress;
        const isWide = point?.type.endsWith("32") || point?.type.endsWith("64");
        if (!isWide || order_from || expected === 0 || typeof expected === "object") continue;
        const one = { ...vector, expect: { [id]: expected }, writes: {} };
        const wrong = ORDERS.filter((other) => other !== order && tried(profile, one, other).length === 0);
        t.same(wrong, [], `${id} in another byte order`);
      }
    }
  });
}
