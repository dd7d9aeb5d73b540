import { messages } from "../../drivers/core/message.js";

const NARROW = {
  vi: "Chỉ mở cho mạng cần dùng: listen: ĐỊA-CHỈ:CỔNG (ví dụ địa chỉ VPN), hoặc chặn bằng tường lửa (nft, ufw).",
  en: "Open it only where it is needed: listen: ADDRESS:PORT (for instance that of a VPN), or close it by a firewall (nft, ufw).",
} as const;

export const LISTEN_MESSAGES = messages("doctor", {
  listen_title: { vi: "Cổng đang mở", en: "What listens" },
  listens_nowhere: {
    vi: "Gateway (pid {pid}) không mở cổng mạng nào.",
    en: "The gateway (pid {pid}) listens on no network port.",
  },
  listens_hidden: {
    vi: "Gateway (pid {pid}) chạy dưới người dùng khác, không xem được nó mở cổng nào.",
    en: "The gateway (pid {pid}) runs as another user; what it opens cannot be seen.",
    hint: { vi: "Để biết: sudo tram doctor --only listen", en: "To know: sudo tram doctor --only listen" },
  },
  listens_here: {
    vi: "Gateway (pid {pid}) mở {place}, chỉ cho chính máy này.",
    en: "The gateway (pid {pid}) listens on {place}, for this box only.",
  },
  listens_to_one: {
    vi: "Gateway (pid {pid}) mở {place} cho một mạng.",
    en: "The gateway (pid {pid}) listens on {place}, for one network.",
  },
  listens_to_all: {
    vi: "Gateway (pid {pid}) mở {place} cho mọi mạng, kể cả Internet qua 4G nếu SIM có IP công cộng.",
    en: "The gateway (pid {pid}) listens on {place} for every network, with a public 4G address for the internet too.",
    hint: NARROW,
  },
  will_listen_to_all: {
    vi: "{connection}: listen: {listen} sẽ mở cho mọi mạng.",
    en: "{connection}: listen: {listen} will be open to every network.",
    hint: NARROW,
  },
  listen_taken: {
    vi: "{connection}: cổng {port} đang bị {program} (pid {pid}) dùng.",
    en: "{connection}: the port {port} is used by {program} (pid {pid}).",
    hint: {
      vi: "Dừng chương trình đó, hoặc chọn cổng khác cho listen.",
      en: "Stop that program, or choose another port for listen.",
    },
  },
  others_listen: {
    vi: "Chương trình khác mở ra mạng: {list}.",
    en: "Other programs that listen to the network: {list}.",
  },
});
