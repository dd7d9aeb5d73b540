import { messages } from "../../drivers/core/message.js";

export const CONTROL_MESSAGES = messages("control", {
  help: {
    vi: `Gây lỗi bằng tay, mỗi dòng một lệnh:
  silent THIẾT_BỊ                     không trả lời nữa
  drop 20 % of THIẾT_BỊ               bỏ qua một phần số lần hỏi
  garble 20 % of THIẾT_BỊ             trả lời sai mã kiểm tra
  late 800 ms of THIẾT_BỊ             trả lời chậm
  exception 4 of THIẾT_BỊ             báo lỗi Modbus
  stuck THIẾT_BỊ ĐIỂM                 giá trị đứng yên
  sentinel THIẾT_BỊ ĐIỂM              giá trị "không đo được" mà mẫu thiết bị quy định
  unplug KẾT_NỐI for 10 s        rút dây rồi cắm lại
  heal [THIẾT_BỊ]                     hết lỗi
  faults                              các lỗi đang có
Thêm "for 60 s" thì lỗi tự hết. Đơn vị: ms, s, min, h.`,
    en: `Faults by hand, one order a line:
  silent DEVICE                       it answers no more
  drop 20 % of DEVICE                 it does not answer so many of the requests
  garble 20 % of DEVICE               its answers have a wrong checksum
  late 800 ms of DEVICE               it answers later
  exception 4 of DEVICE               it answers with this exception
  stuck DEVICE POINT                  the value stands still
  sentinel DEVICE POINT               what its profile says for "not measured"
  unplug CONNECTION for 10 s          pulled out, and put back
  heal [DEVICE]                       ends them
  faults                              those that there are
With "for 60 s" a fault ends by itself. Units: ms, s, min, h.`,
  },
  not_understood: {
    vi: "Không hiểu: {line}",
    en: "Not understood: {line}",
    hint: { vi: 'Gõ "help" để xem các lệnh.', en: 'Type "help" for the orders.' },
  },
  fault: { vi: "Lỗi {id}: {line}", en: "Fault {id}: {line}" },
  no_faults: { vi: "Không có lỗi nào.", en: "There are no faults." },
  healed: { vi: "Số lỗi đã hết: {count}.", en: "Faults ended: {count}." },
  too_many: {
    vi: "Đã có {limit} lỗi cùng lúc.",
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
  unknown_point: {
    vi: "{device} không có điểm {point}.",
    en: "{device} has no point {point}.",
    hint: { vi: "Gần giống: {near}.", en: "Similar: {near}." },
  },
  no_sentinel: {
    vi: '{device}: mẫu thiết bị không quy định giá trị "không đo được" cho {point}.',
    en: '{device}: its profile names no value for "not measured" of {point}.',
  },
  held: {
    vi: "{device}: {point} đang được giữ: vừa được ghi, hoặc đã có lỗi.",
    en: "{device}: {point} is held already: it was written, or has a fault.",
  },
  socket_taken: {
    vi: "Không mở được {path} để nhận lệnh ({problem}).",
    en: "{path} cannot be opened for orders ({problem}).",
    hint: { vi: "Chọn đường dẫn khác bằng --control.", en: "Choose another path with --control." },
  },
});
