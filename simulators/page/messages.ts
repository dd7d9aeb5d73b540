import { messages } from "../../drivers/core/message.js";

export const PAGE_MESSAGES = messages("page", {
  port_taken: {
    vi: "Không mở được trang điều khiển tại cổng {port} ({problem}).",
    en: "The page cannot be opened at port {port} ({problem}).",
    hint: {
      vi: "Chọn cổng khác bằng --page (0: cổng trống bất kỳ).",
      en: "Choose another with --page (0: any free one).",
    },
  },
  at: { vi: "Trang điều khiển: {url}", en: "Page for orders: {url}" },
  title: { vi: "Mô phỏng", en: "Simulation" },
  speed: { vi: "Tốc độ", en: "Speed" },
  world: { vi: "Thế giới", en: "World" },
  devices: { vi: "Thiết bị", en: "Devices" },
  unit: { vi: "địa chỉ", en: "unit id" },
  orders: { vi: "Lệnh", en: "Orders" },
  send: { vi: "Gửi", en: "Send" },
  set: { vi: "Đặt", en: "Set" },
  silent: { vi: "Im lặng", en: "Silent" },
  drop: { vi: "Mất 20 %", en: "Drop 20 %" },
  garble: { vi: "Nhiễu 20 %", en: "Garble 20 %" },
  late: { vi: "Chậm 1 s", en: "Late 1 s" },
  heal: { vi: "Hết lỗi", en: "Heal" },
  minute: { vi: "trong 1 phút", en: "for 1 minute" },
  gone: { vi: "Mô phỏng đã dừng.", en: "The simulation has stopped." },
  example: {
    vi: "ví dụ: stuck meter voltage.l1 for 60 s",
    en: "for example: stuck meter voltage.l1 for 60 s",
  },
});
