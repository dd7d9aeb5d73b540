import { messages } from "../../drivers/core/message.js";

/** What `tram profiles` says. */
export const PROFILE_VERB_MESSAGES = messages("profiles_verb", {
  summary: { vi: "Thư viện mẫu thiết bị: tìm, xem, kiểm tra", en: "Device profiles: search, show, check" },
  help: {
    vi: `Cách dùng: tram profiles [TỪ ...] [--category LĨNH_VỰC] [--json]
           tram profiles --show HÃNG/MẪU [--variant TÊN] [--option TÊN=GIÁ_TRỊ] [--json]
           tram profiles --check [TỆP ...] [--json]

Liệt kê các mẫu thiết bị, hoặc tìm theo TỪ: mã, tên, hãng, tên gọi khác, lĩnh vực; không cần
viết dấu.

  --category         chỉ một lĩnh vực: energy, water, pump, relay ... (hoặc tiếng Việt: nước)
  --show HÃNG/MẪU    in một mẫu: cách nối, cài đặt gốc, các điểm, địa chỉ, lệnh
  --variant TÊN      biến thể của thiết bị
  --option TÊN=GIÁ_TRỊ
                     thiết bị có lắp gì (viết nhiều lần được)
  --check [TỆP ...]  kiểm tra tệp mẫu thiết bị: lỗi kèm dòng và cách sửa; không có TỆP: cả
                     thư viện. Mã thoát 2 khi có lỗi; cảnh báo thì vẫn 0

Ví dụ: tram profiles muc nuoc
       tram profiles --show eastron/sdm630
       tram profiles --check config/profiles/eastron/sdm630.yaml`,
    en: `Usage: tram profiles [WORD ...] [--category FIELD] [--json]
       tram profiles --show MAKER/MODEL [--variant NAME] [--option NAME=VALUE] [--json]
       tram profiles --check [FILE ...] [--json]

Lists the device profiles, or those in which all WORDs stand: id, title in both languages,
maker, other names, field of work; case and tone marks do not matter.

  --category         one field of work only: energy, water, pump, relay ...
  --show MAKER/MODEL prints one: wiring, factory settings, points, addresses, commands
  --variant NAME     a variant of the device
  --option NAME=VALUE
                     what is fitted to it (may be repeated)
  --check [FILE ...] checks profile files: mistakes with line and what to do; without FILE
                     the whole library. Exit code 2 for errors; warnings alone give 0

Example: tram profiles water level
         tram profiles --show eastron/sdm630
         tram profiles --check config/profiles/eastron/sdm630.yaml`,
  },
  one_at_a_time: {
    vi: "--show và --check không dùng cùng nhau, --show không nhận TỪ.",
    en: "--show and --check do not go together, and --show takes no WORD.",
    hint: { vi: "Xem: tram profiles --help", en: "See: tram profiles --help" },
  },
  unknown_profile: {
    vi: "Không có mẫu thiết bị {id}.",
    en: "There is no profile {id}.",
    hint: { vi: "Tìm: tram profiles TỪ", en: "Search: tram profiles WORD" },
  },
  similar_profile: {
    vi: "Không có mẫu thiết bị {id}.",
    en: "There is no profile {id}.",
    hint: { vi: "Có phải: tram profiles --show {near}", en: "Did you mean: tram profiles --show {near}" },
  },
  unknown_category: {
    vi: "Không có lĩnh vực {category}.",
    en: "There is no field of work {category}.",
    hint: { vi: "Có: {known}", en: "Known: {known}" },
  },
  unknown_variant: {
    vi: "{id} không có biến thể {variant}.",
    en: "{id} has no variant {variant}.",
    hint: { vi: "Có: {known}", en: "Known: {known}" },
  },
  unknown_option: {
    vi: "{id} không có tùy chọn {option}.",
    en: "{id} has no option {option}.",
    hint: { vi: "Có: {known}", en: "Known: {known}" },
  },
  faulty_profile: {
    vi: "Mẫu thiết bị {id} có lỗi.",
    en: "The profile {id} has mistakes.",
    hint: { vi: "Xem lỗi: tram profiles --check {file}", en: "See them: tram profiles --check {file}" },
  },
  faulty_profiles: {
    vi: "{count} mẫu thiết bị có lỗi nên không liệt kê: {ids}.",
    en: "{count} profiles have mistakes and are not listed: {ids}.",
    hint: { vi: "Xem lỗi: tram profiles --check", en: "See them: tram profiles --check" },
  },
  reading: { vi: "Đang đọc thư viện", en: "Reading the library" },
  checking: { vi: "Đang kiểm tra", en: "Checking" },
  nothing_found: {
    vi: "Không có mẫu thiết bị nào có đủ các từ: {words}.",
    en: "No profile has all of these words: {words}.",
  },
  perhaps: { vi: "Có phải: tram profiles {words}", en: "Did you mean: tram profiles {words}" },
  listed: { vi: "{count} mẫu thiết bị, {points} điểm.", en: "{count} profiles, {points} points." },
  show_hint: {
    vi: "Xem một mẫu: tram profiles --show {id}",
    en: "See one: tram profiles --show {id}",
  },
  // the list
  label_id: { vi: "Mã", en: "Id" },
  label_title: { vi: "Thiết bị", en: "Device" },
  label_confidence_short: { vi: "Tin cậy", en: "Conf." },
  label_points: { vi: "Điểm", en: "Points" },
  no_category: { vi: "Chưa xếp lĩnh vực", en: "Without a field of work" },
  // one profile
  label_confidence: { vi: "Độ tin cậy", en: "Confidence" },
  confidence_a: {
    vi: "A: hai nguồn trở lên khớp nhau, hoặc có khung ghi từ thiết bị thật",
    en: "A: two sources agree, or there are frames of a real device",
  },
  confidence_b: {
    vi: "B: một nguồn tốt; so với màn hình thiết bị khi lắp",
    en: "B: one good source; compare with the device's display when it is fitted",
  },
  confidence_c: {
    vi: "C: chưa chắc; phải kiểm tra trên thiết bị thật trước khi dùng số liệu",
    en: "C: not sure; verify on the device before the data are used",
  },
  label_safety: { vi: "Khi ghi vào", en: "Writing to it" },
  safety_read_only: { vi: "chỉ đọc, mẫu này không ghi gì", en: "read-only: this profile writes nothing" },
  safety_benign: { vi: "chỉ đổi cài đặt, không làm máy chạy", en: "changes settings, moves nothing" },
  safety_actuator: {
    vi: "đóng cắt hoặc điều khiển cơ cấu chấp hành",
    en: "switches or moves an actuator",
  },
  safety_dangerous: {
    vi: "NGUY HIỂM: có thể làm máy chạy, gây hại người hoặc thiết bị",
    en: "DANGEROUS: can start machines, hurt people or damage equipment",
  },
  label_category: { vi: "Lĩnh vực", en: "Field" },
  label_also: { vi: "Tên gọi khác", en: "Also" },
  label_version: { vi: "Phiên bản mẫu", en: "Version" },
  label_links: { vi: "Cài đặt gốc", en: "Factory settings" },
  label_other_links: { vi: "Rồi thử", en: "Then try" },
  link_unit: { vi: "địa chỉ {unit}", en: "unit id {unit}" },
  link_port: { vi: "cổng TCP {port}", en: "TCP port {port}" },
  label_addressing: { vi: "Địa chỉ", en: "Unit id" },
  addressing_range: { vi: "{least} đến {most}", en: "{least} to {most}" },
  addressing_any: {
    vi: "{unit}: thiết bị nào đang ở một mình trên đường truyền cũng trả lời",
    en: "{unit}: a device alone on the bus answers",
  },
  addressing_broadcast: { vi: "{units}: gửi chung, không trả lời", en: "{units}: broadcast, no reply" },
  label_wiring: { vi: "Đấu dây", en: "Wiring" },
  label_notes: { vi: "Lưu ý", en: "Notes" },
  label_sources: { vi: "Nguồn", en: "Sources" },
  label_options: { vi: "Tùy chọn", en: "Options" },
  option_default: { vi: "{value} (mặc định)", en: "{value} (default)" },
  label_variants: { vi: "Biến thể", en: "Variants" },
  variant_shown: { vi: "đang xem", en: "shown here" },
  label_setup: { vi: "Thanh ghi phải đúng giá trị", en: "Registers that must hold a value" },
  setup_line: { vi: "{where} = {value}: {text}", en: "{where} = {value}: {text}" },
  label_device: { vi: "Quy tắc hỏi", en: "Rules of asking" },
  label_watchdog: { vi: "Tự bảo vệ khi mất kết nối", en: "Its own watchdog" },
  watchdog_line: {
    vi: "{does} (điểm {point}, {least} đến {most} giây)",
    en: "{does} (point {point}, {least} to {most} seconds)",
  },
  label_commands: { vi: "Lệnh", en: "Commands" },
  command_irreversible: { vi: "không hoàn tác được", en: "cannot be undone" },
  command_local: { vi: "chỉ khi cho phép tại chỗ", en: "only with permission on site" },
  label_identify: { vi: "Nhận ra bằng", en: "Recognised by" },
  // its points
  label_table: { vi: "Bảng", en: "Table" },
  label_address: { vi: "Địa chỉ", en: "Address" },
  label_number: { vi: "Số của hãng", en: "Maker's no." },
  label_type: { vi: "Kiểu", en: "Type" },
  label_unit: { vi: "Đơn vị", en: "Unit" },
  label_scale: { vi: "Hệ số", en: "Scale" },
  label_access: { vi: "Quyền", en: "Access" },
  access_read: { vi: "đọc", en: "read" },
  access_write: { vi: "ghi", en: "write" },
  access_both: { vi: "đọc/ghi", en: "both" },
  may_write: { vi: "ghi: {what}", en: "write: {what}" },
  write_values: { vi: "một trong {count} giá trị có tên", en: "one of {count} named values" },
  write_step: { vi: "bước {step}", en: "steps of {step}" },
  write_whole: { vi: "ghi cả nhóm {group} cùng lúc", en: "with the whole group {group}" },
  write_edge: { vi: "lần lượt {values}", en: "{values} one after the other" },
  write_dwell: { vi: "lần lượt {values}, mỗi giá trị {dwell} ms", en: "{values}, {dwell} ms each" },
  write_needs: { vi: "sau lệnh {command}", en: "after the command {command}" },
  write_once: { vi: "không tự ghi lại", en: "never repeated by itself" },
  safety_word_actuator: { vi: "làm máy chạy hoặc đóng cắt", en: "moves or switches something" },
  safety_word_dangerous: { vi: "NGUY HIỂM", en: "DANGEROUS" },
  write_keeps_nvram: { vi: "lưu EEPROM (mòn)", en: "kept in NVRAM (wears)" },
  more_points: {
    vi: "... và {count} điểm cùng dạng, đến {last}",
    en: "... and {count} more points of this form, up to {last}",
  },
  label_meanings: { vi: "Ý nghĩa các số", en: "What the numbers mean" },
  meaning_flag: { vi: "bit {bit}: {text}", en: "bit {bit}: {text}" },
  label_vectors: { vi: "Khung kiểm tra", en: "Vectors" },
  origin_recorded: { vi: "ghi từ thiết bị thật", en: "recorded from a device" },
  origin_printed: { vi: "in trong tài liệu", en: "printed in a document" },
  origin_computed: { vi: "tính bằng phần mềm khác", en: "computed by other software" },
  vector_line: { vi: "{origin}, {what} ({source})", en: "{origin}, {what} ({source})" },
  vector_reads: { vi: "đọc {points}", en: "read {points}" },
  vector_writes: { vi: "ghi {points}", en: "write {points}" },
  vector_command: { vi: "lệnh {command}", en: "command {command}" },
  no_vectors: { vi: "không có", en: "none" },
  // --check
  and_more: {
    vi: "  ... và {count} chỗ nữa cùng như vậy (dòng {lines})",
    en: "  ... and {count} more like it (lines {lines})",
  },
  check_clean: {
    vi: "{file}: tốt. {points} điểm, đã thử {vectors} khung, đọc hết cần {requests} lần hỏi.",
    en: "{file}: good. {points} points, {vectors} vectors tried, {requests} requests for a full read.",
  },
  check_warned: {
    vi: "{file}: dùng được, có {warnings} cảnh báo. {points} điểm, đã thử {vectors} khung, đọc hết cần {requests} lần hỏi.",
    en: "{file}: usable, with {warnings} warnings. {points} points, {vectors} vectors tried, {requests} requests for a full read.",
  },
  check_failed: {
    vi: "{file}: {errors} lỗi, {warnings} cảnh báo.",
    en: "{file}: {errors} errors, {warnings} warnings.",
  },
  check_nvram: {
    vi: "  ghi vào EEPROM, mỗi lần ghi đều làm mòn: {points}",
    en: "  written to NVRAM, which wears with each write: {points}",
  },
  check_all: {
    vi: "{files} tệp: {bad} có lỗi, {warned} có cảnh báo. {points} điểm, {vectors} khung, {recorded} mẫu có khung ghi hoặc in thật.",
    en: "{files} files: {bad} with errors, {warned} with warnings. {points} points, {vectors} vectors, {recorded} profiles with a recorded or printed frame.",
  },
});
