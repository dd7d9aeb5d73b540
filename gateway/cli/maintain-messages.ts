import { messages } from "../../drivers/core/message.js";

export const MAINTAIN_MESSAGES = messages("maintain", {
  maintain_summary: {
    vi: "đưa một thiết bị vào bảo trì hoặc hiệu chuẩn",
    en: "take a device into maintenance or calibration",
  },
  maintain_help: {
    vi: `tram maintain THIẾT-BỊ --for THỜI-GIAN --by TÊN [--state maintenance|calibration] [--reason LÝ-DO] [-c TỆP]
tram maintain THIẾT-BỊ --end --by TÊN [-c TỆP]

Đánh dấu số liệu của một thiết bị là đang bảo trì hoặc hiệu chuẩn và báo cho trung tâm. Tự hết khi hết thời gian, kể cả
sau khi khởi động lại. Gateway phải đang chạy. Ghi vào nhật ký thao tác.

  --for THỜI-GIAN   30min, 2h, 3d; tối đa 31d
  --by TÊN          ai làm
  --state           maintenance (mặc định) hoặc calibration
  --reason LÝ-DO    để làm gì
  --end             kết thúc ngay
  --json            một dòng JSON

Ví dụ: tram maintain well --for 2h --by "Nguyễn Văn A" --reason "thay cảm biến" -c gateway.yaml`,
    en: `tram maintain DEVICE --for DURATION --by NAME [--state maintenance|calibration] [--reason TEXT] [-c FILE]
tram maintain DEVICE --end --by NAME [-c FILE]

Marks the readings of a device as taken under maintenance or calibration, and tells the centre. Ends by itself, also
after a restart. The gateway must be running. Written into the audit.

  --for DURATION    30min, 2h, 3d; at most 31d
  --by NAME         who does it
  --state           maintenance (default) or calibration
  --reason TEXT     what for
  --end             end it now
  --json            one line of JSON

Example: tram maintain well --for 2h --by "Nguyễn Văn A" --reason "new sensor" -c gateway.yaml`,
  },
  one_device: {
    vi: "Cần đúng một thiết bị.",
    en: "Name exactly one device.",
    hint: { vi: "Xem tram maintain --help.", en: "See tram maintain --help." },
  },
  who: {
    vi: "Thiếu tên người làm.",
    en: "Who does it is missing.",
    hint: { vi: 'Thêm --by "Họ tên".', en: 'Add --by "Name".' },
  },
  how_long: {
    vi: "Thiếu thời gian.",
    en: "How long is missing.",
    hint: { vi: "Thêm --for 2h.", en: "Add --for 2h." },
  },
  wrong_duration: {
    vi: "{text} không phải thời gian từ 1s đến 31d.",
    en: "{text} is no duration between 1s and 31d.",
    hint: { vi: "Ví dụ: 30min, 2h, 3d.", en: "Examples: 30min, 2h, 3d." },
  },
  wrong_state: {
    vi: "Không có trạng thái {state}.",
    en: "There is no state {state}.",
    hint: { vi: "Dùng maintenance hoặc calibration.", en: "Use maintenance or calibration." },
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
