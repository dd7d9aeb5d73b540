import { messages } from "../core/message.js";

export const LINE_MESSAGES = messages("line", {
  serial_open_failed: {
    vi: "Không mở được cổng nối tiếp {name}: {problem}.",
    en: "Serial port {name} cannot be opened: {problem}.",
    hint: {
      vi: "Kiểm tra bộ chuyển USB–RS485 đã cắm (ls /dev/serial/by-id) và quyền truy cập (nhóm dialout).",
      en: "Check that the USB-RS485 adapter is plugged in (ls /dev/serial/by-id) and the rights (group dialout).",
    },
  },
  serial_in_use: {
    vi: "Cổng nối tiếp {name} đang được chương trình khác sử dụng: {users}.",
    en: "Serial port {name} is in use by another program: {users}.",
    hint: {
      vi: "Dừng chương trình đó rồi thử lại.",
      en: "Stop that program and try again.",
    },
  },
  serial_open_timeout: {
    vi: "Mở cổng nối tiếp {name} quá {ms} ms.",
    en: "Opening serial port {name} took longer than {ms} ms.",
    hint: {
      vi: "Rút bộ chuyển USB–RS485, cắm lại rồi chờ kết nối lại.",
      en: "Unplug the USB-RS485 adapter, plug it in again and wait for the reconnection.",
    },
  },
  serial_lost: {
    vi: "Mất cổng nối tiếp {name}: {problem}.",
    en: "Serial port {name} is gone: {problem}.",
    hint: {
      vi: "Kiểm tra cáp USB và bộ chuyển USB–RS485; chương trình tự kết nối lại.",
      en: "Check the USB cable and the USB-RS485 adapter; the connection is made again by itself.",
    },
  },
  serial_write_stalled: {
    vi: "Cổng nối tiếp {name} không nhận dữ liệu gửi trong {ms} ms.",
    en: "Serial port {name} did not take what was sent within {ms} ms.",
    hint: {
      vi: "Rút bộ chuyển USB–RS485 rồi cắm lại.",
      en: "Unplug the USB-RS485 adapter and plug it in again.",
    },
  },
  tcp_connect_failed: {
    vi: "Không kết nối được tới {name}: {problem}.",
    en: "Cannot connect to {name}: {problem}.",
    hint: {
      vi: "Kiểm tra nguồn của thiết bị, cáp mạng, địa chỉ IP và cổng.",
      en: "Check the device's power, the network cable, the IP address and the port.",
    },
  },
  tcp_connect_timeout: {
    vi: "Kết nối tới {name} quá {ms} ms.",
    en: "Connecting to {name} took longer than {ms} ms.",
    hint: {
      vi: "Kiểm tra cáp mạng và địa chỉ IP (ping), tường lửa, và tên máy nếu dùng DNS.",
      en: "Check the network cable and the IP address (ping), firewalls, and the name where DNS is used.",
    },
  },
  tcp_lost: {
    vi: "Mất kết nối tới {name}: {problem}.",
    en: "The connection to {name} is gone: {problem}.",
    hint: {
      vi: "Kiểm tra thiết bị và cáp mạng; chương trình tự kết nối lại.",
      en: "Check the device and the network cable; the connection is made again by itself.",
    },
  },
  tcp_closed: {
    vi: "{name} đã đóng kết nối.",
    en: "{name} closed the connection.",
    hint: {
      vi: "Chương trình tự kết nối lại. Nếu lặp lại, kiểm tra số kết nối mà thiết bị cho phép cùng lúc.",
      en: "The connection is made again by itself. If it repeats, check how many clients the device allows.",
    },
  },
  tcp_stalled: {
    vi: "{name} không nhận dữ liệu gửi nữa.",
    en: "{name} no longer takes what is sent.",
    hint: {
      vi: "Kiểm tra thiết bị và cáp mạng; chương trình tự kết nối lại.",
      en: "Check the device and the network cable; the connection is made again by itself.",
    },
  },
  dial_in_port: {
    vi: "Không mở được cổng chờ {listen}: {problem}",
    en: "Cannot listen on {listen}: {problem}",
    hint: {
      vi: "Chọn cổng khác, hoặc dừng chương trình đang dùng cổng này (ss -ltnp).",
      en: "Choose another port, or stop the program that uses it (ss -ltnp).",
    },
  },
  dial_in_taken: {
    vi: "Hai kết nối cùng chờ ở cổng {listen} mà không phân biệt được ai gọi đến.",
    en: "Two connections wait on {listen}, and a caller of one cannot be told from one of the other.",
    hint: {
      vi: "Đặt identity (gói đăng ký) khác nhau cho từng kết nối, không cái nào là phần đầu của cái khác.",
      en: "Give each an identity (registration packet) of its own, none the beginning of another.",
    },
  },
  dial_in_stranger: {
    vi: "Cổng {listen}: {address} gọi đến nhưng không nói đúng identity của kết nối nào.",
    en: "Port {listen}: a caller from {address} did not say the identity of any connection.",
    hint: {
      vi: "So gói đăng ký (registration packet) của bộ 4G với identity trong gateway.yaml.",
      en: "Compare the registration packet of the 4G serial server with identity in gateway.yaml.",
    },
  },
  dial_in_nobody: {
    vi: "{name}: chưa có bộ chuyển nối tiếp nào gọi đến trong {ms} ms.",
    en: "{name}: no serial server has called within {ms} ms.",
    hint: {
      vi: "Kiểm tra sóng 4G, SIM, địa chỉ và cổng máy chủ đặt trong bộ chuyển, và tường lửa.",
      en: "Check its 4G signal and SIM, the server address and port set in it, and the firewall.",
    },
  },
  dial_in_newer: {
    vi: "{name} đã gọi lại; kết nối cũ bị bỏ.",
    en: "{name} has called again; the old connection is given up.",
  },
  serial_closed: {
    vi: "Cổng nối tiếp {name} đã đóng.",
    en: "Serial port {name} was closed.",
    hint: {
      vi: "Kiểm tra cáp USB và bộ chuyển USB–RS485; chương trình tự kết nối lại.",
      en: "Check the USB cable and the USB-RS485 adapter; the connection is made again by itself.",
    },
  },
  not_open: {
    vi: "Kết nối {name} chưa mở.",
    en: "{name} is not open.",
  },
});
