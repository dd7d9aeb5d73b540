import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { renderText } from "../core/message.js";
import { DRIVER_FAMILIES } from "../registry.js";
import { checkProfileFile } from "./check-profile.js";

/** Nothing is wrong with it; each case below spoils one word. */
const CLEAN = `profile: acme/p1
version: 1
title: {vi: Bơm, en: Pump}
driver: modbus
category: pump
confidence: B
safety: actuator
sources: [Acme manual]
links: [{baud: 9600, unit_id: 1}]
numbering: {style: 4xxxx, first: 40001}
wiring: {vi: A với A, en: A to A}
device: {max_registers: 4, windows: [{table: holding, from: 0, to: 99}]}
sentinels: {u16: [0xFFFF], s16: none, u32: none, f32: none}
defaults: {table: holding, order: ABCD}
options:
  tank: {title: {vi: Bồn, en: Tank}, values: {one: {vi: một, en: one}, two: {vi: hai, en: two}}, default: one}
points:
  - {id: level, number: 40001, address: 0, scale: 0.1, unit: m, quantity: level.water, name: {vi: Mực, en: Level}}
  - {id: total, address: 2, type: u32, unit: m³, quantity: volume, name: {vi: Tổng, en: Total}}
  - {id: "tank.{n}", for: {n: 1..2}, number: "40001 + n * 10", address: "n * 10", quantity: state, if: {tank: two}, name: {vi: "Bồn {n}", en: "Tank {n}"}}
  - {id: mode, address: 4, quantity: setting, access: read-write, write: {values: [0, 1], function: 6, rest: 0}, enum: {0: {key: off, vi: Tắt, en: Off}}, name: {vi: Chế độ, en: Mode}}
  - {id: speed, address: 5, type: s16, scale: 0.1, unit: Hz, quantity: frequency, access: write, write: {range: [0, 50], whole: pair, needs: login, verify: {at: level}}, name: {vi: Tốc độ, en: Speed}}
  - {id: hi, address: 6, group: pair, quantity: state, name: {vi: Cao, en: High}}
  - {id: lo, address: 8, group: pair, quantity: state, flags: {0: {key: ok, vi: Tốt, en: Good}}, name: {vi: Thấp, en: Low}}
commands:
  login: {title: {vi: Mở khóa, en: Unlock}, safety: actuator, steps: [{point: mode, value: 1}]}
variants:
  long: {title: {vi: Dài, en: Long}, points: [{id: level, scale: 0.01}]}
identify:
  - {read: {address: 0}, between: [1, 5], score: 1, variant: long}
  - {read: {address: 9, length: 2}, matches: "^AC", score: 5}
vectors:
  - {request: 01 03 00 00 00 01 84 0A, reply: 01 03 02 00 7B F8 67, expect: {level: 12.3}, origin: printed, source: manual}
  - {request: 01 03 00 00 00 01 84 0A, reply: 01 03 02 FF FF B9 F4, expect: {level: {bad: unavailable}}, origin: computed, source: pymodbus}
`;

type Offence = readonly [name: string, from: string | RegExp, to: string, found: string, place?: string];

const OFFENCES: readonly Offence[] = [
  ["an id that is there twice", "id: total", "id: level", "error duplicate_point"],
  ["a unit that nobody knows", "unit: m³", "unit: cubics", "warning unknown_unit", "cubics"],
  [
    "two types over one register",
    "address: 2, type: u32",
    "address: 3, type: u32",
    "warning points_overlap",
    "address: 4",
  ],
  ["an address beyond the table", "address: 8, group", "address: 65536, group", "error too_big"],
  ["a formula that leaves the table", '"n * 10"', '"n * 40000"', "error address_beyond_end", "{n: 1..2}"],
  ["a formula that cannot be computed", '"n * 10"', '"m * 10"', "error bad_formula", '"m * 10"'],
  [
    "a group that does not fit into a request",
    "address: 8, group",
    "address: 20, group",
    "error group_too_wide",
    "id: lo",
  ],
  ["a point outside the windows", "address: 8, group: pair", "address: 120", "error outside_zones"],
  ["a number beyond an enum's width", "{0: {key: off", "{70000: {key: off", "error meaning_beyond_width"],
  ["a bit beyond the width", "flags: {0:", "flags: {16:", "error meaning_beyond_width"],
  ["an enum in one language", "vi: Tắt, en: Off", "vi: Tắt", "error missing_key"],
  [
    "a word of an enum twice",
    "en: Off}}",
    "en: Off}, 1: {key: off, vi: Bật, en: On}}",
    "error meaning_twice",
  ],
  ["a write without bounds", "values: [0, 1], function: 6, rest: 0", "function: 6", "error write_one_form"],
  ["a write beyond the type", "range: [0, 50]", "range: [0, 4000]", "error write_does_not_fit"],
  ["a value that the scale cannot give", "range: [0, 50]", "values: [0.05]", "error write_does_not_fit"],
  ["a rest value of another kind", "rest: 0", "rest: true", "error write_does_not_fit"],
  ["a function that does not write this", "function: 6", "function: 5", "error function_unfit"],
  ["a RAM address without NVRAM", "rest: 0", "ram_address: 9", "warning ram_address_without_nvram"],
  ["no decision on sentinels", "u32: none, ", "", "warning no_sentinel_decision", "id: total"],
  [
    "a sentinel that is not exact",
    "id: total, address: 2, type: u32",
    "id: total, address: 2, type: u64, sentinels: [18446744073709551615]",
    "error sentinel_needs_number",
  ],
  [
    "a sentinel that does not fit",
    "id: hi, address: 6",
    "id: hi, address: 6, sentinels: [70000]",
    "error sentinel_too_wide",
  ],
  ["no byte order", ", order: ABCD}", "}", "warning no_order", "id: total"],
  ["no source", "sources: [Acme manual]", "sources: []", "error wrong_length"],
  ["uncertain, and it moves", "confidence: B", "confidence: C", "error uncertain_moves", "safety: actuator"],
  [
    "all computed, and called A",
    /confidence: B([\s\S]*)printed, source/,
    "confidence: A$1computed, source",
    "error only_computed",
  ],
  ["a number that is not the address", "number: 40001", "number: 40002", "error number_differs"],
  ["a number of a repeated point", "40001 + n", "40002 + n", "error number_differs"],
  ["a title in one language", "title: {vi: Bơm, en: Pump}", "title: {vi: Bơm}", "error missing_key"],
  [
    "asking as fast as it can",
    "quantity: level.water, name",
    "quantity: level.water, every: asap, name",
    "warning asap_in_profile",
  ],
  ["a name in one language", "name: {vi: Thấp, en: Low}", "name: Low", "warning one_language"],
  [
    "a point that is nothing",
    "group: pair, quantity: state, name: {vi: Cao",
    "group: pair, name: {vi: Cao",
    "warning no_quantity",
  ],
  ["one vector and no word why", /\n {2}- \{request.*?pymodbus\}/, "", "warning few_vectors", "- {request"],
  ["a vector with a wrong CRC", "00 7B F8 67", "00 7B F8 68", "error vector_crc"],
  ["a reply to something else", "02 00 7B F8 67", "04 00 7B F8 67 88 00", "error vector_not_a_pair"],
  [
    "a vector that gives another value",
    "expect: {level: 12.3}",
    "expect: {level: 12.4}",
    "error vector_differs",
  ],
  [
    "a vector without the point's registers",
    "expect: {level: 12.3}",
    "expect: {total: 1}",
    "error vector_not_covered",
  ],
  [
    "a vector of an unknown point",
    "expect: {level: 12.3}",
    "expect: {levle: 12.3}",
    "error vector_unknown_point",
  ],
  ["no field of work", "category: pump\n", "", "warning no_category", "profile:"],
  ["no wiring", "wiring: {vi: A với A, en: A to A}\n", "", "warning no_wiring", "profile:"],
  ["a question with two answers", "between: [1, 5]", "between: [1, 5], is: 3", "error identify_one_form"],
  ["bounds the wrong way round", "between: [1, 5]", "between: [5, 1]", "error between_reversed"],
  ["a pattern that cannot be read", '"^AC"', '"[AC"', "error pattern_unreadable"],
  ["a variant that is not there", "variant: long}", "variant: short}", "error names_nothing"],
  ["a command that is not there", "needs: login", "needs: logon", "error names_nothing"],
  ["a group that is not there", "whole: pair", "whole: pairs", "error names_nothing"],
  ["a read-back that is not there", "at: level", "at: levels", "error names_nothing"],
  [
    "a step that writes what is read",
    "steps: [{point: mode",
    "steps: [{point: lo",
    "error step_not_writable",
  ],
  ["a step beyond the bounds", "value: 1}]", "value: 7}]", "error step_out_of_bounds"],
  [
    "a fault that only a variant has",
    "{id: level, scale: 0.01}",
    "{id: extra, address: 4, type: u32}",
    "warning points_overlap",
  ],
  [
    "a fault that only an option shows",
    'number: "40001 + n * 10", address: "n * 10"',
    'address: "n * 100"',
    "error outside_zones",
  ],
];

t.test("each offence is told with its line, and a clean profile has none", async (t) => {
  const folder = t.testdir({});
  const file = join(folder, "p1.yaml");
  const problemsOf = (text: string) => {
    writeFileSync(file, text);
    return checkProfileFile(file, DRIVER_FAMILIES);
  };
  const clean = problemsOf(CLEAN);
  t.same(
    clean.problems.map(({ line, said }) => `${line} ${renderText(said, "en")}`),
    [],
  );
  t.ok(clean.profile && clean.source);
  for (const [name, from, to, found, place] of OFFENCES) {
    const text = CLEAN.replace(from, to);
    t.not(text, CLEAN, `${name}: is planted`);
    const at = place === undefined ? lineOfChange(CLEAN, text) : lineOf(text, place);
    const told = problemsOf(text).problems.map(
      ({ line, said, severity }) => `${line} ${severity} ${said.message.code.split(".")[1]}`,
    );
    t.ok(told.includes(`${at} ${found}`), `${name}: ${at} ${found} among ${told}`);
  }
});

function lineOfChange(before: string, after: string): number {
  const [a, b] = [before.split("\n"), after.split("\n")];
  return a.findIndex((line, n) => line !== b[n]) + 1;
}

function lineOf(text: string, place: string): number {
  return text.slice(0, text.indexOf(place)).split("\n").length;
}

t.test("a file that cannot be read, or is named otherwise, is told", async (t) => {
  const folder = t.testdir({ "p1.yaml": CLEAN });
  const place = { expectedId: "acme/p2" };
  const { problems } = checkProfileFile(join(folder, "p1.yaml"), DRIVER_FAMILIES, place);
  t.match(problems, [{ said: { message: { code: "profiles.profile_id_differs" } } }]);
  t.match(checkProfileFile(join(folder, "none.yaml"), DRIVER_FAMILIES).problems, [
    { said: { message: { code: "profiles.unreadable" } } },
  ]);
});
