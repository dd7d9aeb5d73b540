import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Point } from "../../drivers/core/point.js";
import type { ModbusAddress } from "../../drivers/modbus/point-schema.js";
import { writtenDown } from "../../gateway/core/health.js";
import { toNumber } from "../modbus/exact.js";
import { SITES, type Site, siteOf } from "./sites-fixture.js";

const HOUR_MS = 3_600_000;
const LOOK_MS = 60_000;

/** What every wired point says now: true numbers, or why there is none. */
function shown({ scene, standIn }: Site): ReadonlyMap<string, number | string> {
  const all = new Map<string, number | string>();
  scene.world.advance();
  for (const [device, bank] of standIn.banks) {
    for (const id of Object.keys(scene.scenario.written.wiring[device] ?? {})) {
      const { stretch, isReadable } = bank.point(id);
      if (!isReadable) continue;
      bank.advance(stretch, scene.clock.mono());
      const truth = bank.truth(id);
      const value = truth.quality === "bad" ? truth.reason : truth.value;
      all.set(`${device}.${id}`, typeof value === "object" ? toNumber(value) : String(value));
    }
  }
  return all;
}

t.test("there are sites", async (t) => t.ok(SITES.includes("pump-station")));

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

  t.test(`${name}: the same seed gives the same day, however often one looks`, async (t) => {
    const look = async (everyMs: number, seed: number): Promise<string> => {
      const clock = new ManualClock();
      const site = siteOf(name, clock, seed, 10);
      for (let at = 0; at < HOUR_MS / 4; at += everyMs) {
        await clock.advance(everyMs);
        shown(site);
      }
      return JSON.stringify([...shown(site)]);
    };
    const first = await look(1_000, 4);
    t.equal(await look(30_000, 4), first);
    t.not(await look(30_000, 5), first);
  });

  t.test(`${name}: every point of the gateway that is a measurement shows the world`, async (t) => {
    const site = siteOf(name, new ManualClock());
    const { wiring } = site.scene.scenario.written;
    const loose = writtenDown(site.config).devices.flatMap(({ id, points }) =>
      points
        .filter(
          ({ access, quantity, unit }) =>
            access !== "write" && unit && unit !== "1" && quantity !== "setting",
        )
        .filter((point) => !(point.id in (wiring[id] ?? {})))
        .map((point) => `${id}.${point.id} (${(point.address as ModbusAddress).table})`),
    );
    t.same(loose, []);
  });
}
