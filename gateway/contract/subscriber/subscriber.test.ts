import { connectAsync, type MqttClient } from "mqtt";
import t from "tap";
import { Mosquitto } from "../../forward/testing/mosquitto.js";
import type { Action } from "./action.js";
import type { FollowOptions } from "./options.js";
import { MemoryStore, type SavedStep, type SubscriberStore } from "./store.js";
import { Subscriber } from "./subscriber.js";

/** A store whose disk fails now and then: nothing of that step is kept. */
class FailingStore implements SubscriberStore {
  readonly stored: string[] = [];
  failures = 0;
  #calls = 0;
  readonly #every: number;
  readonly #inner = new MemoryStore((gateway, actions) => {
    for (const action of actions) {
      if (action.do === "store") this.stored.push(`${gateway} ${action.epoch} ${action.seq}`);
    }
  });

  constructor(every: number) {
    this.#every = every;
  }

  async transact(
    gateway: string,
    step: (saved: string | undefined) => SavedStep,
  ): Promise<readonly Action[]> {
    if (++this.#calls % this.#every === 0) {
      this.failures++;
      // After the step was computed, before anything of it was kept.
      step(undefined);
      throw new TypeError("disk");
    }
    return this.#inner.transact(gateway, step);
  }

  gateways(): Promise<readonly string[]> {
    return this.#inner.gateways();
  }
}

const options: Partial<FollowOptions> = { graceMs: 100 };

async function until(what: () => boolean): Promise<void> {
  const deadline = Date.now() + 25_000;
  while (!what()) {
    if (Date.now() > deadline) throw new Error("it did not come");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function publish(client: MqttClient, gateway: string, seq: number): Promise<unknown> {
  const record = {
    seq,
    prev: seq === 1 ? null : seq - 1,
    t: "2026-11-23T02:51:20.123Z",
    device: "d",
    v: { p: seq },
  };
  const message = { epoch: "e", rev: 1, pending_from: seq, records: [record] };
  return client.publishAsync(`tram/v1/${gateway}/data`, JSON.stringify(message), { qos: 1 });
}

t.test("what could not be kept is not acknowledged, and comes again", async (t) => {
  const broker = await Mosquitto.start(t.testdir());
  t.teardown(() => broker.stop());
  const client = await connectAsync(broker.url, { protocolVersion: 5 });
  t.teardown(() => client.endAsync(true));
  const store = new FailingStore(13);
  const problems: string[] = [];
  const seen: Action[] = [];
  const subscriber = new Subscriber({
    url: broker.url,
    store,
    options,
    mqtt: { clientId: "centre" },
    onAction: (_, action) => void seen.push(action),
    onProblem: (error) => void problems.push(error.message),
  });
  // The first message shows that the subscription stands.
  await until(() => {
    void publish(client, "a", 1);
    return store.stored.length > 0;
  });
  for (let seq = 2; seq <= 30; seq++) await publish(client, "a", seq);
  await until(() => new Set(store.stored).size === 30);
  t.equal(store.stored.length, 30, "each once");
  t.ok(store.failures > 1, `${store.failures} failures`);
  t.ok(problems.includes("disk"));
  t.equal(seen.filter((action) => action.do === "store").length, 30);
  t.equal(seen.filter((action) => action.do === "gap").length, 0);
  await subscriber.close();
  await subscriber.close();
});

t.test("two workers of one store, a session that waits while both are away", async (t) => {
  const broker = await Mosquitto.start(t.testdir(), ["allow_anonymous true", "max_queued_messages 0"]);
  t.teardown(() => broker.stop());
  const client = await connectAsync(broker.url, { protocolVersion: 5 });
  t.teardown(() => client.endAsync(true));
  const store = new FailingStore(Number.POSITIVE_INFINITY);
  const byWorker = [0, 0];
  const start = () =>
    [0, 1].map(
      (at) =>
        new Subscriber({
          url: broker.url,
          store,
          options,
          share: "centre",
          mqtt: { clientId: `worker-${at}` },
          onAction: (_, action) => {
            if (action.do === "store") byWorker[at] = (byWorker[at] ?? 0) + 1;
          },
        }),
    );
  const first = start();
  let seq = 0;
  await until(() => {
    if (seq < 400) void publish(client, "a", ++seq);
    return byWorker.every((count) => count > 5);
  });
  await Promise.all(first.map((worker) => worker.close()));
  const before = seq;
  for (const last = seq + 20; seq < last; ) await publish(client, "a", ++seq);
  const again = start();
  await until(() => store.stored.includes(`a e ${seq}`) && store.stored.length >= seq - 1);
  await Promise.all(again.map((worker) => worker.close()));
  t.equal(new Set(store.stored).size, store.stored.length, "none twice");
  // What was sent before the first of them listened is not theirs.
  const kept = store.stored.map((text) => Number(text.split(" ")[2])).sort((a, b) => a - b);
  t.same(
    kept,
    Array.from({ length: seq + 1 - (kept[0] ?? 0) }, (_, at) => (kept[0] ?? 0) + at),
  );
  t.ok(kept.filter((one) => one > before).length === 20);
});
