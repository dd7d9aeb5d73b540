import { messages } from "../../drivers/core/message.js";

export const CONTROL_MESSAGES = messages("control", {
  help_before: {
    vi: "Gây sự cố giả lập, mỗi dòng một lệnh:",
    en: "Faults by hand, one order a line:",
  },
  help_after: {
    vi: `Thêm "for 60 s" thì sự cố tự hết; đơn vị: ms, s, min, h, d. Với câu trả lời:
"20 %" hoặc "every 5" là không phải lần nào cũng bị; "on rs485" thay cho
"of meter" là cả đường truyền. meter, drive, well, flow, pump: thiết bị;
rs485, plc: kết nối. "help noise": cách viết đầy đủ.`,
    en: `With "for 60 s" a fault ends by itself; units: ms, s, min, h, d. Faults of
answers take "20 %" or "every 5" where not each one is meant, and "on rs485" in
place of "of meter" for a whole connection. meter, drive, well, flow, pump:
devices; rs485, plc: connections. "help noise" tells all that it takes.`,
  },
  usage: { vi: "Cách viết: {usage}", en: "Written: {usage}" },
  bounds: { vi: "{example}: từ {least} đến {most}", en: "{example}: from {least} to {most}" },
  not_understood: {
    vi: "Không hiểu: {line}",
    en: "Not understood: {line}",
    hint: { vi: 'Gõ "help" để xem các lệnh.', en: 'Type "help" for the orders.' },
  },
  unknown_order: {
    vi: 'Không có lệnh "{verb}".',
    en: 'There is no order "{verb}".',
    hint: { vi: "Gần giống: {near}.", en: "Similar: {near}." },
  },
  too_long: {
    vi: "Lệnh dài quá {limit} ký tự.",
    en: "The order is longer than {limit} characters.",
  },
  wrong_word: {
    vi: '{verb}: không hiểu "{word}".',
    en: '{verb}: "{word}" is not understood.',
    hint: { vi: "Viết: {usage}", en: "Write: {usage}" },
  },
  incomplete: {
    vi: "{verb}: lệnh còn thiếu.",
    en: "{verb}: something is missing.",
    hint: { vi: "Viết: {usage}", en: "Write: {usage}" },
  },
  out_of_bounds: {
    vi: "{verb}: {word} phải nằm giữa {least} và {most}.",
    en: "{verb}: {word} must lie between {least} and {most}.",
  },
  wrong_duration: {
    vi: '"for" cần một khoảng thời gian đến {limit}, ví dụ for 60s.',
    en: '"for" wants a time up to {limit}, for example for 60s.',
  },
  wrong_odds: {
    vi: '"{word}" không phải là tỉ lệ: viết ví dụ 20% hoặc every 5.',
    en: '"{word}" says not how often: write for example 20% or every 5.',
  },
  no_odds: {
    vi: '{verb} không tính theo từng lần hỏi: bỏ "{word}".',
    en: '{verb} is no matter of single requests: leave out "{word}".',
    hint: { vi: "Viết: {usage}", en: "Write: {usage}" },
  },
  fault: { vi: "Sự cố {id}: {line}", en: "Fault {id}: {line}" },
  fault_left: { vi: "Sự cố {id}: {line} (còn {left})", en: "Fault {id}: {line} ({left} left)" },
  no_faults: { vi: "Không có sự cố nào.", en: "There are no faults." },
  healed: { vi: "Số sự cố đã hết: {count}.", en: "Faults ended: {count}." },
  unknown_fault: {
    vi: "Không có sự cố {id}.",
    en: "There is no fault {id}.",
    hint: { vi: 'Gõ "faults" để xem các sự cố.', en: 'Type "faults" for those that there are.' },
  },
  nothing_to_heal: {
    vi: "{of} không có sự cố nào.",
    en: "{of} has no faults.",
  },
  too_many: {
    vi: "Đã có {limit} sự cố cùng lúc.",
    en: "There are {limit} faults already.",
    hint: { vi: 'Gõ "heal" trước.', en: 'Type "heal" first.' },
  },
  unplugged: {
    vi: "Đã rút {connection}; cắm lại sau {seconds} giây.",
    en: "{connection} is pulled out, and put back in {seconds} s.",
  },
  unknown_device: {
    vi: "Không có thiết bị {device}.",
    en: "There is no device {device}.",
    hint: { vi: "Có: {known}.", en: "There are: {known}." },
  },
  unknown_connection: {
    vi: "Không có kết nối {connection}.",
    en: "There is no connection {connection}.",
    hint: { vi: "Có: {known}.", en: "There are: {known}." },
  },
  unknown_place: {
    vi: "Không có thiết bị hay kết nối {of}.",
    en: "There is no device or connection {of}.",
    hint: { vi: "Có: {known}.", en: "There are: {known}." },
  },
  unknown_point: {
    vi: "{device} không có điểm {point}.",
    en: "{device} has no point {point}.",
    hint: { vi: "Gần giống: {near}.", en: "Similar: {near}." },
  },
  not_there: {
    vi: "{device} không nằm trên {connection}.",
    en: "{device} does not hang on {connection}.",
    hint: { vi: "Có: {known}.", en: "There are: {known}." },
  },
  nothing_behind: {
    vi: "Sau {device} không còn thiết bị nào.",
    en: "No device hangs behind {device}.",
  },
  needs_serial: {
    vi: "{verb} chỉ xảy ra trên đường truyền nối tiếp; {connection} là Modbus TCP.",
    en: "{verb} happens on serial lines only; {connection} is Modbus TCP.",
  },
  needs_checksum: {
    vi: "{verb}: Modbus TCP không có mã kiểm tra; {connection} là Modbus TCP.",
    en: "{verb}: Modbus TCP has no checksum, and {connection} is Modbus TCP.",
  },
  needs_tcp: {
    vi: "{verb} chỉ xảy ra với kết nối TCP; {connection} là cổng nối tiếp.",
    en: "{verb} happens to TCP connections only; {connection} is a serial port.",
  },
  needs_transactions: {
    vi: "{verb}: chỉ Modbus TCP có số giao dịch; {connection} thì không.",
    en: "{verb}: only Modbus TCP has transaction ids; {connection} has none.",
  },
  same_baud: {
    vi: "{connection} đang chạy {baud} baud: như vậy không sai gì.",
    en: "{connection} runs at {baud} baud: nothing would be wrong.",
  },
  no_reflections: {
    vi: "{connection} chạy {baud} baud: chậm như vậy thì sóng phản xạ không gây hại.",
    en: "{connection} runs at {baud} baud: so slow that reflections do no harm.",
  },
  not_read: {
    vi: "{device}: {point} chỉ ghi, không đọc được.",
    en: "{device}: {point} can be written only; nobody reads it.",
  },
  no_number: { vi: "{device}: {point} không phải là số.", en: "{device}: {point} is no number." },
  no_counter: {
    vi: "{device}: {point} không phải là bộ đếm (kind: counter).",
    en: "{device}: {point} is no counter (kind: counter).",
  },
  no_sentinel: {
    vi: '{device}: mẫu thiết bị không quy định giá trị "không đo được" cho {point}.',
    en: '{device}: its profile names no value for "not measured" of {point}.',
  },
  unknown_sentinel: {
    vi: "{device}: {point} không có giá trị nào nghĩa là {reason}.",
    en: "{device}: no value of {point} says {reason}.",
    hint: { vi: "Có: {known}.", en: "There are: {known}." },
  },
  socket_taken: {
    vi: "Không mở được {path} để nhận lệnh ({problem}).",
    en: "{path} cannot be opened for orders ({problem}).",
    hint: { vi: "Chọn đường dẫn khác bằng --control.", en: "Choose another path with --control." },
  },
});
