import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Point } from "../../drivers/core/point.js";
import { writtenDown } from "../../gateway/core/health.js";
import { SITES, shown, siteOf } from "./sites-fixture.js";

const HOUR_MS = 3_600_000;
const LOOK_MS = 120_000;

for (const name of SITES) {
  t.test(`${name}: a day of its world stays within what its gateway takes for believable`, async (t) => {
    const clock = new ManualClock();
    const site = siteOf(name, clock, 3);
    const points = new Map(
      writtenDown(site.config).devices.flatMap((device) =>
        device.points.map((point): [string, Point] => [`${device.id}.${point.id}`, point]),
      ),
    );
    const before = new Map<string, number>();
    const moved = new Set<string>();
    const strange = new Set<string>();
    for (let at = 0; at < 24 * HOUR_MS; at += LOOK_MS) {
      await clock.advance(LOOK_MS);
      for (const [key, value] of shown(site)) {
        const point = points.get(key);
        if (typeof value !== "number") {
          // A text, a switch, or an instrument that says that it does not measure now.
          if (value === "not_a_number" || value === "wrong_setting") strange.add(`${key}: ${value}`);
          continue;
        }
        const last = before.get(key);
        if (last !== undefined && last !== value) moved.add(key);
        if (point?.range && (value < point.range.min || value > point.range.max))
          strange.add(`${key}: ${value}`);
        if (point?.kind === "counter" && last !== undefined && value < last) strange.add(`${key} fell`);
        before.set(key, value);
      }
    }
    t.same([...strange], []);
    t.ok(moved.size >= 5, `${moved.size} of ${before.size} numbers moved`);
  });
}
