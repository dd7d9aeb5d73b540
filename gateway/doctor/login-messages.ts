import { messages } from "../../drivers/core/message.js";

const ASK_CENTRE = {
  vi: "Báo người quản lý broker của trung tâm.",
  en: "Tell whoever runs the broker of the centre.",
} as const;

export const LOGIN_MESSAGES = messages("doctor", {
  running_connected: {
    vi: "{uplink}: gateway đang chạy đã đăng nhập; broker đã nhận {records} bản ghi, chờ gửi {pending}. Không đăng nhập thêm, để khỏi làm ngắt kết nối đó.",
    en: "{uplink}: the running gateway is logged in; the broker has taken {records} records, {pending} wait. No second login is made, so as not to end that connection.",
    hint: {
      vi: "Muốn thử cả đăng nhập và quyền: --login (có thể ngắt gateway vài giây, không mất số liệu).",
      en: "To try login and rights as well: --login (may cut the gateway off for some seconds; nothing is lost).",
    },
  },
  login_good: {
    vi: "{uplink}: đăng nhập được với tên {user}, MQTT {version} ({ms} ms).",
    en: "{uplink}: logged in as {user}, MQTT {version} ({ms} ms).",
  },
  login_password: {
    vi: "{uplink}: sai tên hoặc mật khẩu ({user}; mã {code}).",
    en: "{uplink}: wrong user name or password ({user}; code {code}).",
    hint: {
      vi: "Nhập lại mật khẩu vào tệp của password; tên mặc định là gateway.id. Nếu vẫn sai, xin trung tâm đặt lại.",
      en: "Write the password into the file of password again; the user is gateway.id by default. If it stays wrong, have the centre reset it.",
    },
  },
  login_not_authorised: {
    vi: "{uplink}: broker không cho {user} vào (mã {code}). mosquitto cũng trả lời vậy khi sai tên hoặc mật khẩu.",
    en: "{uplink}: the broker does not let {user} in (code {code}). mosquitto says so also for a wrong name or password.",
    hint: {
      vi: "Kiểm tra mật khẩu trước, rồi hỏi trung tâm: người dùng {user} đã được tạo chưa, có quyền chưa.",
      en: "Check the password first, then ask the centre whether the user {user} exists and has rights.",
    },
  },
  login_banned: {
    vi: "{uplink}: broker đã cấm {user} hoặc địa chỉ này (mã {code}).",
    en: "{uplink}: the broker has banned {user} or this address (code {code}).",
    hint: {
      vi: "Xin trung tâm bỏ cấm; thường do đăng nhập sai nhiều lần.",
      en: "Have the centre lift it; mostly it follows many wrong logins.",
    },
  },
  login_client_id: {
    vi: "{uplink}: broker không nhận client id của tram doctor (mã {code}).",
    en: "{uplink}: the broker does not accept tram doctor's client id (code {code}).",
    hint: {
      vi: "Broker chỉ cho client id trùng tên người dùng; gateway có thể vẫn vào được. Dừng gateway rồi xem tram run.",
      en: "It may accept only a client id that is the user name; the gateway itself may well get in: see tram run.",
    },
  },
  login_method: {
    vi: "{uplink}: broker đòi cách đăng nhập khác (mã {code}).",
    en: "{uplink}: the broker wants another way of logging in (code {code}).",
    hint: ASK_CENTRE,
  },
  login_unavailable: {
    vi: "{uplink}: broker đang bận hoặc đang khởi động (mã {code}).",
    en: "{uplink}: the broker is busy or starting (code {code}).",
    hint: {
      vi: "Thử lại sau vài phút; nếu kéo dài, báo trung tâm.",
      en: "Try again in some minutes; if it lasts, tell the centre.",
    },
  },
  login_quota: {
    vi: "{uplink}: broker đã hết hạn mức kết nối (mã {code}).",
    en: "{uplink}: the broker's quota of connections is used up (code {code}).",
    hint: ASK_CENTRE,
  },
  login_moved: {
    vi: "{uplink}: broker bảo dùng máy chủ khác (mã {code}).",
    en: "{uplink}: the broker says that another server is to be used (code {code}).",
    hint: {
      vi: "Hỏi trung tâm địa chỉ mới và sửa url.",
      en: "Ask the centre for the new address and change url.",
    },
  },
  login_refused: {
    vi: "{uplink}: broker từ chối đăng nhập (mã {code}): {problem}",
    en: "{uplink}: the broker refuses the login (code {code}): {problem}",
    hint: ASK_CENTRE,
  },
  login_version: {
    vi: "{uplink}: broker không nói phiên bản MQTT này.",
    en: "{uplink}: the broker does not speak this version of MQTT.",
    hint: { vi: "Đặt protocol: auto cho uplink.", en: "Set protocol: auto for the uplink." },
  },
  login_closed: {
    vi: "{uplink}: {host}:{port} ngắt ngay khi đăng nhập, không nói lý do.",
    en: "{uplink}: {host}:{port} closes the connection at the login and says nothing.",
    hint: {
      vi: "Cổng {port} có thể đòi TLS (mqtts:) hay chứng thư số của gateway, hoặc không phải MQTT. Xem nhật ký của broker.",
      en: "Port {port} may want TLS (mqtts:) or a certificate of the gateway, or be no MQTT. See the broker's log.",
    },
  },
  login_silent: {
    vi: "{uplink}: {host}:{port} nhận kết nối nhưng không trả lời đăng nhập trong {seconds} s.",
    en: "{uplink}: {host}:{port} takes the connection but does not answer the login within {seconds} s.",
    hint: {
      vi: "Broker bị treo, hoặc cổng {port} không phải MQTT. Báo trung tâm.",
      en: "The broker hangs, or port {port} is no MQTT. Tell the centre.",
    },
  },
  login_client_certificate: {
    vi: "{uplink}: broker không nhận chứng thư số của gateway, hoặc đòi mà chưa có ({code}).",
    en: "{uplink}: the broker does not accept the gateway's certificate, or wants one ({code}).",
    hint: {
      vi: "Đặt tls.cert và tls.key do trung tâm cấp; kiểm tra hạn của chúng.",
      en: "Set tls.cert and tls.key as issued by the centre; check their dates.",
    },
  },
  login_failed: {
    vi: "{uplink}: không đăng nhập được: {problem}",
    en: "{uplink}: the login failed: {problem}",
    hint: {
      vi: "Chạy lại; nếu kéo dài, gửi báo cáo (--report) cho trung tâm.",
      en: "Try again; if it lasts, send a report (--report) to the centre.",
    },
  },
  login_cut: {
    vi: "{uplink}: broker ngắt kết nối giữa chừng: {problem}",
    en: "{uplink}: the broker cut the connection: {problem}",
    hint: {
      vi: "Nếu do trùng client id: gateway đang chạy ở đây hoặc ở máy khác dùng cùng tên. Nếu không: xem nhật ký của broker.",
      en: "If it is for the same client id: the gateway runs here or elsewhere under the same name. Else see the broker's log.",
    },
  },
  no_ping: {
    vi: "{uplink}: đã đăng nhập nhưng broker không trả lời ping trong {seconds} s.",
    en: "{uplink}: logged in, but the broker does not answer a ping within {seconds} s.",
    hint: {
      vi: "Broker quá tải hoặc đường truyền đứt. Thử lại.",
      en: "The broker is overloaded or the link broke. Try again.",
    },
  },
  no_requests: {
    vi: "{uplink}: không được đọc {topic}: trung tâm không gửi yêu cầu tới được.",
    en: "{uplink}: {topic} may not be read: requests of the centre do not arrive.",
    hint: {
      vi: "Thêm quyền đọc topic này trong ACL của broker (config/acl).",
      en: "Add the right to read it to the broker's ACL (config/acl).",
    },
  },
  no_write: {
    vi: "{uplink}: không được ghi {topic}: {problem}",
    en: "{uplink}: {topic} may not be written: {problem}",
    hint: {
      vi: "Thêm quyền ghi các topic của gateway trong ACL của broker (config/acl); tên người dùng phải là gateway.id.",
      en: "Add the right to write the gateway's topics to the broker's ACL (config/acl); the user name must be gateway.id.",
    },
  },
  no_receipt: {
    vi: "{uplink}: broker không xác nhận bản tin {topic} trong {seconds} s.",
    en: "{uplink}: the broker did not acknowledge a message on {topic} within {seconds} s.",
    hint: {
      vi: "Broker quá tải hoặc đường truyền đứt. Thử lại.",
      en: "The broker is overloaded or the link broke. Try again.",
    },
  },
  no_echo_5: {
    vi: "{uplink}: ghi được {topic} nhưng không đọc lại được; số liệu vẫn gửi được.",
    en: "{uplink}: {topic} can be written but not read back; readings can be sent all the same.",
  },
  no_echo_4: {
    vi: "{uplink}: broker MQTT 3.1.1 xác nhận bản tin {topic} nhưng không phát lại: chắc là không có quyền ghi hoặc đọc.",
    en: "{uplink}: the broker (MQTT 3.1.1) acknowledges a message on {topic} and hands it to nobody: the right to write or to read is missing.",
    hint: {
      vi: "Cho gateway quyền ghi và đọc lại topic của chính nó (config/acl).",
      en: "Give the gateway the right to write and read back its own topics (config/acl).",
    },
  },
  echo_good: {
    vi: "{uplink}: một bản tin đi rồi về trong {ms} ms (ping {ping} ms).",
    en: "{uplink}: a message went there and back in {ms} ms (ping {ping} ms).",
  },
  echo_slow: {
    vi: "{uplink}: một bản tin đi rồi về mất {ms} ms.",
    en: "{uplink}: a message took {ms} ms there and back.",
    hint: {
      vi: "Sóng yếu: xoay hoặc đổi chỗ anten. Số liệu vẫn được giữ và gửi bù.",
      en: "The signal is weak: turn or move the antenna. Readings are kept and sent later.",
    },
  },
  no_status: {
    vi: "{uplink}: broker chưa giữ trạng thái nào của gateway này (chưa kết nối lần nào, hoặc không được đọc).",
    en: "{uplink}: the broker keeps no status of this gateway (it never connected, or may not read it).",
  },
  status_kept: {
    vi: "{uplink}: broker đang giữ trạng thái của gateway này: {state}.",
    en: "{uplink}: the status that the broker keeps of this gateway is: {state}.",
  },
});
