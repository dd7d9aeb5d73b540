import { spawnSync } from "node:child_process";
import t from "tap";
import type { ExchangeStats } from "../../drivers/core/exchange-stats.js";
import type { GatewayStatus } from "../core/status.js";
import { metricsText } from "./metrics.js";

const METER: ExchangeStats = {
  requests: 120,
  good: 110,
  timeouts: 4,
  damaged: 3,
  foreign: 2,
  late: 1,
  exceptions: 3,
  exceptionCodes: { "2": 1, "6": 2 },
  roundTrip: { medianMs: 41.5, p99Ms: 139 },
  busyShare: 0.25,
  lastGoodT: 1.7e12,
};

const STATUS: GatewayStatus = {
  id: "gw",
  name: "gw",
  version: "1",
  pid: 1,
  config: "f",
  hash: "h",
  epoch: "e",
  rev: 1,
  started: "",
  now: "",
  clock: "trusted",
  connections: [
    {
      id: "rs485",
      driver: "modbus-rtu",
      state: "up",
      findings: [],
      stats: { ...METER, requests: 121, devices: { meter: METER } },
    },
  ],
  devices: [
    {
      id: "meter",
      name: "m",
      connection: "rs485",
      state: "answering",
      failures: 0,
      points: 1,
      badPoints: 0,
    },
  ],
  uplinks: [
    {
      id: "centre",
      url: "mqtt://x",
      state: "down",
      pendingFrom: 1,
      last: 9,
      keptFrom: 1,
      pending: 9,
      inFlight: 1,
      oldestInFlightMs: 1500,
      sentMessages: 7,
      sentBytes: 700,
      sentTodayBytes: 1_750,
      acknowledgedRecords: 6,
      acknowledgedReadings: 60,
      rejectedMessages: 1,
    },
  ],
  buffer: {
    path: "b",
    durable: true,
    last: 9,
    durableSeq: 9,
    keptFrom: 1,
    uncommittedMs: 500,
    uncommittedBytes: 10,
    belowKeepAtLeastUntil: 0,
    fileBytes: 4096,
    usedBytes: 0,
    limitBytes: 2e9,
    disk: "writable",
    bytesWritten: 8192,
    card: { ownBytes: 5e9, deviceBytes: 7e9, enduranceBytes: 30e12, yearsLeft: 2 },
    commits: 3,
    lastCommitMs: 2,
    worstCommitMs: 9,
    readings: 100,
    records: 10,
    dropped: 0,
  },
  audit: { path: "a", bytes: 900, last: 3, hash: "00", waiting: 1, missing: 2 },
  alarms: [],
  memory: { rssBytes: 1e8 },
};

t.test("counters of a bus and of each device on it", async (t) => {
  const lines = metricsText(STATUS).split("\n");
  for (const line of [
    'tram_connection_up{connection="rs485"} 1',
    'tram_device_answering{connection="rs485",device="meter"} 1',
    'tram_bus_requests_total{connection="rs485"} 121',
    'tram_bus_requests_total{connection="rs485",device="meter"} 120',
    'tram_bus_exceptions_total{connection="rs485",device="meter",code="6"} 2',
    'tram_bus_round_trip_median_seconds{connection="rs485"} 0.0415',
    'tram_bus_busy_ratio{connection="rs485"} 0.25',
    'tram_bus_last_good_timestamp_seconds{connection="rs485"} 1700000000',
    'tram_uplink_up{uplink="centre"} 0',
    'tram_uplink_oldest_in_flight_seconds{uplink="centre"} 1.5',
    "tram_buffer_written_bytes_total 8192",
    "tram_card_own_bytes_total 5000000000",
    "tram_card_device_bytes_total 7000000000",
    "tram_card_seconds_left 63115200",
    "tram_audit_entries_waiting 1",
    "tram_audit_entries_missing_total 2",
    "tram_memory_resident_bytes 100000000",
  ]) {
    t.ok(lines.includes(line), line);
  }
  t.equal(metricsText(STATUS).endsWith("# EOF\n"), true);
});

t.test("a device that never answered has no times", async (t) => {
  const { roundTrip: _, lastGoodT: __, ...silent } = METER;
  const [bus] = STATUS.connections;
  if (!bus) throw new TypeError("no bus");
  const text = metricsText({ ...STATUS, connections: [{ ...bus, stats: { ...silent, devices: {} } }] });
  t.notMatch(text, /round_trip_median_seconds\{/);
  t.notMatch(text, /undefined|NaN/);
});

t.test("a parser that is not ours reads it", async (t) => {
  const script = `
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = {f.name: f for f in text_string_to_metric_families(sys.stdin.read())}
sample = [s for s in families["tram_bus_exceptions"].samples if s.labels.get("device") == "meter" and s.labels["code"] == "6"]
print(len(families), sample[0].value)
`;
  const { stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", script], {
    input: metricsText(STATUS),
    encoding: "utf8",
  });
  t.equal(stderr, "");
  t.equal(stdout, "41 2\n");
});
