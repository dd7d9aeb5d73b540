import { type Language, renderText, say } from "../drivers/core/message.js";
import type { Command } from "../gateway/cli/grammar/command.js";
import {
  argumentRows,
  exampleText,
  optionRows,
  type Row,
  usageForms,
} from "../gateway/cli/grammar/help-text.js";
import { EVERYWHERE } from "../gateway/cli/grammar/shared-options.js";
import { VERBS } from "../gateway/cli/verbs.js";

/** Of the texts, not of the day on which they are generated: the page is checked in. */
const DATE = "2026-11-26";

const FILES = { en: "docs/man/tram.1", vi: "docs/man/tram.vi.1" } as const;

interface Texts {
  readonly name: string;
  readonly synopsis: string;
  readonly verb: string;
  readonly options: string;
  readonly line: string;
  readonly description: string;
  readonly about: readonly string[];
  readonly verbs: string;
  readonly everywhere: string;
  readonly exit: string;
  readonly codes: readonly Row[];
  readonly environment: string;
  readonly variables: readonly Row[];
  readonly files: string;
  readonly places: readonly Row[];
  readonly examples: string;
  readonly more: string;
  readonly pages: string;
}

const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    name: "NAME",
    synopsis: "SYNOPSIS",
    verb: "VERB",
    options: "[options]",
    line: "reads devices, buffers their readings, forwards them to the data centre",
    description: "DESCRIPTION",
    about: [
      "tram is the command of an IoT gateway: it reads Modbus devices on RS-485 and TCP, numbers every reading, keeps it in a SQLite file, and forwards it over MQTT, across links that fail for days and power cuts that come every week.",
      "Options may stand before or behind the verb, as --option VALUE or --option=VALUE; -- ends them. What is not understood is refused, with the nearest word that is.",
    ],
    verbs: "VERBS",
    everywhere: "OPTIONS OF EVERY VERB",
    exit: "EXIT STATUS",
    codes: [
      ["0", "Done."],
      ["1", "Failed, or what was asked for is not well."],
      ["2", "Wrong use or configuration; nothing was changed."],
      ["70", "A fault of the program."],
    ],
    environment: "ENVIRONMENT",
    variables: [
      ["TRAM_CONFIG", "The configuration of a verb that names none."],
      ["NO_COLOR", "When set, no colours."],
      ["COLUMNS", "The width to write for, instead of the terminal's."],
      ["LC_ALL, LC_MESSAGES, LANG", "The language: Vietnamese where it begins with vi, else English."],
      ["TRAM_MQTT_USERNAME, TRAM_MQTT_PASSWORD", "Credentials of tram fleet."],
    ],
    files: "FILES",
    places: [["./gateway.yaml, /etc/tram/gateway.yaml", "The configuration; the first that exists."]],
    examples: "Example:",
    more: "SEE ALSO",
    pages: "docs/en/getting-started.md, docs/en/codes.md (what each code means), README.md",
  },
  vi: {
    name: "TÊN",
    synopsis: "CÁCH DÙNG",
    verb: "LỆNH",
    options: "[tùy chọn]",
    line: "đọc thiết bị, lưu tạm số đo, gửi về trung tâm dữ liệu",
    description: "MÔ TẢ",
    about: [
      "tram là lệnh của gateway IoT: đọc thiết bị Modbus qua RS-485 và TCP, đánh số từng số đo, giữ trong tệp SQLite và gửi qua MQTT, kể cả khi đường truyền ngắt nhiều ngày và mất điện hằng tuần.",
      "Tùy chọn đứng trước hoặc sau lệnh, viết --tùy-chọn GIÁ_TRỊ hoặc --tùy-chọn=GIÁ_TRỊ; -- kết thúc phần tùy chọn. Từ nào không hiểu thì bị từ chối, kèm từ gần giống nhất.",
    ],
    verbs: "CÁC LỆNH",
    everywhere: "TÙY CHỌN CỦA MỌI LỆNH",
    exit: "MÃ KẾT THÚC",
    codes: [
      ["0", "Xong."],
      ["1", "Không được, hoặc đối tượng được hỏi đang có vấn đề."],
      ["2", "Sai cách dùng hoặc cấu hình; chưa thay đổi gì."],
      ["70", "Lỗi của chương trình."],
    ],
    environment: "BIẾN MÔI TRƯỜNG",
    variables: [
      ["TRAM_CONFIG", "Cấu hình khi lệnh không chỉ ra."],
      ["NO_COLOR", "Có biến này thì không dùng màu."],
      ["COLUMNS", "Số cột, thay cho số cột của màn hình."],
      ["LC_ALL, LC_MESSAGES, LANG", "Ngôn ngữ: bắt đầu bằng vi là tiếng Việt, còn lại là tiếng Anh."],
      ["TRAM_MQTT_USERNAME, TRAM_MQTT_PASSWORD", "Tài khoản cho tram fleet."],
    ],
    files: "TỆP",
    places: [["./gateway.yaml, /etc/tram/gateway.yaml", "Cấu hình; tệp đầu tiên có thật."]],
    examples: "Ví dụ:",
    more: "XEM THÊM",
    pages: "docs/vi/bat-dau.md, docs/vi/ma-thong-bao.md (ý nghĩa các mã), README.md",
  },
};

/** The manual pages, as file (from the root) and text. */
export async function manPages(version: string): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const language of ["en", "vi"] as const) pages.set(FILES[language], await pageOf(language, version));
  return pages;
}

async function pageOf(language: Language, version: string): Promise<string> {
  const texts = TEXTS[language];
  const head = (title: string): string => `.SH ${quoted(title)}`;
  const verbs = await Promise.all(Object.values(VERBS).map((load) => load()));
  const chapters: string[] = [];
  for (const verb of verbs) {
    chapters.push(...(await commandLines(verb.command, verb.name, language)));
  }
  const lines = [
    '.\\" -*- coding: UTF-8 -*-',
    '.\\" Generated from the declarations of the verbs: node dist/scripts/generate-schemas.js',
    `.TH TRAM 1 "${DATE}" ${quoted(`tram ${version}`)} ${quoted("Trạm")}`,
    // Words stay whole, so that they can be searched for and copied.
    ".nh",
    ".ad l",
    head(texts.name),
    `tram \\- ${plain(texts.line)}`,
    head(texts.synopsis),
    ".B tram",
    `.I ${texts.verb}`,
    plain(texts.options),
    head(texts.description),
    ...paragraphs(texts.about),
    head(texts.verbs),
    ...chapters,
    head(texts.everywhere),
    ...tagged(optionRows({ options: EVERYWHERE }, language)),
    head(texts.exit),
    ...tagged(texts.codes),
    head(texts.environment),
    ...tagged(texts.variables),
    head(texts.files),
    ...tagged(texts.places),
    head(texts.more),
    plain(texts.pages),
  ];
  return `${lines.join("\n")}\n`;
}

async function commandLines(command: Command, verb: string, language: Language): Promise<string[]> {
  const texts = TEXTS[language];
  const forms = command.run ? usageForms(command, language) : [];
  const lines = [`.SS ${quoted(`tram ${verb}`)}`];
  for (const form of forms) {
    const written = plain(form).replaceAll("\u00a0", "\\ ");
    lines.push(".PD 0", ".HP", `\\fBtram ${plain(verb)}\\fP ${written}`, ".PD");
  }
  lines.push(...paragraphs(renderText(say(command.about), language).split("\n"), forms.length > 0));
  lines.push(...tagged(argumentRows(command, language)), ...tagged(optionRows(command, language)));
  if (command.notes) lines.push(...paragraphs(renderText(say(command.notes), language).split("\n"), true));
  if (command.run) {
    lines.push(".PP", plain(texts.examples), ".PP", ".nf", ".RS 4");
    lines.push(
      ...command.examples.map((example) => plain(`tram ${exampleText(example, language)}`)),
      ".RE",
      ".fi",
    );
  }
  for (const [name, load] of Object.entries(command.parts ?? {})) {
    lines.push(...(await commandLines(await load(), `${verb} ${name}`, language)));
  }
  return lines;
}

function paragraphs(texts: readonly string[], isBehind = false): string[] {
  return texts.flatMap((text, at) => [...(at > 0 || isBehind ? [".PP"] : []), plain(text)]);
}

function tagged(rows: readonly Row[]): string[] {
  return rows.flatMap(([label, about]) => [".TP", `.B ${plain(label)}`, plain(about)]);
}

/** As troff takes it for text: its own signs are escaped, dashes stay dashes that can be copied. */
export function plain(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/, "\\&");
}

function quoted(text: string): string {
  return `"${plain(text).replaceAll('"', "\\(dq")}"`;
}
