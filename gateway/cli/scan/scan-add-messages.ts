import { messages } from "../../../drivers/core/message.js";

export const SCAN_ADD_MESSAGES = messages("scan_add", {
  not_sure: {
    vi: "{line}, địa chỉ {unit}: chưa chắc là mẫu thiết bị nào, không tự thêm.",
    en: "{line}, unit {unit}: which profile it is is not sure, so it is not added.",
    hint: {
      vi: "Xem nhãn máy rồi tìm: tram profiles TỪ_KHÓA",
      en: "Look at its label, then: tram profiles WORD",
    },
  },
  other_setting: {
    vi: "{line}, địa chỉ {unit}: kết nối {connection} dùng thiết lập khác trên cùng cổng, nên không thêm.",
    en: "{line}, unit {unit}: the connection {connection} has another setting on the same port, so it is not added.",
    hint: {
      vi: "Một đường truyền (bus) chỉ có một tốc độ: đổi tốc độ của thiết bị, xem tram profiles --show MẪU.",
      en: "A bus has one speed: change that of the device, see tram profiles --show ID.",
    },
  },
  already_there: {
    vi: "{line}, địa chỉ {unit}: đã có trong cấu hình (kết nối {connection}).",
    en: "{line}, unit {unit}: in the configuration already (connection {connection}).",
  },
  proposed: { vi: "Thêm vào {file}:", en: "To be added to {file}:" },
  new_setting: {
    vi: "Kết nối {connection} chưa có thiết bị nào: đổi thành {setting}.",
    en: "The connection {connection} has no device yet: it becomes {setting}.",
  },
  for_pasting: { vi: "Chép vào gateway.yaml:", en: "For gateway.yaml:" },
  ask: { vi: "Thêm vào {file}? [c/K] ", en: "Add this to {file}? [y/N] " },
  written: {
    vi: "Đã ghi {count} thiết bị vào {file}; bản cũ ở {backup}.",
    en: "{count} devices were written into {file}; the old one is {backup}.",
    hint: {
      vi: "Gateway đang chạy thì áp dụng bằng: tram config apply",
      en: "Where a gateway runs, apply it: tram config apply",
    },
  },
  refused: {
    vi: "Không ghi: {file} sẽ không còn hợp lệ.",
    en: "Not written: {file} would not be valid any more.",
    hint: { vi: "Tệp giữ nguyên như cũ; thêm bằng tay.", en: "The file is as it was; add them by hand." },
  },
  changed: {
    vi: "Không ghi: {file} vừa bị người khác sửa.",
    en: "Not written: somebody else has just changed {file}.",
    hint: { vi: "Dò lại với --add.", en: "Scan again with --add." },
  },
  not_writable: { vi: "Không ghi được {file}: {problem}", en: "{file} cannot be written: {problem}" },
  not_added: { vi: "Không thêm gì.", en: "Nothing was added." },
});
