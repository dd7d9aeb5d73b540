import { messages } from "../../drivers/core/message.js";

export const HOST_MESSAGES = messages("host", {
  repeated: {
    vi: "Lặp lại {count} lần trong một phút qua: {text}",
    en: "{count} times more in the last minute: {text}",
  },
  clock_trusted: {
    vi: "Đồng hồ đã được đồng bộ ({source}).",
    en: "The clock is synchronised ({source}).",
  },
  clock_not_trusted: {
    vi: "Đồng hồ chưa chính xác: số đo được đánh dấu cho đến khi đồng bộ.",
    en: "The clock is not synchronised: readings are marked until it is.",
    hint: {
      vi: "Cài chrony hoặc bật systemd-timesyncd; nếu có pin đồng hồ, đặt gateway.clock: trusted.",
      en: "Install chrony or enable systemd-timesyncd; with a battery clock set gateway.clock: trusted.",
    },
  },
});
