import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { messages } from "../drivers/core/message.js";
import { isComposed, misspellings, oldSpellings } from "./check-spelling.js";
import {
  type Exception,
  freeTexts,
  loadTables,
  problemsOfTables,
  readSources,
  type Table,
  unusedEntries,
} from "./check-texts.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const EXCEPTIONS: readonly Exception[] = [
  {
    file: "drivers/line/binding-io.ts",
    line: 'new Error("hung up")',
    why: "ends a read; serial-line.ts turns it into a message with the port's name",
  },
  {
    file: "drivers/line/binding-io.ts",
    line: 'new Error("Port is not open")',
    why: "the words that the serialport package itself uses, for its own code to understand",
  },
  {
    file: "drivers/line/serial-line.ts",
    line: 'new Error("slow")',
    why: "caught in the same line: a port that closes slowly is left to the kernel",
  },
];

t.test("the messages of all folders", async (t) => {
  const tables = await loadTables(ROOT);
  const sources = readSources(ROOT);
  t.ok(tables.length >= 10, `${tables.length} tables`);
  t.same(
    sources.filter(({ file }) => /(?:^|[/-])messages\.ts$/.test(file)).map(({ file }) => file),
    [...new Set(tables.map(({ file }) => file))],
    "each messages.ts exports a table",
  );
  t.same(problemsOfTables(tables), []);
  t.same(unusedEntries(tables, sources), []);
});

t.test("nothing is thrown or written to people but messages", async (t) => {
  t.same(freeTexts(readSources(ROOT), EXCEPTIONS), []);
  for (const { why } of EXCEPTIONS) t.ok(why.length > 20);
});

t.test("texts and pages have one spelling", async (t) => {
  t.same(misspellings(ROOT), []);
});

const table = (entries: Parameters<typeof messages>[1], file = "gateway/poll/messages.ts"): Table => ({
  file,
  name: "POLL",
  entries: messages("poll", entries),
});

t.test("faults of tables are found", async (t) => {
  const good = table({
    gone: { vi: "{what} mất.", en: "{what} is gone.", hint: { vi: "Xem {log}.", en: "See {log}." } },
  });
  t.same(problemsOfTables([good]), []);
  const faults: readonly [Table[], RegExp][] = [
    [[good, { ...good, file: "other.ts" }], /poll\.gone: in gateway\/poll\/messages\.ts and in other\.ts/],
    [[table({ gone: { vi: "{a} mất.", en: "{b} is gone." } })], /vi has the parameters a, en b/],
    [[table({ gone: { vi: "mất.", en: "{b} is gone." } })], /vi has the parameters none, en b/],
    [[table({ gone: { vi: "", en: "Gone." } })], /must both say something/],
    [[table({ gone: { vi: "Mất.", en: "Gone.", hint: { vi: "Xem {a}.", en: "See." } } })], /hint: vi has/],
    [[table({ gone: { vi: "mất".normalize("NFD"), en: "Gone." } })], /not in Unicode NFC/],
    [[table({ gone: { vi: "Kho\u00e1 c\u1eeda.", en: "Locked." } })], /spelled the old way/],
    [[table({ goneAway: { vi: "Mất.", en: "Gone." } })], /a code is area\.what/],
  ];
  for (const [tables, expected] of faults) {
    const [problem = "", ...others] = problemsOfTables(tables);
    t.match(problem, expected);
    t.same(others, []);
  }
});

t.test("a text that no source uses is found", async (t) => {
  const entries = table({ gone: { vi: "Mất.", en: "Gone." }, late: { vi: "Trễ.", en: "Late." } });
  const uses = { file: "gateway/poll/a.ts", text: "say(POLL.gone)" };
  t.same(unusedEntries([entries], [uses]), ["poll.late: no source uses it"]);
  const stranger = { file: "gateway/live/a.ts", text: "say(OTHER.late)" };
  t.same(unusedEntries([entries], [uses, stranger]), ["poll.late: no source uses it"]);
  t.same(unusedEntries([entries], [uses, { file: "gateway/poll/messages.ts", text: "POLL late" }]).length, 1);
  t.same(unusedEntries([entries], [uses, { file: "b.ts", text: "const { late } = POLL;" }]), []);
});

t.test("free text is found", async (t) => {
  const at = (text: string, file = "gateway/poll/a.ts") => freeTexts([{ file, text }], []);
  t.same(at('\n  throw new Error("the poll failed");'), [
    'gateway/poll/a.ts:2: throw new Error("the poll failed");',
  ]);
  t.equal(at("throw new Error(`poll \u0024{n}`)").length, 1);
  t.equal(at('console.log("x")').length, 1);
  t.equal(at('io.stdout.write("nothing to do\\n")').length, 1);
  t.same(at("throw new LinkError(POLL.gone)"), []);
  t.same(at('throw new RangeError("no such slot")'), [], "a broken contract");
  t.same(at("io.stdout.write(`\u0024{text}\\n`)"), []);
  t.same(at('throw new Error("x")', "gateway/poll/testing/a.ts"), []);
  const exception: Exception = { file: "gateway/poll/a.ts", line: 'new Error("x")', why: "" };
  const source = { file: "gateway/poll/a.ts", text: 'throw new Error("x")' };
  t.same(freeTexts([source], [exception]), []);
  t.match(freeTexts([], [exception])[0], /nothing needs the exception/);
});

t.test("spelling", async (t) => {
  for (const word of ["ho\u00e1", "Kho\u00e1", "xo\u00e1", "thu\u1ef7", "TU\u1ef2", "kho\u1ebb"]) {
    t.same(oldSpellings(`a ${word}, b`), [word]);
    t.same(oldSpellings(word.normalize("NFD")), [word], "also when it is not composed");
  }
  t.same(oldSpellings("hóa khóa xóa thủy khỏe hoàn toàn ngoài quý quỹ khoảng tuyến hoạt loại thuế"), []);
  t.ok(isComposed("khóa"));
  t.notOk(isComposed("khóa".normalize("NFD")));
  const root = t.testdir({ "README.md": "Kho\u00e1\n", docs: { "a.md": `ok\n${"é".normalize("NFD")}\n` } });
  for (const folder of ["config", "drivers", "gateway", "scripts", "simulators"])
    mkdirSync(join(root, folder));
  t.same(misspellings(root), [
    "README.md:1: Kho\u00e1 is spelled the old way",
    "docs/a.md:2: the text is not in Unicode NFC",
  ]);
});
