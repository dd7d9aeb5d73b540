import t from "tap";
import type { UplinkStatus } from "../../core/status.js";
import { uplinkFacts } from "./uplink-facts.js";

const UPLINK: UplinkStatus = {
  id: "centre",
  url: "mqtt://x",
  state: "up",
  pendingFrom: 1,
  last: 1,
  keptFrom: 1,
  pending: 0,
  inFlight: 0,
  oldestInFlightMs: 0,
  sentMessages: 0,
  sentBytes: 0,
  sentTodayBytes: 0,
  acknowledgedRecords: 0,
  acknowledgedReadings: 0,
  rejectedMessages: 0,
};

t.test("what a person should know of an uplink besides its line", (t) => {
  t.same(uplinkFacts(UPLINK, "en"), []);
  const certificates = [
    { file: "/a.pem", of: "ca", until: "2027-01-31T00:00:00.000Z", daysLeft: 31 },
    { file: "/b.pem", of: "cert", until: "2026-12-08T00:00:00.000Z", daysLeft: 13 },
    { file: "/c.pem", of: "cert", until: "2026-12-08T00:00:00.000Z" },
    { file: "mqtts://x:8883", of: "broker", until: "2026-12-05T00:00:00.000Z", daysLeft: 10 },
  ] as const;
  const deadLetters = { path: "/var/lib/tram/dead-letters/centre.jsonl", records: 2, dropped: 1 };
  const full = {
    ...UPLINK,
    backlogWaits: "day",
    sentTodayBytes: 200.1e6,
    certificates,
    deadLetters,
  } as const;
  t.same(uplinkFacts(full, "en"), [
    "200.1 MB sent today, the budget is spent: the backlog waits for tomorrow, live readings go on",
    "3 records that are refused for good lie in /var/lib/tram/dead-letters/centre.jsonl",
    "the certificate /b.pem ends on 2026-12-08 (in 13 days)",
    "the broker's certificate ends on 2026-12-05 (in 10 days): tell whoever runs the broker",
  ]);
  t.match(uplinkFacts(full, "vi")[0], /200,1 MB/);
  t.end();
});
