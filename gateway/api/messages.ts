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
  unknown_method: {
    vi: "Chỉ dùng GET, và POST cho /v1/device-state, /v1/read, /v1/write, /v1/scan, /v1/uplinks/….",
    en: "Only GET is served, and POST for /v1/device-state, /v1/read, /v1/write, /v1/scan, /v1/uplinks/….",
  },
  not_as_it_must_be: {
    vi: "Nội dung JSON của yêu cầu không đúng mẫu.",
    en: "The JSON of the request is not as it must be.",
    hint: {
      vi: "Dùng tram read và tram write.",
      en: "Use tram read and tram write.",
    },
  },
  failed: {
    vi: "Lỗi của chương trình: {problem}",
    en: "A fault of this program: {problem}",
    hint: { vi: "Xem nhật ký của gateway.", en: "Look at the gateway's log." },
  },
  bad_request: {
    vi: "Yêu cầu không hợp lệ.",
    en: "The request is not as it must be.",
    hint: {
      vi: "Dùng tram maintain; thời gian từ 1 s đến 31 d, tên và lý do tối đa 120 ký tự.",
      en: "Use tram maintain; 1 s to 31 d, and at most 120 characters for a name or a reason.",
    },
  },
  bad_pause: {
    vi: "Yêu cầu ngắt thử không hợp lệ.",
    en: "The request to cut an uplink is not as it must be.",
    hint: {
      vi: "Dùng tram report; ngắt từ 1 đến 300 giây, tên tối đa 120 ký tự.",
      en: "Use tram report; a cut lasts 1 to 300 s, and a name has at most 120 characters.",
    },
  },
  bad_scan: {
    vi: "Yêu cầu dò thiết bị không hợp lệ.",
    en: "The request for a scan is not as it must be.",
    hint: {
      vi: "Cần connection; có thể có units (1 đến 255) và effort (quick, normal, thorough).",
      en: "It needs connection, and may have units (1 to 255) and effort (quick, normal, thorough).",
    },
  },
  scan_runs: {
    vi: "Gateway đang dò thiết bị rồi.",
    en: "The gateway is looking for devices already.",
    hint: { vi: "Đợi lần dò đó xong.", en: "Wait until that scan is over." },
  },
  scan_failed: { vi: "Dò thiết bị bị hỏng: {problem}", en: "The scan failed: {problem}" },
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
  cannot_be: { vi: "{text}", en: "{text}" },
  refused: { vi: "Gateway từ chối: {text}", en: "The gateway refused: {text}" },
});
