import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { type Stage, stageOf, wrongOf } from "./scene-fixture.js";

const WORLD = `parts:
  source: {model: boundary, salinity: 4}
  well: {model: tank, area_m2: 40, depth_m: 4, level_m: 3}
  sea: {model: boundary, surface_m: 4}
  mains: {model: mains}
  drive: {model: drive, supply: mains}
  pump: {model: pump, from: well, to: sea, motor: drive, rated_flow: 0.3, rated_head: 4}
`;

async function pass(stage: Stage, seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at++) await stage.clock.advance(1000);
}

t.test("a device shows the world, in its own units and words, and moves it", async (t) => {
  const stage = stageOf(
    t.testdir(),
    `{id: level, table: input, address: 0, scale: 0.001, unit: m}
     , {id: flow, table: input, address: 1, unit: m³/h}
     , {id: state, table: input, address: 2}
     , {id: high, table: discrete, address: 0}
     , {id: command, address: 0, access: write, write: {range: [0, 9]}}
     , {id: speed, address: 1, scale: 0.01, unit: Hz, access: read-write, write: {range: [0, 50]}}
     , {id: pulses, table: input, address: 10, type: u64}
     , {id: name, address: 20, type: string, length: 4}`,
    `${WORLD}wiring:
  plc:
    level: well.level
    flow: pump.flow
    state: {from: drive.state, map: {0: 3, 1: 7}}
    high: well.level > 2.9
    command: {to: {1: drive.run = 1, 5: drive.run = 0}}
    speed: drive.setpoint
    pulses: {from: floor(pump.total * 10), plus: "9007199254740993"}
    name: {text: BMX 2.14}
`,
  );
  t.equal(stage.ask("04 0000 0003"), "0406 0bb8 0000 0003".replaceAll(" ", ""));
  t.equal(stage.ask("02 0000 0001"), "020101");
  t.equal(
    stage.ask("04 000a 0004"),
    "0408 0020000000000001".replaceAll(" ", ""),
    "beyond what a double holds",
  );
  t.equal(stage.ask("03 0014 0004"), `0308${Buffer.from("BMX 2.14").toString("hex")}`);
  t.equal(stage.ask("06 0001 0fa0"), "0600010fa0", "40 Hz");
  t.equal(stage.scene.world.signal("drive.setpoint")?.read(), 40);
  t.equal(stage.ask("06 0000 0001"), "0600000001");
  await pass(stage, 60);
  const [level, flow, state] = [0, 4, 8].map((at) =>
    Number.parseInt(stage.ask("04 0000 0003").slice(4 + at, 8 + at), 16),
  );
  t.ok((level ?? 0) < 2700 && (level ?? 0) > 1000, `${level} mm`);
  t.ok((flow ?? 0) > 100 && (flow ?? 0) < 1300, `${flow} m³/h, not m³/s`);
  t.equal(state, 7);
  t.equal(stage.ask("02 0000 0001"), "020100");
  t.equal(stage.ask("03 0001 0001"), "03020fa0", "what is shown is what the drive has");
  stage.ask("06 0000 0005");
  await pass(stage, 60);
  t.equal(stage.ask("04 0001 0002"), "040400000003");
});

t.test("speed is the world's alone, and so is the age of what goes its own way", async (t) => {
  const points = "{id: level, table: input, address: 0, scale: 0.001, unit: m}";
  const wiring = "wiring: {plc: {level: well.level}}\n";
  const at = async (speed: number, seconds: number): Promise<number> => {
    const stage = stageOf(t.testdir(), points, `${WORLD}set: {drive.run: 1}\n${wiring}`, { speed });
    await pass(stage, seconds);
    t.equal(stage.scene.age(), seconds * speed * 1000);
    return stage.scene.world.signal("well.level")?.read() ?? 0;
  };
  t.equal(await at(60, 2), await at(1, 120));
  t.equal(await at(0, 10), 3, "it stands still");
});

t.test("a script: once, again and again, each day; what becomes of it is told", async (t) => {
  const stage = stageOf(
    t.testdir(),
    "{id: level, table: input, address: 0, scale: 0.001, unit: m}",
    `${WORLD}wiring: {plc: {level: well.level}}
script:
  - set drive.setpoint 30
  - at 10s: set mains.present 0 for 20s
  - every 30 min: show well.level
  - at 07:00: set drive.run 1
  - at 2s: stuck plc level for 3s
  - at 3s: drop 20 % of pump
`,
    { speed: 60 },
  );
  stage.begin();
  await pass(stage, 1);
  t.same(stage.said, [
    "Script, 0s: set drive.setpoint 30",
    "drive.setpoint is now 30 Hz",
    "Script, at 2s: stuck plc level for 3s",
    "Fault 1: stuck plc level for 3s",
    "Script, at 3s: drop 20 % of pump",
    "There is no device pump.",
    "Script, at 10s: set mains.present 0 for 20s",
    "mains.present is now 0 ",
    "mains.present is back at 1 ",
  ]);
  stage.said.length = 0;
  await pass(stage, 24 * 60);
  const count = (text: string): number => stage.said.filter((line) => line.includes(text)).length;
  t.equal(count("Script, every 30 min"), 48);
  t.equal(count("Script, at 07:00"), 1);
  t.equal(stage.scene.world.signal("drive.run")?.read(), 1);
  stage.scene.stop();
  stage.scene.stop();
  stage.said.length = 0;
  await pass(stage, 3600);
  t.same(stage.said, [], "nothing after its end");
  t.equal(stage.clock.pending, 0, "nothing waits any more");
});

t.test("orders: what is set, what is out of range, what is not there", async (t) => {
  const stage = stageOf(
    t.testdir(),
    "{id: level, table: input, address: 0}",
    `${WORLD}wiring: {plc: {level: 0}}\n`,
  );
  stage.begin();
  const order = (line: string): string => {
    const [said] = stage.scene.do(line);
    return said?.message.code ?? "";
  };
  for (const [line, code] of [
    ["set drive.setpoint 30", "scenario.was_set"],
    ["set drive.setpoint 51", "scenario.out_of_range"],
    ["set drive.setpoint fast", "scenario.bad_world_order"],
    ["set drive.setpoint", "scenario.bad_world_order"],
    ["set drive.setpoint 3 until noon", "scenario.bad_world_order"],
    ["set drive.setpont 3", "scenario.near_in_world"],
    ["set zzz 3", "scenario.not_in_world"],
    ["set pump.flow 3", "scenario.not_in_world"],
    ["speed 10", "scenario.speed_is"],
    ["speed 4000", "scenario.bad_world_order"],
    ["show", "scenario.parts"],
    ["show well", "scenario.shown"],
    ["show wel", "scenario.near_in_world"],
    ["silent plc", "control.fault"],
    ["dance", "control.not_understood"],
  ] as const) {
    t.equal(order(line), code, line);
  }
  t.equal(stage.scene.world.speed, 10);
  stage.scene.stop();
});

t.test("totals survive a restart; a file that is damaged is told and begins anew", async (t) => {
  const folder = t.testdir();
  const stateFile = join(folder, "world.json");
  const begin = (): Stage => {
    const stage = stageOf(
      folder,
      "{id: total, table: input, address: 0, type: f32}",
      `${WORLD}set: {drive.run: 1}\nwiring: {plc: {total: pump.total}}\n`,
      { stateFile },
    );
    stage.begin();
    return stage;
  };
  const total = ({ scene }: Stage): number => scene.world.signal("pump.total")?.read() ?? 0;
  const first = begin();
  await pass(first, 100);
  first.scene.stop();
  const before = total(first);
  t.ok(before > 5);
  const second = begin();
  t.equal(total(second), before);
  t.match(second.said[0], /Goes on from .*world\.json, saved at 2026-03-20T23:01:40/);
  await pass(second, 70);
  t.ok(JSON.parse(readFileSync(stateFile, "utf8")).parts.pump.totalM3 > before, "kept every minute");
  second.scene.stop();
  writeFileSync(stateFile, readFileSync(stateFile, "utf8").replace('"well"', '"bowl"'));
  t.match(begin().said[1], /bowl is left out/);
  writeFileSync(stateFile, '{"version": 1, "t": 0, "parts"');
  const anew = begin();
  t.match(anew.said[0], /cannot be read/);
  t.ok(total(anew) < 1);
});

t.test("a state that cannot be written is a matter of the configuration", async (t) => {
  const stage = stageOf(
    t.testdir(),
    "{id: total, table: input, address: 0}",
    `${WORLD}wiring: {plc: {total: 1}}\n`,
    { stateFile: "/nowhere/world.json" },
  );
  t.throws(() => stage.begin(), { code: "scenario.state_unwritable", class: "configuration" });
  stage.scene.stop();
});

t.test("what is wrong in a file is told at its place, all at once", async (t) => {
  const points = "{id: level, address: 0, unit: m}, {id: text, address: 5, type: string, length: 2}";
  const wrong = (text: string): readonly string[] => wrongOf(t.testdir(), points, text);
  const parts = (line: string): string =>
    `parts:\n  well: {model: tank, area_m2: 40, depth_m: 4}\n  ${line}\nwiring: {}\n`;
  t.same(wrong(parts("a: {model: tnak}")), ['4:14 There is no model "tnak". Similar: tank.']);
  t.same(wrong(parts("a: {model: tank, area_m2: 40}")), ['4:3 The key "depth_m" is missing.']);
  t.same(wrong(parts("a: {model: valve, from: wel, to: well, flow: 1}")), [
    '4:27 No part above is named "wel". Similar: well.',
  ]);
  t.same(wrong(parts("a: {model: steady-load, supply: well, watts: 3}")), [
    '4:35 "well" is no supply of power.',
  ]);
  t.same(wrong(parts("A-1: {model: mains}")), [
    '4:3 "A-1" cannot be a name: lower-case letters, digits, dots.',
  ]);
  t.same(wrong(parts("a: {model: flowmeter, flow: well.levl}")), [
    '4:31 There is no signal "well.levl". Similar: well.level.',
  ]);
  t.same(wrong(parts("a: {model: flowmeter, flow: well.level +}")), [
    '4:31 "+" in "well.level +" is not understood.',
  ]);
  const wiring = (line: string): string =>
    `parts: {well: {model: tank, area_m2: 40, depth_m: 4}}\nwiring:\n  ${line}\n`;
  t.same(wrong(wiring("pls: {level: well.level}")), [
    '4:8 The configuration has no device "pls". Similar: plc.',
  ]);
  t.same(wrong(wiring("plc: {levle: well.level}")), [
    '4:16 The device plc has no point "levle". Similar: level.',
  ]);
  t.match(wrong(wiring("plc: {level: well.salinity}")), [/is in g\/l, the point "level" in m/]);
  t.match(wrong(wiring("plc: {level: {map: {1: 2}}}")), [/wants `from`, `to` or `text`/]);
  t.match(wrong(wiring("plc: {text: well.level}")), [/is no number: use `text`/]);
  t.match(wrong(wiring("plc: {level: {to: well.level}}")), [/"well.level" is no input/]);
  t.same(wrong(`${parts("a: {model: mains}")}set: {well.offst: 3}\n`), [
    '6:19 "well.offst" is no input: it cannot be set. Similar: well.offset.',
  ]);
  t.match(wrong(`${parts("a: {model: mains}")}connect: {well.offset: a.volts}\n`), [/no signal "a.volts"/]);
  t.match(wrong(`${parts("a: {model: mains}")}start: tomorrow\n`), [/"tomorrow" is no moment/]);
  t.match(wrong(`${parts("a: {model: mains}")}script: [{at noon: silent plc}, 7]\n`), [
    /"at noon: silent plc" in `script`/,
    /"7" in `script`/,
  ]);
});
