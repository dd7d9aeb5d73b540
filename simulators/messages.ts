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
  profile_on_serial: {
    vi: "{profile} mô phỏng đang chạy ở cổng {where} ({line}), địa chỉ {unit}, --seed {seed}.",
    en: "The simulated {profile} runs at the port {where} ({line}), unit id {unit}, --seed {seed}.",
    hint: { vi: "Ctrl-C để dừng.", en: "Ctrl-C stops it." },
  },
  profile_on_tcp: {
    vi: "{profile} mô phỏng đang chạy qua Modbus TCP ở {where}, địa chỉ {unit}, --seed {seed}.",
    en: "The simulated {profile} runs on Modbus TCP at {where}, unit id {unit}, --seed {seed}.",
    hint: { vi: "Ctrl-C để dừng.", en: "Ctrl-C stops it." },
  },
  unknown_bus: {
    vi: "{devices} thiết bị chưa biết đang chạy ở cổng {where}, --seed {seed}. Thử dò: tram scan --port {where}",
    en: "{devices} unknown devices run at the port {where}, --seed {seed}. Look for them: tram scan --port {where}",
    hint: { vi: "Ctrl-C để dừng và xem đó là gì.", en: "Ctrl-C stops it and tells what they are." },
  },
  it_was: {
    vi: "Đã có: {profile}, địa chỉ {unit}, {line}",
    en: "There was: {profile}, unit id {unit}, {line}",
  },
  was_written: {
    vi: "Đã được ghi: {point} = {value}",
    en: "Was written: {point} = {value}",
  },
  breaches: {
    vi: "Đã bị hỏi sai cách {total} lần so với mẫu thiết bị: {kinds}.",
    en: "It was asked {total} times in a way that its profile forbids: {kinds}.",
  },
  port_forbidden: {
    vi: "Không được phép mở cổng TCP {port}.",
    en: "TCP port {port} may not be opened.",
    hint: { vi: "Chọn cổng từ 1024 trở lên bằng --tcp.", en: "Choose a port from 1024 on with --tcp." },
  },
  adapter_lost: {
    vi: "Bộ chuyển USB–RS485 {path} đã bị rút ra; thiết bị mô phỏng im lặng cho đến khi cắm lại.",
    en: "The adapter {path} was pulled out; the simulated devices are silent until it is back.",
    hint: {
      vi: "Cắm lại vào đúng cổng USB đó; dùng tên trong /dev/serial/by-id thì cắm cổng nào cũng được.",
      en: "Put it back into the same USB socket; under a name in /dev/serial/by-id any socket will do.",
    },
  },
  adapter_back: {
    vi: "Bộ chuyển USB–RS485 {path} đã cắm lại; thiết bị mô phỏng trả lời tiếp.",
    en: "The adapter {path} is back; the simulated devices answer again.",
  },
  adapter_echoes: {
    vi: "Bộ chuyển USB–RS485 {path} nghe lại chính nó: đã bỏ {bytes} byte.",
    en: "The adapter {path} hears what it sends itself: {bytes} bytes were dropped.",
  },
  path_taken: {
    vi: "{path} đã có và không phải là liên kết.",
    en: "{path} is there already and is no symbolic link.",
    hint: { vi: "Chọn đường dẫn khác bằng --port.", en: "Choose another path with --port." },
  },
  unknown_profile: {
    vi: 'Không có mẫu thiết bị "{id}".',
    en: 'There is no profile "{id}".',
    hint: { vi: "Gần giống: {near}.", en: "Similar: {near}." },
  },
  wrong_profile: {
    vi: "Mẫu thiết bị {id} có lỗi ở dòng {line}.",
    en: "The profile {id} is wrong in line {line}.",
  },
  unknown_fitting: {
    vi: 'Mẫu {id} không có "{word}".',
    en: 'The profile {id} has no "{word}".',
    hint: { vi: "Có: {known}.", en: "It has: {known}." },
  },
  not_simulated: {
    vi: "Chưa mô phỏng được thiết bị loại {family}: {id}.",
    en: "Devices of the kind {family} cannot be simulated: {id}.",
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
    vi: "Chạy một trạm, một thiết bị, hoặc mọi thiết bị của một cấu hình, mô phỏng trên máy này",
    en: "Run a simulated station, a device, or all devices of a configuration, without any hardware",
  },
  help: {
    vi: `Cách dùng: tram simulate <trạm> [tùy chọn]
           tram simulate --from <gateway.yaml> [--scenario TỆP] [tùy chọn]
           tram simulate --profile <hãng/kiểu> [--port ĐƯỜNG_DẪN | --tcp CỔNG]
           tram simulate --replay <bản ghi> [--port ĐƯỜNG_DẪN | --tcp CỔNG]

Trạm có sẵn (config/examples, mỗi trạm một cấu hình và một kịch bản), ví dụ:
pump-station. Đội gateway: tram simulate fleet --help
Bài luyện tập có sự cố giấu sẵn: tram simulate lesson (danh sách), lesson 3
Năm thiết bị chưa biết để thử tram scan: tram simulate unknown-bus [--link NƠI] [--seed SỐ]

  --speed SỐ         thế giới chạy nhanh hơn bao nhiêu lần (mặc định 1; 0: đứng yên)
  --start LÚC        bắt đầu lúc nào: 2026-03-20T05:00 (mặc định: theo kịch bản,
                     hoặc bây giờ)
  --seed SỐ          cùng số thì cùng diễn biến (mặc định 1)
  --state TỆP        nhớ mức nước, số đếm, độ mòn ... qua các lần chạy
  --broker           chạy thêm broker MQTT tại 127.0.0.1:1883
  --broker-port CỔNG cổng của broker (có luôn --broker)
  --control NƠI      ra lệnh khi đang chạy (gây sự cố, đặt ngõ vào, đổi tốc độ):
                     - là gõ ngay tại đây, hoặc đường dẫn một socket; "help" để
                     xem lệnh
  --page CỔNG        trang điều khiển tại 127.0.0.1:CỔNG (0: cổng trống bất kỳ): xem
                     và đặt thế giới, gây sự cố; POST /v1/order cho chương trình
  --port KẾT_NỐI=NƠI nơi khác cho một kết nối: cổng nối tiếp (/dev/ttyUSB0: bộ
                     chuyển đổi thật, cho một gateway, PLC hoặc màn hình thật;
                     /tmp/bus: cổng mô phỏng), cổng TCP, hoặc địa chỉ:cổng; dùng
                     được nhiều lần
  --json             mỗi dòng một đối tượng JSON, cho chương trình

Mọi thiết bị của một cấu hình, ở đúng nơi gateway tìm chúng:

  --from TỆP         cấu hình của gateway
  --scenario TỆP     kịch bản: thế giới quanh các thiết bị; không có thì mỗi điểm
                     tự có giá trị hợp lý

Một thiết bị bất kỳ có mẫu trong config/profiles:

  --profile MẪU      mẫu thiết bị, ví dụ eastron/sdm630
  --variant TÊN      biến thể của mẫu
  --option TÊN=GIÁ_TRỊ  phần được lắp thêm; dùng được nhiều lần
  --port ĐƯỜNG_DẪN   cổng nối tiếp mô phỏng (mặc định /tmp/tram-simulate/<hãng>-<kiểu>)
  --tcp CỔNG         Modbus TCP thay cho cổng nối tiếp (0: cổng trống bất kỳ)
  --unit SỐ          địa chỉ; mặc định như của nhà máy

Thiết bị trả lời như lúc đường truyền được ghi (tram watch --bus KẾT_NỐI --record
TỆP):

  --replay TỆP       bản ghi; lần hỏi đã ghi được trả lời như đã ghi, lần lượt rồi
                     lặp lại; thanh ghi đã thấy thì hỏi cách khác cũng được
  --port ĐƯỜNG_DẪN   cổng nối tiếp mô phỏng (mặc định /tmp/tram-simulate/replay),
                     hoặc bộ chuyển USB–RS485 thật: /dev/ttyUSB0
  --tcp CỔNG         Modbus TCP (0: cổng trống bất kỳ); bản ghi "over-tcp" giữ
                     nguyên khung
  --once             không lặp lại: trả lời cuối cùng giữ nguyên
  --exact            phát lại từng byte đúng thứ tự đã ghi, kể cả khung trễ và khung
                     hỏng; chỉ cho cổng nối tiếp; thêm --loop để lặp lại
  --json             mỗi dòng một đối tượng JSON, cho chương trình

Ví dụ: tram simulate pump-station --broker
rồi ở cửa sổ khác: tram run config/examples/pump-station.yaml
Ví dụ: tram simulate pump-station --speed 60 --control -
Ví dụ: tram simulate --profile eastron/sdm630 --tcp 1502
Ví dụ: tram simulate --from gateway.yaml --port rs485=/dev/ttyUSB0
Ví dụ: tram simulate --replay bus.txt --tcp 1502`,
    en: `Usage: tram simulate <site> [options]
       tram simulate --from <gateway.yaml> [--scenario FILE] [options]
       tram simulate --profile <maker/model> [--port PATH | --tcp PORT]
       tram simulate --replay <recording> [--port PATH | --tcp PORT]

Sites that come with it (config/examples, a configuration and a scenario each), for
example pump-station. A fleet of gateways: tram simulate fleet --help
Lessons with a hidden fault: tram simulate lesson (the list), lesson 3
Five unknown devices to try tram scan on: tram simulate unknown-bus [--link PATH] [--seed NUMBER]

  --speed NUMBER     how much faster the world runs (default 1; 0: it stands still)
  --start MOMENT     when it begins: 2026-03-20T05:00 (default: as the scenario
                     says, or now)
  --seed NUMBER      the same number gives the same course (default 1)
  --state FILE       keeps levels, counters, wear ... from run to run
  --broker           runs an MQTT broker at 127.0.0.1:1883 as well
  --broker-port PORT port of the broker (implies --broker)
  --control PLACE    orders while it runs (faults, inputs, speed): - is to type
                     them here, else the path of a socket; "help" lists them
  --page PORT        a page at 127.0.0.1:PORT (0: any free one) that shows the world
                     and sets it, and makes faults; POST /v1/order for programs
  --port CONNECTION=PLACE  another place for a connection: a serial port
                     (/dev/ttyUSB0: a real adapter, for a real gateway, PLC or
                     panel; /tmp/bus: a simulated port), a TCP port, or
                     address:port; may be given several times
  --json             one JSON object a line, for programs

Every device of a configuration, where its gateway looks for it:

  --from FILE        the gateway's configuration
  --scenario FILE    the world in which the devices stand; without one each point
                     has a plausible value of its own

Any device that has a profile in config/profiles:

  --profile ID       the profile, for example eastron/sdm630
  --variant NAME     a variant of it
  --option NAME=VALUE  what is fitted; may be given several times
  --port PATH        simulated serial port (default /tmp/tram-simulate/<maker>-<model>)
  --tcp PORT         Modbus TCP instead of a serial port (0: any free one)
  --unit NUMBER      unit id; the factory's by default

Devices that answer as they did when a bus was recorded (tram watch --bus CONNECTION
--record FILE):

  --replay FILE      the recording: a recorded request gets its recorded answers,
                     one after the other, then around again; registers that were
                     seen can be read in any other way too
  --port PATH        simulated serial port (default /tmp/tram-simulate/replay), or
                     a real adapter: /dev/ttyUSB0
  --tcp PORT         Modbus TCP (0: any free port); an "over-tcp" recording keeps
                     its frames
  --once             not around again: the last answer stays
  --exact            byte by byte in the recorded order, late and damaged frames
                     too; at a serial port only; --loop plays it again and again
  --json             one JSON object a line, for programs

Example: tram simulate pump-station --broker
then in another terminal: tram run config/examples/pump-station.yaml
Example: tram simulate pump-station --speed 60 --control -
Example: tram simulate --profile eastron/sdm630 --tcp 1502
Example: tram simulate --from gateway.yaml --port rs485=/dev/ttyUSB0
Example: tram simulate --replay bus.txt --tcp 1502`,
  },
  no_station: {
    vi: "Chưa nói mô phỏng trạm hoặc thiết bị nào.",
    en: "It was not said which station or device to simulate.",
    hint: {
      vi: "Chạy: tram simulate pump-station --broker, tram simulate --profile eastron/sdm630 --tcp 1502, tram simulate --from gateway.yaml, hoặc tram simulate --replay bus.txt",
      en: "Run: tram simulate pump-station --broker, tram simulate --profile eastron/sdm630 --tcp 1502, tram simulate --from gateway.yaml, or tram simulate --replay bus.txt",
    },
  },
  port_of_which: {
    vi: "Với --from, --port phải nói của kết nối nào.",
    en: "With --from, --port must say of which connection.",
    hint: { vi: "Viết --port rs485=/dev/ttyUSB0.", en: "Write --port rs485=/dev/ttyUSB0." },
  },
  needs_scenario: {
    vi: "{option} cần một kịch bản.",
    en: "{option} wants a scenario.",
    hint: { vi: "Thêm --scenario TỆP.", en: "Add --scenario FILE." },
  },
  wrong_option: {
    vi: "Không hiểu tùy chọn {option}.",
    en: "Unknown option {option}.",
    hint: { vi: "Chạy tram simulate --help.", en: "Run tram simulate --help." },
  },
});
