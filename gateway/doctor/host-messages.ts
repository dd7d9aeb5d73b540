import { messages } from "../../drivers/core/message.js";

const SUPPLY = {
  vi: "Dùng nguồn 5 V đúng loại (Pi 4: 3 A, Pi 5: 5 A), dây ngắn và to; rút bớt thiết bị USB hoặc dùng hub có nguồn.",
  en: "Use a proper 5 V supply (Pi 4: 3 A, Pi 5: 5 A) and short, thick wires; unplug USB devices or use a powered hub.",
} as const;
const COOL = {
  vi: "Cho thoáng tủ, gắn tản nhiệt hoặc quạt, tránh nắng chiếu vào tủ.",
  en: "Let air into the cabinet, add a heat sink or a fan, keep the sun off it.",
} as const;

export const HOST_CHECK_MESSAGES = messages("doctor", {
  clock_title: { vi: "Đồng hồ", en: "Clock" },
  clock_good: {
    vi: "Đồng hồ đã đồng bộ ({source}): {now}.",
    en: "The clock is synchronised ({source}): {now}.",
  },
  clock_by_config: {
    vi: "Cấu hình nói tin đồng hồ (clock: trusted) nhưng hệ thống chưa đồng bộ: {now}.",
    en: "The configuration trusts the clock (clock: trusted), the system has not synchronised it: {now}.",
    hint: {
      vi: 'So với điện thoại; nếu sai: sudo date -s "2026-11-26 14:05"; sudo hwclock -w',
      en: 'Compare it with a phone; if wrong: sudo date -s "2026-11-26 14:05"; sudo hwclock -w',
    },
  },
  clock_bad: {
    vi: "Đồng hồ chưa đồng bộ: {now}. Số đo được đánh dấu cho tới khi đúng giờ.",
    en: "The clock is not synchronised: {now}. Readings are marked until it is.",
    hint: {
      vi: 'Cần mạng cho NTP: timedatectl set-ntp true. Chưa có mạng: lấy giờ từ điện thoại, sudo date -s "2026-11-26 14:05"',
      en: 'NTP needs the network: timedatectl set-ntp true. Without: take the time from a phone, sudo date -s "2026-11-26 14:05"',
    },
  },
  zone: { vi: "Múi giờ {zone}.", en: "Time zone {zone}." },
  zone_differs: {
    vi: "Múi giờ của máy là {zone}, của gateway.yaml là {wanted}. Số liệu gửi theo UTC nên không sao.",
    en: "The box's time zone is {zone}, that of gateway.yaml {wanted}. Readings are sent in UTC, so it does no harm.",
  },
  no_rtc: {
    vi: "Không có đồng hồ pin (RTC): sau khi mất điện mà chưa có mạng, số đo bị đánh dấu chưa đúng giờ.",
    en: "There is no battery clock (RTC): after a power cut without network readings are marked as untimed.",
  },
  no_rtc_no_time: {
    vi: "Không có đồng hồ pin (RTC), và giờ chưa đồng bộ.",
    en: "There is no battery clock (RTC), and the time is not synchronised.",
    hint: {
      vi: "Trạm hay mất mạng nên gắn RTC (DS3231, hoặc pin cho Pi 5).",
      en: "Where the network often fails, fit an RTC (DS3231, or the battery of a Pi 5).",
    },
  },
  rtc_unreadable: {
    vi: "Có đồng hồ pin {name} nhưng không đọc được giờ.",
    en: "There is a battery clock {name}, but it tells no time.",
    hint: {
      vi: "Thường là hết pin: thay pin (CR2032), rồi sudo hwclock -w",
      en: "Mostly its battery is empty: replace it (CR2032), then sudo hwclock -w",
    },
  },
  rtc_reset: {
    vi: "Đồng hồ pin {name} chỉ năm {date}: hết pin hoặc chưa đặt giờ.",
    en: "The battery clock {name} says {date}: its battery is empty, or it was never set.",
    hint: {
      vi: "Thay pin (CR2032); khi giờ máy đúng: sudo hwclock -w",
      en: "Replace the battery (CR2032); when the box's time is right: sudo hwclock -w",
    },
  },
  rtc_apart: {
    vi: "Đồng hồ pin {name} lệch {seconds} s so với giờ đã đồng bộ.",
    en: "The battery clock {name} is {seconds} s apart from the synchronised time.",
    hint: { vi: "Chạy: sudo hwclock -w", en: "Run: sudo hwclock -w" },
  },
  rtc_good: { vi: "Có đồng hồ pin {name}.", en: "There is a battery clock {name}." },
  power_title: { vi: "Nguồn điện", en: "Power" },
  power_good: {
    vi: "Nguồn đủ, không bị giảm tốc từ lúc khởi động.",
    en: "The supply is good; no throttling since the start.",
  },
  power_unknown: {
    vi: "Máy này không báo tình trạng nguồn.",
    en: "This box does not tell how its supply is.",
  },
  undervoltage_now: {
    vi: "ĐANG THIẾU ÁP: nguồn dưới 4,63 V.",
    en: "UNDER-VOLTAGE NOW: the supply is below 4.63 V.",
    hint: SUPPLY,
  },
  undervoltage_since: {
    vi: "Từ lúc khởi động đã có lúc thiếu áp (dưới 4,63 V).",
    en: "There was under-voltage since the start (below 4.63 V).",
    hint: SUPPLY,
  },
  capped_now: { vi: "Tốc độ CPU đang bị hạn chế.", en: "The CPU's frequency is capped now.", hint: SUPPLY },
  capped_since: {
    vi: "Từ lúc khởi động CPU đã có lúc bị hạn chế tốc độ.",
    en: "The CPU's frequency was capped since the start.",
    hint: SUPPLY,
  },
  throttled_now: {
    vi: "CPU đang bị giảm tốc vì nguồn hoặc nhiệt.",
    en: "The CPU is throttled now, for power or heat.",
    hint: SUPPLY,
  },
  throttled_since: {
    vi: "Từ lúc khởi động CPU đã có lúc bị giảm tốc.",
    en: "The CPU was throttled since the start.",
    hint: SUPPLY,
  },
  soft_limit_now: {
    vi: "Máy đang nóng tới giới hạn mềm.",
    en: "The box is at its soft temperature limit now.",
    hint: COOL,
  },
  soft_limit_since: {
    vi: "Từ lúc khởi động máy đã có lúc nóng tới giới hạn mềm.",
    en: "The box was at its soft temperature limit since the start.",
    hint: COOL,
  },
  machine_title: { vi: "Máy", en: "The box" },
  machine: {
    vi: "{model}, Linux {kernel}, Node {node}, chạy {hours} giờ, mã máy {id}.",
    en: "{model}, Linux {kernel}, Node {node}, up for {hours} hours, machine id {id}.",
  },
  machine_id_missing: {
    vi: "Máy chưa có machine-id riêng; hai máy chép cùng thẻ nhớ sẽ bị nhầm.",
    en: "The box has no machine-id of its own; two boxes with copies of one card would be confused.",
    hint: { vi: "Chạy: sudo systemd-machine-id-setup", en: "Run: sudo systemd-machine-id-setup" },
  },
  memory: { vi: "Bộ nhớ còn {free} MB trong {total} MB.", en: "{free} MB of {total} MB of memory are free." },
  memory_low: {
    vi: "Bộ nhớ chỉ còn {free} MB trong {total} MB.",
    en: "Only {free} MB of {total} MB of memory are free.",
    hint: {
      vi: "Xem chương trình chiếm nhiều: ps aux --sort=-rss | head",
      en: "See who takes it: ps aux --sort=-rss | head",
    },
  },
  temperature: { vi: "Nhiệt độ {celsius} °C.", en: "{celsius} °C." },
  hot: { vi: "Nóng: {celsius} °C.", en: "Hot: {celsius} °C.", hint: COOL },
  too_hot: {
    vi: "QUÁ NÓNG: {celsius} °C, CPU bị giảm tốc.",
    en: "TOO HOT: {celsius} °C, the CPU is slowed down.",
    hint: COOL,
  },
  watchdog_active: { vi: "Watchdog phần cứng đang hoạt động.", en: "The hardware watchdog is active." },
  watchdog_idle: {
    vi: "Có watchdog phần cứng nhưng chưa bật: máy treo thì không tự khởi động lại.",
    en: "There is a hardware watchdog, not in use: a box that hangs does not restart by itself.",
    hint: {
      vi: "Đặt RuntimeWatchdogSec=15 trong /etc/systemd/system.conf",
      en: "Set RuntimeWatchdogSec=15 in /etc/systemd/system.conf",
    },
  },
  no_watchdog: { vi: "Không có watchdog phần cứng.", en: "There is no hardware watchdog." },
  kernel_title: { vi: "Nhật ký của Linux", en: "Messages of the kernel" },
  kernel_good: {
    vi: "Không có lỗi USB, nguồn, đĩa từ lúc khởi động.",
    en: "No trouble with USB, power or disks since the start.",
  },
  kernel_hidden: {
    vi: "Người dùng này không được đọc nhật ký của Linux.",
    en: "This user may not read the messages of the kernel.",
    hint: {
      vi: "Để xem cả phần này: sudo tram doctor --only kernel",
      en: "For this part too: sudo tram doctor --only kernel",
    },
  },
  kernel_usb: {
    vi: "Thiết bị USB bị rời ra {count} lần từ lúc khởi động: {last}",
    en: "USB devices left {count} times since the start: {last}",
    hint: {
      vi: "Cắm chặt, thay cáp, gắn lõi chống nhiễu; kiểm tra nguồn.",
      en: "Plug it in firmly, replace the cable, fit a ferrite; check the supply.",
    },
  },
  kernel_overcurrent: {
    vi: "Cổng USB quá dòng {count} lần: {last}",
    en: "A USB socket had over-current {count} times: {last}",
    hint: SUPPLY,
  },
  kernel_undervoltage: {
    vi: "Thiếu áp {count} lần từ lúc khởi động: {last}",
    en: "Under-voltage {count} times since the start: {last}",
    hint: SUPPLY,
  },
  kernel_disk: {
    vi: "Đĩa hoặc hệ thống tệp lỗi {count} lần: {last}",
    en: "A disk or file system failed {count} times: {last}",
    hint: {
      vi: "Chép số liệu ra ngay (tram buffer backup), rồi thay thẻ nhớ.",
      en: "Copy the readings now (tram buffer backup), then replace the card.",
    },
  },
  kernel_card: {
    vi: "Thẻ nhớ báo lỗi {count} lần: {last}",
    en: "The memory card reported errors {count} times: {last}",
    hint: {
      vi: "Lau chân, cắm lại; nếu còn lỗi, thay thẻ loại bền (high endurance).",
      en: "Clean the contacts and insert it again; if it goes on, take a high-endurance card.",
    },
  },
  kernel_memory: {
    vi: "Linux đã tắt chương trình vì hết bộ nhớ {count} lần: {last}",
    en: "Programs were ended for lack of memory {count} times: {last}",
    hint: {
      vi: "Xem chương trình chiếm nhiều: ps aux --sort=-rss | head",
      en: "See who takes it: ps aux --sort=-rss | head",
    },
  },
});
