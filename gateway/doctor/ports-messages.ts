import { messages } from "../../drivers/core/message.js";

const HELD = {
  vi: "{connection}: cổng {port} đang bị chương trình {program} (pid {pid}) giữ.",
  en: "{connection}: the program {program} (pid {pid}) holds the port {port}.",
} as const;

export const PORT_MESSAGES = messages("doctor", {
  ports_title: { vi: "Cổng nối tiếp", en: "Serial ports" },
  port_good: { vi: "{connection}: cổng {port} dùng được.", en: "{connection}: the port {port} can be used." },
  port_missing: {
    vi: "{connection}: không có cổng {port}, và không thấy bộ chuyển USB nào.",
    en: "{connection}: there is no port {port}, and no USB adapter is seen.",
    hint: {
      vi: "Cắm bộ chuyển USB–RS485, thử cổng USB hoặc cáp khác, rồi xem: ls -l /dev/serial/by-id",
      en: "Plug in the USB-RS485 adapter, try another USB socket or cable, then look: ls -l /dev/serial/by-id",
    },
  },
  port_missing_others: {
    vi: "{connection}: không có cổng {port}. Đang có: {others}.",
    en: "{connection}: there is no port {port}. There are: {others}.",
    hint: {
      vi: "Nếu đã thay bộ chuyển, sửa port của kết nối {connection} trong gateway.yaml thành tên đang có.",
      en: "If the adapter was replaced, set port of the connection {connection} in gateway.yaml to a name that is there.",
    },
  },
  not_a_port: {
    vi: "{connection}: {port} không phải cổng nối tiếp.",
    en: "{connection}: {port} is no serial port.",
    hint: {
      vi: "Xem tên các cổng: ls -l /dev/serial/by-id",
      en: "See the names of the ports: ls -l /dev/serial/by-id",
    },
  },
  port_renumbers: {
    vi: "{connection}: tên {port} có thể đổi sau khi khởi động lại hoặc cắm lại.",
    en: "{connection}: the name {port} may change at the next restart or when it is plugged in again.",
    hint: { vi: "Dùng tên cố định: port: {name}", en: "Use the name that stays: port: {name}" },
  },
  port_no_rights: {
    vi: "{connection}: người dùng {user} không được đọc và ghi cổng {port} (nhóm {group}).",
    en: "{connection}: the user {user} may not read and write the port {port} (group {group}).",
    hint: {
      vi: "Chạy: sudo usermod -aG {group} {user}; rồi đăng nhập lại, hoặc khởi động lại dịch vụ.",
      en: "Run: sudo usermod -aG {group} {user}; then log in again, or restart the service.",
    },
  },
  port_closed_to_group: {
    vi: "{connection}: người dùng {user} không được đọc và ghi cổng {port}, nhóm {group} cũng không.",
    en: "{connection}: the user {user} may not read and write the port {port}, nor may the group {group}.",
    hint: {
      vi: "Thử ngay: sudo chmod 660 {real}. Để giữ sau khi cắm lại, xem quy tắc trong /etc/udev/rules.d.",
      en: "For now: sudo chmod 660 {real}. For it to last, see the rules in /etc/udev/rules.d.",
    },
  },
  port_held: {
    ...HELD,
    hint: {
      vi: "Dừng chương trình đó: sudo kill {pid} (hoặc sudo systemctl stop ...), rồi kiểm tra lại.",
      en: "Stop that program: sudo kill {pid} (or sudo systemctl stop ...), then look again.",
    },
  },
  port_held_modem_manager: {
    ...HELD,
    hint: {
      vi: "Chương trình này dò modem ở mọi cổng nối tiếp. Không dùng modem thì tắt: sudo systemctl disable --now ModemManager",
      en: "It looks for modems on every serial port. Without a modem: sudo systemctl disable --now ModemManager",
    },
  },
  port_held_brltty: {
    ...HELD,
    hint: {
      vi: "Chương trình cho màn hình chữ nổi nhận nhầm bộ chuyển này. Gỡ: sudo apt remove brltty",
      en: "The program for Braille displays takes this adapter for one. Remove it: sudo apt remove brltty",
    },
  },
  port_held_console: {
    ...HELD,
    hint: {
      vi: "Cổng đang là bàn điều khiển của máy. Tắt: sudo raspi-config, Interface, Serial; hoặc sudo systemctl disable --now serial-getty@...",
      en: "The port is a console of this box. Turn that off: sudo raspi-config, Interface, Serial; or sudo systemctl disable --now serial-getty@...",
    },
  },
  port_held_by_gateway: {
    vi: "Gateway đang chạy (pid {pid}) dùng cổng {port}.",
    en: "The running gateway (pid {pid}) uses the port {port}.",
  },
  port_holder_unknown: {
    vi: "Chưa thấy chương trình nào giữ {port}, nhưng có {hidden} tiến trình không xem được.",
    en: "No program was seen holding {port}, but {hidden} processes cannot be looked at.",
    hint: {
      vi: "Để biết chắc: sudo tram doctor --only ports",
      en: "To be sure: sudo tram doctor --only ports",
    },
  },
  port_adapter: {
    vi: "{port}: {product} ({ids}), trình điều khiển {driver}.",
    en: "{port}: {product} ({ids}), driver {driver}.",
  },
  port_latency: {
    vi: "{port}: bộ chuyển FTDI giữ mỗi câu trả lời tới {ms} ms. Gateway tự giảm khi mở cổng; chương trình khác thì không.",
    en: "{port}: the FTDI adapter holds each reply for up to {ms} ms. The gateway lowers that when it opens the port; other programs do not.",
    hint: {
      vi: "Giảm cho mọi chương trình: echo 1 | sudo tee /sys/bus/usb-serial/devices/{tty}/latency_timer",
      en: "Lower it for all: echo 1 | sudo tee /sys/bus/usb-serial/devices/{tty}/latency_timer",
    },
  },
  no_ports: {
    vi: "Cấu hình không dùng cổng nối tiếp nào, và không có bộ chuyển USB nào được cắm.",
    en: "The configuration uses no serial port, and no USB adapter is plugged in.",
  },
  unused_ports: {
    vi: "Cấu hình chưa dùng cổng nối tiếp nào. Đang cắm: {ports}.",
    en: "The configuration uses no serial port. Plugged in: {ports}.",
  },
});
