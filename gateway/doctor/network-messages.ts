import { messages } from "../../drivers/core/message.js";

export const NETWORK_MESSAGES = messages("doctor", {
  network_title: { vi: "Mạng tới trung tâm", en: "Network to the centre" },
  no_uplinks: {
    vi: "Cấu hình không có nơi nhận số liệu nào.",
    en: "The configuration has no uplink.",
    hint: {
      vi: "Thêm uplinks trong gateway.yaml (tram init --help).",
      en: "Add uplinks to gateway.yaml (tram init --help).",
    },
  },
  no_config_no_network: {
    vi: "Chưa có cấu hình dùng được nên chưa biết gửi đi đâu.",
    en: "Without a good configuration nobody knows where to send.",
  },
  folder_good: {
    vi: "{uplink}: ghi được vào {folder}.",
    en: "{uplink}: files can be written into {folder}.",
  },
  folder_bad: {
    vi: "{uplink}: không ghi được vào {folder}: {problem}",
    en: "{uplink}: files cannot be written into {folder}: {problem}",
    hint: {
      vi: "Kiểm tra ổ đĩa đã gắn, dung lượng trống và quyền ghi.",
      en: "Check that the disk is mounted, its space and its rights.",
    },
  },
  name_known: {
    vi: "{uplink}: {host} là {addresses} ({ms} ms, DNS {servers}).",
    en: "{uplink}: {host} is {addresses} ({ms} ms, DNS {servers}).",
  },
  name_slow: {
    vi: "{uplink}: tra tên {host} mất {ms} ms (DNS {servers}).",
    en: "{uplink}: looking up {host} took {ms} ms (DNS {servers}).",
    hint: {
      vi: "Sóng 4G yếu hoặc DNS chậm. Thử DNS khác, ví dụ 1.1.1.1 hoặc 8.8.8.8.",
      en: "The 4G signal is weak or the DNS is slow. Try another one, for instance 1.1.1.1 or 8.8.8.8.",
    },
  },
  name_unknown: {
    vi: "{uplink}: không tìm được địa chỉ của {host} (DNS {servers}).",
    en: "{uplink}: {host} has no address (DNS {servers}).",
    hint: {
      vi: "Xem lại tên trong url. Nếu tên đúng: thiết bị có mạng không? Thử: ping -c1 1.1.1.1",
      en: "Check the name in url. If it is right: is there a network at all? Try: ping -c1 1.1.1.1",
    },
  },
  name_servers_silent: {
    vi: "{uplink}: DNS không trả lời khi hỏi {host} (DNS {servers}).",
    en: "{uplink}: no DNS server answers when asked for {host} (DNS {servers}).",
    hint: {
      vi: "Thường là chưa có mạng: kiểm tra sóng và gói data của SIM, cáp mạng, rồi: ping -c1 1.1.1.1",
      en: "Mostly there is no network: check signal and data plan of the SIM, the cable, then: ping -c1 1.1.1.1",
    },
  },
  no_name_server: {
    vi: "{uplink}: máy chưa có DNS nào (/etc/resolv.conf) nên không tìm được {host}. Đang có: {servers}.",
    en: "{uplink}: this box has no DNS server (/etc/resolv.conf), so {host} cannot be found. Present: {servers}.",
    hint: {
      vi: "Mạng chưa kết nối (không có DHCP), hoặc thêm nameserver 1.1.1.1 vào /etc/resolv.conf.",
      en: "The network is not up (no DHCP), or add nameserver 1.1.1.1 to /etc/resolv.conf.",
    },
  },
  route: {
    vi: "{uplink}: tới {address} đi qua {dev} (cổng ra {via}, địa chỉ máy {src}).",
    en: "{uplink}: the way to {address} is {dev} (router {via}, own address {src}).",
  },
  no_route: {
    vi: "{uplink}: không có đường tới {address}: {problem}",
    en: "{uplink}: there is no way to {address}: {problem}",
    hint: {
      vi: "Chưa có mạng nào nối: xem ip -br addr; kiểm tra modem 4G, SIM, cáp mạng.",
      en: "No network is up: see ip -br addr; check the 4G modem, the SIM, the cable.",
    },
  },
  keepalive_long: {
    vi: "{uplink}: đi qua modem {dev} mà keepalive là {seconds} s; mạng di động có thể ngắt ngầm trước đó.",
    en: "{uplink}: the way is a modem ({dev}) and keepalive is {seconds} s; mobile networks may drop it before that.",
    hint: { vi: "Đặt keepalive: 30s cho uplink này.", en: "Set keepalive: 30s for this uplink." },
  },
  tcp_good: {
    vi: "{uplink}: {place} nhận kết nối ({ms} ms).",
    en: "{uplink}: {place} takes connections ({ms} ms).",
  },
  tcp_refused: {
    vi: "{uplink}: máy ở {place} từ chối kết nối ({problem}).",
    en: "{uplink}: the machine at {place} refuses the connection ({problem}).",
    hint: {
      vi: "Mạng thông, nhưng cổng {port} không có ai nghe: xem lại số cổng trong url; broker có thể đang tắt. Báo trung tâm.",
      en: "The network is fine, but nobody listens on port {port}: check the port in url; the broker may be off. Tell the centre.",
    },
  },
  tcp_silent: {
    vi: "{uplink}: {place} không trả lời trong {seconds} s.",
    en: "{uplink}: {place} did not answer within {seconds} s.",
    hint: {
      vi: "Tường lửa trên đường chặn cổng {port}, hoặc mạng mất gói. Thử: ping {host}; hỏi nhà mạng và trung tâm về cổng {port}.",
      en: "A firewall on the way blocks port {port}, or the link loses packets. Try: ping {host}; ask operator and centre about port {port}.",
    },
  },
  tcp_unreachable: {
    vi: "{uplink}: không tới được {place} ({problem}).",
    en: "{uplink}: {place} cannot be reached ({problem}).",
    hint: {
      vi: "Kiểm tra địa chỉ, bộ định tuyến và modem 4G: ip route; ping {host}",
      en: "Check the address, the router and the 4G modem: ip route; ping {host}",
    },
  },
  tcp_failed: {
    vi: "{uplink}: không kết nối được {place} ({problem}).",
    en: "{uplink}: no connection to {place} ({problem}).",
    hint: {
      vi: "Kiểm tra mạng và tường lửa của máy này.",
      en: "Check the network and the firewall of this box.",
    },
  },
});
