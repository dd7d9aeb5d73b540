import { messages } from "../../drivers/core/message.js";

export const REPLAY_DEVICE_MESSAGES = messages("replay_device", {
  other_driver: {
    vi: "{file} được ghi từ kết nối {driver}: không phải Modbus, chưa làm thành thiết bị mô phỏng được.",
    en: "{file} was recorded on a connection of {driver}: it is no Modbus and makes no simulated device.",
    hint: { vi: "Dùng được: {known}.", en: "What can be used: {known}." },
  },
  nothing: {
    vi: "{file}: không có lần hỏi nào hiểu được theo khung Modbus {framing} (dòng {line}): không có thiết bị nào để mô phỏng.",
    en: "{file}: no request in it is a whole Modbus {framing} frame (line {line}): there is no device to simulate.",
    hint: {
      vi: "Dòng # driver: của tệp phải đúng với kết nối đã ghi.",
      en: "The line # driver: of the file must name the connection's own driver.",
    },
  },
  only_unit_zero: {
    vi: "{file} chỉ có thiết bị ở địa chỉ 0: trên đường truyền nối tiếp không thể hỏi địa chỉ này.",
    en: "{file} has a device at unit id 0 only: on a serial line it cannot be asked.",
    hint: { vi: "Dùng --tcp CỔNG.", en: "Use --tcp PORT." },
  },
  exact_on_tcp: {
    vi: "--exact phát lại từng byte ở cổng nối tiếp; không dùng với --tcp.",
    en: "--exact replays byte by byte at a serial port; it does not go with --tcp.",
  },
  port_busy: {
    vi: "{path} đang được chương trình khác sử dụng.",
    en: "{path} is in use by another program.",
    hint: {
      vi: "Dừng chương trình đó, hoặc chọn cổng khác.",
      en: "Stop that program, or choose another port.",
    },
  },
  not_opened: {
    vi: "Không mở được {path}: {problem}",
    en: "{path} cannot be opened: {problem}",
  },
  running: {
    vi: "{file} đang trả lời ở {where}, Modbus {framing}{line}: địa chỉ {units}; {known} lần hỏi khác nhau trong {exchanges} lần đã ghi.",
    en: "{file} answers at {where}, Modbus {framing}{line}: unit ids {units}; {known} different requests among {exchanges} recorded ones.",
    hint: { vi: "Ctrl-C để dừng.", en: "Ctrl-C stops it." },
  },
  left_out: {
    vi: "Không phát lại: {late} trả lời trễ, {foreign} khung của bên khác, {echo} tiếng vọng, {damaged} khung hỏng.",
    en: "Not played: {late} late answers, {foreign} frames of others, {echo} echoes, {damaged} damaged frames.",
    hint: {
      vi: "Lần hỏi chỉ có những khung đó thì im lặng, như bên hỏi đã thấy; --exact phát lại tất cả.",
      en: "A request that had only those stays unanswered, as who asked saw it; --exact plays them all.",
    },
  },
  unclear: {
    vi: "{unclear} khung không hiểu được, dòng đầu tiên: {unclearLine}.",
    en: "{unclear} frames make no sense, the first in line {unclearLine}.",
  },
  cut_off: {
    vi: "Thiếu {skipped} khung khi ghi; {cutOff} lần hỏi hoặc trả lời bị mất nửa kia nên không dùng.",
    en: "{skipped} frames are missing in the file; {cutOff} requests or answers lack their other half and are not used.",
  },
  unit_zero: {
    vi: "Địa chỉ 0 không hỏi được trên đường truyền nối tiếp: {requests} lần hỏi đã ghi không dùng được.",
    en: "Unit id 0 cannot be asked on a serial line: {requests} recorded requests are of no use.",
  },
  unknown: {
    vi: "Không có trong bản ghi: địa chỉ {unit}: {what} → lỗi Modbus {exception}",
    en: "Not in the recording: unit {unit}: {what} → exception {exception}",
  },
  unknown_more: {
    vi: "Những lần khác không có trong bản ghi từ nay chỉ được đếm.",
    en: "More that is not in the recording is only counted from now on.",
  },
  ended: {
    vi: "Đã dừng. {requests} lần hỏi: {played} trả lời như đã ghi ({exceptions} lỗi Modbus), {composed} ghép từ thanh ghi đã thấy, {silent} im lặng như đã ghi, {refused} không có trong bản ghi, {foreign} cho địa chỉ khác.",
    en: "Stopped. {requests} requests: {played} answered as recorded ({exceptions} exceptions), {composed} put together from registers that were seen, {silent} unanswered as recorded, {refused} not in the recording, {foreign} for other unit ids.",
  },
  ended_bytes: {
    vi: "{damaged} byte không hiểu được, {collided} byte đến khi thiết bị đang trả lời.",
    en: "{damaged} bytes made no sense, {collided} bytes came while a device was answering.",
  },
});
