import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import t from "tap";
import type { ApiReading } from "../../api/reading-json.js";
import type { Io } from "../io.js";
import { displayWidth } from "../table.js";
import { WatchScreen, watchLines } from "./watch-screen.js";

const PAPER = { language: "vi", columns: 80, rows: 24, colours: false } as const;

function reading(point: string, value: number | null, more: Partial<ApiReading> = {}): ApiReading {
  return { device: "d", point, value, quality: "good", t: "2026-11-26T01:02:03.000Z", ...more };
}

function named(readings: readonly ApiReading[]): readonly (readonly [string, ApiReading])[] {
  return readings.map((one) => [`${one.device}.${one.point}`, one]);
}

t.test("values with their units, qualities in words, and how many are not good", async (t) => {
  const readings = [
    reading("level", 1.5, { unit: "m" }),
    reading("flow", null, { unit: "m³/h", quality: "bad", reason: "no_answer" }),
    reading("temperature", 31.9, { unit: "°C", quality: "uncertain", reason: "of_a_newer_gateway" }),
  ];
  const lines = watchLines(named(readings), [], PAPER);
  t.match(lines[1], /^d\.flow +- +m³\/h +Lỗi \(không trả lời\) /);
  t.match(lines[2], /^d\.level +1,5 +m +Tốt /);
  t.match(lines[3], /31,9 +°C +Nghi ngờ \(of_a_newer_gateway\)/);
  t.equal(lines.at(-1), "3 điểm đo, 2 không tốt. Ctrl-C để thoát.");
  const [, flow, level] = watchLines(named(readings), [], { ...PAPER, colours: true });
  t.ok(flow?.startsWith("\u001b[31m") && flow.endsWith("\u001b[0m"));
  t.notMatch(level, "\u001b");
});

t.test("no more than the terminal is high and wide, and what has no room is told", async (t) => {
  const readings = Array.from({ length: 60 }, (_, at) =>
    reading(`point.with.a.long.name.${at}`, at, { unit: "kWh" }),
  );
  const alarm = {
    device: "d",
    point: "a",
    alarm: "h",
    kind: "high",
    severity: "critical",
    since: "2026-11-26T01:02:03Z",
    value: 3,
    limit: 2,
  } as const;
  for (const [rows, columns] of [
    [24, 80],
    [10, 40],
    [3, 20],
  ] as const) {
    const lines = watchLines(
      named(readings),
      Array.from({ length: 30 }, () => alarm),
      { ...PAPER, rows, columns },
    );
    t.ok(lines.length <= rows, `${lines.length} of ${rows}`);
    for (const line of lines) t.ok(displayWidth(line) <= columns, line);
  }
  t.match(watchLines(named(readings), [], PAPER).at(-1), "còn 38 dòng");
});

t.test("only rows that changed are written again", async (t) => {
  const stdout = new PassThrough();
  const written: string[] = [];
  stdout.on("data", (chunk: Buffer) => written.push(chunk.toString("utf8")));
  let columns = 80;
  const io = {
    stdout,
    language: "vi",
    colours: false,
    get columns() {
      return columns;
    },
  } as unknown as Io;
  const screen = new WatchScreen(io);
  const drawn = async (): Promise<string> => {
    const before = written.length;
    while (written.length === before) await wait(10);
    return written.slice(before).join("").replaceAll("\u001b", "^");
  };
  screen.show([reading("a", 1), reading("b", 2)]);
  t.match(await drawn(), /\^\[2J.*d\.a.*d\.b/);
  screen.show([reading("b", 3)]);
  const second = await drawn();
  t.match(second, /^\^\[3;1Hd\.b +3 .*\^\[K$/);
  columns = 60;
  screen.show([reading("b", 3)]);
  t.match(await drawn(), /\^\[2J.*d\.a.*d\.b/, "a terminal of another width is drawn anew");
  screen.close();
  t.match(written.at(-1), "\u001b[?1049l");
});
