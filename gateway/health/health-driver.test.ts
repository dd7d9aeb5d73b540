import t from "tap";
import type { DriverContext, ReadRequest } from "../../drivers/core/driver.js";
import { ExchangeAccount } from "../../drivers/core/exchange-account.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { messages, say } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import { HEALTH_FIELDS, type HealthAddress } from "../core/health.js";
import { type BusOf, healthDriverFactory } from "./health-driver.js";

const NEVER = new AbortController().signal;
const SAID = messages("fake", { silent: { vi: "im lặng", en: "silent" } });
const BEAT_MS = 300_000;

function points(...addresses: readonly HealthAddress[]): Point[] {
  return addresses.map((address) => ({
    id: `${address.device ?? "bus"}.${address.field}`,
    device: "health.rs485",
    type: "f64" as const,
    kind: "instant" as const,
    scale: 1,
    offset: 0,
    access: "read" as const,
    periodMs: BEAT_MS,
    deadband: 0,
    heartbeatMs: BEAT_MS,
    priority: "low" as const,
    address,
  }));
}

function place(clock: ManualClock, busOf: BusOf) {
  const context: DriverContext = {
    connection: "health",
    clock,
    log: SILENT_LOG,
    lock: new SocketLock(),
    dialIn: { claim: () => Promise.reject(new TypeError("dial in")) },
    onReady: () => {},
  };
  const driver = healthDriverFactory(busOf)({}, [], context);
  const read = async (own: readonly Point[]) => {
    const [request] = driver.plan({ id: "health.rs485", settings: {} }, own);
    return driver.read(request as ReadRequest, NEVER);
  };
  return { driver, read };
}

t.test("what an account has counted is what the points say", async (t) => {
  const clock = new ManualClock();
  const account = new ExchangeAccount(clock, ["meter", "well"]);
  for (let n = 0; n < 4; n++) {
    account.requested("meter");
    account.answered("meter", 40, 60, 25);
  }
  account.requested("well");
  account.timedOut("well", 500);
  account.requested("well");
  account.exception("well", 6, 10, 12);
  account.requested("well");
  account.exception("well", 2, 10, 12);
  account.requested("well");
  account.exception("well", 6, 10, 12);
  account.foreign(undefined);
  account.damaged(undefined);
  account.late("well", 700);
  const bus = { stats: () => account.stats(), diagnose: () => [say(SAID.silent), say(SAID.silent)] };
  const { read } = place(clock, () => bus);
  const all = points(
    ...HEALTH_FIELDS.map((field) => ({ connection: "rs485", field })),
    ...HEALTH_FIELDS.filter((field) => field !== "findings").map((field) => ({
      connection: "rs485",
      device: "well",
      field,
    })),
  );
  const { values, flags, layout } = await read(all);
  const told = Object.fromEntries(layout.points.map(({ id }, at) => [id, values[at]]));
  t.match(told, {
    "bus.requests": 8,
    "bus.good": 4,
    "bus.timeouts": 1,
    "bus.damaged": 1,
    "bus.foreign": 1,
    "bus.late": 1,
    "bus.exceptions": 3,
    "bus.exception_codes": "2=1 6=2",
    "bus.last_good": Math.floor(clock.now() / 1000),
    "bus.findings": "fake.silent",
    "well.requests": 4,
    "well.timeouts": 1,
    "well.late": 1,
    "well.foreign": 0,
    "well.exception_codes": "2=1 6=2",
    "well.round_trip.median": 10,
  });
  const bad = flags?.map(({ at, ...flag }) => ({ ...flag, id: layout.points[at]?.id }));
  t.same(bad, [{ quality: "bad", reason: "unavailable", id: "well.last_good" }], "it never answered well");
});

t.test("a connection without a driver has no figures; nothing breaks", async (t) => {
  const { driver, read } = place(new ManualClock(), () => undefined);
  const { values, flags } = await read(
    points({ connection: "gone", field: "requests" }, { connection: "gone", field: "findings" }),
  );
  t.same(values, [null, null]);
  t.same(
    flags?.map(({ reason }) => reason),
    ["unavailable", "unavailable"],
  );
  t.same(driver.plan({ id: "health.gone", settings: {} }, []), []);
  t.same(driver.diagnose(), []);
  await driver.close();
});

t.test("the first reading comes at the first whole beat", async (t) => {
  const clock = new ManualClock();
  await clock.advance(1000);
  const { driver } = place(clock, () => undefined);
  const [request] = driver.plan(
    { id: "health.rs485", settings: {} },
    points({ connection: "rs485", field: "good" }),
  );
  t.equal(driver.readyAt(request as ReadRequest), BEAT_MS);
});
