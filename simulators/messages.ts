import { messages } from "../drivers/core/message.js";

export const SIMULATOR_MESSAGES = messages("simulators", {
  unknown_station: {
    vi: "Không có mô phỏng nào tên {name}.",
    en: "There is no simulation named {name}.",
    hint: { vi: "Có sẵn: {known}.", en: "There are: {known}." },
  },
  similar_station: {
    vi: "Không có mô phỏng nào tên {name}.",
    en: "There is no simulation named {name}.",
    hint: { vi: "Có phải: tram simulate {near}", en: "Did you mean: tram simulate {near}" },
  },
  port_taken: {
    vi: "Cổng TCP {port} đang được chương trình khác sử dụng.",
    en: "TCP port {port} is in use by another program.",
    hint: {
      vi: "Dừng chương trình đó, hoặc chọn cổng khác bằng {option} (0: cổng trống bất kỳ).",
      en: "Stop that program, or choose another port with {option} (0: any free one).",
    },
  },
  profile_on_serial: {
    vi: "{profile} mô phỏng đang chạy ở cổng {where} ({line}), địa chỉ {unit}, --seed {seed}.",
    en: "The simulated {profile} runs at the port {where} ({line}), unit id {unit}, --seed {seed}.",
    hint: { vi: "Ctrl-C để dừng.", en: "Ctrl-C stops it." },
  },
  profile_on_tcp: {
    vi: "{profile} mô phỏng đang chạy qua Modbus TCP ở {where}, địa chỉ {unit}, --seed {seed}.",
    en: "The simulated {profile} runs on Modbus TCP at {where}, unit id {unit}, --seed {seed}.",
    hint: { vi: "Ctrl-C để dừng.", en: "Ctrl-C stops it." },
  },
  unknown_bus: {
    vi: "{devices} thiết bị chưa biết đang chạy ở cổng {where}, --seed {seed}. Thử dò: tram scan --port {where}",
    en: "{devices} unknown devices run at the port {where}, --seed {seed}. Look for them: tram scan --port {where}",
    hint: { vi: "Ctrl-C để dừng và xem đó là gì.", en: "Ctrl-C stops it and tells what they are." },
  },
  it_was: {
    vi: "Đã có: {profile}, địa chỉ {unit}, {line}",
    en: "There was: {profile}, unit id {unit}, {line}",
  },
  was_written: {
    vi: "Đã được ghi: {point} = {value}",
    en: "Was written: {point} = {value}",
  },
  breaches: {
    vi: "Đã bị hỏi sai cách {total} lần so với mẫu thiết bị: {kinds}.",
    en: "It was asked {total} times in a way that its profile forbids: {kinds}.",
  },
  port_forbidden: {
    vi: "Không được phép mở cổng TCP {port}.",
    en: "TCP port {port} may not be opened.",
    hint: { vi: "Chọn cổng từ 1024 trở lên bằng --tcp.", en: "Choose a port from 1024 on with --tcp." },
  },
  adapter_lost: {
    vi: "Bộ chuyển USB–RS485 {path} đã bị rút ra; thiết bị mô phỏng im lặng cho đến khi cắm lại.",
    en: "The adapter {path} was pulled out; the simulated devices are silent until it is back.",
    hint: {
      vi: "Cắm lại vào đúng cổng USB đó; dùng tên trong /dev/serial/by-id thì cắm cổng nào cũng được.",
      en: "Put it back into the same USB socket; under a name in /dev/serial/by-id any socket will do.",
    },
  },
  adapter_back: {
    vi: "Bộ chuyển USB–RS485 {path} đã cắm lại; thiết bị mô phỏng trả lời tiếp.",
    en: "The adapter {path} is back; the simulated devices answer again.",
  },
  adapter_echoes: {
    vi: "Bộ chuyển USB–RS485 {path} nghe lại chính nó: đã bỏ {bytes} byte.",
    en: "The adapter {path} hears what it sends itself: {bytes} bytes were dropped.",
  },
  path_taken: {
    vi: "{path} đã có và không phải là liên kết.",
    en: "{path} is there already and is no symbolic link.",
    hint: { vi: "Chọn đường dẫn khác bằng --port.", en: "Choose another path with --port." },
  },
  unknown_profile: {
    vi: 'Không có mẫu thiết bị "{id}".',
    en: 'There is no profile "{id}".',
    hint: { vi: "Gần giống: {near}.", en: "Similar: {near}." },
  },
  wrong_profile: {
    vi: "Mẫu thiết bị {id} có lỗi ở dòng {line}.",
    en: "The profile {id} is wrong in line {line}.",
  },
  unknown_fitting: {
    vi: 'Mẫu {id} không có "{word}".',
    en: 'The profile {id} has no "{word}".',
    hint: { vi: "Có: {known}.", en: "It has: {known}." },
  },
  not_simulated: {
    vi: "Chưa mô phỏng được thiết bị loại {family}: {id}.",
    en: "Devices of the kind {family} cannot be simulated: {id}.",
  },
  broker: {
    vi: "Broker MQTT tại mqtt://127.0.0.1:{port}, chỉ cho máy này.",
    en: "MQTT broker at mqtt://127.0.0.1:{port}, for this machine only.",
  },
  stopped: {
    vi: "Đã dừng. Đã trả lời {reads} lượt đọc.",
    en: "Stopped. {reads} reads were answered.",
  },
});
