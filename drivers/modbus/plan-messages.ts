import { messages } from "../core/message.js";

/** What a device's own rules of reading and writing leave no room for. */
export const PLAN_MESSAGES = messages("modbus_plan", {
  outside_zones: {
    vi: "Điểm {point} của {device} ở địa chỉ {address} nằm ngoài các vùng (windows, blocks) mà thiết bị cho đọc.",
    en: "Point {point} of {device} at address {address} lies outside the windows and blocks that the device lets read.",
    hint: { vi: "Sửa địa chỉ hoặc sửa vùng.", en: "Correct the address, or the windows." },
  },
  group_too_wide: {
    vi: "Các điểm của nhóm {group} của {device} cách nhau quá xa để đọc trong một lần ({point}).",
    en: "The points of the group {group} of {device} lie too far apart for one request ({point}).",
    hint: { vi: "Tách nhóm, hoặc sửa địa chỉ.", en: "Divide the group, or correct the addresses." },
  },
  setup_differs: {
    vi: "{device} chưa được cài đặt đúng: {table} {address} đang là {found}, phải là {expected}. Số đo của nó chưa dùng được.",
    en: "{device} is not set up as it must be: {table} {address} holds {found} instead of {expected}. Its readings do not count.",
    hint: {
      vi: "Đặt lại trên thiết bị; mẫu thiết bị (tram profiles --show) nói rõ ý nghĩa.",
      en: "Set it on the device; its profile (tram profiles --show) says what it means.",
    },
  },
  not_written_so: {
    vi: "Điểm {point} của {device} có quy tắc ghi mà lệnh ghi đơn không theo được: {rules}.",
    en: "Point {point} of {device} has rules that a single write does not follow: {rules}.",
  },
  forbidden_value: {
    vi: "{value} không được phép ghi vào {point} của {device}.",
    en: "{value} may not be written to {point} of {device}.",
  },
});
