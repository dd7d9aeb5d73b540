import { messages } from "../../../drivers/core/message.js";

export const SET_ADDRESS_MESSAGES = messages("set_address", {
  needs_profile: {
    vi: "--set-address cần --profile: cách đổi địa chỉ nằm trong mẫu thiết bị.",
    en: "--set-address needs --profile: how it is done stands in the profile.",
    hint: { vi: "Tìm mẫu: tram profiles TỪ_KHÓA", en: "Find it: tram profiles WORD" },
  },
  serial_only: {
    vi: "Chỉ đổi địa chỉ được qua cổng nối tiếp.",
    en: "A unit id is changed through a serial port only.",
    hint: { vi: "Chỉ ra cổng: --port /dev/ttyUSB0", en: "Name it: --port /dev/ttyUSB0" },
  },
  unknown_profile: {
    vi: "Không có mẫu thiết bị {profile}.",
    en: "There is no profile {profile}.",
    hint: { vi: "Tìm: tram profiles TỪ_KHÓA", en: "Find it: tram profiles WORD" },
  },
  maker_says: { vi: "Hãng ghi: {how}", en: "Its maker says: {how}" },
  explains: {
    vi: "Đặt địa chỉ {to} cho {title}. Chỉ được có MỘT thiết bị trên đường truyền (bus): tháo các thiết bị khác. Đang dò {port} để kiểm chứng ...",
    en: "Giving {title} the unit id {to}. Only ONE device may be on the bus: take the others off. Looking at {port} to prove it ...",
  },
  none: {
    vi: "Không thấy thiết bị nào trên {port}; không ghi gì.",
    en: "No device was found at {port}; nothing was written.",
    hint: { vi: "Kiểm tra nguồn và dây A/B, thử --thorough.", en: "Check supply and A/B, try --thorough." },
  },
  several: {
    vi: "Có {count} thiết bị trên {port} ({units}); không ghi gì.",
    en: "There are {count} devices at {port} ({units}); nothing was written.",
    hint: { vi: "Tháo ra cho đến khi chỉ còn một thiết bị.", en: "Take them off until one is left." },
  },
  not_alone: {
    vi: "Trên {port} có tín hiệu của hơn một thiết bị; không ghi gì.",
    en: "More than one device is heard at {port}; nothing was written.",
    hint: { vi: "Tháo ra cho đến khi chỉ còn một thiết bị.", en: "Take them off until one is left." },
  },
  not_proved: {
    vi: "Đã dừng trước khi kiểm chứng xong; không ghi gì.",
    en: "Stopped before it was proved; nothing was written.",
  },
  has_it: {
    vi: "Thiết bị đã ở địa chỉ {to} ({line}).",
    en: "The device has the unit id {to} already ({line}).",
  },
  looks_other: {
    vi: "Chú ý: thiết bị này giống {seen} hơn là {profile}.",
    en: "Beware: this device looks like {seen} rather than {profile}.",
  },
  looks_unknown: {
    vi: "Chú ý: không nhận ra thiết bị này là {profile}.",
    en: "Beware: this device was not recognised as {profile}.",
  },
  ask: {
    vi: "Ghi địa chỉ {to} vào {title} (đang ở {from}, {line})? [c/K] ",
    en: "Write the unit id {to} to {title} (now {from}, {line})? [y/N] ",
  },
  nobody_to_ask: {
    vi: "Không có ai ở màn hình để hỏi; không ghi gì.",
    en: "Nobody sits at a terminal to be asked; nothing was written.",
    hint: { vi: "Thêm --yes nếu chắc chắn.", en: "Add --yes if you are sure." },
  },
  not_wanted: { vi: "Không ghi gì.", en: "Nothing was written." },
  written: {
    vi: "Đã ghi vào {point} ở địa chỉ {from}: {to}.",
    en: "Written to {point} at unit {from}: {to}.",
  },
  unsure: {
    vi: "Đã gửi lệnh ghi vào {point}; thiết bị chưa xác nhận. Kiểm tra bằng cách tìm lại.",
    en: "The write to {point} was sent and not confirmed. Looking for the device will tell.",
  },
  power_cycle: {
    vi: "TẮT nguồn thiết bị, đợi 5 giây, rồi BẬT lại. Đang chờ thiết bị ở địa chỉ {to} ... (Ctrl-C để dừng)",
    en: "Switch the device's supply OFF, wait 5 s, then ON again. Waiting for it at unit {to} ... (Ctrl-C stops)",
  },
  waiting: { vi: "Chờ thiết bị ở địa chỉ {to}", en: "Waiting for unit {to}" },
  result_done: {
    vi: "Xong: thiết bị trả lời ở địa chỉ {to} ({line}), địa chỉ cũ {from} đã im lặng. Dán nhãn số {to} lên máy.",
    en: "Done: the device answers at unit {to} ({line}), the old id {from} is silent. Put a label {to} on it.",
  },
  result_refused: {
    vi: "Thiết bị từ chối đổi địa chỉ từ {from} sang {to} (mã {exception}).",
    en: "The device refused to change from {from} to {to} (exception {exception}).",
    hint: {
      vi: "Có thể có khóa ghi: xem tram profiles --show.",
      en: "It may be locked: see tram profiles --show.",
    },
  },
  result_not_back: {
    vi: "Thiết bị không trả lời ở địa chỉ {to}, cũng không ở {from}.",
    en: "The device answers neither at unit {to} nor at {from}.",
    hint: {
      vi: "Kiểm tra nguồn, rồi dò lại: tram scan --thorough.",
      en: "Check its supply, then look again: tram scan --thorough.",
    },
  },
  result_stays: {
    vi: "Thiết bị vẫn ở địa chỉ {from}, chưa nhận {to}.",
    en: "The device still has the unit id {from} and did not take {to}.",
    hint: { vi: "Tắt mở nguồn rồi dò lại.", en: "Switch its supply off and on, and scan again." },
  },
  result_both: {
    vi: "Cả hai địa chỉ {from} và {to} đều trả lời: trên đường truyền (bus) có hơn một thiết bị.",
    en: "Both {from} and {to} answer: there is more than one device on the bus.",
    hint: { vi: "Tháo bớt rồi dò lại.", en: "Take the others off and scan again." },
  },
  result_taken: {
    vi: "Địa chỉ {to} đã có thiết bị khác trả lời; không ghi gì.",
    en: "Something answers at unit {to} already; nothing was written.",
    hint: { vi: "Chọn địa chỉ khác.", en: "Choose another id." },
  },
  result_stopped: {
    vi: "Đã dừng. Chưa biết thiết bị ở địa chỉ {from} hay {to}.",
    en: "Stopped. Whether the device is at {from} or {to} is not known.",
    hint: { vi: "Dò lại: tram scan", en: "Look again: tram scan" },
  },
});
