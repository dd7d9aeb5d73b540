import { messages } from "../drivers/core/message.js";

export const SIMULATOR_MESSAGES = messages("simulators", {
  unknown_station: {
    vi: "Không có mô phỏng nào tên {name}.",
    en: "There is no simulation named {name}.",
    hint: { vi: "Có sẵn: {known}.", en: "There are: {known}." },
  },
  port_taken: {
    vi: "Cổng TCP {port} đang được chương trình khác sử dụng.",
    en: "TCP port {port} is in use by another program.",
    hint: {
      vi: "Dừng chương trình đó, hoặc chọn cổng khác bằng {option} (0: cổng trống bất kỳ).",
      en: "Stop that program, or choose another port with {option} (0: any free one).",
    },
  },
  link_taken: {
    vi: "{path} đã có và không phải là liên kết.",
    en: "{path} is there already and is no symbolic link.",
    hint: { vi: "Chọn đường dẫn khác bằng --link.", en: "Choose another path with --link." },
  },
  running: {
    vi: "{station} mô phỏng đang chạy: RS-485 tại {rs485} ({baud} baud), PLC tại 127.0.0.1:{tcp}, --seed {seed}.",
    en: "The simulated {station} runs: RS-485 at {rs485} ({baud} baud), PLC at 127.0.0.1:{tcp}, --seed {seed}.",
    hint: { vi: "Ctrl-C để dừng.", en: "Ctrl-C stops it." },
  },
  broker: {
    vi: "Broker MQTT tại mqtt://127.0.0.1:{port}, chỉ cho máy này.",
    en: "MQTT broker at mqtt://127.0.0.1:{port}, for this machine only.",
  },
  stopped: {
    vi: "Đã dừng. Đã trả lời {reads} lượt đọc.",
    en: "Stopped. {reads} reads were answered.",
  },
  summary: {
    vi: "Chạy một trạm mô phỏng trên máy này, không cần thiết bị",
    en: "Run a simulated station on this machine, without any hardware",
  },
  help: {
    vi: `Cách dùng: tram simulate <trạm> [tùy chọn]

Trạm có sẵn: pump-station (đồng hồ điện, mực nước, biến tần trên RS-485; PLC qua Modbus TCP)

  --link ĐƯỜNG_DẪN   liên kết đến cổng RS-485 mô phỏng (mặc định /tmp/tram-pump-station/rs485)
  --port CỔNG        cổng TCP của PLC (mặc định 1502; 0: cổng trống bất kỳ)
  --broker           chạy thêm broker MQTT tại 127.0.0.1:1883
  --broker-port CỔNG cổng của broker (có luôn --broker)
  --seed SỐ          cùng số thì cùng diễn biến (mặc định 1)

Ví dụ: tram simulate pump-station --broker
rồi ở cửa sổ khác: tram run config/examples/pump-station.yaml`,
    en: `Usage: tram simulate <station> [options]

Stations: pump-station (meter, level transmitter, drive on RS-485; PLC on Modbus TCP)

  --link PATH        symbolic link to the simulated RS-485 port (default /tmp/tram-pump-station/rs485)
  --port PORT        TCP port of the PLC (default 1502; 0: any free one)
  --broker           also run an MQTT broker at 127.0.0.1:1883
  --broker-port PORT the broker's port (implies --broker)
  --seed NUMBER      the same number gives the same course of events (default 1)

Example: tram simulate pump-station --broker
then in another window: tram run config/examples/pump-station.yaml`,
  },
  no_station: {
    vi: "Chưa nói mô phỏng trạm nào.",
    en: "It was not said which station to simulate.",
    hint: {
      vi: "Chạy: tram simulate pump-station --broker",
      en: "Run: tram simulate pump-station --broker",
    },
  },
  wrong_option: {
    vi: "Không hiểu tùy chọn {option}.",
    en: "Unknown option {option}.",
    hint: { vi: "Chạy tram simulate --help.", en: "Run tram simulate --help." },
  },
});
