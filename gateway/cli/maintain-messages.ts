import { messages } from "../../drivers/core/message.js";

export const MAINTAIN_MESSAGES = messages("maintain", {
  maintain_summary: {
    vi: "Đưa một thiết bị vào bảo trì hoặc hiệu chuẩn",
    en: "Take a device into maintenance or calibration",
  },
  maintain_about: {
    vi: "Đánh dấu số liệu của một thiết bị là đang bảo trì hoặc hiệu chuẩn và báo cho trung tâm. Tự hết khi hết thời gian, kể cả sau khi khởi động lại. Gateway phải đang chạy. Ghi vào nhật ký thao tác.",
    en: "Marks the readings of a device as taken under maintenance or calibration, and tells the centre. Ends by itself, also after a restart. The gateway must be running. Written into the audit.",
  },
  maintain_device: { vi: "mã thiết bị", en: "id of the device" },
  maintain_for: { vi: "bao lâu: 30min, 2h, 3d; tối đa 31d", en: "how long: 30min, 2h, 3d; at most 31d" },
  maintain_by: { vi: "ai làm", en: "who does it" },
  maintain_state: { vi: "bảo trì hay hiệu chuẩn", en: "under maintenance or being calibrated" },
  maintain_reason: { vi: "để làm gì", en: "what for" },
  maintain_end: { vi: "kết thúc ngay", en: "end it now" },
  word_name: { vi: "TÊN", en: "NAME" },
  how_long: {
    vi: "Thiếu thời gian.",
    en: "How long is missing.",
    hint: { vi: "Thêm --for 2h.", en: "Add --for 2h." },
  },
  under_maintenance: {
    vi: "Thiết bị {device} đang bảo trì đến {until}.",
    en: "The device {device} is under maintenance until {until}.",
  },
  being_calibrated: {
    vi: "Thiết bị {device} đang hiệu chuẩn đến {until}.",
    en: "The device {device} is being calibrated until {until}.",
  },
  ended: { vi: "Thiết bị {device} đo bình thường trở lại.", en: "The device {device} measures again." },
  marked_by: {
    vi: "{state} đến {until}, người làm: {by}",
    en: "{state} until {until}, by {by}",
  },
  maintenance: { vi: "bảo trì", en: "maintenance" },
  calibrating: { vi: "hiệu chuẩn", en: "calibration" },
  fault: { vi: "hỏng", en: "fault" },
});
