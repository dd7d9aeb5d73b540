import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { DeadLetters } from "./dead-letters.js";
import { Bench, LAYOUT, REFUSED } from "./testing/uplink-bench.js";

const linesOf = (file: string): readonly string[] => readFileSync(file, "utf8").split("\n").slice(0, -1);

t.test("the oldest leave when there is no more room, and are counted", async (t) => {
  const file = join(t.testdir(), "dead-letters", "centre.jsonl");
  const letters = new DeadLetters({ file, log: SILENT_LOG, maxBytes: 1_000 });
  for (let n = 0; n < 100; n++) {
    letters.put(JSON.stringify({ n, text: "x".repeat(50) }));
    await letters.close();
  }
  const kept = [...linesOf(`${file}.old`), ...linesOf(file)].map((line) => JSON.parse(line).n);
  t.equal(kept.at(-1), 99, "the newest is there");
  t.same(
    kept,
    Array.from({ length: kept.length }, (_, at) => 100 - kept.length + at),
    "without a hole",
  );
  t.ok(kept.length > 5);
  t.same(letters.stats, { path: file, records: 100, dropped: 100 - kept.length });
  t.ok(statSync(file).size + statSync(`${file}.old`).size <= 1_000);
});

t.test("half a line that a power cut left does not spoil the next one", async (t) => {
  const file = join(t.testdir({ "centre.jsonl": '{"n":1}\n{"n":' }), "centre.jsonl");
  const letters = new DeadLetters({ file, log: SILENT_LOG });
  letters.put('{"n":2}');
  await letters.close();
  t.same(linesOf(file), ['{"n":1}', '{"n":', '{"n":2}']);
});

t.test("a place that cannot be written: counted and told, nothing waits for ever", async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, "centre.jsonl"));
  const told: string[] = [];
  const log = {
    ...SILENT_LOG,
    error: ({ message }: { message: { code: string } }) => void told.push(message.code),
  };
  const letters = new DeadLetters({ file: join(folder, "centre.jsonl"), log });
  for (let n = 0; n < 1_200; n++) letters.put("{}");
  await letters.close();
  t.match(letters.stats, { records: 0, dropped: 1_200 });
  t.same(told, ["forward.dead_letter_unwritten"]);
});

t.test("what can never pass lies there with its reason, and blocks nobody", async (t) => {
  const file = join(t.testdir(), "centre.jsonl");
  writeFileSync(file, "");
  const deadLetters = new DeadLetters({ file, log: SILENT_LOG });
  const bench = new Bench({ window: 4 }, { deadLetters });
  const { buffer, forwarder } = bench;
  bench.append(8);
  forwarder.limits = { window: 10, maxPayload: 2_000 };
  forwarder.onSend = (sent) => {
    const records: { seq?: number }[] = JSON.parse(sent.text).records ?? [];
    if (records.some(({ seq }) => seq === 5)) sent.fail(REFUSED());
    else sent.acknowledge();
  };
  await bench.up();
  for (let n = 0; n < 10; n++) await bench.settle();
  buffer.append({ ...bench.batch(), layout: { device: "d".repeat(3_000), points: LAYOUT.points } }, "normal");
  bench.uplink.wake();
  await bench.clock.advance(1_000);
  await deadLetters.close();
  t.same(buffer.outcomeOf("rejected"), [5, 10]);
  t.match(
    linesOf(file).map((line) => JSON.parse(line)),
    [
      {
        reason: /refuses a message/,
        code: "forward.message_refused",
        epoch: "e1",
        rev: 1,
        record: { seq: 5, v: { level: 1 } },
      },
      {
        reason: /no more than 2000/,
        code: "forward.message_too_large",
        epoch: "e1",
        rev: 1,
        record: { seq: 10 },
      },
    ],
  );
  t.match(bench.uplink.status("en").deadLetters, { path: file, records: 2, dropped: 0 });
  t.equal(buffer.progress("centre").pending, 0, "everything else, and what tells of the loss, has passed");
  await bench.stop();
});
