import { messages } from "../../../drivers/core/message.js";

/** `tram config`. */
export const CONFIG_VERB_MESSAGES = messages("config_verb", {
  summary: { vi: "Xem, so sánh, áp dụng cấu hình", en: "Show, compare and apply the configuration" },
  about: {
    vi: "Cấu hình của trạm: xem đầy đủ, so với bản đang chạy, áp dụng thử khi gateway đang chạy và tự hoàn tác nếu không xác nhận.",
    en: "The configuration of a station: shown in full, compared with what runs, applied to the running gateway and taken back by itself unless it is confirmed.",
  },
  show_summary: { vi: "cấu hình đầy đủ, giấu mật khẩu", en: "the whole configuration, secrets hidden" },
  show_about: {
    vi: "In cấu hình đầy đủ: giá trị mặc định, điểm đo của mẫu thiết bị, đường dẫn tuyệt đối; mật khẩu được giấu.",
    en: "Prints the configuration in full: defaults, points of profiles, absolute paths; secrets are hidden.",
  },
  running: {
    vi: "cấu hình của gateway đang chạy, không phải của tệp",
    en: "that of the running gateway instead of the file's",
  },
  diff_summary: { vi: "tệp khác gì với bản đang chạy", en: "how a file differs from what runs" },
  diff_about: {
    vi: "So cấu hình trong TỆP (mặc định: gateway.yaml) với bản gateway đang chạy, và cho biết phần nào phải chạy lại. Gateway không chạy thì so TỆP với gateway.yaml. Mã kết thúc: 0 giống nhau, 1 khác nhau.",
    en: "Compares FILE (by default gateway.yaml) with what the gateway runs with, and says which parts would be restarted. Where none runs, FILE is compared with gateway.yaml. Exit code 0: the same, 1: they differ.",
  },
  apply_summary: {
    vi: "áp dụng thử, tự hoàn tác nếu không xác nhận",
    en: "apply it, taken back unless confirmed",
  },
  apply_about: {
    vi: `Kiểm tra TỆP (mặc định: gateway.yaml), cho xem thay đổi, hỏi lại, rồi gateway đang chạy chuyển sang cấu hình đó mà chỉ chạy lại phần thay đổi.
Sau --confirm-within mà chưa xác nhận (tại đây, hoặc tram config confirm), hoặc khi thiết bị hay trung tâm đang liên lạc được mà mất, gateway tự hoàn tác. Mất điện giữa chừng cũng vậy.`,
    en: `Checks FILE (by default gateway.yaml), shows what changes, asks, and then the running gateway goes on with it; only what changed is restarted.
Unless it is confirmed within --confirm-within (here, or by tram config confirm), or where a device or the centre that was reached is not any more, the gateway takes it back by itself. So does a power cut.`,
  },
  confirm_summary: { vi: "giữ cấu hình đang áp dụng thử", en: "keep what is being tried" },
  confirm_about: {
    vi: "Xác nhận cấu hình đang áp dụng thử: không tự hoàn tác nữa.",
    en: "Confirms the configuration that is being tried: it is not taken back any more.",
  },
  revert_summary: { vi: "hoàn tác ngay", en: "take it back now" },
  revert_about: {
    vi: "Trở lại cấu hình trước ngay bây giờ.",
    en: "Goes back to the configuration before, now.",
  },
  file: { vi: "cấu hình mới; mặc định: gateway.yaml", en: "the new configuration; by default gateway.yaml" },
  within: {
    vi: "tự hoàn tác sau bao lâu nếu không xác nhận",
    en: "taken back after so long unless confirmed",
  },
  by: { vi: "ai làm; mặc định: tên đăng nhập", en: "who does it; by default the login name" },
  word_name: { vi: "HỌ-TÊN", en: "NAME" },
  yes: {
    vi: "không hỏi; xác nhận sau bằng tram config confirm",
    en: "does not ask; confirm it later by tram config confirm",
  },
  same: { vi: "Không có gì khác.", en: "There is no difference." },
  differs: { vi: "{count} chỗ khác:", en: "Differences ({count}):" },
  more: {
    vi: "… và {count} chỗ nữa (--json cho tất cả)",
    en: "... and {count} more (--json has all of them)",
  },
  stops: { vi: "Bỏ: {parts}.", en: "Ended: {parts}." },
  starts: { vi: "Thêm: {parts}.", en: "Started: {parts}." },
  restarts: { vi: "Chạy lại: {parts}.", en: "Restarted: {parts}." },
  kept: { vi: "Không đụng tới: {parts}.", en: "Not touched: {parts}." },
  new_revision: {
    vi: "Danh mục điểm đo thay đổi: rev tăng thêm 1, nơi nhận nối lại để báo trung tâm trước.",
    en: "The readings are described anew: rev counts up, and uplinks connect anew to tell the centre first.",
  },
  needs_restart: {
    vi: "Phải khởi động lại gateway vì: {keys}.",
    en: "The gateway must be started anew because of: {keys}.",
    hint: { vi: "sudo systemctl restart tram", en: "sudo systemctl restart tram" },
  },
  not_running: {
    vi: "Không có gateway nào đang chạy với {file}: không có gì để áp dụng thử.",
    en: "No gateway runs with {file}: there is nothing to apply it to.",
    hint: {
      vi: "tram check TỆP, chép đè lên gateway.yaml, rồi chạy: tram run, hoặc sudo systemctl start tram",
      en: "tram check FILE, copy it over gateway.yaml, and start: tram run, or sudo systemctl start tram",
    },
  },
  ask: { vi: "Áp dụng thử? [c/K] ", en: "Apply it? [y/N] " },
  cannot_ask: {
    vi: "Không có ai ở bàn phím để hỏi.",
    en: "Nobody is there to be asked.",
    hint: {
      vi: "Thêm --yes, rồi tram config confirm trong thời hạn.",
      en: "Add --yes, and tram config confirm in time.",
    },
  },
  not_applied: { vi: "Không áp dụng gì.", en: "Nothing was applied." },
  applied: {
    vi: "Đang chạy với cấu hình mới; tự hoàn tác lúc {until} nếu không xác nhận.",
    en: "It runs with the new configuration; taken back at {until} unless it is confirmed.",
  },
  how_to: {
    vi: "Giữ lại: tram config confirm. Bỏ: tram config revert.",
    en: "Keep it: tram config confirm. Drop it: tram config revert.",
  },
  waiting: {
    vi: "Còn {seconds} s; chưa liên lạc lại: {missing}",
    en: "{seconds} s left; not reached yet: {missing}",
  },
  all_reached: {
    vi: "Còn {seconds} s; mọi thứ trước đây liên lạc được đều đã liên lạc lại",
    en: "{seconds} s left; all that was reached is reached again",
  },
  ask_confirm: {
    vi: "Giữ cấu hình mới? [c: giữ, k: hoàn tác, Enter: xem lại] ",
    en: "Keep it? [y: keep, n: take back, Enter: look again] ",
  },
  left_pending: {
    vi: "Chưa xác nhận: gateway tự hoàn tác lúc {until}.",
    en: "Not confirmed: the gateway takes it back at {until}.",
    hint: { vi: "Giữ lại: tram config confirm", en: "Keep it: tram config confirm" },
  },
  confirmed: { vi: "Đã giữ cấu hình mới.", en: "The new configuration is kept." },
  reverted: { vi: "Đã hoàn tác: {why}.", en: "Taken back: {why}." },
  kept_copy: { vi: "Bản vừa bỏ ở {file}.", en: "What was dropped is {file}." },
});
