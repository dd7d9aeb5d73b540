import { messages } from "../../drivers/core/message.js";

export const SCENARIO_MESSAGES = messages("scenario", {
  unknown_part: {
    vi: 'Phía trên không có phần nào tên "{name}".',
    en: 'No part above is named "{name}".',
    hint: {
      vi: "Một phần chỉ nối được với những phần đứng trước nó trong `parts`.",
      en: "A part can be joined only to those that stand before it in `parts`.",
    },
  },
  wrong_part: { vi: '"{name}" không phải là {what}.', en: '"{name}" is no {what}.' },
  unknown_model: { vi: 'Không có mô hình "{name}".', en: 'There is no model "{name}".' },
  unknown_signal: { vi: 'Không có tín hiệu "{name}".', en: 'There is no signal "{name}".' },
  unknown_input: {
    vi: '"{name}" không phải là ngõ vào: không đặt được.',
    en: '"{name}" is no input: it cannot be set.',
  },
  similar: { vi: "Gần giống: {near}.", en: "Similar: {near}." },
  known: { vi: "Có: {names}.", en: "There are: {names}." },
  bad_formula: { vi: 'Không hiểu "{at}" trong "{text}".', en: '"{at}" in "{text}" is not understood.' },
  bad_name: {
    vi: '"{name}" không dùng làm tên được: chữ thường, số, dấu chấm.',
    en: '"{name}" cannot be a name: lower-case letters, digits, dots.',
  },
  without_power: { vi: "{device} mất điện.", en: "{device} has no power." },
  has_power: { vi: "{device} có điện lại.", en: "{device} has power again." },
  unknown_device: {
    vi: 'Cấu hình không có thiết bị "{name}".',
    en: 'The configuration has no device "{name}".',
  },
  unknown_point: {
    vi: 'Thiết bị {device} không có điểm "{name}".',
    en: 'The device {device} has no point "{name}".',
  },
  shared_point: {
    vi: 'Điểm "{name}" của {device} nằm trên thanh ghi của điểm khác: không nối được.',
    en: 'The point "{name}" of {device} lies in registers of another point: it cannot be wired.',
  },
  not_a_number: {
    vi: 'Điểm "{name}" của {device} không phải là số: dùng `text`.',
    en: 'The point "{name}" of {device} is no number: use `text`.',
  },
  other_unit: {
    vi: 'Tín hiệu "{signal}" tính bằng {from}, điểm "{name}" tính bằng {to}: không đổi được.',
    en: 'The signal "{signal}" is in {from}, the point "{name}" in {to}: one is not the other.',
    hint: {
      vi: "Viết thành công thức, ví dụ `{signal} * 1`.",
      en: "Write a formula, for example `{signal} * 1`.",
    },
  },
  nothing_to_wire: { vi: "Cần `from`, `to` hoặc `text`.", en: "It wants `from`, `to` or `text`." },
  bad_order: {
    vi: 'Không hiểu "{text}" trong `script`.',
    en: '"{text}" in `script` is not understood.',
    hint: {
      vi: "Ví dụ: `at 30s: drop 20 % of meter for 60s`, `at 2h: set rain.storm 60 for 30min`.",
      en: "For example: `at 30s: drop 20 % of meter for 60s`, `at 2h: set rain.storm 60 for 30min`.",
    },
  },
  bad_start: {
    vi: '"{text}" không phải là thời điểm: ví dụ 2026-03-20T05:00+07:00.',
    en: '"{text}" is no moment: for example 2026-03-20T05:00+07:00.',
  },
  no_scenario: {
    vi: "Không đọc được kịch bản {file}.",
    en: "The scenario {file} cannot be read.",
  },
  wrong_scenario: { vi: "Kịch bản {file} có {errors} lỗi.", en: "The scenario {file} has {errors} errors." },
  begins: {
    vi: "Bắt đầu lúc {at} (giờ Việt Nam), tốc độ {speed} lần.",
    en: "It begins at {at} (UTC+7), at a speed of {speed}.",
  },
  scripted: { vi: "Kịch bản, {at}: {line}", en: "Script, {at}: {line}" },
  was_set: { vi: "Đã đặt {name} = {value} {unit}", en: "{name} is now {value} {unit}" },
  set_back: { vi: "{name} trở lại {value} {unit}", en: "{name} is back at {value} {unit}" },
  out_of_range: {
    vi: "{name} chỉ nhận từ {least} đến {most}.",
    en: "{name} takes {least} to {most}.",
  },
  state_unreadable: {
    vi: "Không đọc được trạng thái {file} ({problem}); mô phỏng bắt đầu lại từ đầu.",
    en: "The state {file} cannot be read ({problem}); the world begins anew.",
  },
  state_foreign: {
    vi: "{file}: bỏ qua {names}, vì kịch bản không có.",
    en: "{file}: {names} is left out, the scenario has no such thing.",
  },
  state_taken: { vi: "Tiếp tục từ {file}, lưu lúc {saved}.", en: "Goes on from {file}, saved at {saved}." },
  state_unwritable: {
    vi: "Không ghi được trạng thái {file} ({problem}).",
    en: "The state {file} cannot be written ({problem}).",
    hint: { vi: "Chọn tệp khác bằng --state.", en: "Choose another file with --state." },
  },
  bad_world_order: {
    vi: "Không hiểu: {line}",
    en: "Not understood: {line}",
    hint: {
      vi: "Ví dụ: set rain.storm 60 for 30min, speed 60, show well.",
      en: "For example: set rain.storm 60 for 30min, speed 60, show well.",
    },
  },
  speed_is: { vi: "Tốc độ: {speed} lần.", en: "Speed: {speed}." },
  parts: { vi: "Các phần: {names}.", en: "Parts: {names}." },
  shown: { vi: "{name} = {value} {unit}", en: "{name} = {value} {unit}" },
  not_in_world: {
    vi: 'Không có "{name}".',
    en: 'There is no "{name}".',
    hint: { vi: 'Gõ "show" để xem các phần.', en: 'Type "show" for the parts.' },
  },
  near_in_world: {
    vi: 'Không có "{name}".',
    en: 'There is no "{name}".',
    hint: { vi: "Gần giống: {near}.", en: "Similar: {near}." },
  },
  skipped: {
    vi: "Mô hình bỏ qua {seconds} giây: máy không theo kịp tốc độ, hoặc đã ngủ.",
    en: "The world left out {seconds} s: the machine cannot keep that speed, or slept.",
  },
});
