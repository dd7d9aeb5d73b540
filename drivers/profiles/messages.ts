import { messages } from "../core/message.js";

/** What can be wrong in a YAML file, in a point and in a profile. `{key}` is the key as written. */
export const PROFILE_MESSAGES = messages("profiles", {
  // the file
  unreadable: {
    vi: "Không đọc được tệp {file}: {cause}.",
    en: "Cannot read the file {file}: {cause}.",
    hint: { vi: "Kiểm tra đường dẫn và quyền đọc tệp.", en: "Check the path and the file's permissions." },
  },
  too_large: {
    vi: "Tệp quá lớn: giới hạn là {limit}.",
    en: "The file is too large: the limit is {limit}.",
  },
  syntax: {
    vi: "Sai cú pháp YAML: {detail}",
    en: "This is not valid YAML: {detail}",
    hint: {
      vi: "So sánh với tệp mẫu trong config/examples.",
      en: "Compare with the examples in config/examples.",
    },
  },
  indentation: {
    vi: "Thụt đầu dòng sai.",
    en: "The indentation is wrong.",
    hint: {
      vi: "Canh thẳng các khóa cùng cấp bằng dấu cách, cấp con lùi thêm 2 dấu cách.",
      en: "Align keys of one level with spaces; indent the next level by 2 spaces.",
    },
  },
  tab: {
    vi: "Có ký tự tab ở đầu dòng.",
    en: "There is a tab at the beginning of the line.",
    hint: { vi: "Thay tab bằng dấu cách.", en: "Replace the tab by spaces." },
  },
  nested_key: {
    vi: "Hai dấu hai chấm trên một dòng.",
    en: "There are two keys on one line.",
    hint: {
      vi: "Đặt giá trị có dấu hai chấm trong ngoặc kép, hoặc xuống dòng.",
      en: "Put a value with a colon into quotes, or begin a new line.",
    },
  },
  unclosed: {
    vi: "Trước chỗ này thiếu một dấu đóng: ngoặc hoặc nháy.",
    en: "Before this place a bracket or a quote is not closed.",
    hint: { vi: "Kiểm tra ] } và dấu nháy ở các dòng trên.", en: "Check ] } and quotes in the lines above." },
  },
  bad_alias: {
    vi: "Tham chiếu {alias} không có neo (&) nào trước nó.",
    en: "The alias {alias} has no anchor (&) before it.",
  },
  several_documents: {
    vi: "Tệp chứa nhiều tài liệu YAML (dòng ---).",
    en: "The file holds several YAML documents (a line ---).",
    hint: { vi: "Chỉ giữ một tài liệu.", en: "Keep one document." },
  },
  duplicate_key: {
    vi: 'Khóa "{key}" bị lặp lại; lần đầu ở dòng {line}.',
    en: 'The key "{key}" is there twice; first on line {line}.',
    hint: { vi: "Xóa một trong hai.", en: "Remove one of the two." },
  },
  // keys and values
  unknown_key: {
    vi: 'Khóa "{key}" không có ở đây.',
    en: 'There is no key "{key}" here.',
  },
  comma_in_text: {
    vi: "Nếu đó là phần sau dấu phẩy của một câu: đặt cả câu trong ngoặc kép.",
    en: "If this is the rest of a text after a comma: put the whole text into quotes.",
  },
  did_you_mean: { vi: 'Có phải là "{near}"?', en: 'Is "{near}" meant?' },
  known_words: { vi: "Có thể dùng: {words}.", en: "Known: {words}." },
  missing_key: {
    vi: 'Thiếu khóa "{key}".',
    en: 'The key "{key}" is missing.',
  },
  empty_value: {
    vi: 'Khóa "{key}" chưa có giá trị.',
    en: 'The key "{key}" has no value.',
    hint: { vi: "Điền giá trị, hoặc xóa dòng này.", en: "Fill in a value, or remove the line." },
  },
  expected_map: {
    vi: '"{key}" phải gồm các khóa con, không phải {found}.',
    en: '"{key}" must hold keys of its own, not {found}.',
  },
  expected_list: {
    vi: '"{key}" phải là một danh sách, không phải {found}.',
    en: '"{key}" must be a list, not {found}.',
    hint: { vi: "Viết [a, b] hoặc mỗi dòng một dấu gạch -.", en: "Write [a, b], or one - a line." },
  },
  expected_text: {
    vi: '"{key}" phải là chữ, không phải {found}.',
    en: '"{key}" must be text, not {found}.',
    hint: { vi: 'Đặt trong ngoặc kép: "...".', en: 'Put it into quotes: "...".' },
  },
  expected_number: {
    vi: '"{key}" phải là một số, không phải {found}.',
    en: '"{key}" must be a number, not {found}.',
    hint: {
      vi: "Viết số không có ngoặc kép, dấu thập phân là dấu chấm.",
      en: "Write it without quotes, with a decimal point.",
    },
  },
  expected_integer: {
    vi: '"{key}" phải là số nguyên, không phải {found}.',
    en: '"{key}" must be a whole number, not {found}.',
  },
  expected_boolean: {
    vi: '"{key}" phải là true hoặc false, không phải {found}.',
    en: '"{key}" must be true or false, not {found}.',
  },
  expected_duration: {
    vi: '"{key}" phải là khoảng thời gian, không phải {found}.',
    en: '"{key}" must be a duration, not {found}.',
    hint: {
      vi: "Viết số kèm đơn vị: 500ms, 5s, 10min, 2h, 60d.",
      en: "Write a number with its unit: 500ms, 5s, 10min, 2h, 60d.",
    },
  },
  expected_period: {
    vi: '"{key}" phải là chu kỳ đọc, không phải {found}.',
    en: '"{key}" must be a polling period, not {found}.',
    hint: {
      vi: "Viết số kèm đơn vị (500ms, 5s, 10min), hoặc asap: nhanh nhất có thể.",
      en: "Write a number with its unit (500ms, 5s, 10min), or asap: as fast as the connection allows.",
    },
  },
  expected_percent: {
    vi: '"{key}" phải là tỷ lệ phần trăm, không phải {found}.',
    en: '"{key}" must be a percentage, not {found}.',
    hint: { vi: "Viết từ 1% đến 100%, ví dụ 50%.", en: "Write 1% to 100%, 50% for instance." },
  },
  expected_size: {
    vi: '"{key}" phải là dung lượng, không phải {found}.',
    en: '"{key}" must be a size, not {found}.',
    hint: {
      vi: "Viết số kèm đơn vị: 100kB, 32MB, 2GB.",
      en: "Write a number with its unit: 100kB, 32MB, 2GB.",
    },
  },
  expected_name: {
    vi: '"{key}" phải là chữ, hoặc hai khóa vi và en, không phải {found}.',
    en: '"{key}" must be text, or the two keys vi and en, not {found}.',
  },
  expected_point: {
    vi: '"{key}": mỗi điểm đo là một tên (id) hoặc một nhóm khóa có id, không phải {found}.',
    en: '"{key}": a point is an id or keys with an id, not {found}.',
  },
  expected_scalar: {
    vi: '"{key}" phải là một giá trị đơn, không phải {found}.',
    en: '"{key}" must be a single value, not {found}.',
  },
  unknown_word: {
    vi: '"{key}" không nhận giá trị "{word}".',
    en: '"{key}" cannot be "{word}".',
  },
  too_small: {
    vi: '"{key}" là {value}, nhỏ nhất là {limit}.',
    en: '"{key}" is {value}, the least is {limit}.',
  },
  too_big: {
    vi: '"{key}" là {value}, lớn nhất là {limit}.',
    en: '"{key}" is {value}, the most is {limit}.',
  },
  bad_id: {
    vi: 'Tên "{id}" không dùng được.',
    en: 'The id "{id}" cannot be used.',
    hint: {
      vi: "Chỉ dùng chữ không dấu, số, - _ . ; bắt đầu bằng chữ hoặc số; tối đa {limit} ký tự.",
      en: "Use letters, digits, - _ . and begin with a letter or digit; {limit} characters at most.",
    },
  },
  bad_pattern: {
    vi: '"{key}" không đúng dạng: {found}.',
    en: '"{key}" does not have the right form: {found}.',
  },
  wrong_length: {
    vi: '"{key}" phải có {least} đến {most} phần tử, đang có {count}.',
    en: '"{key}" must have {least} to {most} items, it has {count}.',
  },
  // a point
  duplicate_point: {
    vi: 'Điểm đo "{id}" bị lặp lại; lần đầu ở dòng {line}.',
    en: 'The point "{id}" is there twice; first on line {line}.',
    hint: { vi: "Đổi tên hoặc xóa một điểm.", en: "Rename or remove one of them." },
  },
  unknown_unit: {
    vi: 'Đơn vị "{unit}" không có trong bảng: trung tâm sẽ nhận đơn vị này mà không có mã UCUM.',
    en: 'The unit "{unit}" is not in the table: it is published without a UCUM code.',
  },
  not_for_type: {
    vi: '"{key}" không dùng cho kiểu {type}.',
    en: '"{key}" does not go with the type {type}.',
    hint: { vi: 'Xóa "{key}" hoặc sửa type.', en: 'Remove "{key}" or correct the type.' },
  },
  scale_zero: {
    vi: '"scale" bằng 0 làm mất giá trị.',
    en: '"scale" 0 destroys the value.',
  },
  too_many_decimals: {
    vi: '"{key}" cần {needed} số lẻ, tối đa là 15.',
    en: '"{key}" needs {needed} decimals, the most is 15.',
    hint: { vi: "Làm tròn hệ số, hoặc ghi decimals.", en: "Round the factor, or state decimals." },
  },
  decimals_too_few: {
    vi: "Số 64 bit phải giữ chính xác: cần ít nhất {needed} số lẻ.",
    en: "64-bit values stay exact: at least {needed} decimals are needed.",
    hint: { vi: "Xóa decimals hoặc ghi {needed}.", en: "Remove decimals or write {needed}." },
  },
  range_reversed: {
    vi: '"{key}": số đầu ({min}) phải nhỏ hơn số sau ({max}).',
    en: '"{key}": the first number ({min}) must be less than the second ({max}).',
  },
  interval_without_statistic: {
    vi: '"interval" chỉ dùng với kind mean, min, max, sum hoặc count.',
    en: '"interval" goes only with the kinds mean, min, max, sum and count.',
  },
  write_needs_access: {
    vi: '"write" cần access: write hoặc read-write.',
    en: '"write" needs access: write or read-write.',
    hint: { vi: "Điểm không ghi được thì xóa write.", en: "Remove write where nothing may be written." },
  },
  write_needs_bounds: {
    vi: "Điểm ghi được phải có giới hạn ghi (write).",
    en: "A point that can be written needs bounds (write).",
    hint: {
      vi: "Thêm write với range: [0, 100] hoặc values: [0, 1].",
      en: "Add write with range: [0, 100] or values: [0, 1].",
    },
  },
  write_one_form: {
    vi: '"write" phải có đúng một trong hai: range hoặc values.',
    en: '"write" must have exactly one of range and values.',
  },
  // a point of a Modbus device
  bit_needs_register: {
    vi: '"bit" chỉ dùng với bảng input hoặc holding, không dùng với {table}.',
    en: '"bit" goes with the tables input and holding, not with {table}.',
  },
  bit_needs_bool: {
    vi: '"bit" chỉ dùng với kiểu bool, không dùng với {type}.',
    en: '"bit" goes with the type bool, not with {type}.',
    hint: { vi: "Ghi type: bool hoặc xóa bit.", en: "Write type: bool, or remove bit." },
  },
  bool_needs_bit: {
    vi: "Kiểu bool trên thanh ghi cần biết bit nào.",
    en: "The type bool on a register needs its bit.",
    hint: { vi: "Thêm bit: 0 đến 15 (0 là bit thấp nhất).", en: "Add bit: 0 to 15 (0 is the lowest)." },
  },
  table_holds_bits: {
    vi: "Bảng {table} chỉ chứa bit: kiểu phải là bool, không phải {type}.",
    en: "The table {table} holds bits: the type must be bool, not {type}.",
  },
  string_needs_length: {
    vi: "Kiểu string cần số thanh ghi (length).",
    en: "The type string needs its number of registers (length).",
    hint: { vi: "Mỗi thanh ghi chứa hai ký tự.", en: "A register holds two characters." },
  },
  length_needs_string: {
    vi: '"length" chỉ dùng với kiểu string, không dùng với {type}.',
    en: '"length" goes with the type string, not with {type}.',
  },
  address_beyond_end: {
    vi: "Địa chỉ {address} với {width} thanh ghi vượt quá 65535.",
    en: "Address {address} with {width} registers runs beyond 65535.",
  },
  table_read_only: {
    vi: "Bảng {table} không ghi được.",
    en: "The table {table} cannot be written.",
    hint: {
      vi: "Dùng bảng coil hoặc holding, hoặc access: read.",
      en: "Use coil or holding, or access: read.",
    },
  },
  // a profile
  profile_id_differs: {
    vi: 'Mẫu thiết bị tên "{id}" phải nằm ở {expected}.',
    en: 'The profile "{id}" must lie at {expected}.',
  },
  unknown_family: {
    vi: 'Không có loại giao thức "{family}".',
    en: 'There is no driver family "{family}".',
  },
  vector_not_hex: {
    vi: '"{key}" phải là các byte viết dạng hex.',
    en: '"{key}" must be bytes in hexadecimal.',
  },
  vector_unknown_point: {
    vi: 'Khung mẫu nói về điểm "{id}" mà mẫu thiết bị không có.',
    en: 'The vector speaks of a point "{id}" that the profile does not have.',
  },
  bad_profile: {
    vi: "Mẫu thiết bị có lỗi: {file}:{line}: {detail}",
    en: "The profile is not valid: {file}:{line}: {detail}",
  },

  // alarms
  expected_alarm: {
    vi: "{key} phải là một cảnh báo hoặc danh sách cảnh báo, không phải {found}.",
    en: "{key} must be an alarm or a list of alarms, not {found}.",
    hint: {
      vi: "Dưới alarm viết high: 4, delay: 30s, hysteresis: 0.2, hoặc nhiều mục như vậy thành danh sách.",
      en: "Below alarm stand high: 4, delay: 30s, hysteresis: 0.2, or a list of such entries.",
    },
  },
  alarm_one_limit: {
    vi: "Mỗi cảnh báo cần đúng một ngưỡng: high, low, rate hoặc stale.",
    en: "An alarm needs exactly one limit: high, low, rate or stale.",
    hint: {
      vi: "Nhiều ngưỡng thì viết thành danh sách, mỗi mục một ngưỡng.",
      en: "Several limits are a list, with one limit in each entry.",
    },
  },
  alarm_twice: {
    vi: "Điểm đo này có hai cảnh báo cùng mã {id}.",
    en: "Two alarms of this point have the id {id}.",
    hint: {
      vi: "Đặt mã riêng cho một trong hai, ví dụ id: high.critical.",
      en: "Give one of them an id of its own: id: high.critical.",
    },
  },
  alarm_no_hysteresis: {
    vi: "Cảnh báo stale không có hysteresis.",
    en: "A stale alarm has no hysteresis.",
  },
  alarm_never_clears: {
    vi: "hysteresis lớn hơn rate: cảnh báo sẽ không bao giờ hết.",
    en: "hysteresis is larger than rate: the alarm would never clear.",
  },
});
