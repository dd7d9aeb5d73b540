import { Buffer as Bytes } from "node:buffer";
import t, { type Test } from "tap";
import { openBuffer } from "../buffer/open-buffer.js";
import { batchOf, optionsIn } from "../buffer/testbed.js";
import type { Action } from "../contract/subscriber/action.js";
import { follow, tick } from "../contract/subscriber/follow.js";
import { readMessage } from "../contract/subscriber/message.js";
import { FOLLOW_DEFAULTS } from "../contract/subscriber/options.js";
import { NEW_GATEWAY } from "../contract/subscriber/state.js";
import type { Centre, LinkOutcome } from "../core/command.js";
import type { Sent } from "./testing/scripted-forwarder.js";
import { Bench, describe } from "./testing/uplink-bench.js";

const GRACE_MS = 60_000;

interface Heard {
  readonly epoch: string;
  readonly pending_from: number;
  readonly records: readonly { readonly seq: number; readonly resend?: true }[];
}

/** A subscriber's library, fed with what an uplink sends. */
class Subscriber {
  readonly said: Action[] = [];
  readonly messages: Heard[] = [];
  #state = NEW_GATEWAY;
  #now = 1_000_000;

  hear({ message: { topic, payload }, text }: Sent): void {
    const incoming = readMessage(`tram/v1/gw/${topic}`, Bytes.from(payload));
    if (!incoming) return;
    if (incoming.kind === "data" || incoming.kind === "event") this.messages.push(JSON.parse(text));
    this.#take(follow(this.#state, incoming, this.#now, FOLLOW_DEFAULTS));
  }

  /** The grace time is over. */
  wait(): void {
    this.#now += GRACE_MS;
    this.#take(tick(this.#state, "gw", this.#now, FOLLOW_DEFAULTS));
  }

  gaps(epoch: string): readonly string[] {
    return this.said.flatMap((action) =>
      action.do === "gap" && action.epoch === epoch ? [`${action.from}-${action.to}`] : [],
    );
  }

  pendingFrom(epoch: string): readonly number[] {
    return this.messages.filter((one) => one.epoch === epoch).map(({ pending_from: from }) => from);
  }

  #take({ actions, state }: ReturnType<typeof follow>): void {
    this.#state = state;
    this.said.push(...actions);
  }
}

/** A card with twenty records of which five were delivered, moved to another box, where thirty more are taken. */
async function moved(t: Test) {
  const options = optionsIn(t.testdir(), { description: describe(["well"]) });
  const first = await openBuffer(options);
  const old = first.epoch;
  first.setLive("centre", true);
  for (let n = 1; n <= 20; n++) first.append(batchOf(n), "normal");
  first.settle(
    "centre",
    first.takeLive("centre", 5).map(({ seq }) => seq),
    "acknowledged",
  );
  await first.durable(20);
  await first.close();

  const buffer = await openBuffer({ ...options, machineId: "m2", description: describe(["well", "meter"]) });
  t.teardown(() => buffer.close());
  const subscriber = new Subscriber();
  let centre: Centre | undefined;
  const requests = {
    take: (_: Uint8Array, from: Centre): void => {
      centre = from;
    },
  };
  const bench = new Bench({ window: 4 }, { buffer, requests });
  const append = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const { seq } = buffer.append(batchOf(n), "normal");
      bench.uplink.wake();
      await buffer.durable(seq);
    }
  };
  await append(3);
  const base = buffer.stats().last - 4;
  const until = async (done: () => boolean): Promise<void> => {
    for (let n = 0; n < 500 && !done(); n++) {
      await bench.clock.advance(100);
      await buffer.revision(0).catch(() => {});
    }
    if (!done()) throw new Error("never");
  };
  const ask = async (range: Parameters<Centre["resend"]>[0]): Promise<LinkOutcome> => {
    bench.forwarder.command({});
    let outcome: LinkOutcome | undefined;
    void centre?.resend(range, 1_000).then((settled) => {
      outcome = settled;
    });
    await until(() => outcome !== undefined);
    return outcome as LinkOutcome;
  };
  return { append, ask, base, bench, buffer, old, subscriber, until };
}

t.test("a backlog of an older epoch: each message speaks of the numbers of its own", async (t) => {
  const { append, base, bench, buffer, old, subscriber, until } = await moved(t);
  const { forwarder } = bench;
  let births: string[] = [];
  // The broker takes everything and loses one live record on its way to the subscriber; the backlog it holds back.
  const held: Sent[] = [];
  forwarder.onSend = (sent) => {
    const { topic } = sent.message;
    if (topic.startsWith("birth/"))
      births.push(`${topic} ${JSON.parse(sent.text).epoch === old ? "old" : "new"}`);
    if (sent.text.includes(`"epoch":"${old}"`) && topic === "data") held.push(sent);
    else {
      sent.acknowledge();
      if (!sent.text.includes(`"seq":${base + 6},`)) subscriber.hear(sent);
    }
  };
  await bench.up();
  await until(() => held.length > 0);
  await append(6);
  await until(() => forwarder.seqs("data").includes(base + 10));
  births = births.filter((name) => name.endsWith("old"));
  t.same(
    births,
    ["birth/well old"],
    "explained by the revision of that epoch, not by the present one of that number",
  );
  subscriber.wait();
  t.same(
    subscriber.gaps(buffer.epoch),
    [`${base + 6}-${base + 6}`],
    "a gap is seen although older numbers wait",
  );
  t.ok(subscriber.pendingFrom(buffer.epoch).every((from) => from > base));
  t.ok(buffer.progress("centre").pending >= 15);

  for (let done = 0; done < held.length || buffer.progress("centre").pending > 0; done++) {
    await until(() => held.length > done || buffer.progress("centre").pending === 0);
    const sent = held[done];
    if (!sent) break;
    subscriber.hear(sent);
    subscriber.wait();
    sent.acknowledge();
  }
  t.same(subscriber.gaps(old), ["1-5"], "what went out before this subscriber listened, and nothing else");
  t.ok(subscriber.pendingFrom(old).every((from) => from >= 6 && from <= base + 1));
  t.equal(buffer.pendingFrom("centre", old), 21);
  t.equal(buffer.progress("centre").pendingFrom, buffer.stats().last + 1);
  await bench.stop();
});

t.test("an older epoch can be asked for again, and what is gone of it is said", async (t) => {
  const { ask, base, bench, buffer, old, subscriber, until } = await moved(t);
  bench.forwarder.onSend = (sent) => {
    subscriber.hear(sent);
    sent.acknowledge();
  };
  await bench.up();
  await until(() => buffer.progress("centre").pending === 0);
  const again = (epoch: string): readonly number[] =>
    subscriber.messages
      .filter((message) => message.epoch === epoch)
      .flatMap(({ records }) => records.filter(({ resend }) => resend).map(({ seq }) => seq));

  t.same(await ask({ epoch: old, from: 3, to: 30 }), {
    state: "done",
    sent: 18,
    missing: [{ from: 21, to: 30 }],
  });
  t.same(
    again(old),
    Array.from({ length: 18 }, (_, n) => n + 3),
  );
  t.same(again(buffer.epoch), []);
  t.match(await ask({ epoch: buffer.epoch, from: 1, to: base + 3 }), { state: "done", sent: 3 });
  t.ok(again(buffer.epoch).every((seq) => seq > base));
  t.match(await ask({ fromT: 0, toT: 1.8e12 }), { state: "done", sent: 24 }, "a time knows no epochs");
  const gone = { state: "done", sent: 0, missing: [{ from: 21, to: 25 }] };
  t.same(await ask({ epoch: old, from: 21, to: 25 }), gone, "known, and nothing of it is there");
  t.ok(buffer.knows(old) && buffer.knows(buffer.epoch));
  t.notOk(buffer.knows("another"), "asked for, it is rejected as unknown");
  await bench.stop();
});
