import { messages } from "../drivers/core/message.js";

export const RECEIVER_MESSAGES = messages("receiver", {
  usage: {
    vi: "Cách dùng: receiver run URL KHO [--client-id TÊN] [--share NHÓM] [--grace-ms 10000] | receiver report KHO [--json]  (--lang vi|en)\nKHO: một tệp SQLite, hoặc postgres://người-dùng@máy/cơ-sở-dữ-liệu.\nVí dụ: node dist/scripts/receiver.js run mqtt://127.0.0.1:1883 centre.db\nTài khoản: biến môi trường TRAM_MQTT_USERNAME, TRAM_MQTT_PASSWORD; của PostgreSQL: PGPASSWORD.",
    en: "Usage: receiver run URL STORE [--client-id NAME] [--share GROUP] [--grace-ms 10000] | receiver report STORE [--json]  (--lang vi|en)\nSTORE: a SQLite file, or postgres://user@host/database.\nExample: node dist/scripts/receiver.js run mqtt://127.0.0.1:1883 centre.db\nAccount: environment variables TRAM_MQTT_USERNAME, TRAM_MQTT_PASSWORD; of PostgreSQL: PGPASSWORD.",
  },
  wrong_use: {
    vi: "Không hiểu: {what}.",
    en: "Not understood: {what}.",
    hint: { vi: "Xem receiver --help.", en: "See receiver --help." },
  },
  no_file: {
    vi: "Không mở được {file}: {problem}.",
    en: "{file} cannot be opened: {problem}.",
    hint: {
      vi: "Kiểm tra đường dẫn và quyền đọc của tệp, hoặc tài khoản và tên cơ sở dữ liệu.",
      en: "Check the path and the rights of the file, or the account and the name of the database.",
    },
  },
  no_address: {
    vi: "Địa chỉ cơ sở dữ liệu không đúng: {shown}.",
    en: "{shown} is no address of a database.",
    hint: {
      vi: "Viết như postgres://centre@127.0.0.1/centre hoặc postgres:///centre?host=/run/postgresql&user=centre; thêm sslmode=require hay verify-full nếu cần.",
      en: "Write it like postgres://centre@127.0.0.1/centre or postgres:///centre?host=/run/postgresql&user=centre, with sslmode=require or verify-full where it is needed.",
    },
  },
  database_away: {
    vi: "Cơ sở dữ liệu {shown} không trả lời ({problem}).",
    en: "The database {shown} does not answer ({problem}).",
    hint: {
      vi: "Kiểm tra PostgreSQL có đang chạy không: systemctl status postgresql.",
      en: "Check whether PostgreSQL runs: systemctl status postgresql.",
    },
  },
  newer_store: {
    vi: "Kho này do bản mới hơn tạo ra (phiên bản {version}; bản này chỉ biết đến {known}).",
    en: "This store was made by a newer receiver (version {version}; this one knows {known}).",
    hint: { vi: "Dùng bản mới hơn của chương trình.", en: "Use the newer version of this program." },
  },
  running: { vi: "Đang nhận số liệu từ {url} vào {file}.", en: "Receiving from {url} into {file}." },
  problem: {
    vi: "Sự cố: {problem}; chương trình tự thử lại.",
    en: "Problem: {problem}; it is tried again.",
    hint: {
      vi: "Kiểm tra broker, tài khoản và nơi lưu trữ.",
      en: "Check the broker, the account and the store.",
    },
  },
  gap: {
    vi: "{gateway}: thiếu số {from} đến {to} (epoch {epoch}); đã yêu cầu gửi lại nếu còn.",
    en: "{gateway}: {from} to {to} are missing (epoch {epoch}); asked for again where they are kept.",
  },
  gap_closed: {
    vi: "{gateway}: số {from} đến {to} không còn thiếu ({by}).",
    en: "{gateway}: {from} to {to} are missing no more ({by}).",
  },
  conflict: {
    vi: "{gateway}: số {seq} đến hai lần với nội dung khác nhau (epoch {epoch}).",
    en: "{gateway}: {seq} came with two different contents (epoch {epoch}).",
  },
  unreadable: {
    vi: "{gateway}: bản tin không đọc được: {problem}.",
    en: "{gateway}: a message cannot be read: {problem}.",
  },
  gateway_complete: { vi: "{gateway}: ĐỦ", en: "{gateway}: COMPLETE" },
  gateway_incomplete: { vi: "{gateway}: THIẾU", en: "{gateway}: INCOMPLETE" },
  summary: {
    vi: "  {records} bản ghi, {readings} số đo, {duplicates} bản tin trùng, {conflicts} mâu thuẫn, {unreadable} không đọc được, {gaps} khoảng thiếu đã báo",
    en: "  {records} records, {readings} readings, {duplicates} duplicates, {conflicts} conflicts, {unreadable} unreadable, {gaps} gaps told",
  },
  open_gap: {
    vi: "  còn thiếu: {from} đến {to} (epoch {epoch})",
    en: "  missing: {from} to {to} (epoch {epoch})",
  },
  told: { vi: "  {kind}: {from} đến {to}, {reason}", en: "  {kind}: {from} to {to}, {reason}" },
  hours: {
    vi: "  giờ (UTC)          bản ghi   số đo     lỗi  gửi bù  trễ giữa/tối đa ms  đủ",
    en: "  hour (UTC)         records readings    bad    late  latency med/max ms  complete",
  },
  yes: { vi: "có", en: "yes" },
  no: { vi: "KHÔNG", en: "NO" },
});
