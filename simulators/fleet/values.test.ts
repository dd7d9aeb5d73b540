import t from "tap";
import { contractProblems } from "../../gateway/contract/strict.js";
import { birthMessages, recordsMessage, snapshotMessage } from "./record-text.js";
import { stationOf } from "./station.js";
import type { Entry } from "./stream.js";

const OPTIONS = { prefix: "sim-", seed: 1, points: 100, districts: 10, everyMs: 60_000 };
const T0 = Date.UTC(2026, 10, 26, 2);

function entry(device: number, t: number, answer: "good" | "none" = "good"): Entry {
  const rest = { handed: false, acknowledgedMono: 0, mono: 0, rev: 3, state: "sent" } as const;
  return { seq: 5, prev: 4, t, what: { device, answer }, ...rest };
}

t.test("the same seed gives the same stations and values, another one others", async (t) => {
  const [one, again, other] = [
    stationOf(4, OPTIONS),
    stationOf(4, OPTIONS),
    stationOf(4, { ...OPTIONS, seed: 2 }),
  ];
  const say = (station: typeof one, at: number): string =>
    recordsMessage(
      station,
      station.devices.map((_, device) => entry(device, at)),
      { epoch: "e", pendingFrom: 5 },
      "live",
    ).payload;
  t.equal(say(one, T0), say(again, T0));
  t.not(say(one, T0), say(one, T0 + 60_000), "time moves them");
  t.not(say(one, T0), say(other, T0));
  t.not(say(one, T0), say(stationOf(5, OPTIONS), T0));
});

t.test(
  "a station has the points that were asked for, and every message of it is by the contract",
  async (t) => {
    for (const points of [1, 30, 100, 250]) {
      const station = stationOf(points, { ...OPTIONS, points });
      const count = station.devices.reduce((sum, device) => sum + device.points.length, 0);
      t.equal(count, points);
      const ids = station.devices.map(({ id }) => id);
      t.equal(new Set(ids).size, ids.length, "each device has an id of its own");
      const head = { epoch: "e", pendingFrom: 5 };
      const records = station.devices.flatMap((_, device) => [entry(device, T0), entry(device, T0, "none")]);
      const outgoing = [
        recordsMessage(station, records, head, "historical"),
        recordsMessage(station, records, head, "resend"),
        snapshotMessage(station, { epoch: "e", rev: 3, last: 5 }, T0, new Set([0])),
        ...birthMessages(station, "e", 3, 60_000, true).map((make) => make()),
      ];
      for (const { payload, topic } of outgoing) t.same(contractProblems(topic, payload), [], topic);
    }
  },
);

t.test("values stay plausible over a year: within their ranges, counters never fall", async (t) => {
  const HOUR = 3_600_000;
  for (const number of [1, 2, 3]) {
    for (const { id, points, seed } of stationOf(number, OPTIONS).devices) {
      for (const point of points) {
        let before = Number.NEGATIVE_INFINITY;
        let moved = new Set<unknown>();
        for (let t0 = T0, n = 0; n < 400; n++, t0 += 22 * HOUR + 7 * 60_000) {
          const value = point.value({ seed, t: t0 });
          if (moved.size < 3) moved = moved.add(value);
          if (typeof value === "number") {
            const { max = 1e9, min = -1e9 } = point.range ?? {};
            if (!(value >= min && value <= max)) t.fail(`${id}.${point.id}: ${value}`);
          }
          if (point.kind !== "counter") continue;
          if (!(Number(value) >= before)) t.fail(`${id}.${point.id} fell from ${before} to ${value}`);
          before = Number(value);
        }
        if (moved.size < 2) t.fail(`${id}.${point.id} never moves`);
      }
    }
  }
  t.pass("all of them");
});
