import { type AddressInfo, createServer } from "node:net";
import t from "tap";
import { SystemClock } from "../core/clock.js";
import type { DriverDevice, ReadRequest } from "../core/driver.js";
import { TramError } from "../core/errors.js";
import { ManualClock } from "../core/manual-clock.js";
import { FakeLine } from "../line/fake-line.js";
import type { ModbusTcpSettings } from "./schema.js";
import { createModbusTcpDriver, ModbusTcpDriver } from "./tcp-driver.js";
import { contextOf, deviceOf, NEVER, pointOf, seeded } from "./test-devices.js";

const SETTINGS: ModbusTcpSettings = {
  host: "127.0.0.1",
  port: 502,
  timeout: 500,
  connect_timeout: 1000,
  pipeline: 8,
};
const DEVICE = deviceOf(1);

const planned = (driver: ModbusTcpDriver, address: number, device: DriverDevice = DEVICE): ReadRequest =>
  driver.plan(device, [pointOf(device.id, address)])[0] as ReadRequest;

/** The reply to a read of one register: its own address. */
function replyTo(request: Buffer): Buffer {
  const reply = Buffer.from([0, 0, 0, 0, 0, 5, request[6] as number, 3, 2, 0, 0]);
  request.copy(reply, 0, 0, 2);
  request.copy(reply, 9, 8, 10);
  return reply;
}

async function manual(): Promise<{ clock: ManualClock; line: FakeLine; driver: ModbusTcpDriver }> {
  const clock = new ManualClock();
  const line = new FakeLine(clock, 0);
  const driver = new ModbusTcpDriver(SETTINGS, [DEVICE, deviceOf(2)], contextOf(clock), line);
  await driver.connect(NEVER);
  return { clock, line, driver };
}

t.test("so many at a time, each with its own answer, in whatever order they come", async (t) => {
  const { clock, driver, line } = await manual();
  t.equal(driver.parallel, 8);
  const reads = Array.from({ length: 20 }, (_, n) => driver.read(planned(driver, n), NEVER));
  await clock.advance(1);
  t.equal(line.sent.length, 8, "the others wait");
  let answered = 0;
  while (answered < 20) {
    const batch = line.sent.slice(answered).reverse();
    answered += batch.length;
    for (const request of batch) line.give(replyTo(request));
    await clock.advance(1);
  }
  const values = (await Promise.all(reads)).map(({ values }) => values[0]);
  t.same(
    values,
    Array.from({ length: 20 }, (_, n) => n),
  );
  t.match(driver.stats(), { requests: 20, good: 20, foreign: 0 });
  await driver.close();
});

t.test("one that is not answered fails alone", async (t) => {
  const { clock, driver, line } = await manual();
  const dead = deviceOf(2);
  const lost = driver.read(planned(driver, 0, dead), NEVER).catch((error: TramError) => error);
  const good = [1, 2, 3].map((n) => driver.read(planned(driver, n), NEVER));
  await clock.advance(1);
  for (const request of line.sent.slice(1)) line.give(replyTo(request));
  await Promise.all(good);
  await clock.advance(600);
  t.match(await lost, { class: "transient", reason: "no_answer" });
  t.equal(line.opened, 1, "no reconnection");
  line.give(replyTo(line.sent[0] as Buffer));
  t.match(driver.stats().devices["unit2"], { timeouts: 1, late: 1 });
  await driver.close();
});

t.test("a dead connection ends them all, and the next ones make a new one together", async (t) => {
  const { clock, driver, line } = await manual();
  const outcomes = Array.from({ length: 8 }, (_, n) =>
    driver.read(planned(driver, n), NEVER).catch((error: TramError) => error.class),
  );
  await clock.advance(600);
  t.ok((await Promise.all(outcomes)).every((word) => word === "transient" || word === "link"));
  line.script = (sent, line) => line.after(1, replyTo(sent));
  const again = Array.from({ length: 4 }, (_, n) => driver.read(planned(driver, n), NEVER));
  await clock.advance(10);
  t.same(
    (await Promise.all(again)).map(({ values }) => values[0]),
    [0, 1, 2, 3],
  );
  t.equal(line.opened, 2);
  await driver.close();
});

t.test("no transaction id is given again while its reply may come", async (t) => {
  const { clock, driver, line } = await manual();
  line.script = (sent, line) => {
    if (sent[6] === 1) line.give(replyTo(sent));
  };
  const lost = driver.read(planned(driver, 9, deviceOf(2)), NEVER).catch((error: TramError) => error);
  await clock.advance(1);
  const owed = line.sent[0]?.readUInt16BE(0);
  for (let n = 0; n < 70_000; n++) {
    if (n === 100) await clock.advance(600);
    await driver.read(planned(driver, n % 1000), NEVER);
  }
  await lost;
  const again = line.sent.slice(1).filter((bytes) => bytes.readUInt16BE(0) === owed);
  t.equal(again.length, 0, "after a whole round of the counter");
  t.equal(line.opened, 1);
  await driver.close();
});

t.test("a real socket, answers shuffled, some late, some lost: every value is its own", async (t) => {
  const random = seeded(5);
  const server = createServer((socket) => {
    let rest = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (; rest.length >= 12; rest = rest.subarray(12)) {
        const reply = replyTo(rest);
        const dice = random();
        if (dice < 0.02) continue;
        setTimeout(
          () => socket.writable && socket.write(reply),
          dice < 0.06 ? 60 + dice * 1000 : random() * 8,
        );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const settings = { ...SETTINGS, port: (server.address() as AddressInfo).port, pipeline: 16, timeout: 40 };
  const driver = createModbusTcpDriver(
    settings,
    [DEVICE],
    contextOf(new SystemClock("boot")),
  ) as ModbusTcpDriver;
  await driver.connect(NEVER);
  let good = 0;
  let wrong = 0;
  const worker = async (first: number): Promise<void> => {
    for (let n = first; n < 3_000; n += 16) {
      const address = (n * 7919) % 60_000;
      const batch = await driver.read(planned(driver, address), NEVER).catch((error: TramError) => error);
      if (batch instanceof TramError) continue;
      good++;
      if (batch.values[0] !== address) wrong++;
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, n) => worker(n)));
  t.equal(wrong, 0);
  t.ok(good > 1_500, `${good} good`);
  t.ok(driver.stats().late > 0, `${driver.stats().late} late`);
  await driver.close();
});
