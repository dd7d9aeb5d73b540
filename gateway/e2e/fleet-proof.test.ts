import t from "tap";
import { prove } from "./prove.js";

/** The short form of scripts/prove/fleet; docs/en/fleet.md tells what larger ones gave. */
t.test("a fleet on a mosquitto of its own: nothing is missing, and tram fleet sees all of it", async (t) => {
  const few = ["--gateways", "15", "--points", "10", "--every", "500ms", "--seconds", "2"];
  const [code, result] = await prove("fleet", ...few);
  t.match(result, { complete: true, account: { missing: 0, open_gaps: 0, conflicts: 0, gateways: 15 } });
  t.match(result, { tram_fleet: { seen: 15, agrees: true } });
  t.equal(code, 0);
});
