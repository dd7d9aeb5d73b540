import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { DRIVE_PLATE, Drive } from "./drive.js";
import { PUMP_LEVELS, PumpingStation } from "./pumping-station.js";
import { River } from "./river.js";
import { Sea } from "./tide.js";

const HOUR_MS = 3_600_000;

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

t.test("two days of a station: levels, energy and counters stay physical", async (t) => {
  const clock = new ManualClock(Date.UTC(2026, 10, 1));
  const station = new PumpingStation(clock, 3);
  let [kwh, volume, starts, tips] = [0, 0, 0, 0];
  const seen = { running: 0, stopped: 0, gate: 0, rain: 0, door: 0 };
  for (let at = 0; at < 48 * 60; at++) {
    await clock.advance(60_000);
    station.advance();
    const { meter, drive } = station;
    const numbers = [
      station.wellLevel,
      station.riverLevel,
      meter.power,
      meter.frequency,
      drive.currentA,
      station.pumpFlow,
    ];
    if (!numbers.every(Number.isFinite)) t.fail(`not a number after ${at} min`);
    if (station.wellLevel < 0 || station.wellLevel > PUMP_LEVELS.rim) t.fail(`well ${station.wellLevel} m`);
    if (meter.importKwh < kwh || station.pumpedVolume < volume || station.pumpStarts < starts)
      t.fail("a counter fell");
    if (station.rain.tips < tips) t.fail("the rain gauge ran backwards");
    for (const phase of meter.phases) {
      if (phase.voltage < 207 || phase.voltage > 253) t.fail(`${phase.voltage} V`);
      const power = phase.voltage * phase.current * phase.powerFactor;
      if (Math.abs(power - phase.power) > 1e-6 * phase.power) t.fail("P is not V I cos phi");
    }
    if (Math.abs(meter.frequency - 50) > 0.1) t.fail(`${meter.frequency} Hz`);
    [kwh, volume, starts, tips] = [
      meter.importKwh,
      station.pumpedVolume,
      station.pumpStarts,
      station.rain.tips,
    ];
    seen[drive.frequency > 0 ? "running" : "stopped"]++;
    if (station.gateOpening > 0) seen.gate++;
    if (station.rain.intensity > 0) seen.rain++;
    if (station.doorOpen) seen.door++;
  }
  for (const [what, minutes] of Object.entries(seen)) t.ok(minutes > 0, `${what}: ${minutes} min`);
  t.ok(
    station.pumpStarts - 1_902 > 10 && station.pumpStarts - 1_902 < 600,
    `${station.pumpStarts - 1_902} starts`,
  );
});

t.test("the meter's energy is the integral of its power", async (t) => {
  const clock = new ManualClock();
  const station = new PumpingStation(clock, 1);
  const before = station.meter.importKwh;
  let integral = 0;
  for (let at = 0; at < 36_000; at += 250) {
    await clock.advance(250);
    station.advance();
    integral += (station.meter.power * 0.25) / 3_600_000;
  }
  t.ok(Math.abs(station.meter.importKwh - before - integral) < 1e-6);
});

t.test("the same seed and clock give the same day, however often one looks", async (t) => {
  const look = async (everyMs: number, seed: number): Promise<readonly number[]> => {
    const clock = new ManualClock();
    const station = new PumpingStation(clock, seed);
    for (let at = 0; at < HOUR_MS; at += everyMs) {
      await clock.advance(everyMs);
      station.advance();
    }
    return [station.wellLevel, station.meter.importKwh, station.rain.tips, station.river.salinity];
  };
  t.same(await look(1_000, 4), await look(30_000, 4));
  t.notSame(await look(1_000, 4), await look(1_000, 5));
});
