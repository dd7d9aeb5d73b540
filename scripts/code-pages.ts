import type { Language, Message } from "../drivers/core/message.js";
import { loadTables, readSources } from "./check-texts.js";
import { type Severity, severityOf, thrownCodes } from "./code-severity.js";
import { cell } from "./profile-pages.js";

interface Listed {
  readonly message: Message;
  readonly severity: Severity;
}

type Both = Readonly<Record<Language, string>>;

/** What the codes of an area are about. In the order in which a technician meets them. */
export const AREAS: Readonly<Record<string, Both>> = {
  cli: {
    en: "The command line, `tram run`, `status`, `watch`",
    vi: "Dòng lệnh, `tram run`, `status`, `watch`",
  },
  config: { en: "gateway.yaml", vi: "gateway.yaml" },
  status: { en: "What `tram status` finds", vi: "Kết quả của `tram status`" },
  profiles: { en: "Points and device profiles", vi: "Điểm đo và mẫu thiết bị" },
  grammar: { en: "The grammar of a profile", vi: "Cách viết mẫu thiết bị" },
  lint: { en: "Remarks on a profile", vi: "Nhận xét về mẫu thiết bị" },
  modbus: { en: "Modbus", vi: "Modbus" },
  modbus_write: { en: "Modbus: writing", vi: "Modbus: ghi" },
  modbus_plan: { en: "Modbus: what is asked together", vi: "Modbus: gộp các lần hỏi" },
  line: { en: "Serial ports and TCP connections", vi: "Cổng nối tiếp và kết nối TCP" },
  core: { en: "Locks, files and what all parts share", vi: "Khóa, tệp và phần dùng chung" },
  poll: { en: "Polling", vi: "Đọc thiết bị" },
  health: { en: "Health of the buses", vi: "Tình trạng đường truyền" },
  forward: { en: "Uplinks", vi: "Nơi nhận số liệu" },
  subscriber: { en: "The library of the centre", vi: "Thư viện của trung tâm" },
  buffer: { en: "The buffer", vi: "Bộ đệm" },
  buffer_care: {
    en: "Checking, backing up and restoring the buffer",
    vi: "Kiểm tra, sao lưu, phục hồi bộ đệm",
  },
  cli_buffer: { en: "`tram buffer`", vi: "`tram buffer`" },
  audit: { en: "Entries of the audit", vi: "Các mục của nhật ký thao tác" },
  maintain: { en: "`tram maintain`", vi: "`tram maintain`" },
  mark: { en: "Devices under maintenance", vi: "Thiết bị đang bảo trì" },
  command: { en: "Requests of the centre", vi: "Yêu cầu từ trung tâm" },
  read: { en: "`tram read`", vi: "`tram read`" },
  write_verb: { en: "`tram write`", vi: "`tram write`" },
  write: { en: "What becomes of a written value", vi: "Kết quả của lệnh ghi" },
  access: { en: "Reading and writing without a gateway", vi: "Đọc và ghi khi không có gateway" },
  api: { en: "The running gateway, asked by the command", vi: "Hỏi gateway đang chạy" },
  host: { en: "The machine", vi: "Máy" },
  reason: { en: "Why a reading is not good", vi: "Vì sao số đo không tốt" },
  export: { en: "`tram export`", vi: "`tram export`" },
  change: {
    en: "Changing the configuration while the gateway runs",
    vi: "Đổi cấu hình khi gateway đang chạy",
  },
  config_verb: { en: "`tram config`", vi: "`tram config`" },
  pause: { en: "Cutting an uplink for a test", vi: "Ngắt thử nơi nhận" },
  report: { en: "`tram report`", vi: "`tram report`" },
  report_page: { en: "The page of `tram report`", vi: "Trang biên bản của `tram report`" },
  init: { en: "`tram init`", vi: "`tram init`" },
  init_yaml: { en: "What `tram init` writes", vi: "Nội dung mà `tram init` viết" },
  doctor: { en: "What `tram doctor` finds", vi: "Kết quả của `tram doctor`" },
  doctor_verb: { en: "`tram doctor`", vi: "`tram doctor`" },
  profiles_verb: { en: "`tram profiles`", vi: "`tram profiles`" },
  fleet_verb: { en: "`tram fleet`", vi: "`tram fleet`" },
  simulate: { en: "`tram simulate`", vi: "`tram simulate`" },
  simulators: { en: "Simulated devices", vi: "Thiết bị mô phỏng" },
  stand_in: { en: "`tram simulate --from`", vi: "`tram simulate --from`" },
  order: { en: "Orders for a simulation", vi: "Lệnh gõ khi mô phỏng" },
  control: { en: "Faults made by hand in a simulation", vi: "Sự cố giả lập khi mô phỏng" },
  scan: { en: "Looking for devices", vi: "Dò thiết bị" },
  scan_verb: { en: "`tram scan`", vi: "`tram scan`" },
  scan_add: {
    en: "What `tram scan` writes into gateway.yaml",
    vi: "Những gì `tram scan` ghi vào gateway.yaml",
  },
  set_address: { en: "`tram scan --set-address`", vi: "`tram scan --set-address`" },
  scenario: { en: "Scenarios of a simulated site", vi: "Kịch bản của trạm mô phỏng" },
  lesson: { en: "`tram simulate lesson`", vi: "`tram simulate lesson`" },
  page: { en: "The page of a simulated site", vi: "Trang của trạm mô phỏng" },
  replay: { en: "Replayed traffic", vi: "Phát lại khung đã ghi" },
  replay_device: { en: "`tram simulate --replay`", vi: "`tram simulate --replay`" },
  simulate_fleet: { en: "`tram simulate fleet`", vi: "`tram simulate fleet`" },
  fleet: { en: "A simulated fleet", vi: "Đội gateway mô phỏng" },
  demo: { en: "The demo", vi: "Bản trình diễn" },
  receiver: { en: "The reference receiver", vi: "Bên nhận mẫu" },
};

const WORDS: Readonly<Record<Severity, Both>> = {
  use: { en: "use", vi: "cách dùng" },
  connection: { en: "connection", vi: "kết nối" },
  request: { en: "request", vi: "lần hỏi" },
  point: { en: "point", vi: "điểm đo" },
  refused: { en: "refused", vi: "từ chối" },
  fault: { en: "our fault", vi: "lỗi của tram" },
  file: { en: "file", vi: "tệp" },
  finding: { en: "finding", vi: "phát hiện" },
  told: { en: "told", vi: "thông báo" },
};

const MEANINGS: Readonly<Record<Severity, Both>> = {
  use: {
    en: "What was typed or configured cannot work. The command ends with exit code 2, nothing was changed.",
    vi: "Lệnh hoặc cấu hình không dùng được. Lệnh kết thúc với mã 2, chưa thay đổi gì.",
  },
  connection: {
    en: "A connection is down or cannot be made. A running gateway tries again by itself; a command ends with 1.",
    vi: "Kết nối bị ngắt hoặc không mở được. Gateway đang chạy tự thử lại; lệnh kết thúc với mã 1.",
  },
  request: {
    en: "One request failed: its readings are bad, with the reason. The next one may succeed.",
    vi: "Một lần hỏi bị hỏng: số đo của lần đó là Lỗi, kèm nguyên nhân. Lần sau có thể được.",
  },
  point: {
    en: "The device will never answer this: the points are not asked for until it connects again. Correct the configuration.",
    vi: "Thiết bị không bao giờ trả lời điểm này: không hỏi nữa cho đến khi kết nối lại. Sửa cấu hình.",
  },
  refused: {
    en: "The other side understood and refused. This one is set aside, everything else goes on; a command ends with 1.",
    vi: "Bên kia hiểu và từ chối. Mục này được để riêng, phần còn lại vẫn chạy; lệnh kết thúc với mã 1.",
  },
  fault: {
    en: "A fault of the program: exit code 70, it is started again. Send the log to the developers.",
    vi: "Lỗi của chương trình: mã 70, được khởi động lại. Gửi nhật ký cho nhóm phát triển.",
  },
  file: {
    en: "Found in a YAML file. `tram check` and `tram profiles --check` say the line and whether it is an error (exit code 2) or a warning (it works, but is probably not meant).",
    vi: "Tìm thấy trong tệp YAML. `tram check` và `tram profiles --check` chỉ dòng và cho biết là lỗi (mã 2) hay cảnh báo (vẫn chạy, nhưng có lẽ không đúng ý).",
  },
  finding: {
    en: "Something that somebody should look after. The program goes on.",
    vi: "Việc cần có người xem. Chương trình vẫn chạy.",
  },
  told: {
    en: "For information. Where something is amiss, the sentence itself says so.",
    vi: "Để biết. Nếu có gì không ổn, câu đã nói rõ.",
  },
};

const TEXTS: Readonly<
  Record<Language, { file: string; intro: string; codes: string; head: string; bad: string }>
> = {
  en: {
    file: "docs/en/codes.md",
    intro: `# What each code means

Behind an error a terminal shows its code, \`[cli.unknown_option]\`; with \`--json\` it stands in \`code\`, and the audit carries it
too. A code never changes its meaning; the sentence may be put better. Dots stand for what differs from case to case. Titles,
words, parts of sentences and texts of help have codes as well and are left out.

Exit codes of \`tram\`: 0 done, 1 failed, 2 wrong use or configuration, 70 our fault.

This page is generated from the texts of the program.`,
    codes: "How bad it is",
    head: "| code | what it says | what to do | how bad |\n| --- | --- | --- | --- |",
    bad: "| how bad | what it means |\n| --- | --- |",
  },
  vi: {
    file: "docs/vi/ma-thong-bao.md",
    intro: `# Ý nghĩa các mã thông báo

Trên màn hình, sau mỗi lỗi có mã của nó, \`[cli.unknown_option]\`; với \`--json\` mã nằm trong \`code\`; nhật ký thao tác cũng có
mã. Ý nghĩa của một mã không bao giờ đổi; câu chữ có thể được viết lại cho rõ. Dấu … là phần thay đổi theo từng trường hợp.
Tiêu đề, từ, phần của câu và chữ trợ giúp cũng có mã nhưng không liệt kê ở đây.

Mã kết thúc của \`tram\`: 0 xong, 1 không được, 2 sai cách dùng hoặc cấu hình, 70 lỗi của chương trình.

Trang này được tạo ra từ chính các câu chữ của chương trình.`,
    codes: "Mức độ",
    head: "| mã | báo | cách xử lý | mức độ |\n| --- | --- | --- | --- |",
    bad: "| mức độ | nghĩa là |\n| --- | --- |",
  },
};

/** The pages of all codes, as file (from the root) and text. Loads the compiled tables. */
export async function codePages(root: string): Promise<ReadonlyMap<string, string>> {
  const areas = await listedCodes(root);
  return new Map(
    (["en", "vi"] as const).map((language) => [TEXTS[language].file, pageOf(areas, language)] as const),
  );
}

/** The codes that somebody may look up, by area. */
export async function listedCodes(root: string): Promise<ReadonlyMap<string, readonly Listed[]>> {
  const tables = await loadTables(root);
  const thrown = thrownCodes(tables, readSources(root));
  const areas = new Map<string, Listed[]>(Object.keys(AREAS).map((area) => [area, []]));
  for (const message of tables.flatMap(({ entries }) => Object.values(entries))) {
    const [area = ""] = message.code.split(".");
    const severity = severityOf(
      message.code,
      { en: message.text.en, hint: message.hint !== undefined },
      thrown,
    );
    if (severity) areas.set(area, [...(areas.get(area) ?? []), { message, severity }]);
  }
  return areas;
}

function pageOf(areas: ReadonlyMap<string, readonly Listed[]>, language: Language): string {
  const { bad, codes, head, intro } = TEXTS[language];
  const legend = (Object.keys(WORDS) as Severity[]).map(
    (severity) => `| ${WORDS[severity][language]} | ${MEANINGS[severity][language]} |`,
  );
  const chapters = [...areas].flatMap(([area, listed]) => {
    if (listed.length === 0) return [];
    const rows = [...listed]
      .sort((a, b) => (a.message.code < b.message.code ? -1 : 1))
      .map(({ message: { code, hint, text }, severity }) => {
        const cells = [line(text[language]), line(hint?.[language] ?? ""), WORDS[severity][language]];
        return `| \`${code}\` | ${cells.join(" | ")} |`;
      });
    return [`## ${AREAS[area]?.[language] ?? area}\n\n${head}\n${rows.join("\n")}`];
  });
  return `${[intro, `## ${codes}\n\n${bad}\n${legend.join("\n")}`, ...chapters].join("\n\n")}\n`;
}

/** A cell of a table is one line. */
function line(text: string): string {
  return cell(text).replace(/\s*\n\s*/g, " ");
}
