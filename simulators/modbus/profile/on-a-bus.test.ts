import t from "tap";
import { ManualClock } from "../../../drivers/core/manual-clock.js";
import type { Profile } from "../../../drivers/profiles/profile.js";
import { SimulatedBus } from "../bus.js";
import { written } from "../exact.js";
import { ReadLedger } from "../ledger.js";
import { crcHolds, rtuFrame } from "../rtu-frame.js";
import { RTU_FRAMING } from "../rtu-framing.js";
import { type ByteWire, SERIAL_MANNER } from "../wire.js";
import type { ProfileKeys } from "./keys.js";
import { ProfiledDevice } from "./profiled-device.js";

const POINTS = [
  { id: "level", address: 0, type: "s16", scale: 0.01, simulate: { start: 2.5 } },
  { id: "address", address: 2, access: "read-write", write: { range: [1, 247] } },
] as const;

/** A serial bus with one device of a profile, on a clock that is stepped. */
function benchOf(more: Partial<ProfileKeys>) {
  const keys: ProfileKeys = {
    id: "maker/model",
    device: {},
    defaults: {},
    points: new Map(POINTS.map((point) => [point.id, point])),
    ...more,
  };
  const clock = new ManualClock();
  const ledger = new ReadLedger();
  const device = new ProfiledDevice({ profile: keys as unknown as Profile, clock, id: "device" });
  const bus = new SimulatedBus({ devices: [device], clock, ledger, framing: RTU_FRAMING });
  let hear = (_: Uint8Array): void => {};
  let said: number[] = [];
  const wire: ByteWire = {
    onData: (listener) => {
      hear = listener;
    },
    write: (bytes) => {
      said.push(...bytes);
    },
  };
  bus.attach(wire, SERIAL_MANNER);
  /** The answer in hex without its CRC; empty: silence. */
  const ask = async (unit: number, hex: string): Promise<string> => {
    said = [];
    hear(rtuFrame(unit, Buffer.from(hex.replaceAll(" ", ""), "hex")));
    await clock.advance(200);
    const frame = Uint8Array.from(said);
    if (frame.length > 0 && !crcHolds(frame)) throw new Error("a wrong checksum");
    return Buffer.from(frame.subarray(0, -2)).toString("hex");
  };
  return { ask, device, ledger, clock, stop: () => bus.stop() };
}

t.test("the ledger keeps what the points truly said in each answer", async (t) => {
  const { ask, device, ledger, stop } = benchOf({});
  t.equal(await ask(1, "03 0000 0001"), "01030200fa");
  device.bank.hold("level", written(-1));
  t.equal(await ask(1, "03 0000 0001"), "010302ff9c");
  const levels = [...ledger.entries("device")].map(({ truths }) => truths?.get("level"));
  t.same(levels, [
    { quality: "good", value: written(2.5) },
    { quality: "good", value: written(-1) },
  ]);
  stop();
});

t.test("the answer to a change of the unit id comes from the old one or from the new one", async (t) => {
  const set = { point: "address" } as const;
  const old = benchOf({ addressing: { any: 248, set: { ...set, answers_from: "old" } } });
  t.equal(await old.ask(248, "06 0002 0009"), "f80600020009");
  t.equal(await old.ask(1, "03 0002 0001"), "", "nobody has the old one any more");
  t.equal(await old.ask(9, "03 0002 0001"), "0903020009");
  old.stop();
  const fresh = benchOf({ addressing: { set: { ...set, answers_from: "new" } } });
  t.equal(await fresh.ask(1, "06 0002 0009"), "090600020009");
  fresh.stop();
});

t.test("a broadcast is carried out and not answered; a sleeper says nothing at first", async (t) => {
  const all = benchOf({ broadcast: { functions: [6], addresses: [0] } });
  t.equal(await all.ask(0, "06 0002 0005"), "");
  t.equal(await all.ask(1, "03 0002 0001"), "0103020005");
  all.stop();
  const sleeper = benchOf({ device: { wake: { after: 10_000, pause: 100 } } });
  t.equal(await sleeper.ask(1, "03 0000 0001"), "");
  t.equal(await sleeper.ask(1, "03 0000 0001"), "01030200fa");
  t.same(sleeper.device.breaches.all, []);
  sleeper.stop();
});

t.test("too early after the last answer: told with the pause that was made", async (t) => {
  const { ask, device, stop } = benchOf({ device: { min_gap: 500 } });
  await ask(1, "03 0000 0001");
  await ask(1, "03 0000 0001");
  t.match(device.breaches.all, [{ fault: "min_gap" }]);
  const { pausedMs = 0 } = device.breaches.all[0] ?? {};
  t.ok(pausedMs > 100 && pausedMs < 200, `${pausedMs} ms`);
  stop();
});
