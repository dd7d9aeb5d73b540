import { messages } from "../../../drivers/core/message.js";

export const FLEET_VERB_MESSAGES = messages("fleet_verb", {
  summary: {
    vi: "Xem mọi gateway của một broker trên một màn hình",
    en: "Show every gateway of a broker on one screen",
  },
  about: {
    vi: `Xem mọi gateway của một broker, gateway có vấn đề đứng trước: đang nối hay không, từ bao giờ, số bản ghi chờ gửi, số đo cũ nhất đang gửi bù, phiên bản, thiết bị mất kết nối, cảnh báo. Chỉ đọc.`,
    en: `Shows every gateway of a broker, ill ones first: online or not, since when, records that wait, the oldest reading being sent late, version, revision, devices lost, alarms. Only reads.`,
  },
  url_about: { vi: "broker: mqtt:// hoặc mqtts://", en: "the broker: mqtt:// or mqtts://" },
  words_about: {
    vi: "chỉ những gateway có các chữ này trong tên (không phân biệt hoa thường, dấu)",
    en: "only gateways whose id or site has these words (case and tone marks do not matter)",
  },
  once_about: {
    vi: "in một lần rồi thoát (như khi không phải màn hình)",
    en: "print once and end (as when the output is no terminal)",
  },
  json_about: { vi: "in một lần, dạng JSON", en: "print once, as JSON" },
  top_about: { vi: "nhiều nhất bao nhiêu dòng", en: "at most so many rows" },
  backlog_about: {
    vi: "chờ gửi nhiều bản ghi hơn số này là có vấn đề",
    en: "more records than this waiting is ill",
  },
  wait_about: {
    vi: "nghe nhiều nhất bao lâu khi in một lần",
    en: "listen at most so long when printing once",
  },
  ask_about: {
    vi: "hỏi từng gateway thiết bị nào mất, cảnh báo nào đang xảy ra (cần quyền ghi command)",
    en: "ask each gateway which devices are lost and which alarms are raised (needs to write command)",
  },
  user_about: {
    vi: "tài khoản; không có: $TRAM_MQTT_USERNAME",
    en: "the user; without it $TRAM_MQTT_USERNAME",
  },
  password_about: {
    vi: "tệp có mật khẩu; không có: $TRAM_MQTT_PASSWORD",
    en: "file with the password; without it $TRAM_MQTT_PASSWORD",
  },
  ca_about: { vi: "chứng thư số của broker", en: "certificate of the broker" },
  cert_about: { vi: "chứng thư số của mình", en: "our own certificate" },
  key_about: { vi: "khóa bí mật của mình", en: "our own private key" },
  word_user: { vi: "TÊN", en: "NAME" },
  notes: {
    vi: `Không có --ask, thiết bị mất và cảnh báo chỉ biết từ lúc bắt đầu nghe.
Mã thoát: 0 tất cả đều tốt, 1 có gateway có vấn đề hoặc không thấy gateway nào.`,
    en: `Without --ask, lost devices and alarms are known only from when it began to listen.
Exit codes: 0 all are well, 1 one is ill or there is none.`,
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
