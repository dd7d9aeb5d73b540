import t from "tap";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { renderHint, renderText } from "../../../drivers/core/message.js";
import { type Command, command, defaulted, flag, optional, repeated, required } from "./command.js";
import { BROKER, choice, DEVICE, duration, FILE, pair, positive, text, whole } from "./kinds.js";
import { GRAMMAR_MESSAGES as M } from "./messages.js";
import { readCommand, route } from "./read-command.js";
import { takeEverywhere } from "./take-everywhere.js";

const ABOUT = M.help_about;
const OWN: Command = command(
  {
    name: "own",
    summary: ABOUT,
    about: ABOUT,
    args: { device: required(DEVICE, ABOUT), more: repeated(text("x"), ABOUT) },
    options: {
      out: optional(FILE, ABOUT, { short: "o" }),
      for: optional(duration("1s", "2h", "5min"), ABOUT),
      count: defaulted(whole(0, 10, "3"), ABOUT, "7"),
      rate: optional(positive(5, "0.5"), ABOUT),
      format: defaulted(choice("jsonl", "csv"), ABOUT, "csv"),
      set: repeated(pair("a=b"), ABOUT),
      url: optional(BROKER, ABOUT),
      force: flag(ABOUT, { short: "f" }),
    },
    examples: ["own pump"],
  },
  async () => 0,
);
const read = (line: string) =>
  readCommand(
    OWN,
    "own",
    line.split(" ").filter((word) => word !== ""),
  );

t.test("options and arguments in any order and form", async (t) => {
  const nothing = { out: undefined, for: undefined, rate: undefined, url: undefined, set: [], force: false };
  t.same(read("pump"), {
    args: { device: "pump", more: [] },
    options: { ...nothing, count: 7, format: "csv" },
  });
  const all = { out: "x", for: 60_000, rate: 0.5, url: "mqtt://a", count: 3, format: "jsonl", force: true };
  const expected = {
    args: { device: "pump", more: ["a", "b"] },
    options: { ...all, set: [["k", "v=w"], ["l", "2"]] }, // biome-ignore format: a pair is a pair
  };
  for (const line of [
    "pump a b -o x --for 1min --rate 0.5 --url mqtt://a --count 3 --format jsonl --force --set k=v=w --set l=2",
    "--out=x --for=1min --rate=0.5 --url=mqtt://a --count=3 pump --format=jsonl -f --set=k=v=w --set=l=2 a b",
    "-fo x pump --for 60s a --rate .5 --url mqtt://a --count 3 --format jsonl --set k=v=w --set l=2 -- b",
  ]) {
    t.same(read(line), expected, line);
  }
  t.same(read("pump -- --force -x").args, { device: "pump", more: ["--force", "-x"] }, "-- ends options");
  t.same(read("pump -5 -.5 -").args, { device: "pump", more: ["-5", "-.5", "-"] }, "numbers are no options");
  t.equal(read("pump --out -").options["out"], "-", "standard output is a value");
  t.same(read("pump --lang vi --no-color").args, { device: "pump", more: [] }, "what every verb takes");
});

t.test("what is wrong is said with the option, what it wants, and an example", async (t) => {
  const cases: readonly [line: string, code: string, en: string, vi: string][] = [
    ["pump --for", "no_value", "--for needs a value: a duration from 1s to 2h.|For example: --for 5min", "--for thiếu giá trị: cần thời gian từ 1s đến 2h.|Ví dụ: --for 5min"],
    ["pump --for --force", "no_value", "--for needs a value", "--for thiếu giá trị"],
    ["pump -o", "no_value", "-o needs a value: the path of a file.", "-o thiếu giá trị"],
    ["pump --out=", "no_value", "--out needs a value", "--out thiếu"],
    ["pump --for 5", "wrong_value", '--for: "5" will not do, a duration from 1s to 2h is needed.', '--for: "5" không dùng được, cần thời gian'],
    ["pump --for 3h", "wrong_value", '"3h" will not do', "3h"],
    ["pump --for -5s", "wrong_value", '"-5s" will not do', "-5s"],
    ["pump --count 11", "wrong_value", "a whole number from 0 to 10 is needed.|For example: --count 3", "một số nguyên từ 0 đến 10"],
    ["pump --count 1.5", "wrong_value", "whole number", "số nguyên"],
    ["pump --rate 0", "wrong_value", "a number above 0, at most 5", "một số lớn hơn 0"],
    ["pump --rate x", "wrong_value", "a number above 0", "một số"],
    ["pump --format jsno", "similar_value", "one of jsonl, csv is needed.|Did you mean: --format jsonl", "Có phải: --format jsonl"],
    ["pump --format xls", "wrong_value", "one of jsonl, csv", "một trong: jsonl, csv"],
    ["pump --set a", "wrong_value", "NAME=VALUE is needed", "dạng TÊN=GIÁ_TRỊ"],
    ["pump --url http://x", "wrong_value", "mqtt:// or mqtts://", "mqtt:// hoặc mqtts://"],
    ["pump --frce", "similar_option", "Unknown option --frce.|Did you mean: tram own --force", "Có phải: tram own --force"],
    ["pump --bananas", "unknown_option", "Unknown option --bananas.|See: tram own --help", "Xem: tram own --help"],
    ["pump -x", "unknown_option", "Unknown option -x.", "-x"],
    ["pump --force=yes", "flag_with_value", "--force takes no value (yes).", "--force không nhận giá trị (yes)."],
    ["pump -o a --out b", "given_twice", "--out is given twice.", "--out được viết hai lần."],
    ["", "missing_argument", "DEVICE is missing: help, with an example.|For example: tram own pump", "Thiếu THIẾT_BỊ"],
    ["pump --lang fr", "wrong_value", "one of vi, en is needed.", "một trong: vi, en"],
  ]; // biome-ignore format: a line a case
  for (const [line, code, en, vi] of cases) {
    let error: unknown;
    try {
      read(line);
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof ConfigurationError)) {
      t.fail(`${line} is taken`);
      continue;
    }
    const { said } = error;
    t.equal(error.code, `cli.${code}`, line);
    for (const part of en.split("|")) t.match(`${renderText(said, "en")} ${renderHint(said, "en")}`, part);
    for (const part of vi.split("|")) t.match(`${renderText(said, "vi")} ${renderHint(said, "vi")}`, part);
  }
  const last = command({ ...OWN, args: { device: required(DEVICE, ABOUT) } }, async () => 0);
  t.throws(() => readCommand(last, "own", ["a", "b"]), {
    code: "cli.too_many_arguments",
    params: { extra: "b" },
  });
});

t.test("hostile arguments are words, no keys of objects", async (t) => {
  for (const name of ["--__proto__", "--constructor", "--toString=1", "--=x", "---"]) {
    t.throws(() => read(`pump ${name}`), { code: /^cli\.(?:unknown|similar)_option$/ }, name);
  }
  t.same(read("__proto__").args["device"], "__proto__");
});

t.test("parts are found wherever options stand, and near ones suggested", async (t) => {
  const group: Command = {
    ...OWN,
    name: "group",
    args: {},
    options: { config: optional(FILE, ABOUT, { short: "c" }) },
    parts: { show: async () => OWN, export: async () => OWN },
  };
  const { run: _, ...needsPart } = group;
  const at = async (line: string, of: Command = needsPart) => {
    const { args, verb } = await route(of, "group", line.split(" ").filter(Boolean));
    return `${verb}: ${args.join(" ")}`;
  };
  t.equal(await at("show x"), "group show: x");
  t.equal(await at("-c show show x"), "group show: -c show x", "a value is no part");
  t.equal(await at("--config=a --json export"), "group export: --config=a --json");
  t.equal(await at("--help"), "group: --help");
  t.equal(await at("station", group), "group: station", "a group that runs takes words of its own");
  await t.rejects(at(""), { code: "cli.no_part", params: { parts: "show, export" } });
  await t.rejects(at("-c show"), { code: "cli.no_part" });
  await t.rejects(at("exprot"), { code: "cli.similar_part", params: { near: "export" } });
  await t.rejects(at("constructor"), { code: "cli.unknown_part" });
});

t.test("the language and the colours are taken wherever they stand, before --", async (t) => {
  const take = (line: string, env: Record<string, string> = {}) => takeEverywhere(line.split(" "), env);
  t.same(take("--lang vi run x"), { args: ["run", "x"], language: "vi", colours: "as the terminal can" });
  t.same(take("run --lang=vi --no-color x"), { args: ["run", "x"], language: "vi", colours: "none" });
  t.same(take("run -- --lang vi --no-color").args, ["run", "--", "--lang", "vi", "--no-color"]);
  t.same(take("run --lang fr"), {
    args: ["run", "--lang", "fr"],
    language: "en",
    colours: "as the terminal can",
  });
  t.equal(take("run", { LANG: "vi_VN.UTF-8" }).language, "vi");
  t.equal(take("run", { LANG: "vi_VN.UTF-8", LC_ALL: "C" }).language, "en");
  t.equal(take("run --lang en", { LANG: "vi_VN.UTF-8" }).language, "en");
  t.equal(take("run", { NO_COLOR: "1" }).colours, "none");
});
