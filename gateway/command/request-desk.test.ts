import { readFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { Value } from "@sinclair/typebox/value";
import t from "tap";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Said } from "../../drivers/core/message.js";
import { type ReplyMessage, ReplyMessageSchema } from "../contract/command.js";
import type { Centre, LinkOutcome } from "../core/command.js";
import type { GatewayStatus } from "../core/status.js";
import { boundedStatus } from "./diagnostics.js";
import { RequestDesk, type RequestDeskParts } from "./request-desk.js";

const EPOCH = "k3v9x2m1q8z4a";

function example(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`gateway/contract/examples/${name}.json`, "utf8"));
}

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** A centre that writes down what it is asked, and answers when the test says so. */
class Scripted implements Centre {
  maxReply = 1_000_000;
  readonly replies: ReplyMessage[] = [];
  readonly asked: unknown[] = [];
  readonly #open: ((outcome: LinkOutcome) => void)[] = [];

  constructor(readonly uplink = "centre") {}

  reply(payload: string): void {
    this.replies.push(JSON.parse(payload));
  }

  resend(range: object): Promise<LinkOutcome> {
    return this.#ask(range);
  }

  snapshot(): Promise<LinkOutcome> {
    return this.#ask("snapshot");
  }

  births(rev: number | undefined): Promise<LinkOutcome> {
    return this.#ask({ rev });
  }

  async end(outcome: LinkOutcome): Promise<void> {
    this.#open.shift()?.(outcome);
    await turn();
  }

  #ask(what: unknown): Promise<LinkOutcome> {
    this.asked.push(what);
    return new Promise((resolve) => this.#open.push(resolve));
  }
}

function setUp(parts: Partial<RequestDeskParts> = {}) {
  const clock = new ManualClock();
  const notes: Said[] = [];
  const audit = {
    note: (_kind: string, who: string, what: Said) =>
      void notes.push({ ...what, params: { ...what.params, who } }),
    stats: () => ({ path: "", bytes: 0, last: 0, hash: "", waiting: 0, missing: 0 }),
    close: async () => {},
  };
  const desk = new RequestDesk({
    clock,
    clockTrusted: () => true,
    audit,
    log: SILENT_LOG,
    knowsEpoch: (epoch) => epoch === EPOCH,
    diagnose: () => STATUS,
    ...parts,
  });
  return { centre: new Scripted(), clock, desk, notes };
}

const STATUS = {
  id: "gw",
  connections: [{ id: "c", driver: "modbus-tcp", state: "up", stats: { devices: { a: "x".repeat(500) } } }],
  devices: [{ id: "d" }],
} as unknown as GatewayStatus;

t.test("the literal examples are asked and answered, and each is audited", async (t) => {
  const { centre, clock, desk, notes } = setUp();
  desk.take(bytes(example("command-resend")), centre);
  t.match(centre.asked, [{ epoch: EPOCH, from: 640, to: 700 }]);
  await centre.end({ state: "done", sent: 41, missing: [{ from: 640, to: 659 }] });
  desk.take(bytes(example("command-resend-time")), centre);
  await centre.end({ state: "failed", reason: "connection_lost", sent: 1200, last: 1840 });
  desk.take(bytes(example("command-birth")), centre);
  await centre.end({ state: "failed", reason: "unknown_rev", sent: 0 });
  desk.take(bytes({ ...example("command-snapshot"), expire: 1 }), centre);
  t.same(centre.replies, [
    example("reply-done"),
    example("reply-failed"),
    example("reply-rejected"),
    example("reply-rejected-key"),
  ]);
  desk.take(bytes(example("command-snapshot")), centre);
  await centre.end({ state: "done", sent: 3 });
  t.match(centre.replies.at(-1), { state: "done", sent: 3 });
  desk.take(bytes(example("command-diagnostics")), centre);
  await turn();
  t.match(centre.replies.at(-1), { state: "done", diagnostics: { id: "gw", devices: [{ id: "d" }] } });
  await clock.advance(3_600_000);
  clock.stepWall(Date.parse("2026-11-23T03:00:00.001Z") - clock.now());
  const { centre: other } = setUp();
  const late = new Scripted("other");
  desk.take(bytes(example("command-resend")), late);
  await turn();
  t.same(late.replies, [example("reply-expired")]);
  t.same(late.asked, other.asked, "nothing was done");
  for (const reply of [...centre.replies, ...late.replies]) t.ok(Value.Check(ReplyMessageSchema, reply));
  t.same(
    notes.map(({ message, params }) => [message.code, params["who"], params["request"], params["state"]]),
    [
      ["audit.request", "uplink centre", "resend", "done"],
      ["audit.request", "uplink centre", "resend", "failed"],
      ["audit.request", "uplink centre", "birth", "rejected"],
      ["audit.request", "uplink centre", "snapshot", "rejected"],
      ["audit.request", "uplink centre", "snapshot", "done"],
      ["audit.request", "uplink centre", "diagnostics", "done"],
      ["audit.request", "uplink other", "resend", "expired"],
    ],
  );
});

t.test("one at a time, a bounded queue, and the same id is never done twice", async (t) => {
  const { centre, clock, desk } = setUp();
  const ask = (id: string): void => desk.take(bytes({ id, request: "snapshot" }), centre);
  for (let n = 0; n < 17; n++) ask(`n${n}`);
  ask("n0");
  ask("n5");
  t.equal(centre.asked.length, 1);
  ask("over");
  t.match(centre.replies, [{ id: "over", state: "rejected", reason: "busy" }]);
  for (let n = 0; n < 17; n++) {
    t.equal(centre.asked.length, n + 1);
    await centre.end({ state: "done", sent: n });
  }
  t.same(
    centre.replies.slice(1).map(({ id, sent }) => [id, sent]),
    Array.from({ length: 17 }, (_, n) => [`n${n}`, n]),
  );
  await clock.advance(60_000);
  ask("n5");
  t.equal(centre.asked.length, 17, "answered from memory");
  t.match(centre.replies.at(-1), { id: "n5", state: "done", sent: 5 });
  ask("over");
  await centre.end({ state: "done", sent: 1 });
  t.match(centre.replies.at(-1), { id: "over", state: "done" }, "a refusal for want of room is not for ever");
  for (let n = 0; n < 300; n++) {
    await clock.advance(1_000);
    ask(`m${n}`);
    await centre.end({ state: "done", sent: 0 });
  }
  await clock.advance(60_000);
  const before = centre.asked.length;
  ask("m299");
  t.equal(centre.asked.length, before);
  ask("n5");
  t.equal(centre.asked.length, before + 1, "the memory is bounded: the oldest are forgotten");
});

t.test("a flood is answered, done in part, and told once a minute", async (t) => {
  const { centre, clock, desk, notes } = setUp();
  for (let n = 0; n < 1_000; n++) desk.take(bytes({ id: `n${n}`, request: "write" }), centre);
  t.equal(centre.replies.length, 1_000);
  t.equal(centre.replies.filter(({ reason }) => reason === "unknown_request").length, 30);
  t.equal(centre.replies.filter(({ reason }) => reason === "too_often").length, 970);
  t.equal(notes.length, 31);
  const quiet = new Scripted("other");
  desk.take(bytes({ id: "a", request: "write" }), quiet);
  t.match(quiet.replies, [{ reason: "unknown_request" }], "another centre has its own measure");
  await clock.advance(1_000);
  desk.take(bytes({ id: "a", request: "write" }), centre);
  t.match(centre.replies.at(-1), { reason: "unknown_request" });
});

t.test("a time limit without a trusted clock, other epochs and too much are rejected", async (t) => {
  const { centre, desk } = setUp({ clockTrusted: () => false });
  desk.take(bytes({ ...example("command-snapshot"), expires: "2099-01-01T00:00:00Z" }), centre);
  t.match(centre.replies.at(-1), { state: "rejected", reason: "clock_untrusted" });
  desk.take(bytes({ ...example("command-diagnostics") }), centre);
  await turn();
  t.match(centre.replies.at(-1), { state: "done" }, "without a limit it is answered");
  const resend = { id: "r", request: "resend", epoch: EPOCH, from: 1, to: 1_000_001 };
  desk.take(bytes(resend), centre);
  t.match(centre.replies.at(-1), { state: "rejected", reason: "too_many" });
  desk.take(bytes({ ...resend, epoch: "other" }), centre);
  t.match(centre.replies.at(-1), { state: "rejected", reason: "unknown_epoch" });
  t.equal(centre.asked.length, 0);
});

t.test(
  "a clock that steps: every request is answered, and none without a limit is refused for it",
  async (t) => {
    const { centre, clock, desk } = setUp();
    const ask = (id: string, limited: boolean): void => {
      const expires = limited ? { expires: "2026-11-23T03:00:00.000Z" } : {};
      desk.take(bytes({ id, request: "birth", ...expires }), centre);
    };
    const day = 86_400_000;
    for (const [at, stepMs] of [-7_200_000, 30 * day, -60 * day, 3_650 * day].entries()) {
      clock.stepWall(stepMs);
      ask(`open ${at}`, false);
      await centre.end({ state: "done", sent: 1 });
      t.match(centre.replies.at(-1), { id: `open ${at}`, state: "done" });
      ask(`limited ${at}`, true);
      if (clock.now() < Date.parse("2026-11-23T03:00:00.000Z")) await centre.end({ state: "done", sent: 1 });
      await turn();
      const state = stepMs < 0 ? "done" : "expired";
      t.match(centre.replies.at(-1), { id: `limited ${at}`, state }, "by the clock that the reply names");
    }
    t.equal(centre.replies.length, 8);
  },
);

t.test("a fault of ours is an answer too, and the next request is taken", async (t) => {
  const { centre, desk } = setUp({
    diagnose: () => {
      throw new TypeError("ours");
    },
  });
  desk.take(bytes(example("command-diagnostics")), centre);
  desk.take(bytes(example("command-snapshot")), centre);
  await turn();
  t.match(centre.replies, [{ state: "failed", reason: "unreadable" }]);
  t.equal(centre.asked.length, 1);
});

t.test("diagnostics fit into what passes", async (t) => {
  t.same(boundedStatus(STATUS, 10_000), { diagnostics: STATUS });
  const cut = boundedStatus(STATUS, 300);
  t.match(cut, { cut: true, diagnostics: { id: "gw", devices: [{ id: "d" }] } });
  t.notMatch(JSON.stringify(cut), /xxx/);
  t.same(boundedStatus(STATUS, 15), { cut: true, diagnostics: { id: "gw" } });
  t.same(boundedStatus(STATUS, -5), { cut: true, diagnostics: {} });
});
