import { messages } from "../../drivers/core/message.js";

export const CONFIGURED_MESSAGES = messages("stand_in", {
  not_simulated: {
    vi: "{place}: kết nối {id}: chưa mô phỏng được thiết bị qua {driver}.",
    en: "{place}: connection {id}: devices on {driver} cannot be simulated.",
  },
  nothing: {
    vi: "{file} không có thiết bị nào để mô phỏng.",
    en: "{file} has no device to simulate.",
  },
  invalid: {
    vi: "{file} còn {errors} lỗi: chưa mô phỏng được.",
    en: "{file} has {errors} errors: it cannot be simulated.",
  },
  not_a_port: {
    vi: 'Kết nối {id} ({place}): "{text}" không phải là cổng TCP.',
    en: 'Connection {id} ({place}): "{text}" is no TCP port.',
    hint: { vi: "Viết {id}=5020 hoặc {id}=127.0.0.1:5020.", en: "Write {id}=5020 or {id}=127.0.0.1:5020." },
  },
  unknown_connection: {
    vi: "--port: cấu hình không có kết nối {id}.",
    en: "--port: the configuration has no connection {id}.",
    hint: { vi: "Có: {known}.", en: "It has: {known}." },
  },
  device_there: {
    vi: "Kết nối {id} ({place}): {path} là một cổng nối tiếp thật, không thể đặt cổng mô phỏng vào chỗ đó.",
    en: "Connection {id} ({place}): {path} is a real serial port; no simulated one can take its place.",
    hint: {
      vi: "Để thiết bị mô phỏng trả lời qua chính cổng đó: --port {id}={path}. Để dùng tên khác: --port {id}=/tmp/{id}, và ghi tên đó vào cấu hình.",
      en: "To let the simulated devices answer on that very port: --port {id}={path}. For another name: --port {id}=/tmp/{id}, and the same in the configuration.",
    },
  },
  path_taken: {
    vi: "Kết nối {id} ({place}): {path} đã có và không phải là cổng nối tiếp.",
    en: "Connection {id} ({place}): {path} is there already and is no serial port.",
    hint: { vi: "Chọn tên khác: --port {id}=/tmp/{id}.", en: "Choose another name: --port {id}=/tmp/{id}." },
  },
  path_forbidden: {
    vi: "Kết nối {id} ({place}): không được phép mở hoặc tạo {where}.",
    en: "Connection {id} ({place}): {where} may not be opened or made.",
    hint: {
      vi: "Chạy bằng sudo, hoặc chọn tên khác: --port {id}=/tmp/{id}, và ghi tên đó vào cấu hình.",
      en: "Run it with sudo, or choose another name: --port {id}=/tmp/{id}, and the same in the configuration.",
    },
  },
  port_taken: {
    vi: "Kết nối {id} ({place}): {where} đang được chương trình khác sử dụng.",
    en: "Connection {id} ({place}): {where} is in use by another program.",
    hint: {
      vi: "Dừng chương trình đó, hoặc chọn cổng khác: --port {id}=CỔNG.",
      en: "Stop that program, or choose another port: --port {id}=PORT.",
    },
  },
  port_forbidden: {
    vi: "Kết nối {id} ({place}): không được phép mở cổng TCP {where}.",
    en: "Connection {id} ({place}): TCP port {where} may not be opened.",
    hint: {
      vi: "Chạy bằng sudo, hoặc chọn cổng từ 1024 trở lên: --port {id}=CỔNG, và ghi cổng đó vào cấu hình.",
      en: "Run it with sudo, or choose a port from 1024 on: --port {id}=PORT, and the same in the configuration.",
    },
  },
  not_opened: {
    vi: "Kết nối {id} ({place}): không mở được {where} ({problem}).",
    en: "Connection {id} ({place}): {where} cannot be opened ({problem}).",
  },
  twins: {
    vi: "{place}: thiết bị {id}: {other} ({where}) ở cùng chỗ và cùng có địa chỉ {unit}.",
    en: "{place}: device {id}: {other} ({where}) is met at the same place with the same unit id {unit}.",
  },
  title_connection: { vi: "kết nối", en: "connection" },
  title_driver: { vi: "cách nối", en: "transport" },
  title_where: { vi: "ở đâu", en: "where" },
  title_device: { vi: "thiết bị", en: "device" },
  title_profile: { vi: "mẫu", en: "profile" },
  title_unit: { vi: "địa chỉ", en: "unit id" },
  own_points: { vi: "các điểm trong cấu hình", en: "points in place" },
  begun: {
    vi: "Thay cho {devices} thiết bị trên {connections} kết nối của {file}, --seed {seed}.",
    en: "Stands in for {devices} devices on {connections} connections of {file}, --seed {seed}.",
    hint: { vi: "Ctrl-C để dừng.", en: "Ctrl-C stops it." },
  },
  elsewhere: {
    vi: "Cấu hình hỏi {id} ở {meant}; thiết bị mô phỏng trả lời ở {where}.",
    en: "The configuration asks {id} at {meant}; the simulated devices answer at {where}.",
  },
  activity: {
    vi: "{requests} lần hỏi (thêm {more}), {answers} lần trả lời, {exceptions} lần báo lỗi, {foreign} lần hỏi địa chỉ không có, {damaged} byte hỏng.",
    en: "{requests} requests ({more} more), {answers} answers, {exceptions} exceptions, {foreign} for absent unit ids, {damaged} damaged bytes.",
  },
  breach: {
    vi: "{device} bị hỏi sai cách: {breach} {detail}",
    en: "{device} was asked in a way that it forbids: {breach} {detail}",
  },
  ended: {
    vi: "Đã dừng. {requests} lần hỏi, {answers} lần trả lời, {exceptions} lần báo lỗi, {foreign} lần hỏi địa chỉ không có, {damaged} byte hỏng.",
    en: "Stopped. {requests} requests, {answers} answers, {exceptions} exceptions, {foreign} for absent unit ids, {damaged} damaged bytes.",
  },
  ended_device: {
    vi: "{device}: {reads} lượt đọc được trả lời, {writes} lượt ghi.",
    en: "{device}: {reads} reads answered, {writes} writes.",
  },
  ended_breaches: {
    vi: "{device}: {reads} lượt đọc được trả lời, {writes} lượt ghi, {breaches} lần bị hỏi sai cách ({kinds}).",
    en: "{device}: {reads} reads answered, {writes} writes, asked {breaches} times in a way that it forbids ({kinds}).",
  },
  ended_faults: { vi: "Lỗi đã gây ra: {faults}.", en: "Faults that were made: {faults}." },
});
