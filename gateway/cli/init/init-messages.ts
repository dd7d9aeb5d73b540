import { messages } from "../../../drivers/core/message.js";

export const INIT_MESSAGES = messages("init", {
  init_summary: { vi: "Tạo gateway.yaml bằng vài câu hỏi", en: "Make a gateway.yaml by a few questions" },
  about: {
    vi: `Hỏi từng câu rồi viết gateway.yaml có ghi chú (mặc định ./gateway.yaml). Enter nhận giá trị trong ngoặc vuông. Ctrl-C: thôi, không để lại gì.
Mật khẩu không bao giờ nằm trên dòng lệnh: viết vào secrets/mqtt (chmod 600).`,
    en: `Asks some questions and writes a commented gateway.yaml (by default ./gateway.yaml). Enter takes what stands in brackets. Ctrl-C leaves nothing behind.
A password never stands on a command line: write it into secrets/mqtt (chmod 600).`,
  },
  file_about: {
    vi: "tệp sẽ viết; mặc định ./gateway.yaml",
    en: "the file to write; by default ./gateway.yaml",
  },
  yes: { vi: "không hỏi, nhận mọi mặc định", en: "asks nothing, takes every default" },
  set: {
    vi: "thay một mặc định; khóa: name, id, kind, location, timezone, serial (/dev/...@9600-8N1, ...), tcp (HOST:PORT, ...), broker, user, ca, buffer, size",
    en: "another value for one default: name, id, kind, location, timezone, serial (/dev/...@9600-8N1, ...), tcp (HOST:PORT, ...), broker, user, ca, buffer, size",
  },
  word_set: { vi: "KHÓA=GIÁ_TRỊ", en: "KEY=VALUE" },
  replace: {
    vi: "được thay tệp đã có (bản cũ được giữ lại)",
    en: "may replace a file that is there (the old one is kept)",
  },
  needs_terminal: {
    vi: "Không có màn hình để hỏi.",
    en: "There is no terminal to ask on.",
    hint: {
      vi: "Thêm --yes để nhận mặc định, và --set KHÓA=GIÁ_TRỊ.",
      en: "Add --yes to take the defaults, and --set KEY=VALUE.",
    },
  },
  set_needs_yes: {
    vi: "--set chỉ dùng cùng --yes.",
    en: "--set goes with --yes only.",
    hint: { vi: "Thêm --yes, hoặc bỏ --set để được hỏi.", en: "Add --yes, or leave --set away to be asked." },
  },
  set_form: {
    vi: "--set {text}: cần KHÓA=GIÁ_TRỊ.",
    en: "--set {text}: KEY=VALUE is needed.",
    hint: { vi: 'Ví dụ: --set name="Cống Rạch Mọp"', en: 'For instance: --set name="Cống Rạch Mọp"' },
  },
  set_unknown: {
    vi: "--set: không có khóa {key}.",
    en: "--set: there is no key {key}.",
    hint: { vi: "Có: {keys}", en: "There are: {keys}" },
  },
  set_password: {
    vi: "Mật khẩu không được đặt trên dòng lệnh: ai cũng đọc được ở đó.",
    en: "A password does not belong on a command line, where everybody can read it.",
    hint: {
      vi: "Viết vào secrets/mqtt cạnh gateway.yaml, rồi chmod 600 secrets/mqtt",
      en: "Write it into secrets/mqtt beside gateway.yaml, then chmod 600 secrets/mqtt",
    },
  },
  file_exists: {
    vi: "{file} đã có và không bị thay.",
    en: "{file} exists and is not replaced.",
    hint: {
      vi: "Thêm --replace (bản cũ được giữ lại), hoặc chọn tên khác: tram init TỆP",
      en: "Add --replace (the old one is kept), or another name: tram init FILE",
    },
  },
  interrupted: { vi: "Đã thôi; chưa viết gì.", en: "Given up; nothing was written." },
  write_failed: {
    vi: "Không viết được {file}: {problem}",
    en: "{file} cannot be written: {problem}",
    hint: {
      vi: "Kiểm tra thư mục, quyền ghi và dung lượng đĩa.",
      en: "Check the folder, its rights and the space on the disk.",
    },
  },
  not_accepted: {
    vi: "Cấu hình viết ra không qua được kiểm tra: {problem}",
    en: "What would be written does not pass the check: {problem}",
    hint: {
      vi: "Chưa viết gì. Báo nhóm phát triển, kèm các câu trả lời.",
      en: "Nothing was written. Tell the developers, with the answers.",
    },
  },
  welcome: {
    vi: "Tạo cấu hình cho một trạm. Enter nhận giá trị trong [ngoặc], Ctrl-C để thôi.",
    en: "The configuration of a station. Enter takes what stands in [brackets], Ctrl-C gives up.",
  },
  yes_word: { vi: "c", en: "y" },
  no_word: { vi: "k", en: "n" },
  wrong_yes_no: { vi: "Trả lời c (có) hoặc k (không).", en: "Answer y (yes) or n (no)." },
  ask_replace: {
    vi: "{file} đã có. Thay nó? Bản cũ được giữ lại (c/k)",
    en: "{file} exists. Replace it? The old one is kept (y/n)",
  },
  about_name: {
    vi: "Tên trạm như mọi người gọi; hiện trên màn hình và ở trung tâm.",
    en: "The station's name as people say it; shown on screens and at the centre.",
  },
  ask_name: { vi: "Tên trạm", en: "Name" },
  default_name: { vi: "Trạm {host}", en: "Station {host}" },
  wrong_name: { vi: "Tên không được để trống.", en: "The name must not be empty." },
  about_id: {
    vi: "Mã riêng trong tỉnh, không đổi về sau; thường cũng là tên đăng nhập MQTT.",
    en: "Unique in the province, for good; mostly the MQTT user name too.",
  },
  ask_id: { vi: "Mã trạm", en: "Id" },
  wrong_id: {
    vi: "{text}: chỉ dùng chữ không dấu, số và - _ . (nhiều nhất 64). Ví dụ: {proposal}",
    en: "{text}: only letters without marks, digits and - _ . (64 at most). For instance: {proposal}",
  },
  about_kind: {
    vi: "Loại trạm: pump-station, sluice, rain-gauge, river-station, salinity-station, streetlight-cabinet, farm-plot ... hoặc từ khác.",
    en: "What it is: pump-station, sluice, rain-gauge, river-station, salinity-station, streetlight-cabinet, farm-plot ... or another word.",
  },
  ask_kind: { vi: "Loại trạm", en: "Kind" },
  about_location: {
    vi: "Vĩ độ, kinh độ như bản đồ trên điện thoại: 9.5563, 105.9872. Enter: bỏ qua.",
    en: "Latitude, longitude as a phone's map shows them: 9.5563, 105.9872. Enter: none.",
  },
  ask_location: { vi: "Vị trí", en: "Location" },
  wrong_place: {
    vi: "{text}: cần hai số, vĩ độ (-90..90) rồi kinh độ (-180..180), ví dụ 9.5563, 105.9872",
    en: "{text}: two numbers are needed, latitude (-90..90) and longitude (-180..180), as 9.5563, 105.9872",
  },
  about_timezone: {
    vi: "Múi giờ của trạm (tên IANA). Số liệu luôn gửi theo UTC.",
    en: "The station's time zone (IANA name). Readings are always sent in UTC.",
  },
  ask_timezone: { vi: "Múi giờ", en: "Time zone" },
  wrong_timezone: {
    vi: "{text} không phải múi giờ. Ví dụ: Asia/Ho_Chi_Minh",
    en: "{text} is no time zone. For instance: Asia/Ho_Chi_Minh",
  },
  ports_found: { vi: "Thấy {count} cổng nối tiếp:", en: "{count} serial ports were found:" },
  about_use: {
    vi: "Dùng cổng này cho thiết bị Modbus RTU (RS-485)?",
    en: "Use this port for Modbus RTU devices (RS-485)?",
  },
  ask_use: { vi: "{port} (c/k)", en: "{port} (y/n)" },
  about_no_ports: {
    vi: "Không thấy cổng nối tiếp nào. Nếu sẽ gắn, viết đường dẫn của nó; Enter: không có.",
    en: "No serial port was found. If one will be there, write its path; Enter: none.",
  },
  about_other_port: {
    vi: "Cổng khác thì viết đường dẫn của nó; Enter: không có.",
    en: "Another port: write its path; Enter: none.",
  },
  ask_port: { vi: "Cổng nối tiếp", en: "Serial port" },
  about_frame: {
    vi: "Tốc độ baud và khung, như cài trên thiết bị: 9600 8N1, 19200 8E1. Chưa biết: Enter, tram scan sẽ tìm.",
    en: "Baud rate and frame as set in the devices: 9600 8N1, 19200 8E1. Not known: Enter, tram scan finds out.",
  },
  ask_frame: { vi: "Tốc độ", en: "Baud rate" },
  wrong_frame: {
    vi: "{text}: cần tốc độ và khung, ví dụ 9600 8N1 (bit dữ liệu 7 hoặc 8, chẵn lẻ N/E/O, bit dừng 1 hoặc 2).",
    en: "{text}: baud rate and frame are needed, as 9600 8N1 (7 or 8 data bits, parity N/E/O, 1 or 2 stop bits).",
  },
  wrong_port: {
    vi: "{text} không phải đường dẫn của cổng, ví dụ /dev/serial/by-id/usb-...",
    en: "{text} is no path of a port, as /dev/serial/by-id/usb-...",
  },
  port_twice: { vi: "{text} được nêu hai lần.", en: "{text} is named twice." },
  about_tcp: {
    vi: "Thiết bị Modbus TCP qua mạng (PLC, bộ chuyển): địa chỉ[:cổng], cách nhau bằng dấu phẩy. Enter: không có.",
    en: "Modbus TCP devices (PLCs, converters): address[:port], with commas between. Enter: none.",
  },
  ask_tcp: { vi: "Thiết bị TCP", en: "TCP devices" },
  wrong_tcp: {
    vi: "{text}: cần địa chỉ hoặc tên, ví dụ 192.168.10.20 hoặc 192.168.10.20:502",
    en: "{text}: an address or a name is needed, as 192.168.10.20 or 192.168.10.20:502",
  },
  about_broker: {
    vi: "Broker MQTT của trung tâm: tên máy (TLS, cổng 8883), hoặc mqtt://máy:cổng. Enter: để sau.",
    en: "The centre's MQTT broker: a host (TLS, port 8883), or mqtt://host:port. Enter: later.",
  },
  ask_broker: { vi: "Broker", en: "Broker" },
  wrong_broker: {
    vi: "{text}: cần tên máy hoặc mqtts://máy:cổng, ví dụ mqtts://mqtt.tinh.vn:8883",
    en: "{text}: a host or mqtts://host:port is needed, as mqtts://mqtt.province.vn:8883",
  },
  broker_with_password: {
    vi: "Không viết tên và mật khẩu trong địa chỉ; chúng được hỏi riêng và giữ trong tệp kín.",
    en: "No user name and password in the address; they are asked for and kept in a closed file.",
  },
  about_user: {
    vi: "Tên đăng nhập broker; trung tâm cấp, thường là mã trạm.",
    en: "The user name at the broker; the centre gives it, mostly it is the id.",
  },
  ask_user: { vi: "Tên đăng nhập", en: "User name" },
  about_ca: {
    vi: "Tệp CA (PEM) của trung tâm, nếu broker dùng chứng thư số riêng. Enter: dùng CA của hệ thống.",
    en: "The centre's CA file (PEM), if its certificate is of its own. Enter: the system's CAs.",
  },
  ask_ca: { vi: "Tệp CA", en: "CA file" },
  wrong_ca: {
    vi: "{text}: không đọc được hoặc không có chứng thư số PEM trong đó.",
    en: "{text} cannot be read, or there is no PEM certificate in it.",
  },
  about_password: {
    vi: "Mật khẩu broker; không hiện ra khi gõ, giữ trong {file} (chỉ chủ tệp đọc được). Enter: để sau.",
    en: "The password at the broker; not shown as you type, kept in {file} (readable by its owner only). Enter: later.",
  },
  about_password_kept: {
    vi: "Mật khẩu broker; Enter: giữ mật khẩu đang có trong {file}.",
    en: "The password at the broker; Enter: keep the one in {file}.",
  },
  ask_password: { vi: "Mật khẩu", en: "Password" },
  about_buffer: {
    vi: "Nơi giữ số đo khi mất mạng: một tệp trên thẻ nhớ hoặc SSD.",
    en: "Where readings are kept while the network is away: a file on the card or an SSD.",
  },
  ask_buffer: { vi: "Tệp bộ đệm", en: "Buffer file" },
  wrong_path: {
    vi: "{text} không phải tên tệp, ví dụ ./data/tram.db",
    en: "{text} is no name of a file, as ./data/station.db",
  },
  about_size: {
    vi: "Bộ đệm không lớn hơn mức này; đĩa còn trống {free}.",
    en: "The buffer grows no larger; {free} are free on the disk.",
  },
  ask_size: { vi: "Dung lượng tối đa", en: "Largest size" },
  wrong_size: {
    vi: "{text}: cần dung lượng từ 50MB, ví dụ 500MB hoặc 2GB.",
    en: "{text}: a size of 50MB or more is needed, as 500MB or 2GB.",
  },
  ask_write: { vi: "Viết {file}? (c/k)", en: "Write {file}? (y/n)" },
  about_again: {
    vi: "Hỏi lại từ đầu; câu trả lời cũ đứng trong [ngoặc], - là bỏ trống.",
    en: "From the beginning; what you answered stands in [brackets], - leaves it empty.",
  },
  ask_again: { vi: "Sửa câu trả lời? (c/k)", en: "Change the answers? (y/n)" },
  written: { vi: "Đã viết {file}.", en: "{file} is written." },
  kept_old: { vi: "Bản cũ: {file}", en: "The old one: {file}" },
  secret_written: { vi: "Mật khẩu ở {file} (quyền 600).", en: "The password is in {file} (mode 600)." },
  password_later: {
    vi: "Chưa có mật khẩu: viết vào {file}, chmod 600, rồi bỏ dấu # trước password.",
    en: "No password yet: write it into {file}, chmod 600, and take away the # before password.",
  },
  next_steps: {
    vi: `Tiếp theo:
  1. tram scan -c {file}     dò thiết bị, rồi thêm vào devices
  2. tram check {file}       kiểm tra cấu hình
  3. tram doctor -c {file}   kiểm tra cổng, đĩa, giờ, mạng
  4. tram run {file}         chạy thử; Ctrl-C để dừng
Chạy lâu dài bằng systemd: ExecStart=tram run {path}, Restart=always, User=tram.`,
    en: `What next:
  1. tram scan -c {file}     find the devices, and add them to devices
  2. tram check {file}       check the configuration
  3. tram doctor -c {file}   examine ports, disk, clock, network
  4. tram run {file}         try it; Ctrl-C ends it
For good, by systemd: ExecStart=tram run {path}, Restart=always, User=tram.`,
  },
});
