import { messages } from "../../drivers/core/message.js";

const MAKE_ROOM = {
  vi: "Xem chỗ nào chiếm nhiều: sudo du -xh --max-depth=2 / | sort -h | tail; dọn nhật ký: sudo journalctl --vacuum-size=50M",
  en: "See what takes it: sudo du -xh --max-depth=2 / | sort -h | tail; shorten the journal: sudo journalctl --vacuum-size=50M",
} as const;

export const DISK_MESSAGES = messages("doctor", {
  disk_title: { vi: "Đĩa và thẻ nhớ", en: "Disk and memory card" },
  disk_is: {
    vi: "Bộ đệm nằm ở {folder} ({what}), {type} trên {source}.",
    en: "The buffer lies in {folder} ({what}), {type} on {source}.",
  },
  disk_room: {
    vi: "{point}: còn trống {free} MB trong {total} MB.",
    en: "{point}: {free} MB of {total} MB are free.",
  },
  disk_small: {
    vi: "{point}: còn trống {free} MB, nhưng bộ đệm có thể lớn thêm {needs} MB (buffer.max_size).",
    en: "{point}: {free} MB are free, but the buffer may grow by {needs} MB (buffer.max_size).",
    hint: {
      vi: "Giảm buffer.max_size trong gateway.yaml, hoặc dọn bớt đĩa.",
      en: "Lower buffer.max_size in gateway.yaml, or free space.",
    },
  },
  disk_full: {
    vi: "{point}: chỉ còn {free} MB trong {total} MB.",
    en: "{point}: only {free} MB of {total} MB are free.",
    hint: MAKE_ROOM,
  },
  no_inodes: {
    vi: "{point}: hết chỗ cho tên tệp (inode), dù còn dung lượng.",
    en: "{point}: no more files can be made (inodes), although there is space.",
    hint: {
      vi: "Tìm thư mục có rất nhiều tệp nhỏ: sudo du -x --inodes / | sort -n | tail",
      en: "Find the folder with very many files: sudo du -x --inodes / | sort -n | tail",
    },
  },
  read_only: {
    vi: "{folder} ({what}) nằm trên đĩa chỉ đọc ({point}).",
    en: "{folder} ({what}) lies on a read-only disk ({point}).",
    hint: {
      vi: "Linux chuyển sang chỉ đọc khi thẻ lỗi: xem phần nhật ký của Linux, chép số liệu, thay thẻ. Nếu cố ý: đặt bộ đệm ở chỗ khác.",
      en: "Linux does so when a card fails: see the kernel's messages, copy the readings, replace it. If it is meant: put the buffer elsewhere.",
    },
  },
  not_writable: {
    vi: "Không ghi được vào {folder} ({what}): {problem}",
    en: "{folder} ({what}) cannot be written: {problem}",
    hint: {
      vi: "Chạy: sudo chown -R tram {folder}; hoặc chạy tram với đúng người dùng.",
      en: "Run: sudo chown -R tram {folder}; or run tram as the right user.",
    },
  },
  in_memory: {
    vi: "{folder} ({what}) nằm trong bộ nhớ ({type}): mất điện là mất số liệu chưa gửi.",
    en: "{folder} ({what}) lies in memory ({type}): a power cut takes what was not sent.",
    hint: {
      vi: "Đặt buffer.path trên thẻ nhớ hoặc SSD. Máy dùng overlay chỉ đọc: cần một phân vùng ghi được.",
      en: "Put buffer.path on the card or an SSD. With a read-only overlay a writable partition is needed.",
    },
  },
  remote: {
    vi: "{folder} ({what}) nằm trên đĩa mạng ({type}): SQLite không an toàn ở đó.",
    en: "{folder} ({what}) lies on a network disk ({type}): SQLite is not safe there.",
    hint: { vi: "Đặt buffer.path trên đĩa của máy này.", en: "Put buffer.path on a disk of this box." },
  },
  card_mute: {
    vi: "{disk} ({name}, {type}) không báo độ mòn; thẻ SD không có số này.",
    en: "{disk} ({name}, {type}) does not tell its wear; SD cards never do.",
  },
  card_good: {
    vi: "{disk} ({name}) đã dùng khoảng {used} % tuổi thọ.",
    en: "{disk} ({name}) has used about {used} % of its life.",
  },
  card_wears: {
    vi: "{disk} ({name}) đã dùng khoảng {used} % tuổi thọ.",
    en: "{disk} ({name}) has used about {used} % of its life.",
    hint: { vi: "Mang bộ nhớ mới trong lần đến sau.", en: "Bring a new one at the next visit." },
  },
  card_worn_out: {
    vi: "{disk} ({name}) đã hết tuổi thọ theo nhà sản xuất.",
    en: "{disk} ({name}) is beyond the life that its maker gives it.",
    hint: {
      vi: "Chép số liệu ngay (tram buffer backup) và thay.",
      en: "Copy the readings now (tram buffer backup) and replace it.",
    },
  },
  ext4_good: { vi: "Hệ thống tệp {disk}: không có lỗi.", en: "File system {disk}: no errors." },
  ext4_errors: {
    vi: "Hệ thống tệp {disk} đã gặp {errors} lỗi (lần cuối {last}).",
    en: "The file system {disk} has met {errors} errors (the last on {last}).",
    hint: {
      vi: "Chép số liệu ra (tram buffer backup), thêm fsck.mode=force vào dòng lệnh của kernel cho một lần khởi động; nếu lỗi lại có, thay thẻ.",
      en: "Copy the readings (tram buffer backup), add fsck.mode=force to the kernel's command line for one start; if errors return, replace the card.",
    },
  },
  buffer_title: { vi: "Bộ đệm", en: "Buffer" },
  buffer_new: {
    vi: "Chưa có tệp {path}; gateway sẽ tạo khi chạy lần đầu.",
    en: "There is no {path} yet; the gateway makes it at its first start.",
  },
  buffer_good: {
    vi: "{path}: {records} bản ghi, số cuối {last}, {size} MB.",
    en: "{path}: {records} records, the last number is {last}, {size} MB.",
  },
  buffer_unreadable: {
    vi: "Không đọc được {path}: {problem}",
    en: "{path} cannot be read: {problem}",
    hint: {
      vi: "Gateway tự để riêng tệp hỏng và mở tệp mới. Kiểm tra kỹ: tram buffer verify",
      en: "The gateway puts a damaged file aside by itself. For a full test: tram buffer verify",
    },
  },
  buffer_waiting: {
    vi: "{uplink}: {pending} bản ghi chờ gửi.",
    en: "{uplink}: {pending} records wait to be sent.",
  },
  buffer_identity: {
    vi: "Tệp thứ hai {path} không khớp với bộ đệm ({state}).",
    en: "The second place {path} does not agree with the buffer ({state}).",
    hint: {
      vi: "Bình thường sau khi chép hoặc phục hồi; gateway sẽ mở mã bộ đệm mới và báo trung tâm.",
      en: "Normal after a copy or a restore; the gateway begins a new epoch and tells the centre.",
    },
  },
  buffer_of_another: {
    vi: "Bộ đệm này được ghi trên một máy khác (thẻ nhớ chép hoặc chuyển sang).",
    en: "This buffer was written on another box (a copied or moved card).",
    hint: {
      vi: "Nếu máy kia còn chạy với cùng gateway.id, đổi id một bên.",
      en: "If the other box still runs under the same gateway.id, rename one of them.",
    },
  },
  buffer_beside: {
    vi: "Có {count} tệp bộ đệm để riêng bên cạnh: {files}",
    en: "{count} buffer files were put aside beside it: {files}",
    hint: {
      vi: "Tệp hỏng được giữ lại để cứu số liệu: tram buffer --help",
      en: "Damaged files are kept to save what is in them: tram buffer --help",
    },
  },
  buffer_life: {
    vi: "Thẻ nhớ còn dùng được khoảng {years} năm ở mức ghi hiện nay.",
    en: "The card will last about {years} years at the present rate.",
  },
  buffer_life_short: {
    vi: "Thẻ nhớ chỉ còn dùng được khoảng {years} năm ở mức ghi hiện nay.",
    en: "The card will last only about {years} years at the present rate.",
    hint: {
      vi: "Tăng buffer.commit_every, thêm deadband, hoặc dùng thẻ bền hơn.",
      en: "Raise buffer.commit_every, add deadbands, or take a more durable card.",
    },
  },
});
