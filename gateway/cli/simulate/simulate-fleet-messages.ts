import { messages } from "../../../drivers/core/message.js";

export const SIMULATE_FLEET_MESSAGES = messages("simulate_fleet", {
  summary: {
    vi: "Cả một tỉnh gateway nối vào một broker, có tổng kết",
    en: "A province of gateways at a broker, and an account of it",
  },
  about: {
    vi: `Giả làm nhiều gateway cùng gửi số liệu lên một broker, đúng hợp đồng dữ liệu: khai báo, số đo, sự cố, gửi bù, trả lời yêu cầu. Cuối cùng một bên nhận độc lập kiểm tra có thiếu bản ghi nào không.
Mã kết thúc: 0 đủ, 1 có thiếu.`,
    en: `Stands in for many gateways that send to one broker, by the contract: births, data, outages, backlog, requests answered. At the end an independent subscriber says whether any record is missing.
Exit codes: 0 nothing is missing, 1 something is.`,
  },
  url: {
    vi: "broker: mqtt:// hoặc mqtts://; không có: tự chạy mosquitto (hoặc aedes) trên máy này",
    en: "the broker: mqtt:// or mqtts://; without it a mosquitto (or aedes) of its own is started",
  },
  gateways: { vi: "bao nhiêu gateway", en: "how many" },
  points: { vi: "điểm đo của mỗi gateway", en: "points of each gateway" },
  every: { vi: "chu kỳ đọc", en: "how often they are read" },
  gather: {
    vi: "các thiết bị của một gateway chung một bản tin",
    en: "the devices of a gateway share one message",
  },
  for: {
    vi: "chạy bao lâu sau khi mọi gateway đã kết nối; không có: đến khi Ctrl-C",
    en: "how long to run once everybody was connected; without it until Ctrl-C",
  },
  seed: { vi: "cùng số thì cùng giá trị, cùng sự cố", en: "same number, same values and same incidents" },
  outages: { vi: "số gateway mất liên lạc ở mỗi thời điểm", en: "gateways that are away at any time" },
  outage_for: {
    vi: "mỗi lần mất liên lạc kéo dài trung bình bao lâu",
    en: "how long an outage is on average",
  },
  district_every: {
    vi: "cứ sau khoảng này một huyện mất mạng (0: không)",
    en: "every so often a district loses its network (0: never)",
  },
  districts: { vi: "số huyện", en: "how many districts" },
  storm: {
    vi: "mất điện toàn tỉnh: tất cả cùng mất, rồi trở lại rải đều",
    en: "the power of the province fails: all go, all return spread",
  },
  storm_at: {
    vi: "lúc nào (mặc định: sau một phần ba thời gian chạy)",
    en: "when (by default after a third of the run)",
  },
  storm_for: { vi: "mất điện bao lâu", en: "for how long" },
  spread: {
    vi: "các kết nối trở lại rải đều trong khoảng này",
    en: "connections return spread over so long",
  },
  events: {
    vi: "sự kiện nhỏ của mỗi gateway trong một giờ: khởi động lại, mất thiết bị ...",
    en: "small events of a gateway in an hour: restarts, lost devices ...",
  },
  ask: {
    vi: "cứ sau khoảng này trung tâm hỏi một gateway (0: không)",
    en: "every so often the centre asks a gateway (0: never)",
  },
  backlog_rate: {
    vi: "bản ghi gửi bù mỗi giây của một gateway",
    en: "records a second of one gateway's backlog",
  },
  history: { vi: "bản ghi giữ lại để gửi lại", en: "records kept to be sent again" },
  capacity: { vi: "bản ghi nhiều nhất chờ gửi", en: "records that may wait" },
  ramp: {
    vi: "các kết nối lần đầu rải đều trong khoảng này (mặc định 200 gateway mỗi giây)",
    en: "how long the first connections take (by default 200 gateways a second)",
  },
  word_prefix: { vi: "CHỮ", en: "TEXT" },
  wants_prefix: {
    vi: "chữ cái không dấu, chữ số, . _ -, nhiều nhất 41 ký tự",
    en: "letters, digits, . _ -, at most 41 of them",
  },
  prefix: { vi: "đầu của mã gateway", en: "how the ids of the gateways begin" },
  word_user: { vi: "TÊN", en: "NAME" },
  user: {
    vi: "tài khoản của các gateway (mặc định: mã của từng gateway)",
    en: "the gateways' user (by default each gateway's id)",
  },
  password_file: { vi: "tệp có mật khẩu của các gateway", en: "file with the gateways' password" },
  centre_user: { vi: "tài khoản của bên nhận", en: "the subscriber's user" },
  centre_password_file: { vi: "tệp có mật khẩu của bên nhận", en: "file with the subscriber's password" },
  ca: { vi: "chứng thư số để kiểm tra broker", en: "the certificate that vouches for the broker" },
  json: {
    vi: "mỗi 10 giây một dòng JSON, cuối cùng là bản tổng kết",
    en: "a line of JSON every 10 seconds, the account at the end",
  },
  notes: {
    vi: "Ở một cửa sổ khác: tram fleet với địa chỉ broker mà lệnh này in ra.",
    en: "Then in another window: tram fleet with the broker that this prints.",
  },
  file_unreadable: {
    vi: "{option}: không đọc được {file}: {problem}",
    en: "{option}: {file} cannot be read: {problem}",
    hint: {
      vi: "Xem tên tệp và quyền đọc: ls -l {file}",
      en: "See its name and whether it may be read: ls -l {file}",
    },
  },
});
