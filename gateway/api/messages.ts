import { messages } from "../../drivers/core/message.js";

export const API_MESSAGES = messages("api", {
  not_running: {
    vi: "Không có gateway nào đang chạy với cấu hình {file}.",
    en: "No gateway runs with the configuration {file}.",
    hint: {
      vi: "Chạy: tram run {file}",
      en: "Start it: tram run {file}",
    },
  },
  no_answer: {
    vi: "Gateway không trả lời trong {seconds} giây.",
    en: "The gateway did not answer within {seconds} s.",
    hint: { vi: "Xem nhật ký của gateway.", en: "Look at the gateway's log." },
  },
  unknown_path: { vi: "Không có đường dẫn {path}.", en: "There is no path {path}." },
  unknown_method: { vi: "Chỉ dùng GET.", en: "Only GET is served." },
  too_many: {
    vi: "Quá nhiều kết nối đang theo dõi ({most}).",
    en: "Too many clients are watching ({most}).",
    hint: { vi: "Đóng bớt tram watch.", en: "Close some tram watch." },
  },
  already_running: {
    vi: "Một gateway khác đang trả lời ở {path}.",
    en: "Another gateway answers at {path}.",
    hint: { vi: "Dừng gateway đó trước.", en: "Stop that one first." },
  },
  unknown_bus: {
    vi: "Không có kết nối {connection}.",
    en: "There is no connection {connection}.",
    hint: { vi: "Có: {connections}", en: "There are: {connections}" },
  },
  refused: { vi: "Gateway từ chối: {text}", en: "The gateway refused: {text}" },
});
