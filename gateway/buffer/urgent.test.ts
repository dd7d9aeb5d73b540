import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { batchOf, drain, numbers, openIn, optionsIn } from "./testbed.js";

t.test(
  "urgent records leave the queue first, and come again as backlog when they are returned",
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "tram-urgent-"));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const buffer = await openIn(t, optionsIn(folder));
    buffer.setLive("centre", true);
    for (let n = 1; n <= 5; n++) buffer.append(batchOf(n), "normal");
    const { seq } = buffer.appendEvent({ event: "alarms", active: [] }, "alarm");
    buffer.append(batchOf(7), "normal");
    const first = seq - 5;
    t.same(numbers(buffer.takeUrgent("centre")), [seq]);
    t.same(buffer.takeUrgent("centre"), []);
    await buffer.durable(seq + 1);
    // It went ahead of those that still wait as live, and it did not get through.
    buffer.settle("centre", [seq], "returned");
    t.same(numbers(await buffer.takeBacklog("centre", 10)), [seq], "though older ones still wait as live");
    buffer.settle("centre", [seq], "acknowledged");
    t.equal(buffer.progress("centre").pendingFrom, first);
    const rest = numbers(buffer.takeLive("centre", 10));
    t.same(rest, [first, first + 1, first + 2, first + 3, first + 4, seq + 1]);
    buffer.settle("centre", rest, "acknowledged");
    t.equal(buffer.progress("centre").pendingFrom, seq + 2);
    t.same(await drain(buffer), []);

    buffer.append(batchOf(8), "normal");
    buffer.appendEvent({ event: "alarms", active: [] }, "alarm");
    buffer.setLive("centre", false);
    t.same(buffer.takeUrgent("centre"), [], "what does not wait as live is backlog");
    await buffer.durable(seq + 3);
    t.same(numbers(await drain(buffer)), [seq + 2, seq + 3]);
  },
);
