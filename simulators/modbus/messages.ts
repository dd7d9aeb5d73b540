import { messages } from "../../drivers/core/message.js";

export const REPLAY_MESSAGES = messages("replay", {
  no_file: {
    vi: "Không đọc được {file}: {problem}",
    en: "{file} cannot be read: {problem}",
  },
  no_request: {
    vi: "{file} không có khung gửi đi (>>) nào: không có gì để trả lời.",
    en: "{file} has no sent frame (>>): there is nothing to answer.",
  },
  link_taken: {
    vi: "{link} đã có và không phải là liên kết.",
    en: "{link} exists and is no symbolic link.",
    hint: { vi: "Chọn đường dẫn khác.", en: "Choose another path." },
  },
  running: {
    vi: "Đang phát lại {file} ở cổng {port}: {requests} lần hỏi, {answers} khung nhận được. Ctrl-C để dừng.",
    en: "{file} is replayed at the port {port}: {requests} requests, {answers} received frames. Ctrl-C ends it.",
  },
  unmatched: {
    vi: "Lần hỏi khác với dòng {line}: chờ {expected}, nhận {got}",
    en: "A request differs from line {line}: expected {expected}, got {got}",
  },
  after_end: {
    vi: "Đã phát hết; vẫn còn lần hỏi: {got}",
    en: "All was played; one more request came: {got}",
  },
  ended: {
    vi: "Phát lại: {matched} lần hỏi đúng, {unmatched} lần khác, bỏ qua {passed}, gửi {sent} khung, {rounds} vòng.",
    en: "Replay: {matched} requests matched, {unmatched} differed, {passed} passed over, {sent} frames sent, {rounds} rounds.",
  },
});
