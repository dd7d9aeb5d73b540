import { messages } from "../../drivers/core/message.js";

export const CLI_MESSAGES = messages("cli", {
  usage_title: {
    vi: "Trạm {version}: đọc thiết bị, lưu tạm, gửi về trung tâm.",
    en: "Trạm {version}: reads devices, buffers, forwards to the data centre.",
  },
  usage_form: { vi: "Cách dùng: tram <lệnh> [tùy chọn]", en: "Usage: tram <verb> [options]" },
  usage_more: {
    vi: "Trợ giúp của một lệnh, kèm ví dụ: tram <lệnh> --help, hoặc tram help <lệnh>",
    en: "Help for a verb, with an example: tram <verb> --help, or tram help <verb>",
  },
  version_about: { vi: "phiên bản", en: "the version" },
  completion_summary: { vi: "Hoàn thành lệnh bằng phím Tab", en: "Complete the line with the Tab key" },
  completion_about: {
    vi: "Để phím Tab của shell hoàn thành lệnh, tùy chọn, tệp, mã thiết bị và điểm đo.",
    en: "Lets the Tab key of the shell complete verbs, options, files, ids of devices and points.",
  },
  completion_bash_summary: { vi: "in phần bổ sung cho bash", en: "prints the addition for bash" },
  completion_bash_about: {
    vi: `In phần bổ sung cho bash. Dùng ngay: source <(tram completion bash)
Dùng lâu dài: ghi vào ~/.local/share/bash-completion/completions/tram rồi mở lại shell.`,
    en: `Prints the addition for bash. For this shell: source <(tram completion bash)
For good: write it into ~/.local/share/bash-completion/completions/tram and open the shell anew.`,
  },
  completion_words_summary: {
    vi: "các từ có thể đứng ở con trỏ (shell tự gọi)",
    en: "words that may stand at the cursor (called by the shell)",
  },
  completion_words_about: {
    vi: "In các từ có thể đứng ở con trỏ, mỗi từ một dòng; <files>: cả tên tệp. Mã thiết bị và điểm đo lấy từ cấu hình đang dùng.",
    en: "Prints the words that may stand at the cursor, one a line; <files>: names of files too. Ids of devices and points come from the configuration in use.",
  },
  completion_typed: {
    vi: "dòng lệnh đến con trỏ, không có chữ tram",
    en: "the line up to the cursor, without the word tram",
  },
  no_verb: {
    vi: "Chưa có lệnh: {option} không đứng một mình.",
    en: "There is no verb: {option} does not stand alone.",
    hint: { vi: "Xem danh sách: tram --help", en: "See the list: tram --help" },
  },
  unknown_verb: {
    vi: "Không có lệnh {verb}.",
    en: "There is no verb {verb}.",
    hint: { vi: "Xem danh sách: tram --help", en: "See the list: tram --help" },
  },
  similar_verb: {
    vi: "Không có lệnh {verb}.",
    en: "There is no verb {verb}.",
    hint: { vi: "Có phải: tram {near}", en: "Did you mean: tram {near}" },
  },
  internal: {
    vi: "Lỗi nội bộ của tram: {problem}",
    en: "An internal fault of tram: {problem}",
    hint: {
      vi: "Gửi nhật ký cho nhóm phát triển; chương trình sẽ được khởi động lại.",
      en: "Send the log to the developers; the program will be started again.",
    },
  },
  no_config: {
    vi: "Không tìm thấy cấu hình. Đã tìm: {places}.",
    en: "No configuration found. Looked for: {places}.",
    hint: {
      vi: "Chỉ ra tệp: tram {verb} -c gateway.yaml",
      en: "Name the file: tram {verb} -c gateway.yaml",
    },
  },
  two_configs: {
    vi: "Hai cấu hình: {file} và {config}.",
    en: "Two configurations: {file} and {config}.",
    hint: { vi: "Giữ lại một.", en: "Keep one of them." },
  },
  run_summary: { vi: "Chạy gateway", en: "Run the gateway" },
  run_about: {
    vi: "Chạy gateway cho đến khi nhận Ctrl-C hoặc SIGTERM.",
    en: "Runs the gateway until Ctrl-C or SIGTERM.",
  },
  file_about: { vi: "cấu hình, như -c", en: "the configuration, as -c" },
  run_json: { vi: "nhật ký dạng JSON kể cả trên màn hình", en: "the log as JSON on a terminal too" },
  run_log: { vi: "mức nhật ký", en: "level of the log" },
  running: {
    vi: "Trạm {id} đang chạy: {devices} thiết bị, {points} điểm đo, {uplinks} nơi nhận. Cấu hình {file}.",
    en: "{id} is running: {devices} devices, {points} points, {uplinks} uplinks. Configuration {file}.",
  },
  stopping: { vi: "Đang dừng ...", en: "Stopping ..." },
  stuck: {
    vi: "Bộ phận {parts} đứng yên; không báo sống cho systemd.",
    en: "{parts} stand still; systemd is not told that the gateway lives.",
  },
  stopped: { vi: "Đã dừng.", en: "Stopped." },
  check_summary: { vi: "Kiểm tra cấu hình", en: "Check a configuration" },
  check_about: {
    vi: "Kiểm tra gateway.yaml: báo tất cả lỗi cùng lúc, kèm dòng và cột. Không kết nối gì.",
    en: "Checks a gateway.yaml: all mistakes at once, with line and column. Connects nothing.",
  },
  check_good: {
    vi: "{file}: hợp lệ. {connections} kết nối, {devices} thiết bị, {points} điểm đo, {rate} số đo/giây khi mọi số đều được gửi.",
    en: "{file}: good. {connections} connections, {devices} devices, {points} points, {rate} readings/s when every one is reported.",
  },
  check_room: {
    vi: "Bộ đệm: mỗi ngày khoảng {daily} MB khi mọi số đều được lưu; {size} MB chứa được khoảng {days} ngày (keep_at_least: {keep} ngày).",
    en: "Buffer: about {daily} MB a day when every reading is kept; about {days} days fit into {size} MB (keep_at_least: {keep} days).",
  },
  check_bad: {
    vi: "{errors} lỗi, {warnings} cảnh báo.",
    en: "{errors} errors, {warnings} warnings.",
  },
  status_summary: { vi: "Tình trạng gateway đang chạy", en: "How the running gateway is" },
  status_about: {
    vi: "Hỏi gateway đang chạy: kết nối, thiết bị, nơi nhận số liệu, bộ đệm, tình trạng từng đường truyền.",
    en: "Asks the running gateway: connections, devices, uplinks, buffer, the health of each bus.",
  },
  status_metrics: {
    vi: "các bộ đếm dạng OpenMetrics (Prometheus, Telegraf)",
    en: "the counters as OpenMetrics (Prometheus, Telegraf)",
  },
  watch_summary: { vi: "Xem số đo hoặc đường truyền trực tiếp", en: "Watch live values, or a bus" },
  watch_about: {
    vi: `Xem số đo trực tiếp của gateway đang chạy. Trên màn hình: bảng tự cập nhật. Qua ống dẫn: mỗi số đo một dòng.
Với --bus: xem từng khung trên đường truyền (>> gửi đi, << nhận về); việc đọc vẫn tiếp tục.`,
    en: `Watches the live values of the running gateway. On a terminal: a table that is redrawn. On a pipe: a line for each reading.
With --bus: every frame of a connection (>> sent, << received), while polling goes on.`,
  },
  watch_foot: {
    vi: "{points} điểm đo, {bad} không tốt. Ctrl-C để thoát.",
    en: "{points} points, {bad} not good. Ctrl-C to leave.",
  },
  watch_foot_hidden: {
    vi: "{points} điểm đo, {bad} không tốt; còn {hidden} dòng, chọn bớt: tram watch MẪU. Ctrl-C để thoát.",
    en: "{points} points, {bad} not good; {hidden} more, choose: tram watch PATTERN. Ctrl-C to leave.",
  },
  watch_pattern: {
    vi: "chọn điểm: meter, meter.voltage.*, *.level",
    en: "selects points: meter, meter.voltage.*, *.level",
  },
  watch_bus: { vi: "mã kết nối trong gateway.yaml", en: "id of a connection in gateway.yaml" },
  watch_record: {
    vi: "ghi các khung vào tệp mới (docs/bus-format.md)",
    en: "writes the frames into a new file (docs/bus-format.md)",
  },
  watch_seconds: { vi: "dừng sau từng ấy giây", en: "stops after so many seconds" },
  watch_json: {
    vi: "mỗi số đo hoặc mỗi khung một dòng JSON",
    en: "a line of JSON for each reading or frame",
  },
  bus_options: {
    vi: "--record và --seconds cần --bus; --bus không dùng cùng MẪU.",
    en: "--record and --seconds need --bus, and --bus takes no PATTERN.",
    hint: { vi: "Xem: tram watch --help", en: "See: tram watch --help" },
  },
  record_exists: {
    vi: "Tệp {file} đã có và không bị ghi đè.",
    en: "The file {file} exists and is not overwritten.",
    hint: { vi: "Chọn tên khác cho --record.", en: "Choose another name for --record." },
  },
  record_failed: {
    vi: "Không ghi được {file}: {problem}",
    en: "{file} cannot be written: {problem}",
    hint: {
      vi: "Kiểm tra thư mục, quyền ghi và dung lượng đĩa.",
      en: "Check the folder, its rights and the space on the disk.",
    },
  },
  recording: {
    vi: "Đang ghi {connection} vào {file}. Ctrl-C để dừng.",
    en: "Recording {connection} into {file}. Ctrl-C ends it.",
  },
  recorded: { vi: "Đã ghi {frames} khung vào {file}.", en: "{frames} frames are in {file}." },
  frames_skipped: {
    vi: "... thiếu {count} khung: bên xem chậm hơn đường truyền",
    en: "... {count} frames are missing: this side is slower than the bus",
  },
  gateway_ended: { vi: "Gateway đã dừng.", en: "The gateway ended." },
  frame_late: { vi: "trễ", en: "late" },
  frame_foreign: { vi: "của bên khác", en: "foreign" },
  frame_echo: { vi: "nghe lại (echo)", en: "echo" },
  frame_damaged: { vi: "không nguyên vẹn", en: "damaged" },
  label_gateway: { vi: "Trạm", en: "Gateway" },
  label_config: { vi: "Cấu hình", en: "Configuration" },
  label_clock: { vi: "Đồng hồ", en: "Clock" },
  label_connection: { vi: "Kết nối", en: "Connection" },
  label_device: { vi: "Thiết bị", en: "Device" },
  label_uplink: { vi: "Nơi nhận", en: "Uplink" },
  label_buffer: { vi: "Bộ đệm", en: "Buffer" },
  label_state: { vi: "Tình trạng", en: "State" },
  label_points: { vi: "Điểm đo", en: "Points" },
  label_bad: { vi: "Lỗi", en: "Bad" },
  label_last_good: { vi: "Trả lời lúc", en: "Last answer" },
  label_requests: { vi: "Lần hỏi", en: "Requests" },
  label_failed: { vi: "Hỏng", en: "Failed" },
  label_bus: { vi: "Đường truyền", en: "Bus" },
  label_good_share: { vi: "Tốt %", en: "Good %" },
  label_median: { vi: "ms giữa", en: "ms median" },
  label_p99: { vi: "ms 99 %", en: "ms 99 %" },
  label_bus_share: { vi: "Chiếm bus %", en: "Bus time %" },
  count_timeouts: { vi: "quá thời gian chờ {count}", en: "no answer {count}" },
  count_damaged: { vi: "sai CRC hoặc bị cụt {count}", en: "damaged {count}" },
  count_late: { vi: "trả lời trễ {count}", en: "late {count}" },
  count_foreign: { vi: "khung lạ {count}", en: "foreign {count}" },
  count_exceptions: { vi: "mã lỗi {codes}", en: "exceptions {codes}" },
  label_backlog: { vi: "Chờ gửi", en: "Waiting" },
  label_sent: { vi: "Trung tâm đã nhận", en: "Acknowledged" },
  label_point: { vi: "Điểm đo", en: "Point" },
  label_value: { vi: "Giá trị", en: "Value" },
  label_quality: { vi: "Chất lượng", en: "Quality" },
  label_time: { vi: "Lúc", en: "Time" },
  state_up: { vi: "thông", en: "up" },
  state_down: { vi: "ngắt", en: "down" },
  state_connecting: { vi: "đang kết nối", en: "connecting" },
  state_answering: { vi: "trả lời", en: "answering" },
  state_lost: { vi: "mất kết nối", en: "lost" },
  state_unknown: { vi: "chưa biết", en: "unknown" },
  clock_trusted: { vi: "chính xác", en: "trusted" },
  clock_untrusted: { vi: "chưa chính xác", en: "not trusted" },
  buffer_line: {
    vi: "đã lưu đến bản ghi {durable}, chưa lưu {age} s, tệp {size} MB, lần ghi lâu nhất {worst} ms",
    en: "stored up to record {durable}, not stored {age} s, file {size} MB, slowest commit {worst} ms",
  },
  buffer_fill: {
    vi: "đầy {fill} % của {limit} MB, giữ từ bản ghi {kept} ({since}), bỏ {dropped} bản ghi chưa lưu",
    en: "{fill} % of {limit} MB in use, kept from record {kept} ({since}), dropped unstored {dropped}",
  },
  buffer_since_unknown: { vi: "không rõ ngày", en: "date unknown" },
  buffer_durable: { vi: "đang lưu được", en: "storing" },
  backlog_waits_day: {
    vi: "hôm nay đã gửi {size} MB, hết mức cho phép: số liệu tồn chờ đến ngày mai, số liệu mới vẫn gửi ngay",
    en: "{size} MB sent today, the budget is spent: the backlog waits for tomorrow, live readings go on",
  },
  certificate_ends: {
    vi: "chứng thư số {file} hết hạn ngày {date} (còn {days} ngày)",
    en: "the certificate {file} ends on {date} (in {days} days)",
  },
  peer_certificate_ends: {
    vi: "chứng thư số của broker hết hạn ngày {date} (còn {days} ngày): báo người quản lý broker",
    en: "the broker's certificate ends on {date} (in {days} days): tell whoever runs the broker",
  },
  dead_letters: {
    vi: "{count} bản ghi bị từ chối vĩnh viễn nằm trong {path}",
    en: "{count} records that are refused for good lie in {path}",
  },
  label_card: { vi: "Thẻ nhớ", en: "Memory card" },
  card_measuring: {
    vi: "đã ghi {total} GB, đang đo lượng ghi mỗi ngày",
    en: "{total} GB written, the amount a day is being measured",
  },
  card_own: {
    vi: "bộ đệm ghi {day} GB/ngày (tổng {total} GB)",
    en: "the buffer writes {day} GB a day ({total} GB in all)",
  },
  card_device: {
    vi: "cả thẻ {day} GB/ngày (tổng {total} GB)",
    en: "everything on it {day} GB a day ({total} GB in all)",
  },
  card_life: {
    vi: "còn dùng được khoảng {years} năm (độ bền {endurance} TB)",
    en: "will last about {years} years (endurance {endurance} TB)",
  },
  label_audit: { vi: "Nhật ký thao tác", en: "Audit" },
  audit_line: {
    vi: "mục cuối {last}, mã băm {hash}...",
    en: "last entry {last}, hash {hash}...",
  },
  quality_good: { vi: "Tốt", en: "good" },
  quality_uncertain: { vi: "Nghi ngờ", en: "uncertain" },
  quality_bad: { vi: "Lỗi", en: "bad" },
  label_alarms: { vi: "Cảnh báo", en: "Alarms" },
  severity_info: { vi: "Thông tin", en: "Info" },
  severity_warning: { vi: "Cảnh báo", en: "Warning" },
  severity_critical: { vi: "Nghiêm trọng", en: "Critical" },
  alarm_high: { vi: "{value}, cao hơn {limit}", en: "{value}, above {limit}" },
  alarm_low: { vi: "{value}, thấp hơn {limit}", en: "{value}, below {limit}" },
  alarm_rate: {
    vi: "thay đổi {value} mỗi phút, quá {limit}",
    en: "changes by {value} a minute, more than {limit}",
  },
  alarm_stale: {
    vi: "không có giá trị tốt trong {value} s, quá {limit} s",
    en: "no good reading for {value} s, more than {limit} s",
  },
  alarm_raised: { vi: "XUẤT HIỆN", en: "RAISED" },
  alarm_cleared: { vi: "đã hết", en: "cleared" },
});
