import { messages } from "../../../drivers/core/message.js";

/** What `tram buffer` says. */
export const BUFFER_VERB_MESSAGES = messages("cli_buffer", {
  summary: {
    vi: "Xem, kiểm tra, xuất, sao lưu bộ đệm",
    en: "Look into, check, export and back up the buffer",
  },
  about: {
    vi: "Chăm sóc tệp bộ đệm, gateway chạy hay không đều được (trừ restore).",
    en: "Looks after the file of the buffer, whether a gateway runs or not (but restore).",
  },
  file_about: {
    vi: "tệp bộ đệm khác (bản sao lưu, tệp đã cất) thay cho bộ đệm của cấu hình",
    en: "another buffer file (a backup, one that was set aside) instead of the configuration's",
  },
  show_summary: { vi: "trong bộ đệm có gì", en: "what is in the buffer" },
  show_about: {
    vi: `Trong bộ đệm có gì: số thứ tự, thời gian, số bản ghi theo mức ưu tiên, số liệu chờ gửi của từng nơi nhận, dung lượng, tệp hỏng được cất bên cạnh. Gateway chạy hay không đều được.
Số đo có dấu ~ là ước lượng từ một phần tệp; verify đếm đúng.`,
    en: `What is in the buffer: numbers, times and records of each priority, what waits for each uplink, sizes, damaged files set aside beside it. Whether a gateway runs or not.
Readings with a ~ are reckoned from a part of the file; verify counts them.`,
  },
  verify_summary: { vi: "kiểm tra toàn bộ tệp", en: "checks the whole file" },
  verify_about: {
    vi: "Kiểm tra toàn bộ tệp, đọc từng đoạn ngắn nên gateway vẫn chạy bình thường: cấu trúc, mã kiểm tra và nội dung từng khối, số thứ tự, chuỗi của từng nơi nhận, tệp nhận dạng. Mỗi lỗi kèm việc phải làm. Kết thúc với mã 1 khi có lỗi.",
    en: "Checks the whole file in short reads, so that a gateway goes on undisturbed: structure, checksum and content of every chunk, numbers, the chain of each uplink, the identity file. Each fault comes with what to do. Exit code 1 when there is one.",
  },
  export_summary: { vi: "xuất số đo và sự kiện ra tệp", en: "readings and events into a file" },
  export_about: {
    vi: "Xuất số đo và sự kiện, cả khi gateway đang chạy. Với -o TỆP: kèm TỆP.sha256; tệp chỉ xuất hiện khi đã đủ.",
    en: "Readings and events out of the file, also while a gateway runs. With -o FILE: FILE.sha256 beside it; it is there whole or not at all.",
  },
  export_from: {
    vi: "từ lúc: 2026-11-23 hoặc 2026-11-23T14:05, giờ của máy; thêm Z hoặc +07:00 để ghi rõ múi giờ",
    en: "from then on: 2026-11-23 or 2026-11-23T14:05 in this machine's time; add Z or +07:00 to name another zone",
  },
  export_to: { vi: "đến trước lúc", en: "up to but without" },
  export_device: { vi: "chỉ thiết bị này", en: "this device only" },
  export_point: {
    vi: "chỉ điểm đo này, không kèm mã thiết bị",
    en: "this point only, without its device's id",
  },
  export_kind: {
    vi: "jsonl: mỗi bản ghi một dòng như trung tâm nhận; csv: mỗi số đo một dòng",
    en: "jsonl: a record a line, as the centre receives it; csv: a reading a line",
  },
  export_of_uplink: {
    vi: '"prev" theo chuỗi của nơi nhận này; không có: nơi đầu tiên',
    en: '"prev" by the chain of this uplink; without it of the first',
  },
  export_out: {
    vi: "vào tệp này; không có, hoặc -: ra màn hình",
    en: "into this file; without it, or with -: to standard output",
  },
  export_force: { vi: "ghi đè tệp đã có", en: "replaces a file that exists" },
  export_json: { vi: "in kết quả dạng JSON", en: "prints the account as JSON" },
  backup_summary: { vi: "sao lưu trong khi gateway đang chạy", en: "a copy, while the gateway runs" },
  backup_about: {
    vi: "Sao lưu bộ đệm trong khi gateway đang chạy: một bản nhất quán, được kiểm tra, kèm bản kê TỆP.json (epoch, số cuối, máy, mã SHA-256, tệp nhận dạng) và nhật ký thao tác TỆP.audit.jsonl. Chép cả ba tệp đi.",
    en: "Backs the buffer up while the gateway runs: one consistent state, checked, with a manifest FILE.json (epoch, last number, machine, SHA-256, identity) and the audit, FILE.audit.jsonl. Carry all three files away.",
  },
  backup_out: { vi: "sao lưu vào đâu", en: "where the backup goes" },
  backup_force: { vi: "ghi đè bản sao lưu đã có", en: "replaces a backup that exists" },
  restore_summary: { vi: "đưa bản sao lưu vào gateway này", en: "carries a backup to this gateway" },
  restore_about: {
    vi: `Đưa bản sao lưu vào chỗ bộ đệm của cấu hình; gateway phải dừng. Kiểm tra trước khi thay. Tệp đang có được cất sang <tệp>.replaced-<lúc>, không bị xóa. Nhật ký thao tác đi cùng; chuỗi dài hơn đang có thì được giữ.
Trên máy khác, gateway bắt đầu epoch mới và gửi bù số liệu cũ theo epoch cũ.`,
    en: `Carries a backup to where the configuration's buffer stands; the gateway must be stopped. It is checked first. What stands there is set aside as <file>.replaced-<time>. The audit comes with it; a longer chain that stands there is kept.
On another machine the gateway begins a new epoch and sends the old backlog under the old.`,
  },
  restore_file: { vi: "bản sao lưu", en: "the backup" },
  restore_force: {
    vi: "thay cả khi tệp đang có mới hơn hoặc bản sao có lỗi",
    en: "also when the file there is newer, or the backup has faults",
  },
  audit_summary: {
    vi: "nhật ký thao tác: việc đã làm và đã xảy ra với gateway",
    en: "what was done to the gateway and what befell it",
  },
  audit_about: {
    vi: "Nhật ký thao tác: khởi động, dừng, đổi cấu hình, đồng hồ nhảy, mất số liệu, tệp hỏng. Kiểm tra chuỗi mã băm; kết thúc với mã 1 khi chuỗi bị đứt. Giờ có dấu ? là lúc đồng hồ chưa chính xác.",
    en: "What was done and what happened: starts, stops, changed configurations, steps of the clock, lost records, damaged files. Checks the chain of hashes; ends with 1 where it is broken. A time with a ? was taken while the clock was not trusted.",
  },
  audit_file: {
    vi: "tệp nhật ký khác thay cho nhật ký của cấu hình",
    en: "another audit file instead of the configuration's",
  },
  audit_all: {
    vi: "tất cả các mục, thay cho 50 mục mới nhất",
    en: "every entry instead of the latest 50",
  },
  audit_kind: { vi: "chỉ một loại", en: "one kind only" },
  no_audit: {
    vi: "Không đọc được nhật ký thao tác {path}: {problem}",
    en: "The audit file {path} cannot be read: {problem}",
    hint: {
      vi: "Nhật ký có từ lần chạy đầu tiên: tram run.",
      en: "It is there from the first run on: tram run.",
    },
  },
  audit_whole: {
    vi: "{path}: chuỗi nguyên vẹn từ mục {first} đến {last}; mã băm cuối {hash}.",
    en: "{path}: the chain is whole from entry {first} to {last}; its last hash is {hash}.",
  },
  audit_backed_up: {
    vi: "Nhật ký thao tác: {file}, đến mục {last}, chuỗi nguyên vẹn.",
    en: "The audit: {file}, up to entry {last}, its chain whole.",
  },
  audit_restored: {
    vi: "Nhật ký thao tác của bản sao lưu đã vào chỗ: {path}",
    en: "The audit of the backup is in its place: {path}",
  },
  audit_kept: {
    vi: "Nhật ký thao tác {path} dài ít nhất bằng bản sao lưu và nguyên vẹn: được giữ.",
    en: "The audit {path} goes at least as far as that of the backup and is whole: it was kept.",
  },
  audit_not_restored: {
    vi: "Chuỗi nhật ký thao tác của bản sao lưu bị đứt: {path} giữ như cũ.",
    en: "The chain of the audit in the backup is broken: {path} was left as it was.",
    hint: { vi: "Vẫn dùng: thêm --force.", en: "To use it nevertheless: add --force." },
  },
  audit_broken: {
    vi: "{path}: chuỗi bị đứt ở mục {broken}.",
    en: "{path}: the chain is broken at entry {broken}.",
    hint: {
      vi: "Tệp bị sửa hoặc hỏng từ mục này. Giữ tệp lại và báo người quản lý.",
      en: "From there on the file was changed or damaged. Keep it and tell who is responsible.",
    },
  },
  export_uplink: {
    vi: "Bộ đệm không có nơi nhận {uplink}; có: {uplinks}.",
    en: "The buffer knows no uplink {uplink}; it has: {uplinks}.",
  },
  interrupted: {
    vi: "Đã ngắt; không để lại tệp dở dang.",
    en: "Interrupted; nothing half done is left behind.",
  },
  time_left: { vi: "còn khoảng {seconds} s", en: "about {seconds} s left" },
  minutes_left: { vi: "còn khoảng {minutes} phút", en: "about {minutes} min left" },
  stage_copy: { vi: "Sao chép", en: "Copying" },
  stage_verify: { vi: "Kiểm tra", en: "Checking" },
  stage_hash: { vi: "Tính SHA-256", en: "SHA-256" },
  stage_export: { vi: "Xuất số liệu", en: "Exporting" },
  show_path: { vi: "Bộ đệm: {path}", en: "Buffer: {path}" },
  show_format: {
    vi: "Định dạng {format}; tệp {size}, nhật ký ghi {log}",
    en: "Format {format}; file {size}, write-ahead log {log}",
  },
  show_pages: {
    vi: "Trang trống: {free}/{pages} (mỗi trang {bytes} byte); đĩa còn {disk}",
    en: "Free pages: {free} of {pages} ({bytes} bytes each); disk {disk} free",
  },
  show_epoch: {
    vi: "Epoch {epoch}, rev {rev} (tệp có {epochs} epoch)",
    en: "Epoch {epoch}, rev {rev} ({epochs} in the file)",
  },
  show_numbers: { vi: "Bản ghi số {first} đến {last}", en: "Numbers {first} to {last}" },
  show_records: {
    vi: "{records} bản ghi, {readings} số đo, {bytes} byte mỗi số đo",
    en: "{records} records, {readings} readings, {bytes} bytes a reading",
  },
  show_this_machine: { vi: "Máy: máy này", en: "Machine: this one" },
  show_other_machine: {
    vi: "Máy: máy khác; gateway ở đây sẽ bắt đầu epoch mới",
    en: "Machine: another; a gateway here will begin a new epoch",
  },
  show_identity: { vi: "Tệp nhận dạng: {state}", en: "Identity file: {state}" },
  identity_agrees: { vi: "khớp", en: "agrees" },
  identity_missing: { vi: "KHÔNG ĐỌC ĐƯỢC", en: "CANNOT BE READ" },
  identity_other_epoch: { vi: "EPOCH KHÁC", en: "ANOTHER EPOCH" },
  identity_behind: { vi: "SỐ DÀNH TRƯỚC NHỎ HƠN BỘ ĐỆM", en: "BEHIND THE BUFFER" },
  show_used: { vi: "Đang được tiến trình {pid} dùng", en: "In use by process {pid}" },
  show_free: { vi: "Không gateway nào đang dùng", en: "No gateway uses it" },
  show_beside: { vi: "Tệp cất bên cạnh:", en: "Files kept beside it:" },
  label_priority: { vi: "Ưu tiên", en: "Priority" },
  label_records: { vi: "Bản ghi", en: "Records" },
  label_readings: { vi: "Số đo", en: "Readings" },
  label_numbers: { vi: "Số thứ tự", en: "Numbers" },
  label_from: { vi: "Từ lúc", en: "From" },
  label_to: { vi: "Đến lúc", en: "To" },
  label_uplink: { vi: "Nơi nhận", en: "Uplink" },
  label_acknowledged: { vi: "Đã nhận", en: "Acknowledged" },
  label_pending: { vi: "Chờ gửi", en: "Waiting" },
  label_pending_from: { vi: "Chờ từ số", en: "Waiting from" },
  priority_low: { vi: "thấp", en: "low" },
  priority_normal: { vi: "thường", en: "normal" },
  priority_high: { vi: "cao", en: "high" },
  priority_alarm: { vi: "cảnh báo", en: "alarm" },
  priority_event: { vi: "sự kiện", en: "events" },
  verified: {
    vi: "{path}: {rows} khối, {records} bản ghi, {readings} số đo.",
    en: "{path}: {rows} chunks, {records} records, {readings} readings.",
  },
  verified_numbers: { vi: "Số thứ tự {first} đến {last}.", en: "Numbers {first} to {last}." },
  structure_left_out: {
    vi: "Không kiểm tra cấu trúc SQLite: tệp lớn và gateway đang dùng.",
    en: "The structure of SQLite was not checked: the file is large and in use.",
    hint: {
      vi: "Dừng gateway rồi chạy lại để kiểm tra cả phần này.",
      en: "Stop the gateway and verify again to check that too.",
    },
  },
  more_findings: { vi: "... và {count} lỗi nữa.", en: "... and {count} more." },
  verified_good: { vi: "Tốt.", en: "All is well." },
  verified_bad: { vi: "Có {count} lỗi.", en: "{count} faults." },
  backed_up: {
    vi: "Đã sao lưu vào {file} ({size} MB), bản kê {manifest}, SHA-256 {sha256}.",
    en: "Backed up into {file} ({size} MB), manifest {manifest}, SHA-256 {sha256}.",
    hint: { vi: "Chép cả hai tệp đi nơi khác.", en: "Carry both files away." },
  },
  exported: {
    vi: "{file}: {records} bản ghi, {readings} số đo, {events} sự kiện.",
    en: "{file}: {records} records, {readings} readings, {events} events.",
  },
  export_damaged: {
    vi: "{count} khối không đọc được và bị bỏ qua.",
    en: "{count} chunks could not be read and were left out.",
    hint: { vi: "Xem: tram buffer verify", en: "See: tram buffer verify" },
  },
  not_compared: {
    vi: "Không có bản kê: không so được mã SHA-256.",
    en: "There is no manifest: the SHA-256 was not compared.",
  },
  replaced: {
    vi: "Tệp đang có được cất sang {aside}.",
    en: "The file that stood there was set aside as {aside}.",
  },
  restored_new_epoch: {
    vi: "{path} sẵn sàng. Khi khởi động, gateway bắt đầu epoch mới; số liệu chờ gửi được gửi theo epoch {epoch}.",
    en: "{path} is ready. When it starts, the gateway begins a new epoch; the backlog is sent under epoch {epoch}.",
  },
  restored_same_epoch: {
    vi: "{path} sẵn sàng. Gateway tiếp tục epoch {epoch}; các số sau bản sao được báo cho trung tâm là không có (void).",
    en: "{path} is ready. The gateway goes on with epoch {epoch}; numbers after the backup are told to the centre as void.",
  },
});
