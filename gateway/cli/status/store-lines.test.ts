import t from "tap";
import { auditLines, cardLines } from "./store-lines.js";

t.test("what is written on the card and how long it lasts", (t) => {
  t.same(cardLines({ ownBytes: 2e9 }, "en", 200), [
    "Memory card: 2.00 GB written, the amount a day is being measured",
  ]);
  t.same(cardLines({ ownBytes: 12.3e9, ownBytesADay: 0.77e9 }, "en", 200), [
    "Memory card: the buffer writes 0.77 GB a day (12.30 GB in all)",
  ]);
  const card = {
    ownBytes: 12.3e9,
    ownBytesADay: 0.77e9,
    deviceBytes: 40e9,
    deviceBytesADay: 1.1e9,
    enduranceBytes: 30e12,
    yearsLeft: 74.6,
  };
  t.same(cardLines(card, "en", 80), [
    "Memory card: the buffer writes 0.77 GB a day (12.30 GB in all); everything on it",
    "  1.10 GB a day (40.00 GB in all); will last about 75 years (endurance 30 TB)",
  ]);
  t.same(cardLines({ ...card, yearsLeft: 2.66 }, "vi", 200), [
    "Thẻ nhớ: bộ đệm ghi 0,77 GB/ngày (tổng 12,30 GB); cả thẻ 1,10 GB/ngày (tổng 40,00 GB); còn dùng được khoảng 2,7 năm (độ bền 30 TB)",
  ]);
  t.end();
});

t.test("where the audit stands", (t) => {
  const audit = {
    path: "/data/g.audit.jsonl",
    bytes: 100,
    last: 1_234,
    hash: "ab".repeat(32),
    waiting: 0,
    missing: 0,
  };
  t.same(auditLines(audit, "en", 80), [
    "Audit: /data/g.audit.jsonl",
    "  last entry 1,234, hash abababababababab...",
  ]);
  t.end();
});
