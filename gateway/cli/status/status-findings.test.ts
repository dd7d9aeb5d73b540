import t from "tap";
import type { DeviceStatus, GatewayStatus, UplinkStatus } from "../../core/status.js";
import { displayWidth } from "../table.js";
import { statusFindings, verdictLines } from "./status-findings.js";

const DEVICE: DeviceStatus = {
  id: "well",
  name: "Bể hút",
  connection: "rs485",
  state: "answering",
  failures: 0,
  points: 2,
  badPoints: 0,
};
const WELL = {
  clock: "trusted",
  connections: [],
  devices: [DEVICE],
  uplinks: [],
  buffer: { durable: true, disk: "writable", belowKeepAtLeastUntil: 0 },
  audit: { path: "", bytes: 0, last: 0, hash: "", waiting: 0, missing: 0 },
  alarms: [],
} as unknown as GatewayStatus;
const MARK = {
  state: "maintenance",
  by: "A",
  since: "2026-11-26T01:00:00Z",
  until: "2026-11-26T03:00:00Z",
} as const;
const UPLINK = { id: "centre", problem: "từ chối. Kiểm tra mật khẩu." } as UplinkStatus;

t.test("all is well, and what is not, with what to do", async (t) => {
  t.same(statusFindings(WELL, "vi"), []);
  const cases: readonly (readonly [Partial<GatewayStatus>, string | undefined, RegExp])[] = [
    [{ clock: "untrusted" }, undefined, /chưa chính xác.*tram doctor/],
    [{ devices: [{ ...DEVICE, state: "lost" }] }, "well", /Mất kết nối.*hai dây A, B/],
    [{ devices: [{ ...DEVICE, problem: "im lặng" }] }, "well", /im lặng/],
    [{ devices: [{ ...DEVICE, badPoints: 2 }] }, "well", /2 điểm.*tram watch well/],
    [{ uplinks: [UPLINK] }, "centre", /Kiểm tra mật khẩu/],
    [{ buffer: { ...WELL.buffer, durable: false } }, undefined, /KHÔNG LƯU ĐƯỢC.*tram doctor/],
    [{ buffer: { ...WELL.buffer, disk: "full" } }, undefined, /ĐĨA ĐẦY.*df -h/],
    [{ buffer: { ...WELL.buffer, belowKeepAtLeastUntil: -1 } }, undefined, /KHÔNG GIỮ ĐỦ.*max_size/],
    [{ audit: { ...WELL.audit, waiting: 3, problem: "ENOSPC" } }, undefined, /ENOSPC.*3 mục/],
    [{ audit: { ...WELL.audit, missing: 2 } }, undefined, /thiếu 2 mục/],
  ];
  for (const [ill, where, text] of cases) {
    const found = statusFindings({ ...WELL, ...ill }, "vi");
    t.equal(found.length, 1, text.source);
    t.match(found[0], where === undefined ? { text } : { where, text });
  }
  const poor = { ...DEVICE, state: "lost", problem: "im lặng", badPoints: 2 } as const;
  t.equal(statusFindings({ ...WELL, devices: [poor] }, "vi").length, 1, "one cause is told once");
});

t.test("the verdict is the end of the page, in 80 columns", async (t) => {
  const paper = { language: "vi", columns: 80, colours: false } as const;
  t.same(verdictLines(WELL, paper), ["Mọi thứ đều tốt."]);
  const ill = {
    ...WELL,
    clock: "untrusted",
    uplinks: [UPLINK],
    buffer: { ...WELL.buffer, disk: "full" },
  } as const;
  const lines = verdictLines(ill, paper);
  t.equal(lines[0], "Cần xem (3):");
  t.equal(lines.filter((line) => line.startsWith("! ")).length, 3);
  for (const line of lines) t.ok(displayWidth(line) <= 80, line);
  t.match(verdictLines(WELL, { ...paper, colours: true })[0], "\u001b[32m");
});

t.test("who works on a device knows of it", async (t) => {
  const devices = [{ ...DEVICE, state: "lost", mark: MARK } as const];
  t.same(statusFindings({ ...WELL, devices }, "vi"), []);
  const lines = verdictLines({ ...WELL, devices }, { language: "vi", columns: 80, colours: false });
  t.match(lines[0], /^· well: .*A/);
  t.equal(lines.at(-1), "Mọi thứ đều tốt.");
});
