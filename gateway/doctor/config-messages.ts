import { messages } from "../../drivers/core/message.js";

export const CONFIG_MESSAGES = messages("doctor", {
  config_title: { vi: "Cấu hình", en: "Configuration" },
  no_config_file: {
    vi: "Chưa có cấu hình (gateway.yaml).",
    en: "There is no configuration (gateway.yaml).",
    hint: {
      vi: "Tạo mới: tram init; hoặc chỉ ra tệp: tram doctor -c TỆP",
      en: "Make one: tram init; or name it: tram doctor -c FILE",
    },
  },
  config_problem: { vi: "{place}: {text}", en: "{place}: {text}" },
  config_good: {
    vi: "{file} hợp lệ: {connections} kết nối, {uplinks} nơi nhận.",
    en: "{file} is good: {connections} connections, {uplinks} uplinks.",
  },
  secret_open: {
    vi: "Mọi người dùng trên máy đọc được tệp mật {file} (quyền {mode}).",
    en: "Everybody on this box can read the secret file {file} (mode {mode}).",
    hint: { vi: "Chạy: chmod 600 {file}", en: "Run: chmod 600 {file}" },
  },
  secret_closed: {
    vi: "Tệp mật {file} được giữ kín (quyền {mode}).",
    en: "The secret file {file} is closed to others (mode {mode}).",
  },
  gateway_title: { vi: "Gateway đang chạy", en: "The running gateway" },
  gateway_absent: {
    vi: "Không có gateway nào đang chạy với cấu hình này.",
    en: "No gateway runs with this configuration.",
    hint: {
      vi: "Chạy: sudo systemctl start tram; hoặc tram run",
      en: "Start it: sudo systemctl start tram; or tram run",
    },
  },
  gateway_silent: {
    vi: "Gateway có chạy nhưng không hỏi được: {problem}",
    en: "A gateway runs, but it cannot be asked: {problem}",
    hint: {
      vi: "Nếu do quyền: chạy với sudo. Nếu không trả lời: xem journalctl -u tram, rồi sudo systemctl restart tram",
      en: "For rights: use sudo. If it does not answer: see journalctl -u tram, then sudo systemctl restart tram",
    },
  },
  gateway_running: {
    vi: "{name} đang chạy (pid {pid}, phiên bản {version}, từ {started}), {points} điểm đo.",
    en: "{name} runs (pid {pid}, version {version}, since {started}), {points} points.",
  },
  gateway_other_file: {
    vi: "Gateway đang chạy với {running}, không phải {file}.",
    en: "The running gateway uses {running}, not {file}.",
    hint: { vi: "Khởi động lại với tệp đúng.", en: "Restart it with the right file." },
  },
  gateway_older_config: {
    vi: "Gateway đang chạy với nội dung cũ của {file}.",
    en: "The running gateway uses an earlier content of {file}.",
    hint: {
      vi: "Áp dụng: tram check, rồi sudo systemctl restart tram",
      en: "To apply it: tram check, then sudo systemctl restart tram",
    },
  },
  gateway_trouble: { vi: "{id}: {problem}", en: "{id}: {problem}" },
  gateway_device_lost: {
    vi: "Thiết bị {id} không trả lời ({failures} lần liên tiếp).",
    en: "The device {id} does not answer ({failures} times in a row).",
    hint: {
      vi: "Kiểm tra nguồn, dây A/B, địa chỉ và tốc độ; xem đường truyền: tram watch --bus {connection}",
      en: "Check its power, the wires A/B, its address and the baud rate; see the bus: tram watch --bus {connection}",
    },
  },
  gateway_not_durable: {
    vi: "Gateway không lưu được số đo: chúng chỉ ở trong bộ nhớ.",
    en: "The gateway cannot store readings: they are in memory only.",
    hint: { vi: "Xem phần Đĩa bên dưới.", en: "See the part about the disk below." },
  },
  gateway_dropped: {
    vi: "{count} bản ghi đã bị bỏ vì chưa kịp lưu.",
    en: "{count} records were dropped before they could be stored.",
    hint: {
      vi: "Thẻ nhớ quá chậm hoặc đã đầy; xem phần Đĩa.",
      en: "The card is too slow or full; see the part about the disk.",
    },
  },
  gateway_alarms: {
    vi: "{count} cảnh báo đang xảy ra: tram status",
    en: "{count} alarms are raised: tram status",
  },
});
