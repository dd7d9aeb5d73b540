import { messages } from "../../../drivers/core/message.js";

/** `tram status`: what is not well, and what to do. */
export const STATUS_MESSAGES = messages("status", {
  all_well: { vi: "Mọi thứ đều tốt.", en: "All is well." },
  not_well: { vi: "Cần xem ({count}):", en: "To see to ({count}):" },
  no_uplinks: {
    vi: "chưa có; số đo được giữ ở đây. Thêm: uplinks trong gateway.yaml",
    en: "none yet; readings are kept here. Add one: uplinks in gateway.yaml",
  },
  check: {
    vi: "kết thúc với mã 1 khi có việc cần xem",
    en: "ends with 1 where something is to be seen to",
  },
  pending: {
    vi: "Cấu hình mới ({by}) đang áp dụng thử, tự hoàn tác lúc {until}.",
    en: "A new configuration ({by}) is being tried; it is taken back at {until}.",
    hint: {
      vi: "Giữ lại: tram config confirm; bỏ: tram config revert",
      en: "Keep it: tram config confirm; drop it: tram config revert",
    },
  },
  pending_missing: {
    vi: "Cấu hình mới ({by}) đang áp dụng thử, tự hoàn tác lúc {until}; chưa liên lạc lại được: {missing}.",
    en: "A new configuration ({by}) is being tried, taken back at {until}; not reached again yet: {missing}.",
    hint: { vi: "Bỏ ngay: tram config revert", en: "Drop it now: tram config revert" },
  },
  clock_untrusted: {
    vi: "Đồng hồ chưa chính xác: số đo được đánh dấu.",
    en: "The clock is not trusted: readings are marked.",
    hint: {
      vi: "Nối mạng cho NTP, hoặc đặt giờ theo điện thoại: tram doctor chỉ cách làm.",
      en: "Give it a network for NTP, or set it from a phone: tram doctor says how.",
    },
  },
  device_lost: {
    vi: "Mất kết nối thiết bị.",
    en: "The device is lost.",
    hint: { vi: "Kiểm tra nguồn và hai dây A, B.", en: "See to its power and its wires A and B." },
  },
  bad_points: {
    vi: "{count} điểm đo không dùng được.",
    en: "{count} points are bad.",
    hint: { vi: "Xem nguyên nhân: tram watch {device}", en: "See why: tram watch {device}" },
  },
  below_keep_at_least: {
    vi: "KHÔNG GIỮ ĐỦ keep_at_least: thiếu chỗ cho số liệu.",
    en: "BELOW keep_at_least: there is no room for what should be kept.",
    hint: {
      vi: "Tăng buffer.max_size, dọn đĩa, hoặc đọc thưa hơn (every).",
      en: "Raise buffer.max_size, free the disk, or read less often (every).",
    },
  },
  disk_full: {
    vi: "ĐĨA ĐẦY: số liệu mới thay chỗ số liệu cũ.",
    en: "DISK FULL: new records take the place of old ones.",
    hint: {
      vi: "Dọn bớt đĩa: df -h, du -xh / | sort -h | tail",
      en: "Free the disk: df -h, du -xh / | sort -h | tail",
    },
  },
  not_durable: {
    vi: "KHÔNG LƯU ĐƯỢC: số đo chỉ ở trong bộ nhớ.",
    en: "NOT STORED: readings are in memory only.",
    hint: {
      vi: "Thẻ nhớ hoặc đĩa có thể hỏng: tram doctor; mất điện lúc này là mất số đo chưa gửi.",
      en: "The card or disk may be failing: tram doctor; a power cut now loses what is not sent.",
    },
  },
  audit_unwritable: {
    vi: "Nhật ký thao tác KHÔNG GHI ĐƯỢC ({problem}): {waiting} mục chờ trong bộ nhớ.",
    en: "The audit CANNOT BE WRITTEN ({problem}): {waiting} entries wait in memory.",
    hint: {
      vi: "Kiểm tra đĩa và quyền ghi: tram doctor.",
      en: "See to the disk and the rights: tram doctor.",
    },
  },
  audit_missing: {
    vi: "Nhật ký thao tác thiếu {count} mục kể từ khi chạy: bộ nhớ chờ đã đầy.",
    en: "{count} entries of the audit are missing since start: the memory was full.",
  },
});
