import t from "tap";
import type { ReadRequest } from "../core/driver.js";
import { ConfigurationError, LinkError, TramError, TransientError } from "../core/errors.js";
import type { ManualClock } from "../core/manual-clock.js";
import type { ReadingBatch } from "../core/reading.js";
import { LINE_MESSAGES } from "../line/messages.js";
import { bench, frame, REPLY, SETTINGS, SILENCE_MS } from "./rtu-bench.js";
import type { ModbusSerialDriver } from "./serial-driver.js";
import { deviceOf, NEVER, seeded, shown } from "./test-devices.js";

t.test("late replies", async (t) => {
  await t.test("frees its unit early, and is never a value", async (t) => {
    const { line, driver, read, request, clock, ready } = await bench([deviceOf(1), deviceOf(2)]);
    line.script = (_, line) => line.after(1200, REPLY);
    t.equal(shown(await read(request(1, 0))), "transient modbus.no_answer_serial");
    line.script = (_, line) => line.after(20, frame("02 03 02 00 02"));
    t.equal(shown(await read(request(2, 0))), 2, "other units go on");
    t.ok(driver.readyAt(request(1, 0)) > clock.mono());
    await clock.advance(1000);
    t.equal(ready.length, 1, "told that it is ready");
    t.ok(driver.readyAt(request(1, 0)) <= clock.mono());
    line.script = (_, line) => line.after(20, frame("01 03 02 00 09"));
    t.equal(shown(await read(request(1, 1))), 9);
    t.match(driver.stats(), { late: 1, foreign: 0, good: 2 });
    await driver.close();
  });

  await t.test("later than worst_reply raises it", async (t) => {
    const { line, driver, read, request, clock } = await bench([deviceOf(1, { worst_reply: 1000 })]);
    line.script = (_, line) => line.after(2000, REPLY);
    await read(request(1, 0));
    await clock.advance(2000);
    t.match(driver.stats(), { late: 1 });
    line.script = () => {};
    await read(request(1, 0));
    t.ok(driver.readyAt(request(1, 0)) >= clock.mono() + 2400, "held for longer from now on");
    await driver.close();
  });

  await t.test("what is learnt has a bound, whatever other clients get answered", async (t) => {
    const { line, driver, read, request, clock } = await bench([deviceOf(1)]);
    for (let round = 0; round < 8; round++) {
      line.script = () => {};
      await read(request(1, 0));
      const heldMs = driver.readyAt(request(1, 0)) - clock.mono();
      t.ok(heldMs <= 60_000, `held for ${heldMs} ms`);
      await clock.advance(1.9 * heldMs);
      line.give(frame(`01 03 02 00 ${10 + round}`));
    }
    t.match(driver.stats(), { late: 8 });
    await driver.close();
  });

  await t.test("after a second timeout the first one's reply does not free the unit", async (t) => {
    const { line, driver, read, request, clock } = await bench([deviceOf(1, { worst_reply: 1000 })]);
    await read(request(1, 0));
    await clock.advance(1000);
    await read(request(1, 1));
    line.give(REPLY);
    t.match(driver.stats(), { late: 1 });
    t.ok(driver.readyAt(request(1, 0)) > clock.mono() + 500, "the second one may still come");
    await driver.close();
  });

  await t.test("holds last across a reconnection", async (t) => {
    const { line, driver, read, request, clock } = await bench([deviceOf(1)]);
    line.script = (_, line) => line.lose(new LinkError(LINE_MESSAGES.serial_closed, { name: "fake" }));
    t.equal(shown(await read(request(1, 0))), "link line.serial_closed");
    t.equal(shown(await read(request(1, 0))), "link line.serial_closed", "until it is connected again");
    await driver.connect(NEVER);
    t.ok(driver.readyAt(request(1, 0)) > clock.mono());
    await driver.close();
  });
});

t.test("every read settles", async (t) => {
  await t.test("on a bus that is never silent", async (t) => {
    const { line, driver, read, request, clock } = await bench([deviceOf(1)]);
    let on = true;
    const babble = (): void => {
      if (!on) return;
      line.give(Uint8Array.of(0x55));
      clock.after(2, babble);
    };
    babble();
    t.equal(shown(await read(request(1, 0))), "transient modbus.never_silent");
    t.equal(line.sent.length, 0);
    on = false;
    line.script = (_, line) => line.after(20, REPLY);
    t.equal(shown(await read(request(1, 0))), 42);
    await driver.close();
  });

  await t.test("when noise never ends during the exchange", async (t) => {
    const { line, driver, read, request } = await bench([deviceOf(1)]);
    line.script = (_, line) => {
      for (let i = 0; i < 600; i++) line.after(1 + i, Buffer.alloc(40, 0x03));
    };
    t.match(shown(await read(request(1, 0))), /^transient/);
    await driver.close();
  });

  await t.test("when closed, cancelled, not open", async (t) => {
    const { driver, request, clock } = await bench([deviceOf(1), deviceOf(2)]);
    const abort = new AbortController();
    const first = driver.read(request(1, 0), abort.signal);
    const second = driver.read(request(2, 0), NEVER);
    await clock.advance(10);
    abort.abort();
    await t.rejects(first, { code: "modbus.cancelled", reason: "no_answer" });
    await clock.advance(10);
    await driver.close();
    await t.rejects(second, { code: "modbus.closed" });
    await t.rejects(driver.read(request(2, 0), NEVER), LinkError);
    t.ok(driver.readyAt(request(1, 0)) > clock.mono(), "a cancelled request still owes its reply");
  });

  await t.test("reads that come together take turns", async (t) => {
    const { line, driver, request, clock } = await bench([deviceOf(1)]);
    line.script = (sent, line) => line.after(20, frame(`01 03 02 00 ${sent.subarray(3, 4).toString("hex")}`));
    const reads = [5, 6, 7].map((address) => driver.read(request(1, address), NEVER));
    await clock.advance(1000);
    t.same(
      (await Promise.all(reads)).map((batch) => batch.values[0]),
      [5, 6, 7],
    );
    t.ok(line.silences.every((ms) => ms >= SILENCE_MS - 1e-9));
    await driver.close();
  });
});

t.test("silence, pauses and deadlines follow the baud rate", async (t) => {
  for (const [baud, silence] of [
    [1200, 32.083],
    [19200, 2.005],
    [115200, 1.75],
  ] as const) {
    const { line, driver, read, request } = await bench([deviceOf(1)], { ...SETTINGS, baud });
    line.script = (_, line) => line.after(150, REPLY);
    await read(request(1, 0));
    await read(request(1, 0));
    t.ok(
      line.silences.every((ms) => ms >= silence),
      `${baud}`,
    );
    t.ok((line.silences[1] ?? 0) < silence + 2, "and not much longer");
    await driver.close();
  }
  const slow = await bench([deviceOf(1)], { ...SETTINGS, baud: 1200 });
  slow.line.script = (_, line) => line.after(600, REPLY);
  t.equal(shown(await slow.read(slow.request(1, 0))), 42, "the time on the wire is not the device's");
  await slow.driver.close();

  const paused = await bench([deviceOf(1, { min_gap: 50 }), deviceOf(2)]);
  paused.line.script = (sent, line) => line.after(20, frame(`0${sent[0]} 03 02 00 01`));
  await paused.read(paused.request(1, 0));
  t.ok(paused.driver.readyAt(paused.request(1, 0)) > paused.clock.mono() + 40);
  t.equal(paused.driver.readyAt(paused.request(2, 0)), 0, "the pause is the device's own");
  await paused.read(paused.request(1, 0));
  t.ok((paused.line.silences[1] ?? 0) >= 50);
  await paused.driver.close();
});

t.test("a port on which nobody ever answers is opened anew", async (t) => {
  const { line, driver, read, request, clock } = await bench([deviceOf(1)]);
  for (let i = 0; i < 12; i++) {
    await read(request(1, 0));
    await clock.advance(driver.readyAt(request(1, 0)) - clock.mono());
    await clock.advance(1000);
  }
  t.equal(line.opened, 2);
  await driver.close();
  t.notOk(line.isOpen);
});

t.test("a lock that was lost to another process is a fault that passes", async (t) => {
  const { line, driver } = await bench([deviceOf(1)]);
  const held = new ConfigurationError(LINE_MESSAGES.not_open, { name: "held" });
  line.refuse = held as unknown as LinkError;
  await t.rejects(driver.connect(NEVER), {
    class: "link",
    code: "modbus.held_elsewhere",
  });
});

t.test("three thousand polls of three units that answer late as they please", async (t) => {
  const random = seeded(7);
  const worst = 6000;
  const devices = [1, 2, 3].map((unit) => deviceOf(unit, { worst_reply: worst, timeout: 100 }));
  const { line, driver, request, clock } = await bench(devices, { ...SETTINGS, baud: 115200 });
  // Register `a` of unit `u` holds u * 256 + a: any mix-up is a wrong value.
  line.script = (sent, line) => {
    const [unit = 0, , , address = 0] = sent;
    const reply = frame(`0${unit}0302${Buffer.of(unit, address).toString("hex")}`);
    const fate = random();
    if (fate < 0.05) return;
    if (fate < 0.4) line.after(100 + 1 + random() * 4999, reply);
    else line.after(5 + random() * 80, reply);
  };

  let good = 0;
  let wrong = 0;
  while (driver.stats().requests < 3_000) {
    const unit = 1 + Math.floor(random() * 3);
    const address = Math.floor(random() * 200);
    const wanted = request(unit, address);
    const ready = driver.readyAt(wanted) - clock.mono();
    if (ready > 0 && random() < 0.9) {
      await clock.advance(Math.min(ready, 50));
      continue;
    }

    const outcome = await readFast(driver, clock, wanted);
    if (outcome instanceof TransientError) continue;
    if (outcome instanceof TramError) throw outcome;
    good++;
    if (outcome.values[0] !== unit * 256 + address) wrong++;
  }
  t.equal(wrong, 0);
  t.ok(good > 300, `${good} good`);
  t.ok(driver.stats().late > 30, `${driver.stats().late} late`);
  t.ok(
    line.silences.every((ms) => ms >= 1.75 - 1e-6),
    "the silence was kept",
  );
  await driver.close();
});

async function readFast(
  driver: ModbusSerialDriver,
  clock: ManualClock,
  request: ReadRequest,
): Promise<ReadingBatch | TramError> {
  let outcome: ReadingBatch | TramError | undefined;
  driver.read(request, NEVER).then(
    (batch) => {
      outcome = batch;
    },
    (error: TramError) => {
      outcome = error;
    },
  );
  while (!outcome) await clock.advance(10);
  return outcome;
}
