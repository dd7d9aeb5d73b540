import { messages } from "../core/message.js";

/** What can be wrong in what a point or a profile says beyond a plain value at an address. */
export const GRAMMAR_MESSAGES = messages("grammar", {
  expected_ratio: {
    vi: '"{key}" phải là một số hoặc một tỉ số, không phải {found}.',
    en: '"{key}" must be a number or a ratio, not {found}.',
    hint: { vi: 'Ví dụ 0.1 hoặc "300/51200".', en: 'For instance 0.1 or "300/51200".' },
  },
  expected_counter: {
    vi: '"{key}" phải là một dải số (1..8) hoặc một danh sách số nguyên, không phải {found}.',
    en: '"{key}" must be a range (1..8) or a list of whole numbers, not {found}.',
  },
  expected_sentinels: {
    vi: '"{key}" phải là none hoặc các giá trị theo kiểu, không phải {found}.',
    en: '"{key}" must be none, or values by type, not {found}.',
    hint: {
      vi: "Dưới sentinels viết từng kiểu, ví dụ u16: [0xFFFF].",
      en: "Below sentinels stand types, for instance u16: [0xFFFF].",
    },
  },
  too_many_points: {
    vi: "Mục này tạo ra {count} điểm; nhiều nhất là {limit}.",
    en: "This entry makes {count} points; the most is {limit}.",
  },
  bad_counter: {
    vi: 'Tên biến đếm "{name}" chỉ được gồm chữ thường, số và gạch dưới, bắt đầu bằng chữ.',
    en: 'The counter "{name}" may have small letters, digits and underscores, a letter first.',
  },
  bad_formula: {
    vi: 'Không tính được "{formula}": không hiểu "{part}".',
    en: '"{formula}" cannot be computed: "{part}" is not understood.',
    hint: {
      vi: "Công thức gồm số nguyên, + - * / ( ) và các biến của for.",
      en: "A formula has whole numbers, + - * / ( ) and the counters of for.",
    },
  },
  number_has_no_address: {
    vi: 'Số {number} của nhà sản xuất không cho địa chỉ nào theo "numbering".',
    en: 'The maker\'s number {number} gives no address by "numbering".',
  },
  number_differs: {
    vi: 'Số {number} của nhà sản xuất ứng với địa chỉ {computed}, nhưng "address" ghi {address}.',
    en: 'The maker\'s number {number} is address {computed}, but "address" says {address}.',
    hint: {
      vi: "Kiểm tra lại tài liệu: địa chỉ trên dây bắt đầu từ 0.",
      en: "Look into the manual again: addresses on the wire begin at 0.",
    },
  },
  decimals_needed: {
    vi: "Giá trị được tính từ nhiều thanh ghi: cần ghi decimals (số chữ số lẻ).",
    en: "The value is computed from several registers: decimals must be stated.",
    hint: { vi: "Ghi số lẻ nhiều nhất có thể có.", en: "Write the most places that it may have." },
  },
  curve_instead: {
    vi: '"curve" thay cho scale và offset: bỏ hai khóa đó.',
    en: '"curve" stands instead of scale and offset: remove these.',
  },
  curve_not_rising: {
    vi: 'Trong "curve" các giá trị thô phải tăng dần.',
    en: 'In "curve" the raw values must rise.',
  },
  meaning_of_scaled: {
    vi: '"{key}" chỉ dùng cho số nguyên không có scale.',
    en: '"{key}" goes only with whole numbers without a scale.',
  },
  meaning_twice: {
    vi: 'Trong "{key}" từ khóa "{word}" xuất hiện hai lần.',
    en: 'In "{key}" the word "{word}" is there twice.',
  },
  command_one_form: {
    vi: 'Một lệnh cần đúng một trong hai: "steps" hoặc "raw".',
    en: 'A command has exactly one of "steps" and "raw".',
  },
  vector_says_nothing: {
    vi: 'Khung mẫu phải có "expect", "writes" hoặc "command".',
    en: 'A vector needs "expect", "writes" or "command".',
  },
  base_unknown: {
    vi: "Không có mẫu thiết bị {profile} để mở rộng.",
    en: "There is no profile {profile} to extend.",
  },
  base_is_faulty: {
    vi: "Mẫu thiết bị {profile} mà mẫu này mở rộng có lỗi, hoặc hai mẫu mở rộng lẫn nhau.",
    en: "The profile {profile} that this one extends is faulty, or the two extend each other.",
  },
  sentinel_one_form: {
    vi: 'Mỗi mục của "sentinels" cần đúng một trong hai: raw hoặc from.',
    en: 'Each entry of "sentinels" has exactly one of raw and from.',
  },
  sentinel_too_wide: {
    vi: "Giá trị {raw} không vừa {width} bit của điểm này.",
    en: "The raw value {raw} does not fit into the {width} bits of this point.",
  },
  factor_one_form: {
    vi: 'Mỗi mục của "scale_by" cần đúng một trong ba: power_of_ten, times hoặc map.',
    en: 'Each entry of "scale_by" has exactly one of power_of_ten, times and map.',
  },
  gate_one_form: {
    vi: "Mỗi điều kiện cần ít nhất một trong: is, not, at_least, at_most.",
    en: "A condition needs one of is, not, at_least and at_most.",
  },
  date_one_form: {
    vi: '"date" cần đúng một trong ba: bytes, words hoặc seconds_since.',
    en: '"date" has exactly one of bytes, words and seconds_since.',
  },
  date_with_length: {
    vi: 'Ngày giờ (date) không dùng "{key}".',
    en: 'A date does not go with "{key}".',
  },
  unit_needed: {
    vi: '"unit_from" đổi về đơn vị của điểm: cần ghi unit.',
    en: '"unit_from" converts into the unit of the point: unit must be stated.',
  },
  unit_not_convertible: {
    vi: 'Không đổi được từ "{from}" sang "{to}".',
    en: 'There is no conversion from "{from}" to "{to}".',
    hint: {
      vi: "Thay tên đơn vị bằng phép đổi có hai khóa scale và offset.",
      en: "Write the conversion instead of the unit: the keys scale and offset.",
    },
  },
  map_key_not_number: {
    vi: 'Khóa "{found}" trong "map" phải là số nguyên.',
    en: 'The key "{found}" of "map" must be a whole number.',
  },
  bits_reversed: {
    vi: '"bits": bit thấp đứng trước, bit cao đứng sau, trong {width} bit của điểm.',
    en: '"bits": the lowest bit first, the highest second, within the {width} bits of the point.',
  },
  key_for_integers: {
    vi: '"{key}" chỉ dùng cho kiểu {types}, không dùng cho {type}.',
    en: '"{key}" goes with the types {types}, not with {type}.',
  },
  key_for_registers: {
    vi: '"{key}" chỉ dùng với thanh ghi (input, holding), không dùng với {table}.',
    en: '"{key}" goes with registers (input, holding), not with {table}.',
  },
  meaning_beyond_width: {
    vi: '"{key}": {n} vượt quá {width} bit của điểm.',
    en: '"{key}": {n} lies beyond the {width} bits of the point.',
  },
});
