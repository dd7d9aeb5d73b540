import t from "tap";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { renderText, type Said } from "../../drivers/core/message.js";
import type { PauseAnswer } from "../core/uplink-pause.js";
import { type Pausable, PauseDesk } from "./pause-desk.js";
import { Bench } from "./testing/uplink-bench.js";

interface Noted {
  readonly by: string;
  readonly text: string;
}

function deskOf(bench: Bench, more: Readonly<Record<string, Pausable>> = {}) {
  const noted: Noted[] = [];
  const note = (_kind: string, by: string, what: Said): void => {
    noted.push({ by, text: renderText(what, "en") });
  };
  const uplinks = new Map<string, Pausable>(Object.entries({ centre: bench.uplink, ...more }));
  const desk = new PauseDesk({ clock: bench.clock, audit: { note }, log: SILENT_LOG, uplinks });
  return { desk, noted };
}

const refusalOf = (answer: PauseAnswer): string =>
  "refused" in answer ? renderText(answer.refused, "en") : "not refused";
const ASKED = { uplink: "centre", forMs: 60_000, by: "A" };

t.test(
  "cut for a while: kept, told offline, no connection meanwhile, all delivered afterwards",
  async (t) => {
    const bench = new Bench();
    const { desk, noted } = deskOf(bench);
    const { buffer, clock, forwarder } = bench;
    bench.acknowledgeAll();
    await bench.up();
    bench.append(2);
    await bench.settle();
    t.same(buffer.outcomeOf("acknowledged"), [1, 2]);
    t.notOk("refused" in desk.pause(ASKED));
    await bench.settle();
    const last = JSON.parse(forwarder.sent.at(-1)?.text ?? "");
    t.match(last, { state: "offline", last: 2 }, "the centre knows that it is no fault");
    for (let second = 0; second < 59; second++) {
      bench.append(1);
      await clock.advance(1_000);
    }
    t.equal(forwarder.connects, 1);
    t.equal(bench.uplink.status("en").pending, 59);
    t.match(bench.uplink.status("vi").problem, /Đang ngắt thử/);
    t.notOk(desk.statusOf("centre").pause?.ended, "it goes on");
    await clock.advance(1_000);
    await bench.settle();
    t.equal(forwarder.connects, 2, "by itself, at once, without a wait for being lost");
    await clock.advance(3_000);
    t.same(
      buffer.outcomeOf("acknowledged"),
      Array.from({ length: 61 }, (_, n) => n + 1),
    );
    t.match(desk.statusOf("centre").pause, { by: "A", end: "time" });
    t.match(noted, [
      { by: "A", text: /is cut/ },
      { by: "gateway", text: /over \(time\)/ },
    ]);
    t.ok((bench.uplink.status("en").roundTrip?.p99Ms ?? -1) >= 0, "and receipts were measured");
    await bench.stop();
    t.equal(clock.pending, 0);
  },
);

t.test("ends when it is asked to, and when an alarm must reach the centre", async (t) => {
  const bench = new Bench();
  const { desk, noted } = deskOf(bench);
  bench.acknowledgeAll();
  await bench.up();
  for (const [end, how] of [
    ["asked", () => void desk.resume("centre", "B")],
    ["alarm", () => desk.endAll("alarm")],
  ] as const) {
    t.notOk("refused" in desk.pause(ASKED), end);
    await bench.settle();
    await bench.clock.advance(1_000);
    t.equal(bench.uplink.status("en").state, "down");
    how();
    await bench.settle();
    await bench.clock.advance(1_000);
    t.equal(bench.uplink.status("en").state, "up", end);
    t.equal(desk.statusOf("centre").pause?.end, end);
    how();
  }
  t.equal(noted.length, 4, "what is over does not end again");
  t.equal(bench.forwarder.connects, 3);
  await bench.clock.advance(120_000);
  t.equal(bench.forwarder.connects, 3, "and nothing of it is left");
  await bench.stop();
  t.equal(bench.clock.pending, 0);
});

t.test("one at a time, and only what is connected", async (t) => {
  const bench = new Bench();
  const { desk, noted } = deskOf(bench, { other: { pause: () => true } });
  t.match(refusalOf(desk.pause(ASKED)), /not connected/);
  t.match(refusalOf(desk.pause({ ...ASKED, uplink: "x" })), /no uplink x/);
  t.match(refusalOf(desk.resume("x", "A")), /no uplink x/);
  t.match(refusalOf(desk.resume("centre", "A")), /has not been cut/);
  t.equal(noted.length, 0);
  bench.acknowledgeAll();
  await bench.up();
  t.notOk("refused" in desk.pause(ASKED));
  t.match(refusalOf(desk.pause({ ...ASKED, uplink: "other" })), /centre is being cut/);
  t.match(refusalOf(desk.pause(ASKED)), /centre is being cut/);
  desk.resume("other", "A");
  t.notOk(desk.statusOf("centre").pause?.ended, "another's resume does not end it");
  desk.endAll("stopped");
  await bench.stop();
  t.equal(bench.clock.pending, 0);
});

t.test("a gateway that stops while an uplink is cut stops at once", async (t) => {
  const bench = new Bench();
  const { desk } = deskOf(bench);
  bench.acknowledgeAll();
  await bench.up();
  desk.pause(ASKED);
  await bench.settle();
  await bench.clock.advance(1_000);
  const from = bench.clock.mono();
  await bench.uplink.stop(5_000);
  t.equal(bench.clock.mono(), from);
  desk.endAll("stopped");
  await bench.clock.advance(120_000);
  t.equal(bench.forwarder.connects, 1, "and does not come back");
});

t.test("a broker that takes no farewell does not hold up the cut", async (t) => {
  const bench = new Bench({ window: 1 });
  const { desk } = deskOf(bench);
  bench.acknowledgeAll();
  await bench.up();
  bench.forwarder.onSend = () => {};
  bench.append(1);
  desk.pause(ASKED);
  await bench.clock.advance(1_000);
  t.equal(bench.uplink.status("en").state, "down");
  t.same(bench.buffer.outcomeOf("returned"), [1], "what was on its way is kept");
  desk.endAll("stopped");
  await bench.stop();
});
