import { messages } from "../../drivers/core/message.js";

/** What is said when the file itself is looked after: checked, copied, carried elsewhere. */
export const CARE_MESSAGES = messages("buffer_care", {
  no_file: {
    vi: "Không có tệp bộ đệm {path}.",
    en: "There is no buffer file {path}.",
    hint: {
      vi: "Kiểm tra buffer.path trong cấu hình, hoặc ghi tên tệp sau lệnh.",
      en: "Check buffer.path in the configuration, or name the file behind the verb.",
    },
  },
  not_readable: {
    vi: "Không được đọc {path}: {problem}.",
    en: "{path} may not be read: {problem}.",
    hint: {
      vi: "Chạy với sudo, hoặc vào nhóm của tệp: ls -l {path}",
      en: "Use sudo, or join the group of the file: ls -l {path}",
    },
  },
  not_a_buffer: {
    vi: "{path} không phải tệp bộ đệm: {problem}",
    en: "{path} is no buffer file: {problem}",
    hint: {
      vi: "Giữ tệp này. Nếu gateway dùng nó, khởi động lại gateway: tệp được cất riêng và cứu số liệu.",
      en: "Keep it. If a gateway uses it, restart the gateway: the file is set aside and what can be read is saved.",
    },
  },
  unreadable: {
    vi: "Không đọc được {path}: {problem}",
    en: "{path} cannot be read: {problem}",
    hint: {
      vi: "Kiểm tra thẻ nhớ và quyền đọc. Phần đọc được: tram buffer export.",
      en: "Check the memory card and the rights. What can be read: tram buffer export.",
    },
  },
  format_changed: {
    vi: "Định dạng của bộ đệm đổi trong khi sao chép.",
    en: "The format of the buffer changed while it was copied.",
    hint: { vi: "Chạy lại lệnh.", en: "Start the command again." },
  },
  file_exists: {
    vi: "Tệp {file} đã có và không bị ghi đè.",
    en: "The file {file} exists and is not overwritten.",
    hint: { vi: "Chọn tên khác, hoặc thêm --force.", en: "Choose another name, or add --force." },
  },
  cannot_write: {
    vi: "Không tạo được {file}: {problem}",
    en: "{file} cannot be made: {problem}",
    hint: { vi: "Kiểm tra thư mục và quyền ghi.", en: "Check the folder and its rights." },
  },
  write_failed: {
    vi: "Không ghi được {file}: {problem}",
    en: "{file} cannot be written: {problem}",
    hint: {
      vi: "Kiểm tra dung lượng đĩa. Không để lại tệp dở dang.",
      en: "Check the space on the disk. No part of the file is left behind.",
    },
  },
  no_room: {
    vi: "Đĩa chứa {file} còn trống {free} MB, cần {needed} MB.",
    en: "The disk of {file} has {free} MB free, {needed} MB are needed.",
    hint: { vi: "Chọn đĩa khác hoặc giải phóng chỗ.", en: "Choose another disk or free some space." },
  },
  wrong_manifest: {
    vi: "{path} không phải bản kê của một bản sao lưu.",
    en: "{path} is no manifest of a backup.",
    hint: {
      vi: "Chép lại tệp này, hoặc bỏ nó đi để không so mã SHA-256.",
      en: "Copy it again, or take it away to go without comparing the SHA-256.",
    },
  },
  wrong_sha256: {
    vi: "{file} không khớp với mã SHA-256 trong {manifest}: tệp bị đổi hoặc chép thiếu.",
    en: "{file} does not have the SHA-256 that {manifest} names: it was changed or copied in part.",
    hint: { vi: "Chép lại tệp từ nguồn.", en: "Copy the file again from where it came." },
  },
  audit_missing: {
    vi: "Thiếu nhật ký thao tác {file} của bản sao lưu.",
    en: "The audit of the backup, {file}, is not there.",
    hint: {
      vi: "Chép cả tệp này. Phục hồi không có nó: thêm --force.",
      en: "Copy it too. To restore without it: add --force.",
    },
  },
  backup_damaged: {
    vi: "{file} có {count} lỗi; không phục hồi.",
    en: "{file} has {count} faults and is not restored.",
    hint: {
      vi: "Xem: tram buffer verify {file}. Vẫn muốn dùng: thêm --force.",
      en: "See: tram buffer verify {file}. To use it nevertheless: add --force.",
    },
  },
  newer_there: {
    vi: "Bộ đệm {path} đã có số liệu mà bản sao không có (đến bản ghi {last}).",
    en: "The buffer {path} holds what the backup does not (up to record {last}).",
    hint: {
      vi: "Vẫn thay: thêm --force; tệp cũ được cất riêng, không bị xóa.",
      en: "To replace it nevertheless: add --force; the old file is set aside, not deleted.",
    },
  },
  unknown_there: {
    vi: "Không đọc được bộ đệm {path} đang có: {problem}",
    en: "The buffer {path} that is there cannot be read: {problem}",
    hint: {
      vi: "Vẫn thay: thêm --force; tệp cũ được cất riêng, không bị xóa.",
      en: "To replace it nevertheless: add --force; the old file is set aside, not deleted.",
    },
  },
  structure: {
    vi: "Cấu trúc tệp hỏng: {problem}",
    en: "The structure of the file is damaged: {problem}",
    hint: {
      vi: "Khởi động lại gateway: tệp được cất riêng, phần đọc được được cứu. Kiểm tra thẻ nhớ.",
      en: "Restart the gateway: the file is set aside and what can be read is saved. Check the memory card.",
    },
  },
  pages_unreadable: {
    vi: "Không đọc được các trang chứa bản ghi {from} đến {to}.",
    en: "The pages with records {from} to {to} cannot be read.",
    hint: {
      vi: "Khởi động lại gateway: tệp được cất riêng, phần đọc được được cứu. Kiểm tra thẻ nhớ.",
      en: "Restart the gateway: the file is set aside and what can be read is saved. Check the memory card.",
    },
  },
  checksum: {
    vi: "Khối {from}-{to} ({table}) sai mã kiểm tra.",
    en: "Chunk {from}-{to} ({table}) has a wrong checksum.",
    hint: {
      vi: "Các bản ghi này đã mất; gateway báo cho trung tâm khi gửi đến đó. Kiểm tra thẻ nhớ.",
      en: "Its records are gone; the gateway tells the centre when it comes to them. Check the memory card.",
    },
  },
  undecodable: {
    vi: "Khối {from}-{to} ({table}) không giải mã được: thiếu bố cục, hoặc nội dung sai.",
    en: "Chunk {from}-{to} ({table}) cannot be decoded: its layout is missing, or its content wrong.",
    hint: {
      vi: "Các bản ghi này đã mất; gateway báo cho trung tâm khi gửi đến đó.",
      en: "Its records are gone; the gateway tells the centre when it comes to them.",
    },
  },
  group_incomplete: {
    vi: "Khối {from}-{to} ({table}) dựa trên khối {key}, mà khối đó không có.",
    en: "Chunk {from}-{to} ({table}) builds on chunk {key}, which is not there.",
    hint: {
      vi: "Các bản ghi này đã mất; gateway báo cho trung tâm khi gửi đến đó.",
      en: "Its records are gone; the gateway tells the centre when it comes to them.",
    },
  },
  row_disagrees: {
    vi: "Khối {from}-{to} ({table}) không chứa đúng các bản ghi mà dòng của nó ghi.",
    en: "Chunk {from}-{to} ({table}) does not hold the records that its row names.",
    hint: {
      vi: "Xuất số liệu (tram buffer export) và gửi tệp cho nhóm phát triển.",
      en: "Export the readings (tram buffer export) and send the file to the developers.",
    },
  },
  order: {
    vi: "Bản ghi {seq} đứng sau bản ghi {before}: số thứ tự không tăng.",
    en: "Record {seq} comes after record {before}: numbers do not grow.",
    hint: {
      vi: "Xuất số liệu (tram buffer export) và gửi tệp cho nhóm phát triển.",
      en: "Export the readings (tram buffer export) and send the file to the developers.",
    },
  },
  epoch_again: {
    vi: "Mã bộ đệm (epoch) {epoch} trở lại ở bản ghi {seq}.",
    en: "Epoch {epoch} comes back at record {seq}.",
    hint: {
      vi: "Xuất số liệu (tram buffer export) và gửi tệp cho nhóm phát triển.",
      en: "Export the readings (tram buffer export) and send the file to the developers.",
    },
  },
  chain_broken: {
    vi: "Nơi nhận {uplink}: bản ghi {seq} nối vào {prev}, nhưng bản ghi trước nó là {last}.",
    en: "Uplink {uplink}: record {seq} names {prev} as its predecessor, but that is {last}.",
    hint: {
      vi: "Xuất số liệu (tram buffer export) và gửi tệp cho nhóm phát triển.",
      en: "Export the readings (tram buffer export) and send the file to the developers.",
    },
  },
  chain_gap: {
    vi: "Nơi nhận {uplink}: thiếu bản ghi {prev} trước bản ghi {seq}, chưa được xác nhận và chưa được báo mất.",
    en: "Uplink {uplink}: record {prev}, before record {seq}, is missing, neither acknowledged nor told as lost.",
    hint: {
      vi: "Gateway báo cho trung tâm khi gửi đến đó.",
      en: "The gateway tells the centre when it comes to it.",
    },
  },
  marks_damaged: {
    vi: "Không đọc được dấu tiến độ của nơi nhận ở {where}.",
    en: "The marks of how far the uplinks are cannot be read at {where}.",
    hint: {
      vi: "Khởi động lại gateway; một số bản ghi có thể được gửi hai lần.",
      en: "Restart the gateway; some records may be sent twice.",
    },
  },
  marks_behind: {
    vi: "Nơi nhận {uplink}: dấu tiến độ dừng ở {last}, tệp có đến {seen}.",
    en: "Uplink {uplink}: its marks end at {last}, the file has records up to {seen}.",
    hint: {
      vi: "Xuất số liệu (tram buffer export) và gửi tệp cho nhóm phát triển.",
      en: "Export the readings (tram buffer export) and send the file to the developers.",
    },
  },
  layouts_unreadable: {
    vi: "Không đọc được bảng bố cục hoặc bảng lần chạy: {problem}",
    en: "The tables of layouts or runs cannot be read: {problem}",
    hint: {
      vi: "Không có chúng thì số liệu vô nghĩa: dùng bản sao lưu gần nhất.",
      en: "Readings mean nothing without them: go back to the newest backup.",
    },
  },
  state_incomplete: {
    vi: "Bảng trạng thái thiếu {key}.",
    en: "The table of states has no {key}.",
    hint: {
      vi: "Khởi động lại gateway: nó bắt đầu mã bộ đệm (epoch) mới.",
      en: "Restart the gateway: it begins a new epoch.",
    },
  },
  reserved_behind: {
    vi: "Khoảng số dành trước kết thúc ở {reserved}, tệp có bản ghi {last}.",
    en: "The reservation ends at {reserved}, the file has record {last}.",
    hint: {
      vi: "Khởi động lại gateway: số mới được lấy sau số lớn nhất.",
      en: "Restart the gateway: it numbers on beyond the highest.",
    },
  },
  identity_missing: {
    vi: "Không đọc được tệp nhận dạng {path}.",
    en: "The identity file {path} cannot be read.",
    hint: {
      vi: "Khởi động lại gateway: tệp được ghi lại. Kiểm tra quyền ghi.",
      en: "Restart the gateway: it is written anew. Check its rights.",
    },
  },
  identity_other: {
    vi: "Tệp nhận dạng {path} ghi epoch {found}, bộ đệm ghi {epoch}.",
    en: "The identity file {path} names epoch {found}, the buffer {epoch}.",
    hint: {
      vi: "Hai tệp không cùng một bộ đệm. Gateway sẽ bắt đầu epoch mới khi khởi động.",
      en: "They do not belong together. The gateway will begin a new epoch when it starts.",
    },
  },
  identity_behind: {
    vi: "Tệp nhận dạng {path} dành số đến {reserved}, bộ đệm có bản ghi {last}.",
    en: "The identity file {path} reserves up to {reserved}, the buffer has record {last}.",
    hint: {
      vi: "Kiểm tra quyền ghi của tệp nhận dạng, rồi khởi động lại gateway.",
      en: "Check the rights of the identity file, then restart the gateway.",
    },
  },
  marks_file: {
    vi: "Tệp ghi các thiết bị đang bảo trì {file} không dùng được: {problem}.",
    en: "The file of the devices under maintenance {file} cannot be used: {problem}.",
    hint: {
      vi: "Kiểm tra đĩa; sau khi khởi động lại hãy đặt lại trạng thái bảo trì bằng tram maintain.",
      en: "Check the disk; after a restart set the maintenance again with tram maintain.",
    },
  },
});
