import t from "tap";
import type { DriverDevice } from "../../drivers/core/driver.js";
import { LinkError } from "../../drivers/core/errors.js";
import { renderText, type Said } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import { LINE_MESSAGES } from "../../drivers/line/messages.js";
import { type Bench, bench, frame } from "../../drivers/modbus/rtu-bench.js";
import { deviceOf, NEVER, pointOf } from "../../drivers/modbus/test-devices.js";
import type { DeviceConfig } from "../core/config.js";
import { Meanings } from "../core/meanings.js";
import type { WriteAnswer, WriteWish } from "../core/point-access.js";
import { PointDesk, READ_WITHIN_MS } from "./point-desk.js";

/** The desk over a real driver on a scripted wire. */

const OWN: DriverDevice = { ...deviceOf(1, { worst_reply: 2000 }), id: "drive" };

function pointAt(address: number, more: Partial<Point> = {}): Point {
  return { ...pointOf("drive", address), ...more };
}

const SETPOINT = pointAt(7, {
  id: "setpoint",
  access: "read-write",
  unit: "Hz",
  scale: 0.1,
  decimals: 1,
  write: { range: { min: 0, max: 50 } },
});
const COMMAND = pointAt(20, {
  id: "command",
  access: "write",
  write: { values: [1, 5] },
  enum: { 1: { key: "run", vi: "Chạy", en: "Run" }, 5: { key: "stop", vi: "Dừng", en: "Stop" } },
});
const REMOTE = pointAt(30, {
  id: "remote",
  access: "write",
  write: { range: { min: 0, max: 50 } },
  writeRules: { verify: { within: 1000, at: "level" } },
});
const LEVEL = pointAt(3, { id: "level", range: { min: 0, max: 100 } });
const POINTS = [LEVEL, SETPOINT, COMMAND, REMOTE];

interface Desk extends Bench {
  readonly desk: PointDesk;
  readonly noted: string[];
  /** The connection is down from now on. */
  lose(problem: LinkError): void;
  settled<T>(pending: Promise<T>): Promise<T>;
  write(wish: Partial<WriteWish>): Promise<WriteAnswer>;
}

async function setUp(): Promise<Desk> {
  const rig = await bench([OWN]);
  const noted: string[] = [];
  const config: DeviceConfig = {
    id: "drive",
    name: "Drive",
    connection: "bus",
    settings: OWN.settings,
    points: POINTS,
    hash: "",
  };
  const state: { problem: LinkError | undefined } = { problem: undefined };
  const desk = new PointDesk({
    clock: rig.clock,
    audit: {
      note: (_kind: unknown, who: string, what: Said) => noted.push(`${who}: ${renderText(what, "en")}`),
    },
    devices: new Map([["drive", config]]),
    meanings: new Meanings(POINTS),
    connections: () => ["bus"],
    wireOf: (id) =>
      id === "bus" ? { driver: rig.driver, ...(state.problem && { problem: state.problem }) } : undefined,
  });
  const settled = async <T>(pending: Promise<T>): Promise<T> => {
    let over = false;
    const done = (): void => {
      over = true;
    };
    pending.then(done, done);
    for (let n = 0; n < 100_000 && !over; n++) await rig.clock.advance(1);
    return pending;
  };
  let ids = 0;
  const write = (wish: Partial<WriteWish>): Promise<WriteAnswer> =>
    settled(desk.write({ device: "drive", by: "An", id: `w${++ids}`, ...wish } as WriteWish, "en"));
  return Object.assign(rig, {
    desk,
    noted,
    settled,
    write,
    lose: (problem: LinkError) => {
      state.problem = problem;
    },
  });
}

/** Registers that answer reads and writes as a device does; `refuse` a function with an exception. */
function device(
  rig: Bench,
  registers: Map<number, number>,
  refuse: Readonly<Record<number, number>> = {},
): void {
  rig.line.script = (sent, line) => {
    const view = Buffer.from(sent);
    const [unit = 0, code = 0] = view;
    const [address, count] = [view.readUInt16BE(2), view.readUInt16BE(4)];
    const exception = refuse[code];
    const hex = (bytes: readonly number[]): string => Buffer.from(bytes).toString("hex");
    if (exception !== undefined) return void line.after(20, frame(hex([unit, code | 0x80, exception])));
    if (code === 6) {
      registers.set(address, count);
      return void line.after(20, frame(view.subarray(0, 6).toString("hex")));
    }
    const words = Array.from({ length: count }, (_, at) => registers.get(address + at) ?? 0);
    return void line.after(
      20,
      frame(hex([unit, code, 2 * count, ...words.flatMap((word) => [word >> 8, word & 255])])),
    );
  };
}

const writesOf = ({ line }: Bench): readonly string[] =>
  line.sent
    .filter((bytes) => (bytes[1] ?? 0) > 4)
    .map((bytes) => Buffer.from(bytes).subarray(0, -2).toString("hex"));

t.test("a reading comes with its words, its place and its request", async (t) => {
  const rig = await setUp();
  device(
    rig,
    new Map([
      [3, 42],
      [7, 405],
    ]),
  );
  const { readings } = await rig.settled(rig.desk.read({ names: ["drive"] }, "en", NEVER));
  const request = { unit: 1, function: 3, table: "holding", address: 3, count: 5 };
  t.same(
    readings.map(({ point, quality, request: of, unit, value, wire, words }) => ({
      point,
      quality,
      of,
      unit,
      value,
      wire,
      words,
    })),
    [
      {
        point: "level",
        quality: "good",
        of: request,
        unit: undefined,
        value: 42,
        wire: { ...request, count: 1 },
        words: [42],
      },
      {
        point: "setpoint",
        quality: "good",
        of: request,
        unit: "Hz",
        value: 40.5,
        wire: { ...request, address: 7, count: 1 },
        words: [405],
      },
    ],
    "what can only be written is not read",
  );
  await rig.driver.close();
});

t.test("what is no good value says why, and what to do", async (t) => {
  const rig = await setUp();
  const read = async (names: readonly string[]) =>
    (await rig.settled(rig.desk.read({ names }, "vi", NEVER))).readings;
  device(rig, new Map([[3, 101]]));
  t.match(await read(["drive.level"]), [
    {
      value: null,
      quality: "bad",
      reason: "out_of_range",
      words: [101],
      problem: { text: /101 nằm ngoài dải đo/ },
    },
  ]);
  device(rig, new Map(), { 3: 2 });
  t.match(await read(["drive.level"]), [
    { quality: "bad", reason: "unsupported", problem: { code: "modbus.exception_address" } },
  ]);
  rig.line.script = () => {};
  const asked = rig.line.sent.length;
  const silent = await read(["drive.setpoint", "drive.level"]);
  t.match(silent, [{ reason: "no_answer" }, { reason: "no_answer", problem: { text: /Kiểm tra nguồn/ } }]);
  t.equal(rig.line.sent.length, asked + 1, "a silent device is asked once");
  rig.lose(new LinkError(LINE_MESSAGES.not_open, { name: "fake" }));
  t.match(await read(["drive.level"]), [
    { reason: "link_down", problem: { code: "access.connection_down" } },
  ]);
  t.equal(rig.line.sent.length, asked + 1, "of a connection that is down nothing is asked");
  await rig.driver.close();
});

t.test(
  "whoever waited while a poll of the same device failed asks when its late answer can no longer come",
  async (t) => {
    const rig = await setUp();
    const [poll] = rig.driver.plan(OWN, [LEVEL]);
    if (!poll) throw new TypeError("no request");
    const askedMs: number[] = [];
    rig.line.script = (_, line) => {
      askedMs.push(rig.clock.mono());
      if (askedMs.length === 2) line.after(20, frame("01 03 02 00 2A"));
    };
    const polled = rig.driver.read(poll, NEVER).catch(() => {});
    const reading = rig.desk.read({ names: ["drive.level"] }, "en", NEVER);
    t.match((await rig.settled(reading)).readings, [{ value: 42, quality: "good" }]);
    await polled;
    t.ok((askedMs[1] ?? 0) - (askedMs[0] ?? 0) >= 500 + 2000, "timeout and worst_reply");

    askedMs.length = 0;
    rig.line.script = (sent, line) => {
      askedMs.push(rig.clock.mono());
      if (askedMs.length === 2) line.after(20, frame(Buffer.from(sent).subarray(0, 6).toString("hex")));
    };
    const again = rig.driver.read(poll, NEVER).catch(() => {});
    t.match(await rig.write({ point: "command", value: 5 } as Partial<WriteWish>), { state: "confirmed" });
    await again;
    t.ok((askedMs[1] ?? 0) - (askedMs[0] ?? 0) >= 500 + 2000, "a write too");
    t.equal(writesOf(rig).length, 1);
    await rig.driver.close();
  },
);

t.test("a refused request is asked again in parts", async (t) => {
  const rig = await setUp();
  const registers = new Map([[3, 42]]);
  device(rig, registers);
  const { script } = rig.line;
  rig.line.script = (sent, line) => {
    const view = Buffer.from(sent);
    const end = view.readUInt16BE(2) + view.readUInt16BE(4);
    if (end > 4) line.after(20, frame("01 83 02"));
    else script(sent, line);
  };
  const { readings } = await rig.settled(rig.desk.read({ names: ["drive"] }, "en", NEVER));
  t.match(readings, [
    { point: "level", value: 42 },
    { point: "setpoint", value: null, reason: "unsupported" },
  ]);
  await rig.driver.close();
});

t.test("names that mean nothing are told what is near", async (t) => {
  const rig = await setUp();
  const cases: readonly [readonly string[], string, object][] = [
    [["driv"], "access.no_device", { device: "driv", devices: "drive" }],
    [["drive", "levle"], "access.no_point", { device: "drive", point: "levle", points: /^level, / }],
    [["drive.levle"], "access.no_point", { points: /^level, / }],
    [["drive", "command"], "access.write_only", { point: "command" }],
  ];
  for (const [names, code, params] of cases) {
    const read = rig.desk.read({ names }, "en", NEVER);
    await t.rejects(read, { class: "configuration", code }, names.join(" "));
    t.match(await read.catch((error: unknown) => error), { params });
  }
  t.equal(rig.line.sent.length, 0);
  await rig.driver.close();
});

t.test("reads have a bound, a deadline, and end with whoever asked", async (t) => {
  const rig = await setUp();
  rig.line.script = () => {};
  const gone = new AbortController();
  const wish = { of: { connection: "bus", unit: 9 }, table: "holding", address: 0, count: 1 } as const;
  const waiting = Array.from({ length: 8 }, () => rig.desk.readRaw(wish, "en", gone.signal));
  await t.rejects(rig.desk.readRaw(wish, "en", NEVER), { code: "access.too_many_waiting" });
  const startMs = rig.clock.mono();
  const answers = await rig.settled(Promise.all(waiting));
  t.ok(rig.clock.mono() - startMs <= READ_WITHIN_MS + 1_000);
  t.ok(answers.every(({ problem, words }) => problem && !words));
  const next = rig.desk.readRaw(wish, "en", gone.signal);
  gone.abort();
  t.match(await rig.settled(next), { reason: "no_answer" }, "and there is room again");
  await t.rejects(rig.desk.readRaw({ ...wish, of: { connection: "bsu", unit: 1 } }, "en", NEVER), {
    code: "access.no_connection",
  });
  await rig.driver.close();
});

t.test("a write is shown first; then it is sent once, read back, and audited", async (t) => {
  const rig = await setUp();
  device(rig, new Map([[7, 450]]));
  const wish: WriteWish = { device: "drive", point: "setpoint", value: "40 Hz", by: "An", reason: "thử bơm" };
  const shown = await rig.settled(rig.desk.write(wish, "en"));
  t.match(shown, {
    state: "shown",
    plan: {
      value: 40,
      unit: "Hz",
      words: [400],
      bounds: "0 … 50 Hz",
      present: { value: 45 },
      verify: "point",
    },
  });
  t.same(writesOf(rig), [], "nothing is written without an id");
  t.same(rig.noted, []);
  t.match(await rig.write(wish), { state: "verified", confirmed: true, readBack: 40, readBackWords: [400] });
  t.same(writesOf(rig), ["010600070190"]);
  t.same(rig.noted, [
    "local An: Write drive.setpoint: 45 → 40 (words 400), reason: thử bơm.",
    "local An: Write drive.setpoint: verified, read back 40, exception -.",
  ]);
  await rig.driver.close();
});

t.test("whatever becomes of a write, it is told and written down, and never repeated", async (t) => {
  type Script = (rig: Desk) => void;
  const registers = (): Map<number, number> => new Map([[7, 450]]);
  const afterWrite =
    (what: string | undefined): Script =>
    (rig) => {
      device(rig, registers());
      const { script } = rig.line;
      rig.line.script = (sent, line) => {
        if (sent[1] === 6) {
          if (what !== undefined) line.after(20, frame(what));
          else line.script = () => {};
        } else script(sent, line);
      };
    };
  const cases: readonly [string, Script, Partial<WriteAnswer>, number][] = [
    ["holds another value", afterWrite("01 06 00 07 01 90"), { state: "different", readBack: 45 }, 1],
    ["refuses", afterWrite("01 86 03"), { state: "refused", exception: 3, confirmed: false }, 1],
    ["is silent from then on", afterWrite(undefined), { state: "unknown", confirmed: false }, 1],
    [
      "was silent before",
      (rig) => {
        rig.line.script = () => {};
      },
      { state: "not_sent" },
      0,
    ],
    [
      "is down",
      (rig) => {
        rig.lose(new LinkError(LINE_MESSAGES.not_open, { name: "fake" }));
      },
      { state: "not_sent" },
      0,
    ],
  ];
  for (const [name, script, expected, writes] of cases) {
    const rig = await setUp();
    script(rig);
    const answer = await rig.write({ point: "setpoint", value: 40 } as Partial<WriteWish>);
    t.match(answer, expected, name);
    if (answer.state !== "different") t.ok(answer.problem?.text, `${name}: says why`);
    t.equal(writesOf(rig).length, writes, `${name}: so many writes`);
    t.match(rig.noted.at(-1), new RegExp(`drive.setpoint: ${answer.state}`), `${name}: audited`);
    await rig.driver.close();
  }
});

t.test("what cannot be read back is confirmed at best", async (t) => {
  const rig = await setUp();
  device(rig, new Map());
  t.match(await rig.write({ point: "command", value: "stop" } as Partial<WriteWish>), {
    state: "confirmed",
    plan: { value: 5, meaning: "Stop", verify: "none" },
  });
  t.equal(rig.line.sent.length, 1, "nothing is read");
  await rig.driver.close();
});

t.test("a device that shows it at another point, after a while, is waited for", async (t) => {
  for (const [name, afterReads, state] of [
    ["at once", 0, "verified"],
    ["later", 3, "verified"],
    ["never", Number.POSITIVE_INFINITY, "different"],
  ] as const) {
    const rig = await setUp();
    const registers = new Map([[3, 10]]);
    device(rig, registers);
    const { script } = rig.line;
    let reads = -1;
    rig.line.script = (sent, line) => {
      // The first read is that of the present value.
      if (sent[1] === 3 && ++reads > afterReads) registers.set(3, 40);
      script(sent, line);
    };
    const answer = await rig.write({ point: "remote", value: 40 } as Partial<WriteWish>);
    t.match(
      answer,
      { state, plan: { verify: { at: "level" } }, readBack: state === "verified" ? 40 : 10 },
      name,
    );
    t.equal(writesOf(rig).length, 1);
    await rig.driver.close();
  }
});

t.test("the same id is carried out once, and writes wait for each other within bounds", async (t) => {
  const rig = await setUp();
  device(rig, new Map());
  const wish: WriteWish = { device: "drive", point: "setpoint", value: 1, by: "An", id: "same" };
  const both = await rig.settled(Promise.all([rig.desk.write(wish, "en"), rig.desk.write(wish, "en")]));
  t.same(both[0], both[1]);
  await rig.settled(rig.desk.write(wish, "en"));
  t.equal(writesOf(rig).length, 1);
  const many = Array.from({ length: 6 }, (_, n) => rig.desk.write({ ...wish, id: `n${n}`, value: n }, "en"));
  const outcomes = await rig.settled(Promise.allSettled(many));
  t.same(
    outcomes.map((one) =>
      one.status === "fulfilled" ? one.value.state : (one.reason as { code: string }).code,
    ),
    ["verified", "verified", "verified", "verified", "access.too_many_waiting", "access.too_many_waiting"],
  );
  t.same(
    writesOf(rig)
      .slice(1)
      .map((hex) => hex.slice(8)),
    ["0000", "000a", "0014", "001e"],
    "in the order in which they were asked for",
  );
  await rig.driver.close();
});

t.test("what may not be written is refused before anything is sent, and that is audited too", async (t) => {
  const rig = await setUp();
  device(rig, new Map());
  const refused = (wish: object, code: string) =>
    t.rejects(rig.write(wish as Partial<WriteWish>), { class: "configuration", code });
  await refused({ point: "setpoint", value: 51 }, "write.out_of_bounds");
  await refused({ point: "level", value: 1 }, "write.read_only");
  await refused({ point: "command", value: "reverse" }, "write.not_a_word");
  await refused({ device: "drvie", point: "setpoint", value: 1 }, "access.no_device");
  await refused({ raw: { table: "input", address: 0 }, words: [1] }, "modbus_write.read_only_table");
  t.equal(rig.line.sent.length, 0);
  t.equal(rig.noted.length, 5);
  t.match(rig.noted[0], /local An: The write of 51 to drive.setpoint was refused: 51 may not be written/);
  await rig.driver.close();
});

t.test("raw words pass no bounds, are read back and audited", async (t) => {
  const rig = await setUp();
  device(rig, new Map([[7, 450]]));
  const answer = await rig.write({
    raw: { table: "holding", address: 7 },
    words: [9999],
  } as Partial<WriteWish>);
  t.match(answer, { state: "verified", readBackWords: [9999], plan: { present: { words: [450] } } });
  t.match(rig.noted, [/drive holding 7: 450 → 9999 \(words 9999\)/, /verified, read back/]);
  await rig.driver.close();
});
