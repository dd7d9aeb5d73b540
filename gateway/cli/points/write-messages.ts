import { messages } from "../../../drivers/core/message.js";

export const WRITE_MESSAGES = messages("write_verb", {
  write_summary: {
    vi: "Ghi một giá trị: hỏi lại, đọc lại để kiểm tra, ghi nhật ký",
    en: "Write one value: asks, reads back, is audited",
  },
  about: {
    vi: `Ghi một giá trị xuống thiết bị. Trước khi ghi: hiện giá trị hiện tại, giá trị mới, thanh ghi và giới hạn, rồi hỏi. Chỉ gửi một lần, không bao giờ tự gửi lại; sau đó đọc lại để kiểm tra. Mọi lần ghi đều vào nhật ký thao tác (tram buffer audit). Gateway đang chạy thì đi qua gateway; không thì lệnh này tự mở kết nối.
Mã kết thúc: 0 đã đọc lại đúng (hoặc thiết bị đã xác nhận mà không đọc lại được), 1 không phải vậy, 2 dùng sai.`,
    en: `Writes one value to a device. Before it does: shows the present value, the new one, the registers and the bounds, and asks. Sent once, never again by itself; then read back. Every write is in the audit (tram buffer audit). Through the gateway where it runs, else by a connection of its own.
Exit codes: 0 verified (or confirmed by a device that cannot be read back), 1 anything else, 2 wrong use.`,
  },
  words: {
    vi: "thiết bị, điểm, giá trị: số (40, 40.5Hz), từ mà điểm biết (run, stop ...), on, off, bật, tắt; với --raw: thiết bị, bảng, địa chỉ, các từ",
    en: "device, point, value: a number (40, 40.5Hz), a word that the point knows (run, stop ...), on, off; with --raw: device, table, address, words",
  },
  raw: {
    vi: "ghi thẳng thanh ghi holding hoặc coil, không qua giới hạn nào",
    en: "write holding registers or coils as they are, past all bounds",
  },
  yes: {
    vi: "không hỏi lại; bắt buộc khi không có màn hình dòng lệnh",
    en: "do not ask; needed without a terminal",
  },
  yes_i_know: {
    vi: "bắt buộc với --raw và với điểm nguy hiểm (safety: dangerous) khi không có màn hình dòng lệnh",
    en: "needed with --raw, and with a dangerous point (safety: dangerous), where there is no terminal",
  },
  dry_run: { vi: "chỉ hiện, không ghi", en: "show only, write nothing" },
  by: { vi: "ai ghi; mặc định: tên đăng nhập", en: "who writes; by default the login name" },
  reason: { vi: "để làm gì", en: "what for" },
  word_words: { vi: "THIẾT_BỊ", en: "DEVICE" },
  word_name: { vi: "HỌ-TÊN", en: "NAME" },
  what: {
    vi: "Ghi gì? Cần thiết bị, điểm và giá trị.",
    en: "Write what? A device, a point and a value are needed.",
    hint: {
      vi: "tram write THIẾT_BỊ ĐIỂM GIÁ_TRỊ; xem tram write --help.",
      en: "tram write DEVICE POINT VALUE; see tram write --help.",
    },
  },
  raw_what: {
    vi: "Sau --raw cần thiết bị, bảng, địa chỉ và ít nhất một từ.",
    en: "--raw takes a device, a table, an address and at least one word.",
    hint: {
      vi: "Ví dụ: tram write drive --raw holding 0x2000 1",
      en: "Example: tram write drive --raw holding 0x2000 1",
    },
  },
  who: {
    vi: "Không biết ai ghi.",
    en: "Who writes it is not known.",
    hint: { vi: 'Thêm --by "Họ tên".', en: 'Add --by "Name".' },
  },
  too_long: {
    vi: "{option} dài quá 120 ký tự hoặc không phải một dòng.",
    en: "{option} is longer than 120 characters, or no single line.",
  },
  needs_yes: {
    vi: "Không có màn hình dòng lệnh để hỏi lại; chưa ghi gì.",
    en: "There is no terminal to ask on; nothing was written.",
    hint: { vi: "Thêm {option} nếu chắc chắn.", en: "Add {option} if you are sure." },
  },
  no_audit: {
    vi: "Không ghi được nhật ký thao tác {path}: {problem}. Chưa ghi gì xuống thiết bị.",
    en: "The audit {path} cannot be written: {problem}. Nothing was written to the device.",
    hint: {
      vi: "Chạy bằng người dùng của gateway (sudo -u ...), hoặc khởi động gateway rồi ghi qua nó.",
      en: "Run it as the gateway's user (sudo -u ...), or start the gateway and write through it.",
    },
  },
  not_audited: {
    vi: "{count} mục không ghi được vào nhật ký thao tác {path}. Ghi lại bằng giấy: ai, lúc nào, ghi gì.",
    en: "{count} entries could not be written to the audit {path}. Put down on paper who wrote what and when.",
  },
  plan_present: { vi: "hiện tại", en: "now" },
  plan_new: { vi: "giá trị mới", en: "new" },
  plan_bounds: { vi: "cho phép", en: "allowed" },
  plan_wire: { vi: "trên dây", en: "on the wire" },
  plan_verify: { vi: "kiểm tra", en: "check" },
  plan_keeps: { vi: "lưu trữ", en: "storage" },
  plan_safety: { vi: "ảnh hưởng", en: "effect" },
  wire: {
    vi: "{table} {span}, hàm {function}, địa chỉ Modbus {unit}: {words}",
    en: "{table} {span}, function {function}, unit id {unit}: {words}",
  },
  present_unknown: { vi: "không đọc được", en: "cannot be read" },
  present_at: { vi: "{value} ({point})", en: "{value} ({point})" },
  verify_point: { vi: "đọc lại ngay sau khi ghi", en: "read back after the write" },
  verify_at: { vi: "xem ở điểm {at}", en: "seen at the point {at}" },
  verify_none: {
    vi: "không đọc lại được: phải nhìn thiết bị",
    en: "cannot be read back: look at the device",
  },
  keeps_nvram: {
    vi: "bộ nhớ NVRAM, mòn sau mỗi lần ghi: không ghi thường xuyên",
    en: "NVRAM, which wears with each write: not for frequent use",
  },
  keeps_ram: { vi: "RAM, mất khi mất điện", en: "RAM, forgotten without power" },
  safety_benign: { vi: "chỉ là một cài đặt", en: "a setting" },
  safety_actuator: { vi: "làm máy móc chuyển động hoặc đóng cắt", en: "moves or switches a machine" },
  safety_dangerous: {
    vi: "NGUY HIỂM cho người hoặc máy: chắc chắn không ai đang làm việc ở đó",
    en: "DANGEROUS to people or machines: be sure that nobody works on it",
  },
  raw_warning: {
    vi: "Ghi thẳng thanh ghi: không giới hạn nào được kiểm tra. Địa chỉ sai có thể làm máy chạy, dừng hoặc đổi cài đặt.",
    en: "Raw words pass no bounds. A wrong address may start or stop a machine, or change its settings.",
  },
  ask: { vi: "Ghi? Gõ {word} rồi Enter: ", en: "Write it? Type {word} and Enter: " },
  yes_word: { vi: "yes", en: "yes" },
  declined: { vi: "Chưa ghi gì.", en: "Nothing was written." },
  verified: {
    vi: "Đã ghi {target}, đọc lại đúng: {value}.",
    en: "Written to {target} and read back: {value}.",
  },
  verified_unconfirmed: {
    vi: "Thiết bị không xác nhận, nhưng đọc lại {target} đúng: {value}.",
    en: "The device did not confirm it, but {target} reads back as written: {value}.",
  },
  different: {
    vi: "Đã gửi lệnh ghi {target} = {value}, nhưng đọc lại là {read_back}.",
    en: "{target} = {value} was sent, but it reads back as {read_back}.",
    hint: {
      vi: "Thiết bị có thể ở chế độ tại chỗ, bị khóa, cần lệnh khác trước, hoặc tự giới hạn. Xem màn hình của nó; không ghi lại mù quáng.",
      en: "It may be in local mode, locked, in need of another command first, or limit the value itself. Look at its display before writing again.",
    },
  },
  refused: {
    vi: "Thiết bị từ chối ghi {target} = {value}; không có gì thay đổi.",
    en: "The device refused {target} = {value}; nothing was changed.",
  },
  unknown: {
    vi: "Không rõ kết quả: {target} = {value} đã được gửi và CÓ THỂ đã thực hiện.",
    en: "Not known: {target} = {value} was sent and MAY have been carried out.",
    hint: {
      vi: "Nhìn thiết bị, hoặc đọc lại bằng tram read. Không gửi lại trước khi biết.",
      en: "Look at the device, or read it with tram read. Do not send it again before you know.",
    },
  },
  confirmed_only: {
    vi: "Thiết bị đã xác nhận {target} = {value}; điểm này không đọc lại được.",
    en: "The device confirmed {target} = {value}; it cannot be read back.",
    hint: { vi: "Nhìn thiết bị để chắc chắn.", en: "Look at the device to be sure." },
  },
  not_sent: {
    vi: "Chưa gửi {target} = {value}: không có gì tới thiết bị.",
    en: "{target} = {value} was not sent: nothing reached the device.",
  },
});
