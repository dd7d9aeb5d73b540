import { messages } from "../../drivers/core/message.js";

/** Why a reading is not good, in a few words that fit a table; docs/en/getting-started.md says what to look at. */
export const REASON_MESSAGES = messages("reason", {
  no_answer: { vi: "không trả lời", en: "no answer" },
  bad_answer: { vi: "trả lời hỏng", en: "broken answer" },
  device_error: { vi: "thiết bị báo lỗi", en: "device reports an error" },
  unsupported: { vi: "thiết bị không có điểm này", en: "device has no such point" },
  link_down: { vi: "mất kết nối", en: "link is down" },
  out_of_range: { vi: "ngoài dải cho phép", en: "out of range" },
  not_a_number: { vi: "không phải số", en: "not a number" },
  unavailable: { vi: "thiết bị báo không có giá trị", en: "device has no value" },
  stale: { vi: "số đo cũ", en: "stale" },
  overrange: { vi: "vượt dải đo trên", en: "above the measuring range" },
  underrange: { vi: "dưới dải đo", en: "below the measuring range" },
  open_circuit: { vi: "đứt dây cảm biến", en: "sensor wire broken" },
  sensor_fault: { vi: "cảm biến hỏng", en: "sensor fault" },
  wrong_setting: { vi: "cài đặt thiết bị không đúng mẫu", en: "setting differs from the profile" },
});
