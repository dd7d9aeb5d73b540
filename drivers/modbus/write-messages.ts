import { messages } from "../core/message.js";

const BY_DOCUMENT = {
  vi: "So địa chỉ và hàm ghi với tài liệu hãng.",
  en: "Compare address and function with the maker's document.",
} as const;

/** What became of a write, and what cannot be written or asked for as it is. */
export const WRITE_MESSAGES = messages("modbus_write", {
  refused_function: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không hỗ trợ hàm ghi {function} (mã lỗi 1).",
    en: "{device} (unit id {unit}, {connection}) does not support the write function {function} (exception 1).",
    hint: {
      vi: "Có thiết bị chỉ nhận hàm 6 hoặc chỉ nhận hàm 16: xem tài liệu hãng (khóa function trong phần write của mẫu).",
      en: "Some devices take only function 6, others only 16: see the maker's document (function under write in a profile).",
    },
  },
  refused_address: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không cho ghi {table} {span} (mã lỗi 2).",
    en: "{device} (unit id {unit}, {connection}) lets nobody write {table} {span} (exception 2).",
    hint: BY_DOCUMENT,
  },
  refused_value: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không nhận giá trị này ở {table} {span} (mã lỗi 3).",
    en: "{device} (unit id {unit}, {connection}) does not take this value at {table} {span} (exception 3).",
    hint: {
      vi: "Xem giới hạn trong tài liệu hãng và cài đặt của chính thiết bị.",
      en: "See the limits in the maker's document and in the device's own settings.",
    },
  },
  refused_failure: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không thực hiện được lệnh ghi {table} {span} (mã lỗi {exception}).",
    en: "{device} (unit id {unit}, {connection}) could not carry out the write of {table} {span} (exception {exception}).",
    hint: {
      vi: "Thiết bị có thể đang ở chế độ tại chỗ, bị khóa hoặc đang báo lỗi: xem màn hình của nó.",
      en: "It may be in local mode, locked or in fault: look at its display.",
    },
  },
  refused_gateway: {
    vi: "Bộ chuyển {connection} không nhận được trả lời của {device} (địa chỉ Modbus {unit}, mã lỗi {exception}).",
    en: "The gateway {connection} got no answer from {device} (unit id {unit}, exception {exception}).",
    hint: {
      vi: "Kiểm tra nguồn thiết bị, dây A/B, tốc độ baud và địa chỉ Modbus phía sau bộ chuyển.",
      en: "Check the device's power, the wires A/B, baud rate and unit id behind the gateway.",
    },
  },
  busy: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) đang bận (mã lỗi {exception}): có thể vẫn thực hiện lệnh ghi.",
    en: "{device} (unit id {unit}, {connection}) is busy (exception {exception}): it may still carry the write out.",
  },
  not_confirmed: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}) không xác nhận lệnh ghi {table} {span}.",
    en: "{device} (unit id {unit}, {connection}) did not confirm the write of {table} {span}.",
  },
  not_read_back: {
    vi: "{device} (địa chỉ Modbus {unit}, {connection}): không đọc lại được {table} {span} sau khi ghi.",
    en: "{device} (unit id {unit}, {connection}): {table} {span} could not be read back after the write.",
  },
  broadcast: {
    vi: "{device} có địa chỉ Modbus 0: ghi vào đó là ra lệnh cho mọi thiết bị trên đường truyền. Không gửi.",
    en: "{device} has unit id 0: a write to it is a command to every device on the bus. Not sent.",
    hint: {
      vi: "Dùng địa chỉ riêng của thiết bị (1-247; thiết bị Modbus TCP thường nhận 1 hoặc 255).",
      en: "Use the device's own unit id (1-247; Modbus TCP devices usually take 1 or 255).",
    },
  },
  no_table: {
    vi: "Không có bảng {table}.",
    en: "There is no table {table}.",
    hint: {
      vi: "Dùng coil, discrete, input hoặc holding (hàm 1, 2, 4, 3).",
      en: "Use coil, discrete, input or holding (functions 1, 2, 4, 3).",
    },
  },
  no_place: {
    vi: "Không hỏi được {count} địa chỉ từ {address} của bảng {table}.",
    en: "{count} addresses from {address} of the table {table} cannot be asked for.",
    hint: {
      vi: "Địa chỉ từ 0 đến 65535; mỗi lần tối đa {most}.",
      en: "Addresses are 0 to 65535; at most {most} at once.",
    },
  },
  not_a_word: {
    vi: "{word} không phải giá trị của {table}: thanh ghi từ 0 đến 65535, coil 0 hoặc 1.",
    en: "{word} is no value for {table}: a register holds 0 to 65535, a coil 0 or 1.",
  },
  read_only_table: {
    vi: "Bảng {table} chỉ đọc, không ghi được.",
    en: "The table {table} is read only.",
    hint: { vi: "Chỉ ghi được coil và holding.", en: "Only coil and holding can be written." },
  },
});
