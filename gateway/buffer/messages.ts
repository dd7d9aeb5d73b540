import { messages } from "../../drivers/core/message.js";

export const BUFFER_MESSAGES = messages("buffer", {
  chunk_damaged: {
    vi: "Một khối trong bộ đệm bị hỏng.",
    en: "A chunk of the buffer is damaged.",
  },
  newer_format: {
    vi: "Bộ đệm {path} có định dạng {found}, mới hơn phiên bản này biết ({known}).",
    en: "The buffer {path} has format {found}, newer than this version knows ({known}).",
    hint: {
      vi: "Cài phiên bản tram mới hơn, hoặc đặt buffer.path sang tệp khác.",
      en: "Install a newer tram, or set buffer.path to another file.",
    },
  },
  cannot_open: {
    vi: "Không mở được bộ đệm {path}: {problem}. Số liệu vẫn được gửi trực tiếp nhưng chưa được lưu.",
    en: "The buffer {path} cannot be opened: {problem}. Readings are delivered live but not kept.",
    hint: {
      vi: "Kiểm tra quyền ghi và thẻ nhớ. Trạm tự thử lại.",
      en: "Check the permissions and the memory card. It is tried again by itself.",
    },
  },
  set_aside: {
    vi: "Bộ đệm {path} bị hỏng ({problem}), đã cất sang {aside}; bắt đầu tệp mới.",
    en: "The buffer {path} is damaged ({problem}); it was set aside as {aside} and a new file begun.",
    hint: {
      vi: "Giữ tệp đã cất để cứu số liệu. Kiểm tra thẻ nhớ.",
      en: "Keep the file that was set aside: readings may be saved from it. Check the memory card.",
    },
  },
  no_answer: {
    vi: "đĩa không trả lời trong {seconds} giây",
    en: "the disk gives no answer within {seconds} s",
  },
  commit_failed: {
    vi: "Không ghi được bộ đệm: {problem}. Số đo chờ trong bộ nhớ.",
    en: "The buffer cannot be written: {problem}. Readings wait in memory.",
    hint: {
      vi: "Kiểm tra dung lượng đĩa và thẻ nhớ; hệ thống tệp chỉ còn đọc được thì kiểm tra (fsck) và gắn lại, hoặc khởi động lại máy. Trạm tự thử lại.",
      en: "Check free space and the memory card. A file system that became read-only must be checked (fsck) and mounted again, or the machine restarted. It is tried again by itself.",
    },
  },
  commits_again: {
    vi: "Bộ đệm ghi được trở lại.",
    en: "The buffer can be written again.",
  },
  identity_unwritable: {
    vi: "Không ghi được tệp nhận dạng (buffer.identity): {problem}. Nếu mất tệp bộ đệm, số thứ tự sẽ bắt đầu lại.",
    en: "The identity file (buffer.identity) cannot be written: {problem}. Should the buffer be lost, numbering begins anew.",
    hint: {
      vi: "Kiểm tra quyền ghi của tệp nhận dạng.",
      en: "Check the permissions of the identity file.",
    },
  },
  rows_damaged: {
    vi: "Không đọc được bản ghi từ {from} đến {to} trong bộ đệm; trung tâm được báo là mất.",
    en: "Records {from} to {to} of the buffer cannot be read; the centre is told that they are lost.",
    hint: {
      vi: "Kiểm tra thẻ nhớ.",
      en: "Check the memory card.",
    },
  },
  records_dropped: {
    vi: "Bỏ {count} bản ghi chưa lưu được vì đĩa không kịp ghi.",
    en: "{count} records that could not be stored were dropped: the disk does not keep up.",
  },
  evicted: {
    vi: "Bộ đệm đầy: xóa {count} bản ghi chưa gửi, mức ưu tiên {priority}.",
    en: "The buffer is full: {count} unsent records of priority {priority} were removed.",
    hint: {
      vi: "Tăng buffer.max_size hoặc khôi phục đường truyền về trung tâm.",
      en: "Raise buffer.max_size or restore the link to the centre.",
    },
  },
  below_keep_at_least: {
    vi: "Bộ đệm không còn giữ đủ {days} ngày số liệu (buffer.keep_at_least): thiếu chỗ.",
    en: "The buffer no longer keeps {days} days (buffer.keep_at_least): there is no room for them.",
    hint: {
      vi: "Xem tính toán: tram check. Tăng buffer.max_size, hoặc dọn bớt đĩa.",
      en: "See the figures of tram check. Raise buffer.max_size, or free space on the disk.",
    },
  },
  keep_at_least_again: {
    vi: "Bộ đệm lại giữ đủ {days} ngày số liệu.",
    en: "The buffer keeps {days} days again.",
  },
  disk_full: {
    vi: "Đĩa đầy: tệp bộ đệm {path} không lớn thêm được; số liệu mới thay chỗ số liệu cũ.",
    en: "The disk is full: the buffer {path} cannot grow; new records take the place of old ones.",
    hint: {
      vi: "Dọn bớt đĩa. Trạm tự trở lại bình thường.",
      en: "Free space. All is as before by itself then.",
    },
  },
  disk_roomy: {
    vi: "Đĩa có chỗ trở lại: bộ đệm {path} hoạt động bình thường.",
    en: "The disk has room again: the buffer {path} is as before.",
  },
  file_replaced: {
    vi: "Tệp bộ đệm vừa được thay bằng tệp mới: lần ghi này được làm lại.",
    en: "The buffer file has just been replaced by a new one: this commit is made again.",
  },
  file_gone: {
    vi: "Tệp bộ đệm {path} bị xóa khi đang dùng; {count} bản ghi còn đọc được đã ghi vào tệp mới.",
    en: "The buffer {path} was removed while it was in use; {count} records that could still be read were written to a new one.",
    hint: {
      vi: "Tìm xem ai đã xóa tệp. Không xóa tệp khi gateway đang chạy.",
      en: "Find out who removed it. Leave the file alone while the gateway runs.",
    },
  },
  file_away: {
    vi: "tệp không còn ở đó: hệ thống tệp chưa được gắn lại",
    en: "the file is not there: its file system is not mounted",
  },
  both_lost: {
    vi: "Tệp bộ đệm bị hỏng khi đang chạy và tệp nhận dạng cũng mất: khởi động lại để bắt đầu epoch mới.",
    en: "The buffer was damaged while it ran and the identity file is lost too: a restart begins a new epoch.",
  },
  worker_ended: {
    vi: "Luồng ghi bộ đệm dừng bất thường: {problem}",
    en: "The thread that writes the buffer ended: {problem}",
  },
  closed: {
    vi: "Bộ đệm đã đóng.",
    en: "The buffer is closed.",
  },
  unknown_uplink: {
    vi: "Lỗi nội bộ: bộ đệm không biết nơi nhận {uplink}.",
    en: "Internal fault: the buffer knows no uplink {uplink}.",
  },
  audit_gone: {
    vi: "tệp đã bị xóa hoặc thay thế khi đang chạy",
    en: "the file was removed or replaced under way",
  },
  audit_full: {
    vi: "đã đạt audit.max_size ({size} MB)",
    en: "audit.max_size ({size} MB) is reached",
  },
  audit_broken: {
    vi: "chuỗi mục bị đứt",
    en: "the chain is broken",
  },
  audit_unwritable: {
    vi: "Không ghi được nhật ký thao tác {path}: {problem}. Các mục chờ trong bộ nhớ.",
    en: "The audit file {path} cannot be written: {problem}. Its entries wait in memory.",
    hint: {
      vi: "Kiểm tra dung lượng đĩa, quyền ghi và audit.max_size. Trạm tự thử lại.",
      en: "Check free space, permissions and audit.max_size. It is tried again by itself.",
    },
  },
  audit_again: {
    vi: "Nhật ký thao tác ghi được trở lại.",
    en: "The audit file can be written again.",
  },
  audit_set_aside: {
    vi: "Nhật ký thao tác {path} không đọc tiếp được ({problem}), đã cất sang {aside}; bắt đầu tệp mới.",
    en: "The audit file {path} cannot be continued ({problem}); it was set aside as {aside} and a new one begun.",
    hint: {
      vi: "Giữ tệp đã cất. Kiểm tra thẻ nhớ.",
      en: "Keep the file that was set aside. Check the memory card.",
    },
  },
  audit_unwritten: {
    vi: "Dừng khi {count} mục nhật ký thao tác chưa ghi được.",
    en: "Stopped while {count} entries of the audit were not written.",
  },
});
