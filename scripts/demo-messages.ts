import { messages } from "../drivers/core/message.js";

export const DEMO_MESSAGES = messages("demo", {
  title: { vi: "{station}", en: "{station}" },
  links: {
    vi: "{links}  Trung tâm {centre}  {seconds} s",
    en: "{links}  Centre {centre}  {seconds} s",
  },
  up: { vi: "có kết nối", en: "up" },
  down: { vi: "mất kết nối", en: "down" },
  waiting: { vi: "đang chờ", en: "waiting" },
  good: { vi: "Tốt", en: "Good" },
  uncertain: { vi: "Nghi ngờ", en: "Uncertain" },
  bad: { vi: "Lỗi", en: "Bad" },
  yes: { vi: "có", en: "yes" },
  no: { vi: "không", en: "no" },
  page: { vi: "trang {page}/{pages}", en: "page {page}/{pages}" },
  counters: {
    vi: "Đã đọc {sampled}  đã lưu {stored}  trung tâm đã nhận {delivered}  thiếu {missing}  sai {wrong}",
    en: "Sampled {sampled}  stored {stored}  delivered {delivered}  missing {missing}  wrong {wrong}",
  },
  rate: {
    vi: "{rate} số đo/s  chờ gửi {backlog}  không đổi {unchanged}  Ctrl-C để dừng",
    en: "{rate} readings/s  backlog {backlog}  unchanged {unchanged}  Ctrl-C stops",
  },
  line: {
    vi: "{seconds} s: đã đọc {sampled}, trung tâm đã nhận {delivered}, thiếu {missing}, sai {wrong}, {rate} số đo/s",
    en: "{seconds} s: sampled {sampled}, delivered {delivered}, missing {missing}, wrong {wrong}, {rate} readings/s",
  },
  stopping: {
    vi: "Đang dừng gateway và đối chiếu số liệu ...",
    en: "Stopping the gateway and settling the accounts ...",
  },
  summary_good: {
    vi: "Trong {seconds} s thiết bị mô phỏng đã trả lời {sampled} số đo; trung tâm đã nhận {delivered}, {unchanged} số đo không đổi nên không gửi. Không thiếu, không sai; chuỗi bản tin đầy đủ ({records} bản ghi).",
    en: "In {seconds} s the simulated devices answered {sampled} readings; the centre received {delivered}, and {unchanged} were not sent because they had not changed. None missing, none wrong; the chain is complete ({records} records).",
  },
  summary_bad: {
    vi: "Trong {seconds} s thiết bị mô phỏng đã trả lời {sampled} số đo; trung tâm đã nhận {delivered}, thiếu {missing}, sai {wrong}; chuỗi bản tin: {chain}.",
    en: "In {seconds} s the simulated devices answered {sampled} readings; the centre received {delivered}, {missing} are missing, {wrong} are wrong; chain: {chain}.",
  },
  told_bad: {
    vi: "{count} số đo trả lời trễ hoặc ngoài dải đo: trung tâm được báo là không có giá trị.",
    en: "{count} readings came too late or out of range: the centre was told that there is no value.",
  },
  spoiled: {
    vi: "{count} số đo được trả lời nhưng hỏng trên đường dây (sự cố giả lập) nên không tính.",
    en: "{count} readings were answered and spoiled on the wire (a simulated fault) and do not count.",
  },
  after_stop: {
    vi: "{count} số đo được trả lời sau lệnh dừng nên không tính.",
    en: "{count} readings were answered after the stop and do not count.",
  },
  kept: { vi: "Giữ lại thư mục {folder}.", en: "Kept the folder {folder}." },
  gateway_ended: {
    vi: "Gateway tự dừng với mã {code}.",
    en: "The gateway ended by itself with exit code {code}.",
    hint: { vi: "Dòng cuối nó ghi: {last}", en: "Its last line: {last}" },
  },
  gateway_silent: {
    vi: "Sau {seconds} s trung tâm chưa nhận được số đo nào.",
    en: "After {seconds} s the centre has not received a single reading.",
    hint: { vi: "Xem nhật ký {log}.", en: "See the log {log}." },
  },
  wrong_option: {
    vi: "Không hiểu tùy chọn {option}.",
    en: "Unknown option {option}.",
    hint: { vi: "Chạy ./scripts/demo --help.", en: "Run ./scripts/demo --help." },
  },
  usage: {
    vi: `Cách dùng: ./scripts/demo [TRẠM] [--seconds N] [--speed N] [--json] [--lang vi|en] [--keep]
  TRẠM          một trạm trong config/examples (mặc định pump-station)
  --seconds N   chạy N giây rồi dừng (mặc định 30; 0: đến khi Ctrl-C)
  --speed N     thế giới mô phỏng chạy nhanh N lần (mặc định theo kịch bản)
  --seed N      cùng số thì cùng diễn biến
  --json        chỉ in một dòng JSON khi kết thúc
  --keep        giữ lại thư mục tạm (cấu hình, bộ đệm, nhật ký)
Ví dụ: ./scripts/demo --seconds 20
Ví dụ: ./scripts/demo pump-station --speed 60 --seconds 600`,
    en: `Usage: ./scripts/demo [SITE] [--seconds N] [--speed N] [--json] [--lang vi|en] [--keep]
  SITE          a site of config/examples (default pump-station)
  --seconds N   run for N seconds, then stop (default 30; 0: until Ctrl-C)
  --speed N     the simulated world runs N times as fast (default: as its scenario says)
  --seed N      the same number gives the same course
  --json        print only one line of JSON at the end
  --keep        keep the temporary folder (configuration, buffer, log)
Example: ./scripts/demo --seconds 20
Example: ./scripts/demo pump-station --speed 60 --seconds 600`,
  },
});
