import { messages } from "../core/message.js";

/** What a profile works without, and is better with. */
export const LINT_MESSAGES = messages("lint", {
  no_sentinel_decision: {
    vi: "Chưa nói giá trị thô nào nghĩa là không có số đo (sentinels).",
    en: "Nothing says which raw values are no measurement (sentinels).",
    hint: {
      vi: "Ghi sentinels: none nếu tài liệu không nêu giá trị nào, hoặc ví dụ sentinels: [0xFFFF].",
      en: "Write sentinels: none where the manual names none, or for instance sentinels: [0xFFFF].",
    },
  },
  no_order: {
    vi: "Giá trị 32 hoặc 64 bit cần ghi thứ tự byte (order).",
    en: "A value of 32 or 64 bits needs its byte order (order).",
    hint: {
      vi: "ABCD: byte cao trước; CDAB: thanh ghi thấp trước.",
      en: "ABCD: highest byte first; CDAB: low register first.",
    },
  },
  ram_address_without_nvram: {
    vi: '"ram_address" chỉ có nghĩa khi keeps: nvram.',
    en: '"ram_address" makes sense only with keeps: nvram.',
    hint: { vi: "Thêm keeps: nvram, hoặc bỏ ram_address.", en: "Add keeps: nvram, or remove ram_address." },
  },
  write_does_not_fit: {
    vi: '"write": kiểu {type} với hệ số này không giữ được giá trị {value}.',
    en: '"write": the type {type} with this scale cannot hold {value}.',
    hint: { vi: "Kiểm tra range, values, scale và type.", en: "Check range, values, scale and type." },
  },
  function_unfit: {
    vi: '"write": mã hàm {code} không ghi được bảng {table} với {count} ô.',
    en: '"write": function {code} does not write {count} of the table {table}.',
    hint: {
      vi: "coil: 5 hoặc 15; holding: 6 (một thanh ghi) hoặc 16.",
      en: "coil: 5 or 15; holding: 6 (one register) or 16.",
    },
  },
  names_nothing: {
    vi: '"{key}" nói đến "{name}" mà mẫu này không có.',
    en: '"{key}" names "{name}", which this profile does not have.',
    hint: { vi: "Sửa tên, hoặc thêm phần còn thiếu.", en: "Correct the name, or add what is missing." },
  },
  step_not_writable: {
    vi: "Lệnh ghi vào {point}, nhưng điểm này chỉ đọc.",
    en: "The command writes {point}, which can only be read.",
    hint: {
      vi: "Thêm access và write cho điểm, hoặc chọn điểm khác.",
      en: "Give the point access and write, or choose another one.",
    },
  },
  step_out_of_bounds: {
    vi: "Lệnh ghi {value} vào {point}, ngoài giới hạn ghi của điểm.",
    en: "The command writes {value} to {point}, outside what may be written there.",
    hint: {
      vi: "Sửa giá trị, hoặc sửa write của điểm.",
      en: "Correct the value, or the write of the point.",
    },
  },
  between_reversed: {
    vi: '"between": {least} phải nhỏ hơn hoặc bằng {most}.',
    en: '"between": {least} must not be more than {most}.',
    hint: { vi: "Số nhỏ đứng trước.", en: "The smaller number comes first." },
  },
  pattern_unreadable: {
    vi: '"matches": không hiểu mẫu chữ {pattern}.',
    en: '"matches": the pattern {pattern} cannot be read.',
    hint: { vi: 'Ví dụ "^SOCO": bắt đầu bằng SOCO.', en: 'For instance "^SOCO": begins with SOCO.' },
  },
  no_quantity: {
    vi: 'Điểm này chưa nói đo gì ("quantity").',
    en: 'Nothing says what this point measures ("quantity").',
    hint: {
      vi: "Không phải số đo thì ghi state, alarm, setting hoặc identity.",
      en: "What is no measurement is state, alarm, setting or identity.",
    },
  },
  wider_than_a_request: {
    vi: "Điểm này cần {count} thanh ghi, nhưng thiết bị chỉ cho đọc {most} mỗi lần.",
    en: "This point takes {count} registers, but the device gives {most} in one request.",
    hint: {
      vi: "Kiểm tra length và type của điểm, và max_registers của thiết bị.",
      en: "Check length and type of the point, and max_registers of the device.",
    },
  },
  points_overlap: {
    vi: "Điểm này và {other} cùng đọc thanh ghi {table} {address} theo hai cách.",
    en: "This point and {other} read {table} {address} in two ways.",
    hint: {
      vi: "Sửa địa chỉ; nếu cố ý, ghi alias: true.",
      en: "Correct the address; where it is meant, write alias: true.",
    },
  },
  asap_in_profile: {
    vi: "Mẫu hỏi điểm này nhanh hết mức có thể (asap): điều đó do người lắp đặt quyết định.",
    en: "The profile asks for this point as fast as it can (asap): that is for whoever sets up the bus.",
    hint: {
      vi: "Ghi một khoảng thời gian, ví dụ every: 1s; asap thì ghi trong gateway.yaml.",
      en: "Write a time, for instance every: 1s; asap belongs into gateway.yaml.",
    },
  },
  one_language: {
    vi: "Tên điểm này chưa có đủ tiếng Việt và tiếng Anh.",
    en: "The name of this point is not in both languages.",
    hint: { vi: "Dưới name viết hai khóa vi và en.", en: "Below name stand the keys vi and en." },
  },
  no_category: {
    vi: 'Thiếu "category": thiết bị sẽ không xuất hiện theo lĩnh vực.',
    en: '"category" is missing: the device is not found by its field of work.',
    hint: {
      vi: "Ví dụ category: water; danh sách: tram profiles --category ?",
      en: "For instance category: water; for the list: tram profiles --category ?",
    },
  },
  no_wiring: {
    vi: 'Thiếu "wiring": người lắp cần biết cực nối, nguồn và cách đặt địa chỉ.',
    en: '"wiring" is missing: terminals, supply, how the address is set.',
    hint: { vi: "Ghi wiring bằng hai khóa vi và en.", en: "Write wiring with the keys vi and en." },
  },
  few_vectors: {
    vi: "Mẫu có {count} khung kiểm tra; nên có ít nhất 2.",
    en: "The profile has {count} vectors; at least 2 are wanted.",
    hint: {
      vi: "Thêm khung từ tài liệu (vectors), hoặc nói vì sao không có (no_vectors, notes).",
      en: "Add frames from the manual (vectors), or say why there are none (no_vectors, notes).",
    },
  },
  only_computed: {
    vi: "Mọi khung kiểm tra đều do tính ra: độ tin cậy cao nhất là B.",
    en: "All vectors are computed: the confidence is B at most.",
    hint: {
      vi: "Thêm một khung ghi từ thiết bị thật hoặc in trong tài liệu của hãng.",
      en: "Add a frame recorded from a device or printed by its maker.",
    },
  },
  uncertain_moves: {
    vi: "Độ tin cậy C không được điều khiển máy: {what} có safety: {safety}.",
    en: "Confidence C may not move anything: {what} has safety: {safety}.",
    hint: {
      vi: "Kiểm tra trên thiết bị thật rồi nâng độ tin cậy, hoặc chỉ cho đọc.",
      en: "Verify it on a device and raise the confidence, or make it read-only.",
    },
  },
  identify_one_form: {
    vi: 'Mỗi câu hỏi của "identify" cần đúng một trong: is, in, between, matches.',
    en: 'Each question of "identify" has exactly one of is, in, between and matches.',
    hint: { vi: "Tách thành nhiều câu hỏi.", en: "Divide it into several questions." },
  },
  vector_crc: {
    vi: "CRC của {frame} sai: {found}, đúng ra là {right}.",
    en: "The CRC of the {frame} is wrong: {found} instead of {right}.",
    hint: {
      vi: "So từng byte với tài liệu; byte bị sai có thể nằm ở chỗ khác trong khung.",
      en: "Compare byte by byte with the source: the wrong byte may stand elsewhere in the frame.",
    },
  },
  vector_not_a_pair: {
    vi: "Trả lời không khớp với yêu cầu.",
    en: "The reply does not answer the request.",
    hint: {
      vi: "Kiểm tra địa chỉ, mã hàm và số byte của cả hai khung.",
      en: "Check unit id, function and byte count of both frames.",
    },
  },
  vector_not_covered: {
    vi: "Khung không chứa các thanh ghi của điểm {id}.",
    en: "The frame does not hold the registers of {id}.",
    hint: {
      vi: "Nếu điểm cần thanh ghi ở nơi khác, thêm khung đó vào before.",
      en: "Where a point needs registers elsewhere, put that exchange into before.",
    },
  },
  vector_differs: {
    vi: "{id}: khung cho {found}, mẫu ghi {expected}.",
    en: "{id}: the frame gives {found}, the profile says {expected}.",
    hint: {
      vi: "Kiểm tra address, type, order và scale của điểm; nếu đúng thì sửa giá trị trong expect.",
      en: "Check address, type, order and scale of the point; where these are right, correct expect.",
    },
  },
  vector_write_outside: {
    vi: "{id}: {value} nằm ngoài những gì được phép ghi (write).",
    en: "{id}: {value} is not among what may be written (write).",
    hint: {
      vi: "Sửa giá trị trong khung, hoặc sửa write của điểm.",
      en: "Correct the vector, or the write of the point.",
    },
  },
  vector_write_differs: {
    vi: "{id}: ghi {value} tạo khung {found}, mẫu ghi {expected}.",
    en: "{id}: writing {value} makes {found}, the profile says {expected}.",
    hint: {
      vi: "Kiểm tra address, type, scale và write.function của điểm.",
      en: "Check address, type, scale and write.function of the point.",
    },
  },
});
