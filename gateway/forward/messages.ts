import { messages } from "../../drivers/core/message.js";

export const FORWARD_MESSAGES = messages("forward", {
  connect_failed: {
    vi: "Không kết nối được tới {url}: {problem}.",
    en: "Cannot connect to {url}: {problem}.",
    hint: {
      vi: "Kiểm tra sóng 4G hoặc cáp mạng, tên máy chủ và cổng; chương trình tự kết nối lại, số liệu được giữ trong bộ đệm.",
      en: "Check the 4G signal or the network cable, the host name and the port; the connection is tried again by itself, and readings are kept in the buffer.",
    },
  },
  connect_timeout: {
    vi: "{url} không trả lời yêu cầu kết nối trong {ms} ms.",
    en: "{url} did not answer the connection request within {ms} ms.",
    hint: {
      vi: "Kiểm tra mạng, DNS và tường lửa; chương trình tự kết nối lại.",
      en: "Check the network, DNS and firewalls; the connection is tried again by itself.",
    },
  },
  connect_aborted: {
    vi: "Ngừng kết nối tới {url} vì chương trình đang dừng.",
    en: "Connecting to {url} was given up because the program stops.",
  },
  version_refused: {
    vi: "{url} không nhận MQTT {version}.",
    en: "{url} does not accept MQTT {version}.",
    hint: {
      vi: "Đặt protocol: auto trong uplinks của gateway.yaml.",
      en: "Set protocol: auto in the uplink of gateway.yaml.",
    },
  },
  refused: {
    vi: "{url} từ chối kết nối (mã {code}): {problem}.",
    en: "{url} refuses the connection (code {code}): {problem}.",
    hint: {
      vi: "Kiểm tra user và password của uplink, mã gateway và quyền trên broker; chương trình thử lại sau 30 s trở lên.",
      en: "Check user and password of the uplink, the gateway's id and its rights on the broker; it is tried again after 30 s or more.",
    },
  },
  broker_busy: {
    vi: "{url} chưa nhận kết nối (mã {code}): {problem}.",
    en: "{url} does not take the connection now (code {code}): {problem}.",
    hint: { vi: "Chương trình tự kết nối lại.", en: "The connection is tried again by itself." },
  },
  certificate_refused: {
    vi: "Chứng thư số của {url} không được chấp nhận: {problem}.",
    en: "The certificate of {url} is not accepted: {problem}.",
    hint: {
      vi: "Kiểm tra tls.ca, hạn của chứng thư số và ngày giờ của thiết bị gateway (timedatectl).",
      en: "Check tls.ca, the certificate's dates and the date and time of this box (timedatectl).",
    },
  },
  certificate_clock: {
    vi: "Chứng thư số của {url} chưa tới hạn dùng hoặc đã hết hạn theo đồng hồ của gateway, mà đồng hồ này chưa đúng giờ: {problem}.",
    en: "By this box's clock the certificate of {url} is not valid yet, or no longer; but that clock is not set: {problem}.",
    hint: {
      vi: "Chứng thư số có thể vẫn tốt: chỉnh giờ (timedatectl, NTP); chương trình tự kết nối lại khi đồng hồ đúng.",
      en: "The certificate may well be good: set the clock (timedatectl, NTP); the connection is made by itself once it is right.",
    },
  },
  certificate_ends: {
    vi: "Chứng thư số {file} hết hạn ngày {date}, còn {days} ngày.",
    en: "The certificate {file} ends on {date}, in {days} days.",
    hint: {
      vi: "Chép chứng thư số mới đè lên tệp cũ; không cần khởi động lại.",
      en: "Put the new one in its place; no restart is needed.",
    },
  },
  certificate_over: {
    vi: "Chứng thư số {file} đã hết hạn ngày {date}.",
    en: "The certificate {file} ended on {date}.",
    hint: {
      vi: "Chép chứng thư số mới đè lên tệp cũ; lần kết nối sau dùng tệp mới.",
      en: "Put the new one in its place; the next connection takes it.",
    },
  },
  peer_certificate_ends: {
    vi: "Chứng thư số của broker ({file}) hết hạn ngày {date}, còn {days} ngày.",
    en: "The broker's certificate ({file}) ends on {date}, in {days} days.",
    hint: {
      vi: "Báo người quản lý broker thay chứng thư số trước ngày đó, nếu không mọi gateway sẽ mất kết nối.",
      en: "Tell whoever runs the broker to replace it before that day: without it no gateway connects.",
    },
  },
  peer_certificate_over: {
    vi: "Chứng thư số của broker ({file}) đã hết hạn ngày {date}.",
    en: "The broker's certificate ({file}) ended on {date}.",
    hint: {
      vi: "Báo người quản lý broker thay chứng thư số; kết nối đang chạy vẫn tiếp tục, kết nối mới sẽ bị từ chối.",
      en: "Tell whoever runs the broker to replace it: the running connection goes on, a new one is refused.",
    },
  },
  tls_file_unreadable: {
    vi: "Không đọc được tệp TLS {file}: {problem}.",
    en: "The TLS file {file} cannot be read: {problem}.",
    hint: {
      vi: "Kiểm tra đường dẫn trong tls và quyền đọc của tệp.",
      en: "Check the path under tls and the rights of the file.",
    },
  },
  taken_over: {
    vi: "Một máy khác đã kết nối tới {url} với cùng mã {client}.",
    en: "Another client has connected to {url} with the same client id {client}.",
    hint: {
      vi: "Mỗi gateway phải có mã (gateway.id) riêng; tìm thiết bị dùng trùng mã rồi đổi.",
      en: "Every gateway needs an id (gateway.id) of its own; find the one that uses the same and rename it.",
    },
  },
  short_lived: {
    vi: "{url} đã ngắt {count} lần liên tiếp ngay sau khi kết nối.",
    en: "{url} has ended {count} connections in a row right after they were made.",
    hint: {
      vi: "Tìm gateway khác dùng trùng mã (gateway.id); kiểm tra nhật ký của broker.",
      en: "Look for another gateway with the same id (gateway.id); see the broker's log.",
    },
  },
  lost: {
    vi: "Mất kết nối tới {url}: {problem}.",
    en: "The connection to {url} is lost: {problem}.",
    hint: {
      vi: "Chương trình tự kết nối lại, số liệu được giữ trong bộ đệm.",
      en: "It is made again by itself, and readings are kept in the buffer.",
    },
  },
  closed: { vi: "Kết nối tới {url} đã đóng.", en: "The connection to {url} is closed." },
  not_connected: { vi: "Chưa kết nối tới {url}.", en: "There is no connection to {url}." },
  quota: {
    vi: "{url} tạm thời không nhận thêm bản tin (mã {code}): {problem}.",
    en: "{url} takes no more messages for the moment (code {code}): {problem}.",
    hint: { vi: "Chương trình chờ rồi gửi lại.", en: "They are sent again after a pause." },
  },
  message_refused: {
    vi: "{url} từ chối bản tin {topic} (mã {code}): {problem}.",
    en: "{url} refuses a message on {topic} (code {code}): {problem}.",
    hint: {
      vi: "Kiểm tra quyền của gateway trên broker (ACL) và giới hạn kích thước bản tin.",
      en: "Check the gateway's rights on the broker (ACL) and its limit for the size of messages.",
    },
  },
  not_echoed: {
    vi: "{url} xác nhận bản tin {topic} nhưng không phát lại cho ai: broker không cho gateway ghi (hoặc đọc lại) topic này.",
    en: "{url} acknowledges a message on {topic} but hands it to nobody: the broker does not let the gateway write (or read back) this topic.",
    hint: {
      vi: "Cho gateway quyền đọc và ghi topic của chính nó trong ACL của broker.",
      en: "Give the gateway the right to read and write its own topics in the broker's ACL.",
    },
  },
  message_too_large: {
    vi: "Bản tin {topic} dài {bytes} byte, {url} chỉ nhận tới {limit} byte.",
    en: "A message on {topic} has {bytes} bytes, {url} takes no more than {limit}.",
    hint: {
      vi: "Tăng giới hạn kích thước bản tin trên broker.",
      en: "Raise the broker's limit for the size of messages.",
    },
  },
  no_subscriber: {
    vi: "{url} đã nhận bản tin {topic} nhưng không có ai đăng ký nhận.",
    en: "{url} has taken messages on {topic}, but nobody subscribes to them.",
    hint: {
      vi: "Báo trung tâm dữ liệu đăng ký topic tram/v1/#.",
      en: "Tell the data centre to subscribe to tram/v1/#.",
    },
  },
  silent: {
    vi: "{url} không xác nhận bản tin nào trong {ms} ms, dù kết nối vẫn mở.",
    en: "{url} has not acknowledged a message for {ms} ms although the connection is open.",
    hint: { vi: "Chương trình ngắt và kết nối lại.", en: "The connection is cut and made again." },
  },
  no_answer: {
    vi: "{url} không xác nhận bản tin nào và cũng không trả lời ping trong {ms} ms, dù kết nối vẫn mở.",
    en: "{url} acknowledges nothing and has not answered a ping for {ms} ms although the connection is open.",
    hint: {
      vi: "Đường truyền đã đứt hoặc broker bị treo: chương trình ngắt và kết nối lại.",
      en: "The link is dead or the broker hangs: the connection is cut and made again.",
    },
  },
  nothing_flows: {
    vi: "Kết nối tới {url} vẫn mở nhưng đã {ms} ms không có số liệu nào được xác nhận.",
    en: "The connection to {url} is open, but no record has been acknowledged for {ms} ms.",
    hint: {
      vi: "Chương trình tự kết nối lại, lần sau chờ lâu hơn lần trước; nếu kéo dài, kiểm tra broker và sóng 4G.",
      en: "It is made again by itself, after longer waits each time; if it lasts, check the broker and the 4G signal.",
    },
  },
  day_spent: {
    vi: "{uplink}: hôm nay đã gửi {size} MB, hết hạn mức trong ngày; số liệu tồn chờ tới ngày mai, số liệu mới vẫn được gửi.",
    en: "{uplink}: {size} MB were sent today and the day's budget is spent; the backlog waits for tomorrow, live readings go on.",
    hint: {
      vi: "Nếu gói cước cho phép, tăng backlog.a_day của uplink.",
      en: "Raise backlog.a_day of the uplink if the SIM card allows more.",
    },
  },
  day_begins: {
    vi: "{uplink}: hạn mức trong ngày đã có lại, tiếp tục gửi số liệu tồn.",
    en: "{uplink}: the day's budget is there again, the backlog goes on.",
  },
  connected: { vi: "Đã kết nối tới {url}.", en: "Connected to {url}." },
  undeliverable: {
    vi: "{url} từ chối vĩnh viễn bản ghi số {seq}; trung tâm được báo là mất bản ghi này.",
    en: "{url} refuses record {seq} for good; the centre is told that it is lost.",
    hint: {
      vi: "Kiểm tra giới hạn kích thước bản tin và quyền trên broker.",
      en: "Check the broker's limit for the size of messages and the rights on it.",
    },
  },
  all_refused: {
    vi: "{url} từ chối mọi bản tin {topic}; số liệu được giữ lại và gửi lại sau {ms} ms.",
    en: "{url} refuses every message on {topic}; the readings are kept and sent again after {ms} ms.",
    hint: {
      vi: "Kiểm tra quyền ghi của gateway trên broker (ACL).",
      en: "Check the gateway's right to write on the broker (ACL).",
    },
  },
  dead_letter_unwritten: {
    vi: "Không ghi được {count} bản ghi không gửi được vào {file}: {problem}.",
    en: "{count} records that cannot be delivered could not be written to {file}: {problem}.",
    hint: {
      vi: "Kiểm tra dung lượng trống và quyền ghi của thư mục.",
      en: "Check the free space and the rights of the folder.",
    },
  },
  backlog_unreadable: {
    vi: "Không đọc được số liệu chờ gửi cho {uplink}: {problem}.",
    en: "The backlog of {uplink} cannot be read: {problem}.",
    hint: { vi: "Chương trình tự thử lại.", en: "It is tried again by itself." },
  },
  births_unknown: {
    vi: "Không có mô tả của cấu hình số {rev}; số liệu cũ của nó được gửi không kèm birth.",
    en: "There is no description of revision {rev}; its records are sent without births.",
  },
  folder_failed: {
    vi: "Không ghi được vào {path}: {problem}.",
    en: "Cannot write to {path}: {problem}.",
    hint: {
      vi: "Kiểm tra dung lượng trống và quyền ghi của thư mục.",
      en: "Check the free space and the rights of the folder.",
    },
  },
  leftover_recovered: {
    vi: "Đã hoàn tất tệp dở dang {file}, bỏ {bytes} byte cuối bị ghi dở.",
    en: "The unfinished file {file} was completed; its torn last {bytes} bytes were cut off.",
  },
  unknown_scheme: {
    vi: "Không biết gửi số liệu tới {url}.",
    en: "Nothing here can forward to {url}.",
    hint: { vi: "Dùng mqtt:, mqtts: hoặc file:.", en: "Use mqtt:, mqtts: or file:." },
  },
  replies_full: {
    vi: "{url}: {most} câu trả lời cho trung tâm đang chờ, bỏ bớt câu trả lời mới.",
    en: "{url}: {most} answers to the centre wait for a receipt; a further one is left out.",
    hint: {
      vi: "Trung tâm có thể gửi lại yêu cầu với cùng mã.",
      en: "The centre may send its request again under the same id.",
    },
  },
  commands_refused: {
    vi: "{url} không cho nhận yêu cầu của trung tâm trên {topic}: {problem}.",
    en: "{url} does not let this gateway read requests on {topic}: {problem}.",
    hint: {
      vi: "Thêm quyền đọc topic này cho gateway trên broker; số liệu vẫn được gửi.",
      en: "Give the gateway the right to read this topic on the broker; readings are sent all the same.",
    },
  },
  retained_command: {
    vi: "{url}: bỏ qua một yêu cầu được broker lưu lại (retain) trên {topic}.",
    en: "{url}: a request that the broker had retained on {topic} is ignored.",
    hint: {
      vi: "Trung tâm phải gửi yêu cầu không có cờ retain.",
      en: "The centre must send requests without the retain flag.",
    },
  },
});
