import { messages } from "../../drivers/core/message.js";

export const POLL_MESSAGES = messages("poll", {
  connected: {
    vi: "Kết nối {connection} đã thông.",
    en: "Connection {connection} is up.",
  },
  connection_down: {
    vi: "Kết nối {connection} bị ngắt: {problem}",
    en: "Connection {connection} is down: {problem}",
    hint: {
      vi: "Trạm tự kết nối lại. Kiểm tra dây, nguồn và cổng nếu lỗi còn kéo dài.",
      en: "It is tried again by itself. Check cable, power and port if this goes on.",
    },
  },
  device_rarely_asked: {
    vi: "{device} không trả lời {failures} lần liên tiếp, từ nay hỏi thưa hơn: {problem}",
    en: "{device} did not answer {failures} times in a row and is asked rarely from now on: {problem}",
  },
  device_answers: {
    vi: "{device} đã trả lời lại.",
    en: "{device} answers again.",
  },
  points_unsupported: {
    vi: "{device} không có các điểm {points}: {problem}",
    en: "{device} has no points {points}: {problem}",
    hint: {
      vi: "So địa chỉ và bảng thanh ghi với tài liệu của hãng. Các điểm này được hỏi lại sau khi kết nối lại, nhiều nhất mỗi giờ một lần.",
      en: "Compare address and table with the maker's manual. They are asked again after a reconnect, at most once an hour.",
    },
  },
  request_split: {
    vi: "{device} từ chối đọc gộp {count} điểm; đọc thành các phần nhỏ hơn.",
    en: "{device} refuses to be read for {count} points at once; reading smaller parts.",
  },
});
