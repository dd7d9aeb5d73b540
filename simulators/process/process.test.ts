import t from "tap";
import { DRIVE_PLATE, Drive } from "./drive.js";
import { River } from "./river.js";
import { Sea } from "./tide.js";

t.test("the tide has two highs a day of a believable size", async (t) => {
  const river = new River({ seed: 1, sea: new Sea(), distanceKm: 40 });
  const levels = Array.from({ length: 30 * 24 * 4 }, (_, at) => {
    river.step(900, Date.UTC(2026, 10, 1) + at * 900_000);
    return river.surfaceM;
  });
  t.ok(Math.max(...levels) < 2.2 && Math.min(...levels) > -1.6, "m above datum");
  const highs = levels.filter((level, at) => level > (levels[at - 1] ?? 9) && level >= (levels[at + 1] ?? 9));
  t.ok(highs.length >= 45 && highs.length <= 62, `${highs.length} highs in 30 days`);
});

t.test("a drive follows its ramp; power and current grow with speed", async (t) => {
  const drive = new Drive();
  drive.start();
  for (let at = 0; at < 20; at++) drive.step(0.1);
  t.ok(Math.abs(drive.frequency - 10) < 1e-6, "5 Hz a second");
  const [slow, slowPower] = [drive.currentA, drive.powerW];
  for (let at = 0; at < 200; at++) drive.step(0.1);
  t.equal(drive.frequency, drive.setpoint);
  t.ok(drive.currentA > slow && drive.currentA < DRIVE_PLATE.currentA * 1.1);
  // Affinity law: 4.5 times the speed, 91 times the shaft power.
  t.ok(Math.abs((drive.powerW - 65) / (slowPower - 65) - 4.5 ** 3) < 0.5);
  drive.trip(7);
  for (let at = 0; at < 200; at++) drive.step(0.1);
  t.equal(drive.frequency, 0);
  t.equal(drive.word, "fault");
  drive.start();
  drive.step(1);
  t.equal(drive.frequency, 0, "a tripped drive does not start");
  drive.reset();
  drive.start();
  drive.step(1);
  t.ok(drive.frequency > 0);
});

t.test("a drive takes power while it stands; a motor that is switched onto the mains does not", async (t) => {
  const plate = { ...DRIVE_PLATE, maximumHz: 50 };
  const [drive, motor] = [new Drive({ plate }), new Drive({ plate, ramp: 50, setpoint: 50 })];
  for (const one of [drive, motor]) one.step(1);
  t.ok(drive.powerW > 0);
  t.equal(motor.powerW, 0);
  motor.start();
  motor.step(1);
  t.ok(motor.powerW > 1_000);
  motor.stop();
  motor.step(1);
  t.equal(motor.powerW, 0);
});
