import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { StoredMark } from "../core/device-marks.js";
import type { DeviceState } from "../core/event.js";
import { healthDeviceId } from "../core/health.js";
import { DeviceMarks } from "./device-marks.js";

const HOUR = 3_600_000;
const HEALTH_DEVICE = healthDeviceId("rs485");

function batch(device: string): ReadingBatch {
  const layout = { device, points: [] };
  return { layout, state: "measuring", t: 0, mono: 0, boot: "b", values: [] };
}

/** One gateway after the other on the same store. */
class World {
  stored: readonly StoredMark[] = [];
  writes = 0;
  readonly events: DeviceState[] = [];
  readonly audited: string[] = [];
  trusted = true;
  readonly devices = new Set(["well", "meter", HEALTH_DEVICE]);

  start(clock: ManualClock): DeviceMarks {
    const marks = new DeviceMarks({
      clock,
      clockTrusted: () => this.trusted,
      devices: this.devices,
      store: {
        read: () => this.stored,
        write: async (list) => {
          this.stored = list;
          this.writes++;
        },
      },
      audit: { note: (kind, who, { message }) => void this.audited.push(`${kind} ${who} ${message.code}`) },
      tell: (event) => this.events.push(event),
    });
    marks.start();
    return marks;
  }
}

const WISH = {
  device: "well",
  state: "maintenance",
  forMs: 2 * HOUR,
  by: "Nguyễn Văn A",
  reason: "pump",
} as const;

t.test("a mark is told, marks the readings of its device, and ends by itself", async (t) => {
  const clock = new ManualClock();
  const world = new World();
  const marks = world.start(clock);
  const plain = batch("well");
  t.equal(marks.apply(plain), plain, "nothing is copied for nothing");
  const until = new Date(clock.now() + 2 * HOUR).toISOString();
  t.match(marks.set(WISH), { mark: { device: "well", by: "Nguyễn Văn A" } });
  t.same(world.events, [
    {
      event: "device_state",
      device: "well",
      state: "maintenance",
      by: "Nguyễn Văn A",
      until,
      reason: "pump",
    },
  ]);
  t.equal(marks.apply(plain).state, "maintenance");
  t.equal(marks.apply(batch("meter")).state, "measuring");
  // Neither a step ahead nor one back moves the end.
  clock.stepWall(30 * 24 * HOUR);
  await clock.advance(2 * HOUR - 1);
  t.equal(marks.apply(plain).state, "maintenance");
  clock.stepWall(-60 * 24 * HOUR);
  await clock.advance(1);
  t.equal(marks.apply(plain).state, "measuring");
  t.same(world.events[1], { event: "device_state", device: "well", state: "measuring", by: "gateway" });
  t.same(world.stored, []);
  t.same(world.audited, ["device Nguyễn Văn A audit.device_marked", "device gateway audit.device_unmarked"]);
  t.equal(clock.pending, 0);
});

t.test("a person ends it, changes it, and is told what cannot be", async (t) => {
  const clock = new ManualClock();
  const world = new World();
  const marks = world.start(clock);
  for (const device of ["nobody", HEALTH_DEVICE]) {
    t.match(
      marks.set({ ...WISH, device }),
      { refused: { message: { code: "mark.unknown_device" } } },
      device,
    );
  }
  const end = { device: "well", state: "measuring", by: "B" } as const;
  t.match(marks.set(end), { refused: { message: { code: "mark.not_marked" } } });
  marks.set(WISH);
  marks.set({ device: "well", state: "calibrating", forMs: HOUR, by: "B" });
  t.match(marks.of("well"), { state: "calibrating", by: "B" });
  await clock.advance(HOUR - 1);
  t.same(marks.set(end), {});
  t.equal(marks.of("well"), undefined);
  await clock.advance(5 * HOUR);
  t.same(
    world.events.map(({ by, state }) => [state, by]),
    [
      ["maintenance", "Nguyễn Văn A"],
      ["calibrating", "B"],
      ["measuring", "B"],
    ],
    "the timer of the first one is gone",
  );
});

t.test(
  "over a restart: the wall time where the clock is trusted, what was left where it is not",
  async (t) => {
    const restart = async (offMs: number, trusted: boolean) => {
      const clock = new ManualClock();
      const world = new World();
      const marks = world.start(clock);
      marks.set(WISH);
      await clock.advance(HOUR);
      await marks.stop();
      t.equal(clock.pending, 0);
      world.trusted = trusted;
      world.events.length = 0;
      const later = new ManualClock(trusted ? clock.now() + offMs : 0, "boot-1");
      return { clock: later, marks: world.start(later), world, wall: clock.now() + offMs };
    };
    const short = await restart(HOUR / 2, true);
    t.match(short.marks.of("well"), { by: "Nguyễn Văn A" });
    t.same(short.world.events, [], "it goes on, nothing is new");
    await short.clock.advance(HOUR / 2 - 1);
    t.ok(short.marks.of("well"));
    await short.clock.advance(1);
    t.notOk(short.marks.of("well"));

    const long = await restart(3 * HOUR, true);
    t.notOk(long.marks.of("well"));
    t.match(long.world.events, [{ state: "measuring", by: "gateway" }], "it ended while nobody ran");

    const unset = await restart(3 * HOUR, false);
    await unset.clock.advance(HOUR / 2);
    t.ok(unset.marks.of("well"), "1970 says nothing");
    unset.world.trusted = true;
    unset.clock.stepWall(unset.wall);
    unset.marks.clockBecameTrusted();
    await unset.clock.advance(1);
    t.notOk(unset.marks.of("well"), "the clock came, and the end is long over");

    const never = await restart(0, false);
    await never.clock.advance(HOUR);
    t.notOk(never.marks.of("well"), "never longer than was left");
  },
);

t.test("one that began without a clock is told again when the clock is there", async (t) => {
  const clock = new ManualClock(0);
  const world = new World();
  world.trusted = false;
  const marks = world.start(clock);
  marks.set(WISH);
  await clock.advance(HOUR);
  world.trusted = true;
  clock.stepWall(Date.UTC(2026, 10, 25));
  marks.clockBecameTrusted();
  const until = clock.now() + HOUR;
  t.match(world.events[1], { state: "maintenance", until: new Date(until).toISOString() });
  t.match(world.stored, [{ trusted: true, until }]);
  await clock.advance(HOUR);
  t.notOk(marks.of("well"));
});

t.test("what is left is written down now and then; a device that is gone is forgotten", async (t) => {
  const clock = new ManualClock();
  const world = new World();
  const marks = world.start(clock);
  marks.set(WISH);
  const before = world.writes;
  await clock.advance(HOUR);
  t.equal(world.writes - before, 6, "every ten minutes");
  t.equal(world.stored[0]?.leftMs, HOUR);
  await marks.stop();
  world.devices.delete("well");
  const next = world.start(new ManualClock(clock.now()));
  t.notOk(next.of("well"));
  t.same(world.stored, []);
});
