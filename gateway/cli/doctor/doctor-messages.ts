import { messages } from "../../../drivers/core/message.js";

export const DOCTOR_VERB_MESSAGES = messages("doctor_verb", {
  doctor_summary: {
    vi: "Kiểm tra trạm: cổng, giờ, đĩa, nguồn, mạng",
    en: "Examine the box: ports, clock, disk, power, network",
  },
  about: {
    vi: `Kiểm tra trạm và nói phải làm gì. Không sửa gì, không cần internet, gateway cứ chạy. Với sudo thì xem được nhiều hơn (chương trình giữ cổng, nhật ký của Linux).
Mã kết thúc: 0 không có lỗi, 1 có lỗi, 2 dùng sai.`,
    en: `Examines the box and says what to do. Changes nothing, needs no internet, and the gateway may go on. With sudo it sees more (who holds a port, the kernel's messages).
Exit codes: 0 no problems, 1 problems, 2 wrong use.`,
  },
  only: {
    vi: "chỉ các phần này, cách nhau bằng dấu phẩy: config, gateway, ports, clock, power, machine, disk, buffer, kernel, network, listen",
    en: "only these parts, with commas between: config, gateway, ports, clock, power, machine, disk, buffer, kernel, network, listen",
  },
  login: {
    vi: "thử đăng nhập broker cả khi gateway đang kết nối (có thể làm gateway rớt vài giây)",
    en: "try the login at the broker also while the gateway is connected (may cut it off for some seconds)",
  },
  report: {
    vi: "thêm một tệp để gửi đi: kết quả, tình trạng, cấu hình, nhật ký; không có mật khẩu hay khóa; TỆP.json là JSON",
    en: "one more file to send: findings, status, configuration, log; without passwords and keys; FILE.json is JSON",
  },
  json: { vi: "mỗi kết quả một dòng JSON", en: "a line of JSON for each finding" },
  word_parts: { vi: "PHẦN,...", en: "PART,..." },
  unknown_check: {
    vi: "--only: không có phần {name}.",
    en: "--only: there is no part {name}.",
    hint: { vi: "Có: {names}", en: "There are: {names}" },
  },
  heading: { vi: "Kiểm tra trạm {id} lúc {time}", en: "Examination of {id} at {time}" },
  progress: { vi: "[{at}/{of}] {title} ...", en: "[{at}/{of}] {title} ..." },
  level_ok: { vi: "tốt", en: "ok" },
  level_note: { vi: "ghi chú", en: "note" },
  level_warning: { vi: "cảnh báo", en: "warning" },
  level_problem: { vi: "LỖI", en: "PROBLEM" },
  what_to_do: { vi: "→ {hint}", en: "→ {hint}" },
  all_well: {
    vi: "Không có lỗi. {ok} mục tốt, {warnings} cảnh báo.",
    en: "No problems. {ok} things are well, {warnings} warnings.",
  },
  not_well: {
    vi: "{problems} LỖI, {warnings} cảnh báo, {ok} mục tốt.",
    en: "{problems} PROBLEMS, {warnings} warnings, {ok} things are well.",
  },
  stopped: { vi: "Đã dừng giữa chừng.", en: "Stopped before the end." },
  report_written: {
    vi: "Báo cáo ở {file} (không có mật khẩu hay khóa). Xem lại rồi gửi.",
    en: "The report is in {file} (without passwords and keys). Look through it and send it.",
  },
  report_exists: {
    vi: "Tệp {file} đã có và không bị ghi đè.",
    en: "The file {file} exists and is not overwritten.",
    hint: { vi: "Chọn tên khác cho --report.", en: "Choose another name for --report." },
  },
  report_failed: {
    vi: "Không ghi được {file}: {problem}",
    en: "{file} cannot be written: {problem}",
    hint: {
      vi: "Chọn chỗ khác, ví dụ --report /tmp/tram.txt",
      en: "Choose another place, for instance --report /tmp/tram.txt",
    },
  },
  part_findings: { vi: "Kết quả", en: "Findings" },
  part_status: { vi: "Tình trạng gateway", en: "Status of the gateway" },
  part_config: { vi: "Cấu hình {file} (đã che phần mật)", en: "Configuration {file} (secrets hidden)" },
  part_log: { vi: "Nhật ký (journalctl -u tram)", en: "Log (journalctl -u tram)" },
  nothing: { vi: "(không có)", en: "(nothing)" },
});
