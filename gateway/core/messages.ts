import { messages } from "../../drivers/core/message.js";

/** What stands in the audit: its codes are stored for years and never change their meaning. */
export const AUDIT_MESSAGES = messages("audit", {
  started: {
    vi: "Gateway bắt đầu chạy: phiên bản {version}, cấu hình {config}, epoch {epoch}, rev {rev}.",
    en: "The gateway started: version {version}, configuration {config}, epoch {epoch}, rev {rev}.",
  },
  unit_changed: {
    vi: "Đổi địa chỉ Modbus bằng tram scan: {profile} ở {line}, từ {from} sang {to}: {result}.",
    en: "Unit id changed with tram scan: {profile} at {line}, from {from} to {to}: {result}.",
  },
  stopped: {
    vi: "Gateway dừng theo lệnh.",
    en: "The gateway was stopped.",
  },
  cut_off: {
    vi: "Lần chạy trước bị ngắt giữa chừng (mất điện hoặc tiến trình bị tắt); mục cuối lúc {last}.",
    en: "The run before was cut off by a power cut or a kill; its last entry is of {last}.",
  },
  version_changed: {
    vi: "Phiên bản đổi từ {old} sang {new}.",
    en: "The version changed from {old} to {new}.",
  },
  configuration_changed: {
    vi: "Cấu hình đổi từ {old} (rev {old_rev}) sang {new} (rev {rev}).",
    en: "The configuration changed from {old} (rev {old_rev}) to {new} (rev {rev}).",
  },
  epoch_changed: {
    vi: "Epoch đổi từ {old} sang {new}.",
    en: "The epoch changed from {old} to {new}.",
  },
  clock_trusted: {
    vi: "Đồng hồ đã được đồng bộ.",
    en: "The clock became trusted.",
  },
  clock_stepped: {
    vi: "Đồng hồ nhảy {by} s (số lần: {steps}), từ {from} sang {to}.",
    en: "The clock stepped by {by} s (steps: {steps}), from {from} to {to}.",
  },
  lost: {
    vi: "Nơi nhận {uplink} mất {count} bản ghi từ {from} đến {to} ({reason}).",
    en: "The uplink {uplink} lost {count} records between {from} and {to} ({reason}).",
  },
  void: {
    vi: "Các số từ {from} đến {to} bị bỏ trống ({reason}).",
    en: "The numbers {from} to {to} are void ({reason}).",
  },
  epoch_began: {
    vi: "Epoch mới {new} bắt đầu sau {old} (số cuối {old_last}): {reason}.",
    en: "A new epoch {new} began after {old} (its last number {old_last}): {reason}.",
  },
  buffer_damaged: {
    vi: "Tệp bộ đệm bị hỏng, đã cất sang {set_aside}; cứu được {saved} bản ghi.",
    en: "The buffer file was damaged and set aside as {set_aside}; {saved} records were saved.",
  },
  below_keep_at_least: {
    vi: "Bộ đệm không còn giữ đủ {seconds} giây số liệu như cam kết (keep_at_least): {reason}.",
    en: "The buffer no longer keeps the {seconds} s that it promises (keep_at_least): {reason}.",
  },
  keep_at_least_again: {
    vi: "Bộ đệm lại giữ đủ {seconds} giây số liệu như cam kết (keep_at_least).",
    en: "The buffer keeps the {seconds} s that it promises (keep_at_least) again.",
  },
  request: {
    vi: "Trung tâm yêu cầu {request} (mã {id}): {state}, lý do {reason}, đã gửi {sent}.",
    en: "The centre asked for {request} (id {id}): {state}, reason {reason}, sent {sent}.",
  },
  requests_too_often: {
    vi: "Nơi nhận {uplink} gửi yêu cầu quá dày: {count} yêu cầu bị từ chối.",
    en: "The uplink {uplink} sent requests too often: {count} were refused.",
  },
  write_asked: {
    vi: "Ghi {target}: {old} → {value} (từ {words}), lý do: {reason}.",
    en: "Write {target}: {old} → {value} (words {words}), reason: {reason}.",
  },
  write_done: {
    vi: "Ghi {target}: {state}, đọc lại {read_back}, mã lỗi {exception}.",
    en: "Write {target}: {state}, read back {read_back}, exception {exception}.",
  },
  write_refused: {
    vi: "Từ chối ghi {value} vào {target}: {problem}",
    en: "The write of {value} to {target} was refused: {problem}",
  },
  device_marked: {
    vi: "Thiết bị {device} chuyển sang {state} đến {until}: {reason}.",
    en: "The device {device} was put into {state} until {until}: {reason}.",
  },
  device_unmarked: {
    vi: "Thiết bị {device} trở lại đo bình thường.",
    en: "The device {device} measures again.",
  },
  config_applied: {
    vi: "Áp dụng thử cấu hình mới ({summary}); tự hoàn tác lúc {until} nếu không xác nhận.",
    en: "A new configuration is applied ({summary}); it is taken back at {until} unless it is confirmed.",
  },
  config_confirmed: { vi: "Xác nhận cấu hình mới.", en: "The new configuration is confirmed." },
  config_reverted: {
    vi: "Hoàn tác cấu hình: {why}",
    en: "The configuration is taken back: {why}",
  },
  config_recovered: {
    vi: "Gateway dừng khi cấu hình mới (do {by} áp dụng lúc {since}) chưa được xác nhận: chạy lại với cấu hình cũ.",
    en: "The gateway ended while a new configuration ({by}, {since}) was not confirmed: it runs with the old one.",
  },
  uplink_paused: {
    vi: "Ngắt thử nơi nhận {uplink} để kiểm tra bộ đệm, tự nối lại lúc {until}.",
    en: "The uplink {uplink} is cut to test the buffer; it goes on by itself at {until}.",
  },
  uplink_resumed: {
    vi: "Hết ngắt thử nơi nhận {uplink} ({end}).",
    en: "The cut of the uplink {uplink} is over ({end}).",
  },
  audit_set_aside: {
    vi: "Tệp nhật ký thao tác cũ được cất sang {path} ({problem}); mục cuối đọc được: {last}, {hash}.",
    en: "The old audit file was set aside as {path} ({problem}); its last known entry is {last}, {hash}.",
  },
  audit_torn: {
    vi: "Cắt bỏ {bytes} byte ghi dở ở cuối tệp nhật ký thao tác.",
    en: "{bytes} bytes of an unfinished entry were cut off the end of the audit file.",
  },
  audit_missing: {
    vi: "Thiếu {count} mục từ {from} đến {to}: đĩa không ghi được và bộ nhớ chờ đã đầy.",
    en: "{count} entries from {from} to {to} are missing: the disk took nothing and the memory was full.",
  },
  audit_trimmed: {
    vi: "Hết hạn lưu: đã bỏ {count} mục đến số {to} ({hash}).",
    en: "Older than they are kept: {count} entries up to number {to} ({hash}) were removed.",
  },
});

/** Why a device cannot be taken into maintenance. */
export const MARK_MESSAGES = messages("mark", {
  unknown_device: {
    vi: "Không có thiết bị {device}.",
    en: "There is no device {device}.",
    hint: { vi: "Có: {devices}", en: "There are: {devices}" },
  },
  not_marked: {
    vi: "Thiết bị {device} không ở trạng thái bảo trì hay hiệu chuẩn.",
    en: "The device {device} is neither under maintenance nor being calibrated.",
  },
});

/** Why an uplink cannot be cut for a test. */
export const PAUSE_MESSAGES = messages("pause", {
  unknown_uplink: {
    vi: "Không có nơi nhận {uplink}.",
    en: "There is no uplink {uplink}.",
    hint: { vi: "Có: {uplinks}", en: "There are: {uplinks}" },
  },
  already: {
    vi: "Nơi nhận {uplink} đang được ngắt thử.",
    en: "The uplink {uplink} is being cut for a test.",
    hint: { vi: "Chờ lần thử đó xong rồi chạy lại.", en: "Wait until that test is over, then try again." },
  },
  not_up: {
    vi: "Nơi nhận {uplink} chưa kết nối nên không có gì để ngắt.",
    en: "The uplink {uplink} is not connected: there is nothing to cut.",
    hint: { vi: "Xem nguyên nhân: tram status", en: "See why: tram status" },
  },
  not_paused: {
    vi: "Nơi nhận {uplink} chưa bị ngắt thử lần nào.",
    en: "The uplink {uplink} has not been cut.",
  },
  under_way: {
    vi: "Đang ngắt thử {url} để kiểm tra bộ đệm; số liệu được giữ lại.",
    en: "{url} is cut for a test of the buffer; records are kept.",
  },
});

/** What may be said of a change of the configuration of a running gateway. */
export const CHANGE_MESSAGES = messages("change", {
  busy: {
    vi: "Đang đổi cấu hình.",
    en: "The configuration is being changed just now.",
    hint: { vi: "Thử lại sau vài giây.", en: "Try again in a few seconds." },
  },
  pending_already: {
    vi: "Đã có một cấu hình đang chờ xác nhận (do {by} áp dụng).",
    en: "A configuration waits for its confirmation already (applied by {by}).",
    hint: {
      vi: "tram config confirm, hoặc tram config revert",
      en: "tram config confirm, or tram config revert",
    },
  },
  nothing_pending: {
    vi: "Không có cấu hình nào chờ xác nhận.",
    en: "No configuration waits for a confirmation.",
  },
  nothing_changes: {
    vi: "Gateway đang chạy đúng cấu hình này rồi.",
    en: "The gateway runs with this configuration already.",
  },
  needs_restart: {
    vi: "Không đổi được khi đang chạy: {keys}.",
    en: "This cannot be changed while it runs: {keys}.",
    hint: {
      vi: "Sửa gateway.yaml, tram check, rồi khởi động lại: sudo systemctl restart tram",
      en: "Change gateway.yaml, tram check, and start anew: sudo systemctl restart tram",
    },
  },
  not_valid: {
    vi: "Cấu hình mới có {errors} lỗi; dòng {problem}",
    en: "The new configuration has {errors} errors; line {problem}",
    hint: { vi: "Xem tất cả: tram check TỆP", en: "See all of them: tram check FILE" },
  },
  not_writable: {
    vi: "Không ghi được {file}: {problem}",
    en: "{file} cannot be written: {problem}",
    hint: {
      vi: "Gateway phải được ghi vào thư mục chứa gateway.yaml: kiểm tra quyền và chỗ trống.",
      en: "The gateway must be able to write into the folder of gateway.yaml: see to rights and room.",
    },
  },
  failed: {
    vi: "Không chạy được với cấu hình mới: {problem}",
    en: "It cannot run with the new configuration: {problem}",
  },
  asked_for: { vi: "có người yêu cầu", en: "somebody asked for it" },
  not_confirmed: { vi: "không ai xác nhận kịp", en: "nobody confirmed it in time" },
  not_reached: { vi: "không liên lạc lại được: {missing}", en: "not reached any more: {missing}" },
  held_too_many: {
    vi: "{count} lần đọc bị bỏ trong lúc đổi cấu hình: bộ đệm mở lại quá lâu.",
    en: "{count} answers were dropped while the configuration changed: the buffer took too long to open.",
  },
});
