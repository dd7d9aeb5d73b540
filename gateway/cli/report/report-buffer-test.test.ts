import t from "tap";
import { RejectedError } from "../../../drivers/core/errors.js";
import { ManualClock } from "../../../drivers/core/manual-clock.js";
import { PAUSE_MESSAGES } from "../../core/messages.js";
import type { PauseEnd } from "../../core/uplink-pause.js";
import { type Asked, type BufferTestStep, testBuffer } from "./report-buffer-test.js";
import type { BufferTest } from "./report-data.js";

/** A gateway in figures: a record of ten readings each second. */
class Figures implements Asked {
  readonly posts: { readonly path: string; readonly body: unknown }[] = [];
  readonly #clock: ManualClock;
  /** Records a second that the centre takes after the cut. */
  readonly #rate: number;
  lost = 0;
  end: PauseEnd = "time";
  #cutAt: number | undefined;
  #until = Number.POSITIVE_INFINITY;

  constructor(clock: ManualClock, rate: number) {
    this.#clock = clock;
    this.#rate = rate;
  }

  async get(): Promise<unknown> {
    const now = this.#clock.mono();
    const last = 100 + Math.floor(now / 1000);
    const cut = this.#cutAt;
    const isCut = cut !== undefined && now < this.#until;
    const waitedFrom = cut === undefined ? last + 1 : 101 + Math.floor(cut / 1000);
    const sent = isCut ? 0 : Math.floor((Math.max(0, now - this.#until) / 1000) * this.#rate);
    const pendingFrom = Math.min(last + 1, waitedFrom + sent);
    const pause = cut === undefined ? undefined : { by: "A", since: "2026-11-26T01:00:00.000Z", until: "" };
    const uplink = {
      id: "centre",
      url: "mqtt://broker:1883",
      pendingFrom,
      last,
      pending: last + 1 - pendingFrom,
      ...(pause && { pause: isCut ? pause : { ...pause, ended: "x", end: this.end } }),
      deadLetters: { path: "", records: this.lost, dropped: 0 },
    };
    return { buffer: { readings: last * 10, dropped: 0 }, uplinks: [uplink] };
  }

  async post(path: string, body: unknown): Promise<unknown> {
    this.posts.push({ path, body });
    const now = this.#clock.mono();
    if (path.endsWith("/pause")) {
      this.#cutAt = now;
      this.#until = now + (body as { seconds: number }).seconds * 1000;
    } else this.#until = now;
    return { by: "A", since: "2026-11-26T01:00:00.000Z", until: "" };
  }
}

const WISH = { uplink: "centre", cutMs: 60_000, by: "A" };

/** Lets time pass until it is there. */
async function stepped<T>(wanted: Promise<T>, clock: ManualClock): Promise<T> {
  let isThere = false;
  const end = (): void => {
    isThere = true;
  };
  wanted.then(end, end);
  for (await new Promise(setImmediate); !isThere; ) await clock.advance(100);
  return wanted;
}

async function tested(
  figures: Asked,
  clock: ManualClock,
  signal = new AbortController().signal,
  onStep: (step: BufferTestStep) => void = () => {},
): Promise<BufferTest> {
  const steps = testBuffer(figures, WISH, clock, signal);
  for (;;) {
    const step = await stepped(steps.next(), clock);
    if (step.done) return step.value;
    onStep(step.value);
  }
}

t.test("kept for a minute, all there afterwards: passed, with what was measured", async (t) => {
  const clock = new ManualClock();
  const stages = new Set<string>();
  const test = await tested(new Figures(clock, 10), clock, undefined, ({ stage }) => stages.add(stage));
  t.match(test, { result: "passed", uplink: "centre", left_records: 0, lost_records: 0 });
  if (test.result === "not_done") return;
  t.ok(test.kept_records >= 59 && test.kept_records <= 60, `${test.kept_records}`);
  t.ok(test.kept_readings >= 590, `${test.kept_readings}`);
  t.equal(test.last - test.first + 1, test.kept_records);
  t.ok((test.drained_ms ?? 0) >= 5_000 && (test.drained_ms ?? 0) < 8_000, `${test.drained_ms}`);
  t.same([...stages], ["cut", "drain"]);
});

t.test("a centre that does not come back fails it, within a bounded time", async (t) => {
  const clock = new ManualClock();
  const test = await tested(new Figures(clock, 0), clock);
  t.match(test, { result: "failed" });
  if (test.result !== "not_done") t.ok(test.left_records > 50 && test.drained_ms === undefined);
});

t.test("what is given up fails it, and so does a cut that ended before its time", async (t) => {
  const clock = new ManualClock();
  const figures = new Figures(clock, 10);
  const test = await tested(figures, clock, undefined, ({ stage }) => {
    if (stage === "drain") figures.lost = 3;
  });
  t.match(test, { result: "failed", lost_records: 3 });
  const other = new ManualClock();
  const early = new Figures(other, 10);
  early.end = "alarm";
  t.match(await tested(early, other), { result: "failed", ended_by: "alarm" });
});

t.test("Ctrl-C lets the uplink go on at once", async (t) => {
  const clock = new ManualClock();
  const figures = new Figures(clock, 10);
  const stop = new AbortController();
  await t.rejects(
    tested(figures, clock, stop.signal, ({ done }) => {
      if (done > 10_000) stop.abort();
    }),
    RejectedError,
  );
  t.same(
    figures.posts.map(({ path }) => path),
    ["/v1/uplinks/centre/pause", "/v1/uplinks/centre/resume"],
  );
});

t.test("what the gateway refuses is told; an uplink that is not there is too", async (t) => {
  const clock = new ManualClock();
  const figures = new Figures(clock, 10);
  const refusing = {
    get: () => figures.get(),
    post: async () => {
      throw new RejectedError(PAUSE_MESSAGES.already, { uplink: "centre" });
    },
  };
  await t.rejects(tested(refusing, clock), { code: "pause.already" });
  const steps = testBuffer(figures, { ...WISH, uplink: "other" }, clock, new AbortController().signal);
  await t.rejects(steps.next(), { code: "report.unknown_uplink" });
});
