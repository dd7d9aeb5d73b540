import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../drivers/core/clock.js";
import { ConfigurationError } from "../drivers/core/errors.js";
import { render, type Said } from "../drivers/core/message.js";
import { contextOf, NEVER } from "../drivers/modbus/test-devices.js";
import { ProfileLibrary } from "../drivers/profiles/library.js";
import { deviceDefaults, type Profile, pointsOf } from "../drivers/profiles/profile.js";
import { DRIVER_FAMILIES, loadDriver } from "../drivers/registry.js";
import { findProfile } from "./find-profile.js";
import { type ProfileSimulationOptions, runProfile } from "./run-profile.js";

const library = new ProfileLibrary(join(import.meta.dirname, "../../config/profiles"), DRIVER_FAMILIES);
const clock = new SystemClock("test");

/** What was told while the device ran, and in between `use`. */
async function running(
  profile: Profile,
  options: ProfileSimulationOptions,
  use: (where: string) => Promise<void>,
): Promise<string> {
  const stop = new AbortController();
  const told: string[] = [];
  let where = (_: string): void => {};
  const begun = new Promise<string>((resolve) => {
    where = resolve;
  });
  const tell = (said: Said): void => {
    told.push(render(said, "en"));
    where(/ at (?:the port )?(\S+?),? /.exec(`${told[0]} `)?.[1] ?? "");
  };
  const run = runProfile(profile, options, clock, tell, stop.signal);
  await Promise.race([begun, run]);
  await use(await begun);
  stop.abort();
  await run;
  return told.join("\n");
}

/** Reads every point once through the driver; gives the ids of those that are not good. */
async function readAll(profile: Profile, driverName: string, settings: unknown): Promise<readonly string[]> {
  const device = { id: "device", settings: deviceDefaults(profile, profile.family) };
  const driver = (await loadDriver(driverName))(settings, [device], contextOf(clock));
  try {
    await driver.connect(NEVER);
    const points = pointsOf(profile, "device").filter(({ access }) => access !== "write");
    const strange: string[] = [];
    let good = 0;
    for (const request of driver.plan(device, points)) {
      const { flags = [], layout, values } = await driver.read(request, NEVER);
      strange.push(...flags.map(({ at, reason }) => `${layout.points[at]?.id} ${reason}`));
      good += values.filter((value) => value !== null && value !== undefined).length;
    }
    t.equal(good, points.length);
    return strange;
  } finally {
    await driver.close();
  }
}

t.test(
  "a device on Modbus TCP is read by the gateway's driver, and says at the end what was done",
  async (t) => {
    const profile = findProfile(library, "eastron/sdm630", {});
    const told = await running(profile, { tcpPort: 0, seed: 3 }, async (where) => {
      const [host, port] = where.split(":");
      const settings = { host, port: Number(port), timeout: 2000, connect_timeout: 2000, pipeline: 1 };
      t.same(await readAll(profile, "modbus-tcp", settings), []);
    });
    t.match(told, /eastron\/sdm630 runs on Modbus TCP at 127\.0\.0\.1:\d+, unit id 1, --seed 3/);
    t.match(told, /[1-9]\d* reads were answered/);
    t.notMatch(told, /forbids/);
  },
);

t.test("on a serial port, at the speed of the factory", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tram-profile-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const link = join(folder, "bus");
  const profile = findProfile(library, "peacefair/pzem-016", {});
  const told = await running(profile, { link }, async (where) => {
    t.equal(where, link);
    const serial = { port: link, baud: 9600, data_bits: 8, parity: "none", stop_bits: 1, timeout: 2000 };
    t.same(await readAll(profile, "modbus-rtu", serial), []);
  });
  t.match(told, /at the port \S+ \(9600 8N1\), unit id 1/);
  t.notOk(existsSync(link), "the path is gone when it has ended");
});

t.test("what cannot be simulated is said", async (t) => {
  const thrown = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof ConfigurationError) return error.code;
      throw error;
    }
    return "nothing";
  };
  t.equal(
    thrown(() => findProfile(library, "eastron/sdm631", {})),
    "simulators.unknown_profile",
  );
  t.equal(
    thrown(() => findProfile(library, "eastron/sdm630", { variant: "x" })),
    "simulators.unknown_fitting",
  );
  t.equal(
    thrown(() => findProfile(library, "eastron/sdm630", { options: { x: "y" } })),
    "simulators.unknown_fitting",
  );
  const profile = findProfile(library, "eastron/sdm630", {});
  const taken = await running(profile, { tcpPort: 0 }, async (where) => {
    const tcpPort = Number(where.split(":")[1]);
    await t.rejects(
      running(profile, { tcpPort }, async () => {}),
      { code: "simulators.port_taken" },
    );
  });
  t.match(taken, /reads were answered/);
});
