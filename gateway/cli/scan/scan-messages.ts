import { messages } from "../../../drivers/core/message.js";

export const SCAN_VERB_MESSAGES = messages("scan_verb", {
  summary: { vi: "Dò thiết bị trên đường truyền", en: "Look for devices on a bus" },
  about: {
    vi: `Tìm thiết bị Modbus: tốc độ, chẵn lẻ, địa chỉ theo thứ tự dễ gặp nhất, rồi so với các mẫu thiết bị. Chỉ đọc, không bao giờ ghi gì vào thiết bị.
KẾT_NỐI là kết nối trong gateway.yaml (không ghi: đường nối tiếp duy nhất): gateway đang chạy thì nó dò giữa hai lần đọc, ở thiết lập đang dùng; không chạy thì mở cổng và thử mọi thiết lập.
Ctrl-C dừng ngay và cho biết những gì chưa dò.`,
    en: `Finds Modbus devices: speeds, parities and unit ids in the most probable order, then holds what it finds against the profiles. It only reads, and never writes anything to a device.
CONNECTION is one of gateway.yaml (left out: the only serial one): a running gateway looks between its polls, at the setting in use; without one the port is opened and all settings are tried.
Ctrl-C ends it at once and says what was not tried.`,
  },
  connection: { vi: "kết nối trong gateway.yaml", en: "a connection of gateway.yaml" },
  port: { vi: "cổng nối tiếp, không cần cấu hình", en: "a serial port, without a configuration" },
  host: {
    vi: "một máy: các cổng TCP thường gặp, hoặc đúng cổng đã ghi",
    en: "one host: the usual TCP ports, or the very port written",
  },
  bauds: { vi: "chỉ các tốc độ này", en: "only these speeds" },
  parities: { vi: "chỉ các kiểu chẵn lẻ này", en: "only these parities" },
  units: { vi: "chỉ các địa chỉ này", en: "only these unit ids" },
  quick: {
    vi: "nhanh: thiết lập và địa chỉ thường gặp nhất",
    en: "the most common settings and unit ids only",
  },
  thorough: {
    vi: "kỹ: mọi thiết lập, mọi địa chỉ, đợi lâu hơn",
    en: "all settings, all unit ids, waiting longer",
  },
  add: {
    vi: "ghi thiết bị tìm được vào gateway.yaml không cần hỏi",
    en: "write what was found into gateway.yaml without asking",
  },
  set_address: {
    vi: "đặt địa chỉ mới cho thiết bị duy nhất trên đường truyền; cần --profile, hỏi lại trước khi ghi",
    en: "give the only device on the bus a new unit id; needs --profile, asks before it writes",
  },
  profile: { vi: "mẫu của thiết bị đó", en: "the profile of that device" },
  yes: { vi: "với --set-address: không hỏi lại", en: "with --set-address: do not ask" },
  json: { vi: "mỗi dòng một đối tượng JSON", en: "one JSON object a line" },
  word_list: { vi: "DANH_SÁCH", en: "LIST" },
  word_host: { vi: "NƠI", en: "PLACE" },
  word_unit: { vi: "MỚI", en: "NEW" },
  one_place: {
    vi: "Chỉ dò được một nơi mỗi lần: KẾT_NỐI, --port hoặc --host.",
    en: "One place is scanned at a time: CONNECTION, --port or --host.",
    hint: { vi: "Xem: tram scan --help", en: "See: tram scan --help" },
  },
  quick_or_thorough: {
    vi: "--quick và --thorough không đi cùng nhau.",
    en: "--quick and --thorough exclude each other.",
    hint: { vi: "Chọn một.", en: "Choose one." },
  },
  wrong_list: {
    vi: 'Không hiểu {option} "{text}".',
    en: '{option} "{text}" is not understood.',
    hint: {
      vi: "Ví dụ: --baud 9600,19200; --parity none,even; --units 1-32,40 (từ 1 đến 255).",
      en: "For instance --baud 9600,19200; --parity none,even; --units 1-32,40 (1 to 255).",
    },
  },
  wrong_host: {
    vi: 'Không hiểu --host "{text}".',
    en: '--host "{text}" is not understood.',
    hint: {
      vi: "Một máy mỗi lần, ví dụ 192.168.10.20 hoặc 192.168.10.20:502.",
      en: "One host at a time, for instance 192.168.10.20 or 192.168.10.20:502.",
    },
  },
  not_on_tcp: {
    vi: "{option} chỉ dùng cho cổng nối tiếp.",
    en: "{option} is for serial ports only.",
    hint: { vi: "Bỏ tùy chọn đó.", en: "Leave it out." },
  },
  unknown_connection: {
    vi: "{file} không có kết nối {connection}.",
    en: "{file} has no connection {connection}.",
    hint: { vi: "Có: {connections}.", en: "It has: {connections}." },
  },
  cannot_scan: {
    vi: "Không dò được kết nối {connection} ({driver}).",
    en: "The connection {connection} ({driver}) cannot be scanned.",
    hint: {
      vi: "Dò được: Modbus RTU, Modbus TCP và RTU qua TCP.",
      en: "Modbus RTU, Modbus TCP and RTU through TCP can.",
    },
  },
  no_place: {
    vi: "Không biết dò ở đâu: có nhiều cổng nối tiếp ({ports}).",
    en: "Where to look is not clear: there are several serial ports ({ports}).",
    hint: {
      vi: "Chỉ ra cổng: tram scan --port /dev/ttyUSB0, hoặc --host.",
      en: "Name the port: tram scan --port /dev/ttyUSB0, or --host.",
    },
  },
  no_ports: {
    vi: "Không thấy bộ chuyển RS-485 nào ở máy này.",
    en: "There is no RS-485 adapter at this machine.",
    hint: {
      vi: "Cắm bộ chuyển, rồi thử lại; cổng khác thì ghi ra: tram scan --port /dev/ttyS0; thiết bị mạng: --host.",
      en: "Plug one in and try again; name another port: tram scan --port /dev/ttyS0; for a network: --host.",
    },
  },
  several_connections: {
    vi: "{file} có nhiều đường nối tiếp: {connections}.",
    en: "{file} has several serial connections: {connections}.",
    hint: { vi: "Ghi tên một kết nối: tram scan KẾT_NỐI.", en: "Name one: tram scan CONNECTION." },
  },
  look_further: {
    vi: "Còn thiếu thiết bị: kiểm tra nguồn và hai dây A, B của nó, hoặc dò hết: thêm --thorough.",
    en: "Is one missing? See to its power and its wires A and B, or look everywhere: add --thorough.",
  },
  held_by_gateway: {
    vi: "{port} đang do tiến trình {pid} giữ.",
    en: "{port} is held by the process {pid}.",
    hint: {
      vi: "Nếu đó là gateway: tram scan KẾT_NỐI -c gateway.yaml để dò qua gateway, hoặc dừng gateway.",
      en: "If that is the gateway: tram scan CONNECTION -c gateway.yaml looks through it; or stop it.",
    },
  },
  begins: { vi: "Dò {place} ... (Ctrl-C để dừng)", en: "Looking at {place} ... (Ctrl-C stops)" },
  begins_in_gateway: {
    vi: "Gateway đang chạy dò kết nối {place}, ở thiết lập đang dùng; việc đọc vẫn tiếp tục. (Ctrl-C để dừng)",
    en: "The running gateway looks at {place}, at the setting in use; polling goes on. (Ctrl-C stops)",
  },
  reading_profiles: { vi: "Đọc các mẫu thiết bị", en: "Reading the profiles" },
  step: { vi: "Đang dò {line}, địa chỉ {unit}", en: "Looking at {line}, unit {unit}" },
  found: {
    vi: "Có trả lời: {line}, địa chỉ {unit}. Đang nhận dạng ...",
    en: "Something answers: {line}, unit {unit}. Recognising ...",
  },
  recognised: {
    vi: "Tìm thấy: {line}, địa chỉ {unit} ({ms} ms)",
    en: "Found: {line}, unit {unit} ({ms} ms)",
  },
  any_unit: { vi: "trả lời ở mọi địa chỉ", en: "answers at every unit id" },
  says: { vi: "tự xưng: {identity}", en: "says of itself: {identity}" },
  candidate: { vi: "{share} %  {title} ({profile})", en: "{share} %  {title} ({profile})" },
  because: { vi: "vì {reasons}", en: "because {reasons}" },
  nothing_fits: {
    vi: "không giống mẫu thiết bị nào; cần tài liệu của hãng (tram profiles TỪ_KHÓA)",
    en: "like no profile; the maker's document is needed (tram profiles WORD)",
  },
  ended: {
    vi: "Tìm thấy {found} thiết bị sau {questions} câu hỏi.",
    en: "Found {found} devices with {questions} questions.",
  },
  interrupted: {
    vi: "Đã dừng theo yêu cầu. Tìm thấy {found} thiết bị sau {questions} câu hỏi.",
    en: "Stopped as asked. Found {found} devices with {questions} questions.",
  },
  tried: { vi: "Đã dò: {lines}: địa chỉ {units}", en: "Tried: {lines}: units {units}" },
  untried: { vi: "Chưa dò: {lines}: địa chỉ {units}", en: "Not tried: {lines}: units {units}" },
  all_tried: { vi: "Đã dò hết.", en: "All was tried." },
  and_more: { vi: "{lines} và {count} thiết lập khác", en: "{lines} and {count} other settings" },
});
