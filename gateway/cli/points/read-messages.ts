import { messages } from "../../../drivers/core/message.js";

export const READ_MESSAGES = messages("read", {
  read_summary: {
    vi: "Đọc ngay một điểm đo, hoặc thanh ghi thô ở mọi kiểu và thứ tự byte",
    en: "Read a point now, or raw registers in every type and byte order",
  },
  about: {
    vi: `Đọc trực tiếp từ thiết bị, không phải số đo gần nhất. Gateway đang chạy thì đi qua gateway; không thì lệnh này tự mở kết nối. ĐIỂM có thể là mẫu: voltage.*.
Với --raw không cần gateway.yaml: hiện từng thanh ghi (thập phân, hex, bit, ký tự) và giá trị ở mọi kiểu và thứ tự byte; đọc hai lần cách nhau một giây để thấy số nào thay đổi.`,
    en: `Reads from the device now, not the latest reading that is known. Through the gateway where it runs, else by a connection of its own. POINT may be a pattern: voltage.*.
With --raw no gateway.yaml is needed: it shows each register (decimal, hex, bits, characters) and the values in every type and byte order; read twice, a second apart, to see which of them move.`,
  },
  words: {
    vi: "thiết bị và các điểm; với --raw: thiết bị (hoặc kết nối cùng --unit), rồi bảng (holding, input, coil, discrete, hoặc hàm 3, 4, 1, 2), địa chỉ trên dây từ 0, số lượng",
    en: "a device and its points; with --raw: a device (or a connection with --unit), then the table (holding, input, coil, discrete, or function 3, 4, 1, 2), the address on the wire from 0, a count",
  },
  raw: { vi: "đọc thanh ghi thô", en: "raw words" },
  expect: {
    vi: 'giá trị mong đợi: 230, 220..240, "220..240 V"',
    en: 'what it should be: 230, 220..240, "220..240 V"',
  },
  once: { vi: "với --raw: chỉ đọc một lần", en: "with --raw: read once only" },
  every: { vi: "đọc lại mãi cho đến khi bấm Ctrl-C", en: "read again and again until Ctrl-C" },
  unit: { vi: "địa chỉ Modbus", en: "Modbus unit id" },
  port: { vi: "cổng nối tiếp, không cần cấu hình", en: "a serial port, without a configuration" },
  host: {
    vi: "máy[:cổng] Modbus TCP, không cần cấu hình",
    en: "host[:port] of Modbus TCP, without a configuration",
  },
  as_in_file: { vi: "như trong gateway.yaml", en: "as in gateway.yaml" },
  word_words: { vi: "THIẾT_BỊ", en: "DEVICE" },
  word_host: { vi: "MÁY", en: "HOST" },
  word_unit: { vi: "ĐỊA_CHỈ", en: "UNIT" },
  word_expect: { vi: "GIÁ_TRỊ", en: "VALUE" },
  what: {
    vi: "Đọc gì?",
    en: "Read what?",
    hint: {
      vi: "tram read THIẾT_BỊ [ĐIỂM], hoặc --raw; xem tram read --help.",
      en: "tram read DEVICE [POINT], or --raw; see tram read --help.",
    },
  },
  raw_what: {
    vi: "Sau --raw cần bảng, địa chỉ đầu và số lượng.",
    en: "--raw takes a table, the first address and a count.",
    hint: { vi: "Ví dụ: --raw holding 0 10", en: "Example: --raw holding 0 10" },
  },
  raw_of_whom: {
    vi: "Đọc thanh ghi của thiết bị nào?",
    en: "The registers of which device?",
    hint: {
      vi: "Nêu tên thiết bị, hoặc KẾT_NỐI --unit N, hoặc --port hay --host với --unit N.",
      en: "Name a device, or CONNECTION --unit N, or --port or --host with --unit N.",
    },
  },
  raw_only: {
    vi: "{option} chỉ dùng cùng --raw.",
    en: "{option} goes with --raw only.",
    hint: { vi: "Xem tram read --help.", en: "See tram read --help." },
  },
  one_place: {
    vi: "Chỉ dùng một trong --port và --host.",
    en: "Use --port or --host, not both.",
  },
  wrong_number: {
    vi: "{option}: {text} không phải số từ {least} đến {most}.",
    en: "{option}: {text} is no number from {least} to {most}.",
  },
  wrong_table: {
    vi: "Không có bảng {text}.",
    en: "There is no table {text}.",
    hint: {
      vi: "Dùng holding (hàm 3), input (hàm 4), coil (hàm 1) hoặc discrete (hàm 2).",
      en: "Use holding (function 3), input (function 4), coil (function 1) or discrete (function 2).",
    },
  },
  wrong_expect: {
    vi: '"{text}" không phải giá trị mong đợi.',
    en: '"{text}" is nothing to expect.',
    hint: { vi: 'Ví dụ: 230, 220..240, "220..240 V".', en: 'Examples: 230, 220..240, "220..240 V".' },
  },
  label_point: { vi: "ĐIỂM", en: "POINT" },
  label_value: { vi: "GIÁ TRỊ", en: "VALUE" },
  label_quality: { vi: "CHẤT LƯỢNG", en: "QUALITY" },
  label_place: { vi: "ĐỊA CHỈ", en: "ADDRESS" },
  label_number: { vi: "SỐ HÃNG", en: "MAKER'S" },
  label_words: { vi: "HEX", en: "HEX" },
  place: {
    vi: "{table} {span}, hàm {function}, địa chỉ Modbus {unit}",
    en: "{table} {span}, function {function}, unit id {unit}",
  },
  makers: { vi: "theo tài liệu hãng: {number}", en: "maker's number: {number}" },
  in_request: { vi: "đọc chung trong {table} {span}", en: "read within {table} {span}" },
  via_gateway: { vi: "qua gateway đang chạy", en: "through the running gateway" },
  via_direct: { vi: "đọc trực tiếp", en: "read directly" },
  took: { vi: "{count} điểm, {ms} ms, {via}", en: "points: {count}; {ms} ms, {via}" },
  raw_head: {
    vi: "{device}, địa chỉ Modbus {unit}, {table} {span} (hàm {function}), {times}",
    en: "{device}, unit id {unit}, {table} {span} (function {function}), {times}",
  },
  label_address: { vi: "ĐỊA CHỈ", en: "ADDRESS" },
  label_dec: { vi: "THẬP PHÂN", en: "DECIMAL" },
  label_hex: { vi: "HEX", en: "HEX" },
  label_bits: { vi: "BIT 15 … 0", en: "BITS 15 … 0" },
  label_signed: { vi: "CÓ DẤU", en: "SIGNED" },
  label_chars: { vi: "KÝ TỰ", en: "TEXT" },
  label_change: { vi: "SAU 1 s", en: "AFTER 1 s" },
  label_type: { vi: "KIỂU", en: "TYPE" },
  all_zero: {
    vi: "Mọi thanh ghi đều là 0: có thể đúng, hoặc thiết bị trả 0 cho địa chỉ không có.",
    en: "All registers are 0: that may be so, or the device answers 0 for addresses that it does not have.",
  },
  text_found: { vi: 'Chữ ở {span}, {order}: "{text}"', en: 'Text at {span}, {order}: "{text}"' },
  expected_found: {
    vi: "Hợp với {expect}: {list}",
    en: "Fits {expect}: {list}",
  },
  expected_nothing: {
    vi: "Không kiểu nào cho giá trị trong {expect}.",
    en: "No type gives a value within {expect}.",
    hint: {
      vi: "Thử bảng kia (input thay vì holding), địa chỉ lệch một, hoặc đọc thêm thanh ghi.",
      en: "Try the other table (input instead of holding), an address beside it, or more registers.",
    },
  },
  legend: {
    vi: "* độ lớn hợp lý   ↑ ↓ tăng, giảm chút ít giữa hai lần đọc   = trong khoảng mong đợi",
    en: "* of sensible size   ↑ ↓ moved a little between the two reads   = as expected",
  },
  port_shared: {
    vi: "Cổng {port} cũng đang mở trong: {users}. Hai chương trình trên một đường truyền làm hỏng trả lời của nhau.",
    en: "The port {port} is open in {users} too. Two programs on one bus spoil each other's answers.",
    hint: { vi: "Dừng chương trình đó rồi thử lại.", en: "Stop that program and try again." },
  },
  port_of_process: {
    vi: "Cổng {port} do tiến trình {pid} giữ, thường là gateway đang chạy.",
    en: "The port {port} belongs to process {pid}, most likely the gateway that runs.",
    hint: {
      vi: "Đọc qua gateway: tram read KẾT_NỐI --unit {unit} --raw ... -c gateway.yaml; hoặc dừng tiến trình đó.",
      en: "Read through the gateway: tram read CONNECTION --unit {unit} --raw ... -c gateway.yaml; or stop that process.",
    },
  },
});
