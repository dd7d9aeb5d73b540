import { messages } from "../../core/message.js";

export const SCAN_MESSAGES = messages("scan", {
  no_question: {
    vi: "Mã hàm {code} tới địa chỉ {unit} không phải là một câu hỏi: không gửi.",
    en: "Function {code} to unit {unit} is no question: it is not sent.",
  },
  not_asked: { vi: "Địa chỉ này không được hỏi.", en: "This unit id is not asked." },
  twins: {
    vi: "{line}: có từ hai thiết bị trở lên cùng trả lời ở địa chỉ {unit}.",
    en: "{line}: two or more devices answer at unit id {unit}.",
    hint: {
      vi: "Tháo từng thiết bị ra khỏi đường truyền (bus), rồi đặt cho mỗi thiết bị một địa chỉ riêng: tram scan --set-address.",
      en: "Take the devices off the bus one by one and give each an id of its own: tram scan --set-address.",
    },
  },
  any_address: {
    vi: "{line}: thiết bị ở địa chỉ {own} trả lời cả ở {unit}, địa chỉ chung của loại này; dùng {own}.",
    en: "{line}: the device at unit id {own} answers at {unit} too, which all of its kind do; {own} is the one to use.",
  },
  stranger: {
    vi: "{line}: nghe được khung của địa chỉ {unit} mà không ai hỏi.",
    en: "{line}: a frame of unit {unit} was heard that nobody here asked for.",
    hint: {
      vi: "Có bộ điều khiển khác đang hỏi trên cùng đường truyền (bus): tạm dừng nó trong khi dò.",
      en: "Another client asks on the same bus: stop it while scanning.",
    },
  },
  garbled_alike: {
    vi: "{line}, địa chỉ {unit}: có tín hiệu trả lời nhưng sai khung; có lẽ khác tốc độ hoặc chẵn lẻ. Thử ngay các thiết lập khác.",
    en: "{line}, unit {unit}: something answers in broken frames, perhaps at another speed or parity. Other settings are tried next.",
  },
  garbled: {
    vi: "{line}, địa chỉ {unit}: có tín hiệu trả lời nhưng mỗi lần mỗi khác.",
    en: "{line}, unit {unit}: something answers in broken frames that differ each time.",
    hint: {
      vi: "Hai thiết bị trùng địa chỉ, hoặc nhiễu: tháo bớt thiết bị, kiểm tra dây A/B và điện trở cuối đường dây 120 Ω.",
      en: "Two devices share the id, or there is interference: take devices off, check A/B and the 120 Ω terminating resistor.",
    },
  },
  only_garbled: {
    vi: "{port}: không thiết bị nào trả lời trọn khung sau {count} câu hỏi, nhưng có nghe tín hiệu hỏng.",
    en: "{port}: after {count} questions no device answered in a whole frame, but damaged bytes were heard.",
    hint: {
      vi: "Kiểm tra dây A/B (có thể đấu ngược), mass chung, điện trở cuối đường dây 120 Ω; thử --thorough.",
      en: "Check A/B (perhaps swapped), a common ground, the 120 Ω terminating resistor; try --thorough.",
    },
  },
  only_echo: {
    vi: "{port}: không thiết bị nào trả lời sau {count} câu hỏi; chỉ nghe lại tín hiệu của chính mình, vậy bộ chuyển USB–RS485 hoạt động.",
    en: "{port}: no device answered {count} questions; only our own sending is heard again, so the adapter works.",
    hint: {
      vi: "Kiểm tra nguồn của thiết bị và đấu ngược A/B.",
      en: "Check the devices' supply, and whether A and B are swapped.",
    },
  },
  all_silent: {
    vi: "{port}: hoàn toàn im lặng sau {count} câu hỏi.",
    en: "{port}: complete silence after {count} questions.",
    hint: {
      vi: "Theo thứ tự: nguồn của thiết bị; đấu ngược A/B (thử đổi hai dây); đúng cổng chưa; rồi --thorough.",
      en: "In this order: the devices' supply; A and B swapped (try exchanging them); whether this is the right port; then --thorough.",
    },
  },
  nobody_on_host: {
    vi: "{host}: không thiết bị Modbus nào trả lời sau {count} câu hỏi.",
    en: "{host}: no Modbus device answered {count} questions.",
    hint: {
      vi: "Kiểm tra địa chỉ IP, dây mạng, và cổng đặt trong thiết bị (--host ĐỊA-CHỈ:CỔNG).",
      en: "Check the IP address, the cable, and the port set in the device (--host ADDRESS:PORT).",
    },
  },
  nobody_else: {
    vi: "{line}: không thiết bị nào trả lời sau {count} câu hỏi ở thiết lập này.",
    en: "{line}: no device answered {count} questions at this setting.",
    hint: {
      vi: "Thiết bị mới có thể ở tốc độ khác: dừng gateway rồi dò lại để thử mọi thiết lập.",
      en: "A new device may have another speed: stop the gateway and scan again to try all settings.",
    },
  },
  no_way: {
    vi: "Không đổi được địa chỉ của {profile} từ đây: mẫu thiết bị không cho biết thanh ghi.",
    en: "The unit id of {profile} cannot be changed from here: its profile names no register.",
    hint: {
      vi: "Cách của hãng: tram profiles --show {profile}",
      en: "How its maker does it: tram profiles --show {profile}",
    },
  },
  unit_not_allowed: {
    vi: "{profile} không nhận địa chỉ {unit}.",
    en: "{profile} does not take the unit id {unit}.",
    hint: { vi: "Chọn từ {least} đến {most}.", en: "Choose one from {least} to {most}." },
  },
  no_broadcast: {
    vi: "Không ghi tới địa chỉ {unit}: mọi thiết bị đều nghe.",
    en: "Nothing is written to unit {unit}: all devices would take it.",
    hint: {
      vi: "Đặt lại thiết bị về địa chỉ nhà máy trước.",
      en: "Reset the device to its factory id first.",
    },
  },
  identify_fits: {
    vi: "{table} {address} = {value}, đúng như mẫu",
    en: "{table} {address} = {value}, as the profile says",
  },
  identify_differs: {
    vi: "{table} {address} = {value}, khác mẫu",
    en: "{table} {address} = {value}, which the profile does not expect",
  },
  identify_refused: { vi: "không có {table} {address}", en: "no {table} {address}" },
  plausible: {
    vi: "{table} {address} (+{count}) có số đo hợp lý",
    en: "plausible values at {table} {address} (+{count})",
  },
  implausible: { vi: "{point} nằm ngoài dải đo", en: "{point} out of its range" },
  refused: {
    vi: "từ chối {table} {address} (+{count}), mã {code}",
    en: "refuses {table} {address} (+{count}), exception {code}",
  },
  own_address: {
    vi: "thanh ghi {address} giữ đúng địa chỉ {unit} của thiết bị",
    en: "register {address} holds its own unit id {unit}",
  },
  factory_line: { vi: "{line} là thiết lập của nhà máy", en: "{line} is the factory setting" },
  names_itself: { vi: "tự xưng: {text}", en: "it says of itself: {text}" },
});
