import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { messages } from "../drivers/core/message.js";
import { loadTables, readSources, type Table } from "./check-texts.js";
import { AREAS, codePages, listedCodes } from "./code-pages.js";
import { severityOf, thrownCodes } from "./code-severity.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

t.test("the pages of codes are current, and list whatever can be thrown", async (t) => {
  for (const [file, text] of await codePages(ROOT)) {
    t.ok(
      readFileSync(join(ROOT, file), "utf8") === text,
      `${file}: run node dist/scripts/generate-schemas.js`,
    );
    for (const row of text.split("\n").filter((line) => line.startsWith("| `"))) {
      t.equal(row.replaceAll("\\|", "").split("|").length, 6, row);
    }
  }
  const tables = await loadTables(ROOT);
  const thrown = thrownCodes(tables, readSources(ROOT));
  t.ok(thrown.size > 120, `${thrown.size} codes are thrown`);
  const listed = await listedCodes(ROOT);
  const known = new Set([...listed.values()].flat().map(({ message }) => message.code));
  for (const code of thrown.keys()) t.ok(known.has(code), code);
  const areas = new Set(
    tables.flatMap(({ entries }) => Object.values(entries).map(({ code }) => code.split(".")[0])),
  );
  t.same([...areas].sort(), Object.keys(AREAS).concat("category").sort(), "every area has a title");
});

const TABLE: Table = {
  file: "gateway/poll/messages.ts",
  name: "POLL",
  entries: messages("poll", {
    gone: { vi: "Mất.", en: "Gone." },
    near: { vi: "Gần.", en: "Near." },
    late: { vi: "Trễ.", en: "Late." },
    other: { vi: "Khác.", en: "Other." },
  }),
};

t.test("the class of an error is found where it is thrown", (t) => {
  const at = (text: string) => Object.fromEntries(thrownCodes([TABLE], [{ file: "a.ts", text }]));
  t.same(at("throw new LinkError(POLL.gone);"), { "poll.gone": "connection" });
  t.same(at('import { POLL as M } from "x";\nthrow new RejectedError(M.gone, { a: M.late });'), {
    "poll.gone": "refused",
  });
  t.same(at("throw new ConfigurationError(\n  is(a) ? POLL.gone : POLL.near,\n  { a });"), {
    "poll.gone": "use",
    "poll.near": "use",
  });
  t.same(at('throw new BusyError(100, POLL.late); throw new TransientError("no_answer", POLL.other);'), {
    "poll.late": "request",
    "poll.other": "request",
  });
  t.same(at("new ConfigurationError(POLL.gone); new LinkError(POLL.gone);"), { "poll.gone": "use" });
  t.same(at("new RangeError(POLL.gone); say(POLL.gone); new LinkError(OTHER.gone)"), {});
  t.end();
});

t.test("what nobody looks up is left out", (t) => {
  const of = (code: string, en: string, hint = false) => severityOf(code, { en, hint }, new Map());
  t.equal(of("cli.run_about", "Runs the gateway."), undefined);
  t.equal(of("cli.label_state", "State"), undefined);
  t.equal(of("cli.state_up", "up"), undefined);
  t.equal(of("cli.stopped", "Stopped."), "told");
  t.equal(of("poll.slow", "It is slow.", true), "finding");
  t.equal(of("config.unknown_key", "There is no {key}."), "file");
  t.equal(severityOf("cli.word_x", { en: "x", hint: false }, new Map([["cli.word_x", "use"]])), "use");
  t.end();
});
