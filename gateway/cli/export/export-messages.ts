import { messages } from "../../../drivers/core/message.js";

/** `tram export`. */
export const EXPORT_MESSAGES = messages("export", {
  summary: {
    vi: "Xuất số đo ra tệp cho Excel hoặc chương trình",
    en: "Readings as a file for Excel or for programs",
  },
  about: {
    vi: `Xuất số đo đang giữ trong bộ đệm, cả khi gateway đang chạy: theo thiết bị, điểm đo, thời gian; kèm tệp mã kiểm TỆP.sha256.
excel: mở bằng cách nhấp đúp; csv: dấu phẩy, dấu chấm thập phân, giờ UTC; jsonl: mỗi số đo một dòng. Tên và đơn vị lấy theo gateway.yaml hiện nay.
--audit: xuất nhật ký thao tác thay cho số đo, và kiểm chuỗi mã băm. Cả bản ghi như trung tâm nhận: tram buffer export.`,
    en: `Writes the readings that the buffer keeps, also while a gateway runs: by device, point and time; with a checksum FILE.sha256 beside it.
excel: opens by a double click; csv: commas, decimal points, UTC; jsonl: a reading a line. Names and units are those of gateway.yaml as it is now.
--audit: the audit instead of readings, its chain of hashes checked. Whole records as the centre receives them: tram buffer export.`,
  },
  device: {
    vi: "chỉ thiết bị này; có thể dùng *",
    en: "this device only; * is allowed",
  },
  point: {
    vi: "chỉ điểm đo này: well.level, *.level",
    en: "this point only: well.level, *.level",
  },
  from: {
    vi: "từ lúc: 2026-11-23 hoặc 2026-11-23T14:05, giờ của trạm; thêm Z hoặc +07:00 để ghi rõ múi giờ",
    en: "from then on: 2026-11-23 or 2026-11-23T14:05 in the station's time; add Z or +07:00 to name another zone",
  },
  to: { vi: "đến trước lúc", en: "up to but without" },
  last: { vi: "khoảng gần đây nhất: 24h, 7d", en: "the last while: 24h, 7d" },
  format: {
    vi: "dạng tệp; mặc định excel vào tệp (jsonl nếu tên tệp kết thúc như vậy), csv ra ống dẫn",
    en: "by default excel for a file (jsonl where its name ends so), csv on a pipe",
  },
  out: {
    vi: "vào tệp này; -: ra màn hình (mặc định trên màn hình: <trạm>-<ngày>.csv)",
    en: "into this file; -: to standard output (at a terminal by default <gateway>-<day>.csv)",
  },
  force: { vi: "ghi đè tệp đã có", en: "replaces a file that exists" },
  audit: { vi: "nhật ký thao tác thay cho số đo", en: "the audit instead of readings" },
  json: { vi: "in kết quả dạng JSON", en: "prints the account as JSON" },
  last_or_from: {
    vi: "--last đã định khoảng thời gian, không dùng cùng --from, --to.",
    en: "--last says the time already: it does not go with --from and --to.",
  },
  backwards: {
    vi: "--to không sau --from: không có gì ở giữa.",
    en: "--to is not behind --from: there is nothing between them.",
  },
  stage: { vi: "Xuất số đo", en: "Exporting" },
  done: {
    vi: "{file}: {readings} số đo, từ {first} đến {last}; {size} MB, mã kiểm ở {sum}.",
    en: "{file}: {readings} readings from {first} to {last}; {size} MB, checksum in {sum}.",
  },
  done_out: {
    vi: "{readings} số đo, từ {first} đến {last}.",
    en: "{readings} readings from {first} to {last}.",
  },
  audit_done: { vi: "{file}: {entries} mục.", en: "{file}: {entries} entries." },
  nothing: {
    vi: "Không có số đo nào trong khoảng này; không tạo tệp.",
    en: "There is no reading in this; no file was made.",
    hint: {
      vi: "Xem bộ đệm giữ từ khi nào: tram buffer show",
      en: "See since when the buffer keeps them: tram buffer show",
    },
  },
  unknown: {
    vi: "Không có gì khớp với {wanted} trong gateway.yaml.",
    en: "Nothing in gateway.yaml fits {wanted}.",
    hint: { vi: "Gần nhất: {near}", en: "Nearest: {near}" },
  },
  head_time: { vi: "Thời gian", en: "Time" },
  head_ms: { vi: "ms", en: "ms" },
  head_device: { vi: "Mã thiết bị", en: "Device id" },
  head_device_name: { vi: "Thiết bị", en: "Device" },
  head_point: { vi: "Mã điểm đo", en: "Point id" },
  head_point_name: { vi: "Điểm đo", en: "Point" },
  head_value: { vi: "Giá trị", en: "Value" },
  head_unit: { vi: "Đơn vị", en: "Unit" },
  head_quality: { vi: "Chất lượng", en: "Quality" },
  head_reason: { vi: "Nguyên nhân", en: "Reason" },
  head_state: { vi: "Tình trạng thiết bị", en: "Instrument" },
  head_clock: { vi: "Đồng hồ", en: "Clock" },
  head_seq: { vi: "Số thứ tự", en: "Number" },
  head_epoch: { vi: "Mã bộ đệm", en: "Epoch" },
  head_entry: { vi: "Mục", en: "Entry" },
  head_who: { vi: "Ai", en: "Who" },
  head_kind: { vi: "Loại", en: "Kind" },
  head_code: { vi: "Mã", en: "Code" },
  head_text: { vi: "Nội dung", en: "What" },
  head_hash: { vi: "Mã băm", en: "Hash" },
  clock_trusted: { vi: "chính xác", en: "trusted" },
  clock_untrusted: { vi: "chưa chính xác", en: "not trusted" },
});
