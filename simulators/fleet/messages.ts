import { messages } from "../../drivers/core/message.js";

export const FLEET_MESSAGES = messages("fleet", {
  too_few_files: {
    vi: "Hệ thống cho mở {limit} tệp; {gateways} gateway cần {needed}.",
    en: "The system allows {limit} open files; {gateways} gateways need {needed}.",
    hint: {
      vi: "Chạy trước: ulimit -n {needed} (với quyền root nếu bị từ chối), hoặc giảm --gateways.",
      en: "Run first: ulimit -n {needed} (as root where that is refused), or lower --gateways.",
    },
  },
  no_broker: {
    vi: "Không kết nối được broker {url}: {problem}",
    en: "The broker {url} takes no connection: {problem}",
    hint: {
      vi: "Kiểm tra địa chỉ, tài khoản (--centre-user) và chứng thư số (--ca).",
      en: "Check the address, the credentials (--centre-user) and the certificate (--ca).",
    },
  },
  not_followed: {
    vi: "Bên nhận không đăng ký được trên {url}: {problem}",
    en: "The subscriber could not subscribe on {url}: {problem}",
    hint: {
      vi: "Tài khoản --centre-user phải được đọc tram/v1/#.",
      en: "The account --centre-user must be allowed to read tram/v1/#.",
    },
  },
  running: {
    vi: "{gateways} gateway mô phỏng, {points} điểm đo mỗi gateway, đọc mỗi {every} s, broker {url} ({broker}), --seed {seed}.",
    en: "{gateways} simulated gateways, {points} points each, read every {every} s, broker {url} ({broker}), --seed {seed}.",
    hint: { vi: "Ctrl-C: gửi hết rồi tổng kết.", en: "Ctrl-C: send the rest, then the account." },
  },
  plain: {
    vi: "{time} kết nối {connected}/{gateways}, mất liên lạc {out}, chờ gửi {waiting}, {messages} bản tin/s, {kilobytes} kB/s, đã nhận {received}, trả lời {answers}, CPU {cpu} %, {memory} MB",
    en: "{time} connected {connected}/{gateways}, away {out}, waiting {waiting}, {messages} messages/s, {kilobytes} kB/s, received {received}, answered {answers}, CPU {cpu} %, {memory} MB",
  },
  title: { vi: "Đội gateway mô phỏng, {url} ({broker})", en: "Simulated fleet, {url} ({broker})" },
  phase_connecting: { vi: "đang kết nối", en: "connecting" },
  phase_running: { vi: "đang chạy", en: "running" },
  phase_storm: { vi: "MẤT ĐIỆN TOÀN TỈNH", en: "PROVINCE-WIDE POWER CUT" },
  phase_finishing: { vi: "đang gửi phần còn lại", en: "sending the rest" },
  label_connected: { vi: "Đã kết nối", en: "Connected" },
  label_out: { vi: "Mất liên lạc", en: "Away" },
  label_sending: { vi: "Đang gửi bù", en: "Sending backlog" },
  label_waiting: { vi: "Bản ghi chờ gửi", en: "Records waiting" },
  label_rate: { vi: "Gửi mỗi giây", en: "Sent a second" },
  label_received: { vi: "Bên nhận đã có", en: "Received" },
  label_requests: { vi: "Yêu cầu đã trả lời", en: "Requests answered" },
  label_events: { vi: "Sự cố", en: "Incidents" },
  label_load: { vi: "Tải máy", en: "Load" },
  label_problem: { vi: "Lỗi gần nhất", en: "Last problem" },
  value_rate: {
    vi: "{messages} bản tin, {readings} số đo, {kilobytes} kB",
    en: "{messages} messages, {readings} readings, {kilobytes} kB",
  },
  value_received: {
    vi: "{records} bản ghi ({late} gửi bù), trùng {duplicates}, khoảng mất đang chờ {gaps}",
    en: "{records} records ({late} late), {duplicates} duplicates, {gaps} open gaps",
  },
  value_events: {
    vi: "mất điện {crashes}, mất thiết bị {devices}, cảnh báo {alarms}, kết nối {connections}",
    en: "power cuts {crashes}, devices lost {devices}, alarms {alarms}, connections {connections}",
  },
  value_load: {
    vi: "mô phỏng {cpu} % {memory} MB, nhận {checker}, broker {broker}",
    en: "fleet {cpu} % {memory} MB, checker {checker}, broker {broker}",
  },
  checked_complete: {
    vi: "ĐỦ: {received} bản ghi của {gateways} gateway đã nhận, không thiếu, không sai.",
    en: "COMPLETE: {received} records of {gateways} gateways were received, none missing, none wrong.",
  },
  checked_incomplete: {
    vi: "KHÔNG ĐỦ: thiếu {missing} bản ghi, còn {gaps} khoảng mất, {waiting} chưa gửi, {conflicts} mâu thuẫn, {surplus} thừa, {unreadable} bản tin không đọc được, {unheard} gateway không nghe thấy.",
    en: "INCOMPLETE: {missing} records missing, {gaps} gaps open, {waiting} not sent, {conflicts} conflicts, {surplus} too many, {unreadable} unreadable messages, {unheard} gateways never heard.",
  },
  not_checked: {
    vi: "Bên nhận không trả lời: không chứng minh được gì.",
    en: "The subscriber does not answer: nothing is proven.",
  },
  account_numbers: {
    vi: "Đã đánh số {numbered}: nhận {received} ({late} gửi bù), báo mất {lost}, mất theo điện {voided}, không rõ {uncertain}.",
    en: "{numbered} were numbered: {received} received ({late} late), {lost} told as lost, {voided} void with the power, {uncertain} uncertain.",
  },
  account_again: {
    vi: "Trùng {duplicates}, gửi lại theo yêu cầu {resent}; khoảng mất: báo {told}, đã lấp {closed}; trung tâm hỏi {asked}, được trả lời {answered}.",
    en: "{duplicates} duplicates, {resent} sent again on request; gaps: {told} told, {closed} closed; the centre asked {asked} times, {answered} answered.",
  },
  measured: {
    vi: "Đo trong {seconds} s: {messages} bản tin/s (cao nhất {peak}), gửi {kilobytes} kB/s, broker {broker}; tải máy khi kết thúc {load}.",
    en: "Measured for {seconds} s: {messages} messages/s (peak {peak}), {kilobytes} kB/s sent, broker {broker}; load of the machine at the end {load}.",
  },
  broker_usage: { vi: "{cpu} % một lõi, {memory} MB", en: "{cpu} % of a core, {memory} MB" },
  broker_unseen: { vi: "không quan sát được", en: "not observed" },
  forecast: {
    vi: "Ước tính cho {gateways} gateway như vậy: {connections} kết nối, {messages} bản tin/s (cao nhất {peak}), vào {in} Mbit/s, ra {out} Mbit/s với một bên nhận; {retained} bản tin lưu trên broker ({retainedMb} MB); {broker}; {returning} kết nối/s khi cùng trở lại; mỗi gateway {each} MB mỗi tháng.",
    en: "Estimate for {gateways} such gateways: {connections} connections, {messages} messages/s (peak {peak}), {in} Mbit/s in, {out} Mbit/s out with one subscriber; {retained} retained messages ({retainedMb} MB); {broker}; {returning} connections/s when all return; {each} MB a month for each gateway.",
  },
  forecast_broker: {
    vi: "broker {cores} lõi và {memory} MB bộ nhớ",
    en: "a broker with {cores} cores and {memory} MB of memory",
  },
  forecast_no_broker: {
    vi: "broker cỡ nào thì chưa biết vì không quan sát được",
    en: "a broker of unknown size, since it was not observed",
  },
  forecast_small: {
    vi: "Nhân lên từ quá ít gateway: muốn ước tính đúng hơn, hãy đo với ít nhất 1000.",
    en: "Scaled from very few gateways: for a better estimate measure with at least 1000.",
  },
  forecast_basis: {
    vi: "Chỉ là ước tính: nhân tỉ lệ từ {gateways} gateway trên máy này ({machine}), QoS 1, không TLS, một bên nhận.",
    en: "An estimate only: scaled from {gateways} gateways on this machine ({machine}), QoS 1, no TLS, one subscriber.",
  },
});
