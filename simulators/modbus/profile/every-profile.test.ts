import { join } from "node:path";
import t from "tap";
import type { Table } from "../../../drivers/modbus/point-schema.js";
import { ProfileLibrary } from "../../../drivers/profiles/library.js";
import { fitted, type Profile } from "../../../drivers/profiles/profile.js";
import { DRIVER_FAMILIES } from "../../../drivers/registry.js";
import { seededRandom } from "../../random.js";
import { toNumber } from "../exact.js";
import { fieldOf, take } from "./field.js";
import { fittingsOf, type GatewayBench, gatewayBench } from "./gateway-bench-fixture.js";
import { type IdentifyKeys, keysOf } from "./keys.js";
import { type FrameCount, tryFrames } from "./maker-frames-fixture.js";
import type { ProfiledDevice } from "./profiled-device.js";
import { sameField } from "./settings.js";
import { takeText } from "./text-field.js";

/**
 * A simulated device of every profile, variant and option is read by the gateway's own driver, point by point,
 * against what the device truly said. The device has its own arithmetic, written from the grammar alone.
 */

const SEED = 20_261_126;
const ROUNDS = 2;
/** Longer than a driver remembers a setting. */
const AGE_MS = 610_000;
const SUBSETS = 6;

const library = new ProfileLibrary(join(import.meta.dirname, "../../../../config/profiles"), DRIVER_FAMILIES);
const profiles = library.ids().flatMap((id) => library.get(id)?.profile ?? []);
const modbus = profiles.filter(({ family }) => family.name === "modbus");
t.ok(modbus.length >= 4, `${modbus.length} profiles`);

const benches = modbus.flatMap((profile) =>
  fittingsOf(profile).map((fitting) => {
    const name = [profile.id, fitting.variant, ...Object.values(fitting.options ?? {})]
      .filter(Boolean)
      .join(" ");
    return {
      name,
      profile: fitted(profile, fitting),
      isVariant: fitting.variant !== undefined,
      bench: undefined as GatewayBench | undefined,
    };
  }),
);

/** Runs `each` with a device of every profile; it gives what is wrong. */
async function everywhere(
  each: (bench: GatewayBench, profile: Profile) => Promise<readonly string[]>,
  of: "variants too" | "whole profiles" = "variants too",
) {
  const wrong: Record<string, readonly string[]> = {};
  for (const one of benches) {
    const { name, profile, isVariant } = one;
    if (isVariant && of === "whole profiles") continue;
    one.bench ??= await gatewayBench(profile, SEED);
    const found = await each(one.bench, profile);
    if (found.length > 0) wrong[name] = found.slice(0, 5);
  }
  return wrong;
}

/** Periods are kept by who asks, and here nobody waits for one. */
function breachesOf({ device }: GatewayBench): readonly string[] {
  const all = device.breaches.all.filter(({ fault }) => fault !== "min_every");
  return all.map(({ fault, table, address, count }) => `${fault}: ${table} ${address}+${count}`);
}

/** Now, or in another mode of the device: not all that it measures counts at the same time. */
function canBeGood({ device }: GatewayBench, id: string): boolean {
  const { bank } = device;
  if (bank.truth(id).quality === "good") return true;
  const before = bank
    .point(id)
    .gates.map(({ field }) => ({ field, number: take(bank.memory, field).number }));
  for (const { field, candidates, passes } of bank.point(id).gates) {
    const passing = candidates.find((n) => passes({ n, d: 1n }));
    if (passing !== undefined) device.set(field, Number(passing));
  }
  const { quality } = bank.truth(id);
  for (const { field, number } of before) if (number) device.set(field, Number(number.n));
  return quality === "good";
}

t.test("all points are good and equal to the last digit, and no limit is broken", async (t) => {
  let compared = 0;
  const wrong = await everywhere(async (bench) => {
    const found: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      found.push(...(await bench.round()));
      await bench.clock.advance(1000);
      compared += bench.points.length;
    }
    const notGood = bench.points.filter(({ id }) => !canBeGood(bench, id));
    return [...found, ...breachesOf(bench), ...notGood.map(({ id }) => `${id} is never good`)];
  });
  t.same(wrong, {});
  t.comment(`${benches.length} devices, ${compared} readings`);
});

t.test("each sentinel of each point is bad for its reason", async (t) => {
  const wrong = await everywhere(async ({ device, points, round }) => {
    const found: string[] = [];
    const most = Math.max(0, ...points.map(({ id }) => device.bank.point(id).sentinels.length));
    for (let nth = 0; nth < most; nth++) {
      const saying = points.filter(({ id }) => device.bank.point(id).sentinels.length > nth);
      for (const { id } of saying) device.bank.say(id, nth);
      for (const { id } of saying) {
        const truth = device.bank.truth(id);
        const { reason } = device.bank.point(id).sentinels[nth] ?? {};
        // One that lies over another point may have been written over by it.
        const isSaid = truth.quality === "bad" && truth.reason === reason;
        if (!isSaid && device.bank.point(id).keys.alias !== true && device.bank.isAlone(id)) {
          found.push(`${id} does not say ${reason}`);
        }
      }
      found.push(...(await round()));
      for (const { id } of saying) device.bank.release(id);
    }
    return found;
  });
  t.same(wrong, {});
});

t.test("each gate that fails takes the value or its certainty, for its reason", async (t) => {
  let closed = 0;
  const wrong = await everywhere(async ({ device, points, round, clock }) => {
    const found: string[] = [];
    const gates = points.flatMap(({ id }) => device.bank.point(id).gates.map((gate) => ({ id, gate })));
    for (const { id, gate } of gates) {
      const before = take(device.bank.memory, gate.field).number;
      const failing = gate.candidates.find((number) => !gate.passes({ n: number, d: 1n }));
      if (!before || failing === undefined) continue;
      device.set(gate.field, Number(failing));
      await clock.advance(AGE_MS);
      const truth = device.bank.truth(id);
      if (truth.quality === "good") found.push(`${id} is good`);
      found.push(...(await round(points.filter((point) => point.id === id))));
      device.set(gate.field, Number(before.n));
      closed++;
    }
    return found;
  });
  t.same(wrong, {});
  t.comment(`${closed} gates`);
});

t.test(
  "values follow the settings of the device: orders, units, factors, and what nobody knows",
  async (t) => {
    let settings = 0;
    const wrong = await everywhere(async ({ device, points, round, clock }) => {
      const found: string[] = [];
      for (const { field, candidates } of device.bank.settings) {
        const users = points.filter(({ id }) =>
          device.bank.operands(id).some((one) => sameField(one, field)),
        );
        const before = take(device.bank.memory, field).number;
        if (users.length === 0 || !before) continue;
        for (const number of [...candidates.slice(0, 2), 99n]) {
          device.set(field, Number(number));
          await clock.advance(AGE_MS);
          found.push(...(await round(users)));
          settings++;
        }
        device.set(field, Number(before.n));
      }
      return found;
    });
    t.same(wrong, {});
    t.comment(`${settings} settings`);
  },
);

t.test("whatever is asked of a device, the planner keeps its limits", async (t) => {
  const random = seededRandom(SEED);
  let requests = 0;
  const wrong = await everywhere(async ({ device, points, plan }) => {
    const found: string[] = [];
    const periods = [...new Set(points.map(({ periodMs }) => periodMs))];
    const ofPeriods = periods.map((period) => points.filter(({ periodMs }) => periodMs === period));
    const subsets = Array.from({ length: SUBSETS }, () => {
      const share = random();
      return points.filter(() => random() < share);
    });
    for (const asked of [...ofPeriods, ...subsets]) {
      const ids = new Set(asked.map(({ id }) => id));
      const planned = plan(asked);
      const read = planned.flatMap((request) => request.points.map(({ id }) => id));
      if (read.length !== ids.size || read.some((id) => !ids.has(id))) found.push("not every point once");
      for (const { detail } of planned) {
        const { table, address, count } = detail as { table: "holding"; address: number; count: number };
        const faults = device.limits.faults({ table, address, count }, ids);
        found.push(
          ...faults.map((fault) => `${fault}: ${table} ${address}+${count} for ${[...ids].slice(0, 8)}`),
        );
        requests++;
      }
    }
    return found;
  });
  t.same(wrong, {});
  t.comment(`${requests} requests`);
});

t.test(
  "the frames that makers print and people record mean to the device what the profile says",
  async (t) => {
    const count: FrameCount = { read: 0, put: 0, written: 0, commands: 0 };
    const wrong = modbus.flatMap((profile) =>
      tryFrames(profile, count).map((said) => `${profile.id}: ${said}`),
    );
    t.same(wrong, []);
    t.ok(count.read >= 10 && count.put >= 10);
    t.comment(JSON.stringify(count));
  },
);

t.test("a simulated device is known by what its profile identifies it by", async (t) => {
  let probes = 0;
  const wrong = await everywhere(async ({ device }, profile) => {
    // Questions about one register may exclude each other; those for a variant are for another device.
    const asked = (keysOf(profile).identify ?? []).filter(({ variant }) => variant === undefined);
    const known = new Map<string, boolean>();
    for (const probe of asked) {
      const key = JSON.stringify([probe.read.table, probe.read.address]);
      known.set(key, known.get(key) || recognises(device, probe, profile));
      probes++;
    }
    return [...known].flatMap(([key, isKnown]) => (isKnown ? [] : [key]));
  }, "whole profiles");
  t.same(wrong, {});
  t.comment(`${probes} questions`);
});

function recognises(device: ProfiledDevice, probe: IdentifyKeys, { defaults }: Profile): boolean {
  const { memory } = device.bank;
  const {
    table = (defaults as { table?: Table }).table ?? "holding",
    address,
    length,
    chars = "both",
  } = probe.read;
  const listed = [probe.is, ...(probe.in ?? [])].filter((one) => one !== undefined);
  device.read(table, address, length ?? 2) ?? device.read(table, address, 1);
  if (length !== undefined || probe.matches !== undefined) {
    const order = probe.read.order ?? "ABCD";
    const text = takeText(memory, { table, address, count: length ?? 8, chars, order });
    return listed.includes(text) || (probe.matches !== undefined && new RegExp(probe.matches).test(text));
  }
  const { number } = take(memory, fieldOf(probe.read, table));
  if (!number) return false;
  const [low, high] = probe.between ?? [];
  const value = toNumber(number);
  return listed.includes(value) || (low !== undefined && high !== undefined && value >= low && value <= high);
}

t.teardown(async () => {
  for (const { bench } of benches) await bench?.close();
});
