import { messages } from "../core/message.js";

const CHECK_SERIAL = {
  vi: "Kiểm tra nguồn thiết bị, dây A/B (thử đổi chỗ), tốc độ baud, chẵn lẻ và địa chỉ Modbus.",
  en: "Check the device's power, the wires A/B (try to swap them), baud rate, parity and unit id.",
} as const;

const CHECK_TCP = {
  vi: "Kiểm tra thiết bị có chạy không và địa chỉ Modbus (Unit ID) có đúng không.",
  en: "Check that the device is running and that the unit id is right.",
} as const;

const CHECK_INTERFERENCE = {
  vi: "Kiểm tra dây có lưới, điện trở cuối đường dây 120 Ω, và không có hai thiết bị trùng địa chỉ Modbus.",
  en: "Check shielding, the terminating resistor (120 Ω), and that no two devices have the same unit id.",
} as const;

export const MODBUS_MESSAGES = messages("modbus", {
  no_answer_serial: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không trả lời trong {ms} ms khi đọc {table} {span}.",
    en: "{device} (unit id {unit}, {connection}) did not answer within {ms} ms to a read of {table} {span}.",
    hint: CHECK_SERIAL,
  },
  no_answer_tcp: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không trả lời trong {ms} ms khi đọc {table} {span}.",
    en: "{device} (unit id {unit}, {connection}) did not answer within {ms} ms to a read of {table} {span}.",
    hint: CHECK_TCP,
  },
  held: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) chưa được hỏi lại: câu trả lời trễ có thể còn đến trong {ms} ms nữa.",
    en: "{device} (unit id {unit}, {connection}) is not asked again yet: its late answer may still come within {ms} ms.",
    hint: CHECK_SERIAL,
  },
  checksum: {
    vi: "Trả lời của {device} (địa chỉ Modbus {unit}, {connection}) khi đọc {table} {span} bị sai CRC.",
    en: "The answer of {device} (unit id {unit}, {connection}) to a read of {table} {span} has a wrong checksum.",
    hint: CHECK_INTERFERENCE,
  },
  truncated: {
    vi: "Trả lời của {device} (địa chỉ Modbus {unit}, {connection}) khi đọc {table} {span} bị cụt: {got}/{expected} byte.",
    en: "The answer of {device} (unit id {unit}, {connection}) to a read of {table} {span} was cut short: {got} of {expected} bytes.",
    hint: CHECK_INTERFERENCE,
  },
  wrong_answer: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) trả lời không đúng với yêu cầu đọc {table} {span}.",
    en: "{device} (unit id {unit}, {connection}) answered something else than a read of {table} {span}.",
    hint: {
      vi: "Kiểm tra không có chương trình hoặc thiết bị khác cùng hỏi trên đường truyền này, và không trùng địa chỉ Modbus.",
      en: "Check that no other program or client asks on this connection, and that no unit id is used twice.",
    },
  },
  never_silent: {
    vi: "Đường truyền {connection} không lúc nào im lặng, không gửi được yêu cầu cho {device} (địa chỉ Modbus {unit}).",
    en: "The bus {connection} is never silent, so {device} (unit id {unit}) cannot be asked.",
    hint: {
      vi: "Kiểm tra có thiết bị hoặc chương trình khác đang gửi liên tục, dây A/B đấu ngược hoặc bị nhiễu.",
      en: "Look for another client or a device that sends all the time, swapped wires A/B, or interference.",
    },
  },
  exception_function: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không hỗ trợ đọc bảng {table} (mã lỗi 1, địa chỉ {span}).",
    en: "{device} (unit id {unit}, {connection}) does not support reading the table {table} (exception 1, addresses {span}).",
    hint: {
      vi: "Sửa table của điểm theo tài liệu hãng: coil, discrete, input hoặc holding.",
      en: "Correct the point's table by the maker's document: coil, discrete, input or holding.",
    },
  },
  exception_address: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không có địa chỉ {span} trong bảng {table} (mã lỗi 2).",
    en: "{device} (unit id {unit}, {connection}) has no addresses {span} in the table {table} (exception 2).",
    hint: {
      vi: "So với tài liệu hãng: địa chỉ ở đây bắt đầu từ 0 (40001 là holding 0). Nếu có khoảng trống, đặt max_gap: 0.",
      en: "Compare with the maker's document: addresses start at 0 here (40001 is holding 0). With holes, set max_gap: 0.",
    },
  },
  exception_value: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) từ chối đọc {count} địa chỉ cùng lúc ở {table} {span} (mã lỗi 3).",
    en: "{device} (unit id {unit}, {connection}) refuses to read {count} addresses at once at {table} {span} (exception 3).",
    hint: {
      vi: "Giảm max_registers hoặc max_bits của thiết bị theo tài liệu hãng.",
      en: "Lower the device's max_registers or max_bits as the maker's document says.",
    },
  },
  exception_busy: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) đang bận (mã lỗi {exception}) khi đọc {table} {span}.",
    en: "{device} (unit id {unit}, {connection}) is busy (exception {exception}) at a read of {table} {span}.",
    hint: {
      vi: "Tự hỏi lại. Nếu lặp lại, tăng chu kỳ đọc (every) hoặc min_gap của thiết bị.",
      en: "It is asked again. If it repeats, ask more rarely (every) or raise the device's min_gap.",
    },
  },
  exception_failure: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) báo lỗi bên trong (mã lỗi {exception}) khi đọc {table} {span}.",
    en: "{device} (unit id {unit}, {connection}) reports a failure of its own (exception {exception}) at a read of {table} {span}.",
    hint: {
      vi: "Xem màn hình hoặc đèn báo của thiết bị; tắt nguồn rồi bật lại nếu còn lỗi.",
      en: "Look at the device's display or lamps; switch it off and on if it stays so.",
    },
  },
  exception_gateway: {
    vi: "Bộ chuyển {connection} không tới được {device} (địa chỉ Modbus {unit}, mã lỗi {exception}) khi đọc {table} {span}.",
    en: "The gateway {connection} cannot reach {device} (unit id {unit}, exception {exception}) at a read of {table} {span}.",
    hint: CHECK_SERIAL,
  },
  not_writable: {
    vi: "Điểm {point} của {device} không ghi được (bảng {table}).",
    en: "Point {point} of {device} cannot be written (table {table}).",
    hint: {
      vi: "Chỉ ghi được coil hoặc nguyên thanh ghi holding có access: write hoặc read-write.",
      en: "Only coils and whole holding registers with access: write or read-write can be written.",
    },
  },
  value_does_not_fit: {
    vi: "Giá trị {value} không ghi được vào điểm {point} của {device} (kiểu {type}).",
    en: "The value {value} does not fit into point {point} of {device} (type {type}).",
    hint: {
      vi: "Xem kiểu, hệ số (scale) và giới hạn của điểm.",
      en: "Look at the point's type, scale and bounds.",
    },
  },
  not_connected: {
    vi: "Kết nối {connection} chưa mở.",
    en: "The connection {connection} is not open.",
  },
  closed: {
    vi: "Kết nối {connection} đang đóng.",
    en: "The connection {connection} is being closed.",
  },
  cancelled: {
    vi: "Đã hủy việc đọc {device} ({connection}).",
    en: "The read of {device} ({connection}) was cancelled.",
  },
  queue_full: {
    vi: "Quá nhiều yêu cầu đang chờ trên {connection} ({count}).",
    en: "Too many requests wait on {connection} ({count}).",
    hint: {
      vi: "Tăng chu kỳ đọc (every) hoặc giảm số điểm đo.",
      en: "Ask more rarely (every) or read fewer points.",
    },
  },
  reopening: {
    vi: "{connection}: không nhận được gì từ {count} lần hỏi, mở lại kết nối.",
    en: "{connection}: nothing came back from {count} requests, the connection is opened again.",
  },
  held_elsewhere: {
    vi: "{connection} đang được chương trình khác sử dụng: {problem}",
    en: "{connection} is in use by another program: {problem}",
    hint: {
      vi: "Dừng chương trình đó; ở đây tự kết nối lại.",
      en: "Stop that program; the connection is made again by itself.",
    },
  },
  slower_than_thought: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) trả lời trễ {ms} ms sau khi hỏi, lâu hơn worst_reply; từ nay chờ {worst} ms.",
    en: "{device} (unit id {unit}, {connection}) answered {ms} ms after it was asked, later than worst_reply; from now on {worst} ms are waited.",
    hint: {
      vi: "Đặt worst_reply của thiết bị ít nhất {worst}ms.",
      en: "Set the device's worst_reply to at least {worst}ms.",
    },
  },
  library_silent: {
    vi: "Thư viện modbus-serial không trả lời (lỗi của chương trình).",
    en: "The library modbus-serial gave no answer (a fault of this program).",
    hint: {
      vi: "Báo cho người phát triển kèm nhật ký.",
      en: "Report it to the developers with the log.",
    },
  },
  string_length: {
    vi: "Điểm {point} của {device}: kiểu string cần length (số thanh ghi).",
    en: "Point {point} of {device}: type string needs length (registers).",
    hint: {
      vi: "Thêm length: mỗi thanh ghi chứa hai ký tự.",
      en: "Add length: each register holds two characters.",
    },
  },
  length_of_other: {
    vi: "Điểm {point} của {device}: length chỉ dùng cho kiểu string, không dùng cho {type}.",
    en: "Point {point} of {device}: length is for type string, not for {type}.",
    hint: { vi: "Bỏ length hoặc đổi type.", en: "Remove length or change the type." },
  },
  bit_of_other: {
    vi: "Điểm {point} của {device}: bit chỉ dùng cho kiểu bool trong bảng input hoặc holding.",
    en: "Point {point} of {device}: bit is for type bool in the tables input and holding.",
    hint: { vi: "Bỏ bit, hoặc đặt type: bool.", en: "Remove bit, or set type: bool." },
  },
  bits_are_bool: {
    vi: "Điểm {point} của {device}: bảng {table} chỉ có kiểu bool, không có {type}.",
    en: "Point {point} of {device}: the table {table} holds bool only, not {type}.",
    hint: {
      vi: "Đặt type: bool, hoặc đổi table thành input hay holding.",
      en: "Set type: bool, or change the table to input or holding.",
    },
  },
  beyond_end: {
    vi: "Điểm {point} của {device}: địa chỉ {address} với {count} thanh ghi vượt quá 65535.",
    en: "Point {point} of {device}: address {address} with {count} registers goes beyond 65535.",
    hint: { vi: "Sửa address hoặc type.", en: "Correct the address or the type." },
  },
  wider_than_request: {
    vi: "Điểm {point} của {device} cần {count} thanh ghi, nhưng max_registers là {max}.",
    en: "Point {point} of {device} takes {count} registers, but max_registers is {max}.",
    hint: {
      vi: "Tăng max_registers của thiết bị hoặc giảm length.",
      en: "Raise the device's max_registers or shorten length.",
    },
  },
  // What the pattern of faults says: diagnosis.ts
  all_silent: {
    vi: "{connection}: không thiết bị nào trả lời, trên dây không có tín hiệu ({count} lần hỏi).",
    en: "{connection}: no device answers, and the wire is silent ({count} requests).",
    hint: {
      vi: "Kiểm tra nguồn thiết bị, dây A/B (thử đổi chỗ), đúng cổng nối tiếp và bộ chuyển USB–RS485.",
      en: "Check the devices' power, the wires A/B (try to swap them), that the port is the right one, and the adapter.",
    },
  },
  all_silent_tcp: {
    vi: "{connection}: kết nối TCP được, nhưng không thiết bị nào trả lời ({count} lần hỏi).",
    en: "{connection}: the TCP connection stands, but no device answers ({count} requests).",
    hint: {
      vi: "Kiểm tra địa chỉ Modbus. Nếu là bộ chuyển sang RS-485: kiểm tra tốc độ baud, chẵn lẻ, dây A/B và nguồn thiết bị phía sau.",
      en: "Check the unit ids. If it is a converter to RS-485: its baud rate and parity, the wires A/B and the power of the devices behind it.",
    },
  },
  all_garbled: {
    vi: "{connection}: có tín hiệu, nhưng không khung nào đọc được ({count} lần hỏi).",
    en: "{connection}: bytes come, but never a whole frame ({count} requests).",
    hint: {
      vi: "Kiểm tra tốc độ baud, chẵn lẻ, bit dữ liệu và bit dừng: phải giống nhau ở mọi thiết bị và ở đây.",
      en: "Check baud rate, parity, data bits and stop bits: the same in all devices and here.",
    },
  },
  all_garbled_tcp: {
    vi: "{connection}: có dữ liệu trả về, nhưng không phải khung Modbus như đang chờ ({count} lần hỏi).",
    en: "{connection}: data come back, but not the frames that are expected ({count} requests).",
    hint: {
      vi: "Kiểm tra giao thức của bộ chuyển (Modbus TCP, hay RTU đóng gói qua TCP) và tốc độ baud, chẵn lẻ phía RS-485.",
      en: "Check what the converter speaks (Modbus TCP, or RTU frames through TCP), and baud rate and parity on its RS-485 side.",
    },
  },
  one_silent: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không trả lời lần nào trong {count} lần hỏi, các thiết bị khác vẫn trả lời.",
    en: "{device} (unit id {unit}, {connection}) answered none of {count} requests, while others answer.",
    hint: {
      vi: "Kiểm tra nguồn của thiết bị này, địa chỉ Modbus (công tắc địa chỉ), tốc độ baud của nó và đầu dây nối vào nó.",
      en: "Check this device's power, its unit id (address switches), its baud rate, and the wire at its terminals.",
    },
  },
  one_silent_tcp: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không trả lời lần nào trong {count} lần hỏi, các thiết bị khác vẫn trả lời.",
    en: "{device} (unit id {unit}, {connection}) answered none of {count} requests, while others answer.",
    hint: {
      vi: "Kiểm tra nguồn và địa chỉ Modbus (Unit ID) của thiết bị này.",
      en: "Check this device's power and unit id.",
    },
  },
  some_silent: {
    vi: "{connection}: {count} thiết bị không trả lời lần nào ({devices}), {answering} thiết bị vẫn trả lời.",
    en: "{connection}: {count} devices never answer ({devices}), while {answering} do.",
    hint: {
      vi: "Kiểm tra dây có bị đứt giữa chừng không: các thiết bị này có nằm sau cùng một đoạn dây, cùng một nguồn không.",
      en: "Look for a cable that is cut on the way: do these devices lie behind one piece of cable, or on one power supply?",
    },
  },
  some_silent_tcp: {
    vi: "{connection}: {count} thiết bị không trả lời lần nào ({devices}), {answering} thiết bị vẫn trả lời.",
    en: "{connection}: {count} devices never answer ({devices}), while {answering} do.",
    hint: {
      vi: "Kiểm tra nguồn và địa chỉ Modbus (Unit ID) của các thiết bị này, và đường dây phía sau bộ chuyển.",
      en: "Check power and unit ids of these devices, and the cable behind the converter.",
    },
  },
  one_garbled: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}): {count} trong {requests} lần hỏi bị trả lời hỏng, các thiết bị khác vẫn tốt.",
    en: "{device} (unit id {unit}, {connection}): {count} of {requests} requests were answered with garbage, while others are fine.",
    hint: {
      vi: "Có thể hai thiết bị trùng địa chỉ Modbus {unit}: tháo thiết bị này ra, nếu vẫn có trả lời thì còn thiết bị khác. Nếu không, kiểm tra đầu dây của nó.",
      en: "Perhaps two devices have the unit id {unit}: disconnect this one, and if answers still come, there is another. If not, check the wire at its terminals.",
    },
  },
  long_garbled: {
    vi: "{connection}: trả lời dài bị hỏng {long} %, trả lời ngắn chỉ {short} %.",
    en: "{connection}: {long} % of the long answers are damaged, but only {short} % of the short ones.",
    hint: {
      vi: "Kiểm tra điện trở cuối đường dây 120 Ω ở hai đầu, dây có lưới và chiều dài dây; giảm tốc độ baud nếu dây quá dài.",
      en: "Check the terminating resistors (120 Ω at both ends) and the bias, shielding and length of the cable; lower the baud rate on a very long one.",
    },
  },
  answers_late: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) trả lời sau khi hết thời gian chờ {timeout} ms: {count} lần; 99 % số trả lời kịp đến trong {p99} ms.",
    en: "{device} (unit id {unit}, {connection}) answered after its timeout of {timeout} ms {count} times; 99 % of the answers in time came within {p99} ms.",
    hint: {
      vi: "Đặt timeout của thiết bị này là {proposed}ms.",
      en: "Set this device's timeout to {proposed}ms.",
    },
  },
  all_late: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) trả lời sau khi hết thời gian chờ {timeout} ms: {count} lần, không lần nào kịp.",
    en: "{device} (unit id {unit}, {connection}) answered after its timeout of {timeout} ms {count} times, and never in time.",
    hint: {
      vi: "Đặt timeout của thiết bị này là {proposed}ms.",
      en: "Set this device's timeout to {proposed}ms.",
    },
  },
  often_busy: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) báo bận {count} lần trong {requests} lần hỏi.",
    en: "{device} (unit id {unit}, {connection}) said that it is busy to {count} of {requests} requests.",
    hint: {
      vi: "Tăng chu kỳ đọc (every) hoặc min_gap của thiết bị này.",
      en: "Ask this device more rarely (every), or raise its min_gap.",
    },
  },
  other_client: {
    vi: "{connection}: nhận được {count} khung không phải trả lời cho gateway này.",
    en: "{connection}: {count} whole frames came that answer nothing asked here.",
    hint: {
      vi: "Có bên hỏi khác trên cùng đường truyền (PLC, màn hình HMI, phần mềm khác). Một đường truyền chỉ được có một bên hỏi: ngắt một bên.",
      en: "Another client asks on this bus (a PLC, a panel, another program). A bus takes one: disconnect one of them.",
    },
  },
  other_client_tcp: {
    vi: "{connection}: nhận được {count} khung không phải trả lời cho gateway này.",
    en: "{connection}: {count} whole frames came that answer nothing asked here.",
    hint: {
      vi: "Bộ chuyển có thể đang trộn trả lời của nhiều bên hỏi: chỉ cho một bên kết nối tới, hoặc đặt lại bộ chuyển.",
      en: "The converter may mix up the answers to several clients: let only one connect, or change its mode.",
    },
  },
  hears_itself: {
    vi: "{connection}: bộ chuyển nghe lại chính những gì nó gửi (echo). Không ảnh hưởng: được nhận ra và bỏ qua.",
    en: "{connection}: the adapter hears what it sends (echo). That does no harm: it is recognised and skipped.",
  },
  seen_read_coils: { vi: "địa chỉ Modbus {unit}: đọc coil {span}", en: "unit {unit}: read coils {span}" },
  seen_read_discrete: {
    vi: "địa chỉ Modbus {unit}: đọc ngõ vào bit {span}",
    en: "unit {unit}: read discrete {span}",
  },
  seen_read_holding: {
    vi: "địa chỉ Modbus {unit}: đọc thanh ghi Holding {span}",
    en: "unit {unit}: read holding {span}",
  },
  seen_read_input: {
    vi: "địa chỉ Modbus {unit}: đọc thanh ghi Input {span}",
    en: "unit {unit}: read input {span}",
  },
  seen_write_coils: {
    vi: "địa chỉ Modbus {unit}: ghi coil {written}",
    en: "unit {unit}: write coil {written}",
  },
  seen_write_holding: {
    vi: "địa chỉ Modbus {unit}: ghi thanh ghi Holding {written}",
    en: "unit {unit}: write holding {written}",
  },
  seen_all_coils: { vi: "tất cả thiết bị: ghi coil {written}", en: "all devices: write coil {written}" },
  seen_all_holding: {
    vi: "tất cả thiết bị: ghi thanh ghi Holding {written}",
    en: "all devices: write holding {written}",
  },
  seen_wrote_coils: {
    vi: "địa chỉ Modbus {unit}: đã ghi coil {written}",
    en: "unit {unit}: coil {written} written",
  },
  seen_wrote_holding: {
    vi: "địa chỉ Modbus {unit}: đã ghi thanh ghi Holding {written}",
    en: "unit {unit}: holding {written} written",
  },
  seen_mask: {
    vi: "địa chỉ Modbus {unit}: đổi bit thanh ghi Holding {address}: AND {and} OR {or}",
    en: "unit {unit}: mask holding {address}: AND {and} OR {or}",
  },
  seen_read_write: {
    vi: "địa chỉ Modbus {unit}: ghi thanh ghi Holding {written}, rồi đọc {span}",
    en: "unit {unit}: write holding {written}, then read {span}",
  },
  seen_bits: {
    vi: "địa chỉ Modbus {unit}: {count} bit: {values}",
    en: "unit {unit}: {count} bits: {values}",
  },
  seen_registers: {
    vi: "địa chỉ Modbus {unit}: {count} thanh ghi: {values}",
    en: "unit {unit}: {count} registers: {values}",
  },
  seen_exception: {
    vi: "địa chỉ Modbus {unit}: từ chối hàm {function}, lỗi {exception} ({name})",
    en: "unit {unit}: refuses function {function}, exception {exception} ({name})",
  },
  seen_function: {
    vi: "địa chỉ Modbus {unit}: hàm {function}, {count} byte dữ liệu",
    en: "unit {unit}: function {function}, {count} bytes of data",
  },
  seen_damaged: { vi: "không phải khung nguyên vẹn: {count} byte", en: "no whole frame: {count} bytes" },
});
