import { messages } from "../../drivers/core/message.js";

/** What can be wrong in gateway.yaml beyond the grammar of keys and values. */
export const CONFIG_MESSAGES = messages("config", {
  invalid: {
    vi: "Cấu hình {file} có {errors} lỗi.",
    en: "The configuration {file} has {errors} errors.",
    hint: { vi: "Xem từng lỗi: tram check {file}", en: "See each of them: tram check {file}" },
  },
  no_devices: {
    vi: "Chưa có thiết bị nào: gateway không đọc gì cả.",
    en: "There are no devices: the gateway reads nothing.",
    hint: { vi: "Thêm mục devices.", en: "Add a section devices." },
  },
  unknown_timezone: {
    vi: 'Không có múi giờ "{timezone}".',
    en: 'There is no time zone "{timezone}".',
    hint: { vi: "Viết tên IANA: Asia/Ho_Chi_Minh.", en: "Write its IANA name: Asia/Ho_Chi_Minh." },
  },
  too_short: {
    vi: '"{key}" quá ngắn: ít nhất {limit}.',
    en: '"{key}" is too short: at least {limit}.',
  },
  too_long: {
    vi: '"{key}" quá dài: nhiều nhất {limit}.',
    en: '"{key}" is too long: at most {limit}.',
  },
  too_small: {
    vi: '"{key}" quá nhỏ: ít nhất {limit}.',
    en: '"{key}" is too small: at least {limit}.',
  },
  path_taken: {
    vi: "{path} đã là tệp của {other}.",
    en: "{path} already is the file of {other}.",
    hint: { vi: "Đặt tên khác.", en: "Choose another name." },
  },
  // ${...}
  bad_reference: {
    vi: "Không hiểu {reference}.",
    en: "{reference} is not understood.",
    hint: {
      vi: "Dạng đúng: dấu $ và ngoặc nhọn chứa file:TỆP hoặc env:BIẾN.",
      en: "The form is $ and braces around file:PATH or env:NAME.",
    },
  },
  env_missing: {
    vi: "Biến môi trường {name} chưa được đặt.",
    en: "The environment variable {name} is not set.",
    hint: {
      vi: "Đặt biến này cho dịch vụ (EnvironmentFile của systemd) hoặc dùng tệp.",
      en: "Set it for the service (EnvironmentFile of systemd), or use a file.",
    },
  },
  secret_unreadable: {
    vi: "Không đọc được tệp {file}: {cause}.",
    en: "Cannot read the file {file}: {cause}.",
    hint: {
      vi: "Tạo tệp đó (đường dẫn tính từ thư mục của tệp cấu hình) và cho gateway quyền đọc.",
      en: "Create it (the path is relative to the configuration's folder) and let the gateway read it.",
    },
  },
  secret_empty: {
    vi: "Tệp {file} rỗng.",
    en: "The file {file} is empty.",
    hint: { vi: "Ghi nội dung vào tệp đó.", en: "Write its content." },
  },
  // connections
  unknown_driver: {
    vi: 'Không có giao thức (driver) "{driver}".',
    en: 'There is no driver "{driver}".',
  },
  port_taken: {
    vi: '{port} đã thuộc kết nối "{other}" (dòng {line}).',
    en: '{port} already belongs to the connection "{other}" (line {line}).',
    hint: {
      vi: "Một cổng là một kết nối: đặt các thiết bị chung vào một kết nối.",
      en: "One port is one connection: put its devices on the same connection.",
    },
  },
  // devices
  unknown_connection: {
    vi: 'Không có kết nối "{connection}".',
    en: 'There is no connection "{connection}".',
  },
  unknown_device: {
    vi: 'Không có thiết bị "{device}".',
    en: 'There is no device "{device}".',
  },
  behind_itself: {
    vi: 'Thiết bị "{device}" nằm sau chính nó (behind).',
    en: 'The device "{device}" lies behind itself.',
    hint: {
      vi: "Sửa behind của một thiết bị trong vòng này.",
      en: "Correct behind of one device of the circle.",
    },
  },
  duplicate_unit_id: {
    vi: 'Địa chỉ Modbus {unit_id} trên "{connection}" đã thuộc thiết bị "{other}" (dòng {line}).',
    en: 'Unit id {unit_id} on "{connection}" already belongs to the device "{other}" (line {line}).',
    hint: {
      vi: "Đổi địa chỉ của một trong hai thiết bị, trên thiết bị và ở đây.",
      en: "Change the unit id of one of the two, in the device and here.",
    },
  },
  broadcast_unit_id: {
    vi: "Địa chỉ Modbus 0 là gửi cho tất cả: không thiết bị nào trả lời.",
    en: "Unit id 0 is the broadcast address on a serial line: nobody answers.",
    hint: { vi: "Ghi địa chỉ thật của thiết bị: 1 đến 247.", en: "Write the device's own: 1 to 247." },
  },
  needs_profile: {
    vi: '"{key}" chỉ dùng cho thiết bị có mẫu (profile).',
    en: '"{key}" goes only with a device that has a profile.',
  },
  unknown_profile: {
    vi: 'Không có mẫu thiết bị "{profile}".',
    en: 'There is no profile "{profile}".',
  },
  list_profiles: {
    vi: "Xem các mẫu đang có: tram profiles",
    en: "See which there are: tram profiles",
  },
  profile_for_other_driver: {
    vi: 'Mẫu "{profile}" dùng cho {family}, kết nối "{connection}" dùng {driver}.',
    en: 'The profile "{profile}" is for {family}, the connection "{connection}" is {driver}.',
  },
  unknown_point: {
    vi: 'Mẫu "{profile}" không có điểm đo "{point}".',
    en: 'The profile "{profile}" has no point "{point}".',
  },
  points_missing: {
    vi: 'Thiết bị "{device}" chưa có điểm đo.',
    en: 'The device "{device}" has no points.',
    hint: { vi: "Thêm profile hoặc points.", en: "Add profile or points." },
  },
  point_without_keys: {
    vi: 'Điểm đo "{point}" chỉ có tên, mà thiết bị không có mẫu.',
    en: 'The point "{point}" is only named, and the device has no profile.',
    hint: { vi: "Thêm profile, hoặc ghi địa chỉ của điểm.", en: "Add a profile, or the point's address." },
  },
  // uplinks
  bad_url: {
    vi: "Địa chỉ {url} không đúng.",
    en: "The URL {url} is not valid.",
    hint: {
      vi: "Ví dụ: mqtts://mqtt.example.vn:8883 hoặc file:./readings",
      en: "For example mqtts://mqtt.example.vn:8883 or file:./readings",
    },
  },
  unknown_scheme: {
    vi: 'Không gửi được đến địa chỉ kiểu "{scheme}:".',
    en: 'There is no uplink for "{scheme}:".',
    hint: { vi: "Dùng được: mqtts:, mqtt:, file:", en: "Known: mqtts:, mqtt:, file:" },
  },
  credentials_in_url: {
    vi: "Không ghi tên và mật khẩu trong địa chỉ.",
    en: "User and password do not belong in the URL.",
    hint: {
      vi: "Dùng khóa user và password, mật khẩu để trong tệp riêng.",
      en: "Use the keys user and password, with the password in a file of its own.",
    },
  },
  plain_password: {
    vi: "Mật khẩu nằm ngay trong tệp cấu hình.",
    en: "The password stands in the configuration itself.",
    hint: {
      vi: "Để mật khẩu vào tệp secrets/mqtt (quyền 0600) và tham chiếu tệp đó bằng file:secrets/mqtt.",
      en: "Put it into secrets/mqtt (mode 0600) and refer to it with file:secrets/mqtt.",
    },
  },
  no_tls: {
    vi: "Số liệu và mật khẩu gửi đến {host} không được mã hóa.",
    en: "Readings and password go to {host} unencrypted.",
    hint: { vi: "Dùng mqtts:// và khóa tls.", en: "Use mqtts:// and the key tls." },
  },
  tls_needs_mqtts: {
    vi: '"tls" không có tác dụng với {scheme}:.',
    en: '"tls" has no effect with {scheme}:.',
    hint: {
      vi: "Đổi url thành mqtts://...:8883 hoặc xóa tls.",
      en: "Make the url mqtts://...:8883, or remove tls.",
    },
  },
  tls_pair: {
    vi: '"cert" và "key" phải đi cùng nhau.',
    en: '"cert" and "key" go together.',
  },
  without_effect: {
    vi: '"{key}" không có tác dụng với {scheme}:.',
    en: '"{key}" has no effect with {scheme}:.',
    hint: { vi: "Xóa dòng này.", en: "Remove the line." },
  },
  keep_for_required: {
    vi: '"keep_for" chỉ có tác dụng khi "required: false".',
    en: '"keep_for" has an effect only with "required: false".',
    hint: {
      vi: 'Thêm "required: false", hoặc xóa dòng này.',
      en: 'Add "required: false", or remove the line.',
    },
  },
  renamed_from_present: {
    vi: 'Nơi nhận "{from}" vẫn còn trong cấu hình: không thể tiếp quản phần của nó.',
    en: 'The uplink "{from}" is still configured: its place cannot be taken over.',
    hint: { vi: 'Xóa "renamed_from" hoặc nơi nhận cũ.', en: 'Remove "renamed_from" or the old uplink.' },
  },
  renamed_from_twice: {
    vi: '"{other}" cũng tiếp quản "{from}": chỉ một nơi nhận được làm việc đó.',
    en: '"{other}" takes over from "{from}" too: only one uplink can.',
    hint: { vi: "Giữ lại một dòng.", en: "Keep one of the lines." },
  },
  pattern_matches_nothing: {
    vi: 'Mẫu chọn "{pattern}" không khớp điểm đo nào.',
    en: 'The pattern "{pattern}" matches no point.',
    hint: {
      vi: "Dạng: thiết_bị.điểm, dấu * thay cho phần bất kỳ.",
      en: "The form is device.point, with * for any part.",
    },
  },
  // buffer
  keep_does_not_fit: {
    vi: "Bộ đệm {size} chứa được khoảng {days} ngày số liệu; keep_at_least là {keep} ngày.",
    en: "About {days} days fit into {size}; keep_at_least is {keep} days.",
    hint: {
      vi: "Đặt max_size: {needed}, hoặc keep_at_least: {days}d, hoặc đọc thưa hơn (every).",
      en: "Set max_size: {needed}, or keep_at_least: {days}d, or read less often (every).",
    },
  },
  keep_hours_fit: {
    vi: "Bộ đệm {size} chứa được khoảng {hours} giờ số liệu; keep_at_least là {keep} ngày.",
    en: "About {hours} hours fit into {size}; keep_at_least is {keep} days.",
    hint: {
      vi: "Đặt max_size: {needed}, hoặc keep_at_least: {hours}h, hoặc đọc thưa hơn (every).",
      en: "Set max_size: {needed}, or keep_at_least: {hours}h, or read less often (every).",
    },
  },
  // health points
  reserved_connection: {
    vi: 'Tên kết nối "{id}" đã dành cho số liệu về đường truyền của chính gateway.',
    en: 'The connection name "{id}" is taken by the gateway\'s own health points.',
    hint: { vi: "Đặt tên khác cho kết nối này.", en: "Give this connection another name." },
  },
  reserved_device: {
    vi: 'Tên thiết bị "{id}" đã dành cho số liệu về đường truyền của chính gateway (health.*).',
    en: 'The device name "{id}" is taken by the gateway\'s own health points (health.*).',
    hint: { vi: "Đặt tên khác cho thiết bị này.", en: "Give this device another name." },
  },
  health_of: { vi: "{subject}: {what}", en: "{subject}: {what}" },
  health_requests: { vi: "số lần hỏi", en: "requests" },
  health_good: { vi: "số lần trả lời tốt", en: "good answers" },
  health_timeouts: { vi: "số lần quá thời gian chờ", en: "timeouts" },
  health_damaged: { vi: "số khung hỏng (sai CRC hoặc bị cụt)", en: "damaged frames (checksum or cut short)" },
  health_foreign: { vi: "số khung lạ", en: "foreign frames" },
  health_late: { vi: "số trả lời trễ", en: "late answers" },
  health_exceptions: { vi: "số lần báo mã lỗi", en: "exceptions" },
  health_exception_codes: { vi: "số lần của từng mã lỗi", en: "exceptions by code" },
  health_findings: { vi: "nhận định về đường truyền", en: "findings about the bus" },
  health_median: { vi: "thời gian trả lời, trung vị", en: "round trip, median" },
  health_p99: { vi: "thời gian trả lời, mức 99 %", en: "round trip, 99th percentile" },
  health_busy: { vi: "phần thời gian chiếm đường truyền", en: "share of bus time" },
  health_last_good: {
    vi: "lần trả lời tốt gần nhất (giây từ 1970 UTC)",
    en: "last good answer (seconds since 1970 UTC)",
  },
  // how problems are printed
  word_error: { vi: "lỗi", en: "error" },
  word_warning: { vi: "cảnh báo", en: "warning" },
});
