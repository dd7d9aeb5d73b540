import { messages } from "../../../drivers/core/message.js";

/** The comments in the file that `tram init` writes. */
export const INIT_YAML_MESSAGES = messages("init_yaml", {
  file_head: {
    vi: "Cấu hình của trạm, do tram init viết. Sửa tùy ý, rồi kiểm tra: tram check\nThời gian viết như 500ms, 10s, 5min, 60d; dung lượng như 500MB, 2GB.",
    en: "The configuration of this station, written by tram init. Change it as you like, then: tram check\nDurations are written like 500ms, 10s, 5min, 60d; sizes like 500MB, 2GB.",
  },
  about_id: {
    vi: "mã riêng trong tỉnh; cũng là tên đăng nhập MQTT",
    en: "unique in the province; the MQTT user too",
  },
  about_name: { vi: "tên cho người đọc", en: "the name for people" },
  about_location: { vi: "vĩ độ, kinh độ (WGS 84)", en: "WGS 84, decimal degrees" },
  about_timezone: { vi: "múi giờ; số liệu luôn gửi theo UTC", en: "readings are always sent in UTC" },
  about_kind: { vi: "loại trạm", en: "what the place is" },
  no_connections: {
    vi: "Chưa có kết nối. Ví dụ:\nconnections:\n  rs485:\n    driver: modbus-rtu\n    port: /dev/serial/by-id/usb-...   # xem: ls /dev/serial/by-id\n    baud: 9600",
    en: "No connection yet. For instance:\nconnections:\n  rs485:\n    driver: modbus-rtu\n    port: /dev/serial/by-id/usb-...   # see: ls /dev/serial/by-id\n    baud: 9600",
  },
  about_baud: { vi: "như cài trên thiết bị", en: "as it is set in the devices" },
  about_timeout: { vi: "chờ mỗi câu trả lời", en: "how long a reply may take" },
  devices_head: {
    vi: "Thiết bị trên các kết nối. Mẫu có sẵn: tram profiles. Ví dụ:",
    en: "The devices on these connections. Profiles: tram profiles. For instance:",
  },
  no_uplinks: {
    vi: "Chưa có nơi nhận số liệu; số đo được giữ trong bộ đệm. Khi có địa chỉ broker, bỏ dấu # và sửa:",
    en: "No uplink yet; readings are kept in the buffer. When you know the broker, take away the # and change it:",
  },
  about_url: { vi: "broker của trung tâm", en: "the broker of the centre" },
  about_user: { vi: "mặc định là gateway.id", en: "gateway.id by default" },
  about_password: {
    vi: "dòng đầu của tệp đó; không viết ở đây",
    en: "the first line of that file; never here",
  },
  about_ca: {
    vi: "CA của trung tâm; mặc định là của hệ thống",
    en: "the centre's CA; the system's by default",
  },
  about_buffer_path: {
    vi: "trên thẻ nhớ hoặc SSD, không phải tmpfs",
    en: "on the card or an SSD, not in memory",
  },
  about_keep: { vi: "giữ ít nhất, kể cả sau khi đã gửi", en: "a promise, also after delivery" },
  about_size: { vi: "không lớn hơn mức này", en: "a limit" },
  about_commit: { vi: "mất điện thì mất nhiều nhất chừng này", en: "a power cut takes at most so much" },
});
