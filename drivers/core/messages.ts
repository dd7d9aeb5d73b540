import { messages } from "./message.js";

export const CORE_MESSAGES = messages("core", {
  held_by_process: {
    vi: "{what} đang được tiến trình {pid} sử dụng.",
    en: "{what} is in use by process {pid}.",
    hint: {
      vi: "Dừng tiến trình đó (kill {pid}) rồi chạy lại.",
      en: "Stop that process (kill {pid}) and start again.",
    },
  },
  bus_text_version: {
    vi: "{file}, dòng {line}: phiên bản {version} của định dạng bus chưa được hỗ trợ; chương trình này đọc phiên bản {known}.",
    en: "{file}, line {line}: version {version} of the bus format is not known; this program reads version {known}.",
  },
  bus_text_line: {
    vi: "{file}, dòng {line}: không hiểu: {text}",
    en: "{file}, line {line}: not understood: {text}",
    hint: {
      vi: "Một khung viết như sau: 0.125 >> 01 03 00 00 00 01 84 0A. Xem docs/bus-format.md.",
      en: "A frame is written so: 0.125 >> 01 03 00 00 00 01 84 0A. See docs/bus-format.md.",
    },
  },
  bus_text_byte: {
    vi: '{file}, dòng {line}: "{text}" không phải là một byte; mỗi byte viết bằng hai chữ số hex.',
    en: '{file}, line {line}: "{text}" is no byte; each byte is written as two hex digits.',
  },
  bus_text_kind: {
    vi: "{file}, dòng {line}: [{text}] không dùng được ở đây. Sau một khung nhận được (<<) có thể viết: {known}.",
    en: "{file}, line {line}: [{text}] cannot stand here. After a received frame (<<) may stand: {known}.",
  },
  bus_text_time: {
    vi: "{file}, dòng {line}: thời gian đi lùi; dòng trước ở {before} giây.",
    en: "{file}, line {line}: the time goes back; the line before stands at {before} s.",
  },
  bus_text_start: {
    vi: '{file}, dòng {line}: "{text}" không phải là thời điểm; viết như 2026-11-23T02:51:20.123Z.',
    en: '{file}, line {line}: "{text}" is no time; write it like 2026-11-23T02:51:20.123Z.',
  },
  bus_text_long: {
    vi: "{file}, dòng {line}: dòng dài quá {most} ký tự.",
    en: "{file}, line {line}: the line is longer than {most} characters.",
  },
  bus_text_big: {
    vi: "{file} lớn quá {most} MB.",
    en: "{file} is larger than {most} MB.",
  },
});
