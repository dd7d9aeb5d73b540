import t from "tap";
import type { DriverDevice, ReadRequest } from "../../drivers/core/driver.js";
import { LinkError } from "../../drivers/core/errors.js";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import { deviceOf, pointOf, shown } from "../../drivers/modbus/test-devices.js";
import { driverAtBus, FRAMINGS, type FramingName, NEVER } from "./bus-line-fixture.js";
import { SimulatedDevice } from "./device.js";
import type { FaultKind, FaultOptions, FaultSpec } from "./fault.js";

/** Each fault that a simulated bus can make, made on the wire, and what our drivers make of it. */

interface Expected {
  /** The value of the read that it strikes (it is 42), or class and code of the error. */
  readonly gives: unknown;
  readonly counts: Readonly<Record<string, number>>;
}

interface Row {
  readonly spec: FaultSpec;
  readonly on: Partial<Record<FramingName, Expected>>;
}

const NO_ANSWER = "transient modbus.no_answer_serial";
const NO_ANSWER_TCP = "transient modbus.no_answer_tcp";
const WRONG_ANSWER = "transient modbus.wrong_answer";
const CHECKSUM = "transient modbus.checksum";
const CUT = "transient modbus.truncated";
const LOST = "link line.serial_closed";
const GOOD = { gives: 42, counts: { good: 1, timeouts: 0, damaged: 0, foreign: 0 } };

function everywhere(expected: Expected): Row["on"] {
  return { rtu: expected, ascii: expected, tcp: expected };
}

function onSerial(expected: Expected): Row["on"] {
  return { rtu: expected, ascii: expected };
}

function refused(gives: string): Row["on"] {
  return everywhere({ gives, counts: { exceptions: 1, good: 0 } });
}

const FOREIGN = { gives: WRONG_ANSWER, counts: { foreign: 1, good: 0 } };
const LATE = { timeouts: 1, late: 1, good: 0 };

/** Each kind has at least one row: the compiler counts. */
const ROWS: Readonly<Record<FaultKind, readonly Row[]>> = {
  silence: [
    {
      spec: { kind: "silence" },
      on: {
        ...onSerial({ gives: NO_ANSWER, counts: { timeouts: 1 } }),
        tcp: { gives: NO_ANSWER_TCP, counts: { timeouts: 1 } },
      },
    },
  ],
  late: [
    {
      spec: { kind: "late", after: 700 },
      on: {
        ...onSerial({ gives: NO_ANSWER, counts: LATE }),
        tcp: { gives: NO_ANSWER_TCP, counts: LATE },
      },
    },
  ],
  wrong_unit: [
    {
      spec: { kind: "wrong_unit" },
      on: { ...onSerial({ gives: NO_ANSWER, counts: { foreign: 1, timeouts: 1 } }), tcp: FOREIGN },
    },
  ],
  wrong_function: [{ spec: { kind: "wrong_function" }, on: everywhere(FOREIGN) }],
  wrong_length: [
    { spec: { kind: "wrong_length", by: 2 }, on: everywhere(FOREIGN) },
    {
      // No bytes at all are no reply of RTU's forms.
      spec: { kind: "wrong_length", by: -2 },
      on: { rtu: { gives: NO_ANSWER, counts: { damaged: 1, good: 0 } }, ascii: FOREIGN, tcp: FOREIGN },
    },
  ],
  bad_checksum: [
    { spec: { kind: "bad_checksum" }, on: onSerial({ gives: CHECKSUM, counts: { damaged: 1, good: 0 } }) },
  ],
  truncated: [
    {
      spec: { kind: "truncated", keep: 5 },
      on: {
        rtu: { gives: CUT, counts: { damaged: 1, good: 0 } },
        tcp: { gives: NO_ANSWER_TCP, counts: { timeouts: 1, good: 0 } },
      },
    },
    { spec: { kind: "truncated", keep: 9 }, on: { ascii: { gives: CUT, counts: { damaged: 1, good: 0 } } } },
  ],
  trickle: [{ spec: { kind: "trickle", pause: 20, bytes: 1 }, on: everywhere(GOOD) }],
  echo: [{ spec: { kind: "echo" }, on: onSerial(GOOD) }],
  noise: [
    { spec: { kind: "noise", where: "before", bytes: 3 }, on: onSerial({ ...GOOD, counts: { good: 1 } }) },
    { spec: { kind: "noise", where: "after", bytes: 20 }, on: everywhere({ ...GOOD, counts: { good: 1 } }) },
    {
      spec: { kind: "noise", where: "instead", bytes: 20 },
      on: {
        ...onSerial({ gives: NO_ANSWER, counts: { timeouts: 1, good: 0 } }),
        tcp: { gives: WRONG_ANSWER, counts: { damaged: 1, good: 0 } },
      },
    },
  ],
  doubled: [
    { spec: { kind: "doubled", pause: 0 }, on: everywhere({ gives: 42, counts: { good: 1, foreign: 1 } }) },
  ],
  exception: [
    { spec: { kind: "exception", code: 1 }, on: refused("permanent_point modbus.exception_function") },
    { spec: { kind: "exception", code: 2 }, on: refused("permanent_point modbus.exception_address") },
    { spec: { kind: "exception", code: 3 }, on: refused("permanent_point modbus.exception_value") },
    { spec: { kind: "exception", code: 4 }, on: refused("transient modbus.exception_failure") },
    { spec: { kind: "exception", code: 11 }, on: refused("transient modbus.exception_gateway") },
  ],
  busy: [{ spec: { kind: "busy", requests: 1 }, on: refused("transient modbus.exception_busy") }],
  twin: [{ spec: { kind: "twin" }, on: onSerial({ gives: /^transient/, counts: { good: 0 } }) }],
  wrong_baud: [
    {
      spec: { kind: "wrong_baud", baud: 4800, direction: "both" },
      on: onSerial({ gives: NO_ANSWER, counts: { timeouts: 1, good: 0 } }),
    },
    {
      spec: { kind: "wrong_baud", baud: 19_200, direction: "sent" },
      on: onSerial({ gives: /^transient/, counts: { good: 0 } }),
    },
  ],
  half_open: [
    {
      spec: { kind: "half_open", reads: true },
      on: { tcp: { gives: NO_ANSWER_TCP, counts: { timeouts: 1, good: 0 } } },
    },
    {
      spec: { kind: "half_open", reads: false },
      on: { tcp: { gives: NO_ANSWER_TCP, counts: { timeouts: 1, good: 0 } } },
    },
  ],
  close: [
    { spec: { kind: "close", when: "after_reply" }, on: { tcp: GOOD } },
    {
      spec: { kind: "close", when: "mid_reply" },
      on: { tcp: { gives: LOST, counts: { timeouts: 1, good: 0 } } },
    },
  ],
  wrong_transaction: [
    {
      spec: { kind: "wrong_transaction", by: 1 },
      on: { tcp: { gives: NO_ANSWER_TCP, counts: { foreign: 1, timeouts: 1 } } },
    },
  ],
  unplug: [
    {
      spec: { kind: "unplug", for: 300 },
      on: everywhere({ gives: LOST, counts: { timeouts: 1, good: 0 } }),
    },
  ],
  off: [
    {
      spec: { kind: "off" },
      on: {
        ...onSerial({ gives: NO_ANSWER, counts: { timeouts: 1, good: 0 } }),
        tcp: { gives: NO_ANSWER_TCP, counts: { timeouts: 1, good: 0 } },
      },
    },
  ],
  // Nobody understands the request: nobody answers.
  swapped: [
    { spec: { kind: "swapped" }, on: onSerial({ gives: NO_ANSWER, counts: { timeouts: 1, good: 0 } }) },
  ],
  bit_errors: [
    {
      spec: { kind: "bit_errors", share: 1 },
      on: onSerial({ gives: NO_ANSWER, counts: { timeouts: 1, good: 0 } }),
    },
  ],
};

function newDevice(id = "d", value = 42): SimulatedDevice {
  return new SimulatedDevice({
    id,
    unit: 5,
    turnaroundMs: [10, 20],
    points: [
      { id: "a", table: "holding", address: 0, type: "u16", read: () => value },
      { id: "b", table: "holding", address: 1, type: "u16", read: () => 43 },
    ],
  });
}

const DEVICES: readonly DriverDevice[] = [deviceOf(5)];

async function struck(
  t: typeof import("tap").t,
  framing: FramingName,
  spec: FaultSpec,
  expected: Expected,
): Promise<void> {
  const faults: FaultOptions[] = [{ id: "f", spec }];
  const { bus, clock, driver, line, settle } = await driverAtBus(framing, [newDevice()], DEVICES, faults, 7);
  const requestOf = (address: number): ReadRequest =>
    driver.plan(DEVICES[0] as DriverDevice, [pointOf("unit5", address)])[0] as ReadRequest;
  const outcome = await settle<ReadingBatch>(driver.read(requestOf(0), NEVER));
  if (expected.gives instanceof RegExp) t.match(shown(outcome), expected.gives);
  else t.equal(shown(outcome), expected.gives);
  if (spec.kind !== "half_open") t.ok((bus.faults.made()[spec.kind] ?? 0) > 0, "the fault was made");
  await clock.advance(1500);
  t.match(driver.stats(), expected.counts);

  bus.faults.get("f").on = false;
  if (spec.kind === "half_open") {
    bus.faults.get("f").on = true;
    t.equal(shown(await settle(driver.read(requestOf(1), NEVER))), NO_ANSWER_TCP);
    bus.faults.get("f").on = false;
  }
  if (outcome instanceof LinkError && framing !== "tcp") await driver.connect(NEVER);
  await clock.advance(Math.max(0, driver.readyAt(requestOf(1)) - clock.mono()));
  // On a stream a frame that was cut takes the next one's bytes, and with them the connection.
  const spoils =
    framing === "tcp" && (spec.kind === "truncated" || (spec.kind === "noise" && spec.where === "after"));
  if (spoils) await settle(driver.read(requestOf(1), NEVER));
  t.equal(shown(await settle(driver.read(requestOf(1), NEVER))), 43, "afterwards all is well");
  if (spec.kind === "half_open") t.equal(line.opened, 2, "on a new connection");
  if (framing === "rtu") t.equal(bus.stats.silenceBroken, 0);
  await driver.close();
}

for (const [kind, rows] of Object.entries(ROWS)) {
  for (const { spec, on } of rows) {
    for (const framing of FRAMINGS) {
      const expected = on[framing];
      if (!expected) continue;
      t.test(`${kind}, ${framing}: ${JSON.stringify(spec)}`, (t) =>
        struck(t as never, framing, spec, expected),
      );
    }
  }
}

t.test("two devices with one number, both honest", async (t) => {
  for (const framing of ["rtu", "ascii"] as const) {
    const both = [newDevice("one", 42), newDevice("two", 99)];
    const { driver, settle } = await driverAtBus(framing, both, DEVICES, [], 3);
    const [request] = driver.plan(DEVICES[0] as DriverDevice, [pointOf("unit5", 0)]);
    const outcome = await settle<ReadingBatch>(driver.read(request as ReadRequest, NEVER));
    t.match(shown(outcome), /^transient/, framing);
    await driver.close();
  }
});

t.test("a request that the specification forbids", async (t) => {
  for (const framing of FRAMINGS) {
    const device = new SimulatedDevice({
      id: "d",
      unit: 5,
      points: [],
      spans: [{ table: "holding", from: 0, to: 300 }],
    });
    const { driver, settle } = await driverAtBus(framing, [device], DEVICES);
    const points = Array.from({ length: 125 }, (_, address) => pointOf("unit5", address));
    const [request] = driver.plan(DEVICES[0] as DriverDevice, points) as [ReadRequest];
    t.type(shown(await settle(driver.read(request, NEVER))), "number", "125 registers are the most");
    const detail = request.detail as { readonly count: number; readonly head: Uint8Array };
    const more = { ...detail, count: 126, head: Uint8Array.of(5, 3, 252), replyLength: 5 + 252 };
    t.equal(
      shown(await settle(driver.read({ ...request, detail: more }, NEVER))),
      "permanent_point modbus.exception_value",
      "126 registers: exception 3 (V1.1b3, 6.3)",
    );
    await driver.close();
  }
});
