import t from "tap";
import type { ExchangeStats } from "../../../drivers/core/exchange-stats.js";
import type { ConnectionStatus, GatewayStatus } from "../../core/status.js";
import { displayWidth } from "../table.js";
import { busHealthLines } from "./bus-health.js";
import { statusLines } from "./status.js";

const FINE: ExchangeStats = {
  requests: 2000,
  good: 2000,
  timeouts: 0,
  damaged: 0,
  foreign: 0,
  late: 0,
  exceptions: 0,
  exceptionCodes: {},
  roundTrip: { medianMs: 40.6, p99Ms: 60 },
  busyShare: 0.2,
  lastGoodT: 1.7e12,
};
const POOR: ExchangeStats = {
  ...FINE,
  requests: 1234,
  good: 1233,
  timeouts: 1,
  late: 2,
  exceptionCodes: { "2": 14, "6": 3 },
};

function busOf(devices: Readonly<Record<string, ExchangeStats>>): ConnectionStatus {
  return { id: "rs485", driver: "modbus-rtu", state: "up", findings: [], stats: { ...FINE, devices } };
}

t.test("a line for each bus and device, and one more where something went wrong", async (t) => {
  const lines = busHealthLines([busOf({ meter: FINE, well: POOR })], "vi", 80);
  t.same(lines, [
    "Đường truyền  Lần hỏi  Tốt %  ms giữa  ms 99 %  Chiếm bus %",
    "rs485           2.000    100       41       60           20",
    "  meter         2.000    100       41       60           20",
    "  well          1.234   99,9       41       60           20",
    "      quá thời gian chờ 1; trả lời trễ 2; mã lỗi 2 ×14, 6 ×3",
  ]);
});

t.test("never 100 % while one is missing, and no figures before there are any", async (t) => {
  const one = { ...FINE, requests: 1_000_000, good: 999_999 };
  t.match(busHealthLines([busOf({ a: one })], "en", 80)[2], / 99\.9 /);
  const { roundTrip: _, ...silent } = { ...FINE, good: 0, timeouts: 2000 };
  t.match(busHealthLines([busOf({ a: silent })], "en", 80)[2], / 0 +- +- /);
  const nothing = { ...FINE, requests: 0, good: 0 };
  t.same(busHealthLines([{ ...busOf({}), stats: { ...nothing, devices: {} } }], "en", 80), []);
});

t.test("problems and findings stand whole in 80 columns, with what to do", async (t) => {
  const finding = `${"Chữ ".repeat(40)}hết.`;
  const status: GatewayStatus = {
    id: "gw",
    name: "Trạm",
    version: "1",
    pid: 1,
    config: "/etc/tram/gateway.yaml",
    hash: "h",
    epoch: "e",
    rev: 1,
    started: "",
    now: "",
    clock: "trusted",
    connections: [{ ...busOf({}), findings: [finding] }],
    devices: [],
    uplinks: [],
    buffer: {
      path: "/data/b.db",
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
      card: {
        ownBytes: 12.3e9,
        ownBytesADay: 0.77e9,
        deviceBytes: 40e9,
        deviceBytesADay: 1.1e9,
        enduranceBytes: 30e12,
        yearsLeft: 74.6,
      },
      commits: 3,
      lastCommitMs: 2,
      worstCommitMs: 9,
      readings: 100,
      records: 10,
      dropped: 0,
    },
    audit: {
      path: "/data/b.audit.jsonl",
      bytes: 1,
      last: 1,
      hash: "ab".repeat(32),
      waiting: 1000,
      missing: 7,
      problem: "ENOSPC: no space left on device, write",
    },
    alarms: [],
    memory: { rssBytes: 1e8 },
  };
  const lines = statusLines(status, "vi", 80);
  for (const line of lines) t.ok(displayWidth(line) <= 80, line);
  const told = lines.slice(lines.findIndex((line) => line.startsWith("! "))).join(" ");
  t.match(told.replace(/\s+/g, " "), `! rs485: ${finding}`);
});
