import t from "tap";
import { contractProblems } from "../../gateway/contract/strict.js";
import { missing } from "../../gateway/contract/subscriber/chain.js";
import { follow } from "../../gateway/contract/subscriber/follow.js";
import { readMessage } from "../../gateway/contract/subscriber/message.js";
import { FOLLOW_DEFAULTS } from "../../gateway/contract/subscriber/options.js";
import { NEW_GATEWAY } from "../../gateway/contract/subscriber/state.js";
import { seededRandom } from "../random.js";
import { type Outgoing, recordsMessage } from "./record-text.js";
import { stationOf } from "./station.js";
import { type Entry, GatewayStream, type Moment } from "./stream.js";

const STATION = stationOf(1, { prefix: "sim-", seed: 7, points: 40, districts: 3, everyMs: 60_000 });
const T0 = Date.UTC(2026, 10, 26, 2);
const at = (ms: number): Moment => ({ t: T0 + ms, mono: ms });

function newStream(history = 8, capacity = 40): GatewayStream {
  return new GatewayStream({ history, capacity, pointsOf: (device) => [`d${device}.p`] });
}

/** A receiver of one gateway that counts what it stores. */
class Receiver {
  state = NEW_GATEWAY;
  readonly stored = new Map<number, number>();
  readonly problems: string[] = [];

  hear({ payload, topic }: Outgoing): void {
    this.problems.push(...contractProblems(topic, payload));
    const incoming = readMessage(topic, Buffer.from(payload));
    if (!incoming) throw new Error(topic);
    const step = follow(this.state, incoming, 0, FOLLOW_DEFAULTS);
    this.state = step.state;
    for (const action of step.actions) {
      if (action.do === "store") this.stored.set(action.seq, (this.stored.get(action.seq) ?? 0) + 1);
      else if (["conflict", "unreadable", "given_up"].includes(action.do)) {
        this.problems.push(JSON.stringify(action));
      }
    }
  }

  get missing(): number {
    const [own] = this.state.epochs;
    if (!own) return 0;
    return missing(own.chain).filter(({ to }) => to < own.pendingFrom).length;
  }
}

t.test("the chain of a stream", async (t) => {
  const stream = newStream();
  const good = { device: 0, answer: "good" as const };
  t.same([stream.last, stream.pendingFrom, stream.keptFrom], [0, 1, 1], "nothing was numbered");
  for (let n = 0; n < 3; n++) stream.append(good, at(n), 1, "live");
  const taken = stream.take("live", 2);
  t.same(
    taken.map(({ seq, prev }) => [seq, prev]),
    [
      [1, null],
      [2, 1],
    ],
  );
  t.equal(stream.take("backlog", 9).length, 0);
  stream.acknowledge(taken, 5);
  t.equal(stream.pendingFrom, 3);
  stream.cutOff();
  t.equal(stream.take("live", 9).length, 0, "live no more");
  t.equal(stream.take("backlog", 9).length, 1);
  stream.crash(2_000);
  stream.recover(at(9_000), 1, "backlog");
  const [, , , told] = stream.range(1, 1_000);
  t.match(told, { seq: 65, prev: 3, what: { event: { event: "void", from: 4, to: 64, reason: "crash" } } });
  t.same(stream.account, { numbered: 4, lost: 0, voided: 0, uncertain: 0, waiting: 2 });
  stream.recover(at(9_001), 1, "backlog");
  t.equal(stream.last, 65, "told once");
});

t.test("a full buffer loses the oldest readings and says which, never an event", async (t) => {
  const stream = newStream(8, 20);
  stream.append({ event: { event: "alarms", active: [] } }, at(0), 1, "backlog");
  for (let n = 0; n < 30; n++) stream.append({ device: n % 2, answer: "good" }, at(n), 1, "backlog");
  const events = stream.range(1, 100).filter(({ what }) => "event" in what);
  t.match(events[0], { seq: 1, what: { event: { event: "alarms" } } });
  const runs = events.flatMap(({ what }) =>
    "event" in what && what.event.event === "lost" ? what.event.runs : [],
  );
  t.match(runs[0], { from: 2, to: 3, prev: 1, count: 2 });
  const { lost, numbered, waiting } = stream.account;
  t.equal(
    runs.reduce((sum, { count }) => sum + count, 0),
    lost,
  );
  t.equal(numbered, lost + waiting);
  t.ok(waiting <= 20, "never more than its capacity");
});

t.test("history is bounded, and what waits is never in it", async (t) => {
  const stream = newStream(8, 40);
  for (let n = 0; n < 30; n++) stream.append({ device: 0, answer: "good" }, at(n), 1, "live");
  stream.acknowledge(stream.take("live", 25), 100);
  t.equal(stream.keptFrom, 18);
  t.equal(stream.pendingFrom, 26);
  t.equal(stream.range(1, 99).length, 13);
});

t.test(
  "whatever happens, the subscriber library misses nothing, and the account says how many there are",
  async (t) => {
    let [voids, evictions, duplicates] = [0, 0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(seed);
      const stream = newStream(4 + Math.floor(random() * 8), 20 + Math.floor(random() * 30));
      const receiver = new Receiver();
      const flying: { readonly entries: readonly Entry[]; readonly message: Outgoing }[] = [];
      let [mono, rev] = [0, 1];
      let online = false;
      const send = (lane: "live" | "backlog"): void => {
        const entries = stream.take(lane, 1 + Math.floor(random() * 5));
        if (entries.length === 0) return;
        const head = { epoch: "e", pendingFrom: stream.pendingFrom };
        flying.push({
          entries,
          message: recordsMessage(STATION, entries, head, lane === "live" ? "live" : "historical"),
        });
      };
      const cut = (): void => {
        online = false;
        // Some of what was under way arrives all the same, without a receipt.
        for (const { message } of flying.splice(0)) if (random() < 0.5) receiver.hear(message);
        stream.cutOff();
      };
      for (let step = 0; step < 200; step++) {
        mono += Math.floor(random() * 900);
        const what = random();
        if (what < 0.45) {
          const answer = random() < 0.9 ? "good" : "none";
          stream.append(
            { device: Math.floor(random() * 3), answer },
            at(mono),
            rev,
            online ? "live" : "backlog",
          );
        } else if (what < 0.6) send("live");
        else if (what < 0.7 && online) send("backlog");
        else if (what < 0.85) {
          const one = flying.shift();
          if (one) {
            receiver.hear(one.message);
            stream.acknowledge(one.entries, mono);
          }
        } else if (what < 0.9) cut();
        else if (what < 0.95) online = true;
        else if (what < 0.97) {
          cut();
          stream.crash(mono);
          mono += 5_000;
          stream.recover(at(mono), rev, "backlog");
          voids++;
        } else if (what < 0.98) rev++;
        else evictions += stream.evict(5, "full", at(mono), rev, online ? "live" : "backlog");
      }
      cut();
      for (let left = 500; stream.waiting > 0 && left > 0; left--) {
        send("backlog");
        const one = flying.shift();
        if (!one) continue;
        receiver.hear(one.message);
        stream.acknowledge(one.entries, mono);
      }
      const { lost, numbered, uncertain, voided, waiting } = stream.account;
      const most = numbered - lost - voided;
      if (seed % 20 === 0 || receiver.missing > 0 || receiver.problems.length > 0) {
        t.same(receiver.problems.slice(0, 3), [], `seed ${seed}: every message is by the contract`);
        t.equal(receiver.missing, 0, `seed ${seed}: no gap`);
      }
      t.equal(waiting, 0, `seed ${seed}: everything was sent`);
      const stored = receiver.stored.size;
      if (stored > most || stored < most - uncertain)
        t.fail(`seed ${seed}: ${stored} of ${most}-${uncertain}`);
      duplicates += [...receiver.stored.values()].filter((count) => count > 1).length;
    }
    t.ok(voids > 50 && evictions > 100, `${voids} crashes, ${evictions} records evicted`);
    t.equal(duplicates, 0, "the library stores each once");
  },
);
