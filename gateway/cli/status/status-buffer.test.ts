import t from "tap";
import type { GatewayStatus } from "../../core/status.js";
import { statusLines } from "./status.js";

const BUFFER: GatewayStatus["buffer"] = {
  path: "/data/b.db",
  durable: true,
  last: 1200,
  durableSeq: 1190,
  keptFrom: 300,
  keptSince: Date.UTC(2026, 10, 23, 5),
  belowKeepAtLeastUntil: 0,
  uncommittedMs: 1250,
  uncommittedBytes: 4000,
  fileBytes: 600e6,
  usedBytes: 500e6,
  limitBytes: 2e9,
  disk: "writable",
  bytesWritten: 0,
  card: { ownBytes: 0 },
  commits: 10,
  lastCommitMs: 3,
  worstCommitMs: 40,
  readings: 0,
  records: 0,
  dropped: 7,
};

const AUDIT: GatewayStatus["audit"] = { path: "", bytes: 0, last: 0, hash: "", waiting: 0, missing: 0 };

/** As if no line had been broken for want of room. */
function unbroken(lines: readonly string[]): string {
  return lines.join(" ").replace(/ +/g, " ");
}

function lines(buffer: Partial<GatewayStatus["buffer"]>, language: "vi" | "en"): string {
  const status: GatewayStatus = {
    id: "g",
    name: "g",
    version: "0",
    pid: 1,
    config: "gateway.yaml",
    hash: "",
    epoch: "e",
    rev: 1,
    started: "",
    now: "",
    clock: "trusted",
    connections: [],
    devices: [],
    uplinks: [],
    buffer: { ...BUFFER, ...buffer },
    audit: AUDIT,
    alarms: [],
    memory: { rssBytes: 0 },
  };
  return unbroken(statusLines(status, language, 80));
}

t.test("the buffer: window of loss, whether it stores, how full, since when, what was dropped", async (t) => {
  const english = lines({}, "en");
  t.match(english, "/data/b.db (storing)");
  t.match(english, "stored up to record 1,190, not stored 1.3 s, file 600.0 MB, slowest commit 40 ms");
  t.match(
    english,
    /25 % of 2,000 MB in use, kept from record 300 \(23\/11\/2026 \d\d:00:00\), dropped unstored 7/,
  );
  t.notMatch(english, /DISK FULL|BELOW|NOT STORED/);
  const vietnamese = lines({ usedBytes: 512e6 }, "vi");
  t.match(vietnamese, "25,6 % của 2.000 MB");
  t.match(lines({ durable: false }, "en"), "NOT STORED");
  t.match(lines({ disk: "full" }, "en"), "DISK FULL");
  t.match(lines({ belowKeepAtLeastUntil: -1 }, "vi"), "KHÔNG GIỮ ĐỦ");
  const { keptSince: _keptSince, ...unknown } = BUFFER;
  t.match(statusLinesOf(unknown), "date unknown");
});

t.test("no uplink yet: told, with what to do, and no empty table", async (t) => {
  t.match(lines({}, "en"), "Uplink: none yet; readings are kept here. Add one: uplinks in gateway.yaml");
  t.match(lines({}, "vi"), "Nơi nhận: chưa có; số đo được giữ ở đây. Thêm: uplinks trong gateway.yaml");
});

function statusLinesOf(buffer: GatewayStatus["buffer"]): string {
  const empty = { alarms: [], audit: AUDIT, connections: [], devices: [], uplinks: [] };
  return statusLines({ ...empty, buffer, clock: "trusted" } as unknown as GatewayStatus, "en", 80).join("\n");
}
