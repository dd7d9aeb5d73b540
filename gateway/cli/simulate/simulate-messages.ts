import { messages } from "../../../drivers/core/message.js";

export const SIMULATE_MESSAGES = messages("simulate", {
  summary: {
    vi: "Chạy mô phỏng: một trạm, một thiết bị, cả một cấu hình",
    en: "Run what is not there: a site, a device, a bus, a fleet",
  },
  about: {
    vi: `Chạy thiết bị mô phỏng cho đến khi Ctrl-C: gateway, PLC hay chương trình khác hỏi được như thiết bị thật.
TRẠM: một trạm có sẵn trong config/examples, gồm cấu hình của gateway và kịch bản. --from: mọi thiết bị của một cấu hình, ở đúng nơi gateway tìm chúng. --profile: một thiết bị bất kỳ có mẫu. --replay: thiết bị trả lời như lúc đường truyền được ghi (tram watch --bus KẾT_NỐI --record TỆP).`,
    en: `Runs simulated devices until Ctrl-C: a gateway, a PLC or another program asks them as it would real ones.
SITE: one that comes with the program in config/examples, a gateway's configuration and a scenario. --from: every device of a configuration, where its gateway looks for it. --profile: any device that has a profile. --replay: devices that answer as they did when a bus was recorded (tram watch --bus CONNECTION --record FILE).`,
  },
  word_site: { vi: "TRẠM", en: "SITE" },
  wants_site: { vi: "tên một trạm có sẵn", en: "the name of a site" },
  site: { vi: "trạm có sẵn, ví dụ pump-station", en: "a site that comes with it, as pump-station" },
  from: { vi: "cấu hình của gateway", en: "the gateway's configuration" },
  scenario: {
    vi: "với --from: thế giới quanh các thiết bị; không có thì mỗi điểm tự có giá trị hợp lý",
    en: "with --from: the world in which the devices stand; without one each point has a plausible value of its own",
  },
  profile: { vi: "mẫu thiết bị", en: "the profile" },
  variant: { vi: "với --profile: biến thể", en: "with --profile: a variant of it" },
  option: { vi: "với --profile: phần được lắp thêm", en: "with --profile: what is fitted" },
  unit: {
    vi: "với --profile: địa chỉ; mặc định như của nhà máy",
    en: "with --profile: the unit id; the factory's by default",
  },
  replay: {
    vi: "bản ghi: lần hỏi đã ghi được trả lời như đã ghi, lần lượt rồi lặp lại; thanh ghi đã thấy thì hỏi cách khác cũng được",
    en: "the recording: a recorded request gets its recorded answers, one after the other, then around again; registers that were seen can be read in any other way too",
  },
  once: {
    vi: "với --replay: không lặp lại, trả lời cuối cùng giữ nguyên",
    en: "with --replay: not around again, the last answer stays",
  },
  exact: {
    vi: "với --replay ở cổng nối tiếp: từng byte đúng thứ tự đã ghi, kể cả khung trễ và khung hỏng",
    en: "with --replay at a serial port: byte by byte in the recorded order, late and damaged frames too",
  },
  loop: { vi: "với --exact: phát lại mãi", en: "with --exact: again and again" },
  word_variant: { vi: "TÊN", en: "NAME" },
  word_place: { vi: "NƠI", en: "PLACE" },
  wants_place: {
    vi: "đường dẫn một cổng nối tiếp, hoặc KẾT_NỐI=NƠI",
    en: "the path of a serial port, or CONNECTION=PLACE",
  },
  port: {
    vi: "với --profile, --replay: cổng nối tiếp mô phỏng (mặc định trong /tmp/tram-simulate), hoặc bộ chuyển đổi thật như /dev/ttyUSB0. Với một trạm, --from: KẾT_NỐI=NƠI là nơi khác cho một kết nối: một trong hai loại cổng đó, cổng TCP, hoặc địa chỉ:cổng",
    en: "with --profile, --replay: a simulated serial port (by default in /tmp/tram-simulate), or a real adapter as /dev/ttyUSB0. With a site, --from: CONNECTION=PLACE is another place for a connection: either of these, a TCP port, or address:port",
  },
  tcp: {
    vi: "với --profile, --replay: cổng Modbus TCP thay cho cổng nối tiếp (0: cổng trống bất kỳ)",
    en: "with --profile, --replay: a port of Modbus TCP instead of a serial one (0: any free one)",
  },
  speed: {
    vi: "thế giới chạy nhanh hơn bao nhiêu lần, đến 3600 (mặc định 1; 0: đứng yên)",
    en: "how much faster the world runs, up to 3600 (1 by default; 0: it stands still)",
  },
  wants_speed: { vi: "một số từ 0 đến 3600", en: "a number from 0 to 3600" },
  start: {
    vi: "thế giới bắt đầu lúc nào, giờ Việt Nam nếu không ghi múi giờ (mặc định theo kịch bản, hoặc bây giờ)",
    en: "when the world begins, in Vietnam's time where no zone stands there (by default as the scenario says, or now)",
  },
  seed: {
    vi: "cùng số thì cùng diễn biến (mặc định 1)",
    en: "the same number gives the same course (1 by default)",
  },
  state: {
    vi: "nhớ mức nước, số đếm, độ mòn ... qua các lần chạy",
    en: "keeps levels, counters, wear ... from run to run",
  },
  broker: {
    vi: "chạy thêm broker MQTT tại 127.0.0.1:1883",
    en: "runs an MQTT broker at 127.0.0.1:1883 as well",
  },
  broker_port: { vi: "cổng của broker (có luôn --broker)", en: "the broker's port (implies --broker)" },
  lesson_broker_port: {
    vi: "cổng của broker chạy kèm (mặc định 1883)",
    en: "the port of the broker that runs beside it (1883 by default)",
  },
  wants_control: { vi: "- hoặc đường dẫn một socket", en: "- or the path of a socket" },
  control: {
    vi: 'ra lệnh khi đang chạy (gây sự cố, đặt ngõ vào, đổi tốc độ): - là gõ ngay tại đây, hoặc đường dẫn một socket; "help" để xem lệnh',
    en: 'orders while it runs (faults, inputs, speed): - is to type them here, else the path of a socket; "help" lists them',
  },
  lesson_control: {
    vi: "nhận lệnh từ socket này thay vì gõ tại đây",
    en: "takes orders from this socket, and not from here",
  },
  page: {
    vi: "trang điều khiển tại 127.0.0.1 (0: cổng trống bất kỳ): xem và đặt thế giới, gây sự cố; POST /v1/order cho chương trình",
    en: "a page at this port of 127.0.0.1 (0: any free one) that shows the world and sets it, and makes faults; POST /v1/order for programs",
  },
  json: { vi: "mỗi dòng một đối tượng JSON, cho chương trình", en: "a JSON object a line, for programs" },
  notes: {
    vi: "Ở một cửa sổ khác: tram run với cấu hình của trạm, ví dụ tram run config/examples/pump-station.yaml",
    en: "Then in another terminal: tram run with the site's configuration, as tram run config/examples/pump-station.yaml",
  },
  lesson_summary: {
    vi: "Bài luyện tập: một trạm có sự cố giấu sẵn",
    en: "A lesson: a site with a hidden fault",
  },
  lesson_about: {
    vi: "Bài luyện tập có sự cố giấu sẵn, lời gợi ý và kiểm tra đã giải được chưa. Không có số: danh sách các bài. Mã kết thúc: 0 đã giải, 1 chưa.",
    en: "A lesson with a hidden fault, hints, and a check that says whether it is solved. Without a number: the list. Exit codes: 0 solved, 1 not.",
  },
  lesson: { vi: "số của bài", en: "the lesson's number" },
  unknown_bus_summary: {
    vi: "Năm thiết bị chưa biết trên một đường dây, để thử tram scan",
    en: "Five unknown devices on one cable, to try tram scan on",
  },
  unknown_bus_about: {
    vi: "Năm thiết bị từ các mẫu, với địa chỉ và tốc độ mà người trước để lại. Khi dừng mới nói đó là gì.",
    en: "Five devices of the library, with unit ids and a speed as somebody left them. What they were is told at the end.",
  },
  link: { vi: "cổng nối tiếp mô phỏng", en: "the simulated serial port" },
  unknown_seed: { vi: "cùng số thì cùng các thiết bị", en: "the same number gives the same devices" },
  mixed: {
    vi: "mỗi thiết bị một tốc độ, như mới lấy từ hộp ra",
    en: "each at a speed of its own, as they come out of their boxes",
  },
  nothing_chosen: {
    vi: "Chưa nói mô phỏng trạm hoặc thiết bị nào.",
    en: "It was not said which site or device to simulate.",
    hint: {
      vi: "Chạy: tram simulate pump-station --broker, tram simulate --profile eastron/sdm630 --tcp 1502, tram simulate --from gateway.yaml, hoặc tram simulate --replay bus.txt",
      en: "Run: tram simulate pump-station --broker, tram simulate --profile eastron/sdm630 --tcp 1502, tram simulate --from gateway.yaml, or tram simulate --replay bus.txt",
    },
  },
  two_chosen: {
    vi: "Chỉ mô phỏng được một: {one} hoặc {other}.",
    en: "Only one can be simulated: {one} or {other}.",
    hint: { vi: "Chạy hai lệnh, mỗi lệnh một thứ.", en: "Run two commands, one for each." },
  },
  strange_option: {
    vi: "{option} không dùng với {chosen}; dùng với: {with}.",
    en: "{option} is not for {chosen}; it goes with {with}.",
    hint: {
      vi: "Bỏ {option}, hoặc xem: tram simulate --help",
      en: "Leave {option} out, or see: tram simulate --help",
    },
  },
  port_of_which: {
    vi: "Ở đây --port phải nói của kết nối nào: {written}",
    en: "Here --port must say of which connection: {written}",
    hint: { vi: "Viết --port rs485=/dev/ttyUSB0.", en: "Write --port rs485=/dev/ttyUSB0." },
  },
  not_a_path: {
    vi: "Ở đây --port là đường dẫn của một cổng nối tiếp, không phải {written}.",
    en: "Here --port is the path of a serial port, and not {written}.",
    hint: {
      vi: "Viết --port /tmp/bus hoặc --port /dev/ttyUSB0; Modbus TCP: --tcp 1502.",
      en: "Write --port /tmp/bus or --port /dev/ttyUSB0; for Modbus TCP: --tcp 1502.",
    },
  },
  needs_scenario: {
    vi: "{option} cần một kịch bản.",
    en: "{option} wants a scenario.",
    hint: { vi: "Thêm --scenario TỆP.", en: "Add --scenario FILE." },
  },
  not_together: {
    vi: "{option} không đi cùng {other}.",
    en: "{option} does not go with {other}.",
    hint: { vi: "Giữ lại một.", en: "Keep one of them." },
  },
  loop_without_exact: {
    vi: "--loop chỉ dùng với --exact; không có --exact thì thiết bị tự lặp lại.",
    en: "--loop is for --exact; without it a device goes around by itself.",
    hint: { vi: "Bỏ --loop, hoặc thêm --exact.", en: "Leave --loop out, or add --exact." },
  },
});
