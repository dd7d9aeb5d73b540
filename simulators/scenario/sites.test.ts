import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { renderText, type Said } from "../../drivers/core/message.js";
import type { ModbusAddress } from "../../drivers/modbus/point-schema.js";
import { writtenDown } from "../../gateway/core/health.js";
import { FaultDesk } from "../configured/fault-desk.js";
import { SITES, shown, siteOf } from "./sites-fixture.js";

const HOUR_MS = 3_600_000;
/** What is said of an order that was carried out. */
const UNDERSTOOD = new Set([
  "scenario.was_set",
  "scenario.speed_is",
  "scenario.shown",
  "control.fault",
  "control.unplugged",
]);

t.test("there are sites", async (t) => t.ok(SITES.includes("pump-station")));

for (const name of SITES) {
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

  t.test(`${name}: every order of its script is understood`, async (t) => {
    const { scene, standIn } = siteOf(name, new ManualClock());
    const said: Said[] = [];
    scene.start(new FaultDesk(standIn, scene.clock), (one) => said.push(one));
    const wrong = scene.scenario.script.flatMap(({ order }) =>
      scene
        .do(order)
        .filter(({ message }) => !UNDERSTOOD.has(message.code))
        .map((one) => `${order}: ${renderText(one, "en")}`),
    );
    scene.stop();
    t.same(wrong, []);
  });
}
