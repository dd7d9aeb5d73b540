import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { ProfileLibrary } from "../../drivers/profiles/library.js";
import { DRIVER_FAMILIES } from "../../drivers/registry.js";
import { SimulatedDevice } from "./device.js";
import { answerPdu } from "./pdu.js";
import { pointsOfProfile } from "./profile-points.js";
import { rtuFrame } from "./rtu-frame.js";

const PROFILES = join(resolve(dirname(fileURLToPath(import.meta.url)), "../../.."), "config/profiles");

t.test("a device made from a profile answers the maker's own frames, byte for byte", async (t) => {
  const library = new ProfileLibrary(PROFILES, DRIVER_FAMILIES);
  let vectors = 0;
  for (const id of library.ids()) {
    const profile = library.get(id)?.profile;
    if (!profile) continue;
    for (const { request, reply, expect } of profile.vectors) {
      const unit = request[0] ?? 0;
      const points = pointsOfProfile(profile, (point, type) => {
        const value = expect[point];
        return typeof value === "object" || value === undefined ? (type === "string" ? "" : 0) : value;
      });
      const device = new SimulatedDevice({ id, unit, points });
      const answer = rtuFrame(unit, answerPdu(device, request.subarray(1, -2)).reply);
      const name = `${id} ${Object.keys(expect)}`;
      if (profile.defaults.type === "f32") {
        // Eastron printed 43663334 for 230.2, which is the next float above the nearest one.
        t.same(answer.subarray(0, 3), reply.subarray(0, 3), name);
        const [ours, printed] = [answer, reply].map((bytes) => Buffer.from(bytes).readUInt32BE(3));
        t.ok(Math.abs((ours ?? 0) - (printed ?? 0)) <= 1, `${name}: within one unit in the last place`);
      } else t.same(Buffer.from(answer).toString("hex"), Buffer.from(reply).toString("hex"), name);
      vectors++;
    }
  }
  t.ok(vectors >= 4, `${vectors} vectors`);
});
