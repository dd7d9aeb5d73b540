import { messages } from "../../../drivers/core/message.js";

/** What every verb says about what was written. */
export const GRAMMAR_MESSAGES = messages("cli", {
  unknown_option: {
    vi: "Không hiểu tùy chọn {option}.",
    en: "Unknown option {option}.",
    hint: { vi: "Xem: tram {verb} --help", en: "See: tram {verb} --help" },
  },
  similar_option: {
    vi: "Không hiểu tùy chọn {option}.",
    en: "Unknown option {option}.",
    hint: { vi: "Có phải: tram {verb} {near}", en: "Did you mean: tram {verb} {near}" },
  },
  no_value: {
    vi: "{option} thiếu giá trị: cần {wants}.",
    en: "{option} needs a value: {wants}.",
    hint: { vi: "Ví dụ: {option} {example}", en: "For example: {option} {example}" },
  },
  wrong_value: {
    vi: '{option}: "{value}" không dùng được, cần {wants}.',
    en: '{option}: "{value}" will not do, {wants} is needed.',
    hint: { vi: "Ví dụ: {option} {example}", en: "For example: {option} {example}" },
  },
  similar_value: {
    vi: '{option}: "{value}" không dùng được, cần {wants}.',
    en: '{option}: "{value}" will not do, {wants} is needed.',
    hint: { vi: "Có phải: {option} {near}", en: "Did you mean: {option} {near}" },
  },
  wrong_argument: {
    vi: '"{value}" không dùng được: cần {wants}.',
    en: '"{value}" will not do: {wants} is needed.',
    hint: { vi: "Ví dụ: tram {example}", en: "For example: tram {example}" },
  },
  flag_with_value: {
    vi: "{option} không nhận giá trị ({value}).",
    en: "{option} takes no value ({value}).",
    hint: { vi: "Xem: tram {verb} --help", en: "See: tram {verb} --help" },
  },
  given_twice: {
    vi: "{option} được viết hai lần.",
    en: "{option} is given twice.",
    hint: { vi: "Giữ lại một.", en: "Keep one of them." },
  },
  missing_option: {
    vi: "Thiếu {option}: {about}.",
    en: "{option} is missing: {about}.",
    hint: { vi: "Ví dụ: tram {example}", en: "For example: tram {example}" },
  },
  missing_argument: {
    vi: "Thiếu {argument}: {about}.",
    en: "{argument} is missing: {about}.",
    hint: { vi: "Ví dụ: tram {example}", en: "For example: tram {example}" },
  },
  too_many_arguments: {
    vi: "Thừa {extra}.",
    en: "{extra} is too much.",
    hint: { vi: "Xem: tram {verb} --help", en: "See: tram {verb} --help" },
  },
  no_part: {
    vi: "tram {verb} cần một trong các phần: {parts}.",
    en: "tram {verb} needs one of: {parts}.",
    hint: { vi: "Xem: tram {verb} --help", en: "See: tram {verb} --help" },
  },
  unknown_part: {
    vi: "Không có tram {verb} {name}; có: {parts}.",
    en: "There is no tram {verb} {name}; there are: {parts}.",
    hint: { vi: "Xem: tram {verb} --help", en: "See: tram {verb} --help" },
  },
  similar_part: {
    vi: "Không có tram {verb} {name}.",
    en: "There is no tram {verb} {name}.",
    hint: { vi: "Có phải: tram {verb} {near}", en: "Did you mean: tram {verb} {near}" },
  },
  // words that stand for a value
  word_file: { vi: "TỆP", en: "FILE" },
  word_text: { vi: "CHỮ", en: "TEXT" },
  word_number: { vi: "SỐ", en: "NUMBER" },
  word_duration: { vi: "THỜI_GIAN", en: "DURATION" },
  word_moment: { vi: "LÚC", en: "TIME" },
  word_choice: { vi: "LOẠI", en: "KIND" },
  word_pair: { vi: "TÊN=GIÁ_TRỊ", en: "NAME=VALUE" },
  word_share: { vi: "PHẦN_TRĂM", en: "PERCENT" },
  word_port: { vi: "CỔNG", en: "PORT" },
  word_url: { vi: "URL", en: "URL" },
  word_device: { vi: "THIẾT_BỊ", en: "DEVICE" },
  word_point: { vi: "ĐIỂM", en: "POINT" },
  word_pattern: { vi: "MẪU", en: "PATTERN" },
  word_connection: { vi: "KẾT_NỐI", en: "CONNECTION" },
  word_uplink: { vi: "NƠI_NHẬN", en: "UPLINK" },
  word_profile: { vi: "HÃNG/MẪU", en: "MAKER/MODEL" },
  // what is wanted
  wants_file: { vi: "đường dẫn một tệp", en: "the path of a file" },
  wants_text: { vi: "chữ", en: "text" },
  wants_whole: { vi: "một số nguyên từ {least} đến {most}", en: "a whole number from {least} to {most}" },
  wants_positive: { vi: "một số lớn hơn 0, nhiều nhất {most}", en: "a number above 0, at most {most}" },
  wants_duration: { vi: "thời gian từ {least} đến {most}", en: "a duration from {least} to {most}" },
  wants_share: { vi: "một phần trăm từ 0 đến {most}", en: "a percentage from 0 to {most}" },
  wants_port: { vi: "đường dẫn một cổng nối tiếp", en: "the path of a serial port" },
  wants_moment: {
    vi: "ngày hoặc giờ (2026-11-23, 2026-11-23T14:05, thêm Z hoặc +07:00 nếu cần)",
    en: "a day or a time (2026-11-23, 2026-11-23T14:05, with Z or +07:00 where needed)",
  },
  wants_choice: { vi: "một trong: {words}", en: "one of {words}" },
  wants_pair: { vi: "dạng TÊN=GIÁ_TRỊ", en: "something of the form NAME=VALUE" },
  wants_broker: { vi: "địa chỉ mqtt:// hoặc mqtts://", en: "an address mqtt:// or mqtts://" },
  wants_id: { vi: "mã ghi trong gateway.yaml", en: "an id from gateway.yaml" },
  wants_profile: { vi: "mã của một mẫu thiết bị", en: "the id of a profile" },
  // help
  usage_line: { vi: "Cách dùng:", en: "Usage:" },
  options_word: { vi: "[tùy chọn]", en: "[options]" },
  example_word: { vi: "Ví dụ:", en: "Example:" },
  default_word: { vi: "(mặc định {value})", en: "({value} by default)" },
  repeat_word: { vi: "(viết nhiều lần được)", en: "(may be repeated)" },
  everywhere: {
    vi: "Lệnh nào cũng nhận: --help, --lang vi|en, --no-color.",
    en: "Every verb also takes --help, --lang vi|en, --no-color.",
  },
  part_help: {
    vi: "Trợ giúp từng phần: tram {verb} PHẦN --help",
    en: "Help for a part: tram {verb} PART --help",
  },
  // options that all have
  config_about: {
    vi: "cấu hình; không có: $TRAM_CONFIG, ./gateway.yaml, /etc/tram/gateway.yaml",
    en: "the configuration; without it $TRAM_CONFIG, ./gateway.yaml, /etc/tram/gateway.yaml",
  },
  json_about: { vi: "in dạng JSON, cho chương trình", en: "prints JSON, for programs" },
  lang_about: { vi: "ngôn ngữ (mặc định theo máy)", en: "the language (by default the locale's)" },
  no_color_about: { vi: "không màu (như biến NO_COLOR)", en: "no colours (as the variable NO_COLOR)" },
  help_about: { vi: "trợ giúp, kèm ví dụ", en: "help, with an example" },
});
