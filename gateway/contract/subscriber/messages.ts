import { messages } from "../../../drivers/core/message.js";

export const SUBSCRIBER_MESSAGES = messages("subscriber", {
  not_kept: {
    vi: "Bản tin trên {topic} chưa lưu được; broker sẽ gửi lại.",
    en: "A message on {topic} could not be kept; the broker sends it again.",
    hint: {
      vi: "Kiểm tra nơi lưu trữ (ổ đĩa, cơ sở dữ liệu).",
      en: "Check the store (disk, database).",
    },
  },
  not_subscribed: {
    vi: "Broker không cho đăng ký {topic} (mã {code}).",
    en: "The broker refuses the subscription to {topic} (code {code}).",
    hint: {
      vi: "Kiểm tra quyền đọc của tài khoản trên broker.",
      en: "Check the account's rights on the broker.",
    },
  },
});
