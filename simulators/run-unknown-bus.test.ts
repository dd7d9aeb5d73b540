import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../drivers/core/clock.js";
import { renderText } from "../drivers/core/message.js";
import { ProfileLibrary } from "../drivers/profiles/library.js";
import { DRIVER_FAMILIES } from "../drivers/registry.js";
import { runUnknownBus, unknownDevices } from "./run-unknown-bus.js";

const library = new ProfileLibrary(join(import.meta.dirname, "../../config/profiles"), DRIVER_FAMILIES);
const profiles = library.ids().flatMap((id) => library.get(id)?.profile ?? []);

t.test("five devices with ids of their own, at settings that their profiles know", async (t) => {
  const lines = { shared: new Set<number>(), mixed: new Set<number>() };
  for (let seed = 1; seed <= 60; seed++) {
    for (const settings of ["shared", "mixed"] as const) {
      const devices = unknownDevices(profiles, seed, settings);
      t.equal(new Set(devices.map(({ profile }) => profile.id)).size, 5);
      t.equal(new Set(devices.map(({ unit }) => unit)).size, 5);
      const known = devices.every(({ format, profile }) =>
        profile.links.some(({ baud, parity = "none" }) => baud === format.baud && parity === format.parity),
      );
      t.ok(known, `seed ${seed}`);
      lines[settings].add(new Set(devices.map(({ format }) => JSON.stringify(format))).size);
      t.same(unknownDevices(profiles, seed, settings), devices, "same seed, same bus");
    }
  }
  t.same([...lines.shared], [1], "one setting");
  t.ok(Math.max(...lines.mixed) > 2, "several settings");
});

function mbpoll(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile("mbpoll", args, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

t.test("mbpoll has an answer of each of them, and none at another speed", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tram-unknown-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const link = join(folder, "bus");
  const stop = new AbortController();
  const told: string[] = [];
  let started: (() => void) | undefined;
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const ended = runUnknownBus(
    profiles,
    { link, seed: 7 },
    new SystemClock("unknown"),
    (said) => {
      told.push(renderText(said, "en"));
      started?.();
    },
    stop.signal,
  );
  await running;
  const devices = unknownDevices(profiles, 7, "shared");
  for (const { format, unit } of devices) {
    const ask = (baud: number) =>
      mbpoll(["-m", "rtu", "-a", `${unit}`, "-b", `${baud}`, "-P", "none", "-1", "-o", "1", link]);
    // A device that does not have this register says so: that is an answer too.
    t.notMatch(await ask(format.baud), /timed out/i, `unit ${unit}`);
    t.match(await ask(format.baud === 9600 ? 19_200 : 9600), /timed out/i);
  }
  stop.abort();
  await ended;
  t.equal(told.filter((line) => line.startsWith("There was:")).length, 5);
});
