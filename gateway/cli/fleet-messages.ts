import { messages } from "../../drivers/core/message.js";

export const FLEET_VERB_MESSAGES = messages("fleet_verb", {
  summary: {
    vi: "Xem mọi gateway của một broker trên một màn hình",
    en: "Show every gateway of a broker on one screen",
  },
  help: {
    vi: `Cách dùng: tram fleet URL [CHỮ…] [tùy chọn]

Xem mọi gateway của broker URL (mqtt:// hoặc mqtts://), gateway có vấn đề đứng trước: đang nối hay không,
từ bao giờ, số bản ghi chờ gửi, số đo cũ nhất đang gửi bù, phiên bản, thiết bị mất kết nối, cảnh báo.
Chỉ đọc; CHỮ: chỉ những gateway có các chữ này trong tên (không phân biệt hoa thường, dấu).

  --once                in một lần rồi thoát (như khi không phải màn hình)
  --json                in một lần, dạng JSON
  --top SỐ              nhiều nhất bao nhiêu dòng
  --backlog SỐ          chờ gửi nhiều hơn số này là có vấn đề (mặc định 1000)
  --wait THỜI_GIAN      nghe nhiều nhất bao lâu khi in một lần (mặc định 15s)
  --ask                 hỏi từng gateway thiết bị nào mất, cảnh báo nào đang xảy ra (cần quyền ghi command)
  --user TÊN            tài khoản; mật khẩu: --password-file TỆP (hoặc $TRAM_MQTT_USERNAME, $TRAM_MQTT_PASSWORD)
  --ca TỆP              chứng thư số của broker; --cert TỆP --key TỆP: của mình

Không có --ask, thiết bị mất và cảnh báo chỉ biết từ lúc bắt đầu nghe.
Mã thoát: 0 tất cả đều tốt, 1 có gateway có vấn đề hoặc không thấy gateway nào.

Ví dụ: tram fleet mqtts://mqtt.example.vn:8883 --user viewer --password-file secrets/viewer --ca ca.pem`,
    en: `Usage: tram fleet URL [WORD...] [options]

Shows every gateway of the broker URL (mqtt:// or mqtts://), ill ones first: online or not, since when, records
that wait, the oldest reading being sent late, version, revision, devices lost, alarms.
Only reads; WORD: only gateways whose id or site has these words (case and tone marks do not matter).

  --once                print once and end (as when the output is no terminal)
  --json                print once, as JSON
  --top NUMBER          at most so many rows
  --backlog NUMBER      more records than this waiting is ill (1000 by default)
  --wait DURATION       listen at most so long when printing once (15s by default)
  --ask                 ask each gateway which devices are lost and which alarms are raised (needs to write command)
  --user NAME           credentials; password: --password-file FILE (or $TRAM_MQTT_USERNAME, $TRAM_MQTT_PASSWORD)
  --ca FILE             certificate of the broker; --cert FILE --key FILE: our own

Without --ask, lost devices and alarms are known only from when it began to listen.
Exit codes: 0 all are well, 1 one is ill or there is none.

Example: tram fleet mqtts://mqtt.example.com:8883 --user viewer --password-file secrets/viewer --ca ca.pem`,
  },
  no_url: {
    vi: "Chưa nói broker nào.",
    en: "It was not said which broker.",
    hint: {
      vi: "Ví dụ: tram fleet mqtt://127.0.0.1:1883",
      en: "For example: tram fleet mqtt://127.0.0.1:1883",
    },
  },
  wrong_value: {
    vi: "{option} không nhận giá trị {value}.",
    en: "{option} does not take the value {value}.",
    hint: { vi: "Xem: tram fleet --help", en: "See: tram fleet --help" },
  },
  file_unreadable: {
    vi: "Không đọc được {file}: {problem}",
    en: "{file} cannot be read: {problem}",
  },
  not_connected: {
    vi: "Không kết nối được broker {url}: {problem}",
    en: "The broker {url} takes no connection: {problem}",
    hint: {
      vi: "Kiểm tra địa chỉ, --user, --password-file và --ca.",
      en: "Check the address, --user, --password-file and --ca.",
    },
  },
  not_subscribed: {
    vi: "Broker {url} không cho đọc {topic}.",
    en: "The broker {url} does not allow to read {topic}.",
    hint: {
      vi: "Dùng tài khoản được đọc tram/v1/#, như viewer trong config/acl.",
      en: "Use an account that may read tram/v1/#, as viewer in config/acl.",
    },
  },
  title: {
    vi: "{url}: {gateways} gateway, {online} đang nối, {ill} có vấn đề",
    en: "{url}: {gateways} gateways, {online} online, {ill} ill",
  },
  lost_connection: {
    vi: "mất kết nối với broker, đang nối lại",
    en: "the connection to the broker is lost, connecting again",
  },
  none: {
    vi: "Chưa thấy gateway nào.",
    en: "No gateway was heard.",
  },
  more: {
    vi: "… còn {count} gateway: {ill} có vấn đề, {well} tốt",
    en: "… and {count} more: {ill} ill, {well} well",
  },
  unreadable: {
    vi: "{count} bản tin không đọc được đã bỏ qua",
    en: "{count} messages that could not be read were left aside",
  },
  too_many: {
    vi: "{count} bản tin của gateway vượt quá {most} gateway đầu tiên đã bỏ qua",
    en: "{count} messages of gateways beyond the first {most} were left aside",
  },
  column_gateway: { vi: "Gateway", en: "Gateway" },
  column_site: { vi: "Trạm", en: "Site" },
  column_state: { vi: "Trạng thái", en: "State" },
  column_since: { vi: "Từ", en: "Since" },
  column_backlog: { vi: "Chờ gửi", en: "Backlog" },
  column_oldest: { vi: "Cũ nhất", en: "Oldest" },
  column_version: { vi: "Bản", en: "Version" },
  column_rev: { vi: "Rev", en: "Rev" },
  column_lost: { vi: "Mất TB", en: "Lost" },
  column_alarms: { vi: "C.báo", en: "Alarms" },
  state_online: { vi: "tốt", en: "well" },
  ill_gone: { vi: "đứt kết nối", en: "cut off" },
  ill_stopped: { vi: "đã dừng", en: "stopped" },
  ill_no_status: { vi: "không trạng thái", en: "no status" },
  ill_unreadable: { vi: "không đọc được", en: "unreadable" },
  ill_silent: { vi: "im lặng", en: "silent" },
  ill_not_durable: { vi: "đĩa không ghi", en: "disk" },
  ill_devices: { vi: "mất thiết bị", en: "device lost" },
  ill_alarm: { vi: "cảnh báo", en: "alarm" },
  ill_backlog: { vi: "chờ gửi nhiều", en: "backlog" },
});
