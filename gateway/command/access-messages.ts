import { messages } from "../../drivers/core/message.js";

/** What cannot be read by hand, and why a reading is none. */
export const ACCESS_MESSAGES = messages("access", {
  no_device: {
    vi: "Không có thiết bị {device} trong cấu hình.",
    en: "There is no device {device} in the configuration.",
    hint: { vi: "Có: {devices}", en: "There are: {devices}" },
  },
  no_point: {
    vi: "Thiết bị {device} không có điểm {point} trong cấu hình.",
    en: "The device {device} has no point {point} in the configuration.",
    hint: { vi: "Gần nhất: {points}", en: "Nearest: {points}" },
  },
  no_connection: {
    vi: "Không có kết nối {connection} trong cấu hình.",
    en: "There is no connection {connection} in the configuration.",
    hint: { vi: "Có: {connections}", en: "There are: {connections}" },
  },
  write_only: {
    vi: "Điểm {point} chỉ ghi được, không đọc được.",
    en: "The point {point} can only be written, not read.",
  },
  too_many_points: {
    vi: "Đọc {count} điểm cùng lúc là quá nhiều (tối đa {most}).",
    en: "{count} points are too many at once (at most {most}).",
    hint: { vi: "Nêu tên thiết bị hoặc điểm.", en: "Name a device or points." },
  },
  too_many_waiting: {
    vi: "Đang có {count} yêu cầu khác chờ đường truyền.",
    en: "{count} other requests wait for the bus already.",
    hint: { vi: "Thử lại sau vài giây.", en: "Try again in a few seconds." },
  },
  not_inspectable: {
    vi: "Kết nối {connection} không đọc được thanh ghi thô.",
    en: "The connection {connection} has no raw registers to read.",
  },
  not_writable_driver: {
    vi: "Kết nối {connection} không ghi được.",
    en: "Nothing can be written on the connection {connection}.",
  },
  out_of_time: {
    vi: "Chưa đến lượt {device} trong {seconds} giây: đường truyền quá bận hoặc thiết bị trả lời quá chậm.",
    en: "{device} had no turn within {seconds} s: the bus is too busy, or its devices are too slow.",
    hint: {
      vi: "Thử lại; xem tram status để biết đường truyền bận bao nhiêu.",
      en: "Try again; tram status says how busy the bus is.",
    },
  },
  connection_down: {
    vi: "Kết nối {connection} đang mất: {problem}",
    en: "The connection {connection} is down: {problem}",
  },
  out_of_range: {
    vi: "{value} nằm ngoài dải đo {min} … {max} của điểm.",
    en: "{value} lies outside the point's range {min} … {max}.",
    hint: {
      vi: "So hệ số, kiểu dữ liệu và thứ tự byte với tài liệu hãng (tram read --raw), rồi xem cảm biến.",
      en: "Compare scale, type and byte order with the maker's document (tram read --raw), then look at the sensor.",
    },
  },
  not_a_number: {
    vi: "Thanh ghi không chứa một số (NaN hoặc vô cực).",
    en: "The registers hold no number (NaN or infinite).",
    hint: {
      vi: "Kiểm tra kiểu dữ liệu và thứ tự byte (tram read --raw); nhiều thiết bị gửi NaN khi chưa có số đo.",
      en: "Check type and byte order (tram read --raw); many devices send NaN while they have no reading.",
    },
  },
  unavailable: {
    vi: "Thiết bị báo là không có giá trị này.",
    en: "The device says that it has no such value now.",
    hint: {
      vi: "Kiểm tra cảm biến hoặc phần tùy chọn đã lắp và đã bật trên thiết bị.",
      en: "Check that the sensor or option is fitted and switched on in the device.",
    },
  },
  overrange: {
    vi: "Thiết bị báo vượt giới hạn đo trên.",
    en: "The device says that it measures beyond its upper limit.",
    hint: { vi: "Xem cảm biến và dải đo đã đặt.", en: "Look at the sensor and at the range that is set." },
  },
  underrange: {
    vi: "Thiết bị báo dưới giới hạn đo dưới.",
    en: "The device says that it measures below its lower limit.",
    hint: { vi: "Xem cảm biến và dải đo đã đặt.", en: "Look at the sensor and at the range that is set." },
  },
  open_circuit: {
    vi: "Thiết bị báo đứt dây cảm biến.",
    en: "The device says that the wire to its sensor is broken.",
    hint: { vi: "Kiểm tra dây và cọc đấu của cảm biến.", en: "Check the sensor's wire and terminals." },
  },
  sensor_fault: {
    vi: "Thiết bị báo cảm biến không dùng được.",
    en: "The device says that its sensor is not fit to measure.",
    hint: {
      vi: "Xem màn hình của thiết bị; vệ sinh, hiệu chuẩn hoặc thay cảm biến.",
      en: "Look at the device's display; clean, calibrate or replace the sensor.",
    },
  },
  wrong_setting: {
    vi: "Một cài đặt của thiết bị không đúng với mẫu thiết bị, nên giá trị chưa dùng được.",
    en: "A setting of the device is not what its profile needs, so the value does not count.",
    hint: {
      vi: "Xem tram status; mẫu thiết bị (tram profiles --show) nói rõ phải đặt gì.",
      en: "See tram status; the profile (tram profiles --show) says what must be set.",
    },
  },
  device_error: {
    vi: "Thiết bị báo lỗi thay cho giá trị.",
    en: "The device gives a fault in place of the value.",
    hint: { vi: "Xem màn hình hoặc đèn báo của thiết bị.", en: "Look at the device's display or lamps." },
  },
  other_reason: {
    vi: "Giá trị không dùng được ({reason}).",
    en: "The value does not count ({reason}).",
  },
});
