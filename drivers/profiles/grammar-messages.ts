import { messages } from "../core/message.js";

/** What can be wrong in what a point or a profile says beyond a plain value at an address. */
export const GRAMMAR_MESSAGES = messages("grammar", {
  expected_ratio: {
    vi: '"{key}" phải là một số hoặc một tỉ số, không phải {found}.',
    en: '"{key}" must be a number or a ratio, not {found}.',
    hint: { vi: 'Ví dụ 0.1 hoặc "300/51200".', en: 'For instance 0.1 or "300/51200".' },
  },
  expected_whole: {
    vi: '"{key}" phải là số nguyên hoặc một công thức, không phải {found}.',
    en: '"{key}" must be a whole number or a formula, not {found}.',
    hint: {
      vi: 'Số hex viết 0x0408, không viết 0408H. Công thức đặt trong ngoặc kép: "0x2E + p - 1".',
      en: 'Hexadecimal is written 0x0408, not 0408H. A formula stands in quotes: "0x2E + p - 1".',
    },
  },
  expected_counter: {
    vi: '"{key}" phải là một dải số (1..8) hoặc một danh sách số nguyên, không phải {found}.',
    en: '"{key}" must be a range (1..8) or a list of whole numbers, not {found}.',
    hint: { vi: "Ví dụ ch: 1..8 hoặc ch: [1, 3, 5].", en: "For instance ch: 1..8 or ch: [1, 3, 5]." },
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
    hint: {
      vi: "Chia thành nhiều mục, hoặc bớt một biến đếm.",
      en: "Divide it into several entries, or leave out a counter.",
    },
  },
  bad_counter: {
    vi: 'Tên biến đếm "{name}" chỉ được gồm chữ thường, số và gạch dưới, bắt đầu bằng chữ.',
    en: 'The counter "{name}" may have small letters, digits and underscores, a letter first.',
    hint: { vi: "Ví dụ for có biến ch hoặc phase.", en: "For instance the counters ch and phase." },
  },
  bad_formula: {
    vi: 'Không tính được "{formula}": không hiểu "{part}".',
    en: '"{formula}" cannot be computed: "{part}" is not understood.',
    hint: {
      vi: "Công thức gồm số nguyên (viết 0x2A cũng được), + - * / % ( ) và các biến của for.",
      en: "A formula has whole numbers (also 0x2A), + - * / % ( ) and the counters of for.",
    },
  },
  number_has_no_address: {
    vi: 'Số {number} của nhà sản xuất không cho địa chỉ nào theo "numbering".',
    en: 'The maker\'s number {number} gives no address by "numbering".',
    hint: { vi: "Kiểm tra first hoặc wire của numbering.", en: "Check first or wire of numbering." },
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
    hint: { vi: "Tính hệ số vào các cặp của curve.", en: "Work the factor into the pairs of curve." },
  },
  curve_not_rising: {
    vi: 'Trong "curve" các giá trị thô phải tăng dần.',
    en: 'In "curve" the raw values must rise.',
    hint: { vi: "Sắp các cặp theo số thô từ nhỏ đến lớn.", en: "Sort the pairs by their raw values." },
  },
  meaning_of_scaled: {
    vi: '"{key}" chỉ dùng cho số nguyên không có scale.',
    en: '"{key}" goes only with whole numbers without a scale.',
    hint: { vi: "Bỏ scale, hoặc bỏ nghĩa của các số.", en: "Remove the scale, or the meanings." },
  },
  meaning_twice: {
    vi: 'Trong "{key}" từ khóa "{word}" xuất hiện hai lần.',
    en: 'In "{key}" the word "{word}" is there twice.',
    hint: { vi: "Mỗi số, mỗi bit một từ khóa riêng.", en: "Each number or bit has a word of its own." },
  },
  command_one_form: {
    vi: 'Một lệnh cần đúng một trong hai: "steps" hoặc "raw".',
    en: 'A command has exactly one of "steps" and "raw".',
    hint: {
      vi: "Ghi điểm thì dùng steps; yêu cầu riêng thì dùng raw.",
      en: "steps writes points; raw is a request of its own.",
    },
  },
  vector_says_nothing: {
    vi: 'Khung mẫu phải có "expect", "writes" hoặc "command".',
    en: 'A vector needs "expect", "writes" or "command".',
    hint: {
      vi: "Thêm expect với giá trị mà khung phải cho.",
      en: "Add expect with the values that the frame must give.",
    },
  },
  base_unknown: {
    vi: "Không có mẫu thiết bị {profile} để mở rộng.",
    en: "There is no profile {profile} to extend.",
    hint: { vi: "Tìm mã: tram profiles TỪ", en: "Find its id: tram profiles WORD" },
  },
  base_is_faulty: {
    vi: "Mẫu thiết bị {profile} mà mẫu này mở rộng có lỗi, hoặc hai mẫu mở rộng lẫn nhau.",
    en: "The profile {profile} that this one extends is faulty, or the two extend each other.",
    hint: {
      vi: "Sửa mẫu đó trước: tram profiles --check TỆP",
      en: "Correct that one first: tram profiles --check FILE",
    },
  },
  sentinel_one_form: {
    vi: 'Mỗi mục của "sentinels" cần đúng một trong hai: raw hoặc from.',
    en: 'Each entry of "sentinels" has exactly one of raw and from.',
    hint: { vi: "Tách thành hai mục.", en: "Divide it into two entries." },
  },
  sentinel_needs_number: {
    vi: "Số nguyên lớn như vậy không giữ được chính xác: viết các bit trong ngoặc kép.",
    en: "A whole number as large as this is not exact: write its bits in quotes.",
    hint: { vi: 'Ví dụ "0xFFFFFFFFFFFFFFFF".', en: 'For instance "0xFFFFFFFFFFFFFFFF".' },
  },
  sentinel_too_wide: {
    vi: "Giá trị {raw} không vừa {width} bit của điểm này.",
    en: "The raw value {raw} does not fit into the {width} bits of this point.",
    hint: { vi: "Kiểm tra giá trị và type của điểm.", en: "Check the value, and the type of the point." },
  },
  factor_one_form: {
    vi: 'Mỗi mục của "scale_by" cần đúng một trong bốn: power_of_ten, times, over hoặc map.',
    en: 'Each entry of "scale_by" has exactly one of power_of_ten, times, over and map.',
    hint: { vi: "Nhiều hệ số thì ghi thành nhiều mục.", en: "Several factors are several entries." },
  },
  gate_one_form: {
    vi: "Mỗi điều kiện cần ít nhất một trong: is, not, at_least, at_most.",
    en: "A condition needs one of is, not, at_least and at_most.",
    hint: { vi: "Ví dụ is: 0 hoặc at_least: 50.", en: "For instance is: 0, or at_least: 50." },
  },
  date_one_form: {
    vi: '"date" cần đúng một trong ba: bytes, words hoặc seconds_since.',
    en: '"date" has exactly one of bytes, words and seconds_since.',
    hint: {
      vi: "Từng byte: bytes; từng thanh ghi: words; số giây: seconds_since.",
      en: "Byte by byte: bytes; register by register: words; a count of seconds: seconds_since.",
    },
  },
  date_with_length: {
    vi: 'Ngày giờ (date) không dùng "{key}".',
    en: 'A date does not go with "{key}".',
    hint: {
      vi: "Xóa khóa đó: độ dài theo các phần của ngày.",
      en: "Remove it: the length follows from the parts of the date.",
    },
  },
  unit_needed: {
    vi: '"unit_from" đổi về đơn vị của điểm: cần ghi unit.',
    en: '"unit_from" converts into the unit of the point: unit must be stated.',
    hint: { vi: "Thêm unit, ví dụ unit: m.", en: "Add unit, for instance unit: m." },
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
    hint: { vi: "Khóa là số mà thanh ghi có thể chứa.", en: "A key is a number that the register may hold." },
  },
  bits_reversed: {
    vi: '"bits": bit thấp đứng trước, bit cao đứng sau, trong {width} bit của điểm.',
    en: '"bits": the lowest bit first, the highest second, within the {width} bits of the point.',
    hint: {
      vi: "Ví dụ bits [4, 7] là nửa cao của byte thấp.",
      en: "For instance bits [4, 7]: the upper half of the low byte.",
    },
  },
  key_for_integers: {
    vi: '"{key}" chỉ dùng cho kiểu {types}, không dùng cho {type}.',
    en: '"{key}" goes with the types {types}, not with {type}.',
    hint: { vi: "Sửa type, hoặc xóa khóa đó.", en: "Correct the type, or remove the key." },
  },
  key_for_registers: {
    vi: '"{key}" chỉ dùng với thanh ghi (input, holding), không dùng với {table}.',
    en: '"{key}" goes with registers (input, holding), not with {table}.',
    hint: { vi: "Sửa table, hoặc xóa khóa đó.", en: "Correct the table, or remove the key." },
  },
  meaning_beyond_width: {
    vi: '"{key}": {n} vượt quá {width} bit của điểm.',
    en: '"{key}": {n} lies beyond the {width} bits of the point.',
    hint: {
      vi: "Kiểm tra số, hoặc type của điểm (u32 có 32 bit).",
      en: "Check the number, or the type of the point (a u32 has 32 bits).",
    },
  },
});
