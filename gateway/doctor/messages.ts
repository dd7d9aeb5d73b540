import { messages } from "../../drivers/core/message.js";

export const DOCTOR_MESSAGES = messages("doctor", {
  check_late: {
    vi: "Không xong trong {seconds} giây; phần còn lại bị bỏ qua.",
    en: "Not done within {seconds} s; the rest of it was left out.",
    hint: {
      vi: "Chạy lại riêng phần này (--only). Nếu vẫn vậy, máy hoặc mạng đang bị treo.",
      en: "Run this part again by itself (--only). If it stays so, the box or the network hangs.",
    },
  },
  check_failed: {
    vi: "Không kiểm tra được: {problem}.",
    en: "This could not be looked at: {problem}.",
    hint: {
      vi: "Các phần khác vẫn được kiểm tra. Gửi báo cáo (--report) cho nhóm phát triển.",
      en: "The other parts were looked at all the same. Send a report (--report) to the developers.",
    },
  },
});
