import t from "tap";
import { accountOf } from "./account.js";
import { accountLines } from "./account-lines.js";
import { forecast } from "./forecast.js";
import { stationOf } from "./station.js";
import { GatewayStream } from "./stream.js";
import { Tally } from "./tally.js";
import { type FleetView, plainLine, screenLines } from "./view.js";

const MEASURED = {
  ...{ gateways: 1_000, seconds: 60, messagesPerSecond: 100, peakMessagesPerSecond: 500, spreadMs: 20_000 },
  ...{ sentBytesPerSecond: 50_000, receivedBytesPerSecond: 1_000, retainedMessages: 10_000 },
  ...{ retainedBytes: 20_000_000, brokerCores: 0.02, brokerRssBytes: 49e6, brokerEmptyBytes: 9e6 },
};

function viewOf(count: number): FleetView {
  const counts = new Tally().counts;
  const many = Object.fromEntries(Object.keys(counts).map((key) => [key, count])) as unknown as typeof counts;
  return {
    ...{
      url: "mqtt://127.0.0.1:34567",
      broker: "mosquitto",
      phase: "storm",
      seconds: 3_723,
      forSeconds: 36_000,
    },
    state: {
      ...{ gateways: count, connected: count, out: 7, draining: 3, waiting: count, storm: "raging" },
      ...{ counts: many, wire: { sent: 0, received: 0 }, problem: "connack \u001b[2J timeout" },
    },
    rates: { messages: count, bytes: count, readings: count },
    own: { cpu: 199, memoryMb: count },
    brokerLoad: { cpu: 100, memoryMb: count },
  };
}

t.test("the screen keeps within 80 columns in both languages, whatever the figures are", async (t) => {
  for (const language of ["vi", "en"] as const) {
    for (const count of [0, 5_000, 1e9]) {
      const lines = screenLines(viewOf(count), language, 80);
      for (const line of lines) t.ok([...line].length <= 80, line);
      t.notMatch(lines.join("\n"), /[^\P{C}\n]/u, "no control character");
    }
    t.match(screenLines(viewOf(5_000), language, 80)[1], /^01:02:03 \/ 10:00:00 /);
  }
  t.match(plainLine(viewOf(5_000), "vi"), /kết nối 5\.000\/5\.000/);
});

t.test("the estimate is scaled from what was measured", async (t) => {
  const large = forecast(MEASURED, 100_000);
  t.match(large, { connections: 100_000, messages_per_second: 10_000, peak_messages_per_second: 50_000 });
  t.match(large, {
    retained_messages: 1_000_000,
    retained_mb: 2_000,
    broker_cores: 2,
    connections_per_second: 5_000,
  });
  t.equal(large.broker_mb, 9 + 40 * 100, "what an empty broker takes is not multiplied");
  // 50,000 bytes and 200 segments of 52 bytes a second, times 100, in bits.
  t.equal(large.mbit_in, 48.3);
  const { broker_cores: cores, ...rest } = forecast({ ...MEASURED, brokerCores: undefined }, 1_000);
  t.equal(cores, undefined);
  t.match(rest, { mbit_in: 0.5, mb_a_month_each: 186.1 });
});

t.test("the account: one record too few or too many is a fault, what was told as lost is none", async (t) => {
  const stream = new GatewayStream({ history: 16, capacity: 16, pointsOf: () => [] });
  const now = { t: 0, mono: 0 };
  for (let n = 0; n < 10; n++) stream.append({ device: 0, answer: "good" }, now, 1, "live");
  stream.cutOff();
  stream.evict(4, "full", now, 1, "backlog");
  stream.acknowledge(stream.take("backlog", 99), 1);
  stream.acknowledge(stream.take("backlog", 99), 1);
  const station = stationOf(1, { prefix: "s", seed: 1, points: 1, districts: 1, everyMs: 1_000 });
  const gateways = [{ station, stream }];
  const zero = {
    gateways: 1,
    records: 0,
    historical: 0,
    resent: 0,
    duplicates: 0,
    conflicts: 0,
    voids: 0,
    lost: 0,
  };
  const counts = {
    ...{ ...zero, unreadable: 0, gaps: 0, gapsClosed: 0, givenUp: 0, snapshots: 0, replies: 0 },
    ...{ resendRequests: 0, asked: 0, answered: 0 },
  };
  const seen = (records: number, openGaps = 0) =>
    accountOf(gateways, { gateways: [{ id: station.id, records, openGaps }], counts });
  t.match(seen(7), {
    numbered: 11,
    told_lost: 4,
    received: 7,
    missing: 0,
    surplus: 0,
    waiting: 0,
    complete: true,
  });
  t.match(seen(6), { missing: 1, complete: false });
  t.match(seen(8), { surplus: 1, complete: false });
  t.match(seen(7, 1), { open_gaps: 1, complete: false });
  t.match(accountOf(gateways, undefined), { unheard: 1, complete: false });
  const base = { machine: "2 × cores", load: 1, measured: MEASURED, forecast: forecast(MEASURED, 100_000) };
  const text = (account: ReturnType<typeof seen>, checked: boolean, language: "vi" | "en"): string =>
    accountLines({ account, checked, ...base }, language).join("\n");
  t.match(text(seen(7), true, "en"), /^COMPLETE: 7 records of 1 gateways/);
  t.match(text(seen(6), true, "vi"), /^KHÔNG ĐỦ: thiếu 1 bản ghi/);
  t.match(text(accountOf(gateways, undefined), false, "en"), /nothing is proven/);
  t.match(text(seen(7), true, "en"), /Estimate for 100,000 such gateways: .*2 cores and 4,009 MB/);
  t.match(text(seen(7), true, "vi"), /Chỉ là ước tính[^\n]*$/);
  const few = { ...base, measured: { ...MEASURED, gateways: 50, brokerCores: undefined }, checked: true };
  const small = accountLines(
    { ...few, account: seen(7), forecast: forecast(few.measured, 100_000) },
    "en",
  ).join("\n");
  t.match(small, /not observed.*\n.*\n.*at least 1000/);
});
