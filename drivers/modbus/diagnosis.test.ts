import t from "tap";
import type { ExchangeWindow } from "../core/exchange-account.js";
import { WINDOW_MS, type WindowCounts } from "../core/exchange-tally.js";
import { type Language, render } from "../core/message.js";
import { type BusKind, diagnose } from "./diagnosis.js";

const NOTHING: WindowCounts = {
  requests: 0,
  good: 0,
  timeouts: 0,
  damaged: 0,
  late: 0,
  foreign: 0,
  exceptions: 0,
  busy: 0,
  echoes: 0,
  heardBytes: 0,
  shortGood: 0,
  shortDamaged: 0,
  longGood: 0,
  longDamaged: 0,
  worstLateMs: 0,
};

const FINE: Partial<WindowCounts> = {
  requests: 300,
  good: 300,
  shortGood: 150,
  longGood: 150,
  heardBytes: 9_000,
};
const SILENT: Partial<WindowCounts> = { requests: 10, timeouts: 10 };
const GARBLED: Partial<WindowCounts> = { requests: 10, damaged: 10, shortDamaged: 10, heardBytes: 300 };

type Devices = Readonly<Record<string, Partial<WindowCounts>>>;

/** A window whose bus is the sum of its devices and what only the bus knows. */
function windowOf(devices: Devices, beside: Partial<WindowCounts> = {}): ExchangeWindow {
  const bus: Record<string, number> = Object.fromEntries(Object.entries(NOTHING));
  for (const counts of [...Object.values(devices), beside]) {
    for (const [key, value] of Object.entries(counts)) {
      if (typeof value === "number") bus[key] = (bus[key] ?? 0) + value;
    }
  }
  const full = Object.entries(devices).map(([id, counts]) => [id, { ...NOTHING, ...counts }]);
  return {
    coversMs: WINDOW_MS,
    bus: bus as unknown as WindowCounts,
    devices: Object.fromEntries(full) as Record<string, WindowCounts>,
  };
}

function diagnoseAll(window: ExchangeWindow, kind: BusKind): ReturnType<typeof diagnose> {
  const ids = Object.keys(window.devices);
  const devices = new Map(ids.map((id, index) => [id, { id, settings: { unit_id: index + 1 } }]));
  return diagnose(window, { connection: "rs485", kind, devices, timeoutMs: 500 });
}

interface Case {
  readonly name: string;
  readonly devices: Devices;
  readonly bus?: Partial<WindowCounts>;
  readonly tcp?: true;
  /** Codes without their area; none: the pattern is not clear. */
  readonly said: readonly string[];
}

const slow = (counts: Partial<WindowCounts>): Partial<WindowCounts> => ({ ...FINE, ...counts });
const BYTES = { heardBytes: 300 };
const LONG_SUFFER = { shortGood: 200, longGood: 80, longDamaged: 20, requests: 300, good: 280, damaged: 20 };

const CASES: readonly Case[] = [
  // Nothing to say.
  { name: "nothing was asked", devices: { a: {} }, said: [] },
  { name: "healthy", devices: { a: FINE, b: FINE }, said: [] },
  { name: "three failures at the start", devices: { a: { requests: 3, timeouts: 3 } }, said: [] },
  { name: "four timeouts of all", devices: { a: { requests: 4, timeouts: 4 } }, said: [] },
  { name: "four damaged", devices: { a: { requests: 4, damaged: 4, heardBytes: 90 } }, said: [] },
  {
    name: "a few of everything",
    devices: {
      a: slow({ timeouts: 3, damaged: 4, late: 4, foreign: 9, exceptions: 9, busy: 9 }),
      b: slow({ timeouts: 4, damaged: 4 }),
    },
    said: [],
  },
  {
    name: "some exceptions that say what is configured wrongly",
    devices: { a: slow({ exceptions: 50 }), b: FINE },
    said: [],
  },
  // All devices.
  { name: "nobody is heard", devices: { a: SILENT, b: SILENT }, said: ["all_silent"] },
  {
    name: "the only device is not heard",
    devices: { a: { requests: 5, timeouts: 5 } },
    said: ["all_silent"],
  },
  { name: "nobody is heard behind TCP", devices: { a: SILENT }, tcp: true, said: ["all_silent_tcp"] },
  {
    name: "nobody is heard but ourselves",
    devices: { a: SILENT, b: SILENT },
    bus: { echoes: 20, heardBytes: 160 },
    said: ["all_silent", "hears_itself"],
  },
  { name: "all is garbled", devices: { a: GARBLED, b: GARBLED }, said: ["all_garbled"] },
  { name: "all is garbled behind TCP", devices: { a: GARBLED }, tcp: true, said: ["all_garbled_tcp"] },
  {
    name: "bytes come that were too few to count as damaged",
    devices: { a: SILENT, b: SILENT },
    bus: BYTES,
    said: ["all_garbled"],
  },
  {
    name: "silence with a click now and then",
    devices: { a: SILENT },
    bus: { damaged: 1, heardBytes: 4 },
    said: ["all_silent"],
  },
  {
    name: "nobody answers, but frames of others pass",
    devices: { a: SILENT },
    bus: { foreign: 9 },
    said: [],
  },
  // One device.
  { name: "one is silent", devices: { a: FINE, b: SILENT }, said: ["one_silent"] },
  { name: "two are silent", devices: { a: FINE, b: SILENT, c: SILENT }, said: ["one_silent", "one_silent"] },
  { name: "one is silent behind TCP", devices: { a: FINE, b: SILENT }, tcp: true, said: ["one_silent_tcp"] },
  {
    name: "six of seven are silent",
    devices: { a: FINE, b: SILENT, c: SILENT, d: SILENT, e: SILENT, f: SILENT, g: SILENT },
    said: ["some_silent"],
  },
  { name: "four timeouts of one", devices: { a: FINE, b: { requests: 4, timeouts: 4 } }, said: [] },
  {
    name: "one is silent, and of the others little is known",
    devices: { a: { requests: 9, good: 9 }, b: SILENT },
    said: [],
  },
  { name: "one answers now and then", devices: { a: FINE, b: { ...SILENT, good: 1 } }, said: [] },
  { name: "one is garbled", devices: { a: FINE, b: GARBLED }, said: ["one_garbled"] },
  {
    name: "one is garbled a fifth of the time",
    devices: { a: FINE, b: { requests: 100, good: 80, damaged: 20, shortGood: 80, shortDamaged: 20 } },
    said: ["one_garbled"],
  },
  {
    name: "one is garbled less often",
    devices: { a: FINE, b: { requests: 100, good: 81, damaged: 19, shortGood: 81, shortDamaged: 19 } },
    said: [],
  },
  {
    name: "one is garbled, and the others are not well either",
    devices: { a: slow({ damaged: 7, shortDamaged: 7 }), b: GARBLED },
    said: [],
  },
  // By length.
  { name: "long answers suffer", devices: { a: LONG_SUFFER, b: FINE }, said: ["long_garbled"] },
  {
    name: "long answers suffer, of one device that is often garbled",
    devices: { a: FINE, b: { requests: 40, good: 20, damaged: 20, shortGood: 20, longDamaged: 20 } },
    said: ["long_garbled"],
  },
  {
    name: "short answers suffer as well",
    devices: { a: { ...LONG_SUFFER, shortGood: 170, shortDamaged: 30, damaged: 50 } },
    said: [],
  },
  {
    name: "too few short answers to compare",
    devices: { a: { ...LONG_SUFFER, shortGood: 19 } },
    said: [],
  },
  // The rest.
  {
    name: "late answers",
    devices: {
      a: slow({ late: 20, timeouts: 20, worstLateMs: 710, roundTrip: { medianMs: 90, p99Ms: 480 } }),
    },
    said: ["answers_late"],
  },
  {
    name: "only late answers",
    devices: { a: { ...SILENT, late: 10, worstLateMs: 710 }, b: FINE },
    said: ["all_late"],
  },
  { name: "late answers of one in thirty", devices: { a: slow({ late: 10, timeouts: 10 }) }, said: [] },
  { name: "another client", devices: { a: FINE }, bus: { foreign: 10 }, said: ["other_client"] },
  {
    name: "another client of a converter",
    devices: { a: FINE },
    bus: { foreign: 10 },
    tcp: true,
    said: ["other_client_tcp"],
  },
  { name: "nine frames of others", devices: { a: FINE }, bus: { foreign: 9 }, said: [] },
  {
    name: "ten frames of others in much traffic",
    devices: { a: FINE, b: FINE },
    bus: { foreign: 10 },
    said: [],
  },
  { name: "often busy", devices: { a: slow({ exceptions: 30, busy: 30 }) }, said: ["often_busy"] },
  { name: "seldom busy", devices: { a: slow({ exceptions: 29, busy: 29 }) }, said: [] },
  { name: "echo", devices: { a: FINE }, bus: { echoes: 300 }, said: ["hears_itself"] },
];

for (const { name, devices, bus, tcp, said } of CASES) {
  t.test(name, async (t) => {
    const found = diagnoseAll(windowOf(devices, bus), tcp ? "tcp" : "serial");
    t.strictSame(
      found.map(({ message }) => message.code),
      said.map((code) => `modbus.${code}`),
    );
    for (const language of ["vi", "en"] as const) {
      for (const one of found) t.notMatch(render(one, language), /[{}]|NaN|undefined|Infinity/);
    }
  });
}

t.test("the sentences name the place, the figures and what to do", async (t) => {
  const sentence = (devices: Devices, language: Language): string =>
    diagnoseAll(windowOf(devices), "serial")
      .map((said) => render(said, language))
      .join("|");
  t.equal(
    sentence({ a: FINE, b: SILENT }, "en"),
    "b (unit id 2, rs485) answered none of 10 requests, while others answer. Check this device's power, its " +
      "unit id (address switches), its baud rate, and the wire at its terminals.",
  );
  t.match(
    sentence({ a: LONG_SUFFER }, "en"),
    "20 % of the long answers are damaged, but only 0 % of the short",
  );
  t.match(
    sentence({ a: slow({ late: 20, worstLateMs: 710, roundTrip: { medianMs: 90, p99Ms: 480.4 } }) }, "vi"),
    /500 ms: 20 lần; 99 % số trả lời kịp đến trong 480 ms\. Đặt timeout của thiết bị này là 1100ms\./,
  );
  t.match(
    sentence({ a: { ...SILENT, late: 10 }, b: FINE }, "en"),
    /never in time\. Set this device's timeout to 800ms/,
    "half as much again as the timeout, where it is not known how late the answers were",
  );
  const many = { a: FINE, ...Object.fromEntries("bcdefgh".split("").map((id) => [id, SILENT])) };
  t.match(sentence(many, "en"), "7 devices never answer (b, c, d, e, f, ...), while 1 do.");
});

t.test("a device's own timeout is the one that is named", async (t) => {
  const window = windowOf({ a: slow({ late: 20, worstLateMs: 900, roundTrip: { medianMs: 1, p99Ms: 2 } }) });
  const devices = new Map([["a", { id: "a", settings: { unit_id: 7, timeout: 200 } }]]);
  const [said] = diagnose(window, { connection: "rs485", kind: "serial", devices, timeoutMs: 500 });
  t.match(said?.params, { unit: 7, timeout: 200, proposed: 1_400 });
});
