import { messages } from "../../../drivers/core/message.js";

/** `tram report`: the command. What stands on the page is in report-page-messages.ts. */
export const REPORT_MESSAGES = messages("report", {
  summary: { vi: "Lập biên bản nghiệm thu lắp đặt", en: "Make the commissioning report" },
  about: {
    vi: `Lập biên bản nghiệm thu: trạm, thiết bị, số đo của từng điểm, đường truyền, bộ đệm, việc còn mở, chỗ ký tên. Một trang HTML để in và một tệp JSON cùng nội dung.
Gateway phải đang chạy. Để thử bộ đệm, nơi nhận được ngắt trong --outage (hỏi lại trước khi ngắt); số đo được giữ và gửi bù, không mất gì.`,
    en: `Makes the commissioning report: station, devices, a sample of each point, buses, buffer, what is open, lines to sign. An HTML page to print, and a JSON file with the same.
The gateway must run. To test the buffer an uplink is cut for --outage (you are asked first); records are kept and sent afterwards, nothing is lost.`,
  },
  out: {
    vi: "tệp HTML; tệp JSON nằm cạnh (mặc định: <trạm>-nghiem-thu-<ngày>.html)",
    en: "the HTML file, the JSON beside it (by default <gateway>-report-<date>.html)",
  },
  force: { vi: "thay tệp đã có", en: "replaces files that are there" },
  uplink: {
    vi: "nơi nhận đem thử (mặc định: nơi nhận MQTT đầu tiên)",
    en: "the uplink to test (by default the first that is MQTT)",
  },
  outage: { vi: "ngắt bao lâu", en: "how long it is cut" },
  no_outage: {
    vi: "không thử bộ đệm; biên bản ghi là chưa thử",
    en: "no test of the buffer; the report says so",
  },
  installer: { vi: "đại diện lắp đặt", en: "who installed it" },
  recipient: { vi: "đại diện tiếp nhận", en: "who takes it over" },
  place: { vi: "nơi lập biên bản", en: "where the report is made" },
  yes: { vi: "không hỏi lại trước khi ngắt nơi nhận", en: "does not ask before the uplink is cut" },
  word_name: { vi: "HỌ-TÊN", en: "NAME" },
  word_place: { vi: "NƠI", en: "PLACE" },
  ask: {
    vi: "Ngắt {uplink} {seconds} s để thử bộ đệm? Số đo được giữ và gửi bù. [C/k] ",
    en: "Cut {uplink} for {seconds} s to test the buffer? Nothing is lost. [Y/n] ",
  },
  cannot_ask: {
    vi: "Không có ai ở bàn phím để hỏi trước khi ngắt {uplink}.",
    en: "Nobody is there to be asked before {uplink} is cut.",
    hint: {
      vi: "Thêm --yes để ngắt không hỏi, hoặc --no-outage.",
      en: "Add --yes to cut it unasked, or --no-outage.",
    },
  },
  unknown_uplink: {
    vi: "Không có nơi nhận {uplink} trong gateway đang chạy.",
    en: "The running gateway has no uplink {uplink}.",
    hint: { vi: "Có: {uplinks}", en: "There are: {uplinks}" },
  },
  interrupted: {
    vi: "Đã dừng; nơi nhận được nối lại, chưa lập biên bản.",
    en: "Stopped; the uplink goes on, no report was made.",
  },
  stage_doctor: { vi: "Kiểm tra trạm: {title}", en: "Examining: {title}" },
  stage_cut: {
    vi: "Ngắt {uplink}, đang giữ {pending} bản ghi",
    en: "{uplink} is cut, {pending} records wait",
  },
  stage_drain: { vi: "Gửi bù tới {uplink}, còn {pending}", en: "Sending to {uplink}, {pending} left" },
  not_tested: {
    vi: "Không thử được bộ đệm: {problem}",
    en: "The buffer could not be tested: {problem}",
  },
  written: {
    vi: "Biên bản: {file}\nSố liệu: {data} (sha256 {sha256})",
    en: "Report: {file}\nData: {data} (sha256 {sha256})",
  },
  passed: {
    vi: "Bộ đệm: ngắt {seconds} s, giữ {records} bản ghi, gửi bù xong sau {drained} s.",
    en: "Buffer: cut for {seconds} s, {records} records kept, delivered after {drained} s.",
  },
  nothing_open: { vi: "Không có mục nào còn mở. In ra và ký.", en: "Nothing is open. Print it and sign." },
  open_items: { vi: "Còn mở ({count}):", en: "Open ({count}):" },
  test_failed: {
    vi: "Thử bộ đệm KHÔNG ĐẠT: còn {left} bản ghi chưa tới trung tâm, mất {lost}.",
    en: "The test of the buffer FAILED: {left} records have not arrived, {lost} are lost.",
    hint: {
      vi: "Xem đường mạng: tram doctor; rồi lập lại biên bản.",
      en: "See to the network: tram doctor; then make it again.",
    },
  },
  test_ended: {
    vi: "Thử bộ đệm bị dừng giữa chừng ({end}).",
    en: "The test of the buffer ended before its time ({end}).",
    hint: {
      vi: "Lập lại biên bản khi không có cảnh báo.",
      en: "Make the report again when no alarm is raised.",
    },
  },
  test_not_done: {
    vi: "Chưa thử bộ đệm.",
    en: "The buffer was not tested.",
    hint: { vi: "Lập lại biên bản, không dùng --no-outage.", en: "Make the report without --no-outage." },
  },
  no_uplink: {
    vi: "Chưa có nơi nhận MQTT nào: số đo chưa về trung tâm.",
    en: "There is no MQTT uplink: readings do not reach the centre.",
    hint: { vi: "Khai uplinks trong gateway.yaml.", en: "Write uplinks into gateway.yaml." },
  },
  never_read: {
    vi: "{count} điểm chưa có số đo nào: {points}.",
    en: "{count} points were never read: {points}.",
    hint: { vi: "Đọc thử: tram read {device}", en: "Try: tram read {device}" },
  },
  no_serials: {
    vi: "Chưa ghi số máy (serial) của: {devices}.",
    en: "No serial number is written for: {devices}.",
    hint: {
      vi: "Ghi vào gateway.yaml: devices: {first}: serial.",
      en: "Write it into gateway.yaml: devices: {first}: serial.",
    },
  },
  marked: {
    vi: "Đang {state} đến {until} ({by}): số đo chưa phải số đo thật.",
    en: "Is {state} until {until} ({by}): its readings are not measurements.",
    hint: {
      vi: "Xong việc: tram maintain {device} --end --by TÊN",
      en: "When done: tram maintain {device} --end --by NAME",
    },
  },
  alarm: { vi: "Cảnh báo đang xảy ra: {text}", en: "An alarm is raised: {text}" },
  below_promise: {
    vi: "Bộ đệm chứa được {days} ngày, ít hơn keep_at_least ({keep} ngày).",
    en: "The buffer has room for {days} days, less than keep_at_least ({keep} days).",
    hint: { vi: "Tăng buffer.max_size hoặc đọc thưa hơn.", en: "Raise buffer.max_size or read less often." },
  },
});
