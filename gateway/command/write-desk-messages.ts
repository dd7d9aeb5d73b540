import { messages } from "../../drivers/core/message.js";

const SEE_BOUNDS = {
  vi: "Giới hạn nằm ở write của điểm: trong gateway.yaml hoặc trong mẫu thiết bị (tram profiles --show).",
  en: "The bounds are the point's write: in gateway.yaml or in the profile (tram profiles --show).",
} as const;

/** Why a write that was asked for by hand is not made. */
export const WRITE_DESK_MESSAGES = messages("write", {
  read_only: {
    vi: "Điểm {point} của {device} chỉ đọc (access: read).",
    en: "The point {point} of {device} is read only (access: read).",
    hint: {
      vi: "Các điểm ghi được của {device}: {points}",
      en: "Points of {device} that can be written: {points}",
    },
  },
  out_of_bounds: {
    vi: "{value} không được phép ghi vào {point} của {device}; được phép: {bounds}.",
    en: "{value} may not be written to {point} of {device}; allowed: {bounds}.",
    hint: SEE_BOUNDS,
  },
  forbidden: {
    vi: "{value} bị cấm ghi vào {point} của {device}.",
    en: "{value} must never be written to {point} of {device}.",
    hint: SEE_BOUNDS,
  },
  between_steps: {
    vi: "{value} của {point} ({device}) không đúng bước {step}.",
    en: "{value} for {point} of {device} lies between two steps of {step}.",
  },
  too_fine: {
    vi: "{point} của {device} không chứa được {value}: bước nhỏ nhất là {step}.",
    en: "{point} of {device} cannot hold {value}: its smallest step is {step}.",
  },
  not_a_number: {
    vi: '"{text}" không phải số, mà {point} của {device} cần một số.',
    en: '"{text}" is no number, and {point} of {device} takes one.',
    hint: { vi: "Viết như 40 hoặc 40.5.", en: "Write it like 40 or 40.5." },
  },
  not_a_word: {
    vi: '"{text}" không phải số và không phải từ mà {point} của {device} biết.',
    en: '"{text}" is neither a number nor a word that {point} of {device} knows.',
    hint: { vi: "Các từ: {words}", en: "Its words: {words}" },
  },
  not_a_state: {
    vi: '"{text}" không phải trạng thái bật hoặc tắt ({point} của {device}).',
    en: '"{text}" is neither on nor off ({point} of {device}).',
    hint: { vi: "Dùng on, off, bật hoặc tắt.", en: "Use on, off, bật or tắt." },
  },
  decimal_comma: {
    vi: '"{text}": trong lệnh, phần thập phân viết bằng dấu chấm.',
    en: '"{text}": in commands the decimal sign is a point.',
    hint: { vi: "Viết {better}.", en: "Write {better}." },
  },
  other_unit: {
    vi: "Đơn vị {unit} không phải đơn vị của {point} ({device}): {expected}.",
    en: "{unit} is not the unit of {point} of {device}, which is {expected}.",
    hint: { vi: "Đổi sang {expected} rồi ghi lại.", en: "Convert it to {expected} first." },
  },
  no_answer_before: {
    vi: "Không ghi: {device} không trả lời khi đọc giá trị hiện tại. {problem}",
    en: "Not written: {device} did not answer when its present value was read. {problem}",
  },
  needs_point: {
    vi: "Điểm {at}, nơi xem kết quả của {point}, không có trong cấu hình của {device}.",
    en: "The point {at}, which shows what became of {point}, is not configured for {device}.",
  },
});
